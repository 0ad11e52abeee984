"""Takes the pictures in docs/screenshots: every page at 1440 and 390 px, light and dark, of the demo shop.

    bin/screenshots

Starts the product on a data folder of its own, so nothing of a running one is touched. Needs Chromium. The pictures
that are there are replaced only when all of the new ones are taken and no page scrolls sideways.
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
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
WIDTHS = {1440: 900, 390: 844}
SCHEMES = ("light", "dark")
TALLEST = 1080
"""Pixels; of a longer page only the top is kept, the pictures are to be looked at."""
LIMIT_BYTES = 4_000_000
COLOURS = (128, 96, 64, 48, 40, 32)
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"]

Demo = dict[str, Any]
"""What `manage.py demo --json` tells, and what MORE adds."""
Go = Callable[[Page, Demo], Any]
Shots = dict[str, Image.Image]

MORE = """
import json
from django.conf import settings
from django.urls import reverse
from customers.links import order_token
from customers.models import Shop
from django.utils import timezone
from tickets.models import Ticket
shop = Shop.objects.first()
unknown = reverse("portal:order", args=[shop.slug, order_token(shop, "KH-1", timezone.now())])
customer = Ticket.objects.unsolved().latest("opened_at").customer
print(json.dumps({"unknown_order": unknown, "email": customer.addresses.first().email}))
"""


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as data,
        running(Path(data)) as (base, demo),
        sync_playwright() as playwright,
    ):
        names = ("chromium", "chromium-browser", "google-chrome")
        chromium = next(filter(None, map(shutil.which, names)), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        shots, too_wide = take_all(browser, base, demo)
    if too_wide:
        print("These scroll sideways, so nothing was replaced:", *too_wide, sep="\n  ", file=sys.stderr)
        return 1
    pictures = encoded(shots)
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir()
    for name, content in pictures.items():
        (TARGET / name).write_bytes(content)
    total = sum(map(len, pictures.values()))
    print(f"{len(pictures)} pictures, {total / 1e6:.2f} MB in {TARGET.relative_to(ROOT)}")
    return 0


@contextmanager
def running(data: Path) -> Iterator[tuple[str, Demo]]:
    """The product with the demo shop; gives its address and what there is to show."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "HELPDESK_VENV") if name in os.environ
    }
    environment = kept | {"PORT": str(port), "HELPDESK_DATA": str(data)}
    product = subprocess.Popen([ROOT / "bin" / "run"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)

    def ask(*command: str) -> Demo:
        command = (sys.executable, "manage.py", *command)
        told = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
        return json.loads(told.stdout)

    try:
        base = f"http://localhost:{port}"
        wait_until_healthy(base, product)
        yield base, ask("demo", "--json") | ask("shell", "-v0", "-c", MORE)
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


def take_all(browser: Browser, base: str, demo: Demo) -> tuple[Shots, list[str]]:
    """All pictures by the names of their files, and the names of those that scroll sideways."""
    shots: Shots = {}
    too_wide = []
    for who, pages in PAGES.items():
        page = browser.new_context(base_url=base, locale="en-GB").new_page()
        for name, go in pages:
            page.set_viewport_size({"width": 1440, "height": 900})
            go(page, demo)
            page.wait_for_load_state("networkidle")
            for width, scheme in VARIANTS:
                page.set_viewport_size({"width": width, "height": WIDTHS[width]})
                page.emulate_media(color_scheme=scheme)
                file = file_name(who, name, width, scheme)
                shots[file] = shot(page)
                if page.evaluate(
                    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                ):
                    too_wide.append(file)
        page.context.close()
    return shots, too_wide


def shot(page: Page) -> Image.Image:
    picture = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled"))).convert("RGB")
    return picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))


def encoded(shots: Shots) -> dict[str, bytes]:
    """With as many colours as the room that they may take allows."""
    for colours in COLOURS:
        pictures = {name: webp(picture, colours) for name, picture in shots.items()}
        if sum(map(len, pictures.values())) < LIMIT_BYTES:
            return pictures
    raise SystemExit(
        f"However few the colours, they take more than {LIMIT_BYTES / 1e6:.0f} MB. Nothing was replaced."
    )


def webp(picture: Image.Image, colours: int) -> bytes:
    """Few colours without loss: of pages, which are mostly text, that is half as large as lossy and stays sharp."""
    stream = BytesIO()
    few = picture.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    few.save(stream, "WEBP", lossless=True, method=4)
    return stream.getvalue()


def file_name(who: str, page: str, width: int, scheme: str) -> str:
    return f"{who}-{page}-{width}-{scheme}.webp"


def at(path: str) -> Go:
    return lambda page, demo: page.goto(path)


# --- Customers ----------------------------------------------------------------------------------------------


def order(page: Page, demo: Demo) -> None:
    page.goto(demo["order_links"][0]["url"])


def choose_type(page: Page, demo: Demo) -> None:
    page.locator("a:has-text('Report a problem with this activation code')").first.click()


def form(page: Page, demo: Demo) -> None:
    page.locator("main a[href*='/report/']").first.click()


def form_errors(page: Page, demo: Demo) -> None:
    page.locator("form button.btn-primary").last.click()
    page.locator("main .invalid-feedback, main .alert-danger, main [aria-invalid=true]").first.wait_for()


def ticket(part: str = "") -> Go:
    def go(page: Page, demo: Demo) -> None:
        page.goto(next(link for link in demo["ticket_links"] if link["status"] != "solved")["url"] + part)

    return go


def ask_for_tickets(page: Page, demo: Demo) -> None:
    page.goto("/my/")
    page.fill("[name=email]", demo["email"])
    page.locator("main form button").last.click()


def mail(page: Page, demo: Demo) -> None:
    """The one with the link, which the worker sends within seconds."""
    newest = page.locator("a.my-ticket").first
    for _ in range(60):
        page.goto("/dev/mail/")
        if newest.count() and demo["email"] in newest.inner_text():
            break
        page.wait_for_timeout(500)
    newest.click()


def confirm(page: Page, demo: Demo) -> None:
    page.goto(page.frame_locator("iframe").locator("a[href*='/my/']").first.get_attribute("href"))


def own_tickets(page: Page, demo: Demo) -> None:
    page.locator("main form button").click()


# --- Agents and admins --------------------------------------------------------------------------------------


def sign_in(role: str, path: str) -> Go:
    def go(page: Page, demo: Demo) -> None:
        login = next(login for login in demo["logins"] if login["role"] == role)
        page.goto(f"/desk/login/?next={path}")
        page.fill("[name=username]", login["email"])
        page.fill("[name=password]", login["password"])
        page.click("main form button")

    return go


def desk_ticket(page: Page, demo: Demo) -> None:
    page.goto(f"/desk/tickets/{demo['ticket_links'][0]['number']}/")


def parked_mail(page: Page, demo: Demo) -> None:
    page.goto("/desk/mail/")
    page.locator("main table.mails tbody a").first.click()


def ticket_by_mail(page: Page, demo: Demo) -> None:
    page.goto("/desk/mail/?view=all")
    page.locator("main table.mails tbody a[href*='/desk/tickets/']").last.click()


def why(page: Page, demo: Demo) -> None:
    page.goto(f"/desk/tickets/{demo['ticket_links'][0]['number']}/why/")


def customer(page: Page, demo: Demo) -> None:
    page.goto(page.locator("a[href*='/desk/customers/']").first.get_attribute("href"))


def admin_list(model: str) -> Go:
    return at(f"/admin/{model}/")


def first_of(model: str) -> Go:
    def go(page: Page, demo: Demo) -> None:
        page.goto(f"/admin/{model}/")
        page.locator("#result_list tbody th a").first.click()

    return go


def shop_secret(page: Page, demo: Demo) -> None:
    first_of("customers/shop")(page, demo)
    page.get_by_role("link", name="Show the link secret").click()


VARIANTS = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]
PAGES: dict[str, list[tuple[str, Go]]] = {
    "customer": [
        ("start", at("/")),
        ("order", order),
        ("problem-types", choose_type),
        ("form", form),
        ("form-errors", form_errors),
        ("received", ticket("received/")),
        ("ticket", ticket()),
        ("find-my-tickets", at("/my/")),
        ("look-into-mailbox", ask_for_tickets),
        ("mail", mail),
        ("confirm-address", confirm),
        ("my-tickets", own_tickets),
        ("order-not-here", lambda page, demo: page.goto(demo["unknown_order"])),
        ("no-such-page", at("/t/forged/")),
    ],
    "agent": [
        ("sign-in", at("/desk/login/")),
        ("queue", sign_in("agent", "/desk/")),
        ("queue-mine", at("/desk/?whose=mine")),
        ("ticket", desk_ticket),
        ("customer", customer),
        ("ticket-by-mail", ticket_by_mail),
        ("mail-arrived", at("/desk/mail/?view=all")),
        ("mail-parked", parked_mail),
        ("why", why),
        ("notices", at("/desk/notices/")),
        ("report", at("/desk/reports/promises/")),
        ("mails", at("/dev/mail/")),
    ],
    "admin": [
        ("index", sign_in("admin", "/admin/")),
        ("problem-types", admin_list("tickets/problemtype")),
        ("problem-type", first_of("tickets/problemtype")),
        ("reply-templates", admin_list("tickets/replytemplate")),
        ("reply-template", first_of("tickets/replytemplate")),
        ("mailboxes", admin_list("tickets/mailbox")),
        ("mailbox", first_of("tickets/mailbox")),
        ("mail-template", at("/admin/tickets/mailtemplate/add/?kind=acknowledge")),
        ("sla-types", admin_list("sla/slatype")),
        ("sla-type", first_of("sla/slatype")),
        ("sla-rules", admin_list("sla/slarule")),
        ("sla-rule", first_of("sla/slarule")),
        ("calendar", first_of("sla/calendar")),
        ("responsible-people", admin_list("sla/responsible")),
        ("responsible-person", at("/admin/sla/responsible/add/")),
        ("agents", admin_list("tickets/agent")),
        ("agent", first_of("tickets/agent")),
        ("teams", admin_list("tickets/team")),
        ("absences", admin_list("tickets/absence")),
        ("absence", at("/admin/tickets/absence/add/")),
        ("categories", admin_list("customers/productcategory")),
        ("products", admin_list("customers/product")),
        ("shop", first_of("customers/shop")),
        ("shop-secret", shop_secret),
        ("customers", admin_list("customers/customer")),
        ("customer", first_of("customers/customer")),
        ("orders", admin_list("customers/order")),
        ("order", first_of("customers/order")),
        ("tickets", admin_list("tickets/ticket")),
        ("ticket", first_of("tickets/ticket")),
        ("messages", admin_list("tickets/message")),
        ("events", admin_list("tickets/event")),
        ("deliveries", admin_list("tickets/delivery")),
    ],
}


if __name__ == "__main__":
    sys.exit(main())
