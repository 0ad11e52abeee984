"""A real SMTP server on loopback in bad moods: away, saying "later", cutting connections in the middle of a mail."""

import asyncio
import email
import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

from aiosmtpd.smtp import SMTP, Envelope, Session

from tickets.tests.mail_server import free_port


class Mood(Enum):
    TAKES = "takes the mail"
    LATER_RECIPIENT = "451 to the recipient"
    LATER_DATA = "452 to the mail"
    CUTS_IN_DATA = "cuts before the final dot"
    CUTS_UNTAKEN = "cuts after the final dot, without the mail"
    CUTS_TAKEN = "cuts after the final dot, with the mail"
    AWAY = "cuts at once"


FAIR = (Mood.TAKES,)
LATER = (Mood.LATER_RECIPIENT, Mood.LATER_DATA, Mood.TAKES)
CUTTING = (Mood.CUTS_IN_DATA, Mood.CUTS_UNTAKEN, Mood.CUTS_TAKEN, Mood.TAKES)


class Weather:
    """What the server is like now, and what came of it by Message-ID: `taken` is what it took, `told` how often its
    client was told so with a 250."""

    def __init__(self, port: int, seed: int) -> None:
        self.port = port
        self.taken: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.moods: Counter[Mood] = Counter()
        self._of: Sequence[Mood] = FAIR
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def turn(self, moods: Sequence[Mood]) -> None:
        """Each mail meets one of these; without any the server is not there."""
        self._of = moods or (Mood.AWAY,)
        self._do(self._listen() if moods else self._leave())

    @property
    def is_away(self) -> bool:
        return Mood.AWAY in self._of

    def mood(self) -> Mood:
        mood = self._chance.choice(self._of)
        self.moods[mood] += 1
        return mood

    def end(self) -> None:
        self._do(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, what: object) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await self._loop.create_server(self._connection, "127.0.0.1", self.port)

    async def _leave(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _connection(self) -> "Moody":
        return Moody(Handler(), self, loop=self._loop)


class Handler:
    async def handle_RCPT(
        self, server: "Moody", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        server.mood = server.weather.mood()
        if server.mood == Mood.LATER_RECIPIENT:
            return "451 4.3.0 not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: "Moody", session: Session, envelope: Envelope) -> str:
        if server.mood == Mood.LATER_DATA:
            return "452 4.3.1 no room now"
        if server.mood == Mood.CUTS_UNTAKEN:
            return server.cut()
        name = str(email.message_from_bytes(envelope.content)["Message-ID"])
        server.weather.taken[name] += 1
        if server.mood == Mood.CUTS_TAKEN:
            return server.cut()
        server.weather.told[name] += 1
        return "250 OK"


class Moody(SMTP):
    def __init__(self, handler: Handler, weather: Weather, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(handler, loop=loop)
        self.weather = weather
        self.mood = Mood.TAKES

    def cut(self) -> str:
        self.transport.abort()
        return "451 nobody reads this"

    async def smtp_MAIL(self, arg: str | None) -> None:
        if self.weather.is_away:
            self.cut()
            return
        await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        if self.mood != Mood.CUTS_IN_DATA:
            await super().smtp_DATA(arg)
            return
        await self.push("354 go on")
        await self._reader.readline()
        self.cut()


@contextmanager
def mail_weather(seed: int) -> Iterator[Weather]:
    """It is not there until it is told to."""
    weather = Weather(free_port(), seed)
    try:
        yield weather
    finally:
        weather.end()
