"""Log lines: JSON with the request's id, for people in the demo; never with addresses, tokens or what people typed."""

import logging
import logging.config
import re
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")

_PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>\\]*=[^\s\"'<>\\]*"), "?…"),  # query strings hold search words and tokens
    (re.compile(r"(?<![\w.])(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"), "…"),
    (re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE), "…"),
    (re.compile(r"(?<=[/=])(?=[\w-]*\d)[\w-]{20,}(?=[/\s\"'?]|$)"), "…"),  # mailed tokens in a path
    (re.compile(r"(Key \([^)]*\)=)\([^)]*\)"), r"\1(…)"),  # PostgreSQL tells the value that was there already
)


def redact(line: str) -> str:
    """Return the line without mail addresses, network addresses, query strings and tokens."""
    for pattern, instead in _PERSONAL:
        line = pattern.sub(instead, line)
    return line


class Json(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s %(request_id)s",
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger"},
            json_ensure_ascii=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class Readable(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class WithRequestId(logging.Filter):
    """Adds the id, and names the page of a request by its pattern: the address itself may hold a name or a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        request = record.__dict__.pop("request", None)
        if request is not None:
            outcome = record.getMessage().partition(":")[0]
            record.msg, record.args = "%s: %s %s", (outcome, request.method, route(request))
        return True


def route(request: Any) -> str:
    """Return the pattern of the page that was asked for, such as ``veranstaltungen/<int:pk>/``; "" if there is none."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else ""


def configure() -> None:
    """Set up logging for this process, by ``settings.DEMO`` and ``settings.LOG_LEVEL``; to standard error."""
    level = getattr(settings, "LOG_LEVEL", "INFO")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"request_id": {"()": WithRequestId}},
            "formatters": {"line": {"()": Readable if settings.DEMO else Json}},
            "handlers": {
                "lines": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]},
            },
            "root": {"handlers": ["lines"], "level": level},
            "loggers": {
                "django.request": {"level": "ERROR"},  # what was not found or not allowed is no news
                # A wrong host, a form that is too big: anybody can send it, and it is answered.
                "django.security": {"level": "CRITICAL"},
            },
        }
    )
