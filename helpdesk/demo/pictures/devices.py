"""Mock screens of other things: a phone, an e-book reader, a console on a television."""

from helpdesk.demo.pictures.canvas import Canvas, Mark
from helpdesk.demo.pictures.facts import Facts


def _phone(canvas: Canvas, facts: Facts, title: str) -> None:
    colours = canvas.palette
    canvas.box((0, 0, canvas.width, 38), colours.card)
    canvas.text(22, 19, facts.clock, size=16, weight="Semibold", anchor="lm")
    canvas.text(canvas.width - 20, 19, f"{facts.store}  4G  {facts.battery} %", size=14, anchor="rm")
    canvas.box((0, 38, canvas.width, 100), colours.card, colours.line)
    canvas.text(24, 69, f"‹  {title}", size=21, weight="Bold", anchor="lm")


def topup_phone(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    _phone(canvas, facts, facts.store)
    canvas.text(canvas.width / 2, 128, facts.date, size=14, fill=colours.quiet, anchor="mm")
    canvas.box((150, 156, 456, 206), colours.accent, radius=18)
    canvas.text(
        170, 181, f"*123*{facts.code.replace(' ', '')}#", size=17, fill=colours.on_accent, anchor="lm"
    )
    answer = (24, 228, 400, 400)
    canvas.box(answer, colours.card, colours.line, radius=18)
    canvas.text(44, 246, facts.title, size=17, weight="Bold", fill=colours.error)
    canvas.paragraph(44, 276, 336, facts.message, size=17)
    canvas.text(44, 420, f"{facts.clock} · delivered", size=13, fill=colours.quiet)
    canvas.box((20, 776, 460, 828), colours.card, colours.line, radius=26)
    canvas.text(44, 802, "Message", size=17, fill=colours.quiet, anchor="lm")
    return [Mark((150, 156, 456, 206), "what you dialled"), Mark(answer, "the operator's answer")]


def balance_phone(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    _phone(canvas, facts, "My number")
    number, balance = (24, 124, 456, 204), (24, 224, 456, 414)
    canvas.box(number, colours.card, colours.line, radius=14)
    canvas.text(48, 150, "Number", size=15, fill=colours.quiet, anchor="lm")
    canvas.text(48, 178, facts.phone, size=20, weight="Bold", anchor="lm")
    canvas.box(balance, colours.card, colours.line, radius=14)
    canvas.text(48, 254, "Balance", size=15, fill=colours.quiet, anchor="lm")
    canvas.text(48, 306, "0.03 €", size=46, weight="Bold", anchor="lm")
    canvas.text(48, 366, f"as of {facts.date}, {facts.clock}", size=15, fill=colours.quiet, anchor="lm")
    canvas.text(24, 450, "Last 7 days", size=17, weight="Semibold")
    for place, height in enumerate(facts.bars):
        x = 30 + place * 62
        canvas.box((x, 660 - height, x + 40, 660), colours.accent, radius=5)
    canvas.text(24, 684, "Data package: none active", size=15, fill=colours.quiet)
    canvas.button((24, 760, 456, 812), "Top up")
    return [Mark(number, "your number"), Mark(balance, "balance, date and time")]


def _reader(canvas: Canvas, facts: Facts) -> None:
    canvas.box((0, 0, canvas.width, canvas.height), "#3b3f45", radius=28)
    canvas.box((36, 36, canvas.width - 36, canvas.height - 96), "#e9e7df", radius=4)
    canvas.text(canvas.width / 2, canvas.height - 48, "leheriiul", size=20, fill="#b9bcc1", anchor="mm")
    canvas.text(56, 50, facts.clock, size=15, fill="#55534c")
    canvas.text(canvas.width - 56, 50, f"{facts.battery} %", size=15, fill="#55534c", anchor="ra")


def ereader(canvas: Canvas, facts: Facts) -> list[Mark]:
    _reader(canvas, facts)
    ink, quiet = "#2b2a27", "#7b786f"
    for line in range(19):
        width = 420 if line % 6 != 5 else 210
        canvas.box((72, 104 + line * 30, 72 + width, 112 + line * 30), "#cfccc2", radius=2)
    error = (84, 250, 516, 470)
    canvas.box(error, "#f6f4ee", ink, radius=8, width=2)
    canvas.text(108, 272, facts.title, size=22, weight="Bold", fill=ink)
    y = canvas.paragraph(108, 310, 384, facts.message, size=18, fill=ink)
    canvas.text(108, y + 6, facts.product[:44], size=15, fill=quiet)
    canvas.box((390, 416, 492, 452), None, ink, radius=4)
    canvas.text(441, 434, "OK", size=16, weight="Bold", fill=ink, anchor="mm")
    return [Mark(error, "the whole message")]


def reader_id(canvas: Canvas, facts: Facts) -> list[Mark]:
    _reader(canvas, facts)
    ink, quiet = "#2b2a27", "#7b786f"
    canvas.text(72, 100, "Settings  ›  Accounts", size=26, weight="Bold", fill=ink)
    rows = (
        ("Leheriiul ID", facts.reader_id),
        ("Device", "Leheriiul R2"),
        ("Version", facts.version),
        ("Books", "37"),
    )
    for place, (word, value) in enumerate(rows):
        y = 170 + place * 84
        canvas.text(72, y, word, size=17, fill=quiet)
        canvas.text(72, y + 26, value, size=22, weight="Semibold", fill=ink)
        canvas.box((72, y + 66, 528, y + 67), "#cfccc2")
    return [Mark((64, 164, 536, 234), "the ID"), Mark((64, 332, 536, 402), "the version")]


def console_redeem(canvas: Canvas, facts: Facts) -> list[Mark]:
    colours = canvas.palette
    canvas.text(70, 60, facts.store.upper(), size=30, weight="Black", fill=colours.accent)
    canvas.text(890, 64, facts.clock, size=22, anchor="ra")
    canvas.text(70, 140, "Redeem code", size=40, weight="Light")
    code, error = (70, 214, 640, 276), (70, 310, 890, 420)
    canvas.field(code, facts.code, size=28, wrong=True)
    canvas.error(error, facts.title, facts.message)
    canvas.text(70, 452, f"Profile  {facts.person}", size=18, fill=colours.quiet)
    for place, word in enumerate(("A  Try again", "B  Back", "Y  Help")):
        x = 90 + place * 170
        canvas.box((x - 20, 528, x + 4, 552), None, colours.quiet, radius=12, width=2)
        canvas.text(x - 8, 540, word[0], size=15, weight="Bold", anchor="mm")
        canvas.text(x + 14, 540, word[3:], size=17, anchor="lm")
    return [Mark(code, "the whole code"), Mark(error, "the whole message")]
