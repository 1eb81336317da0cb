"""Answers of endpoints, kept on disk with the day on which they came.

One file per request, named by a digest of address and query, written at once. An answer is kept
once it has been read whole; what cannot be read again counts as not kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from ictgraph.formats import save
from ictgraph.paths import cache_dir

__all__ = ["Kept", "every", "find", "keep"]


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer.

    :ivar question: name of the template.
    :ivar url: address of the endpoint.
    :ivar query: the SPARQL that was sent.
    :ivar identifiers: how many identifiers it asked for.
    :ivar retrieved: when the answer came, as ``2026-11-28T09:30:00Z``.
    :ivar type: content type.
    :ivar body: the answer as it came.
    """

    question: str
    url: str
    query: str
    identifiers: int
    retrieved: str
    type: str
    body: str

    @property
    def day(self) -> str:
        """The day on which the answer came."""
        return self.retrieved[:10]

    @property
    def age(self) -> int:
        """How many days ago that was."""
        return max(0, (datetime.now(UTC).date() - datetime.fromisoformat(self.day).date()).days)


def find(url: str, address: str, query: str) -> Kept | None:
    """Return the answer of an endpoint to a query, ``None`` if none is kept.

    :param address: ``url`` with its query string, which is part of the question but may hold a key.
    """
    kept = _read(_path(address, query))
    return kept if kept and (kept.url, kept.query) == (url, query) else None


def keep(kept: Kept, address: str) -> None:
    """Keep an answer; it replaces the one of the same address to the same query.

    :raises StoreError: if it cannot be written.
    """
    path = _path(address, kept.query)
    with suppress(OSError):  # save() says what is wrong
        os.makedirs(os.path.dirname(path), exist_ok=True)
    data = json.dumps(asdict(kept), ensure_ascii=False).encode()

    def writer(stream: BinaryIO) -> None:
        stream.write(data)

    save(path, writer)


def every(url: str) -> Iterator[Kept]:
    """Yield all answers of an endpoint that are kept, oldest first."""
    folder = os.path.dirname(_path(url, ""))
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    found = [_read(os.path.join(folder, name)) for name in names if name.endswith(".json")]
    yield from sorted((one for one in found if one and one.url == url), key=lambda k: k.retrieved)


def _path(address: str, query: str) -> str:
    digest = hashlib.sha256(f"{address}\n{query}".encode()).hexdigest()
    return os.path.join(cache_dir(), "federated", f"{digest[:32]}.json")


def _read(path: str) -> Kept | None:
    try:
        with open(path, encoding="utf-8") as file:
            kept = Kept(**json.load(file))
        datetime.fromisoformat(kept.day)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    types = {field: type(value).__name__ for field, value in asdict(kept).items()}
    return kept if types == Kept.__annotations__ else None
