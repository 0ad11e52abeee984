# ruff: noqa: E501  the forms of mail programs stand in their own lines
"""What the person wrote: each own sentence is kept, no sentence of the history is."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.channels.mail_in.words import read_words

OWN = "The code is refused again.\n\nI tried it on two computers, order A-12345."
OLD = ["We have sent you a new code.", "Please try it once more and tell us."]
QUOTED = "\n".join(f"> {line}" for line in OLD)
BARE = "\n".join(OLD)

ATTRIBUTIONS = {
    "Gmail en": "On Tue, Nov 3, 2026 at 10:00 AM Keyhaven <help@keyhaven.example> wrote:",
    "Gmail en, wrapped": "On Tue, Nov 3, 2026 at 10:00 AM Keyhaven Customer Support Department\n<help@keyhaven.example> wrote:",
    "Gmail en, wrapped late": "On Tue, Nov 3, 2026 at 10:00 AM Keyhaven <help@keyhaven.example>\nwrote:",
    "Gmail et": "Kontakt Keyhaven (<help@keyhaven.example>) kirjutas kuupäeval T, 3. november 2026 kell 10:00:",
    "Thunderbird et": "3.11.2026 10:00 Keyhaven kirjutas:",
    "Gmail fi": "ti 3. marrask. 2026 klo 10.00 Keyhaven (help@keyhaven.example) kirjoitti:",
    "Thunderbird fi": "Keyhaven kirjoitti 3.11.2026 klo 10.00:",
    "Gmail sk": "ut 3. 11. 2026 o 10:00 Keyhaven <help@keyhaven.example> napísal(a):",
    "Apple sk": "Dňa 3. 11. 2026 o 10:00 používateľ Keyhaven <help@keyhaven.example> napísal:",
    "Gmail cs": "út 3. 11. 2026 v 10:00 odesílatel Keyhaven <help@keyhaven.example> napsal:",
    "Thunderbird cs": "Dne 03. 11. 26 v 10:00 Keyhaven napsal(a):",
    "Gmail pl": "wt., 3 lis 2026 o 10:00 Keyhaven <help@keyhaven.example> napisał(a):",
    "Onet pl": "W dniu 2026-11-03 10:00:00 użytkownik Keyhaven <help@keyhaven.example> napisał:",
    "Thunderbird pl": "W dniu 3.11.2026 o 10:00, Keyhaven pisze:",
    "Gmail de": "Am Di., 3. Nov. 2026 um 10:00 Uhr schrieb Keyhaven <help@keyhaven.example>:",
    "Apple de": "Am 03.11.2026 um 10:00 schrieb Keyhaven <help@keyhaven.example>:",
    "Gmail fr": "Le mar. 3 nov. 2026 à 10:00, Keyhaven <help@keyhaven.example> a écrit :",
    "Gmail es": "El mar, 3 nov 2026 a las 10:00, Keyhaven (<help@keyhaven.example>) escribió:",
    "Gmail it": "Il giorno mar 3 nov 2026 alle ore 10:00 Keyhaven <help@keyhaven.example> ha scritto:",
    "Gmail pt": "Em ter., 3 de nov. de 2026 às 10:00, Keyhaven <help@keyhaven.example> escreveu:",
    "Gmail nl": "Op di 3 nov 2026 om 10:00 schreef Keyhaven <help@keyhaven.example>:",
    "Gmail sv": "Den tis 3 nov. 2026 kl 10:00 skrev Keyhaven <help@keyhaven.example>:",
    "Gmail da": "Den tir. 3. nov. 2026 kl. 10.00 skrev Keyhaven <help@keyhaven.example>:",
    "Gmail ru": "вт, 3 нояб. 2026 г. в 10:00, Keyhaven <help@keyhaven.example>:\nнаписал(а):",
    "Thunderbird ru": "03.11.2026 10:00, Keyhaven пишет:",
    "Gmail uk": "вт, 3 лист. 2026 р. о 10:00 Keyhaven <help@keyhaven.example> пише:",
    "Gmail lt": "2026-11-03, an, 10:00 Keyhaven <help@keyhaven.example> rašė:",
    "Gmail lv": "otrd., 2026. g. 3. nov., plkst. 10:00 — lietotājs Keyhaven (<help@keyhaven.example>) rakstīja:",
    "Gmail hu": "Keyhaven <help@keyhaven.example> ezt írta (időpont: 2026. nov. 3., K, 10:00):",
    "Apple en": "On 3 Nov 2026, at 10:00, Keyhaven <help@keyhaven.example> wrote:",
    "Yahoo": "On Tuesday, November 3, 2026, 10:00:00 AM GMT+2, Keyhaven <help@keyhaven.example> wrote:",
    "Zoho": "---- On Tue, 03 Nov 2026 10:00:00 +0200 Keyhaven <help@keyhaven.example> wrote ----",
    "plain": "Keyhaven wrote:",
}
HEADERS = {
    "en": "From: Keyhaven <help@keyhaven.example>\nSent: Tuesday, November 3, 2026 10:00 AM\nTo: Carol <carol@example.com>\nSubject: RE: code",
    "en bold": "*From:* Keyhaven <help@keyhaven.example>\n*Sent:* Tuesday, November 3, 2026 10:00 AM\n*To:* Carol\n*Subject:* RE: code",
    "et": "Saatja: Keyhaven <help@keyhaven.example>\nSaadetud: teisipäev, 3. november 2026 10:00\nAdressaat: Carol\nTeema: kood",
    "fi": "Lähettäjä: Keyhaven <help@keyhaven.example>\nLähetetty: tiistai 3. marraskuuta 2026 10.00\nVastaanottaja: Carol\nAihe: koodi",
    "sk": "Od: Keyhaven <help@keyhaven.example>\nOdoslané: utorok 3. novembra 2026 10:00\nKomu: Carol\nPredmet: kód",
    "cs": "Od: Keyhaven <help@keyhaven.example>\nOdesláno: úterý 3. listopadu 2026 10:00\nKomu: Carol\nPředmět: kód",
    "pl": "Od: Keyhaven <help@keyhaven.example>\nWysłano: wtorek, 3 listopada 2026 10:00\nDo: Carol\nTemat: kod",
    "de": "Von: Keyhaven <help@keyhaven.example>\nGesendet: Dienstag, 3. November 2026 10:00\nAn: Carol\nBetreff: Code",
    "fr": "De : Keyhaven <help@keyhaven.example>\nEnvoyé : mardi 3 novembre 2026 10:00\nÀ : Carol\nObjet : code",
    "es": "De: Keyhaven <help@keyhaven.example>\nEnviado el: martes, 3 de noviembre de 2026 10:00\nPara: Carol\nAsunto: código",
    "it": "Da: Keyhaven <help@keyhaven.example>\nInviato: martedì 3 novembre 2026 10:00\nA: Carol\nOggetto: codice",
    "nl": "Van: Keyhaven <help@keyhaven.example>\nVerzonden: dinsdag 3 november 2026 10:00\nAan: Carol\nOnderwerp: code",
    "sv": "Från: Keyhaven <help@keyhaven.example>\nSkickat: den 3 november 2026 10:00\nTill: Carol\nÄmne: kod",
    "ru": "От: Keyhaven <help@keyhaven.example>\nОтправлено: 3 ноября 2026 г. 10:00\nКому: Carol\nТема: код",
    "Samsung": "-------- Original message --------\nFrom: Keyhaven <help@keyhaven.example>\nDate: 03/11/2026 10:00 (GMT+02:00)\nTo: Carol\nSubject: code",
    "Seznam": "---------- Původní e-mail ----------\nOd: Keyhaven <help@keyhaven.example>\nKomu: carol@example.com\nDatum: 3. 11. 2026 10:00:00\nPředmět: kód",
    "Outlook old": "-----Original Message-----\nFrom: Keyhaven [mailto:help@keyhaven.example]\nSent: Tuesday, November 3, 2026 10:00 AM\nTo: Carol\nSubject: code",
    "Outlook et": "-----Algne kiri-----\nSaatja: Keyhaven\nSaadetud: 3. november 2026\nAdressaat: Carol\nTeema: kood",
    "Outlook pl": "-----Wiadomość oryginalna-----\nOd: Keyhaven\nWysłano: 3 listopada 2026\nDo: Carol\nTemat: kod",
    "Outlook mobile": "________________________________\nFrom: Keyhaven <help@keyhaven.example>\nSent: Tuesday, November 3, 2026 10:00 AM\nTo: Carol\nSubject: RE: code",
    "Proton": "------- Original Message -------\nOn Tuesday, November 3rd, 2026 at 10:00, Keyhaven <help@keyhaven.example> wrote:",
}
SIGNATURES = {
    "iPhone": "Sent from my iPhone",
    "iPhone et": "Saadetud minu iPhone'ist",
    "iPhone fi": "Lähetetty iPhonesta",
    "iPhone sk": "Odoslané z iPhonu",
    "iPhone cs": "Odesláno z iPhonu",
    "iPhone pl": "Wysłane z iPhone'a",
    "iPhone de": "Von meinem iPhone gesendet",
    "Android": "Sent from my Samsung Galaxy smartphone.",
    "Outlook": "Get Outlook for Android<https://aka.ms/x>",
    "Yahoo": "Sent from Yahoo Mail on Android",
    "delimiter": "-- \nCarol Customer\nSomewhere 5\n+372 555 1234",
    "delimiter without a space": "--\nCarol Customer\nwww.carol.example",
    "avast": "Virus-free. www.avast.com",
    "disclaimer": "This e-mail and any attachment are confidential and intended solely for the use of the individual to whom they are addressed. If you are not the intended recipient, delete it.",
}


def own_of(text: str) -> str:
    return read_words(text, None, {}).own


def check(own: str, *, kept: str = OWN, gone: tuple[str, ...] = tuple(OLD)) -> None:
    for sentence in kept.split("\n"):
        assert sentence in own
    for sentence in gone:
        assert sentence not in own


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_an_answer_above_the_quotation(client: str) -> None:
    own = own_of(f"{OWN}\n\n{ATTRIBUTIONS[client]}\n\n{QUOTED}\n")
    check(own)
    assert own == OWN


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_an_answer_below_the_quotation(client: str) -> None:
    check(own_of(f"{ATTRIBUTIONS[client]}\n{QUOTED}\n\n{OWN}\n"))


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_answers_between_the_quotations(client: str) -> None:
    text = f"{ATTRIBUTIONS[client]}\n> {OLD[0]}\n\nThe code is refused again.\n\n> {OLD[1]}\n\nI tried it on two computers, order A-12345.\n"
    check(own_of(text))


@pytest.mark.parametrize(
    "client", [name for name, text in ATTRIBUTIONS.items() if "@" in text and "\n" not in text]
)
def test_a_history_without_marks_below_who_wrote_it(client: str) -> None:
    check(own_of(f"{OWN}\n\n{ATTRIBUTIONS[client]}\n\n{BARE}\n"))


@pytest.mark.parametrize("language", HEADERS)
def test_a_history_below_a_block_of_headers(language: str) -> None:
    assert own_of(f"{OWN}\n\n{HEADERS[language]}\n\n{BARE}\n") == OWN


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_is_folded_away(signature: str) -> None:
    assert own_of(f"{OWN}\n\n{SIGNATURES[signature]}\n") == OWN
    assert own_of(f"{OWN}\n\n{SIGNATURES[signature]}\n\n{ATTRIBUTIONS['Gmail en']}\n{QUOTED}\n") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\nthe code is refused and nobody answered.",
        "My friend wrote:\n\nIt works for him.",
        "From: the shop I got no answer.\nSo I write again.",
        "I have > 5 GB free.\n> 5 GB is what it asks for.",
        "The console says\n>>> import game\nError 5",
        "What I see:\n----------\nError\n----------\nThat is all.",
        "The mail that bounced:\nFrom: carol@example.com\nTo: bob@example.com\nDate: 3 Nov 2026 10:00",
        "-- Nothing works --\nReally nothing.",
        "Best regards,\nCarol",
        "Lugupidamisega\nMari Maasikas",
        "My order number is\n--\nA-12345, the code is QWERT-1.",
        "1. first\n2. second\n   | a | b |",
        "Sent from my office I tried again, and it failed at once.",
        "The confidential code is refused.",
        "I wrote to you on 3.11.2026 at 10:00:\nno answer came.",
        "Please send the code to: carol@example.com\nThank you",
        "Subject: code refused\nHello, it is refused.",
        "> was on the screen, then it closed.",
    ],
)
def test_what_only_looks_like_history_stays(text: str) -> None:
    assert own_of(text) == text


def test_what_is_sent_on_is_said() -> None:
    for mark in (
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Edastatud kiri --------",
    ):
        text = f"FYI\n\n{mark}\nFrom: Shop <shop@example.com>\nDate: 3 Nov 2026\nSubject: Your code\nTo: carol@example.com\n\nYour code is QWERT.\n"
        assert "Your code is QWERT." in own_of(text)
        assert "FYI" in own_of(text)


def test_a_mail_that_is_nothing_but_history_shows_it() -> None:
    assert OLD[0] in own_of(f"{ATTRIBUTIONS['Gmail en']}\n{QUOTED}")


def test_a_postscript_below_the_history_is_kept() -> None:
    own = own_of(f"{OWN}\n\n{ATTRIBUTIONS['Gmail en']}\n{QUOTED}\n\nPS: I am at home after five.\n")
    check(own)
    assert "PS: I am at home after five." in own


def test_a_contact_block_is_folded_and_the_greeting_stays() -> None:
    own = own_of(
        f"{OWN}\n\nBest regards,\nCarol Customer\nTel: +372 555 1234\nwww.carol.example\ncarol@carol.example"
    )
    assert own.endswith("Best regards,\nCarol Customer")


def test_a_signature_that_names_the_order_stays() -> None:
    assert "A-12345" in own_of("Hello, see below.\n\n-- \nOrder number A-12345")


def test_the_whole_text_is_there_too() -> None:
    text = f"{OWN}\n\n{ATTRIBUTIONS['Gmail en']}\n{QUOTED}"
    full = read_words(text, None, {}).full
    assert all(sentence in full for sentence in (*OWN.split("\n"), *OLD))


GMAIL = "<div dir=ltr>{own}</div><br><div class=gmail_quote><div dir=ltr class=gmail_attr>On Tue Keyhaven &lt;h@k.example&gt; wrote:<br></div><blockquote class=gmail_quote style='margin:0'>{old}</blockquote></div>"
HTML = {
    "Gmail": GMAIL,
    "Outlook": "<div class=WordSection1><p class=MsoNormal>{own}</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>From:</b> K<br><b>Sent:</b> Tue<br><b>Subject:</b> x</p></div></div><p class=MsoNormal>{old}</p></div>",
    "Outlook web": "<div>{own}</div><div id=appendonsend></div><hr><div id=divRplyFwdMsg><b>From:</b> K<br><b>Sent:</b> Tue<br></div><div>{old}</div>",
    "Apple": "<div>{own}</div><div><br><blockquote type=cite><div>On 3 Nov 2026, at 10:00, K wrote:</div><br>{old}</blockquote></div>",
    "Thunderbird": "<p>{own}</p><div class=moz-cite-prefix>On 03/11/2026 10:00, K wrote:<br></div><blockquote type=cite cite='mid:x'>{old}</blockquote>",
    "Yahoo": "<div>{own}</div><div id=ydp class=yahoo_quoted><div>On Tuesday K wrote:</div>{old}</div>",
    "Proton": "<div>{own}</div><div class=protonmail_quote>On Tuesday K wrote:<br><blockquote class=protonmail_quote>{old}</blockquote></div>",
    "GMX": "<div>{own}</div><div name=quote style='margin:10px'>Gesendet: Dienstag<br>Von: K<br>{old}</div>",
    "Zoho": "<div>{own}</div><div class=zmail_extra>---- On Tue K wrote ----<blockquote>{old}</blockquote></div>",
    "Outlook for iOS": "<div>{own}</div><div id=mail-editor-reference-message-container><hr><p>From: K</p>{old}</div>",
}


@pytest.mark.parametrize("client", HTML)
def test_the_structure_of_html_says_what_is_history(client: str) -> None:
    own_html = "</div><div>".join(OWN.split("\n\n"))
    old_html = "".join(f"<div>{line}</div>" for line in OLD)
    words = read_words(None, HTML[client].format(own=own_html, old=old_html), {})
    check(words.own)
    assert OLD[0] in words.full


def test_answers_between_html_quotations_are_kept() -> None:
    html = f"<div class=gmail_quote><div class=gmail_attr>On Tue K wrote:</div><blockquote class=gmail_quote>{OLD[0]}</blockquote><div>The code is refused again.</div><blockquote class=gmail_quote>{OLD[1]}</blockquote><div>I tried it on two computers, order A-12345.</div></div>"
    check(read_words(None, html, {}).own)


def test_a_quotation_that_is_no_answer_is_content() -> None:
    assert (
        "The error text" in read_words(None, "<p>It says:</p><blockquote>The error text</blockquote>", {}).own
    )


def test_html_becomes_text() -> None:
    html = (
        "<style>p{}</style><p>One&nbsp;two</p><ul><li>first<li>second</ul><table><tr><td>a<td>b</tr></table>"
        "<a href='https://evil.example/x'>bank.example</a> <a href='https://shop.example'>shop.example</a>"
        "<div style='display:none'>hidden</div><script>x</script><img src='cid:p1'><img src=https://t.example/x.png alt=Logo>"
        "<a href='javascript:x'>click</a><pre>a\n  b</pre>"
    )
    own = read_words(None, html, {"p1": "shot.png"}).own
    assert "One two" in own
    assert "- first\n- second" in own
    assert "a | b" in own
    assert "bank.example <https://evil.example/x>" in own
    assert "<https://shop.example>" not in own
    assert "[image: shot.png]" in own
    assert "hidden" not in own
    assert "javascript" not in own
    assert "a\n  b" in own


def test_a_stub_of_a_plain_form_is_passed_over() -> None:
    html = "<p>" + "The whole story is told here. " * 40 + "</p>"
    assert "whole story" in read_words("Your mail program shows no HTML.", html, {}).own


def test_pictures_of_the_plain_form_are_marked() -> None:
    words = read_words(
        "See [cid:image001.png@01D] and [image: shot.png] and <other.png>",
        None,
        {"image001.png@01D": "a.png", "x": "shot.png"},
    )
    assert words.own == "See [image: a.png] and [image: shot.png] and <other.png>"


HOSTILE = {
    "nested": (None, "<div>" * 10_000 + "x"),
    "brackets": (None, "<" * 1_000_000),
    "entities": (None, "&amp;" * 1_000_000),
    "one line": ("x" * 20_000_000, None),
    "quotations": ("> a\n" * 190_000, None),
    "colons": ("From: a:\n" * 80_000, None),
    "attributions": ("On 3.11.2026 a@b.example wrote:\n" * 40_000, None),
    "marks": ("> " * 400_000, None),
    "blockquotes": (None, "<blockquote type=cite>" * 5_000 + "x"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_cost_time_costs_little(name: str) -> None:
    begin = time.process_time()
    read_words(*HOSTILE[name], {})
    assert time.process_time() - begin < 5


sentence = st.text("abcdefghijklmnopqrstuvwxyzõäöüžšč ,.!?0123456789", min_size=3, max_size=60).map(
    lambda s: f"So {s.strip()} it is"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(sentence, min_size=1, max_size=6), st.sampled_from(sorted(ATTRIBUTIONS)))
def test_whatever_somebody_writes_above_a_quotation_survives(lines: list[str], client: str) -> None:
    own = "\n".join(lines)
    assert own_of(f"{own}\n\n{ATTRIBUTIONS[client]}\n{QUOTED}") == own


@settings(max_examples=60, deadline=None)
@given(st.lists(sentence, min_size=1, max_size=6), st.sampled_from(sorted(HEADERS)))
def test_folding_twice_changes_nothing(lines: list[str], language: str) -> None:
    once = own_of("\n".join(lines) + f"\n\n{HEADERS[language]}\n\n{BARE}")
    assert own_of(once) == once
