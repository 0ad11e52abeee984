"""What the demo shop asks for each problem, and how soon it promises to answer.

What is asked suits the conversations in helpdesk.demo.talk: a picture that an agent asks for there later is optional here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from helpdesk.demo.catalogue import CONSOLE, E_BOOKS, GAME_KEYS, GIFT_CARDS, LICENCES, TOP_UP
from helpdesk.demo.people import KEYS, READERS
from helpdesk.demo.reply_templates import REPLY_TEMPLATES, TemplateSpec

__all__ = [
    "CALENDAR_NAME",
    "OPENING_HOURS",
    "PROBLEM_TYPES",
    "REPLY_TEMPLATES",
    "SLA_TYPES",
    "TALLINN",
    "ProblemTypeSpec",
    "SlaTypeSpec",
    "SlotSpec",
    "TemplateSpec",
]


@dataclass(frozen=True)
class SlotSpec:
    kind: str  # one of tickets.models.EvidenceSlot.Kind
    label: str
    help: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()  # empty: asked for every category of the problem
    scene: str = (
        ""  # of helpdesk.demo.pictures.SCENES, for pictures: drawn as examples and as what customers send
    )
    scenes: Mapping[str, str] = field(default_factory=dict)  # by category, where the screen looks different
    good: str = ""  # captions of the examples
    bad: str = ""
    samples: tuple[str, ...] = ()  # believable answers; "{bought}" is the day of the order; empty: any choice
    max_files: int = 3


@dataclass(frozen=True)
class ProblemTypeSpec:
    slug: str
    name: str
    help: str
    categories: tuple[str, ...]  # empty: all, and whole orders too
    slots: tuple[SlotSpec, ...]
    sla: str
    errors: Mapping[
        str, tuple[tuple[str, str], ...]
    ]  # category or "": titles and messages on the mock screens


@dataclass(frozen=True)
class SlaTypeSpec:
    """Minutes are working minutes: a working day has 540."""

    name: str
    first_answer_minutes: int
    solution_minutes: int
    team: str
    warned: tuple[str, ...]
    is_default: bool = False


TALLINN = ZoneInfo("Europe/Tallinn")  # where the demo works: its days begin and end there
CALENDAR_NAME = "Office hours"
OPENING_HOURS: tuple[tuple[int, str, str], ...] = (
    *((weekday, "09:00", "18:00") for weekday in range(5)),
    (5, "10:00", "15:00"),
)

SLA_TYPES = (
    SlaTypeSpec("Codes", 120, 540, KEYS, ("kadri@keyhaven.example", "rein@keyhaven.example")),
    SlaTypeSpec("Top-ups", 60, 240, READERS, ("marek@keyhaven.example", "rein@keyhaven.example")),
    SlaTypeSpec("Refunds", 240, 1620, KEYS, ("rein@keyhaven.example",)),
    SlaTypeSpec("Standard", 240, 1080, READERS, ("liis@lehekylg.example",), is_default=True),
)

CODE_SCREENS = {
    GAME_KEYS: "redeem",
    GIFT_CARDS: "giftcard_redeem",
    LICENCES: "activation",
    CONSOLE: "console_redeem",
}


def _only(wanted: tuple[str, ...]) -> dict[str, str]:
    return {category: CODE_SCREENS[category] for category in wanted}


REFUSED_IN_FULL = "The whole window: the code and every word of the message can be read."
REFUSED_CUT = "Cut off, dark and shaken: neither the code nor the message can be read."

ALREADY_USED = ProblemTypeSpec(
    "code-already-used",
    "The code is already used",
    "The store says that somebody has redeemed or activated the code before you, or the gift card is empty.",
    (GAME_KEYS, GIFT_CARDS, LICENCES, CONSOLE),
    (
        SlotSpec(
            "picture",
            "A screenshot of the message",
            "Enter the code once more and show the whole window, with the complete code and the complete message.",
            scenes=CODE_SCREENS,
            good=REFUSED_IN_FULL,
            bad=REFUSED_CUT,
        ),
        SlotSpec(
            "date",
            "When did you first enter the code?",
            "The store tells our supplier when the code was redeemed. We compare the two days.",
            samples=("{bought}",),
        ),
        SlotSpec(
            "text",
            "The name of your account in the store",
            "As it is shown when you are signed in. Never a password.",
            categories=(GAME_KEYS, CONSOLE),
            samples=("sailor_kat", "mossy_otter", "nightbus42", "teapot_general", "kuldkala", "pixel_aunt"),
        ),
        SlotSpec(
            "picture",
            "Your account history",
            "The page with your latest activations and today's date. If you can add it now, our supplier has no question left.",
            required=False,
            categories=(GAME_KEYS, CONSOLE),
            scene="library",
            good="The newest activations, with their days and today's date.",
            bad="Only a part of the list, and no date can be read.",
        ),
    ),
    "Codes",
    {
        GAME_KEYS: (
            ("This code was already used", "It has been redeemed on another account. Error 0x1F-204."),
            ("Already redeemed", "This key is in use. Every key can be activated once. Error 0x1F-209."),
        ),
        GIFT_CARDS: (
            ("This card has no balance left", "The full amount has been redeemed. Reference GC-31."),
            ("Card already redeemed", "The balance was added to another account. Reference GC-34."),
        ),
        LICENCES: (
            ("Product key already in use", "The key is active on the maximum number of devices. Error 0xC004-08."),
        ),
        CONSOLE: (
            ("This code has been used", "It was redeemed before and cannot be used again. Error CE-2041."),
            ("Already redeemed", "The code belongs to another profile. Error CE-2044."),
        ),
    },
)  # fmt: skip

NOT_ACCEPTED = ProblemTypeSpec(
    "code-not-accepted",
    "The code is not accepted",
    "The store calls the code invalid, unknown, expired or not active yet.",
    (GAME_KEYS, GIFT_CARDS, LICENCES, CONSOLE, TOP_UP, E_BOOKS),
    (
        SlotSpec(
            "picture",
            "A screenshot of the message",
            "Show the whole window, with the complete code as you entered it and the complete message.",
            categories=(*CODE_SCREENS, E_BOOKS),
            scenes={**CODE_SCREENS, E_BOOKS: "redeem"},
            good=REFUSED_IN_FULL,
            bad=REFUSED_CUT,
        ),
        SlotSpec(
            "picture",
            "A screenshot of what you dialled and what the operator answered",
            "Both in one picture, if they fit.",
            categories=(TOP_UP,),
            scene="topup_phone",
            good="What was dialled and the whole answer.",
            bad="A part of the screen, too dark to read.",
        ),
        SlotSpec(
            "choice",
            "How did you enter the code?",
            "The button beside the code on your order page copies it without typing errors.",
            choices=("I typed it", "I copied and pasted it", "I scanned it"),
            categories=(*CODE_SCREENS, E_BOOKS),
            samples=("I typed it",),
        ),
    ),
    "Codes",
    {
        GAME_KEYS: (
            ("This code is not valid", "Please check what you entered and try again. Error 0x1F-101."),
            ("Code not recognised", "We do not know this product code. Error 0x1F-117."),
        ),
        GIFT_CARDS: (
            ("This card has not been activated", "Please ask the shop where you bought it. Reference GC-12."),
            ("Unknown code", "We cannot find a card with this number. Reference GC-10."),
        ),
        LICENCES: (
            ("This product key cannot be used", "It does not belong to the installed edition. Error 0xC004-17."),
            ("Product key not recognised", "Please check the key and try again. Error 0xC004-11."),
        ),
        CONSOLE: (
            ("This code is not valid", "Check the code and try again. Error CE-1003."),
            ("Code not recognised", "The code cannot be found. Error CE-1017."),
        ),
        TOP_UP: (
            ("Error 03", "The voucher number is not valid. Dial *123*, the 14 digits of the voucher and #."),
            ("Request not understood", "Please check the number of your voucher and try again."),
        ),
        E_BOOKS: (("Unknown code", "There is no book or card with this code. Error L-210."),),
    },
)  # fmt: skip

REGION_LOCK = ProblemTypeSpec(
    "region-lock",
    "The code does not work in my country",
    "The store speaks of a wrong country, region or territory.",
    (GAME_KEYS, GIFT_CARDS, CONSOLE),
    (
        SlotSpec(
            "picture",
            "A screenshot of the message",
            "Show the whole window, with the complete code and the complete message. Switch a VPN off before you try.",
            scenes=_only((GAME_KEYS, GIFT_CARDS, CONSOLE)),
            good=REFUSED_IN_FULL,
            bad=REFUSED_CUT,
        ),
        SlotSpec(
            "picture",
            "The country of your account",
            "The page of the account settings in the store that names the country or region. Cover what is private.",
            scene="region",
            good="The settings of the account, with the country.",
            bad="The line with the country cannot be read.",
        ),
    ),
    "Codes",
    {
        GAME_KEYS: (
            ("Not available in your region", "This code cannot be redeemed in your country. Error 0x1F-330."),
        ),
        GIFT_CARDS: (
            ("Not available in your territory", "This card belongs to another country's store. Reference GC-52."),
        ),
        CONSOLE: (
            ("Region mismatch", "The region of this code and of your profile do not match. Error CE-3300."),
        ),
    },
)  # fmt: skip

NOT_ARRIVED = ProblemTypeSpec(
    "code-not-arrived",
    "The code has not arrived",
    "You have paid, and neither the mail nor the order page has a code for you.",
    (),
    (
        SlotSpec(
            "yes_no",
            "Have you looked into the spam and promotions folders?",
            "Search all folders of your mailbox for the name of the shop; our mails often land there.",
            samples=("yes", "no"),
        ),
        SlotSpec(
            "picture",
            "The search in your mailbox",
            "If you have searched: what you searched for, and everything that was found.",
            required=False,
            scene="mailbox",
            good="The words that were searched for, and all results.",
            bad="A corner of the list without what was searched for.",
        ),
        SlotSpec(
            "picture",
            "The payment in your bank",
            "If the order page still waits for your payment: the line with its day, amount and reference. Cover all others.",
            required=False,
            scene="payment",
            good="Day, amount and reference of this payment; the rest is covered.",
            bad="Neither the amount nor the reference can be read.",
        ),
    ),
    "Codes",
    {},
)  # fmt: skip

WRONG_PRODUCT = ProblemTypeSpec(
    "wrong-product",
    "I got a different product",
    "Another edition, another length or something else than you ordered.",
    (GAME_KEYS, LICENCES, CONSOLE, E_BOOKS),
    (
        SlotSpec(
            "choice",
            "What is different?",
            choices=(
                "The edition or format",
                "The number of devices or months",
                "It is a completely different product",
            ),
            samples=("The edition or format",),
        ),
        SlotSpec(
            "picture",
            "What was activated",
            "If you have used the code: the page of the store with the name of the product and the day of its activation.",
            required=False,
            scene="wrong_product",
            good="The name of the product and the day of the activation.",
            bad="Which product it is cannot be seen.",
        ),
    ),
    "Codes",
    {},
)  # fmt: skip

TOP_UP_MISSING = ProblemTypeSpec(
    "top-up-not-credited",
    "The top-up is not on my phone",
    "You have paid or dialled the voucher, and the balance or the data is missing. It can take up to an hour.",
    (TOP_UP,),
    (
        SlotSpec(
            "picture",
            "What you dialled and what the operator answered",
            "If no answer came, show what you dialled.",
            scene="topup_phone",
            good="What was dialled and the whole answer.",
            bad="A part of the screen, too dark to read.",
        ),
        SlotSpec(
            "picture",
            "Your number and balance",
            "The page of the operator's app with your number, the balance, the day and the time.",
            scene="balance_phone",
            good="The number, the balance, the day and the time.",
            bad="Neither the number nor the balance can be read.",
        ),
    ),
    "Top-ups",
    {
        "": (
            ("Top-up not completed", "Your balance has not changed. Please ask where you bought the voucher."),
            ("Your request is being processed", "You will get a message when the credit has been added."),
        ),
    },
)  # fmt: skip

E_BOOK = ProblemTypeSpec(
    "e-book-does-not-open",
    "The e-book does not open",
    "The book is locked, incomplete or in a format that your reader does not know.",
    (E_BOOKS,),
    (
        SlotSpec(
            "picture",
            "A picture of the message on the reader",
            "All of the screen, with the message and the name of the book.",
            scene="ereader",
            good="The whole message, with the name of the book.",
            bad="Too close, dark and shaken: no word can be read.",
        ),
        SlotSpec(
            "choice",
            "Where do you want to read?",
            choices=("On an e-book reader", "On a phone or tablet", "On a computer"),
            samples=("On an e-book reader",),
        ),
        SlotSpec(
            "picture",
            "The accounts page of the reader",
            "Settings > Accounts: it shows your Leheriiul ID and the version of the reader.",
            required=False,
            scene="reader_id",
            good="The Leheriiul ID and the version.",
            bad="The ID is cut off.",
        ),
    ),
    "Standard",
    {
        "": (
            ("Document is protected", "This reader is not signed in with the ID that the book was bought with. Error E-101."),
            ("The book cannot be opened", "The file is damaged or its format is not known. Error E-104."),
        ),
    },
)  # fmt: skip

ACTIVATION_LIMIT = ProblemTypeSpec(
    "activation-limit",
    "The limit of activations is reached",
    "The licence says that it is on too many devices, often after a new computer or a reinstallation.",
    (LICENCES,),
    (
        SlotSpec(
            "picture",
            "A screenshot of the activation wizard",
            "The whole window, with the product key, the error with its number and the installation ID.",
            scene="activation",
            good="The product key, and the error with its number.",
            bad="The number of the error cannot be read.",
        ),
        SlotSpec(
            "yes_no",
            "Can you still start the old computer?",
            "If the licence moves from one computer to another.",
            required=False,
            samples=("no",),
        ),
        SlotSpec(
            "picture",
            "The devices of your account",
            "The list 'My devices' in the account of the maker. You can remove a device there that you no longer have.",
            required=False,
            scene="devices",
            good="All devices of the list.",
            bad="Only one line of the list, and not readable.",
        ),
    ),
    "Codes",
    {
        "": (
            ("Activation limit exceeded", "This key has reached its maximum number of activations. Error 0xC004-31."),
            ("Too many devices", "Remove a device from your account and try again. Error 0xC004-33."),
        ),
    },
)  # fmt: skip

REFUND = ProblemTypeSpec(
    "refund",
    "I want my money back",
    "Codes that were never shown can be returned within 14 days. Also for a payment taken twice and a refund that is missing.",
    (),
    (
        SlotSpec(
            "choice",
            "How would you like to get the money?",
            choices=("Back the way I paid", "As credit in the shop"),
            samples=("Back the way I paid",),
        ),
        SlotSpec(
            "picture",
            "The payment in your bank",
            "If you were charged twice: the lines with day, amount and reference. Cover all others.",
            required=False,
            scene="payment",
            good="Day, amount and reference of this payment; the rest is covered.",
            bad="Neither the amount nor the reference can be read.",
        ),
    ),
    "Refunds",
    {},
)  # fmt: skip

SOMETHING_ELSE = ProblemTypeSpec(
    "something-else",
    "Something else",
    "Invoices, your address, a question before you open a code, a mail that looks odd, praise.",
    (),
    (
        SlotSpec(
            "choice",
            "What is it about?",
            "It helps us to give your message to the right person.",
            choices=(
                "An invoice or my contact data",
                "A question about a product",
                "A mail that looks odd",
                "None of these",
            ),
            samples=("None of these",),
        ),
    ),
    "Standard",
    {},
)

PROBLEM_TYPES = (
    ALREADY_USED,
    NOT_ACCEPTED,
    REGION_LOCK,
    NOT_ARRIVED,
    WRONG_PRODUCT,
    TOP_UP_MISSING,
    E_BOOK,
    ACTIVATION_LIMIT,
    REFUND,
    SOMETHING_ELSE,
)
