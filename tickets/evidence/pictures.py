"""Pictures from strangers: what they are is decided by their content, and they are decoded by `worker`, in
a process whose memory and time are bounded. What comes out is our own encoding, upright and without
metadata."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

MAX_MEGAPIXELS = 64
"""The largest phone photos have 50; above this a file is a mistake or an attack."""
PREVIEW_WIDTH = 2000
PREVIEW_MEGAPIXELS = 8
"""A screenshot of a whole page is narrow and very high: bounded by its longest edge, it could not be read."""
THUMBNAIL_EDGE = 320
TIMEOUT_SECONDS = 30

REFUSALS = {
    "not_a_picture": _("It is not a picture that we can open. Please send a JPEG, PNG, WebP, GIF or HEIC."),
    "damaged": _("It arrived damaged or incomplete. Please take or save it once more."),
    "too_many_pixels": _("It has too many pixels. Please send a smaller copy, or a screenshot of it."),
    "too_heavy": _("It is too heavy to open. Please send a smaller copy, or a screenshot of it."),
}

_worker = Path(__file__).with_name("worker.py")
# Each process may take a few hundred megabytes for a moment.
_at_once = BoundedSemaphore(2)


class BadPicture(ValueError):
    """`reason` is a key of `REFUSALS`, `str()` a sentence that says what to do."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(str(REFUSALS[reason]))


@dataclass(frozen=True)
class Picture:
    content_type: str
    """Of the file that came."""
    width: int
    """Pixels of the preview, as `height`."""
    height: int
    preview: bytes
    thumbnail: bytes
    """Both WebP."""


def look_at(file: File) -> Picture:
    """Decode a picture. Raises `BadPicture`. Costs a process: a tenth of a second for a screenshot, one for
    a photo."""
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        source, preview, thumbnail = (Path(folder) / name for name in ("source", "preview", "thumbnail"))
        with source.open("wb") as copy:
            file.seek(0)
            for chunk in file.chunks():
                copy.write(chunk)
        found = _run_worker(source, preview, thumbnail)
        if "refused" in found:
            raise BadPicture(found["refused"])
        return Picture(
            content_type=found["kind"],
            width=found["width"],
            height=found["height"],
            preview=preview.read_bytes(),
            thumbnail=thumbnail.read_bytes(),
        )


def clean_picture(file: File) -> ContentFile:
    """For forms of the admin: our own encoding of the picture. Raises `ValidationError` with what to do."""
    try:
        return ContentFile(look_at(file).preview, name="picture.webp")
    except BadPicture as error:
        raise ValidationError(str(error)) from error


def _run_worker(source: Path, preview: Path, thumbnail: Path) -> dict:
    numbers = (MAX_MEGAPIXELS, PREVIEW_WIDTH, PREVIEW_MEGAPIXELS, THUMBNAIL_EDGE)
    # One allocator arena: a dozen would eat the address space that the limit leaves.
    environment = {"MALLOC_ARENA_MAX": "1", "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
    with _at_once:
        try:
            done = subprocess.run(  # noqa: S603  our own program, and paths that we made
                [sys.executable, "-I", _worker, source, preview, thumbnail, *map(str, numbers)],
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"refused": "too_heavy"}
    if done.returncode != 0:
        logger.warning("A picture ended its worker (%s): %s", done.returncode, done.stderr[-500:])
        return {"refused": "too_heavy" if done.returncode < 0 else "damaged"}
    return json.loads(done.stdout)
