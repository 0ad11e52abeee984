"""Which mails a machine wrote. A person taken for one gets no thanks; a machine taken for a person makes a loop."""

import pytest

from tickets.channels.mail_in.automatic import may_be_answered, read_automatic
from tickets.channels.mail_in.parse import read
from tickets.tests.mailing import make_mail

OURS = frozenset({"help@keyhaven.example"})


def kind(text: str = "Hello.", **mail: str) -> str | None:
    found = read_automatic(read(make_mail(text, **mail)), own_addresses=OURS)
    return found.kind if found else None


REPLIES = [
    {"auto_submitted": "auto-replied"},
    {"auto_submitted": "auto-replied (vacation)"},
    {"auto_submitted": "Auto-Replied; owner-email=x@y.example"},
    {"x_autoreply": "yes"},
    {"x_autorespond": "vacation"},
    {"x_auto_reply_from": "x@y.example"},
    {"x_mail_autoreply": "true"},
    {"precedence": "auto_reply"},
    {"subject": "Automatic reply: your code"},
    {"subject": "Out of Office: your code"},
    {"subject": "Automaatvastus: Teie kood"},
    {"subject": "Kontorist väljas: kood"},
    {"subject": "Automaattinen vastaus: koodi"},
    {"subject": "Poissaoloviesti: koodi"},
    {"subject": "Automatická odpoveď: kód"},
    {"subject": "Mimo kanceláriu: kód"},
    {"subject": "Automatická odpověď: kód"},
    {"subject": "Mimo kancelář: kód"},
    {"subject": "Odpowiedź automatyczna: kod"},
    {"subject": "Autoodpowiedź: kod"},
    {"subject": "Poza biurem: kod"},
    {"subject": "Automatische Antwort: Code"},
    {"subject": "Abwesenheitsnotiz: Code"},
    {"subject": "Réponse automatique : code"},
    {"subject": "Respuesta automática: código"},
    {"subject": "Risposta automatica: codice"},
    {"subject": "Automatisch antwoord: code"},
    {"subject": "Autosvar: kod"},
    {"subject": "Автоматический ответ: код"},
    {"subject": "Re: Automatic reply: code"},
    {"text": "I am out of the office until Monday and will reply when I return."},
    {"text": "Tere! Olen puhkusel kuni esmaspäevani."},
    {"text": "Hei, olen lomalla 1.12. asti."},
    {"text": "Dobrý deň, som na dovolenke do pondelka."},
    {"text": "Dobrý den, jsem na dovolené do pondělí."},
    {"text": "Dzień dobry, przebywam na urlopie do poniedziałku."},
    {"text": "This is an automated response. We got your mail."},
    {"subject": "Read: your mail"},
    {"subject": "Loetud: Teie kiri"},
    {"subject": "Your request #12 has been received"},
    {"x_zendesk_from_account_id": "abc"},
    {"return_path": "<>", "subject": "Out of office"},
]
GENERATED = [
    {"auto_submitted": "auto-generated"},
    {"auto_submitted": "auto-notified"},
    {"sender": "no-reply@slack.com"},
    {"sender": "noreply@notion.example"},
    {"sender": "donotreply@bank.example"},
    {"sender": "notifications@github.example"},
    {"sender": "verify@service.example"},
    {"sender": "help@keyhaven.example"},
    {"x_cron_env": "<LOGNAME=root>"},
    {"feedback_id": "1:2:3"},
    {"x_auto_response_suppress": "All"},
    {"return_path": "<>"},
]
LISTS = [
    {"list_id": "<news.shop.example>"},
    {"list_unsubscribe": "<https://shop.example/off>"},
    {"precedence": "bulk"},
    {"precedence": "list"},
    {"precedence": "junk"},
]
PERSONS = [
    {},
    {"auto_submitted": "no"},
    {"auto_submitted": "No"},
    {"x_auto_response_suppress": "DR, OOF, AutoReply", "thread_index": "AQHZ"},
    {"x_priority": "1"},
    {"x_mailer": "Outlook"},
    {"precedence": "normal"},
    {"subject": "Re: automatic reply does not stop"},
    {"subject": "The out of office assistant of your shop answers each time"},
    {"subject": "Order received, code missing"},
    {"subject": "My holiday photos game key"},
    {"subject": "Vacation Simulator does not start"},
    {"subject": "Lomamatka-pelin koodi ei toimi"},
    {"subject": "Dovolenkový poukaz nefunguje"},
    {"subject": "Undelivered code"},
    {"subject": "Mail delivery failed for my order, what now?"},
    {"text": "I was out of office when your mail came. Is the code still good?"},
    {"text": "I wrote that I am on vacation, and you did not answer. Can you help?"},
    {"text": "Olen puhkusel ja tahaks mängida, miks kood ei tööta?"},
    {"text": "Your automatic answer says Monday. It is Tuesday now."},
    {"sender": "norbert@example.com"},
    {"sender": "nora.reply@example.com"},
    {"sender": "robertson@example.com"},
    {"sender": "info@customer.example"},
    {"sender": "postmann@example.com"},
    {"sender": "root.beer@example.com"},
]


@pytest.mark.parametrize("mail", REPLIES, ids=str)
def test_an_automatic_answer_is_one(mail: dict[str, str]) -> None:
    assert kind(**mail) == "reply"


@pytest.mark.parametrize("mail", GENERATED, ids=str)
def test_what_a_program_wrote_is_generated(mail: dict[str, str]) -> None:
    assert kind(**mail) == "generated"


@pytest.mark.parametrize("mail", LISTS, ids=str)
def test_what_goes_to_many_is_a_list(mail: dict[str, str]) -> None:
    assert kind(**mail) == "list"


@pytest.mark.parametrize("mail", PERSONS, ids=str)
def test_a_person_is_no_machine(mail: dict[str, str]) -> None:
    assert kind(**mail) is None


@pytest.mark.parametrize("mail", [*REPLIES, *GENERATED, *LISTS], ids=str)
def test_a_machine_may_not_be_answered(mail: dict[str, str]) -> None:
    read_mail = read(make_mail(**({"text": "Hello."} | mail)))
    found = read_automatic(read_mail, own_addresses=OURS)
    assert not may_be_answered(read_mail, found, own_addresses=OURS)


def test_a_person_may_be_answered_unless_asked_not_to() -> None:
    plain = read(make_mail())
    assert may_be_answered(plain, None, own_addresses=OURS)
    suppressed = read(make_mail(x_auto_response_suppress="DR, OOF, AutoReply", thread_index="AQHZ"))
    assert not may_be_answered(suppressed, None, own_addresses=OURS)
