# ruff: noqa: E501  a header stands in one line
import base64
import binascii
import quopri
import struct
from email.header import Header

from tickets.tests.mails.build import HEAD, HTML, PICTURE, PLAIN, PNG, Hard, b64, mail, multipart, parts
from tickets.tests.mails.harder import HARDER


def tnef(files: dict[str, bytes], body: bytes = b"Text of Outlook") -> bytes:
    """A winmail.dat after MS-OXTNEF: signature, key, then attributes with a checksum each."""

    def attribute(level: int, number: int, data: bytes) -> bytes:
        return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    out = struct.pack("<IH", 0x223E9F78, 1)
    out += attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
    out += attribute(1, 0x0002800C, body + b"\0")
    for name, content in files.items():
        out += attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0))
        out += attribute(2, 0x00018010, name.encode() + b"\0")
        out += attribute(2, 0x0006800F, content)
    return out


def uu(name: str, content: bytes) -> str:
    lines = [binascii.b2a_uu(content[at : at + 45]).decode() for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


CHARSETS = [
    ("utf-8", "utf-8", "Tere õunapuu čaj żółć"),
    ("latin-1", "iso-8859-1", "Grüße aus Köln"),
    ("latin-2", "iso-8859-2", "Žlutý kůň, żółć"),
    ("windows-1250", "cp1250", "Příliš žluťoučký kůň"),
    ("windows-1252", "cp1252", "“Quoted” – with €"),
    ("windows-1257", "cp1257", "Tõeline ēnu ąžuolas"),
    ("koi8-r", "koi8-r", "Здравствуйте, код не работает"),
    ("windows-1251", "cp1251", "Здравствуйте, код не работает"),
    ("iso-2022-jp", "iso2022_jp", "コードが使えません"),
    ("shift_jis", "shift_jis", "コードが使えません"),
    ("gb18030", "gb18030", "代码不起作用"),
    ("euc-kr", "euc_kr", "코드가 작동하지 않습니다"),
    ("utf-7", "utf-7", "Grüße aus Köln"),
    ("utf-16", "utf-16", "Grüße aus Köln"),
    ("iso-8859-15", "iso-8859-15", "Hinta 10 €"),
    ("cp850", "cp850", "Grüße aus Köln"),
    ("macintosh", "mac_roman", "Grüße aus Köln"),
]


def charsets() -> list[Hard]:
    found = []
    for label, codec, words in CHARSETS:
        body = quopri.encodestring(words.encode(codec)).decode("ascii")
        raw = mail(
            body, f"Content-Type: text/plain; charset={label}", "Content-Transfer-Encoding: quoted-printable"
        )
        found.append(Hard(f"charset {label}", raw, text=words))
    for label in (
        "iso-8859-1",
        "us-ascii",
        "x-unknown",
        "unknown-8bit",
        "no-such-charset",
        '"utf-8',
        "utf8",
        "UTF-8*en",
    ):
        raw = mail(
            "Tere õunapuu ja čaj".encode(),
            f"Content-Type: text/plain; charset={label}",
            "Content-Transfer-Encoding: 8bit",
        )
        found.append(Hard(f"utf-8 that calls itself {label}", raw, text="Tere õunapuu ja čaj"))
    raw = mail(
        "Grüße aus Köln, das Spiel lässt sich nicht öffnen".encode("cp1252"),
        "Content-Type: text/plain; charset=utf-8",
    )
    found.append(Hard("latin-1 that calls itself utf-8", raw, text="Köln"))
    found.append(Hard("8 bit without any charset", mail("Tere õun".encode()), text="Tere õun"))
    return found


def headers() -> list[Hard]:
    words = Header("Žluťoučký kůň se ztratil a kód nefunguje vůbec nikde", "utf-8", maxlinelen=40).encode()
    split = (
        "=?utf-8?B?"
        + base64.b64encode("kood õ".encode()[:-1]).decode()
        + "?= =?utf-8?B?"
        + base64.b64encode("õ".encode()[1:]).decode()
        + "?="
    )
    return [
        Hard(
            "a subject of several encoded words",
            mail("x", subject=f"Subject: {words}\n"),
            subject="Žluťoučký kůň se ztratil a kód nefunguje vůbec nikde",
        ),
        Hard(
            "a character split between encoded words",
            mail("x", subject=f"Subject: {split}\n"),
            subject="kood õ",
        ),
        Hard(
            "encoded words glued together",
            mail("x", subject="Subject: =?utf-8?Q?=C3=B5un?==?utf-8?Q?apuu?=\n"),
            subject="õunapuu",
        ),
        Hard(
            "an encoded word in quotes",
            mail("x", head='From: "=?utf-8?Q?J=C3=B6rg?=" <j@example.com>\n'),
            sender=("Jörg", "j@example.com"),
        ),
        Hard(
            "an encoded word with a comma",
            mail("x", head="From: =?utf-8?Q?M=C3=BCller=2C_Jan?= <jan@example.com>\n"),
            sender=("Müller, Jan", "jan@example.com"),
        ),
        Hard(
            "an encoded word with spaces in it",
            mail("x", subject="Subject: =?utf-8?Q?two words?=\n"),
            subject="two words",
        ),
        Hard("a subject in raw utf-8", mail("x", subject="Subject: Kood on õige\n"), subject="Kood on õige"),
        Hard(
            "a subject in raw latin-1",
            HEAD.encode() + "Subject: Grüße\n\nx".encode("latin-1"),
            subject="Grüße",
        ),
        Hard(
            "a subject folded anywhere",
            mail("x", subject="Subject: One\n two\n\tthree\n"),
            subject="One two three",
        ),
        Hard(
            "an unknown charset in a subject",
            mail("x", subject="Subject: =?x-klingon?Q?Qapla=27?=\n"),
            subject="Qapla'",
        ),
        Hard("an encoded word cut off", mail("x", subject="Subject: =?utf-8?Q?=C3=B5\n"), text="x"),
        Hard(
            "base64 in a subject without padding",
            mail("x", subject="Subject: =?utf-8?B?VGVyZQ?=\n"),
            subject="Tere",
        ),
        Hard("no subject", mail("x", subject=""), subject=""),
        Hard(
            "no sender", mail("x", head="To: help@keyhaven.example\n"), sender=None, more={"no_sender": True}
        ),
        Hard("an empty sender", mail("x", head="From: \n"), more={"no_sender": True}),
        Hard("a null sender", mail("x", head="From: <>\nReturn-Path: <>\n"), more={"no_sender": True}),
        Hard("only a Sender", mail("x", head="Sender: anna@example.com\n"), sender=("", "anna@example.com")),
        Hard(
            "two From lines",
            mail("x", head="From: a@example.com\nFrom: b@example.com\n"),
            sender=("", "a@example.com"),
        ),
        Hard(
            "a name with a comma in quotes",
            mail("x", head='From: "Doe, John" <j@example.com>\n'),
            sender=("Doe, John", "j@example.com"),
        ),
        Hard(
            "a name with a comma and no quotes",
            mail("x", head="From: Doe, John <j@example.com>\n"),
            sender=("John", "j@example.com"),
        ),
        Hard(
            "an address in a comment",
            mail("x", head="From: j@example.com (John Doe)\n"),
            sender=("John Doe", "j@example.com"),
        ),
        Hard(
            "an address as the name",
            mail("x", head='From: "ceo@bank.example" <m@evil.example>\n'),
            sender=("ceo@bank.example", "m@evil.example"),
        ),
        Hard(
            "a name with escaped quotes",
            mail("x", head='From: "John \\"J\\" Doe" <j@example.com>\n'),
            sender=('John "J" Doe', "j@example.com"),
        ),
        Hard(
            "an international domain",
            mail("x", head="From: <j@köln.example>\n"),
            sender=("", "j@köln.example"),
        ),
        Hard(
            "a group of recipients",
            mail("x", head="From: a@example.com\nTo: Team: b@example.com, c@example.com;\n"),
            to=["b@example.com", "c@example.com"],
        ),
        Hard(
            "undisclosed recipients",
            mail("x", head="From: a@example.com\nTo: undisclosed-recipients:;\n"),
            to=[],
        ),
        Hard(
            "line breaks in an address",
            mail("x", head="From: <a@example.com\r\n bcc: b@example.com>\n"),
            text="x",
        ),
        Hard(
            "spaces around an address",
            mail("x", head="From: John < j@example.com >\n"),
            sender=("John", "j@example.com"),
        ),
        Hard(
            "an unclosed bracket",
            mail("x", head="From: John <j@example.com\n"),
            sender=("John", "j@example.com"),
        ),
        Hard("a quoted local part", mail("x", head='From: "john doe"@example.com\n'), text="x"),
        Hard(
            "direction marks in a name",
            mail("x", head="From: =?utf-8?B?4oCuZXhl?= <j@example.com>\n"),
            sender=("exe", "j@example.com"),
        ),
        Hard("no headers at all", b"Just a text, no header.\nAnd more.\n", text="And more."),
        Hard("only headers", HEAD.encode(), text=""),
        Hard(
            "a line of a mailbox file first",
            b"From carol@example.com Tue Nov 24\n" + mail("x"),
            sender=("Carol Customer", "carol@example.com"),
        ),
        Hard(
            "a senseless date",
            mail("x", head="From: a@example.com\nDate: yesterday at noon\n"),
            more={"no_date": True},
        ),
        Hard(
            "a date of another age",
            mail("x", head="From: a@example.com\nDate: Tue, 1 Jan 1904 00:00:00 +0000\n"),
            more={"no_date": True},
        ),
        Hard(
            "a date without a zone",
            mail("x", head="From: a@example.com\nDate: 24 Nov 2026 12:00:00\n"),
            text="x",
        ),
        Hard(
            "a Message-ID without brackets",
            mail("x", head="From: a@example.com\nMessage-ID: abc@example.com\n"),
            more={"message_id": "<abc@example.com>"},
        ),
        Hard(
            "several ids in In-Reply-To",
            mail("x", "In-Reply-To: <a@x.example> <b@x.example>"),
            more={"answers_to": ["<a@x.example>", "<b@x.example>"]},
        ),
        Hard(
            "folded references",
            mail("x", "References: <a@x.example>\n <b@x.example>\n\t<c@x.example>"),
            more={"answers_to": ["<c@x.example>", "<b@x.example>", "<a@x.example>"]},
        ),
        Hard("NULs everywhere", mail(b"a\0b\0c", subject="Subject: n\0ul\n"), text="abc"),
        Hard(
            "a header without a colon", b"From: a@example.com\nthis is no header\nSubject: s\n\nx", text="x"
        ),
        Hard("carriage returns only", b"From: a@example.com\rSubject: s\r\rText", text=None),
    ]


def bodies() -> list[Hard]:
    flowed = "This line goes \non here.\n> quoted \n> goes on\nEnd."
    return [
        Hard("an empty body", mail(""), text=""),
        Hard("a body of spaces", mail("  \n \n"), text=""),
        Hard(
            "only HTML",
            mail("<p>Tere, <b>õun</b></p>", "Content-Type: text/html; charset=utf-8"),
            text="Tere, õun",
        ),
        Hard(
            "HTML with its charset inside",
            mail('<meta charset="windows-1250"><p>kůň</p>'.encode("cp1250"), "Content-Type: text/html"),
            text="kůň",
        ),
        Hard("HTML that is never closed", mail("<div><p>One<div>Two", "Content-Type: text/html"), text="Two"),
        Hard(
            "base64 with junk in it",
            mail(
                "VGVy\n!!ZSwg\n \nw7V1bi4=\n--\n",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: base64",
            ),
            text="Tere, õun",
        ),
        Hard(
            "base64 without its end",
            mail(
                b64(b"Tere, see on pikem tekst")[:-3],
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: base64",
            ),
            text="Tere, see on pikem",
        ),
        Hard(
            "plain text that calls itself base64",
            mail("This is plain text, and somebody says it is base64.", "Content-Transfer-Encoding: base64"),
            text="somebody says it is base64",
        ),
        Hard(
            "broken quoted-printable",
            mail("100=25 sure=\n, =ZZ and = alone", "Content-Transfer-Encoding: quoted-printable"),
            text="100% sure, ",
        ),
        Hard("an unknown encoding", mail("Read me", "Content-Transfer-Encoding: x-zip"), text="Read me"),
        Hard(
            "format=flowed",
            mail(flowed, "Content-Type: text/plain; format=flowed"),
            text="This line goes on here.",
        ),
        Hard(
            "format=flowed with DelSp",
            mail("kirja tekst \njätkub", "Content-Type: text/plain; format=flowed; delsp=yes"),
            text="kirja tekstjätkub",
        ),
        Hard(
            "a file in uuencode inside the text",
            mail("See this:\n" + uu("log.txt", b"line one") + "Thanks"),
            text="Thanks",
            files={"log.txt": b"line one"},
        ),
        Hard(
            "a text that only begins with begin", mail("begin 644 the story\nof my life\n"), text="of my life"
        ),
        Hard("one line of 100,000 characters", mail("x" * 100_000), text="x" * 1000),
        Hard(
            "text/enriched",
            mail("<bold>Hello</bold> there", "Content-Type: text/enriched"),
            text="Hello there",
        ),
        Hard("a text of another type", mail("Read", "Content-Type: text/x-web-markdown"), text="Read"),
        Hard("a content type that is none", mail("Read me", "Content-Type: ;;;"), text="Read me"),
        Hard(
            "an invitation alone",
            mail(
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Call about\n  the code\nDTSTART;TZID=Europe/Tallinn:20261125T100000\nLOCATION:Phone\nORGANIZER;CN=Dave:mailto:dave@example.com\nEND:VEVENT\nEND:VCALENDAR",
                "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
            ),
            text="Call about the code",
            files={"invite.ics": None},
        ),
    ]


def structures() -> list[Hard]:
    inner = "From: x@example.com\nSubject: Bounced mail\n\nInner text\n"
    nested = "Content-Type: text/plain\n\nInnermost"
    for level in range(30):
        body, kind = multipart("mixed", nested, boundary=f"n{level}")
        nested = f"{kind}\n\n{body}"
    cid = f'Content-Type: image/png; name="shot.png"\nContent-ID: <abc@x>\nContent-Disposition: inline; filename="shot.png"\nContent-Transfer-Encoding: base64\n\n{b64(PNG)}'
    with_cid = 'Content-Type: text/html\n\n<p>Before</p><img src="cid:abc@x"><p>After</p>'
    related, related_kind = multipart("related", with_cid, cid, boundary="rel")
    winmail = f'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n{b64(tnef({"proof.txt": b"the proof"}))}'
    broken = f'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n{b64(b"no tnef at all")}'
    report = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.1.1\n"
    return [
        Hard("plain and HTML", parts("alternative", PLAIN, HTML), text="Tere, õun."),
        Hard("HTML before plain", parts("alternative", HTML, PLAIN), text="Tere, õun."),
        Hard(
            "an alternative with an empty plain form",
            parts("alternative", "Content-Type: text/plain\n\n", HTML),
            text="Tere, õun",
        ),
        Hard("a picture attached", parts("mixed", PLAIN, PICTURE), text="Tere", files={"error.png": PNG}),
        Hard(
            "a picture in the text",
            mail(related, related_kind),
            text="Before\n\n[image: shot.png]\n\nAfter",
            files={"shot.png": PNG},
        ),
        Hard(
            "a picture in the text of an alternative",
            parts("alternative", PLAIN, f"{related_kind}\n\n{related}"),
            files={"shot.png": PNG},
        ),
        Hard(
            "texts before and after a file",
            parts("mixed", PLAIN, PICTURE, "Content-Type: text/plain\n\nSecond part"),
            text="Second part",
            files={"error.png": PNG},
        ),
        Hard(
            "a mail inside the mail",
            parts("mixed", PLAIN, f"Content-Type: message/rfc822\n\n{inner}"),
            files={"Bounced mail.eml": None},
        ),
        Hard(
            "a mail inside the mail in base64",
            parts(
                "mixed",
                PLAIN,
                f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{b64(inner.encode())}",
            ),
            text="Tere",
        ),
        Hard(
            "thirty multiparts inside each other",
            mail(nested.partition("\n\n")[2], nested.partition("\n\n")[0]),
            text="Innermost",
        ),
        Hard(
            "a missing last boundary",
            parts("mixed", PLAIN, PICTURE, end=False),
            text="Tere",
            files={"error.png": PNG},
        ),
        Hard(
            "a boundary that never comes",
            mail("Text without parts", 'Content-Type: multipart/mixed; boundary="zzz"'),
            text="Text without parts",
        ),
        Hard(
            "a multipart without a boundary",
            mail("Text without parts", "Content-Type: multipart/mixed"),
            text="Text without parts",
        ),
        Hard(
            "a boundary that begins like another",
            parts(
                "mixed",
                f"{multipart('alternative', PLAIN, HTML, boundary='=_b2')[1]}\n\n{multipart('alternative', PLAIN, HTML, boundary='=_b2')[0]}",
                PICTURE,
            ),
            text="Tere",
            files={"error.png": PNG},
        ),
        Hard(
            "a multipart without parts",
            mail("--=_b--\n", 'Content-Type: multipart/mixed; boundary="=_b"'),
            text="",
        ),
        Hard(
            "a text before the first part",
            mail("Preamble\n" + multipart("mixed", PLAIN)[0], multipart("mixed", PLAIN)[1]),
            text="Tere",
        ),
        Hard(
            "winmail.dat with a file",
            parts("mixed", PLAIN, winmail),
            text="Tere",
            files={"proof.txt": b"the proof"},
        ),
        Hard(
            "winmail.dat alone",
            mail(winmail.partition("\n\n")[2], *winmail.partition("\n\n")[0].split("\n")),
            text="Text of Outlook",
            files={"proof.txt": b"the proof"},
        ),
        Hard(
            "winmail.dat that is none",
            parts("mixed", PLAIN, broken),
            text="Tere",
            files={"winmail.dat": b"no tnef at all"},
        ),
        Hard(
            "an invitation beside a text",
            parts(
                "mixed", PLAIN, "Content-Type: text/calendar; name=meet.ics\n\nBEGIN:VCALENDAR\nEND:VCALENDAR"
            ),
            text="Tere",
            files={"meet.ics": None},
        ),
        Hard(
            "a report of a mail server",
            parts(
                "report; report-type=delivery-status",
                PLAIN,
                report,
                f"Content-Type: message/rfc822\n\n{inner}",
            ),
            files={"delivery-status.txt": None},
        ),
        Hard(
            "signed by S/MIME",
            parts("signed", PLAIN, "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nabc"),
            text="Tere",
            files={"smime.p7s": None},
        ),
        Hard(
            "encrypted by PGP",
            parts(
                "encrypted",
                "Content-Type: application/pgp-encrypted\n\nVersion: 1",
                "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----",
            ),
            files={"encrypted.asc": None},
        ),
        Hard(
            "a vCard",
            parts("mixed", PLAIN, "Content-Type: text/vcard\n\nBEGIN:VCARD\nEND:VCARD"),
            files={"contact.vcf": None},
        ),
        Hard(
            "a text file",
            parts("mixed", PLAIN, 'Content-Type: text/plain; name="log.txt"\n\nLine'),
            text="Tere",
            files={"log.txt": None},
        ),
        Hard(
            "an HTML file",
            parts(
                "mixed",
                PLAIN,
                'Content-Type: text/html\nContent-Disposition: attachment; filename="page.html"\n\n<script>x</script>',
            ),
            text="Tere",
            files={"page.html": None},
        ),
        Hard(
            "two files of one name",
            parts("mixed", PLAIN, PICTURE, PICTURE),
            files={"error.png": PNG, "error-2.png": PNG},
        ),
        Hard(
            "600 parts",
            parts("mixed", *["Content-Type: text/plain\n\nPart"] * 600),
            text="Part",
            files={"more-parts.eml": None},
        ),
        Hard(
            "an empty file",
            parts("mixed", PLAIN, "Content-Type: application/pdf; name=empty.pdf\n\n"),
            files={"empty.pdf": None},
        ),
    ]


def names() -> list[Hard]:
    def named(*headers: str) -> bytes:
        return parts(
            "mixed", PLAIN, "\n".join(["Content-Transfer-Encoding: base64", *headers]) + f"\n\n{b64(PNG)}"
        )

    long = "ä" * 150
    return [
        Hard(
            "a name after RFC 2231",
            named(
                "Content-Type: image/png", "Content-Disposition: attachment; filename*=utf-8''%C3%B5un.png"
            ),
            files={"õun.png": PNG},
        ),
        Hard(
            "a name in pieces",
            named(
                "Content-Type: image/png",
                "Content-Disposition: attachment; filename*0=long; filename*1=name; filename*2=.png",
            ),
            files={"longname.png": PNG},
        ),
        Hard(
            "an encoded name in pieces",
            named(
                "Content-Type: image/png",
                "Content-Disposition: attachment; filename*0*=utf-8''%C3%B5u; filename*1*=n.png",
            ),
            files={"õun.png": PNG},
        ),
        Hard(
            "a name of encoded words",
            named(
                "Content-Type: image/png",
                'Content-Disposition: attachment; filename="=?utf-8?Q?=C3=B5un.png?="',
            ),
            files={"õun.png": PNG},
        ),
        Hard(
            "a raw utf-8 name",
            named("Content-Type: image/png", 'Content-Disposition: attachment; filename="õun.png"'),
            files={"õun.png": PNG},
        ),
        Hard(
            "a name only in Content-Type",
            named('Content-Type: image/png; name="only.png"'),
            files={"only.png": PNG},
        ),
        Hard(
            "no name",
            named("Content-Type: image/png", "Content-Disposition: attachment"),
            files={"picture.png": PNG},
        ),
        Hard(
            "a name that climbs",
            named("Content-Type: image/png", 'Content-Disposition: attachment; filename="../../etc/passwd"'),
            files={"passwd": PNG},
        ),
        Hard(
            "a name of Windows",
            named(
                "Content-Type: image/png",
                'Content-Disposition: attachment; filename="C:\\\\Users\\\\carol\\\\shot.png"',
            ),
            files={"shot.png": PNG},
        ),
        Hard(
            "a name that turns the writing",
            named(
                "Content-Type: image/png",
                "Content-Disposition: attachment; filename*=utf-8''shot%E2%80%AEgnp.exe",
            ),
            files={"shotgnp.exe": PNG},
        ),
        Hard(
            "a name of zero width and .htaccess",
            named(
                "Content-Type: text/plain",
                "Content-Disposition: attachment; filename*=utf-8''%E2%80%8B.htaccess",
            ),
            files={"htaccess": PNG},
        ),
        Hard(
            "a name that is too long",
            named("Content-Type: image/png", f'Content-Disposition: attachment; filename="{long}.png"'),
            text="Tere",
        ),
        Hard(
            "a name with a semicolon",
            named("Content-Type: image/png", 'Content-Disposition: attachment; filename="a;b.png"'),
            files={"a;b.png": PNG},
        ),
        Hard(
            "a name without quotes and with spaces",
            named("Content-Type: image/png", "Content-Disposition: attachment; filename=my shot.png"),
            files={"my shot.png": PNG},
        ),
    ]


HARD: list[Hard] = [*charsets(), *headers(), *bodies(), *structures(), *names(), *HARDER]
