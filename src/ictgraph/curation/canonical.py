"""The one way our Turtle and TriG files are written, so that a diff shows what changed.

Prefixes sorted; subjects in natural order; ``a``, labels, then other predicates by name; objects
sorted. In TriG every named graph stands right after what the default graph says of its name.
``ictgraph fmt`` does it to files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, parse

from ictgraph.errors import InputError
from ictgraph.formats import save
from ictgraph.messages import Message
from ictgraph.results import natural
from ictgraph.vocab import RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, XSD, prefixes

__all__ = [
    "canonical",
    "canonical_text",
    "comments",
    "comments_in",
    "files_of",
    "merge",
    "read",
    "tidy",
    "write",
]

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_HINT = Message("give every node an IRI of its own")
_ENDINGS = (".ttl", ".trig")
_WHERE = re.compile(r"Parser error at line \d+ (?:column|between columns) [\d and]+: ")
_LEXEMES = re.compile(
    r'\"\"\"(?:\\.|[^\\])*?\"\"\"|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"'
    r"|'(?:\\.|[^'\\\n])*'|<[^>\s]*>|#[^\n]*",
    re.DOTALL,
)
_FIRST = {RDF_TYPE: "0", RDFS_LABEL: "1", SKOS_ALT_LABEL: "2"}
_BARE = {
    XSD + "integer": re.compile("[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile("true|false"),
}


def files_of(names: Sequence[str]) -> list[str]:
    """Return the Turtle and TriG files that paths stand for, those in folders too, sorted there.

    :raises InputError: if a path is neither a folder nor such a file.
    """
    found: list[str] = []
    for name in names:
        if os.path.isdir(name):
            found += sorted(one for one in _below(name) if one.endswith(_ENDINGS))
        elif name.endswith(_ENDINGS):
            found.append(name)
        else:
            raise InputError(
                "{name!r} is neither Turtle nor TriG",
                hint="name files that end in .ttl or .trig",
                name=name,
            )
    return found


def _below(folder: str) -> Iterator[str]:
    """The files below a folder, but those of hidden folders and virtual environments."""
    for where, folders, files in os.walk(folder):
        folders[:] = [
            one
            for one in folders
            if not one.startswith(".")
            and not os.path.exists(os.path.join(where, one, "pyvenv.cfg"))
        ]
        yield from (os.path.join(where, one) for one in files)


def read(path: str) -> set[Quad]:
    """Return the statements of a Turtle or TriG file.

    :raises InputError: if the file does not parse or cannot be read; it says line and column.
    """
    try:
        return set(parse(path=path))
    except SyntaxError as error:
        where = f"{path}:{error.lineno}:{error.offset}"
        message = _WHERE.sub("", str(error.msg))
        raise InputError(
            "{path}: {reason}", hint="mend the syntax there", path=where, reason=message
        ) from None
    except (OSError, ValueError) as error:
        raise InputError.unreadable(path, error, Message("give an RDF file")) from None


def canonical(path: str) -> str:
    """Return the canonical text of a Turtle or TriG file; comments are not kept.

    :raises InputError: if the file does not parse, cannot be read or holds blank nodes.
    """
    quads = read(path)
    try:
        return canonical_text(quads)
    except InputError as error:
        raise InputError(
            "{path}: {reason}", hint=error.hint, path=path, reason=error.what
        ) from None


def comments(text: str) -> int:
    """Return how many comments a Turtle or TriG text has, which its canonical text has not.

    >>> comments('<http://e.org/#a> <http://e.org/p> "# b" . # c')
    1
    """
    return sum(one[0].startswith("#") for one in _LEXEMES.finditer(text))


def comments_in(path: str) -> int:
    """Return how many comments are lost by writing a file anew; none if it does not exist.

    :raises InputError: if it cannot be read.
    """
    if not os.path.exists(path):
        return 0
    try:
        with open(path, encoding="utf-8") as file:
            return comments(file.read())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError.unreadable(path, error, Message("give an RDF file")) from None


def merge(path: str, quads: Iterable[Quad]) -> set[Quad]:
    """Return statements together with those of a file, which need not exist."""
    return {*quads, *(read(path) if os.path.exists(path) else ())}


def tidy(path: str, *, check: bool = False) -> int | None:
    """Write a file anew if it is not canonical.

    :param check: write nothing.
    :returns: ``None`` if it is canonical already, else how many comments are lost by writing it.
    :raises InputError: like :func:`canonical`.
    :raises StoreError: if it cannot be written.
    """
    text = canonical(path)
    with open(path, "rb") as file:
        before = file.read()
    if before == text.encode():
        return None
    if not check:
        write({path: text})
    return comments(before.decode())


def write(texts: Mapping[str, str]) -> None:
    """Write texts as files by path, each at once; none if one cannot be written.

    :raises StoreError: if a file cannot be written.
    """
    ((path, text), *others) = texts.items()

    def writer(stream: BinaryIO) -> None:
        stream.write(text.encode())
        stream.flush()
        if others:
            write(dict(others))  # they become complete before this one takes its place

    save(path, writer)


def canonical_text(quads: Iterable[Quad]) -> str:
    """Return quads as canonical TriG, which is Turtle if all are in the default graph.

    >>> from ictgraph.vocab import ID, ICT
    >>> cell = NamedNode(ID + "nk-cell")
    >>> print(canonical_text([Quad(cell, NamedNode(RDF_TYPE), NamedNode(ICT + "CellType"))]))
    @prefix ict: <https://w3id.org/ictgraph/ontology#> .
    @prefix id: <https://w3id.org/ictgraph/id/> .
    <BLANKLINE>
    id:nk-cell
        a ict:CellType .
    <BLANKLINE>
    """
    graphs: dict[str, dict[str, list[Quad]]] = {}
    for quad in set(quads):
        if not isinstance(quad.graph_name, NamedNode | DefaultGraph):
            raise _nameless(quad.graph_name)
        name = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
        graphs.setdefault(name, {}).setdefault(str(quad.subject), []).append(quad)
    writer = _Writer()
    blocks: list[str] = []
    default = graphs.pop("", {})
    for name in sorted(default.keys() | graphs.keys(), key=_natural):
        if name in default:
            blocks.append(writer.subject(default[name], ""))
        if name in graphs:
            inside = graphs[name]
            parts = [writer.subject(inside[s], "    ") for s in sorted(inside, key=_natural)]
            blocks.append(f"{name} {{\n" + "\n".join(parts) + "}\n")
    head = "".join(f"@prefix {p}: <{prefixes()[p]}> .\n" for p in sorted(writer.used))
    return head + "\n" + "\n".join(blocks)


class _Writer:
    """Writes terms, remembering which prefixes it used."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self._prefixes = sorted(prefixes().items(), key=lambda pair: -len(pair[1]))

    def subject(self, quads: Sequence[Quad], indent: str) -> str:
        """Return the block of one subject."""
        by_predicate: dict[str, list[Quad]] = {}
        for quad in quads:
            by_predicate.setdefault(quad.predicate.value, []).append(quad)
        lines = [indent + self.term(quads[0].subject)]
        for predicate in sorted(by_predicate, key=lambda p: (_FIRST.get(p, "9"), p)):
            verb = "a" if predicate == RDF_TYPE else self.term(NamedNode(predicate))
            objects = sorted((q.object for q in by_predicate[predicate]), key=_object_key)
            lines.append(f"{indent}    {verb} " + " , ".join(map(self.term, objects)) + " ;")
        return "\n".join(lines)[:-1] + ".\n"

    def term(self, term: object) -> str:
        """Return a term in Turtle."""
        if isinstance(term, NamedNode):
            for prefix, namespace in self._prefixes:
                local = term.value[len(namespace) :]
                if term.value.startswith(namespace) and _LOCAL.fullmatch(local):
                    self.used.add(prefix)
                    return f"{prefix}:{local}"
        if isinstance(term, Literal) and not term.language:
            bare = _BARE.get(term.datatype.value)
            if bare and bare.fullmatch(term.value):
                return term.value
            if term.datatype.value != XSD + "string":
                return f"{Literal(term.value)}^^{self.term(term.datatype)}"
        if not isinstance(term, NamedNode | Literal):
            raise _nameless(term)
        return str(term)


def _nameless(term: object) -> InputError:
    kind = Message("blank node") if isinstance(term, BlankNode) else Message("statement")
    return InputError("a {kind} stands where only an IRI has a name", hint=_HINT, kind=kind)


def _natural(text: str) -> tuple[list[tuple[int, str]], str]:
    """A sort key under which s2 comes before s10."""
    return natural(text), text


def _object_key(term: object) -> tuple[str, tuple[list[tuple[int, str]], str]]:
    language = term.language or "" if isinstance(term, Literal) else ""
    return (language, _natural(str(term)))
