"""What is found out about a mail before anything is decided. Only reads, and may take as long as the DNS: never in a
transaction."""

from dataclasses import dataclass

from customers.linking import fold_email
from tickets.channels.mail_in.automatic import Automatic, read_automatic
from tickets.channels.mail_in.bounces import Bounce, read_bounce
from tickets.channels.mail_in.mail import Address, Mail
from tickets.channels.mail_in.own import OwnAddresses
from tickets.channels.mail_in.sender_checks import SenderChecks, check_sender, dns_txt
from tickets.evidence.names import clean_line
from tickets.memory import remembered
from tickets.models import InMail, Mailbox

COPIES_SHOWN = 50
READ_BY_NOBODY = ("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "mailer-daemon")


@dataclass
class Facts:
    mail: Mail
    own: OwnAddresses
    automatic: Automatic | None
    bounce: Bounce | None
    sender: Address | None
    """Whom the mail counts for: its sender, or for whom the answers are that its sender asks for."""
    checks: SenderChecks | None
    """Of the sender's own address; None where another one counts."""

    @property
    def is_proven(self) -> bool:
        """The mail servers of the address vouch for it."""
        return self.checks is not None and self.checks.passes


def gather(mailbox: Mailbox, mail: Mail, raw: bytes) -> Facts:
    own = remembered("own_addresses", OwnAddresses)
    sender = _who(mail, own)
    checks = None
    if sender and sender == mail.sender:
        dns = dns_txt if mailbox.checks_dkim else None
        checks = check_sender(mail, raw, trusted_hosts=mailbox.trusted, dns=dns)
    automatic = read_automatic(mail, own_addresses=own.folded)
    return Facts(mail, own, automatic, read_bounce(mail), sender, checks)


def note_down(in_mail: InMail, facts: Facts) -> None:
    """For those who look at the mail later; the caller saves `NOTED`."""
    mail, sender = facts.mail, facts.sender
    in_mail.header_id = mail.message_id[:998]
    in_mail.sender_name = (sender.name if sender else "")[:200]
    in_mail.sender_address = (sender.address if sender else "")[:320]
    in_mail.subject = clean_line(mail.subject)[:500]
    in_mail.is_automatic = facts.automatic is not None
    told = {
        "to": [one.as_json() for one in mail.to[:COPIES_SHOWN]],
        "cc": [one.as_json() for one in mail.cc[:COPIES_SHOWN]],
        "copies": len(mail.to) + len(mail.cc),
        "date": mail.date.isoformat() if mail.date else None,
        "checks": facts.checks.detail if facts.checks else "",
        "how": facts.checks.how if facts.is_proven and facts.checks else "",
        "problems": mail.problems[:20],
    }
    if mail.sender and sender != mail.sender:
        told["form_of"] = mail.sender.as_json()
    in_mail.told = in_mail.told | told


NOTED = ("header_id", "sender_name", "sender_address", "subject", "is_automatic", "told")


def _who(mail: Mail, own: OwnAddresses) -> Address | None:
    """The sender; behind a form of the shop, or of somebody who reads no mail, the one whom answers are for."""
    sender = mail.sender if mail.sender and mail.sender.address else None
    others = [one for one in mail.reply_to if one.address and one.address not in own]
    if sender is None:
        return others[0] if others else None
    speaks_for_another = sender.address in own or sender.address.casefold().startswith(READ_BY_NOBODY)
    if (
        speaks_for_another
        and len(others) == 1
        and fold_email(others[0].address) != fold_email(sender.address)
    ):
        return Address(others[0].name or sender.name, others[0].address)
    return sender
