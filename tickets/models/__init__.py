from tickets.models.absence import Absence
from tickets.models.agent import Agent, Team
from tickets.models.attachment import Attachment
from tickets.models.confirmation import AddressConfirmation
from tickets.models.delivery import Delivery, DeliveryAttempt
from tickets.models.draft import Draft
from tickets.models.event import Event
from tickets.models.evidence import Evidence, EvidenceSlot, ExamplePicture, ProblemType
from tickets.models.mail_template import MailTemplate
from tickets.models.mailbox import InMail, Mailbox, MailboxFolder
from tickets.models.message import Message, Note
from tickets.models.notice import Notice
from tickets.models.participant import Participant
from tickets.models.reply_template import ReplyTemplate
from tickets.models.ticket import Ticket
from tickets.models.verification import VerificationCode

__all__ = [
    "Absence",
    "AddressConfirmation",
    "Agent",
    "Attachment",
    "Delivery",
    "DeliveryAttempt",
    "Draft",
    "Event",
    "Evidence",
    "EvidenceSlot",
    "ExamplePicture",
    "InMail",
    "MailTemplate",
    "Mailbox",
    "MailboxFolder",
    "Message",
    "Note",
    "Notice",
    "Participant",
    "ProblemType",
    "ReplyTemplate",
    "Team",
    "Ticket",
    "VerificationCode",
]
