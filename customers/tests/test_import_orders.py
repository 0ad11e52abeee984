import csv
import io
import json
import os
import random
import stat
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.importing import merging, saving
from customers.links import BadLink, order_by_token
from customers.models import ActivationCode, Customer, CustomerAddress, Order, OrderItem, Product
from customers.tests.factories import (
    make_category,
    make_code,
    make_customer,
    make_order,
    make_product,
    make_shop,
)

pytestmark = pytest.mark.django_db

ROW = {
    "order_number": "KH-1",
    "placed_at": "2026-03-11T12:00:00+02:00",
    "email": "carol@example.com",
    "customer_name": "Carol Customer",
    "language": "et",
    "currency": "EUR",
    "total": "59.80",
    "sku": "HL-1",
    "product": "Harbour Lights",
    "category": "game-keys",
    "unit_price": "29.90",
    "quantity": "",
    "code": "AAAAA-BBBBB-CCCCC",
}


@pytest.fixture(autouse=True)
def shop():
    make_category()
    return make_shop()


def csv_text(*rows, delimiter=",", leave_out=()):
    stream = io.StringIO()
    columns = [name for name in ROW if name not in leave_out]
    writer = csv.DictWriter(stream, columns, delimiter=delimiter, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(ROW | row for row in rows)
    return stream.getvalue()


def order_json(**changes):
    item = {name: ROW[name] for name in ("sku", "product", "category", "unit_price")} | {
        "codes": [ROW["code"]]
    }
    order = {name: ROW[name] for name in ("order_number", "placed_at", "email", "currency", "total")}
    return json.dumps(order | {"items": [item]} | changes)


@pytest.fixture
def run(tmp_path, capsys):
    def run(content, *options, name="orders.csv", shop="keyhaven"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        call_command("import_orders", str(path), "--shop", shop, *options)
        return capsys.readouterr()

    return run


def test_a_csv_row_becomes_customer_order_item_and_code(run):
    assert run(csv_text({})).out == "1 new, 0 changed, 0 unchanged\n"
    order = Order.objects.get()
    assert (order.number, order.total, order.currency) == ("KH-1", Decimal("59.80"), "EUR")
    assert order.placed_at == datetime(2026, 3, 11, 10, tzinfo=UTC)
    assert (order.customer.name, order.customer.language, order.customer.email) == (
        "Carol Customer",
        "et",
        "carol@example.com",
    )
    item = order.items.get()
    assert (item.product.name, item.product.category.slug, item.quantity) == (
        "Harbour Lights",
        "game-keys",
        1,
    )
    code = item.codes.get()
    assert (code.code, code.tail, code.digest) == (
        ROW["code"],
        "CCC",
        ActivationCode.digest_of("aaaaabbbbbccccc"),
    )


def test_a_json_line_becomes_an_order(run):
    assert run(order_json(total=59.8) + "\n", name="orders.jsonl").out == "1 new, 0 changed, 0 unchanged\n"
    assert Order.objects.get().total == Decimal("59.80")
    assert ActivationCode.objects.get().code == ROW["code"]


def test_running_it_twice_changes_nothing(run):
    text = csv_text(
        {},
        {"code": "SECOND-CODE-11"},
        {"order_number": "KH-2", "email": "CAROL@Example.com", "customer_name": "C. C.", "code": ""},
        {"order_number": "KH-3", "email": "dave@example.com", "quantity": "3"},
    )
    run(text)
    before = everything()
    assert run(text).out == "0 new, 0 changed, 3 unchanged\n"
    assert everything() == before


def everything():
    tables = (Customer, CustomerAddress, Order, OrderItem, Product)
    rows = [list(table.objects.order_by("pk").values()) for table in tables]
    return [*rows, list(ActivationCode.objects.order_by("pk").values("pk", "public_ref", "digest", "code"))]


@pytest.mark.parametrize("seed", range(5))
def test_a_file_full_of_contradictions_still_changes_nothing_the_second_time(run, monkeypatch, seed):
    monkeypatch.setattr(merging, "BATCH_ORDERS", 7)
    chance = random.Random(seed)
    rows = [
        {
            "order_number": f"KH-{chance.randrange(40)}",
            "placed_at": f"2026-03-{chance.randrange(1, 4):02}",
            "email": f"p{chance.randrange(8)}@example.com",
            "customer_name": chance.choice(["", "Carol", "Carol C.", "Dave"]),
            "language": chance.choice(["", "et", "fi"]),
            "total": chance.choice(["1.00", "2.00"]),
            "sku": f"HL-{chance.randrange(5)}",
            "product": chance.choice(["Harbour Lights", "Harbour Lights II"]),
            "unit_price": chance.choice(["1.00", "2"]),
            "quantity": chance.choice(["", "", "1", "3"]),
            "code": chance.choice(["", f"AB-{chance.randrange(9)}", f"a b{chance.randrange(9)}"]),
        }
        for _ in range(200)
    ]
    run(csv_text(*rows))
    before = everything()
    assert run(csv_text(*rows)).out.startswith("0 new, 0 changed, ")
    assert everything() == before


def test_a_changed_order_updates_and_keeps_what_the_file_no_longer_names(run):
    run(csv_text({}, {"sku": "HL-2", "product": "Lighthouse", "code": "GONE-1234-5678"}))
    changed = {"customer_name": "Carol Married", "total": "64,80", "unit_price": "34.90"}
    output = run(
        csv_text(changed | {"code": "FRESH-1111-2222"}, changed | {"sku": "HL-3", "product": "Buoy"})
    )
    assert output.out == "0 new, 1 changed, 0 unchanged\n"
    order = Order.objects.get()
    assert (order.customer.name, order.total) == ("Carol Married", Decimal("64.80"))
    item = order.items.get(product__sku="HL-1")
    assert (item.unit_price, item.quantity) == (Decimal("34.90"), 2)
    assert {code.code for code in item.codes.all()} == {ROW["code"], "FRESH-1111-2222"}
    assert set(order.items.values_list("product__sku", flat=True)) == {"HL-1", "HL-2", "HL-3"}
    assert ActivationCode.objects.filter(item__product__sku="HL-2").exists()


def test_the_stated_quantity_wins_and_may_shrink(run):
    run(csv_text({"quantity": "3"}, {"quantity": "3", "code": "SECOND-CODE-11"}))
    assert OrderItem.objects.get().quantity == 3
    run(csv_text({"quantity": "2"}))
    assert OrderItem.objects.get().quantity == 2


def test_rows_of_one_order_may_stand_apart(run, monkeypatch):
    monkeypatch.setattr(merging, "BATCH_ORDERS", 2)
    others = [{"order_number": f"KH-{n}", "email": f"p{n}@example.com"} for n in range(2, 9)]
    assert run(csv_text({}, *others, {"code": "LAST-OF-ALL-1"})).out == "8 new, 0 changed, 0 unchanged\n"
    assert Order.objects.get(number="KH-1").items.get().quantity == 2


def test_repeated_json_orders_merge_and_the_later_one_is_right(run):
    lines = [order_json(), order_json(total="70.00"), order_json(total="71.00")]
    assert run("\n".join(lines), name="orders.jsonl").out == "1 new, 0 changed, 0 unchanged\n"
    assert Order.objects.get().total == Decimal("71.00")
    assert ActivationCode.objects.count() == 1


def test_one_order_under_two_addresses_is_reported(run):
    output = run(csv_text({}, {"email": "mallory@example.com"}))
    assert "line 3: The same order stands earlier in the file with another email." in output.err
    assert Order.objects.get().customer.email == "carol@example.com"
    assert not CustomerAddress.objects.filter(folded="mallory@example.com").exists()


def test_the_customer_is_found_by_any_of_the_addresses_however_written(run):
    carol = make_customer()
    CustomerAddress.objects.create(customer=carol, email="carol@work.example")
    run(csv_text({"email": " Carol@WORK.example "}, {"order_number": "KH-2"}))
    assert {order.customer for order in Order.objects.all()} == {carol}


def test_a_customer_is_called_as_in_the_latest_order(run):
    old = {"order_number": "KH-0", "placed_at": "2025-01-01", "customer_name": "Carol Maiden"}
    run(csv_text({}, old))
    assert Customer.objects.get().name == "Carol Customer"
    assert run(csv_text(old)).out == "0 new, 0 changed, 1 unchanged\n"
    assert Customer.objects.get().name == "Carol Customer"


def test_equal_numbers_of_two_shops_are_two_orders(run):
    make_shop("other")
    run(csv_text({}))
    run(csv_text({"email": "dave@example.com"}), shop="other")
    assert Order.objects.count() == 2
    assert Order.objects.get(shop__slug="keyhaven").customer.email == "carol@example.com"


def test_a_known_product_keeps_its_name_and_needs_none_in_the_file(run):
    make_product(sku="HL-1", name="Named in the admin")
    run(csv_text({"product": "", "category": ""}))
    assert Product.objects.get().name == "Named in the admin"


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
@pytest.mark.parametrize("naming", ["KH-0", "KH-9"])
def test_a_new_product_is_named_in_one_row_whichever_order_is_written_first(
    run, monkeypatch, naming, options
):
    monkeypatch.setattr(merging, "BATCH_ORDERS", 2)
    others = [{"order_number": f"KH-{n}", "product": "", "category": ""} for n in range(1, 9)]
    output = run(csv_text({"order_number": naming}, *others), *options)
    assert output.out.startswith("9 new, 0 changed, 0 unchanged")
    assert not output.err
    if not options:
        assert Product.objects.get().name == "Harbour Lights"


def test_a_new_product_is_known_by_a_row_that_contradicts_its_order(run):
    wrong = {"email": "mallory@example.com", "sku": "HL-2", "product": "Lighthouse"}
    unnamed = {"order_number": "KH-2", "sku": "HL-2", "product": "", "category": ""}
    output = run(csv_text({}, wrong, unnamed))
    assert "line 3: The same order stands earlier in the file with another email." in output.err
    assert Order.objects.get(number="KH-2").items.get().product.name == "Lighthouse"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"order_number": ""}, "order_number is empty"),
        ({"order_number": "9" * 65}, "order_number is longer than 64"),
        ({"placed_at": "yesterday"}, "placed_at must be a date"),
        ({"placed_at": "0001-01-01T00:00+14:00"}, "between the years"),
        ({"email": "carol"}, "email is not an e-mail address"),
        ({"email": "carol@example.com\r\nBcc: x@y.z"}, "control character or a line break"),
        ({"currency": "€"}, "currency must be three letters"),
        ({"total": "-1"}, "total must be an amount"),
        ({"total": "NaN"}, "total must be an amount"),
        ({"total": "1e9"}, "total must be an amount"),
        ({"total": "12345678901.00"}, "total must be an amount"),
        ({"unit_price": "free"}, "unit_price must be an amount"),
        ({"quantity": "0"}, "quantity must be a whole number"),
        ({"quantity": "1.5"}, "quantity must be a whole number"),
        ({"quantity": "٣"}, "quantity must be a whole number"),
        ({"sku": ""}, "sku is empty"),
        ({"product": ""}, "product is empty"),
        ({"category": "toys"}, "category must be one of: game-keys"),
        ({"code": "-----"}, "code has neither a letter nor a digit"),
        ({"code": "A" * 2001}, "code is longer than 2000"),
        ({"code": "A" * 200_000}, "longer than 100000 characters"),
        ({"customer_name": "Car\0ol"}, "customer_name holds a control character"),
        ({"customer_name": "x" * 201}, "customer_name is longer than 200"),
    ],
)
def test_a_bad_row_is_reported_by_line_and_reason_and_the_good_ones_land(run, bad, reason):
    good = {"order_number": "KH-2", "sku": "HL-2"}
    output = run(csv_text({"order_number": "KH-9", "sku": "HL-9"} | bad, good))
    assert output.err.startswith("line 2")
    assert reason in output.err
    assert "1 bad rows were left out" in output.err
    assert [order.number for order in Order.objects.all()] == ["KH-2"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        (order_json(items=[]), "items must be a list"),
        (order_json(items={}), "items must be a list"),
        (order_json(items=["x"]), "Each of the items"),
        (order_json(items=[{"sku": "A", "codes": "AB"}]), "category must be one of|category is empty"),
        (order_json(order_number={"a": 1}), "order_number must be text"),
        (order_json(order_number=True), "order_number must be text"),
        (order_json(order_number="\ud800"), "order_number holds a control"),
        (order_json(total=float("inf")), "total must be an amount"),
        (order_json(total=10**400), "total is longer|total must be"),
        ('{"order_number": "' + "9" * 1_000_000 + '"}', "longer than 1000000"),
    ],
)
def test_a_bad_json_line_is_reported(run, line, reason):
    output = run(f"{order_json()}\n{line}\n\n{order_json(order_number='KH-2')}", name="orders.jsonl")
    assert output.err.startswith("line 2: ")
    assert any(part in output.err for part in reason.split("|"))
    assert Order.objects.count() == 2


def test_strict_exits_with_1_after_the_good_rows_landed(run):
    with pytest.raises(SystemExit) as stopped:
        run(csv_text({}, {"order_number": ""}), "--strict")
    assert stopped.value.code == 1
    assert Order.objects.count() == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_out(run, delimiter):
    run(csv_text({"customer_name": "Carol, the; customer"}, delimiter=delimiter))
    assert Customer.objects.get().name == "Carol, the; customer"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_name_themselves_are_read(run, encoding):
    run(csv_text({"customer_name": "Žanete Jõgi"}).encode(encoding))
    assert Customer.objects.get().name == "Žanete Jõgi"


def test_a_wrong_encoding_is_told_by_line_and_can_be_named(run):
    content = csv_text({"order_number": "KH-0", "sku": "HL-0"}, {"customer_name": "Žanete Jõgi"}).encode(
        "cp1257"
    )
    output = run(content)
    assert output.err.startswith("line 3: customer_name cannot be read in this encoding.")
    assert Order.objects.count() == 1
    run(content, "--encoding", "windows-1257")
    assert Order.objects.count() == 2
    assert Customer.objects.get().name == "Žanete Jõgi"


def test_utf_16_without_a_mark_is_recognised(run):
    with pytest.raises(CommandError, match="looks like UTF-16"):
        run(csv_text({}).encode("utf-16-le"))


@pytest.mark.parametrize("encoding", ["klingon", "base64"])
def test_an_encoding_that_does_not_exist_is_told(run, encoding):
    with pytest.raises(CommandError, match="There is no encoding called"):
        run(csv_text({}), "--encoding", encoding)


def test_missing_columns_are_named_at_once(run):
    with pytest.raises(CommandError, match=r"Missing: email, sku\."):
        run(csv_text({}, leave_out=("email", "sku")))
    with pytest.raises(CommandError, match="Missing: order_number"):
        run("")


def test_a_column_twice_is_refused(run):
    text = csv_text({})
    header, rest = text.split("\n", 1)
    with pytest.raises(CommandError, match="more than once: email"):
        run(f"{header},E-mail".replace("E-mail", "email") + "\n" + rest)


def test_a_row_with_too_few_or_too_many_columns_is_reported(run):
    text = csv_text({})
    output = run(text + "KH-2,2026-01-01\n" + text.split("\n")[1] + ",more\n")
    assert "line 3: The row has 2 columns, the first line has 13." in output.err
    assert "line 4: The row has 14 columns" in output.err


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file(run):
    rows = [{"order_number": f"KH-{n}", "customer_name": "x" * 150} for n in range(2, 1002)]
    text = csv_text({}, *rows)
    lines = text.split("\n")
    lines[2] = '"' + lines[2]
    output = run("\n".join(lines))
    assert output.err.startswith("line 3: ")
    assert "Is a quotation mark not closed?" in output.err
    assert "1 bad rows" in output.err
    assert Order.objects.count() == 1000


def test_a_quotation_mark_that_closes_only_in_a_later_row_costs_two_rows(run):
    rows = [{"order_number": f"KH-{n}"} for n in range(2, 12)]
    lines = csv_text({}, *rows).split("\n")
    lines[2], lines[6] = '"' + lines[2], '"' + lines[6]
    output = run("\n".join(lines))
    assert [line.split(":")[0] for line in output.err.splitlines()] == [
        "line 3",
        "line 7",
        "2 bad rows were left out; the reasons stand above.",
    ]
    assert Order.objects.count() == 9


def test_a_column_that_nobody_reads_may_have_line_breaks(run):
    header, row, *_ = csv_text({}).split("\n")
    output = run(f'{header},notes\n{row},"one\ntwo, ""three"""\n')
    assert output.err == ""
    assert Order.objects.count() == 1


@pytest.mark.parametrize("before", ["\n", "sep=,\n", "\ufeffsep=,\r\n", "\n \n", '"sep=,"\n'])
def test_blank_lines_and_excels_note_before_the_columns_are_passed_over(run, before):
    output = run(before + csv_text({}, {"order_number": ""}))
    assert Order.objects.count() == 1
    assert output.err.startswith(f"line {3 + before.count(chr(10))}: ")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "idna", "undefined"])
@pytest.mark.parametrize("name", ["orders.csv", "orders.jsonl"])
def test_a_file_that_is_not_in_the_named_encoding_is_told(run, encoding, name):
    with pytest.raises(CommandError, match="not written in"):
        run(csv_text({"customer_name": "Žanete Jõgi"}), "--encoding", encoding, name=name)


@pytest.mark.parametrize("first", ["x" * 131_073, "x" * 1_000_001, '"' + "x" * 100_001])
def test_a_first_line_that_is_too_long_names_no_columns(run, first):
    with pytest.raises(CommandError, match="The first line must name the columns"):
        run(first + "\n" + csv_text({}))


def test_unknown_shop_format_and_file_are_told(run):
    with pytest.raises(CommandError, match=r"There is no shop 'nowhere'. Shops: keyhaven\."):
        run(csv_text({}), shop="nowhere")
    with pytest.raises(CommandError, match="Add --format"):
        run(csv_text({}), name="orders")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_orders", "/nowhere.csv", "--shop", "keyhaven")


def test_a_dry_run_counts_and_writes_nothing(run):
    output = run(csv_text({}, {"order_number": "KH-2"}), "--dry-run")
    assert output.out == "2 new, 0 changed, 0 unchanged (dry run, nothing was written)\n"
    assert not any(table.objects.exists() for table in (Order, Customer, Product))


@pytest.mark.parametrize("column", [name for name in ROW if name not in ("order_number", "sku", "product")])
def test_codes_are_never_printed_whatever_column_they_slip_into(run, column):
    output = run(csv_text({"order_number": "KH-7", column: "CANARY-€-CANARY", "code": "CANARY-CODE"}))
    assert "CANARY" not in output.out + output.err


def test_somebody_who_writes_the_same_customer_meanwhile_is_found_on_the_next_try(run, monkeypatch):
    real, calls = saving._save, []

    def first_loses(*args):
        calls.append(1)
        if len(calls) == 1:
            make_order(number="KH-1")
            raise IntegrityError
        return real(*args)

    monkeypatch.setattr(saving, "_save", first_loses)
    assert run(csv_text({})).out == "1 new, 0 changed, 0 unchanged\n"


def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(run):
    def statements(orders):
        text = csv_text(
            *({"order_number": f"N{orders}-{n}", "code": f"ABCD-{orders}-{n}"} for n in range(orders))
        )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run(text)
        return len(captured)

    run(csv_text({}))
    assert statements(2) == statements(40) <= 20


def test_known_codes_are_not_decrypted(run):
    make_code(ROW["code"], order=make_order(number="KH-1"), product=make_product(sku="HL-1"))
    ActivationCode.objects.update(tail="same")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_activationcode SET code = 'damaged'")
    run(csv_text({}))
    assert ActivationCode.objects.values("tail").get() == {"tail": "same"}


@pytest.mark.parametrize("was_there", [False, True])
def test_the_link_file_is_for_its_owner_only(run, tmp_path, was_there):
    target = tmp_path / "links.csv"
    if was_there:
        target.write_text("An older one, which is longer than what is written now. " * 99)
        target.chmod(0o644)
    run(
        csv_text({}, {"order_number": "=1+1", "email": "dave@example.com", "sku": "HL-2"}),
        "--links",
        str(target),
    )
    assert stat.S_IMODE(os.stat(target).st_mode) == 0o600
    rows = list(csv.DictReader(target.open()))
    assert [(row["order_number"], row["email"]) for row in rows] == [
        ("'=1+1", "dave@example.com"),
        ("KH-1", "carol@example.com"),
    ]
    assert all(row["url"].startswith("http") for row in rows)


def test_a_link_file_that_cannot_be_written_is_told_before_anything_is_imported(run):
    with pytest.raises(CommandError, match=r"cannot be written to /nowhere/links.csv: No such file"):
        run(csv_text({}), "--links", "/nowhere/links.csv")
    assert not Order.objects.exists()


def test_the_links_of_an_order_end_when_it_gets_another_customer(run):
    first = run(csv_text({}), "--links", "-").out.splitlines()[1].split(",")[2]
    assert "another customer" not in run(csv_text({"total": "1.00"})).out
    output = run(csv_text({"email": "dave@example.com"}), "--links", "-")
    assert "1 of the changed orders have another customer now: their earlier links have ended." in output.err
    fresh = output.out.splitlines()[1].split(",")[2]
    assert [opens(link) for link in (first, fresh)] == [False, True]
    assert run(csv_text({"email": "dave@example.com"})).out == "0 new, 0 changed, 1 unchanged\n"


def opens(link):
    shop, token = link.split("/")[-3:-1]
    try:
        return order_by_token(shop, token, now=timezone.now() + timedelta(seconds=2)) is not None
    except BadLink:
        return False


def test_links_can_go_to_the_output(run):
    output = run(csv_text({}), "--links", "-")
    assert output.out.splitlines()[0] == "order_number,email,url"
    assert output.out.splitlines()[1].startswith("KH-1,carol@example.com,http://localhost:8000/o/keyhaven/")
    assert "1 new" in output.err
