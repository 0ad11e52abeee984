"""Imports go down only: helpdesk -> sla -> tickets -> customers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

FLOORS = ["customers", "tickets", "sla", "helpdesk"]  # from the ground up


def imported_modules(source: str) -> Iterator[str]:
    """Every import, also those in functions and under TYPE_CHECKING, and by name through import_module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute here"
            yield node.module or ""
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "import_string", "__import__"):
                yield str(node.args[0].value)


def climbs(floor: str, source: str) -> list[str]:
    """Modules of a higher floor that `source` imports."""
    above = FLOORS[FLOORS.index(floor) + 1 :]
    return [module for module in imported_modules(source) if module.split(".")[0] in above]


@pytest.mark.parametrize("floor", FLOORS)
def test_no_file_imports_from_a_floor_above(floor):
    files = sorted((settings.BASE_DIR / floor).rglob("*.py"))
    assert files
    found = {str(file): climbs(floor, file.read_text()) for file in files}
    assert {file: modules for file, modules in found.items() if modules} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import sla",
        "from sla.promises import start",
        "def f():\n    from sla import promises",
        "if TYPE_CHECKING:\n    import helpdesk.settings",
        "import_module('sla.tasks')",
        "importlib.import_module('helpdesk.urls')",
    ],
)
def test_each_way_to_climb_is_seen(source):
    assert climbs("tickets", source)


@pytest.mark.parametrize(
    "source", ["from customers.models import Shop", "import slack", "from tickets import events"]
)
def test_going_down_is_free(source):
    assert climbs("tickets", source) == []


def test_there_are_no_further_apps_and_no_files_without_a_purpose():
    apps = {file.parent.name for file in Path(settings.BASE_DIR).glob("*/apps.py")}
    assert apps == set(FLOORS)
    vague = {"utils.py", "common.py", "core.py", "services.py", "managers.py", "helpers.py"}
    assert [
        str(f) for floor in FLOORS for f in (settings.BASE_DIR / floor).rglob("*.py") if f.name in vague
    ] == []
