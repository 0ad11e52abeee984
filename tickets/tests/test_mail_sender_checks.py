"""Whether the mail servers of an address vouch for it, and nothing else."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from customers.tests.factories import make_customer
from tickets.channels.mail_in.parse import read
from tickets.channels.mail_in.sender_checks import aligned, check_sender
from tickets.models.ticket import Verified
from tickets.tests.factories import make_mailbox
from tickets.tests.mailing import CAROL, make_mail, take

HOST = "mx.keyhaven.example"


def passes(raw: bytes, *, trusted: tuple[str, ...] = (HOST,), dns=None) -> bool:
    return check_sender(read(raw), raw, trusted_hosts=trusted, dns=dns).passes


def results(*words: str, host: str = HOST, sender: str = CAROL) -> bytes:
    return f"Authentication-Results: {host}; {'; '.join(words)}\n".encode() + make_mail(sender=sender)


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        (["dmarc=pass header.from=example.com"], True),
        (["dkim=pass header.d=example.com"], True),
        (["dkim=pass header.d=mail.example.com"], True),
        (["dkim=pass header.i=@example.com"], True),
        (["spf=pass smtp.mailfrom=bounces@example.com"], True),
        (["dmarc=fail header.from=example.com"], False),
        (["dmarc=pass header.from=evil.example"], False),
        (["dkim=pass header.d=evil.example"], False),
        (["dkim=pass header.d=com"], False),
        (["spf=pass smtp.mailfrom=m@evil.example"], False),
        (["spf=softfail smtp.mailfrom=carol@example.com"], False),
        (["none"], False),
        (["dmarc=pass (p=REJECT sp=NONE) header.from=example.com"], True),
        (["dmarc=pass header.from=EXAMPLE.COM"], True),
        (["dmarc=pass"], False),
        (["dmarc=bestguesspass action=none header.from=example.com"], False),
        (
            ["dkim=pass (2048-bit key; unprotected) header.d=example.com header.i=@example.com header.b=abc"],
            True,
        ),
        (["dkim=pass header.i=@evil.example header.d=evil.example"], False),
        (
            ["spf=pass (mx: domain of carol@example.com permits 192.0.2.1) smtp.mailfrom=carol@example.com"],
            True,
        ),
        (["spf=pass smtp.mailfrom=example.com"], True),
        (["spf=pass smtp.helo=example.com"], False),
        (["spf=pass smtp.mailfrom=carol@evilexample.com"], False),
        (["x-dmarc=pass header.from=example.com"], False),
        (["auth=pass smtp.auth=carol@example.com"], False),
        (["this is; no = header of ; results"], False),
        (["dkim=fail header.d=example.com", "spf=pass smtp.mailfrom=carol@example.com"], True),
    ],
)
def test_a_trusted_host_is_believed_about_the_domain_of_the_sender(words: list[str], passed: bool) -> None:
    assert passes(results(*words)) == passed


def test_nobody_else_is_believed() -> None:
    raw = results("dmarc=pass header.from=example.com", host="mx.evil.example")
    assert not passes(raw)
    assert not passes(results("dmarc=pass header.from=example.com"), trusted=())


def test_only_the_topmost_header_counts_for_anybody_can_write_one_below() -> None:
    forged = results("dmarc=pass header.from=example.com")
    assert not passes(
        f"Authentication-Results: {HOST}; dmarc=fail header.from=example.com\n".encode() + forged
    )
    assert not passes(b"Authentication-Results: other.example; none\n" + forged)


SPOOFS = [
    "From: carol@example.com\nFrom: m@evil.example\n",
    "From: m@evil.example\nFrom: carol@example.com\n",
    "From: carol@example.com, m@evil.example\n",
    "From: <m@evil.example>, <carol@example.com>\n",
    "From: <carol@example.com> <m@evil.example>\n",
    'From: "carol@example.com" <m@evil.example>\n',
    "From: <@evil.example:carol@example.com>\n",
    "From: carol@evil.example@example.com\n",
    "From: carol@example.com@evil.example\n",
    "From: =?utf-8?Q?carol=40evil=2Eexample?=@example.com\n",
    "From: =?utf-8?B?Y2Fyb2xAZXhhbXBsZS5jb20=?= <m@evil.example>\n",
    "From: (carol@example.com) m@evil.example\n",
    "From: m@evil.example (carol@example.com)\n",
    "From: Team: carol@example.com;\n",
    'From: "m@evil.example"@example.com\n',
    "From: carol@example.com\0.evil.example\n",
    "From: carol@[192.0.2.1]\n",
    "From: carol@example.com;m@evil.example\n",
    "From: carol%evil.example@example.com\n",
    "From: carol@ex\u0430mple.com\n",
    "From: <carol@example.com>m@evil.example\n",
    "From:\n carol@example.com\n m@evil.example\n",
    "Sender: carol@example.com\n",
    "From: carol@example.com\nFROM: m@evil.example\n",
    "From : m@evil.example\nFrom: carol@example.com\n",
    "From: carol@example.com\nFrom : m@evil.example\n",
    " From: m@evil.example\nFrom: carol@example.com\n",
    "From: carol@example.com\nnot a header\nFrom: m@evil.example\n",
    "From: carol@example.com\r\rFrom: m@evil.example\n",
    "X: 1\rFrom: carol@example.com\r\r\nFrom: m@evil.example\n",
    "From: carol@example.com\nFr\u043em: m@evil.example\n",
    "From: carol@example.com\nX\0From: m@evil.example\n",
    "From: carol@example.com,\n",
    "From: <carol@example.com>, \n <m@evil.example>\n",
    "From: :;, carol@example.com\n",
    'From: "carol@example.com\\" <m@evil.example>" <carol@example.com>\n',
    'From: "m@evil.example" <carol@example.com>\n',
    "From: m@evil.example <carol@example.com>\n",
    "From: carol@example.com <m@evil.example>\n",
    "From: <<carol@example.com>>\n",
    "From: carol @example.com\n",
    "From: carol@example.com (\n",
    "From: carol\\@example.com\n",
    "From: carol@example.com.\u2024evil.example\n",
    "From: =?utf-8?Q?carol=40example.com=00?= <m@evil.example>\n",
    "From: mailto:carol@example.com\n",
    "From: carol@example.com\u2028m@evil.example\n",
    "From:\n",
    "",
]


@pytest.mark.parametrize("header", SPOOFS, ids=repr)
def test_a_sender_that_can_be_read_in_two_ways_never_passes(header: str) -> None:
    told = f"Authentication-Results: {HOST}; dmarc=pass header.from=example.com\n"
    assert not passes((told + header + "Subject: s\n\nx").encode())


@pytest.mark.parametrize(
    "written",
    [
        "carol@example.com",
        "<carol@example.com>",
        "Carol <carol@example.com>",
        '"Customer, Carol" <carol@example.com>',
        '"carol@example.com" <carol@example.com>',
        "'Carol@Example.com' <carol@example.com>",
        "carol@example.com <carol@example.com>",
        "=?utf-8?Q?C=C3=A4rol?= <carol@example.com>",
        "Carol\n <carol@example.com>",
        "Carol <Carol@EXAMPLE.com>",
    ],
)
@pytest.mark.parametrize("name", ["From", "FROM", "from"])
def test_a_sender_that_can_be_read_in_one_way_passes(name: str, written: str) -> None:
    told = f"Authentication-Results: {HOST}; dmarc=pass header.from=example.com\n"
    assert passes(f"{told}{name}: {written}\nSubject: s\n\nx".encode())


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def signed(raw: bytes, key: rsa.RSAPrivateKey, domain: str = "example.com", **options: object) -> bytes:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return dkim.sign(raw, b"sel", domain.encode(), pem, **options) + raw


def dns_of(key: rsa.RSAPrivateKey):
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    def txt(name: bytes, timeout: float = 5) -> bytes | None:
        return record if name.startswith(b"sel._domainkey.example.com") else None

    return txt


def test_a_signature_of_the_sender_is_checked_here(key) -> None:
    raw = signed(make_mail(), key)
    assert passes(raw, trusted=(), dns=dns_of(key))
    assert not passes(raw, trusted=(), dns=None)
    assert not passes(raw.replace(b"does not work", b"does work"), trusted=(), dns=dns_of(key))


def test_a_signature_of_somebody_else_or_of_a_part_counts_nothing(key) -> None:
    assert not passes(signed(make_mail(sender="m@evil.example"), key), trusted=(), dns=dns_of(key))
    partly = signed(make_mail(), key, length=True)
    assert b"l=" in partly
    assert not passes(partly, trusted=(), dns=dns_of(key))


def test_a_true_signature_vouches_for_no_other_line_than_the_one_it_signed(key) -> None:
    """What somebody's server signed for them is put below a From line of a victim at the same server."""
    raw = signed(make_mail(sender="m@example.com"), key)
    signature, rest = raw.split(b"\r\nFrom:", 1)
    rest = b"From:" + rest
    victim = b"From: carol@example.com"
    tricks = [
        victim + b"\r\nnot a header\r\n",
        victim + b"\r\n\r\n",
        victim + b"\r\n",
        b"X: 1\r" + victim + b"\r\r\n",
        b"X: 1\r" + victim + b"\r\rHello\r\n",
        victim + b"\r\nFrom : x\r\n",
        victim + b"\r\nFrom x\r\n",
    ]
    assert passes(signature + b"\r\n" + rest, trusted=(), dns=dns_of(key))
    for trick in tricks:
        assert not passes(signature + b"\r\n" + trick + rest, trusted=(), dns=dns_of(key)), trick


def test_a_mail_of_a_pipe_is_checked_without_the_line_that_the_pipe_wrote(key) -> None:
    raw = signed(make_mail(), key)
    assert passes(b"From carol@example.com Tue Nov 24 12:00:00 2026\n" + raw, trusted=(), dns=dns_of(key))
    assert passes(raw.replace(b"\r\n", b"\n"), trusted=(), dns=dns_of(key))


def test_a_key_that_is_only_tried_out_counts_nothing(key) -> None:
    record = dns_of(key)(b"sel._domainkey.example.com.")

    def testing(name: bytes, timeout: float = 5) -> bytes:
        return record.replace(b"k=rsa;", b"k=rsa; t=y:s;")

    assert not passes(signed(make_mail(), key), trusted=(), dns=testing)


def test_the_second_signature_counts_as_well_and_the_sixth_is_not_looked_at(key) -> None:
    raw = signed(make_mail(), key)
    stranger = b"DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=x; h=from; bh=eA==; b=eA==\r\n"
    assert passes(stranger + raw, trusted=(), dns=dns_of(key))
    assert not passes(5 * stranger + raw, trusted=(), dns=dns_of(key))


@pytest.mark.parametrize(
    "signature",
    ["", "garbage", "d=example.com", "v=1; d=example.com; h=from; s=sel; b=x; bh=x; a=none", ";;;=;"],
)
def test_what_is_no_signature_is_no_pass(signature: str, key) -> None:
    raw = f"DKIM-Signature: {signature}\n".encode() + make_mail()
    assert not passes(raw, trusted=(), dns=dns_of(key))


def test_a_resolver_that_fails_is_no_pass(key) -> None:
    def fails(name: bytes, timeout: float = 5) -> bytes:
        raise OSError("no network")

    assert not passes(signed(make_mail(), key), trusted=(), dns=fails)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("example.com", "example.com", True),
        ("mail.example.com", "example.com", True),
        ("example.com", "a.b.example.com", True),
        ("com", "example.com", False),
        ("co.uk", "shop.co.uk", False),
        ("com.pl", "sklep.com.pl", False),
        ("evilexample.com", "example.com", False),
        ("", "example.com", False),
        ("github.io", "evil.github.io", False),
        ("uk.com", "evil.uk.com", False),
        ("a.example.com", "b.example.com", False),
        ("shop.co.uk", "mail.shop.co.uk", True),
        ("ee", "example.ee", False),
    ],
)
def test_domains_of_one_organisation(one: str, other: str, same: bool) -> None:
    assert aligned(one, other) == same
    assert aligned(other, one) == same


@pytest.mark.django_db
def test_a_known_address_that_passes_is_verified_and_an_unknown_one_is_not() -> None:
    mailbox = make_mailbox(trusted_hosts=HOST)
    unknown = take(results("dmarc=pass header.from=example.com"), mailbox)
    assert (unknown.verified, unknown.told["how"]) == (Verified.NOT, "dmarc")
    make_customer("dave@example.com")
    known = take(results("dmarc=pass header.from=example.com", sender="dave@example.com"), mailbox)
    assert known.verified == known.ticket.verified == Verified.MAIL
