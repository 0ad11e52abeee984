"""Drawn pictures for the demo: good and bad examples for the evidence slots, and what customers upload.

The same arguments give the same pixels. Nothing is downloaded and no real product is shown.
"""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from random import Random

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from helpdesk.demo.pictures import devices, screens
from helpdesk.demo.pictures.canvas import ACCENTS, DARK, LIGHT, Canvas, Mark, Palette
from helpdesk.demo.pictures.facts import Facts

Draw = Callable[[Canvas, Facts], list[Mark]]
LANDSCAPE, PHONE, READER = (960, 600), (480, 850), (600, 800)

SCENES: dict[str, tuple[Draw, tuple[int, int]]] = {
    "redeem": (screens.redeem, LANDSCAPE),
    "giftcard_redeem": (screens.giftcard_redeem, LANDSCAPE),
    "activation": (screens.activation, LANDSCAPE),
    "library": (screens.library, LANDSCAPE),
    "region": (screens.region, LANDSCAPE),
    "devices": (screens.devices, LANDSCAPE),
    "payment": (screens.payment, LANDSCAPE),
    "mailbox": (screens.mailbox, LANDSCAPE),
    "wrong_product": (screens.wrong_product, LANDSCAPE),
    "console_redeem": (devices.console_redeem, LANDSCAPE),
    "topup_phone": (devices.topup_phone, PHONE),
    "balance_phone": (devices.balance_phone, PHONE),
    "ereader": (devices.ereader, READER),
    "reader_id": (devices.reader_id, READER),
}
MARK = "#e0457b"
CROSS = "#c62828"


def _draw(scene: str, facts: Facts, palette: Palette, scale: int = 1) -> tuple[Canvas, list[Mark]]:
    draw, (width, height) = SCENES[scene]
    canvas = Canvas(width, height, palette, scale=scale)
    return canvas, draw(canvas, facts)


def good_example(scene: str, facts: Facts) -> bytes:
    """The screen with everything in it that must be seen, each part ringed and named. WebP."""
    canvas, marks = _draw(scene, facts, DARK if scene == "console_redeem" else LIGHT, scale=2)
    for number, mark in enumerate(marks, start=1):
        left, top, right, bottom = mark.box
        canvas.box((left - 6, top - 6, right + 6, bottom + 6), None, MARK, radius=10, width=3)
        label = f"{number}  {mark.label}"
        width = canvas.text(0, -100, label, size=16, weight="Bold") + 24
        x = max(6, min(right + 6 - width, canvas.width - width - 6))
        y = bottom - 6 if bottom + 24 < canvas.height else top - 20
        canvas.box((x, y, x + width, y + 28), MARK, radius=14)
        canvas.text(x + 12, y + 14, label, size=16, weight="Bold", fill="#ffffff", anchor="lm")
    return _encoded(canvas.image.resize((canvas.width, canvas.height), Image.Resampling.LANCZOS), "WEBP", 82)


def bad_example(scene: str, facts: Facts) -> bytes:
    """The same screen as it is of no use: a part of it, dark and shaken. Crossed out. WebP."""
    canvas, marks = _draw(scene, facts, DARK if scene == "console_redeem" else LIGHT)
    image = _unreadable(canvas.image, marks, Random(scene))
    board = Canvas(image.width, image.height, LIGHT)
    board.image.paste(image)
    board.box((16, 16, 72, 72), CROSS, radius=28)
    board.text(44, 42, "×", size=54, weight="Bold", fill="#ffffff", anchor="mm")
    return _encoded(board.image, "WEBP", 76)


def evidence(scene: str, facts: Facts, rng: Random, *, readable: bool = True) -> tuple[str, bytes]:
    """A customer's picture and the name its file has: a screenshot, or a photo of a screen taken by hand."""
    dark = scene == "console_redeem" or rng.random() < 0.3
    palette = replace(DARK if dark else LIGHT, accent=rng.choice(ACCENTS))
    canvas, marks = _draw(scene, facts, palette)
    if not readable:
        return f"IMG_{rng.randint(1000, 9999)}.jpg", _encoded(
            _unreadable(canvas.image, marks, rng), "JPEG", 62
        )
    if scene in ("ereader", "reader_id", "console_redeem") or rng.random() < 0.35:
        return f"IMG_{rng.randint(1000, 9999)}.jpg", _encoded(_photographed(canvas.image, rng), "JPEG", 72)
    if rng.random() < 0.6:
        return f"Screenshot {rng.randint(1, 400)}.png", _encoded(canvas.image, "PNG", 0)
    return f"image-{rng.randint(10, 9999)}.webp", _encoded(canvas.image, "WEBP", 78)


def _photographed(image: Image.Image, rng: Random) -> Image.Image:
    """Held by hand before a screen: tilted, a little soft and grainy, some of the desk around it."""
    desk = rng.choice(((58, 47, 38), (92, 94, 98), (33, 38, 46), (120, 104, 82)))
    framed = ImageOps.expand(image, border=rng.randint(20, 46), fill=(16, 17, 19))
    tilted = framed.rotate(rng.uniform(-4, 4), Image.Resampling.BILINEAR, expand=True, fillcolor=desk)
    soft = ImageEnhance.Brightness(tilted.filter(ImageFilter.GaussianBlur(0.6))).enhance(
        rng.uniform(0.8, 1.05)
    )
    return Image.blend(soft, _grain(soft.size, rng), 0.05)


def _unreadable(image: Image.Image, marks: list[Mark], rng: Random) -> Image.Image:
    left, top, right, bottom = marks[-1].box
    width, height = (right - left) * 0.62, (bottom - top) + 90
    part = image.crop(
        (int(left + width * 0.5), int(top - 20), int(left + width * 1.5), int(top - 20 + height))
    )
    large = ImageOps.fit(part, (720, 450), Image.Resampling.BILINEAR)
    shaken = large.rotate(rng.uniform(-9, 9), Image.Resampling.BILINEAR, fillcolor=(20, 20, 22))
    blurred = ImageEnhance.Brightness(shaken.filter(ImageFilter.GaussianBlur(7))).enhance(0.55)
    return Image.blend(blurred, _grain(blurred.size, rng), 0.1)


def _grain(size: tuple[int, int], rng: Random) -> Image.Image:
    """Seeded noise, drawn small and enlarged: what a phone's camera adds in the evening."""
    small = (size[0] // 3, size[1] // 3)
    noise = Image.frombytes("L", small, rng.randbytes(small[0] * small[1]))
    return Image.merge("RGB", (noise,) * 3).resize(size, Image.Resampling.BILINEAR)


def _encoded(image: Image.Image, kind: str, quality: int) -> bytes:
    buffer = BytesIO()
    if kind == "PNG":
        image.quantize(64, dither=Image.Dither.NONE).save(buffer, "PNG")
    else:
        image.save(buffer, kind, quality=quality)
    return buffer.getvalue()
