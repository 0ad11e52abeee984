"""The conversation with the mail server, as patient as RFC 5321 (4.5.3.2) asks: half a minute for a greeting, minutes
for each piece of a large mail, ten for its answer to the whole of it, in which it may look for viruses. Who hangs up
before that sends the mail again although it was taken."""

import smtplib
from collections.abc import Callable
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

PIECE = 64 * 1024
PIECE_SECONDS = 180
ANSWER_SECONDS = 600


class Unanswered(OSError):
    """The whole mail was handed over, and the server never said what became of it: it may have arrived."""


class Patient(smtplib.SMTP):
    on_wait: Callable[[float], Any] | None = None
    """Told before each wait that may be long for how many seconds, so that the claim on the mail lasts."""

    _is_in_data = _was_said = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        usual = self.sock.gettimeout()
        self._is_in_data, self._was_said = True, False
        try:
            return super().data(msg)
        except OSError as error:  # smtplib's own errors are among them
            if self._was_said and not isinstance(error, smtplib.SMTPResponseException):
                raise Unanswered(f"{type(error).__name__}: {error}") from error
            raise
        finally:
            self._is_in_data = self._was_said = False
            if self.sock:
                self.sock.settimeout(usual)

    def send(self, s: Any) -> None:
        if not (self._is_in_data and isinstance(s, bytes)):
            super().send(s)
            return
        # smtplib would give the whole mail the time of one step, however steadily it flows.
        self.sock.settimeout(PIECE_SECONDS)
        for start in range(0, len(s), PIECE):
            self._wait(PIECE_SECONDS)
            super().send(s[start : start + PIECE])
        self._was_said = True
        self._wait(ANSWER_SECONDS)
        self.sock.settimeout(ANSWER_SECONDS)

    def _wait(self, seconds: float) -> None:
        if self.on_wait:
            self.on_wait(seconds)


class PatientSSL(Patient, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangoBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientSSL if self.use_ssl else Patient
