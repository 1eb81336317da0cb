"""Data against the SHACL shapes of ``ontology/shapes.ttl``, and whether the shapes can be trusted.

What they reject are findings like those of :mod:`ictgraph.checks`. See ``docs/checks.md``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ictgraph import xmlguard
from ictgraph.checks import Finding, ordered
from ictgraph.errors import InputError
from ictgraph.messages import Message, series
from ictgraph.paths import data_dir, data_files
from ictgraph.vocab import GRAPH, ICT

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["has_shacl", "lint", "shacl"]

_DERIVED = GRAPH + "derived"
_SHAPE_FIX = {"en": "Mend the statement so that this holds.", "zh": "请改正陈述，使其成立。"}
_NAMING = {"path", "class", "targetClass", "targetSubjectsOf", "targetObjectsOf",
           "lessThan", "lessThanOrEquals", "equals", "disjoint"}  # fmt: skip
_SILENT = {"path", "message", "severity", "name", "description", "order", "deactivated", "flags"}
_PATH_ONLY = {"minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals",
              "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShape"}  # fmt: skip


def shacl(data: Sequence[str] | Graph = (), shapes: str | Graph = "") -> tuple[Finding, ...]:
    """Validate data against the SHACL shapes; return what they reject, gravest first.

    :param data: RDF files to merge with the ontology (default: the package's own), or an rdflib
        graph or dataset that holds the ontology's ``rdfs:subClassOf`` statements too.
    :param shapes: a file or graph of shapes instead of ``ontology/shapes.ttl``.
    :raises InputError: if pyshacl is absent, a file does not parse, there is nothing to
        validate, or :func:`lint` finds that a shape cannot bite.
    """
    pyshacl = _pyshacl()
    from rdflib import SH

    rules = _merged([shapes or _shapes_file()]) if isinstance(shapes, str) else shapes
    problems = lint(rules)
    if problems:
        raise InputError(
            "the shapes cannot be trusted: {problem}",
            hint="mend the shapes, or else data pass that nothing looked at",
            problem=problems[0],
        )
    graph = _data(data)
    try:
        _, report, _ = pyshacl.validate(graph, shacl_graph=rules, inplace=True)
    except RuntimeError as error:
        why = str(error).splitlines()[0]
        raise InputError(
            "SHACL refuses the shapes: {reason}", hint="mend the shapes", reason=why
        ) from None
    results = report.objects(None, SH.result)
    return ordered(_finding(report, result, rules) for result in results)


def lint(shapes: Graph) -> tuple[str, ...]:
    """Return why shapes would pass data without looking at them: SHACL itself never says so.

    Reported are names unknown to SHACL or to the ontology, shapes that are used but not declared,
    shapes that nothing applies, shapes without a constraint, and constraints on a node shape that
    only a property shape can have.
    """
    from rdflib import SH

    declared = set(shapes.subjects(None, SH.NodeShape)) | set(
        shapes.subjects(None, SH.PropertyShape)
    )
    applied = _applied(shapes)
    problems: set[str] = {
        Message("{shape} is used but not declared", shape=_local(s)) for s in applied - declared
    }
    for shape in declared:
        names = {_local(n) for n in shapes.predicates(shape) if str(n).startswith(str(SH))}
        problems.update(_idle(_local(shape), names, shape in applied))
    return tuple(sorted(problems.union(_strange(shapes))))


def _idle(shape: str, names: set[str], is_applied: bool) -> Iterator[Message]:
    """Yield why a shape with these SHACL properties looks at nothing."""
    targets = {name for name in names if name.startswith("target")}
    if not is_applied and not targets:
        yield Message("{shape} has no target and no shape uses it", shape=shape)
    if not names - _SILENT - targets:
        yield Message("{shape} has no constraint", shape=shape)
    if "path" not in names and names & _PATH_ONLY:
        paths = series(sorted(names & _PATH_ONLY))
        yield Message("{shape}: {names} needs sh:path", shape=shape, names=paths)


def _strange(shapes: Graph) -> Iterator[Message]:
    """Yield which names in shapes are nobody's."""
    from rdflib import SH

    vocabulary, ontology = _vocabulary(), _ontology_terms()
    for shape, name, value in shapes:
        own = _local(shape)
        for term in (name, value):
            if str(term).startswith(str(SH)) and str(term) not in vocabulary:
                yield Message("{shape}: SHACL has no term sh:{term}", shape=own, term=_local(term))
        if _local(name) in _NAMING and str(name).startswith(str(SH)):
            if not _known(value, ontology):
                yield Message("{shape}: the ontology has no term {term}", shape=own, term=value)


def has_shacl() -> bool:
    """Tell whether what :func:`shacl` needs is installed."""
    from importlib.util import find_spec

    return find_spec("pyshacl") is not None


def _finding(report: Graph, result: Node, shapes: Graph) -> Finding:
    """Read one result of a SHACL report."""
    from rdflib import SH, Literal

    def read(name: str) -> str:
        term = report.value(result, SH[name])
        return "" if term is None else str(term)

    shape = report.value(result, SH.sourceShape)
    constraint = _local(read("sourceConstraintComponent")).removesuffix("ConstraintComponent")
    return Finding(
        check=f"{_local(shape)}.{constraint[:1].lower()}{constraint[1:]}",
        severity=_local(read("resultSeverity")).lower().replace("violation", "error"),
        entity=read("focusNode"),
        property=read("resultPath"),
        value=read("value"),
        message={
            message.language or "": str(message)
            for message in shapes.objects(shape, SH.message)
            if isinstance(message, Literal)
        },
        fix=_SHAPE_FIX,
    )


def _pyshacl() -> Any:
    if not has_shacl():
        raise InputError("pyshacl is not installed", hint="pip install 'ictgraph[check]'")
    import pyshacl

    return pyshacl


def _shapes_file() -> str:
    return os.path.join(data_dir("ontology"), "shapes.ttl")


def _data(data: Sequence[str] | Graph) -> Graph:
    """Return the graph to validate: everything but what was derived, in one graph."""
    from rdflib import Dataset, Graph

    if isinstance(data, Dataset):
        graph = Graph()
        for s, p, o, home in data.quads():
            if str(home) != _DERIVED:
                graph.add((s, p, o))
    elif isinstance(data, Graph):
        graph = data
    else:
        own = data_files("ontology", ending=".ttl")
        files = data or data_files("triples", ending=(".ttl", ".trig"))
        graph = _merged([*(f for f in own if f != _shapes_file()), *files]) if files else Graph()
    if not graph:
        raise InputError("there are no data to validate", hint="name RDF files")
    return graph


def _merged(files: Iterable[str]) -> Graph:
    """Read RDF files into one graph, whatever named graphs they have but the derived one."""
    from rdflib import Graph

    graph = Graph()
    for path in files:
        with xmlguard.reading(path):
            for quad in xmlguard.quads(path):
                if getattr(quad.graph_name, "value", "") != _DERIVED:
                    graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def _term(term: object) -> Node:
    """Return the rdflib term of a pyoxigraph one."""
    import pyoxigraph
    import rdflib

    if isinstance(term, pyoxigraph.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, pyoxigraph.Literal):
        datatype = None if term.language else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, lang=term.language, datatype=datatype)
    return rdflib.BNode(str(term).removeprefix("_:"))


def _local(term: object) -> str:
    return re.split(r"[#/]", str(term))[-1]


def _applied(shapes: Graph) -> set[Node]:
    """Return the shapes that other shapes name, members of lists included."""
    from rdflib import SH
    from rdflib.collection import Collection

    applied: set[Node] = set()
    for name in (SH.property, SH.node, SH["not"], SH.qualifiedValueShape):
        applied |= set(shapes.objects(None, name))
    for name in (SH["or"], SH["and"], SH.xone):
        for head in shapes.objects(None, name):
            applied |= set(Collection(shapes, head))
    return applied


def _known(term: Node, ontology: frozenset[str]) -> bool:
    """Whether a term is in the ontology, or in a closed vocabulary that it uses."""
    from rdflib import PROV, QB, RDF, RDFS, SKOS

    closed: tuple[Any, ...] = (PROV, QB, RDF, RDFS, SKOS)
    return str(term) in ontology or any(term in namespace for namespace in closed)


@cache
def _ontology_terms() -> frozenset[str]:
    graph = _merged([os.path.join(data_dir("ontology"), "ictgraph.ttl")])
    return frozenset(str(s) for s in graph.subjects() if str(s).startswith(ICT))


@cache
def _vocabulary() -> frozenset[str]:
    """Return the terms of SHACL, from the copy of its vocabulary that pyshacl carries."""
    from importlib.resources import files

    _pyshacl()
    path = str(files("pyshacl") / "assets" / "shacl.ttl")
    return frozenset(str(s) for s in _merged([path]).subjects())
