"""The only way a file leaves the house. Shown in the browser is only what we encoded ourselves; all else is
a download that no browser opens by itself."""

from django.core.files.base import File
from django.http import FileResponse, Http404

from tickets.models import Attachment, ExamplePicture

SEALED = "sandbox; default-src 'none'"
SIZES = ("preview", "thumb", "original")


def serve(attachment: Attachment, *, size: str = "preview", cache: str = "no-store") -> FileResponse:
    """A file for somebody who was found to have the right to it. `cache` is the Cache-Control of the
    answer."""
    if size not in SIZES:
        raise Http404
    if size == "original" or not attachment.is_picture:
        return _sealed(_download(attachment), cache)
    shown = attachment.thumbnail if size == "thumb" else attachment.preview
    return _sealed(FileResponse(_open(shown), content_type="image/webp"), cache)


def serve_example(example: ExamplePicture) -> FileResponse:
    """An example picture; public, and the same for everybody."""
    file = _open(example.picture)
    content_type = _picture_type(file.read(16))
    file.seek(0)
    if not content_type:
        raise Http404
    return _sealed(FileResponse(file, content_type=content_type), "public, max-age=3600")


def _download(attachment: Attachment) -> FileResponse:
    return FileResponse(
        _open(attachment.original),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )


def _open(field_file: File) -> File:
    try:
        return field_file.open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise Http404 from error


def _picture_type(head: bytes) -> str:
    """Empty for what is not a raster picture of a kind that we make ourselves."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/jpeg" if head.startswith(b"\xff\xd8\xff") else ""


def _sealed(response: FileResponse, cache: str) -> FileResponse:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cache-Control"] = cache
    return response
