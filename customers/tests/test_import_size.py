"""The import of many rows needs no more memory than that of a few. With 100,000 it ends in minutes."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from customers.tests.migrated import migrated_copy
from customers.tests.test_import_orders import ROW

pytestmark = pytest.mark.standalone

IMPORT = """
import resource, sys
import django
django.setup()
from django.core.management import call_command
from customers.models import ProductCategory, Shop
call_command("migrate", verbosity=0)
Shop.objects.get_or_create(slug="keyhaven", defaults={"name": "Keyhaven", "support_email": "help@keyhaven.example"})
ProductCategory.objects.get_or_create(slug="game-keys", defaults={"name": "Game keys"})
call_command("import_orders", sys.argv[1], shop="keyhaven")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def write_orders(path: Path, rows: int) -> None:
    """Two rows an order, every tenth of them far from the other."""
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ROW)
        writer.writeheader()
        for n in range(rows):
            order = n // 2 if n % 10 else rows // 2 - 1 - n // 2
            changes = {
                "order_number": f"{rows}-{order}",
                "email": f"p{rows}-{order % (rows // 4)}@example.com",
            }
            writer.writerow(ROW | changes | {"sku": f"SKU-{n % 400}", "code": f"ABCD-{rows}-{n:08}"})


def megabytes_and_last_line(path: Path, data: Path) -> tuple[int, str]:
    environment = {**os.environ, "HELPDESK_DATA": str(data)}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(path)], env=environment, capture_output=True, text=True, check=True
    )
    summary, kilobytes = done.stdout.splitlines()[-2:]
    return int(kilobytes) // 1024, summary


@pytest.mark.parametrize(
    ("few", "many"), [(1_500, 15_000), pytest.param(10_000, 100_000, marks=pytest.mark.heavy)]
)
@pytest.mark.django_db
def test_memory_does_not_grow_with_the_file(tmp_path, few, many):
    migrated_copy(tmp_path / "helpdesk.sqlite3")
    sizes = {}
    for rows in (few, many):
        path = tmp_path / f"{rows}.csv"
        write_orders(path, rows)
        sizes[rows], _ = megabytes_and_last_line(path, tmp_path)
    assert sizes[many] < sizes[few] + 20
    again, summary = megabytes_and_last_line(path, tmp_path)
    assert summary.startswith("0 new, 0 changed, ")
    assert again < sizes[few] + 20
