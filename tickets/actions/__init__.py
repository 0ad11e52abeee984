"""Every change to a ticket, one function a verb. No other module saves a ticket.

The beats of a verb, in order: one transaction, guard, save of the columns that change, one event, and on commit
whatever leaves the database. A change that changes nothing records nothing and returns False.
"""

from tickets.actions.accept_sender import accept_sender
from tickets.actions.claim import claim, release
from tickets.actions.escalate import pass_on, raise_priority
from tickets.actions.hand_over import hand_over
from tickets.actions.join import join
from tickets.actions.link_order import link_order
from tickets.actions.move_out import move_out
from tickets.actions.note import add_memo, add_note
from tickets.actions.open_by_mail import open_by_mail
from tickets.actions.open_ticket import Answer, Opened, goes_on_in, open_ticket, open_ticket_for
from tickets.actions.overhear import hear_machine, hear_stranger
from tickets.actions.parked import make_ticket_of, set_aside, take_back
from tickets.actions.participants import add_participant, remove_participant
from tickets.actions.problem_type import change_problem_type
from tickets.actions.receive import receive, said_already
from tickets.actions.reply import reply
from tickets.actions.reveal_code import reveal_code
from tickets.actions.route import route, set_due
from tickets.actions.seen import Seen
from tickets.actions.status import close, close_long_solved, reopen, solve, wait_for
from tickets.actions.undelivered import undelivered
from tickets.actions.undo_reply import undo_reply
from tickets.actions.verify import code_out, confirm_code, send_code

__all__ = [
    "Answer",
    "Opened",
    "Seen",
    "accept_sender",
    "add_memo",
    "add_note",
    "add_participant",
    "change_problem_type",
    "claim",
    "close",
    "close_long_solved",
    "code_out",
    "confirm_code",
    "goes_on_in",
    "hand_over",
    "hear_machine",
    "hear_stranger",
    "join",
    "link_order",
    "make_ticket_of",
    "move_out",
    "open_by_mail",
    "open_ticket",
    "open_ticket_for",
    "pass_on",
    "raise_priority",
    "receive",
    "release",
    "remove_participant",
    "reopen",
    "reply",
    "reveal_code",
    "route",
    "said_already",
    "send_code",
    "set_aside",
    "set_due",
    "solve",
    "take_back",
    "undelivered",
    "undo_reply",
    "wait_for",
]
