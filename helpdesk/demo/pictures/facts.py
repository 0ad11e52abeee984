"""What the mock screens show: the words of one case."""

from dataclasses import dataclass, field
from random import Random

GAMES = ("Tiny Railways", "Deep Static", "Bogwitch", "Starhaul Frontier", "Mind Boards", "Gravel Kings Rally 4", "Pier 9",
         "Paper Lanterns", "Northbound", "Kettle & Crow")  # fmt: skip
DEVICES = ("Kitchen laptop", "OFFICE-PC-02", "Galahad S8", "Home desktop", "Tablet of Ben", "FRONTDESK", "Old notebook",
           "Living room PC", "LAPTOP-7KQ2", "Aunt's computer")  # fmt: skip
REGIONS = (
    "Estonia",
    "Norway",
    "United Kingdom",
    "Japan",
    "United States",
    "Latvia",
    "Switzerland",
    "Finland",
)


@dataclass(frozen=True)
class Facts:
    store: str = "Playport"
    product: str = "Harbour Lights"
    wrong_title: str = "Bogwitch"
    code: str = "K7Q2M-94XTR-WD8HP"
    title: str = "This code was already used"
    message: str = "It has been redeemed on another account. Error 0x1F-204."
    person: str = "sailor_kat"
    region: str = "Estonia"
    shop: str = "Keyhaven"
    order: str = "KH-104482"
    amount: str = "39,99 €"
    phone: str = "+372 5••• •731"
    date: str = "12.03."
    clock: str = "18:42"
    battery: int = 63
    version: str = "4.8"
    reader_id: str = "k•••@example.com"
    installation_id: str = "204113 774029 118365"
    history: tuple[tuple[str, str, str], ...] = (
        ("02.02.", "Tiny Railways", "code"), ("19.12.", "Deep Static", "purchase"), ("30.10.", "Paper Lanterns", "code"),
        ("14.08.", "Northbound", "purchase"), ("01.06.", "Bogwitch", "gift"),
    )  # fmt: skip
    older_orders: tuple[tuple[str, str], ...] = (("04.01.", "KH-103871"), ("22.11.", "KH-103206"))
    devices: tuple[tuple[str, str], ...] = (
        ("OFFICE-PC-01", "today"), ("OFFICE-PC-02", "yesterday"), ("Galahad S8", "3 years ago"),
        ("LAPTOP-7KQ2", "last week"), ("FRONTDESK", "today"),
    )  # fmt: skip
    bars: tuple[int, ...] = field(default=(30, 84, 52, 120, 18, 66, 8))


def vary(rng: Random) -> dict[str, object]:
    """Values for the small things that differ from one customer's screen to the next."""
    months = [f"{rng.randint(1, 28):02}.{rng.randint(1, 12):02}." for _ in range(8)]
    return {
        "clock": f"{rng.randint(7, 23)}:{rng.randint(0, 59):02}",
        "battery": rng.randint(6, 100),
        "version": rng.choice(("4.6", "4.8", "4.9", "5.0")),
        "installation_id": " ".join(str(rng.randint(100000, 999999)) for _ in range(3)),
        "wrong_title": rng.choice(GAMES),
        "region": rng.choice(REGIONS),
        "phone": f"+372 5••• •{rng.randint(100, 999)}",
        "history": tuple(
            (day, title, rng.choice(("code", "purchase", "gift")))
            for day, title in zip(months, rng.sample(GAMES, 5), strict=False)
        ),
        "devices": tuple(
            (name, rng.choice(("today", "yesterday", "last week", "2 years ago", "in March")))
            for name in rng.sample(DEVICES, rng.randint(3, 7))
        ),
        "older_orders": tuple(
            (day, f"{rng.randint(100000, 103999)}") for day in months[5 : 5 + rng.randint(0, 3)]
        ),
        "bars": tuple(rng.randint(6, 130) for _ in range(7)),
    }
