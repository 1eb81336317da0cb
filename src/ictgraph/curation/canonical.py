"""The one way our Turtle and TriG files are written, so that a diff shows what changed.

Prefixes sorted; subjects in natural order; ``a``, labels, then other predicates by name; objects
sorted. In TriG every named graph stands right after what the default graph says of its name.
``python -m ictgraph.curation.canonical FILE…`` rewrites files, ``--check`` only compares.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, parse

from ictgraph.errors import InputError
from ictgraph.results import natural
from ictgraph.vocab import RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, XSD, prefixes

__all__ = ["canonical", "canonical_text", "main"]

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_HINT = "give every node an IRI of its own"
_FIRST = {RDF_TYPE: "0", RDFS_LABEL: "1", SKOS_ALT_LABEL: "2"}
_BARE = {
    XSD + "integer": re.compile("[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile("true|false"),
}


def canonical(path: str) -> str:
    """Return the canonical text of a Turtle or TriG file; comments are not kept.

    :raises InputError: if the file does not parse, cannot be read or holds blank nodes.
    """
    try:
        return canonical_text(parse(path=path))
    except SyntaxError as error:
        raise InputError(f"{path}: {error}", hint="mend the syntax there") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}", hint="give an RDF file") from None


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
            raise InputError(f"{quad.graph_name} has no name", hint=_HINT)
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
            raise InputError(f"{term} has no name", hint=_HINT)
        return str(term)


def _natural(text: str) -> tuple[list[tuple[int, str]], str]:
    """A sort key under which s2 comes before s10."""
    return natural(text), text


def _object_key(term: object) -> tuple[str, tuple[list[tuple[int, str]], str]]:
    language = term.language or "" if isinstance(term, Literal) else ""
    return (language, _natural(str(term)))


def main(arguments: Sequence[str]) -> int:
    """Rewrite or check files; return 1 if a checked file is not canonical, 2 if one is no RDF."""
    stale = 0
    for path in arguments:
        if path == "--check":
            continue
        try:
            text = canonical(path)
        except InputError as error:
            print(error, file=sys.stderr)
            return error.exit_code
        with open(path, encoding="utf-8", newline="") as file:
            if file.read() == text:
                continue
        stale = 1
        print(path)
        if "--check" not in arguments:
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
    return stale if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
