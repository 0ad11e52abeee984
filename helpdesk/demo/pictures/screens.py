"""Mock screens of a computer: a store's dialog, its account pages, a licence wizard, a bank, a mailbox."""

from helpdesk.demo.pictures.canvas import Canvas, Mark
from helpdesk.demo.pictures.facts import Facts

SIDE = 190


def _store_window(canvas: Canvas, facts: Facts, chosen: str) -> None:
    colours = canvas.palette
    canvas.window(facts.store)
    canvas.box((0, 38, SIDE, canvas.height), colours.card, colours.line)
    for place, word in enumerate(("Home", "Library", "Store", "Friends", "Redeem a code", "Account")):
        y = 76 + place * 44
        if word == chosen:
            canvas.box((10, y - 17, SIDE - 10, y + 17), colours.page, radius=6)
        fill = colours.accent if word == chosen else colours.quiet
        canvas.box((24, y - 8, 40, y + 8), None, fill, radius=3, width=2)
        canvas.text(52, y, word, size=16, weight="Semibold", fill=fill, anchor="lm")
    canvas.text(24, canvas.height - 30, facts.person, size=14, fill=colours.quiet, anchor="lm")


def redeem(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    _store_window(canvas, facts, "Redeem a code")
    canvas.box((250, 90, 900, 540), colours.card, colours.line, radius=12)
    canvas.text(290, 122, "Redeem a code", size=28, weight="Bold")
    canvas.text(290, 164, f"Activate {facts.product} on this account.", size=16, fill=colours.quiet)
    canvas.text(290, 212, "Activation code", size=15, weight="Semibold")
    code, error = (290, 236, 860, 286), (290, 312, 860, 400)
    canvas.field(code, facts.code, wrong=True)
    canvas.error(error, facts.title, facts.message)
    canvas.text(290, 428, f"Signed in as {facts.person} · {facts.date}", size=14, fill=colours.quiet)
    canvas.button((700, 470, 860, 512), "Try again")
    canvas.button((560, 470, 688, 512), "Cancel", main=False)
    return [Mark(code, "the whole code"), Mark(error, "the whole message")]


def giftcard_redeem(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    canvas.box((0, 0, canvas.width, 64), colours.accent)
    canvas.text(40, 32, facts.store, size=24, weight="Bold", fill=colours.on_accent, anchor="lm")
    canvas.text(920, 32, f"{facts.person}   Basket", size=15, fill=colours.on_accent, anchor="rm")
    canvas.text(40, 100, "Gift card balance", size=28, weight="Bold")
    canvas.box((40, 150, 400, 370), colours.accent, radius=16)
    canvas.text(64, 176, facts.store, size=22, weight="Bold", fill=colours.on_accent)
    canvas.text(64, 318, "GIFT CARD", size=15, weight="Semibold", fill=colours.on_accent)
    canvas.text(376, 310, facts.amount, size=30, weight="Bold", fill=colours.on_accent, anchor="ra")
    canvas.text(440, 158, "Card number", size=15, weight="Semibold")
    number, error = (440, 182, 920, 232), (440, 262, 920, 350)
    canvas.field(number, facts.code, wrong=True)
    canvas.error(error, facts.title, facts.message)
    canvas.text(440, 382, "Available", size=15, fill=colours.quiet)
    canvas.text(440, 404, "0.00 €", size=34, weight="Bold")
    canvas.text(440, 462, f"Checked on {facts.date}", size=14, fill=colours.quiet)
    canvas.button((760, 500, 920, 542), "Check again")
    return [Mark(number, "the card number"), Mark(error, "the whole message")]


def activation(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    canvas.window(f"{facts.store} activation wizard")
    canvas.box((0, 38, 240, canvas.height), colours.accent)
    for place, word in enumerate(("Welcome", "Licence", "Activate", "Finish")):
        y, weight = 100 + 48 * place, "Bold" if place == 2 else "Regular"
        canvas.box(
            (30, y - 12, 54, y + 12), colours.on_accent if place <= 2 else None, colours.on_accent, radius=12
        )
        canvas.text(42, y, str(place + 1), size=15, weight="Bold", anchor="mm",
                    fill=colours.accent if place <= 2 else colours.on_accent)  # fmt: skip
        canvas.text(68, y, word, size=17, weight=weight, fill=colours.on_accent, anchor="lm")
    canvas.text(280, 80, "Activate your product", size=28, weight="Bold")
    canvas.text(280, 124, facts.product, size=16, fill=colours.quiet)
    canvas.text(280, 176, "Product key", size=15, weight="Semibold")
    code, error = (280, 200, 920, 250), (280, 280, 920, 372)
    canvas.field(code, facts.code, size=19, wrong=True)
    canvas.error(error, facts.title, facts.message)
    canvas.text(280, 404, f"Installation ID  {facts.installation_id}", size=15, fill=colours.quiet)
    canvas.text(280, 430, f"This computer  {facts.person}-PC", size=15, fill=colours.quiet)
    canvas.button((800, 530, 920, 572), "Try again")
    canvas.button((668, 530, 788, 572), "Back", main=False)
    return [Mark(code, "the product key"), Mark(error, "the error with its number")]


def library(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    _store_window(canvas, facts, "Account")
    canvas.text(240, 76, "Account history", size=28, weight="Bold")
    canvas.text(240, 118, f"{facts.person} · last activations", size=16, fill=colours.quiet)
    table = (240, 156, 920, 500)
    canvas.box(table, colours.card, colours.line, radius=10)
    canvas.text(264, 172, "Date", size=14, weight="Semibold", fill=colours.quiet)
    canvas.text(420, 172, "Product", size=14, weight="Semibold", fill=colours.quiet)
    canvas.text(780, 172, "By", size=14, weight="Semibold", fill=colours.quiet)
    for place, (day, title, way) in enumerate(facts.history[:6]):
        y = 208 + place * 46
        canvas.box((252, y - 6, 908, y - 5), colours.line)
        canvas.text(264, y + 6, day, size=16)
        canvas.text(420, y + 6, title, size=16, weight="Semibold")
        canvas.text(780, y + 6, way, size=16, fill=colours.quiet)
    today = (684, 108, 920, 142)
    canvas.text(908, 125, f"Today is {facts.date}", size=15, weight="Semibold", anchor="rm")
    return [Mark((252, 196, 908, 486), "the newest entries"), Mark(today, "the date")]


def region(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    _store_window(canvas, facts, "Account")
    canvas.text(240, 76, "Account settings", size=28, weight="Bold")
    canvas.box((240, 130, 920, 520), colours.card, colours.line, radius=10)
    rows = (("Name", facts.person), ("Address", "•••••@•••••"), ("Country or region", facts.region),
            ("Payment card from", facts.region), ("Language", "English"))  # fmt: skip
    for place, (word, value) in enumerate(rows):
        y = 168 + place * 66
        canvas.text(270, y, word, size=16, fill=colours.quiet, anchor="lm")
        canvas.text(560, y, value, size=18, weight="Semibold", anchor="lm")
        canvas.text(890, y, "Change", size=15, weight="Semibold", fill=colours.accent, anchor="rm")
        if place:
            canvas.box((260, y - 33, 900, y - 32), colours.line)
    return [Mark((258, 274, 902, 326), "the country of the account")]


def devices(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    canvas.box((0, 0, canvas.width, 64), colours.card, colours.line)
    canvas.text(40, 32, f"{facts.store} account", size=22, weight="Bold", anchor="lm")
    canvas.text(920, 32, facts.person, size=15, fill=colours.quiet, anchor="rm")
    canvas.text(40, 96, "My devices", size=28, weight="Bold")
    canvas.text(40, 138, f"{facts.product} · {len(facts.devices)} of {len(facts.devices)} activations used", size=16,
                fill=colours.error)  # fmt: skip
    for place, (name, seen) in enumerate(facts.devices[:7]):
        y = 180 + place * 56
        canvas.box((40, y, 920, y + 48), colours.card, colours.line, radius=8)
        canvas.box((58, y + 14, 84, y + 32), None, colours.accent, radius=3, width=2)
        canvas.text(104, y + 24, name, size=17, weight="Semibold", anchor="lm")
        canvas.text(560, y + 24, seen, size=15, fill=colours.quiet, anchor="lm")
        canvas.text(890, y + 24, "•••", size=17, weight="Bold", fill=colours.accent, anchor="rm")
    bottom = 180 + min(7, len(facts.devices)) * 56
    return [Mark((40, 180, 920, bottom), "all devices of the list")]


def payment(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    canvas.box((0, 0, canvas.width, 64), colours.accent)
    canvas.text(40, 32, "Rannapank", size=24, weight="Bold", fill=colours.on_accent, anchor="lm")
    canvas.text(40, 96, "Account statement", size=28, weight="Bold")
    mark = Mark((40, 216, 920, 272), "date, amount and reference")
    rows = [(day, "•••••••••", "− ••,•• €") for day, _title, _way in facts.history[:5]]
    rows.insert(1, (facts.date, f"{facts.shop.upper()}  ·  ref {facts.order}", f"− {facts.amount}"))
    for place, (day, title, amount) in enumerate(rows[:6]):
        y = 160 + place * 62
        canvas.box((40, y, 920, y + 52), colours.card, colours.line, radius=8)
        own = place == 1
        canvas.text(60, y + 26, day, size=16, anchor="lm")
        canvas.text(210, y + 26, title, size=17, weight="Semibold" if own else "Regular", anchor="lm")
        canvas.text(900, y + 26, amount, size=17, weight="Bold" if own else "Regular", anchor="rm")
    return [mark]


def mailbox(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    canvas.window("Mail")
    canvas.box((0, 38, 200, canvas.height), colours.card, colours.line)
    for place, word in enumerate(("Inbox", "Sent", "Spam", "Promotions", "Bin")):
        canvas.text(
            28, 84 + 40 * place, word, size=16, weight="Bold" if place == 2 else "Regular", anchor="lm"
        )
    search = (230, 60, 920, 104)
    canvas.field(search, f"{facts.shop.lower()}", size=17)
    canvas.text(230, 136, "Results in all folders, newest first", size=15, fill=colours.quiet)
    rows = (
        (facts.date, f"Invoice for your order {facts.order}"),
        *((day, f"Your order {number}") for day, number in facts.older_orders),
    )
    for place, (day, subject) in enumerate(rows[:5]):
        y = 166 + place * 60
        canvas.box((230, y, 920, y + 52), colours.card, colours.line, radius=8)
        canvas.text(250, y + 26, facts.shop, size=16, weight="Semibold", anchor="lm")
        canvas.text(400, y + 26, subject, size=16, anchor="lm")
        canvas.text(900, y + 26, day, size=15, fill=colours.quiet, anchor="rm")
    return [
        Mark(search, "what you searched for"),
        Mark((230, 166, 920, 166 + 60 * min(5, len(rows))), "all results"),
    ]


def wrong_product(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    _store_window(canvas, facts, "Library")
    canvas.text(240, 76, "Newest in your library", size=28, weight="Bold")
    card = (240, 130, 920, 330)
    canvas.box(card, colours.card, colours.line, radius=10)
    canvas.box((264, 152, 424, 308), colours.accent, radius=8)
    canvas.text(344, 230, facts.wrong_title[:1], size=72, weight="Black", fill=colours.on_accent, anchor="mm")
    canvas.text(452, 166, facts.wrong_title, size=24, weight="Bold")
    canvas.text(452, 206, f"Activated {facts.date} with code …{facts.code[-4:]}", size=16, fill=colours.quiet)
    canvas.button((452, 256, 580, 296), "Install")
    for place, (day, title, _way) in enumerate(facts.history[:3]):
        y = 360 + place * 56
        canvas.box((240, y, 920, y + 46), colours.card, colours.line, radius=8)
        canvas.text(262, y + 23, title, size=16, weight="Semibold", anchor="lm")
        canvas.text(900, y + 23, day, size=15, fill=colours.quiet, anchor="rm")
    return [Mark((440, 156, 900, 236), "name and date of what was activated")]
