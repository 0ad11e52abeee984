"""A real SMTP server on loopback that remembers what it took and does what a test asks it to."""

import asyncio
import email.policy
import logging
import socket
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells every line that was said

Reaction = Callable[[SMTP, Envelope], Awaitable[str | None]]
"""What happens when a mail has arrived: an answer for the client, or None to take the mail."""


@dataclass
class Taken:
    sender: str
    recipients: list[str]
    mail: EmailMessage
    raw: bytes


@dataclass
class MailServer:
    port: int
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    on_recipient: str | None = None
    on_data: Reaction | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_recipient:
            return self.on_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await self.on_data(server, envelope) if self.on_data else None
        if answer:
            return answer
        self.take(envelope)
        return "250 OK"

    def take(self, envelope: Envelope) -> None:
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self.taken.append(Taken(envelope.mail_from, list(envelope.rcpt_tos), mail, envelope.content))

    def times_taken(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        with self._lock:
            return Counter(str(taken.mail["Message-ID"]) for taken in self.taken)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def answering(text: str) -> Reaction:
    async def answer(server: SMTP, envelope: Envelope) -> str:
        return text

    return answer


def slowly(seconds: float) -> Reaction:
    async def wait(server: SMTP, envelope: Envelope) -> None:
        await asyncio.sleep(seconds)

    return wait


def taking_and_answering_late(server: MailServer, seconds: float) -> Reaction:
    """Takes the mail at once, which its sender hears only after a while."""

    async def take(_server: SMTP, envelope: Envelope) -> str:
        server.take(envelope)
        await asyncio.sleep(seconds)
        return "250 OK"

    return take


def hanging_up(*, times: int | None = None) -> Reaction:
    """Cuts the connection after the mail arrived and before the answer, the first `times` or always."""
    left = [times]

    async def hang_up(server: SMTP, envelope: Envelope) -> str | None:
        if left[0] == 0:
            return None
        if left[0] is not None:
            left[0] -= 1
        server.transport.abort()
        return "451 gone"

    return hang_up
