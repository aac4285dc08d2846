"""Whoever sends or reads slowly holds up nobody: a real server with its default workers, and real sockets."""

import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from server import fill, free_port, serve

SLOW = 20
PATIENCE = 10  # seconds: the test asks for an answer at all, not for a quick one
LARGE = 20_000_000  # bytes: more than all buffers on the way can hold


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, with a file that is as large as what a big town exports."""
    data, port = tmp_path_factory.mktemp("slow"), free_port()
    fill(data, port)
    (data / "static" / "large.bin").write_bytes(bytes(LARGE))
    with serve(data, port) as found:
        yield found


def send_headers_slowly(connection: socket.socket) -> None:
    connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: a")


def send_a_form_slowly(connection: socket.socket) -> None:
    form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\na"
    connection.sendall(b"POST /anmelden/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + form)


def read_slowly(connection: socket.socket) -> None:
    connection.sendall(b"GET /static/large.bin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    connection.recv(100)


def rest_after_an_answer(connection: socket.socket) -> None:
    connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    connection.recv(4096)


@contextmanager
def slow_clients(behave: Callable[[socket.socket], None], address: str) -> Iterator[list[socket.socket]]:
    place = urlsplit(address)
    with ExitStack() as stack:
        connections = [stack.enter_context(socket.socket()) for _ in range(SLOW)]
        for connection in connections:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(PATIENCE)
            connection.connect((place.hostname, place.port))
            behave(connection)
        time.sleep(3)  # until the server has met them all, and filled their buffers
        yield connections


def is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True


@pytest.mark.parametrize("behave", [send_headers_slowly, send_a_form_slowly, read_slowly, rest_after_an_answer])
def test_twenty_slow_clients_hold_up_nobody(address, behave):
    with slow_clients(behave, address) as connections:
        with urllib.request.urlopen(f"{address}/verzeichnis/", timeout=PATIENCE) as page:
            status = page.status
        still_open = sum(map(is_open, connections))

    assert (status, still_open) == (200, SLOW)
