"""Run one untrusted query in a disposable process that is killed at its deadline.

An engine in this process can be stopped by nothing: a deep query overflows its stack,
a large one exhausts memory, both without an exception, and no time-out reaches its
planner. So :func:`run_guarded` starts a child with limits of memory and no way to write
a file or, where the kernel allows it, to reach the network; the child opens the store
read-only, sends back the whole answer or none, and dies. ``docs/limits.md`` has the promises.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ictgraph.errors import IctgraphError, LimitError, QuerySyntaxError, StoreError
from ictgraph.guard import Limits, check
from ictgraph.messages import Message, reason
from ictgraph.results import Answer, Statements, Table, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["GuardedEngine", "run_guarded"]

_START = "import sys; sys.path += sys.argv[1:]; from ictgraph.worker import _serve; _serve()"


class GuardedEngine:
    """An engine for untrusted queries over a store folder; see :func:`run_guarded`."""

    def __init__(self, store_path: str, limits: Limits | None = None) -> None:
        self.store_path = store_path
        self.limits = limits or Limits()

    def query(self, text: str) -> Answer:
        """Check a query, run it in a worker and return its answer."""
        return run_guarded(self.store_path, text, self.limits)


def run_guarded(store_path: str, text: str, limits: Limits, begin: int = 0) -> Answer:
    """Check an untrusted query, run it on a store in a disposable process, return its answer.

    A table or a set of statements with more than ``limits.rows`` is cut there and says so
    in ``truncated``. Nothing else is ever returned in part.

    :param begin: where in the text begins what somebody wrote; messages count from there.

    :raises QuerySyntaxError: if the query does not parse.
    :raises PolicyError: if it is an update, or asks for the network or for files.
    :raises LimitError: if it takes too much time, memory or nesting, or its answer is too large.
    :raises StoreError: if the store cannot be read or the worker cannot start.

    >>> from tempfile import TemporaryDirectory
    >>> from pyoxigraph import Store
    >>> with TemporaryDirectory() as folder:
    ...     Store(folder).flush()
    ...     run_guarded(folder, "SELECT (1 + 1 AS ?two) {}", Limits()).rows[0][0].value
    '2'
    """
    import json

    check(text, limits, begin=begin)
    code, out, err = _run_child(_request(store_path, text, limits), limits)
    head, _, body = out.partition(b"\n")
    if code or not head:
        raise _death(code, err, limits)
    said = json.loads(head)
    if "error" in said:
        raise _error(said["error"], said["message"], text, limits, begin)
    if said["bytes"] != len(body):
        raise StoreError(
            "the worker sent {count} of {whole} bytes", count=len(body), whole=said["bytes"]
        )
    return _answer(said, body)


def _request(store_path: str, text: str, limits: Limits) -> bytes:
    import json

    request = {
        "store": os.path.abspath(store_path),
        "query": text,
        "timeout": limits.timeout,
        "memory": limits.memory,
        "rows": limits.rows,
        "bytes": limits.answer_bytes,
    }
    return json.dumps(request).encode()


def _run_child(request: bytes, limits: Limits) -> tuple[int, bytes, bytes]:
    """Run the worker; return its exit code, standard output and standard error."""
    group: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    try:
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-X", "utf8", "-c", _START, *_import_folders()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **group,
        )
    except OSError as error:
        raise StoreError("the query worker cannot start: {reason}", reason=reason(error)) from None
    with child:
        try:
            out, err = child.communicate(request, timeout=limits.timeout)
        except subprocess.TimeoutExpired:
            raise _too_slow(limits) from None
        finally:
            _kill(child)
    return child.returncode, out, err


def _import_folders() -> list[str]:
    """Return the folders from which this process imported ictgraph and pyoxigraph.

    The worker imports from nowhere else but the standard library, so it finds both in an
    uninstalled checkout too, and no ``PYTHONPATH``, user folder or ``.pth`` file changes it.
    """
    import pyoxigraph

    files = (__file__, pyoxigraph.__file__)
    return [os.path.dirname(os.path.dirname(os.path.abspath(file))) for file in files]


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End a worker and whatever it started; no effect on one that has ended."""
    if child.poll() is not None:
        return
    if sys.platform == "win32":
        child.kill()
        return
    import signal

    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.kill()


def _death(code: int, err: bytes, limits: Limits) -> IctgraphError:
    """Return the error for a worker that ended without an answer."""
    import signal

    if code == -getattr(signal, "SIGALRM", 0) != 0:
        return _too_slow(limits)
    if code < 0 or code == 3 or code >= 0xC0000000:  # a signal; abort() and faults on Windows
        return _error("memory", "", "", limits)
    lines = err.decode(errors="replace").strip().splitlines() or [
        Message("exit code {code}", code=code)
    ]
    return StoreError("the query worker failed: {reason}", reason=lines[-1])


def _too_slow(limits: Limits) -> LimitError:
    return LimitError(
        "the query took longer than {timeout:g} s and was stopped",
        hint="ask for less, or allow more time with --timeout",
        timeout=limits.timeout,
    )


def _error(kind: str, message: str, text: str, limits: Limits, begin: int = 0) -> IctgraphError:
    """Return the error that a worker reports by kind and message."""
    if kind == "syntax":
        return _syntax_error(message, text, begin)
    if kind == "memory":
        return LimitError(
            "the query needed more than {megabytes:,.0f} MB of memory, or its stack",
            hint="ask for less: fewer joins, a LIMIT, no ORDER BY over everything",
            megabytes=limits.memory / 1e6,
        )
    if kind == "size":
        return LimitError(
            "the answer is larger than {most:,} bytes",
            hint="ask for fewer columns or add a LIMIT",
            most=limits.answer_bytes,
        )
    return StoreError(
        "the store failed: {reason}", hint="rebuild it: ictgraph build --force", reason=message
    )


def _syntax_error(message: str, text: str, begin: int) -> QuerySyntaxError:
    """Return the engine's syntax error with the place where it stopped, and its reason.

    The engine lists every character and keyword that could have followed; only the parts
    of that list that are sentences ("Duplicated variable name in SELECT") help a reader.
    """
    import re

    place = re.match(r"error at (\d+):(\d+): expected (?:one of )?", message)
    if place is None:
        return QuerySyntaxError("the query cannot be run: {reason}", reason=message.strip())
    parts = message[place.end() :].split(", ")
    reasons = "; ".join(part for part in parts if re.fullmatch(r"[A-Za-z]+(?: \w+)+", part))
    line, column = int(place[1]), int(place[2])
    column -= begin if line == 1 else 0
    before = text[begin:].split("\n")[line - 1][: column - 1][-30:].strip()
    what = Message(
        "the query does not parse: stopped at line {line}, column {column}",
        line=line,
        column=column,
    )
    if before:
        what = Message("{what}, after {before!r}", what=what, before=before)
    if reasons:
        what = Message("{what}: {reasons}", what=what, reasons=reasons)
    return QuerySyntaxError(what)


def _answer(said: dict[str, Any], body: bytes) -> Answer:
    """Return the answer that a worker wrote."""
    from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse_query_results
    from pyoxigraph import parse as parse_rdf

    if said["kind"] == "truth":
        return Truth(said["value"])
    if said["kind"] == "statements":
        triples = {quad.triple for quad in parse_rdf(body, format=RdfFormat.N_TRIPLES)}
        return Statements(tuple(sorted(triples, key=str)), truncated=said["truncated"])
    rows = parse_query_results(body, format=QueryResultsFormat.TSV)
    assert isinstance(rows, QuerySolutions)
    columns = tuple(variable.value for variable in rows.variables)
    return Table(columns, tuple(tuple(row) for row in rows), truncated=said["truncated"])


# What follows runs in the worker.


class _TooLargeError(Exception):
    """The answer has more bytes than allowed."""


def _serve() -> None:
    """Answer the one request on standard input: a line of JSON about the answer, the answer."""
    import json

    request = json.loads(sys.stdin.buffer.read())
    said: dict[str, Any]
    body = b""
    try:
        said, body = _query(request)
    except (SyntaxError, RuntimeError) as error:  # RuntimeError: a function it does not have
        said = {"error": "syntax", "message": str(error)}
    except MemoryError:
        said = {"error": "memory", "message": ""}
    except _TooLargeError:
        said = {"error": "size", "message": ""}
    except (OSError, ValueError) as error:
        said = {"error": "store", "message": str(error)}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + body)
    sys.stdout.buffer.flush()
    os._exit(0)


def _query(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return what kind of answer the query has, and its terms, spelled exactly."""
    _end_by_itself(request["timeout"])
    _leave_network()
    from pyoxigraph import QueryBoolean, QuerySolutions, Store

    store = Store.read_only(request["store"])
    _confine(request["memory"])
    found = store.query(request["query"])
    if isinstance(found, QueryBoolean):
        return {"kind": "truth", "value": bool(found), "bytes": 0}, b""
    if isinstance(found, QuerySolutions):
        kind, head = "table", ["\t".join(f"?{v.value}" for v in found.variables)]
        written: Iterable[str] = (
            "\t".join(["" if cell is None else str(cell) for cell in row]) for row in found
        )
    else:
        kind, head, written = "statements", [], _distinct(f"{triple} ." for triple in found)
    lines, truncated = _collect(written, request["rows"], request["bytes"])
    body = "".join(f"{line}\n" for line in head + lines).encode()
    return {"kind": kind, "truncated": truncated, "bytes": len(body)}, body


def _distinct(lines: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for line in lines:
        if line not in seen:
            seen.add(line)
            yield line


def _collect(lines: Iterable[str], most: int, size: int) -> tuple[list[str], bool]:
    """Return the first lines, and whether there are more; too many bytes are an error."""
    kept: list[str] = []
    for line in lines:
        if len(kept) == most:
            return kept, True
        size -= len(line.encode()) + 1
        if size < 0:
            raise _TooLargeError
        kept.append(line)
    return kept, False


def _end_by_itself(timeout: float) -> None:
    """End this process soon after the deadline even if its parent has died."""
    import signal

    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, timeout + 1)


def _leave_network() -> None:
    """Move this process into a network of its own, without any address, where Linux lets it.

    The guard refuses ``SERVICE``; this holds should an engine read what the guard did not.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    new_user, new_network = 0x10000000, 0x40000000
    libc = ctypes.CDLL(None)
    if libc.unshare(new_network) != 0:
        libc.unshare(new_user | new_network)


def _confine(memory: int) -> None:
    """Limit memory and forbid writing files, as far as the platform can."""
    try:
        import resource
    except ImportError:  # Windows: only the deadline holds
        return
    limits = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0))
    for kind, most in limits:
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
