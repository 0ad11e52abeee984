import re
import secrets
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from customers.links import (
    BadLink,
    OrderNotHere,
    decode,
    encode,
    order_by_token,
    order_token,
    order_url,
    read_order_token,
    revoke_links,
    rotate_secret,
)
from customers.tests.factories import NOON, make_order, make_shop

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[2] / "docs" / "order-links.md"


@pytest.fixture
def order():
    return make_order(number="KH-100042")


def token_of(order, *, issued=NOON):
    return order_token(order.shop, order.number, issued)


def test_a_genuine_link_leads_to_its_order(order):
    assert order_by_token("keyhaven", token_of(order), now=NOON) == order


def test_an_order_not_imported_yet_is_told_from_a_forged_link(order):
    with pytest.raises(OrderNotHere):
        order_by_token("keyhaven", order_token(order.shop, "KH-1", NOON), now=NOON)


def test_a_link_expires_after_the_days_of_the_setting(order, settings):
    settings.ORDER_LINK_DAYS = 10
    last = NOON + timedelta(days=10, seconds=-1)
    assert order_by_token("keyhaven", token_of(order), now=last) == order
    with pytest.raises(BadLink):
        order_by_token("keyhaven", token_of(order), now=last + timedelta(seconds=1))


def test_a_link_from_the_future_is_refused_beyond_a_day(order):
    assert order_by_token("keyhaven", token_of(order, issued=NOON + timedelta(days=1)), now=NOON) == order
    with pytest.raises(BadLink):
        order_by_token("keyhaven", token_of(order, issued=NOON + timedelta(days=1, seconds=1)), now=NOON)


@pytest.mark.parametrize("seconds", [-62135596800, 253402300799, 10**30])
def test_a_link_from_the_ends_of_time_is_refused(order, seconds):
    with pytest.raises(BadLink):
        order_by_token("keyhaven", f"{encode(b'KH-100042')}.{seconds}.AAAA", now=NOON)


def test_revoking_ends_the_links_issued_so_far_and_no_later_one(order):
    assert revoke_links(order, at=NOON)
    with pytest.raises(BadLink):
        order_by_token("keyhaven", token_of(order), now=NOON)
    later = token_of(order, issued=NOON + timedelta(seconds=1))
    assert order_by_token("keyhaven", later, now=NOON + timedelta(seconds=1)) == order


def test_revoking_again_never_brings_a_link_back(order):
    revoke_links(order, at=NOON)
    assert not revoke_links(order, at=NOON)
    assert not revoke_links(order, at=NOON - timedelta(days=1))
    order.refresh_from_db()
    assert order.links_revoked_at == NOON


@pytest.mark.parametrize("at", [NOON, NOON + timedelta(milliseconds=700)])
def test_a_link_made_in_the_second_of_the_revocation_works(order, at):
    revoke_links(order, at=at)
    url = order_url(order, now=at)
    assert order_by_token("keyhaven", url.rstrip("/").split("/")[-1], now=at) == order


def test_a_new_secret_ends_every_link_of_the_shop(order):
    old = token_of(order)
    rotate_secret(order.shop)
    with pytest.raises(BadLink):
        order_by_token("keyhaven", old, now=NOON)
    assert order_by_token("keyhaven", token_of(order), now=NOON) == order


def test_another_shops_secret_opens_nothing(order):
    other = make_shop("other")
    foreign = order_token(other, order.number, NOON)
    with pytest.raises(BadLink):
        order_by_token("keyhaven", foreign, now=NOON)
    with pytest.raises(BadLink):
        order_by_token("other", token_of(order), now=NOON)
    with pytest.raises(BadLink):
        order_by_token("nowhere", token_of(order), now=NOON)


def test_shop_and_number_cannot_be_shifted_into_each_other(order):
    """`a:b` + `c` and `a` + `b:c` would sign the same text, but no short name of a shop holds a colon."""
    assert ":" not in order.shop.slug
    other = make_order(number="x:KH-100042")
    with pytest.raises(BadLink):
        order_by_token(
            "keyhaven", token_of(order).replace(encode(b"KH-100042"), encode(b"x:KH-100042")), now=NOON
        )
    assert order_by_token("keyhaven", token_of(other), now=NOON) == other


def damaged(token: str) -> dict[str, str]:
    number, issued, signature = token.split(".")
    last = signature[-1]
    other = "A" if signature[0] != "A" else "B"
    return {
        "empty": "",
        "dots": "..",
        "null": "null",
        "zero": "0",
        "true": "true",
        "list": "[]",
        "no signature": f"{number}.{issued}.",
        "no number": f".{issued}.{signature}",
        "no time": f"{number}..{signature}",
        "a part more": f"{token}.x",
        "a part less": f"{number}.{issued}",
        "another number": f"{encode(b'KH-100043')}.{issued}.{signature}",
        "another time": f"{number}.{int(issued) + 1}.{signature}",
        "another signature": f"{number}.{issued}.{other + signature[1:]}",
        "short signature": f"{number}.{issued}.{signature[:-4]}",
        "signature in hex": f"{number}.{issued}.{decode(signature).hex()}",
        "padding": f"{token}=",
        "unused bits": f"{number}.{issued}.{signature[:-1]}{chr(ord(last) + 1)}",
        "skipped characters": f"{number}.{issued}.{signature[:5]}!{signature[5:]}",
        "a space": f"{number}.{issued}.{signature} ",
        "leading zero": f"{number}.0{issued}.{signature}",
        "plus": f"{number}.+{issued}.{signature}",
        "underscore": f"{number}.{issued[:3]}_{issued[3:]}.{signature}",
        "other digits": f"{number}.{issued.translate({48 + n: 0x660 + n for n in range(10)})}.{signature}",
        "huge time": f"{number}.{'9' * 5000}.{signature}",
        "time beyond the calendar": f"{number}.{'9' * 18}.{signature}",
        "negative time": f"{number}.-1.{signature}",
        "not a number": f"{number}.nan.{signature}",
        "number that is not UTF-8": f"{encode(bytes([255, 254]))}.{issued}.{signature}",
        "NUL": f"{number}.{issued}.{signature}\0",
        "letters beyond ASCII": f"{number}.{issued}.{signature[:-1]}ä",
    }


@pytest.mark.parametrize("kind", list(damaged("a.1.AAAA")))
def test_a_damaged_link_opens_nothing(order, kind):
    with pytest.raises(BadLink):
        order_by_token("keyhaven", damaged(token_of(order))[kind], now=NOON)


@pytest.mark.parametrize("kind", [kind for kind in damaged("a.1.AAAA") if kind not in ("empty", "NUL")])
def test_a_damaged_link_is_not_found(client, order, kind, time_machine):
    time_machine.move_to(NOON)
    assert client.get(f"/o/keyhaven/{token_of(order)}/").status_code == 200
    assert client.get(f"/o/keyhaven/{damaged(token_of(order))[kind]}/").status_code == 404


def test_expired_future_revoked_and_foreign_links_are_not_found_and_look_alike(client, order, time_machine):
    time_machine.move_to(NOON)
    revoked = make_order(number="KH-100043")
    revoke_links(revoked, at=NOON)
    pages = {
        client.get(f"/o/keyhaven/{token}/").content
        for token in (
            token_of(order, issued=NOON - timedelta(days=731)),
            token_of(order, issued=NOON + timedelta(days=2)),
            token_of(revoked),
            order_token(make_shop("other"), order.number, NOON),
            "forged",
        )
    }
    assert len(pages) == 1
    assert client.get("/o/keyhaven/forged/").status_code == 404


def hits_of_random_tokens(order, number: int) -> int:
    start = token_of(order).rsplit(".", 1)[0]
    hits = 0
    for _ in range(number):
        try:
            read_order_token(order.shop, f"{start}.{secrets.token_urlsafe(32)}", now=NOON)
            hits += 1
        except BadLink:
            pass
    return hits


def test_ten_thousand_random_signatures_hit_nothing(order):
    assert hits_of_random_tokens(order, 10_000) == 0


@pytest.mark.heavy
def test_a_million_random_signatures_hit_nothing(order):
    assert hits_of_random_tokens(order, 1_000_000) == 0


def test_the_command_revokes_all_or_tells_what_is_unknown(order, capsys):
    with pytest.raises(CommandError, match="has no order KH-1"):
        call_command("revoke_order_links", "KH-100042", "KH-1", "--shop", "keyhaven")
    order.refresh_from_db()
    assert order.links_revoked_at is None
    call_command("revoke_order_links", "KH-100042", "--shop", "keyhaven")
    order.refresh_from_db()
    assert order.links_revoked_at is not None


# The document


def documented() -> dict[str, str]:
    text = DOCUMENT.read_text()
    values = dict(re.findall(r"^\| `(SHOP|SECRET|ORDER|ISSUED)` \| `([^`]+)`", text, re.MULTILINE))
    values["TOKEN"] = re.search(r"and the token is\n\n```\n(.+)\n```", text)[1]
    return values


def program(language: str) -> str:
    return re.search(rf"```{language}\n(.+?)```", DOCUMENT.read_text(), re.DOTALL)[1]


def test_the_worked_example_of_the_document_is_what_the_code_computes():
    example = documented()
    shop = make_shop(example["SHOP"], link_secret=example["SECRET"])
    issued = datetime.fromtimestamp(int(example["ISSUED"]), tz=UTC)
    assert order_token(shop, example["ORDER"], issued) == example["TOKEN"]
    assert read_order_token(shop, example["TOKEN"], now=issued) == (example["ORDER"], issued)


@pytest.mark.parametrize(
    ("language", "command"),
    [
        ("sh", ["sh", "-c"]),
        ("python", [sys.executable, "-c"]),
        ("php", ["php", "-r"]),
        ("js", ["node", "-e"]),
    ],
)
def test_the_programs_of_the_document_print_the_token(language, command):
    needed = [command[0]] + (["openssl"] if language == "sh" else [])
    if not all(map(shutil.which, needed)):
        pytest.skip(f"{' or '.join(needed)} was not found")
    text = program(language).removeprefix("<?php")
    output = subprocess.run([*command, text], capture_output=True, text=True, check=True, timeout=30).stdout
    assert output.strip() == documented()["TOKEN"]
