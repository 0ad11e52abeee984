"""What the documentation shows to be copied works as it stands there."""

import json
import re
import runpy
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.conf import settings

pytestmark = pytest.mark.standalone
DEPLOY = settings.BASE_DIR / "docs" / "deploy.md"
SCREENSHOTS = settings.BASE_DIR / "docs" / "screenshots"


def test_the_settings_file_in_the_guide_to_deploy_can_be_sourced_and_passes_the_checks(tmp_path):
    block = re.search(r"<<'ENV'\n(.*?)\nENV\n", DEPLOY.read_text(encoding="utf-8"), re.DOTALL)[1]
    filled = block.replace("SECRET_KEY=...", f"SECRET_KEY={'k3y-' * 10}0123456789abcdef")
    filled = filled.replace("FIELD_KEYS=...", f"FIELD_KEYS={Fernet.generate_key().decode()}")
    filled = filled.replace("/var/lib/helpdesk", str(tmp_path))
    (tmp_path / "helpdesk.env").write_text(filled)
    sourced = subprocess.run(
        ["/bin/sh", "-euc", 'set -a; . ./helpdesk.env; set +a; exec "$0" "$@"', sys.executable, "-c", PRINT],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    variables = json.loads(sourced.stdout)
    assert sourced.stderr == ""
    assert variables["DEFAULT_FROM_EMAIL"] == "Helpdesk <help@shop.example>"
    assert {line.split("=")[0] for line in block.splitlines() if "=" in line and line[0] != "#"} <= set(
        variables
    )
    check = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert check.returncode == 0, check.stderr


def test_each_page_that_is_pictured_is_there_at_each_width_light_and_dark_in_4_mb():
    script = runpy.run_path(str(SCREENSHOTS.with_suffix(".py")))
    wanted = {
        script["file_name"](who, name, width, scheme)
        for who, pages in script["PAGES"].items()
        for name, _ in pages
        for width, scheme in script["VARIANTS"]
    }
    sizes = {file.name: file.stat().st_size for file in SCREENSHOTS.iterdir()}
    assert set(sizes) == wanted
    assert sum(sizes.values()) < 4_000_000
    assert len(script["VARIANTS"]) == 4


PRINT = "import json, os; print(json.dumps(dict(os.environ)))"
