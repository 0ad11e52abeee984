"""Whether the mail servers of an address vouch for a mail: DMARC, DKIM and SPF for the domain of its From line.

What our own mail server found stands in Authentication-Results (RFC 8601). Anybody can write such a header, also in the
name of our host. Section 5 has the host at the border remove those; we do not build on that. Headers are added at the
top, so whatever stands below the topmost one may have been there when the mail came in: only the topmost one counts,
and only if it bears exactly the name of a host that the admin trusts. What remains for the admin is to trust only a
host that puts its results on top of each mail. A DKIM signature we can check ourselves.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import authres
import dkim
import dns.exception
import dns.resolver

from tickets.channels.mail_in.addresses import is_address, read_addresses
from tickets.channels.mail_in.headers import raw_headers, unfolded
from tickets.channels.mail_in.mail import Mail
from tickets.channels.mail_in.parse.tree import without_envelope
from tickets.channels.mail_in.registries import is_registry

Dns = Callable[..., bytes | None]

SIGNATURES_AT_MOST = 5
LARGEST_CHECKED = 30_000_000
LARGEST_HEAD = 1_000_000
DNS_SECONDS = 3
HEADER_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]+):")
TAG = re.compile(r"(?:^|;)\s*(\w+)\s*=\s*([^;]*)")
TEST_KEY = re.compile(rb"(?:^|;)\s*t\s*=[^;]*\by\b")


@dataclass(frozen=True)
class SenderChecks:
    passes: bool
    fails: bool = False
    """The domain says that mail of its own always passes, and this one does not (DMARC)."""
    how: str = ""
    """dmarc, dkim or spf."""
    detail: str = ""
    """In one line, for people."""


def check_sender(mail: Mail, raw: bytes, *, trusted_hosts: Collection[str], dns: Dns | None) -> SenderChecks:
    """`dns` returns the TXT record of a name, as dkimpy wants it; without it no signature is checked here."""
    raw = without_envelope(raw)
    domain = from_domain(mail)
    if not domain or not _read_alike(raw, mail):
        return SenderChecks(False, detail="Its From line does not name exactly one address.")
    by_host = _by_trusted_host(mail, domain, {host.casefold() for host in trusted_hosts})
    if by_host and by_host.passes:
        return by_host
    if dns and _has_signature(mail) and len(raw) <= LARGEST_CHECKED:
        signed = _signed_by(mail, raw, domain, dns)
        if signed:
            return SenderChecks(True, how="dkim", detail=f"A DKIM signature of {signed} is valid.")
    return by_host or SenderChecks(False, detail="Nothing vouches for the address.")


def from_domain(mail: Mail) -> str:
    """The domain of the one address in the one From line; empty for anything that could be read in two ways, for in
    such a mail we and the mail server may not mean the same sender."""
    values = [value for name, value in mail.raw_headers._headers if name.strip().casefold() == "from"]
    if len(values) != 1:
        return ""
    text = _without_repeated_name(unfolded(values[0]))
    if any(character in text for character in "\0\r\n;") or text.count("<") > 1 or text.count("@") != 1:
        return ""
    bracketed = re.search(r"<([^<>]*)>\s*$", text)
    if "<" in text and not bracketed:
        return ""
    written = (bracketed[1] if bracketed else text).strip()
    found = read_addresses(raw_headers(mail.raw_headers, "From"))
    if len(found) != 1 or found[0].address != written or not is_address(written) or not written.isascii():
        return ""
    if re.search(r"[\"'%(),:=\s!]", written):
        return ""
    return written.rpartition("@")[2].casefold().rstrip(".")


def _without_repeated_name(text: str) -> str:
    """Many a program writes the address where it knows no name: "carol@example.com" <carol@example.com>."""
    name, bracket, address = text.partition("<")
    return bracket + address if name.strip(" \"'").casefold() == address.rstrip(" >").casefold() else text


def _read_alike(raw: bytes, mail: Mail) -> bool:
    """Whether the headers can be read in one way only. Where a line is no header, or a lone CR ends one for some and
    not for others, the mail server and the library that check a signature go on to another From line than the one that
    we show; then `victim@gmail.com` passes by what Gmail signed for somebody else."""
    head = re.split(rb"\r?\n\r?\n", raw[:LARGEST_HEAD], maxsplit=1)[0]
    lines = re.split(rb"\r?\n", head)
    names = [HEADER_NAME.match(line) for line in lines if line[:1] not in (b" ", b"\t")]
    froms = [match for match in names if match and match[1].lower() == b"from"]
    return (
        len(head) < LARGEST_HEAD
        and all(names)
        and len(froms) == 1
        and not re.search(rb"\r(?!\n)|\0", head)
        and len(names) == len(mail.raw_headers._headers)
    )


def aligned(one: str, other: str) -> bool:
    """Of one organisation (RFC 7489, relaxed): the same domain, or one below the other's and not below a registry."""
    one, other = one.casefold().strip(".@ "), other.casefold().strip(".@ ")
    if not one or not other:
        return False
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if not longer.endswith("." + shorter):
        return False
    return not is_registry(shorter)


def dns_txt(name: bytes | str, timeout: float = DNS_SECONDS) -> bytes | None:
    """The TXT record of a name, for dkimpy; None when there is none or nobody answers."""
    wanted = name.decode("ascii", "ignore") if isinstance(name, bytes) else name
    try:
        answer = dns.resolver.resolve(wanted, "TXT", lifetime=min(timeout, DNS_SECONDS))
    except (dns.exception.DNSException, OSError, UnicodeError, ValueError):
        return None
    return b"".join(answer[0].strings) if len(answer) else None


def _by_trusted_host(mail: Mail, domain: str, trusted: set[str]) -> SenderChecks | None:
    values = raw_headers(mail.raw_headers, "Authentication-Results")
    if not trusted or not values:
        return None
    try:
        header = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {values[0]}")
        host = str(header.authserv_id or "").casefold()
        if host not in trusted:
            return None
        return _verdict(host, header.results, domain)
    except Exception:  # the library raises many kinds on what is no such header
        return None


def _verdict(host: str, results: list, domain: str) -> SenderChecks:
    passed = [_told(one) for one in results if str(one.result).casefold() == "pass"]
    for told in passed:
        if told["method"] == "dmarc" and told.get("header.from", "").strip(".") == domain:
            return SenderChecks(True, how="dmarc", detail=f"{host}: DMARC passes for {domain}.")
    for told in passed:
        signer = told.get("header.d") or told.get("header.i", "").rpartition("@")[2]
        if told["method"] == "dkim" and aligned(signer, domain):
            return SenderChecks(True, how="dkim", detail=f"{host}: a DKIM signature of {signer} is valid.")
        sent_by = told.get("smtp.mailfrom", "").rpartition("@")[2]
        if told["method"] == "spf" and aligned(sent_by, domain):
            return SenderChecks(True, how="spf", detail=f"{host}: SPF passes for {sent_by}.")
    fails = any(
        (str(one.method).casefold(), str(one.result).casefold()) == ("dmarc", "fail") for one in results
    )
    return SenderChecks(False, fails, detail=f"{host} does not vouch for {domain}.")


def _told(result: authres.AuthenticationResult) -> dict[str, str]:
    """Method and properties, such as `header.from`, in small letters."""
    told = {f"{one.type}.{one.name}".casefold(): str(one.value).casefold() for one in result.properties}
    return {**told, "method": str(result.method).casefold()}


def _has_signature(mail: Mail) -> bool:
    return bool(raw_headers(mail.raw_headers, "DKIM-Signature"))


def _signed_by(mail: Mail, raw: bytes, domain: str, dns: Dns) -> str:
    """The domain of a valid, aligned signature over the whole body and the From line."""
    signatures = raw_headers(mail.raw_headers, "DKIM-Signature")[:SIGNATURES_AT_MOST]
    for number, signature in enumerate(signatures):
        # A first look, that no stranger's signature costs us a question to the DNS.
        signer = dict(TAG.findall(signature)).get("d", "").strip()
        if (
            aligned(signer, domain)
            and (signer := _valid_signer(raw, number, dns))
            and aligned(signer, domain)
        ):
            return signer
    return ""


def _valid_signer(raw: bytes, number: int, dns: Dns) -> str:
    """The domain of this signature as the library that found it valid has read it; empty when it is none."""
    try:
        signature = dkim.DKIM(raw, minkey=1024, timeout=DNS_SECONDS)
        if not signature.verify(idx=number, dnsfunc=_without_test_keys(dns)):
            return ""
        tags = signature.signature_fields
        signed = [name.strip().lower() for name in tags[b"h"].split(b":")]
        return tags[b"d"].decode("ascii").casefold() if b"l" not in tags and b"from" in signed else ""
    except Exception:  # whatever it stumbles over was not a valid signature
        return ""


def _without_test_keys(dns: Dns) -> Dns:
    """A domain that only tries out its key (t=y) is treated as if it had signed nothing (RFC 6376, 3.6.1)."""

    def ask(name: bytes, timeout: float = DNS_SECONDS) -> bytes | None:
        record = dns(name, timeout=timeout)
        return None if record and TEST_KEY.search(record) else record

    return ask
