# ruff: noqa: E501  a header stands in one line
"""What hard mails are made of."""

import base64
from dataclasses import dataclass, field

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HEAD = "From: Carol Customer <carol@example.com>\nTo: help@keyhaven.example\nDate: Tue, 24 Nov 2026 12:00:00 +0200\nMessage-ID: <hard@example.com>\nMIME-Version: 1.0\n"


@dataclass(frozen=True)
class Hard:
    name: str
    raw: bytes
    text: str | None = None
    """Must stand in the full text."""
    subject: str | None = None
    sender: tuple[str, str] | None = None
    files: dict[str, bytes | None] = field(default_factory=dict)
    """Name and content; None where only the name counts."""
    to: list[str] | None = None
    more: dict[str, object] = field(default_factory=dict)


def mail(body: str | bytes, *headers: str, head: str = HEAD, subject: str = "Subject: Hello\n") -> bytes:
    top = head + subject + "".join(f"{header}\n" for header in headers)
    return (
        top.encode("utf-8", "surrogateescape") + b"\n" + (body if isinstance(body, bytes) else body.encode())
    )


def b64(raw: bytes) -> str:
    return base64.encodebytes(raw).decode()


def multipart(kind: str, *parts: str, boundary: str = "=_b", end: bool = True) -> tuple[str, str]:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts) + (f"--{boundary}--\n" if end else "")
    return body, f'Content-Type: multipart/{kind}; boundary="{boundary}"'


def parts(kind: str, *some: str, headers: tuple[str, ...] = (), **options: object) -> bytes:
    body, content_type = multipart(kind, *some, **options)  # type: ignore[arg-type]
    return mail(body, content_type, *headers)


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nTere, õun."
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>Tere, <b>õun</b>.</p>"
PICTURE = f'Content-Type: image/png; name="error.png"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="error.png"\n\n{b64(PNG)}'
