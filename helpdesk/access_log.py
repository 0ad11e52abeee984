"""Keeps the secrets of links out of every log: who holds such a link needs no password."""

import logging
import re

# /o/<shop>/<token>, /t/<token>, /my/<token>
_TOKEN = re.compile(r"(/o/[^/\s\"]+/|/t/|/my/(?!tickets\b))[^/\s\"'?&]+")


def without_links(text: str) -> str:
    return _TOKEN.sub(r"\1***", text)


class Formatter(logging.Formatter):
    """Masks the finished line, so that arguments and tracebacks are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return without_links(super().format(record))
