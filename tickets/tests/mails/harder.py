"""Mails whose structure, encoding or pictures say one thing and mean another."""

from tickets.tests.mails.build import HTML, PLAIN, PNG, Hard, b64, mail, multipart, parts


def picture(*headers: str) -> str:
    return (
        "\n".join(["Content-Type: image/png", "Content-Transfer-Encoding: base64", *headers])
        + f"\n\n{b64(PNG)}"
    )


def html(text: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n{text}"


TWO = f"--abc\n{PLAIN}\n--abc\n{picture('Content-Disposition: attachment; filename=a.png')}--abc--\n"


def boundaries() -> list[Hard]:
    inner, kind = multipart("alternative", PLAIN, HTML, boundary="abc")
    closed = (
        f"--b\n{PLAIN}\n--b--\n--b\n{picture('Content-Disposition: attachment; filename=a.png')}\n--b--\n"
    )
    return [
        Hard(
            "a boundary that only the body names",
            mail(TWO, "Content-Type: multipart/mixed"),
            text="Tere, õun.",
            files={"a.png": PNG},
        ),
        Hard(
            "a boundary other than the one named",
            mail(TWO, "Content-Type: multipart/mixed; boundary=abd"),
            text="Tere, õun.",
            files={"a.png": PNG},
        ),
        Hard(
            "a boundary that begins like the one around it",
            mail(
                f"--abcd\n{kind}\n\n{inner}--abcd\nContent-Type: text/plain\n\nAfter\n--abcd--\n",
                "Content-Type: multipart/mixed; boundary=abcd",
            ),
            text="After",
        ),
        Hard(
            "parts behind the closing boundary",
            mail(closed, "Content-Type: multipart/mixed; boundary=b"),
            text="Tere, õun.",
            files={"a.png": PNG},
        ),
        Hard(
            "words behind the closing boundary",
            mail(f"--b\n{PLAIN}\n--b--\nAnd my number is 5.\n", "Content-Type: multipart/mixed; boundary=b"),
            text="And my number is 5.",
        ),
        Hard(
            "a digest",
            parts("digest", "\nSubject: one\n\nText one", "\nSubject: two\n\nText two"),
            files={"one.eml": None, "two.eml": None},
        ),
        Hard(
            "nothing but a mail",
            mail("From: b@x.example\nSubject: in\n\nhi", "Content-Type: message/rfc822"),
            files={"in.eml": b"From: b@x.example\nSubject: in\n\nhi"},
        ),
        Hard(
            "a file that holds many mails",
            parts(
                "mixed",
                PLAIN,
                'Content-Type: text/plain; name="old.mbox"\n\n'
                + "Content-Type: multipart/mixed; boundary=q\n\n" * 900,
            ),
            text="Tere",
            files={"old.mbox": None},
        ),
        Hard(
            "a file of a Mac in two forks",
            parts(
                "mixed",
                PLAIN,
                'Content-Type: application/applefile; name="a.png"\n\nfork',
                picture('Content-Disposition: attachment; filename="a.png"'),
            ),
            files={"a.png.applefile": b"fork", "a.png": PNG},
        ),
        Hard(
            "mixed line ends", mail("One\r\nTwo\rThree\n", "Content-Type: text/plain"), text="One\nTwo\nThree"
        ),
        Hard(
            "a whole mail with CRLF",
            parts("mixed", PLAIN, picture('Content-Disposition: attachment; filename="a.png"')).replace(
                b"\n", b"\r\n"
            ),
            text="Tere, õun.",
            files={"a.png": PNG},
        ),
        Hard(
            "6000 parts",
            parts("mixed", *["Content-Type: text/plain\n\nPart"] * 6000),
            text="Part",
            files={"whole-mail.eml": None},
        ),
    ]


def encodings() -> list[Hard]:
    utf8 = "Content-Type: text/plain; charset=utf-8"
    long = b64(b"The code does not work at all, and I have tried it three times by now.")
    czech = "Žluťoučký kůň úpěl ďábelské ódy. ".encode()
    return [
        Hard(
            "an encoding with a blank in its name",
            mail("Tere =C3=B5un", utf8, "Content-Transfer-Encoding: quoted printable"),
            text="Tere õun",
        ),
        Hard(
            "an encoding in quotes",
            mail("Tere =C3=B5un", utf8, 'Content-Transfer-Encoding: "quoted-printable"'),
            text="Tere õun",
        ),
        Hard(
            "an encoding with a comment",
            mail("Tere =C3=B5un", utf8, "Content-Transfer-Encoding: Quoted-Printable (as ever)"),
            text="Tere õun",
        ),
        Hard(
            "base64 in two pieces",
            mail("VGVyZQ==\nVGVyZQ==\n", utf8, "Content-Transfer-Encoding: base64"),
            text="TereTere",
        ),
        Hard(
            "a footer below base64",
            mail(
                f"{long}\n-- \nThis mail was checked by a virus scanner.\n",
                utf8,
                "Content-Transfer-Encoding: base64",
            ),
            text="tried it three times",
        ),
        Hard(
            "words that look like a file in uuencode",
            mail("begin 644 games now\nHello\nend\nBye"),
            text="Hello",
        ),
        Hard(
            "Japanese without a charset",
            mail("コードが使えません".encode("iso2022_jp")),
            text="コードが使えません",
        ),
        Hard("one spoilt byte in UTF-8", mail(czech * 3 + b"\xff ok", utf8), text="Žluťoučký kůň úpěl"),
        Hard("UTF-8 cut in a letter", mail("Tere õun õ".encode()[:-1], utf8), text="Tere õun"),
        Hard(
            "Chinese cut in a letter",
            mail("代码不起作用".encode("gb18030")[:-1], "Content-Type: text/plain; charset=gb2312"),
            text="代码不起作",
        ),
        Hard(
            "a charset after RFC 2231",
            mail("Tere õun".encode(), "Content-Type: text/plain; charset*=us-ascii'en'utf-8"),
            text="Tere õun",
        ),
    ]


def types() -> list[Hard]:
    return [
        Hard(
            "a name on the only text",
            mail("Read me", 'Content-Type: text/plain; name="body.txt"'),
            text="Read me",
        ),
        Hard("a type the wrong way round", mail("Read me", "Content-Type: plain/text"), text="Read me"),
        Hard(
            "two Content-Types",
            mail("<p>Read me</p>", "Content-Type: text/html", "Content-Type: text/plain"),
            text="Read me",
        ),
        Hard(
            "an alarm in an invitation",
            mail(
                "BEGIN:VEVENT\nSUMMARY:Call\nBEGIN:VALARM\nDESCRIPTION:Alarm\nEND:VALARM\nEND:VEVENT",
                "Content-Type: text/calendar",
            ),
            text="Call",
            files={"invite.ics": None},
        ),
        Hard(
            "two names, one of them with a charset",
            parts(
                "mixed",
                PLAIN,
                picture(
                    "Content-Disposition: attachment; filename=\"plain.png\"; filename*=UTF-8''%C3%B5.png"
                ),
            ),
            files={"õ.png": PNG},
        ),
        Hard(
            "a name without its semicolon",
            parts("mixed", PLAIN, picture('Content-Disposition: attachment filename="a.png"')),
            files={"a.png": PNG},
        ),
        Hard(
            "a name and no disposition",
            parts("mixed", PLAIN, picture('Content-Disposition: filename="a.png"')),
            files={"a.png": PNG},
        ),
    ]


def pictures() -> list[Hard]:
    one = html('<p>Before<img src="cid:a%40b">After</p>')
    two = html('<p>One<img src="1.png">Two<img src="2.png"></p>')
    return [
        Hard(
            "a Content-ID in percent signs",
            parts(
                "related", one, picture("Content-ID: <a@b>", "Content-Disposition: inline; filename=s.png")
            ),
            text="Before\n[image: s.png]\nAfter",
            more={"inline": {"s.png"}},
        ),
        Hard(
            "a Content-Location",
            parts(
                "related",
                html('<p>A<img src="https://x.example/a.png">B</p>'),
                picture("Content-Location: https://x.example/a.png"),
            ),
            text="A\n[image: picture.png]\nB",
            more={"inline": {"picture.png"}},
        ),
        Hard(
            "two locations and one name",
            parts(
                "related",
                two,
                picture("Content-Location: 1.png", "Content-Disposition: inline; filename=i.png"),
                picture("Content-Location: 2.png", "Content-Disposition: inline; filename=i.png"),
            ),
            text="One\n[image: i.png]\nTwo\n[image: i-2.png]",
            more={"inline": {"i.png", "i-2.png"}},
        ),
        Hard(
            "an attachment that the HTML shows",
            parts(
                "related",
                html("<p>A<img src=cid:q>B</p>"),
                picture("Content-ID: <q>", "Content-Disposition: attachment; filename=s.png"),
            ),
            text="A\n[image: s.png]\nB",
            more={"inline": {"s.png"}},
        ),
        Hard(
            "a picture that the HTML does not show",
            parts(
                "related",
                html("<p>A</p>"),
                picture("Content-ID: <q>", "Content-Disposition: inline; filename=s.png"),
            ),
            files={"s.png": PNG},
            more={"inline": set()},
        ),
        Hard(
            "a picture between two texts",
            parts(
                "mixed",
                PLAIN,
                picture("Content-Disposition: inline; filename=s.png"),
                "Content-Type: text/plain\n\nBelow it",
            ),
            text="Tere, õun.\n\n[image: s.png]\n\nBelow it",
            more={"inline": {"s.png"}},
        ),
        Hard(
            "a picture between two texts of HTML",
            parts(
                "mixed",
                html("<p>A</p>"),
                picture("Content-Disposition: inline; filename=s.png"),
                html("<p>B</p>"),
            ),
            text="A\n\n[image: s.png]\n\nB",
            more={"inline": {"s.png"}},
        ),
        Hard(
            "a document marked inline",
            parts(
                "mixed",
                html("<p>A</p>"),
                "Content-Type: application/pdf\nContent-Disposition: inline; filename=a.pdf\n\nx",
            ),
            files={"a.pdf": b"x"},
            more={"inline": set()},
        ),
    ]


HARDER: list[Hard] = [*boundaries(), *encodings(), *types(), *pictures()]
