"""Names of files in a mail: safe to show, never empty, each once."""

from dataclasses import replace

from tickets.channels.mail_in.mail import File
from tickets.evidence.names import clean_file_name

BY_TYPE = {
    "image/png": "picture.png",
    "image/jpeg": "picture.jpg",
    "image/gif": "picture.gif",
    "image/webp": "picture.webp",
    "image/heic": "picture.heic",
    "application/pdf": "document.pdf",
    "text/plain": "text.txt",
    "text/html": "page.html",
    "text/calendar": "invite.ics",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "text/directory": "contact.vcf",
    "text/csv": "table.csv",
    "text/rfc822-headers": "headers.txt",
    "message/rfc822": "message.eml",
    "message/global": "message.eml",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pgp-encrypted": "version.txt",
    "application/ms-tnef": "winmail.dat",
}


def named(name: str, kind: str) -> str:
    if name.strip():
        return clean_file_name(name)
    return BY_TYPE.get(kind, "file")


def unique(files: list[File]) -> list[File]:
    """`a.png`, `a-2.png`, …: a name in the text must mean one file."""
    taken: set[str] = set()
    turn: dict[str, int] = {}
    out = []
    for file in files:
        name = file.name
        while name.casefold() in taken:
            number = turn[file.name] = turn.get(file.name, 1) + 1
            stem, dot, extension = file.name.rpartition(".")
            name = f"{stem}-{number}.{extension}" if dot and stem else f"{file.name}-{number}"
        taken.add(name.casefold())
        out.append(replace(file, name=name))
    return out
