"""What the two demo shops sell. All titles, stores and operators are invented."""

import random
from dataclasses import dataclass
from decimal import Decimal

GAME_KEYS = "game-keys"
GIFT_CARDS = "gift-cards"
LICENCES = "office-antivirus"
CONSOLE = "console-subscriptions"
TOP_UP = "mobile-top-up"
E_BOOKS = "e-books"

# Letters and digits that nobody confuses on a printed voucher, so without 0/O and 1/I.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class ShopSpec:
    slug: str
    name: str
    domain: str
    order_prefix: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class CategorySpec:
    slug: str
    name: str
    code_format: str  # X: a letter or digit of CODE_ALPHABET, 9: a digit, everything else stands for itself


@dataclass(frozen=True)
class ProductSpec:
    sku: str
    name: str
    category: str
    price: Decimal
    store: str  # where its codes are redeemed, as a customer would call it
    short: str  # what people call it when they write


SHOPS = (
    ShopSpec(
        "keyhaven",
        "Keyhaven",
        "keyhaven.example",
        "KH",
        (GAME_KEYS, LICENCES, CONSOLE, GIFT_CARDS, TOP_UP),
    ),
    ShopSpec("lehekylg", "Lehekülg", "lehekylg.example", "LK", (E_BOOKS, GIFT_CARDS, TOP_UP)),
)

CATEGORIES = (
    CategorySpec(GAME_KEYS, "Game keys", "XXXXX-XXXXX-XXXXX"),
    CategorySpec(GIFT_CARDS, "Gift cards", "XXXX-XXXX-XXXX-XXXX"),
    CategorySpec(LICENCES, "Office and antivirus licences", "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX"),
    CategorySpec(CONSOLE, "Console subscriptions", "XXXX-XXXX-XXXX"),
    CategorySpec(TOP_UP, "Mobile top-up", "9999 9999 9999 99"),
    CategorySpec(E_BOOKS, "E-books", "LK-XXXXXX-XXXXXX"),
)


def _product(sku: str, name: str, category: str, price: str, store: str, short: str) -> ProductSpec:
    return ProductSpec(sku, name, category, Decimal(price), store, short)


PRODUCTS = (
    _product("GK-HARB-DLX", "Harbour Lights: Deluxe Edition (PC key)", GAME_KEYS, "39.99", "Playport", "Harbour Lights"),
    _product("GK-HARB-STD", "Harbour Lights (PC key)", GAME_KEYS, "27.99", "Playport", "Harbour Lights"),
    _product("GK-IRON-PC", "Iron Meridian (PC key)", GAME_KEYS, "49.99", "Playport", "Iron Meridian"),
    _product("GK-IRON-SP", "Iron Meridian: Season Pass (PC key)", GAME_KEYS, "24.99", "Playport", "Iron Meridian pass"),
    _product("GK-BOGW-PC", "Bogwitch (PC key)", GAME_KEYS, "14.99", "Gamedock", "Bogwitch"),
    _product("GK-LAST-TR", "Last Tram to Kopli (PC key)", GAME_KEYS, "11.99", "Gamedock", "Last Tram to Kopli"),
    _product("GK-RALL-24", "Gravel Kings Rally 4 (PC key)", GAME_KEYS, "34.99", "Playport", "Gravel Kings"),
    _product("GK-FARM-VL", "Valley Farmers: Nordic Seasons (PC key)", GAME_KEYS, "19.99", "Gamedock", "Valley Farmers"),
    _product("GK-DEEP-ST", "Deep Static (PC key)", GAME_KEYS, "22.49", "Playport", "Deep Static"),
    _product("GK-CROW-GE", "Crown of Ashwood: Gold Edition (PC key)", GAME_KEYS, "44.99", "Playport", "Crown of Ashwood"),
    _product("GK-TINY-RW", "Tiny Railways (PC key)", GAME_KEYS, "9.99", "Gamedock", "Tiny Railways"),
    _product("GK-NIGH-SH", "Night Shift at Pier 9 (PC key)", GAME_KEYS, "17.99", "Gamedock", "Night Shift"),
    _product("GK-STAR-HL", "Starhaul Frontier (PC key)", GAME_KEYS, "29.99", "Playport", "Starhaul"),
    _product("GK-CHES-MB", "Mind Boards: Chess & Go (PC key)", GAME_KEYS, "6.49", "Gamedock", "Mind Boards"),
    _product("GC-PLAY-20", "Playport Wallet gift card 20 €", GIFT_CARDS, "20.00", "Playport", "Playport gift card"),
    _product("GC-PLAY-50", "Playport Wallet gift card 50 €", GIFT_CARDS, "50.00", "Playport", "Playport gift card"),
    _product("GC-ORBI-25", "Orbit Store gift card 25 €", GIFT_CARDS, "25.00", "Orbit Store", "Orbit gift card"),
    _product("GC-ORBI-75", "Orbit Store gift card 75 €", GIFT_CARDS, "75.00", "Orbit Store", "Orbit gift card"),
    _product("GC-TUNE-15", "Tuneo Music gift card 15 €", GIFT_CARDS, "15.00", "Tuneo", "Tuneo card"),
    _product("GC-KODU-40", "Kodupood gift card 40 €", GIFT_CARDS, "40.00", "Kodupood", "Kodupood gift card"),
    _product("GC-LEHE-30", "Lehekülg gift card 30 €", GIFT_CARDS, "30.00", "Lehekülg", "Lehekülg gift card"),
    _product("SL-QUIL-HOM", "Quillworks Office Home 2026, 1 PC", LICENCES, "59.90", "Quillworks", "Quillworks Office"),
    _product("SL-QUIL-BUS", "Quillworks Office Business 2026, 5 PCs", LICENCES, "219.00", "Quillworks", "Quillworks Business"),
    _product("SL-QUIL-STU", "Quillworks Office Student, 1 year", LICENCES, "29.90", "Quillworks", "Quillworks Student"),
    _product("SL-BAST-1Y1", "Bastion Antivirus, 1 device, 1 year", LICENCES, "18.90", "Bastion", "Bastion Antivirus"),
    _product("SL-BAST-1Y3", "Bastion Antivirus Family, 3 devices, 1 year", LICENCES, "32.90", "Bastion", "Bastion Family"),
    _product("SL-BAST-2Y5", "Bastion Total Security, 5 devices, 2 years", LICENCES, "64.90", "Bastion", "Bastion Total Security"),
    _product("SL-KEST-PDF", "Kestrel PDF Pro 12", LICENCES, "79.00", "Kestrel", "Kestrel PDF"),
    _product("SL-FRAM-PHO", "Framelight Photo 8", LICENCES, "54.50", "Framelight", "Framelight Photo"),
    _product("CS-ORBI-01M", "Orbit Plus membership, 1 month", CONSOLE, "8.99", "Orbit", "Orbit Plus"),
    _product("CS-ORBI-03M", "Orbit Plus membership, 3 months", CONSOLE, "24.99", "Orbit", "Orbit Plus"),
    _product("CS-ORBI-12M", "Orbit Plus membership, 12 months", CONSOLE, "59.99", "Orbit", "Orbit Plus"),
    _product("CS-KODO-03M", "Kodo Pass, 3 months", CONSOLE, "34.99", "Kodo", "Kodo Pass"),
    _product("CS-KODO-12M", "Kodo Pass Family, 12 months", CONSOLE, "69.99", "Kodo", "Kodo Pass Family"),
    _product("MT-TELM-05", "Telmo prepaid top-up 5 €", TOP_UP, "5.00", "Telmo", "Telmo top-up"),
    _product("MT-TELM-10", "Telmo prepaid top-up 10 €", TOP_UP, "10.00", "Telmo", "Telmo top-up"),
    _product("MT-TELM-20", "Telmo prepaid top-up 20 €", TOP_UP, "20.00", "Telmo", "Telmo top-up"),
    _product("MT-TELM-D30", "Telmo data package 30 GB, 30 days", TOP_UP, "12.00", "Telmo", "Telmo data package"),
    _product("MT-LINJ-10", "Linja prepaid top-up 10 €", TOP_UP, "10.00", "Linja", "Linja top-up"),
    _product("MT-LINJ-25", "Linja prepaid top-up 25 €", TOP_UP, "25.00", "Linja", "Linja top-up"),
    _product("EB-SOOR-01", "Soosaare talu (e-book, Estonian)", E_BOOKS, "11.90", "Leheriiul", "Soosaare talu"),
    _product("EB-WINT-01", "The Winter Ferry (e-book, English)", E_BOOKS, "9.90", "Leheriiul", "The Winter Ferry"),
    _product("EB-WINT-02", "The Winter Ferry: audiobook", E_BOOKS, "14.90", "Leheriiul", "The Winter Ferry"),
    _product("EB-KALA-01", "Kalamaja köögiraamat (e-book, Estonian)", E_BOOKS, "16.50", "Leheriiul", "Kalamaja köögiraamat"),
    _product("EB-STAT-01", "Plain Statistics for Small Shops (e-book, English)", E_BOOKS, "24.00", "Leheriiul", "Plain Statistics"),
    _product("EB-HILJ-01", "Hiljainen satama (e-book, Finnish)", E_BOOKS, "10.90", "Leheriiul", "Hiljainen satama"),
    _product("EB-LAST-01", "Öölaps ja kuurong (children's e-book, Estonian)", E_BOOKS, "7.90", "Leheriiul", "Öölaps ja kuurong"),
    _product("EB-GARD-01", "A Garden at 59° North (e-book, English)", E_BOOKS, "13.90", "Leheriiul", "A Garden at 59° North"),
)  # fmt: skip

CATEGORY = {category.slug: category for category in CATEGORIES}
SHOP = {shop.slug: shop for shop in SHOPS}


def products_of(shop: ShopSpec) -> list[ProductSpec]:
    """What this shop sells. Its own gift card is sold by nobody else."""
    own = shop.slug == "lehekylg"
    return [p for p in PRODUCTS if p.category in shop.categories and (own or p.sku != "GC-LEHE-30")]


def draw_code(rng: random.Random, category: str) -> str:
    """An activation code as the suppliers of this category write them."""
    letters = {"X": CODE_ALPHABET, "9": "0123456789"}
    return "".join(
        rng.choice(letters[sign]) if sign in letters else sign for sign in CATEGORY[category].code_format
    )
