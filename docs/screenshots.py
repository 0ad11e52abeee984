"""Takes the pictures in docs/screenshots: every page at 1440 and 390 px, light and dark, of the demo shop.

    bin/screenshots

Starts the product on a data folder of its own, so nothing of a running one is touched. Needs Chromium.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
WIDTHS = {1440: 900, 390: 844}
SCHEMES = ("light", "dark")
TALLEST = 1800
"""Pixels; of a longer page only the top is kept, the pictures are to be looked at."""
LIMIT_BYTES = 4_000_000
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"]

Go = Callable[[Page], Any]


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as data,
        running(Path(data)) as (base, demo),
        sync_playwright() as playwright,
    ):
        chromium = next(
            filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
        )
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        shutil.rmtree(TARGET, ignore_errors=True)
        TARGET.mkdir()
        for width, height in WIDTHS.items():
            for scheme in SCHEMES:
                take_all(browser, base, demo, width, height, scheme)
    total = sum(file.stat().st_size for file in TARGET.iterdir())
    print(f"{len(list(TARGET.iterdir()))} pictures, {total / 1e6:.2f} MB in {TARGET.relative_to(ROOT)}")
    if total > LIMIT_BYTES:
        print(f"That is more than the {LIMIT_BYTES / 1e6:.0f} MB they may take.", file=sys.stderr)
        return 1
    return 0


@contextmanager
def running(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The product with the demo shop; gives its address and what `manage.py demo --json` tells."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "PORT": str(port),
        "HELPDESK_DATA": str(data),
        "SITE_URL": f"http://localhost:{port}",
    }
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS"):
        environment.pop(name, None)
    product = subprocess.Popen([ROOT / "bin" / "run"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        base = f"http://localhost:{port}"
        wait_until_healthy(base, product)
        told = subprocess.run(
            [sys.executable, "manage.py", "demo", "--json"],
            env=environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        yield base, json.loads(told.stdout)
    finally:
        product.send_signal(signal.SIGINT)
        product.wait(60)


def wait_until_healthy(base: str, product: "subprocess.Popen[bytes]", seconds: int = 300) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(seconds * 2):
        if product.poll() is not None:
            raise SystemExit("The product did not start; run bin/run to see why.")
        try:
            direct.open(f"{base}/healthz")
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit("The product did not become healthy.")


def take_all(browser: Browser, base: str, demo: dict[str, Any], width: int, height: int, scheme: str) -> None:
    def context() -> BrowserContext:
        return browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, base_url=base, locale="en-GB"
        )

    for who, pages in (
        ("customer", customer_pages(demo)),
        ("agent", agent_pages(demo)),
        ("admin", admin_pages(demo)),
    ):
        page = context().new_page()
        for name, go in pages:
            go(page)
            page.wait_for_load_state("networkidle")
            save(page, f"{who}-{name}-{width}-{scheme}", width)
        page.context.close()


def save(page: Page, name: str, width: int) -> None:
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    if too_wide:
        print(f"{name} scrolls sideways", file=sys.stderr)
    picture = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    picture.save(TARGET / f"{name}.webp", quality=72 if width > 400 else 78, method=6)


def at(path: str) -> Go:
    return lambda page: page.goto(path)


def customer_pages(demo: dict[str, Any]) -> list[tuple[str, Go]]:
    order = demo["order_links"][0]["url"]
    ticket = next(link for link in demo["ticket_links"] if link["status"] != "solved")

    def choose_type(page: Page) -> None:
        page.goto(order)
        page.locator("a:has-text('Report a problem with this activation code')").first.click()

    def form(page: Page) -> None:
        page.locator("main a[href*='/report/']").first.click()

    def errors(page: Page) -> None:
        page.locator("form button.btn-primary").last.click()

    return [
        ("start", at("/")),
        ("order", at(order)),
        ("problem-types", choose_type),
        ("form", form),
        ("form-errors", errors),
        ("received", at(ticket["url"] + "received/")),
        ("ticket", at(ticket["url"])),
        ("find-my-tickets", at("/my/")),
        ("no-such-page", at("/t/forged/")),
    ]


def agent_pages(demo: dict[str, Any]) -> list[tuple[str, Go]]:
    agent = next(login for login in demo["logins"] if login["role"] != "admin")
    number = demo["ticket_links"][0]["number"]

    def sign_in(page: Page) -> None:
        page.goto("/desk/login/")
        page.fill("[name=username]", agent["email"])
        page.fill("[name=password]", agent["password"])
        page.click("main form button")

    def customer(page: Page) -> None:
        page.goto(f"/desk/tickets/{number}/")
        page.goto(page.locator("a[href*='/desk/customers/']").first.get_attribute("href"))

    return [
        ("sign-in", at("/desk/login/")),
        ("queue", sign_in),
        ("queue-mine", at("/desk/?whose=mine")),
        ("ticket", at(f"/desk/tickets/{number}/")),
        ("customer", customer),
        ("mail", at("/dev/mail/")),
    ]


def admin_pages(demo: dict[str, Any]) -> list[tuple[str, Go]]:
    admin = next(login for login in demo["logins"] if login["role"] == "admin")

    def sign_in(page: Page) -> None:
        page.goto("/desk/login/?next=/admin/")
        page.fill("[name=username]", admin["email"])
        page.fill("[name=password]", admin["password"])
        page.click("main form button")

    def first_of(model: str) -> Go:
        def go(page: Page) -> None:
            page.goto(f"/admin/{model}/")
            page.locator("#result_list tbody th a").first.click()

        return go

    return [
        ("index", sign_in),
        ("problem-types", at("/admin/tickets/problemtype/")),
        ("problem-type", first_of("tickets/problemtype")),
        ("sla-type", first_of("sla/slatype")),
        ("calendar", first_of("sla/calendar")),
        ("shop", first_of("customers/shop")),
        ("order", first_of("customers/order")),
    ]


if __name__ == "__main__":
    sys.exit(main())
