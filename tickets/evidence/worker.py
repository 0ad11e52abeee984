"""Decodes one picture that a stranger sent. Run as a process of its own with little memory and time to
spend, so that a hostile file takes down this process and nothing else. Imports Pillow only: Django would
cost half a second.

    python -I worker.py SOURCE PREVIEW THUMBNAIL MEGAPIXELS PREVIEW_WIDTH PREVIEW_MEGAPIXELS THUMBNAIL_EDGE

Writes the two pictures as WebP, upright and without metadata, and prints one JSON object: either
{"kind": "image/jpeg", "width": 2000, "height": 1500} (of the preview) or {"refused": "<one of
pictures.REFUSALS>"}."""

import json
import math
import resource
import sys
import warnings
from importlib import import_module

MEMORY = 2 * 1024**3  # address space, of which a picture at the limit touches a fifth
CPU_SECONDS = 20
OUTPUT = 64 * 1024**2
WEBP_EDGE = 16_383  # the format has no larger pictures
ORIENTATION = 0x0112
LYING = (5, 6, 7, 8)  # orientations that are turned by a quarter before they are shown

KINDS = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
}
PLUGINS = ("Jpeg", "Mpo", "Png", "WebP", "Gif", "Avif")  # and no other of Pillow's forty


def confine() -> None:
    """Before Pillow is imported and anything of the file is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look(
    source: str,
    preview: str,
    thumbnail: str,
    *,
    max_pixels: int,
    preview_width: int,
    preview_pixels: int,
    thumbnail_edge: int,
) -> dict[str, object]:
    from PIL import Image, ImageOps, UnidentifiedImageError
    from pillow_heif import register_heif_opener

    for plugin in PLUGINS:
        import_module(f"PIL.{plugin}ImagePlugin")
    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before anything is decoded
    try:
        picture = Image.open(source, formats=[kind for kind in KINDS if kind in Image.OPEN])
    except (UnidentifiedImageError, SyntaxError, ValueError, OSError, EOFError):
        return {"refused": "not_a_picture"}
    kind = KINDS[picture.format or ""]
    width, height = picture.size
    if width * height > max_pixels:
        return {"refused": "too_many_pixels", "megapixels": width * height // 1_000_000}
    try:
        # JPEG decodes straight to a half, quarter or eighth: a photo of 50 megapixels then costs as little
        # as one of 3.
        turned = picture.getexif().get(ORIENTATION) in LYING
        shown_width, shown_height = (height, width) if turned else (width, height)
        scale = min(
            1,
            preview_width / shown_width,
            WEBP_EDGE / shown_height,
            math.sqrt(preview_pixels / (width * height)),
        )
        size = max(1, round(width * scale)), max(1, round(height * scale))
        picture.draft("RGB", size)
        picture.load()
        # Made small before it is turned, for turning copies it.
        picture.thumbnail(size, reducing_gap=3.0)
        shown = _on_white(ImageOps.exif_transpose(picture))
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, ZeroDivisionError):
        return {"refused": "damaged"}
    shown.save(preview, "WEBP", quality=86, method=2)
    small = shown.copy()
    small.thumbnail((thumbnail_edge, thumbnail_edge), reducing_gap=3.0)
    small.save(thumbnail, "WEBP", quality=80, method=2)
    return {"kind": kind, "width": shown.width, "height": shown.height}


def _on_white(picture):  # noqa: ANN001, ANN202  Pillow is not imported yet where this is defined
    """Plain RGB with nothing of the original but its pixels."""
    from PIL import Image

    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256, "L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    rgb = picture.convert("RGB")
    return Image.frombytes("RGB", rgb.size, rgb.tobytes())


def main(arguments: list[str]) -> None:
    source, preview, thumbnail, *numbers = arguments
    megapixels, preview_width, preview_megapixels, thumbnail_edge = map(int, numbers)
    confine()
    warnings.simplefilter("ignore")
    try:
        outcome = look(
            source,
            preview,
            thumbnail,
            max_pixels=megapixels * 1_000_000,
            preview_width=preview_width,
            preview_pixels=preview_megapixels * 1_000_000,
            thumbnail_edge=thumbnail_edge,
        )
    except MemoryError:
        outcome = {"refused": "too_heavy"}
    print(json.dumps(outcome))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
