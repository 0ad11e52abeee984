"""What strangers send as pictures, and what becomes of it."""

import io
import struct
import time
import zlib
from pathlib import Path

import pillow_heif
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from tickets.evidence import pictures, worker
from tickets.evidence.pictures import BadPicture, clean_picture, look_at
from tickets.tests.factories import make_picture

pytestmark = pytest.mark.standalone

pillow_heif.register_heif_opener()


def encoded(picture: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def photo(size: tuple[int, int] = (1200, 900)) -> Image.Image:
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(picture).ellipse((100, 100, 400, 300), fill="red")
    return picture


def seen(content: bytes) -> pictures.Picture:
    return look_at(ContentFile(content))


def shown(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def refusal(content: bytes) -> str:
    with pytest.raises(BadPicture) as error:
        seen(content)
    return error.value.reason


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size, with next to nothing behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("HEIF", "image/heic"),
        ("AVIF", "image/avif"),
    ],
)
def test_kind_is_decided_by_content(kind, content_type):
    picture = seen(encoded(photo(), kind))
    assert picture.content_type == content_type
    assert (picture.width, picture.height) == (1200, 900)
    assert shown(picture.preview).format == shown(picture.thumbnail).format == "WEBP"
    assert max(shown(picture.thumbnail).size) == pictures.THUMBNAIL_EDGE


def test_a_phone_photo_of_fifty_megapixels_is_fine():
    started = time.monotonic()
    picture = seen(encoded(photo((8160, 6120)), "JPEG", quality=70))
    assert (picture.width, picture.height) == (2000, 1500)
    assert time.monotonic() - started < 10


def test_a_large_heic_photo_is_fine():
    picture = seen(encoded(photo((4032, 3024)), "HEIF"))
    assert (picture.width, picture.height) == (2000, 1500)


def test_rotation_of_the_camera_is_honoured():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = seen(encoded(photo((1200, 900)), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (900, 1200)


@pytest.mark.parametrize(
    ("size", "orientation", "preview"),
    [
        ((1080, 7000), 1, (1080, 7000)),
        ((1080, 12_000), 1, (849, 9428)),
        ((7000, 1080), 6, (1080, 7000)),
        ((4000, 3000), 6, (2000, 2667)),
        ((6000, 500), 1, (2000, 167)),
        ((100, 60_000), 1, (27, 16_200)),
    ],
)
def test_a_long_screenshot_stays_readable(size, orientation, preview):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = seen(encoded(photo(size), "JPEG", exif=exif))
    assert picture.width == pytest.approx(preview[0], abs=1)
    assert picture.height == pytest.approx(preview[1], abs=1)
    assert shown(picture.preview).size == (picture.width, picture.height)


def test_place_and_camera_are_not_passed_on():
    exif = Image.Exif()
    exif[0x010F] = "ACME Phone"
    exif.get_ifd(0x8825)[2] = (59.0, 26.0, 0.0)
    picture = seen(encoded(photo(), "JPEG", exif=exif, comment=b"my home"))
    for content in (picture.preview, picture.thumbnail):
        assert b"ACME" not in content
        assert b"my home" not in content
        assert not dict(shown(content).getexif())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_a_png_becomes_a_plain_picture(mode):
    assert shown(seen(encoded(Image.new(mode, (60, 40)), "PNG")).preview).mode == "RGB"


def test_a_see_through_picture_stands_on_white():
    picture = shown(seen(encoded(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG")).preview)
    assert picture.convert("RGB").getpixel((30, 20)) == (255, 255, 255)


def test_a_moving_gif_shows_its_first_frame():
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    picture = shown(seen(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])).preview)
    assert picture.convert("RGB").getpixel((30, 20))[0] > 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\x89PNG\r\n\x1a\n<html>",
        b"GIF89a/*<script>*/=1;alert(1)//",
        b"%PDF-1.7",
        b"BM" + b"\0" * 100,  # a kind that Pillow knows and we do not take
        b"\0" * 4096,
    ],
)
def test_what_is_no_picture_is_refused(content):
    assert refusal(content) in ("not_a_picture", "damaged")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_half_a_picture_is_refused(kind):
    whole = encoded(Image.effect_noise((800, 600), 60).convert("RGB"), kind)
    assert refusal(whole[: len(whole) // 2]) in ("damaged", "not_a_picture")


@pytest.mark.parametrize("size", [(20_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_pixel_bomb_is_refused_before_it_is_decoded(size):
    started = time.monotonic()
    assert refusal(png_header(*size)) in ("too_many_pixels", "not_a_picture", "damaged")
    assert time.monotonic() - started < 3


def test_two_hundred_megapixels_are_named_as_what_they_are():
    assert refusal(encoded(Image.new("1", (20_000, 10_000)), "PNG")) == "too_many_pixels"


def test_a_decoder_that_hangs_or_eats_memory_ends_alone(monkeypatch, tmp_path):
    greedy = tmp_path / "greedy.py"
    greedy.write_text("import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass\n")
    monkeypatch.setattr(pictures, "_worker", greedy)
    assert refusal(make_picture()) == "too_heavy"
    monkeypatch.setattr(pictures, "TIMEOUT_SECONDS", 0.01)
    assert refusal(make_picture()) == "too_heavy"


def test_the_worker_never_imports_django():
    assert "import django" not in Path(worker.__file__).read_text().replace("from django", "import django")


def test_the_admin_gets_our_own_encoding_or_a_sentence():
    content = make_picture()
    cleaned = clean_picture(ContentFile(content))
    assert shown(cleaned.read()).format == "WEBP"
    assert cleaned.name == "picture.webp"
    with pytest.raises(ValidationError, match="not a picture"):
        clean_picture(ContentFile(b"<svg/>"))
