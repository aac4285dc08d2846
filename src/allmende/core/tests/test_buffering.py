import asyncio
import threading
from typing import Any

import pytest

from allmende.core import buffering
from allmende.core.buffering import Buffered

SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "POST",
    "scheme": "http",
    "http_version": "1.1",
    "raw_path": b"/",
    "query_string": b"",
    "server": ("127.0.0.1", "8000"),
    "client": ("192.0.2.7", "50000"),
    "headers": [],
}


@pytest.fixture
def quick(monkeypatch: Any) -> None:
    """Small numbers, so that slow and large are soon reached."""
    monkeypatch.setattr(buffering, "PATIENCE", 0.2)
    monkeypatch.setattr(buffering, "IN_MEMORY", 1000)
    monkeypatch.setattr(buffering, "LARGEST", 5000)
    monkeypatch.setattr(buffering, "CHUNK", 500)


class Application:
    """A WSGI application that notes what it is asked, and answers with what it is given."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = parts
        self.asked: list[dict[str, Any]] = []
        self.closed_in = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked.append({**environ, "body": environ["wsgi.input"].read()})
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Answer(self)


class Answer:
    def __init__(self, application: Application) -> None:
        self.application = application

    def __iter__(self) -> Any:
        return iter(self.application.parts)

    def close(self) -> None:
        self.application.closed_in = threading.current_thread().name


class Client:
    """Sends the parts of a request, then rests for ever; notes what it is answered."""

    def __init__(self, *messages: dict[str, Any], reads: int = 1000) -> None:
        self.messages = list(messages)
        self.reads = reads
        self.answers: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if not self.messages:
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def send(self, message: dict[str, Any]) -> None:
        if len(self.answers) >= self.reads:
            await asyncio.Event().wait()
        self.answers.append(message)

    @property
    def status(self) -> int:
        return self.answers[0]["status"]

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.answers[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(answer.get("body", b"") for answer in self.answers[1:])


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def ask(application: Any, client: Client, **scope: Any) -> Client:
    asyncio.run(Buffered(application, threads=1)({**SCOPE, **scope}, client.receive, client.send))
    return client


def test_a_request_arrives_as_wsgi_describes_it():
    application = Application(b"good ", b"day")
    headers = [
        (b"host", b"town.example"),
        (b"content-type", b"text/plain"),
        (b"content-length", b"99"),
        (b"cookie", b"a=b"),
        (b"cookie", b"c=d"),
        (b"x-forwarded-for", b"192.0.2.1"),
        (b"x_forwarded_for", b"203.0.113.9"),
    ]

    client = ask(
        application,
        Client(part(b"some ", more=True), part(b"text")),
        raw_path=b"/m%C3%BCll/%ff",
        query_string=b"q=%C3%BC",
        headers=headers,
    )

    asked = application.asked[0]
    ours = {name: value for name, value in asked.items() if not name.startswith("wsgi.")}
    assert ours == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/m\xc3\xbcll/\xff",
        "QUERY_STRING": "q=%C3%BC",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "9",
        "HTTP_HOST": "town.example",
        "HTTP_COOKIE": "a=b; c=d",
        "HTTP_X_FORWARDED_FOR": "192.0.2.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "body": b"some text",
    }
    assert (client.status, client.headers, client.body) == (200, {b"content-type": b"text/plain"}, b"good day")
    assert application.closed_in.startswith("request")  # where Django gives the database back


def test_a_request_that_comes_too_slowly_is_refused_without_a_thread(quick):
    application = Application()

    client = ask(application, Client(part(b"a", more=True)))

    assert (client.status, client.headers[b"connection"]) == (408, b"close")
    assert b"Die Verbindung war zu langsam" in client.body
    assert application.asked == []


def test_slow_requests_hold_up_nobody(quick, monkeypatch):
    monkeypatch.setattr(buffering, "PATIENCE", 60)
    application = Application(b"here you are")
    slow = [Client(part(b"a", more=True)) for _ in range(20)]
    quick_one = Client(part(b""))

    async def all_at_once() -> None:
        server = Buffered(application, threads=1)
        waiting = [asyncio.ensure_future(server(SCOPE, each.receive, each.send)) for each in slow]
        await asyncio.sleep(0)
        await asyncio.wait_for(server(SCOPE, quick_one.receive, quick_one.send), 10)
        assert not any(each.done() for each in waiting)
        for each in waiting:
            each.cancel()

    asyncio.run(all_at_once())

    assert quick_one.body == b"here you are"


@pytest.mark.parametrize("announced", [True, False])
def test_a_request_with_too_many_bytes_is_refused(quick, announced):
    application = Application()
    parts = [] if announced else [part(b"a" * 3000, more=True), part(b"a" * 3000)]
    headers = [(b"content-length", b"5001")] if announced else []

    client = ask(application, Client(*parts), headers=headers)

    assert (client.status, client.headers[b"connection"]) == (413, b"close")
    assert application.asked == []


def test_of_large_requests_only_some_come_in_at_once(quick, monkeypatch):
    monkeypatch.setattr(buffering, "LARGE_AT_ONCE", 1)
    monkeypatch.setattr(buffering, "PATIENCE", 60)
    first, second, small = Client(part(b"1" * 2000, more=True)), Client(part(b"2" * 2000)), Client(part(b"3"))
    seen = []

    async def all_at_once() -> None:
        server = Buffered(Application(), threads=1)
        first_end = asyncio.Event()

        async def first_receive() -> dict[str, Any]:
            if not first.messages:
                await first_end.wait()
                return part(b"")
            return first.messages.pop(0)

        waiting = [asyncio.ensure_future(server(SCOPE, first_receive, first.send))]
        await asyncio.sleep(0)
        waiting.append(asyncio.ensure_future(server(SCOPE, second.receive, second.send)))
        await asyncio.wait_for(server(SCOPE, small.receive, small.send), 10)
        seen.append([bool(each.answers) for each in (first, second, small)])
        first_end.set()
        await asyncio.wait_for(asyncio.gather(*waiting), 10)

    asyncio.run(all_at_once())

    assert seen == [[False, False, True]]
    assert [each.status for each in (first, second, small)] == [200, 200, 200]


def test_a_request_that_breaks_off_is_not_acted_upon():
    application = Application()

    client = ask(application, Client(part(b"half a form", more=True), {"type": "http.disconnect"}))

    assert (application.asked, client.answers) == ([], [])


def test_a_large_answer_goes_out_in_parts_and_tells_its_length(quick):
    client = ask(Application(*[b"x" * 400] * 3), Client(part(b"")))

    assert [len(answer.get("body", b"")) for answer in client.answers[1:]] == [500, 500, 200, 0]
    assert client.headers[b"content-length"] == b"1200"
    assert client.answers[-1].get("more_body", False) is False


def test_an_answer_that_is_read_too_slowly_is_cut_off(quick):
    client = ask(Application(*[b"x" * 400] * 3), Client(part(b""), reads=2))

    assert len(client.body) == 500


def test_head_gets_no_body():
    client = ask(Application(b"a page"), Client(part(b"")), method="HEAD")

    assert (client.status, client.body) == (200, b"")
