"""Between the web server and Django: threads get whole requests and hand over whole answers.

Whoever sends or reads slowly keeps a socket and some memory or a file, but none of the few threads that answer; see
docs/developers/decisions/0018-slow-clients.md.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, closing, nullcontext
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication

from allmende.core.errors import TOO_LARGE, TOO_SLOW

logger = logging.getLogger(__name__)

IN_MEMORY = 256 * 1024  # bytes of a request, or of an answer; more of them lie in a temporary file
LARGEST = 40 * 1024 * 1024  # bytes of a request; the proxies of docs/operators/installation.md say the same
LARGE_AT_ONCE = 16  # requests in temporary files; further ones wait
CHUNK = 64 * 1024
PATIENCE = 20  # seconds to begin with; every byte that passes adds to them
SLOWEST = 4 * 1024  # bytes a second
LONGEST = 600  # seconds, however much passes

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Gone(Exception):
    """The client went away before the request was whole."""


class TooLarge(Exception):
    """The request has more bytes than we take."""


class Buffered:
    """An ASGI application that answers with a WSGI one, in ``threads`` threads.

    A request that comes too slowly is answered with 408, a larger one than ``LARGEST`` with 413, neither by a thread.
    An answer that is read too slowly is cut off.
    """

    def __init__(self, application: WSGIApplication, *, threads: int) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(threads, "request")
        self.large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        async with AsyncExitStack() as held:
            body = held.enter_context(SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  # the stack closes both
            answer = held.enter_context(SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115
            try:
                await self._take_in(scope, receive, body, held)
            except Gone:
                return
            except TimeoutError:
                status, headers = _refuse(408, TOO_SLOW, answer)
            except TooLarge:
                status, headers = _refuse(413, TOO_LARGE, answer)
            else:
                loop = asyncio.get_running_loop()
                status, headers = await loop.run_in_executor(self.threads, self._work, _environ(scope, body), answer)
            if scope["method"] == "HEAD":
                answer.truncate(0)
                answer.seek(0)
            await _give_out(send, status, headers, answer)

    async def _take_in(self, scope: dict[str, Any], receive: Receive, body: Any, held: AsyncExitStack) -> None:
        if any(name == b"content-length" and int(value) > LARGEST for name, value in scope["headers"]):
            raise TooLarge
        size, more, began = 0, True, asyncio.get_running_loop().time()
        async with asyncio.timeout_at(_until(began, size)) as limit:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                part, more = message.get("body", b""), message.get("more_body", False)
                if size <= IN_MEMORY < size + len(part):
                    await held.enter_async_context(self.large)
                size += len(part)
                if size > LARGEST:
                    raise TooLarge
                body.write(part)
                limit.reschedule(_until(began, size))

    def _work(self, environ: dict[str, Any], answer: Any) -> tuple[int, Headers]:
        """In a thread: fill ``answer``; return status and headers."""
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., Any]:
            started[:] = [int(status[:3]), headers]
            return answer.write  # type: ignore[no-any-return]  # a file's

        parts: Any = self.application(environ, start_response)
        with closing(parts) if hasattr(parts, "close") else nullcontext():
            for part in parts:
                answer.write(part)
        status, headers = started
        return status, [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _until(began: float, size: int) -> float:
    return began + min(PATIENCE + size / SLOWEST, LONGEST)


def _refuse(status: int, page: str, answer: Any) -> tuple[int, Headers]:
    answer.write(page.encode())
    # The rest of the request is still on its way: no other one can follow on this connection.
    return status, [(b"content-type", b"text/html; charset=utf-8"), (b"connection", b"close")]


def _environ(scope: dict[str, Any], body: Any) -> dict[str, Any]:
    """What PEP 3333 asks for; its texts hold bytes (latin-1)."""
    size = body.tell()
    body.seek(0)
    return {
        **_header_variables(scope["headers"]),
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "CONTENT_LENGTH": str(size),
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _header_variables(headers: Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        # X_Forwarded_For would pass for X-Forwarded-For, which a trusted proxy sets; the length is what came.
        if b"_" in name or name == b"content-length":
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ","
        text = value.decode("latin-1")
        found[key] = f"{found[key]}{between}{text}" if key in found else text
    return found


async def _give_out(send: Send, status: int, headers: Headers, answer: Any) -> None:
    size = answer.tell()
    answer.seek(0)
    if size > IN_MEMORY and not any(name == b"content-length" for name, _value in headers):
        headers.append((b"content-length", str(size).encode()))  # so that a cut is noticed
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if size > IN_MEMORY:
        await _give_out_slowly(send, answer)
    else:
        await send({"type": "http.response.body", "body": answer.read()})


async def _give_out_slowly(send: Send, answer: Any) -> None:
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(_until(began, 0)) as limit:
            while part := answer.read(CHUNK):
                await send({"type": "http.response.body", "body": part, "more_body": True})
                limit.reschedule(_until(began, answer.tell()))
            await send({"type": "http.response.body"})
    except TimeoutError:
        logger.info("An answer was cut off: it was read too slowly.")
