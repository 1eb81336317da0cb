"""Whether RDF/XML may be parsed: its entities must not unfold, nor lead elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pyoxigraph import Quad, RdfFormat, parse

from ictgraph.errors import InputError
from ictgraph.messages import Message, reason

__all__ = ["quads", "reading", "refuse_bombs"]

_BLOCK = 1 << 20
_LONGEST_ENTITY = 300
_HARMLESS_ENTITY = re.compile(
    rb"""<!ENTITY\s+[\w.-]+\s+(?:"[^"&%<]{0,200}"|'[^'&%<]{0,200}')\s*>"""
)


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Say of every failure to read an RDF file which file it is, and what to do.

    :raises InputError: for what :func:`quads` raises.
    """
    try:
        yield
    except SyntaxError as error:
        raise InputError(
            "{path}: {reason}", hint="mend the syntax there", path=path, reason=reason(error)
        ) from None
    except (OSError, ValueError) as error:
        raise InputError.unreadable(path, error, Message("give an RDF file")) from None


def quads(path: str) -> Iterable[Quad]:
    """Return the statements of an RDF file, whose ending says its format.

    :raises InputError: like :func:`refuse_bombs`.
    :raises SyntaxError: if it does not parse, while it is read.
    :raises OSError: if it cannot be read.
    :raises ValueError: if no format has its ending.
    """
    if RdfFormat.from_extension(path.rpartition(".")[2]) == RdfFormat.RDF_XML:
        refuse_bombs(path)
    return parse(path=path)


def refuse_bombs(path: str) -> None:
    """Refuse XML whose entities unfold: a kilobyte of them takes all the memory there is.

    :raises InputError: if an entity is long, or refers to others or to files.
    :raises OSError: if the file cannot be read.
    """
    window, block = b"", b"-"
    with open(path, "rb") as file:
        while block:
            block = file.read(_BLOCK)
            window = window[-_LONGEST_ENTITY:] + block
            for found in re.finditer(b"<!ENTITY", window):
                whole = not block or found.start() + _LONGEST_ENTITY <= len(window)
                if whole and not _HARMLESS_ENTITY.match(window, found.start()):
                    raise InputError(
                        "{path} declares XML entities that unfold or lead elsewhere",
                        hint="save it without a DOCTYPE, or as Turtle",
                        path=path,
                    )
