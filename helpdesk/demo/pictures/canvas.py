"""A small drawing board for mock screens: text, boxes, buttons and icons in one palette, at any scale."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

Box = tuple[float, float, float, float]
FONTS = Path(font_source_sans_pro.font_directory)
if not (FONTS / "SourceSansPro-Regular.ttf").exists():
    FONTS = FONTS / "files"


@lru_cache(maxsize=256)
def font(size: int, weight: str = "Regular") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"SourceSansPro-{weight}.ttf"), size)


@dataclass(frozen=True)
class Palette:
    page: str
    card: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    error: str
    error_page: str
    good: str


LIGHT = Palette(
    "#eef1f4",
    "#ffffff",
    "#d5dbe1",
    "#1d2730",
    "#67737f",
    "#2a62c9",
    "#ffffff",
    "#b3261e",
    "#fdecea",
    "#1e7f4f",
)
DARK = Palette(
    "#171b22",
    "#232934",
    "#3a4352",
    "#e8ecf2",
    "#94a0b1",
    "#5b8def",
    "#0d1117",
    "#ff8a80",
    "#46201f",
    "#5fd39a",
)
ACCENTS = ("#2a62c9", "#0f7b6c", "#7a3fb8", "#b0501e", "#a02558", "#41525f")


@dataclass(frozen=True)
class Mark:
    """A part of a picture that must be seen, with the word that a good example puts beside it."""

    box: Box
    label: str


class Canvas:
    def __init__(self, width: int, height: int, palette: Palette, *, scale: int = 1) -> None:
        self.width, self.height, self.scale, self.palette = width, height, scale, palette
        self.image = Image.new("RGB", (width * scale, height * scale), palette.page)
        self.pen = ImageDraw.Draw(self.image)

    def box(
        self, box: Box, fill: str | None = None, line: str | None = None, radius: float = 0, width: float = 1
    ) -> None:
        scaled = [round(value * self.scale) for value in box]
        self.pen.rounded_rectangle(
            scaled, round(radius * self.scale), fill, line, max(1, round(width * self.scale))
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int = 16,
        weight: str = "Regular",
        fill: str | None = None,
        anchor: str = "la",
    ) -> float:
        """Draws one line and returns where it ends."""
        face = font(size * self.scale, weight)
        at = (x * self.scale, y * self.scale)
        self.pen.text(at, text, fill or self.palette.text, face, anchor)
        return x + face.getlength(text) / self.scale

    def paragraph(
        self, x: float, y: float, width: float, text: str, *, size: int = 16, fill: str | None = None
    ) -> float:
        """Draws wrapped lines and returns the y below them."""
        face = font(size * self.scale)
        line = ""
        for word in [*text.split(), ""]:
            longer = f"{line} {word}".strip()
            if word and face.getlength(longer) <= width * self.scale:
                line = longer
                continue
            self.text(x, y, line, size=size, fill=fill)
            y, line = y + size * 1.35, word
        return y

    def button(self, box: Box, text: str, *, main: bool = True) -> None:
        colours = self.palette
        self.box(
            box,
            colours.accent if main else colours.card,
            colours.accent if main else colours.line,
            radius=6,
        )
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        fill = colours.on_accent if main else colours.text
        self.text(*middle, text, size=15, weight="Semibold", fill=fill, anchor="mm")

    def field(self, box: Box, text: str, *, size: int = 20, wrong: bool = False) -> None:
        colours = self.palette
        self.box(box, colours.card, colours.error if wrong else colours.line, radius=5, width=2)
        self.text(box[0] + 14, (box[1] + box[3]) / 2, text, size=size, weight="Semibold", anchor="lm")

    def error(self, box: Box, title: str, text: str) -> None:
        """A banner with the exclamation mark that all such dialogs have."""
        colours = self.palette
        self.box(box, colours.error_page, colours.error, radius=6)
        x, y = box[0] + 26, box[1] + 26
        self.box((x - 12, y - 12, x + 12, y + 12), colours.error, radius=12)
        self.text(x, y - 1, "!", size=19, weight="Bold", fill=colours.card, anchor="mm")
        self.text(x + 24, box[1] + 12, title, size=17, weight="Bold", fill=colours.error)
        self.paragraph(x + 24, box[1] + 36, box[2] - x - 40, text, size=15)

    def window(self, title: str) -> None:
        """The bar of a desktop window along the upper edge, 38 high."""
        colours = self.palette
        self.box((0, 0, self.width, 38), colours.card, colours.line)
        self.box((14, 11, 30, 27), colours.accent, radius=4)
        self.text(40, 19, title, size=15, weight="Semibold", anchor="lm")
        for place, sign in enumerate("×□–"):
            x = self.width - 24 - 40 * place
            self.text(x, 18, sign, size=19, fill=colours.quiet, anchor="mm")
