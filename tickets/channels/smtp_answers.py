"""What an error while sending a mail means: whether it is final, what it says, and who is to blame."""

import re
import smtplib
from email.errors import MessageError


class NoAddress(ValueError):
    """What a mail is addressed to is nothing that a mail can be sent to."""


def is_permanent(error: Exception) -> bool:
    """5xx answers are final, 4xx and broken connections are not (RFC 5321, 4.2.1).

    A refused sender is our own wrong setting, like a wrong password: mails wait until the admin mends it.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused):
        return False
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    if isinstance(error, MessageError):
        return True  # of the library that writes mails: it will not be written tomorrow either
    # An OSError may be a ValueError as well, such as io.UnsupportedOperation.
    return isinstance(error, ValueError) and not isinstance(error, OSError)


def blames_address(error: Exception) -> bool:
    """Whether the address is to blame, and not our server, our reputation or the text: a recipient refused for good,
    but for a system, network, protocol or policy of which the enhanced code speaks (RFC 3463: 5.3 to 5.7)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return isinstance(error, NoAddress)
    return is_permanent(error) and not any(
        re.match(rb"\s*5\.[3-7]\.", _as_bytes(text)) for _code, text in error.recipients.values()
    )


def in_words(error: Exception) -> str:
    """What the server said, as it said it; or what else went wrong."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    else:
        return str(error) or type(error).__name__
    return "; ".join(f"{code} {_as_bytes(text).decode('utf-8', 'replace')}" for code, text in answers)


def _as_bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
