import pytest
from django.utils import translation

from tickets.models import Event
from tickets.timeline import ICONS, sentence

pytestmark = pytest.mark.standalone

WRITTEN = {
    "opened": ({"message": 1, "channel": "web"}, "opened the ticket"),
    "received": ({"message": 2}, "wrote"),
    "replied": ({"message": 3}, "answered"),
    "noted": ({"note": 1}, "wrote a note"),
    "phoned": ({"note": 2, "answered": True}, "wrote a memo of a phone call"),
    "claimed": ({}, "took the ticket into work"),
    "released": ({}, "put the ticket back"),
    "handed_over": ({"to_agent": 2, "to_name": "Bob Other"}, "handed the ticket over to Bob Other"),
    "routed": (
        {"to_team": 1, "to_name": "Keys", "why": "default"},
        "gave the ticket to Keys, as the default SLA says",
    ),
    "status_changed": (
        {"old": "open", "new": "waiting_customer"},
        "changed the status from “open” to “waiting for customer”",
    ),
    "solved": ({"old": "open"}, "marked the ticket as solved"),
    "reopened": ({}, "reopened the ticket"),
    "closed": ({}, "closed the ticket"),
    "type_changed": (
        {"old": 1, "old_name": "Used", "new": 2, "new_name": "Wrong region"},
        "changed the problem from “Used” to “Wrong region”",
    ),
    "code_revealed": ({"code": 1, "tail": "7K2Q"}, "looked at the activation code ending in 7K2Q"),
    "sla_applied": (
        {"terms": 1, "sla_type": 1, "name": "Codes"},
        "set the promises of the SLA type “Codes”",
    ),
    "promise_broken": (
        {"promise": 1, "promise_kind": "first_answer"},
        "noticed that the promise for a first answer was broken",
    ),
    "warned": ({"names": ["Alice Agent", "Bob Other"]}, "warned Alice Agent, Bob Other"),
    "priority_raised": ({"old": 0, "new": 1, "promise": 1, "step": 1}, "raised the priority to “high”"),
    "mail_failed": (
        {"to": "carol@example.com", "detail": "no such user"},
        "could not deliver the mail to carol@example.com: no such user",
    ),
    "mail_bounced": (
        {"to": "carol@example.com", "detail": "5.1.1 no such user"},
        "got the mail to carol@example.com back: 5.1.1 no such user",
    ),
    "reply_undone": ({"undone": [1, 2]}, "took the answer back before it was sent"),
    "stranger_wrote": (
        {"message": 1, "address": "m@example.com"},
        "received a mail from somebody who takes no part in this ticket",
    ),
    "machine_wrote": ({"message": 1, "why": "Auto-Submitted"}, "received an automatic answer"),
    "sender_accepted": (
        {"address": "c@example.net", "name": "Carol", "as": "customer"},
        "took c@example.net for an address of Carol",
    ),
    "participant_added": ({"address": "dave@example.com"}, "added dave@example.com to the conversation"),
    "participant_removed": (
        {"address": "dave@example.com"},
        "removed dave@example.com from the conversation",
    ),
    "order_linked": ({"number": "A-1"}, "linked the order A-1"),
    "joined": ({"into": 100007}, "moved what was said here into ticket 100007"),
    "code_sent": ({"to": "carol@example.com"}, "sent a one-time code to carol@example.com"),
    "verified": ({"how": "code"}, "confirmed who asks: one-time code sent to the known address"),
}


@pytest.mark.parametrize("kind", Event.Kind.values)
def test_every_kind_has_a_sentence(kind):
    data, words = WRITTEN[kind]
    assert sentence(kind, data, actor="Alice Agent") == f"<strong>Alice Agent</strong> {words}"


@pytest.mark.parametrize("kind", Event.Kind.values)
def test_every_kind_is_read_also_without_any_data(kind):
    words = sentence(kind, {}, actor="").removeprefix("<strong>The system</strong> ")
    assert words
    assert "None" not in words


@pytest.mark.parametrize("kind", Event.Kind.values)
def test_every_kind_has_an_icon_that_exists(kind):
    from lucide.templatetags.lucide import lucide

    assert "<svg" in lucide(ICONS[kind])


def test_names_and_data_are_escaped():
    written = sentence("handed_over", {"to_name": "<img src=x>"}, actor="<b>Mallory</b>")
    assert "<img" not in written
    assert "<b>" not in written


def test_values_of_unknown_make_are_shown_as_they_are():
    assert "“asleep”" in sentence("status_changed", {"old": "open", "new": "asleep"}, actor="Alice")


def test_sentences_are_made_in_the_readers_language():
    with translation.override("et"):
        assert sentence("claimed", {}, actor="Alice")
