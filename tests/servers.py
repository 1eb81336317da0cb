"""Real servers for tests: `oxigraph serve`, one that misbehaves as told, one that only listens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

__all__ = [
    "Canary",
    "Script",
    "canary",
    "oxigraph_server",
    "public_data",
    "public_servers",
    "reply",
    "scripted_server",
]

_PUBLIC = {
    "ubergraph": "ubergraph.trig",
    "uniprot": "uniprot.ttl",
    "wikidata": "wikidata.ttl",
    "wikidata-qlever": "wikidata.ttl",
}


@contextmanager
def oxigraph_server(nquads: str = "", *options: str) -> Iterator[str]:
    """Run `oxigraph serve` in memory with the given data; yield its address, without a path."""
    program = os.path.join(os.path.dirname(sys.executable), "oxigraph")
    port = _free_port()
    command = [program, "serve", "--bind", f"127.0.0.1:{port}", *options]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        url = f"http://127.0.0.1:{port}"
        if nquads:
            load = urllib.request.Request(
                f"{url}/store", nquads.encode(), {"Content-Type": "application/n-quads"}
            )
            urllib.request.urlopen(load, timeout=30).close()
        yield url
    finally:
        server.kill()
        server.wait()


def public_data(name: str) -> str:
    """Return a little data of the shape that a public endpoint has, as N-Quads."""
    path = Path(__file__).parent / "data" / "federated" / _PUBLIC[name]
    return (serialize(parse(path=path), format=RdfFormat.N_QUADS) or b"").decode()


@contextmanager
def public_servers() -> Iterator[dict[str, str]]:
    """Run a server for each public endpoint; yield their addresses by its name."""
    with ExitStack() as stack:
        urls = {
            name: f"{stack.enter_context(oxigraph_server(public_data(name)))}/query"
            for name in _PUBLIC
        }
        yield urls


class Canary:
    """A listener that answers nobody; ``hits`` are the connections it has seen."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/"
        self.hits: list[str] = []


@contextmanager
def canary() -> Iterator[Canary]:
    """Listen on loopback and note every connection."""
    with _listener() as listener:
        bird = Canary(listener.getsockname()[1])

        def listen() -> None:
            with suppress(OSError):
                while True:
                    connection, address = listener.accept()
                    bird.hits.append(str(address))
                    connection.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield bird
        _stop(listener, thread)


class Script:
    """What a scripted server was asked, once ``asked``: raw ``requests``, and ``times`` of each."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/sparql"
        self.requests: list[bytes] = []
        self.times: list[float] = []
        self.asked = threading.Event()


@contextmanager
def scripted_server(*answers: bytes | None) -> Iterator[Script]:
    """Answer the first request with the first bytes, and so on, the last ones for ever.

    ``None`` never answers and keeps the connection open until the server ends.
    """
    with _listener() as listener:
        script = Script(listener.getsockname()[1])
        open_connections: list[socket.socket] = []

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    script.times.append(time.monotonic())
                    script.requests.append(_request(connection))
                    script.asked.set()
                    answer = answers[min(len(script.requests), len(answers)) - 1]
                    if answer is None:
                        open_connections.append(connection)
                        continue
                    with suppress(OSError):
                        connection.sendall(answer)
                    connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield script
        _stop(listener, thread)
        for connection in open_connections:
            connection.close()


def reply(
    body: str | bytes,
    kind: str = "application/sparql-results+json",
    status: int = 200,
    length: int | None = -1,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return an HTTP response; ``length`` may lie, or be ``None`` for no Content-Length."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", "Connection: close"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    if length is not None:
        lines.append(f"Content-Length: {len(content) if length < 0 else length}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def _free_port() -> int:
    with _listener() as listener:
        port: int = listener.getsockname()[1]
        return port


def _listener() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def _stop(listener: socket.socket, thread: threading.Thread) -> None:
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"oxigraph serve does not listen on port {port}")


def _request(connection: socket.socket) -> bytes:
    """Read one HTTP request with its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.splitlines()
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
