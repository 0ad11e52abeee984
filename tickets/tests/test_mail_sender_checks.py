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
]


@pytest.mark.parametrize("header", SPOOFS, ids=repr)
def test_a_sender_that_can_be_read_in_two_ways_never_passes(header: str) -> None:
    told = f"Authentication-Results: {HOST}; dmarc=pass header.from=example.com\n"
    assert not passes((told + header + "Subject: s\n\nx").encode())


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
