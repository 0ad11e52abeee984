"""The conversation with the mail server, as patient as RFC 5321 (4.5.3.2) asks: half a minute for a greeting, minutes
for each piece of a large mail, ten for its answer to the whole of it, in which it may look for viruses. Who hangs up
before that sends the mail again although it was taken."""

import select
import smtplib
import time
from collections.abc import Callable
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

PIECE = 16 * 1024
PIECE_SECONDS = 180
ANSWER_SECONDS = 600
LOOK_SECONDS = 1.0


class Unanswered(OSError):
    """The whole mail was handed over, and the server never said what became of it: it may have arrived."""


class Patient(smtplib.SMTP):
    on_wait: Callable[[], Any] | None = None
    """Told every LOOK_SECONDS of a wait: the claim on the mail lasts while somebody waits, and ends soon after a
    worker that was killed meanwhile."""

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
            self._wait(select.POLLOUT, PIECE_SECONDS)
            super().send(s[start : start + PIECE])
        self._was_said = True
        self._wait(select.POLLIN, ANSWER_SECONDS)

    def _wait(self, event: int, seconds: float) -> None:
        end = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self.sock, event)
        while time.monotonic() < end:
            if self.on_wait:
                self.on_wait()
            if poll.poll(min(LOOK_SECONDS, seconds) * 1000):
                return
        self.close()
        raise TimeoutError(f"timed out after {seconds} seconds")


class PatientSSL(Patient, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangoBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientSSL if self.use_ssl else Patient
