"""Quality checks: SPARQL rules that must find nothing, and SHACL shapes that must hold.

A check is a file in ``queries/checks/``: plain SPARQL whose ``#+`` header says, in English and
Chinese, what is wrong and how to mend it. The shapes are ``ontology/shapes.ttl``. Both give the
same kind of :class:`Finding`, and :func:`locate` names the line to mend. See ``docs/checks.md``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode

from ictgraph import xmlguard
from ictgraph.errors import InputError
from ictgraph.paths import data_dir, data_files
from ictgraph.results import Label, Table, Term
from ictgraph.vocab import GRAPH, ICT

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from ictgraph.engine import Engine

__all__ = ["SEVERITIES", "Check", "Finding", "has_shacl", "lint", "load", "locate", "run", "shacl"]

SEVERITIES = ("error", "warning", "info")
"""How grave a finding is, gravest first."""

_COLUMNS = ("entity", "property", "value")
_HEADER = re.compile(r"^#\+\s*(\w+):\s*(.*?)\s*$", re.MULTILINE)
_DERIVED = GRAPH + "derived"
_TOKEN = re.compile(r"\s*(<[^>\s]*>|[A-Za-z][\w.-]*:(?:\\.|[^\s;,{}\\])*|:(?:\\.|[^\s;,{}\\])*)")
_PREFIX = re.compile(r"\s*(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that must find nothing.

    :ivar name: the file name without ``.rq``.
    :ivar severity: one of :data:`SEVERITIES`.
    :ivar text: the whole file, plain SPARQL 1.1.
    """

    name: str
    title: Label
    problem: Label
    fix: Label
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check or a shape found.

    :ivar check: a check's name, or for SHACL ``shape.constraint``, as ``passage-digest.minCount``.
    :ivar severity: one of :data:`SEVERITIES`.
    :ivar entity: IRI of what is wrong.
    :ivar property: IRI of the property concerned, or "".
    :ivar value: the value concerned, an IRI or the text of a literal, or "".
    :ivar message: what is wrong, by language.
    :ivar fix: what to do about it, by language.
    """

    check: str
    severity: str
    entity: str
    property: str
    value: str
    message: Label = field(default_factory=dict, compare=False)
    fix: Label = field(default_factory=dict, compare=False)


def load() -> tuple[Check, ...]:
    """Return all checks, sorted by name.

    :raises InputError: if the header of a file is not complete.

    >>> [check.severity for check in load() if check.name == "dangling-id"]
    ['error']
    """
    checks = []
    for path in data_files("queries", ending=".rq"):
        if os.path.basename(os.path.dirname(path)) == "checks":
            with open(path, encoding="utf-8") as file:
                checks.append(_parse(os.path.basename(path)[:-3], file.read()))
    return tuple(sorted(checks, key=lambda check: check.name))


def run(engine: Engine, checks: Iterable[Check]) -> tuple[Finding, ...]:
    """Run checks on a built graph; return what they found, gravest first.

    :raises InputError: if a check does not select ``?entity ?property ?value``.
    """
    found = []
    for check in checks:
        answer = engine.query(check.text)
        if not isinstance(answer, Table) or answer.columns != _COLUMNS:
            raise InputError(
                f"the check {check.name} gives other columns than {', '.join(_COLUMNS)}",
                hint="write SELECT DISTINCT ?entity ?property ?value",
            )
        for row in answer.rows:
            entity, name, value = map(_shown, row)
            own = check.name, check.severity
            found.append(Finding(*own, entity, name, value, check.problem, check.fix))
    return _ordered(found)


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
            f"the shapes cannot be trusted: {problems[0]}",
            hint="mend the shapes, or else data pass that nothing looked at",
        )
    graph = _data(data)
    try:
        _, report, _ = pyshacl.validate(graph, shacl_graph=rules, inplace=True)
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"SHACL refuses the shapes: {reason}", hint="mend the shapes") from None
    results = report.objects(None, SH.result)
    return _ordered(_finding(report, result, rules) for result in results)


def lint(shapes: Graph) -> tuple[str, ...]:
    """Return why shapes would pass data without looking at them: SHACL itself never says so.

    Reported are names unknown to SHACL or to the ontology, shapes that are used but not declared,
    shapes that nothing applies, shapes without a constraint, and constraints on a node shape that
    only a property shape can have.
    """
    from rdflib import SH

    vocabulary, ontology = _vocabulary(), _ontology_terms()
    declared = set(shapes.subjects(None, SH.NodeShape)) | set(
        shapes.subjects(None, SH.PropertyShape)
    )
    applied = _applied(shapes)
    problems = [f"{_local(s)} is used but not declared" for s in applied - declared]
    for shape, name, value in shapes:
        for term in (name, value):
            if str(term).startswith(str(SH)) and str(term) not in vocabulary:
                problems.append(f"{_local(shape)}: SHACL has no term sh:{_local(term)}")
        if _local(name) in _NAMING and str(name).startswith(str(SH)):
            if not _known(value, ontology):
                problems.append(f"{_local(shape)}: the ontology has no term {value}")
    for shape in declared:
        names = {_local(n) for n in shapes.predicates(shape) if str(n).startswith(str(SH))}
        if shape not in applied and not any(n.startswith("target") for n in names):
            problems.append(f"{_local(shape)} has no target and no shape uses it")
        if not names - _SILENT - {n for n in names if n.startswith("target")}:
            problems.append(f"{_local(shape)} has no constraint")
        if "path" not in names and names & _PATH_ONLY:
            problems.append(
                f"{_local(shape)}: {', '.join(sorted(names & _PATH_ONLY))} needs sh:path"
            )
    return tuple(sorted(set(problems)))


def locate(iri: str, files: Sequence[str] = ()) -> str:
    """Return where an IRI is described, as ``triples/entities/therapies.ttl:12``, or "".

    The first line counts at which the IRI is given a class, or else at which it begins a
    statement. The path is relative to the folder that holds ``ontology/`` and ``triples/``, or
    as given in ``files``.

    >>> locate("https://w3id.org/ictgraph/ontology#Therapy").rpartition(":")[0]
    'ontology/ictgraph.ttl'
    """
    root = os.path.dirname(data_dir("ontology"))
    first = ""
    for path in files or data_files("ontology", "triples", ending=(".ttl", ".trig")):
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
        for number, subject, has_class in _subjects(lines):
            if subject == iri and (has_class or not first):
                shown = path if files else os.path.relpath(path, root).replace(os.sep, "/")
                first = f"{shown}:{number}"
                if has_class:
                    return first
    return first


_SHAPE_FIX = {"en": "Mend the statement so that this holds.", "zh": "请改正陈述，使其成立。"}
_NAMING = {"path", "class", "targetClass", "targetSubjectsOf", "targetObjectsOf",
           "lessThan", "lessThanOrEquals", "equals", "disjoint"}  # fmt: skip
_SILENT = {"path", "message", "severity", "name", "description", "order", "deactivated", "flags"}
_PATH_ONLY = {"minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals",
              "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShape"}  # fmt: skip


def _parse(name: str, text: str) -> Check:
    """Read the ``#+`` lines of a check."""
    header = dict(_HEADER.findall(text))
    labels = {}
    for key in ("title", "problem", "fix"):
        english, bar, chinese = header.get(key, "").partition(" | ")
        if not (english and bar and chinese):
            raise InputError(
                f"the check {name} has no {key} in English and Chinese",
                hint=f"begin the file with a line '#+ {key}: English | 中文'",
            )
        labels[key] = {"en": english.strip(), "zh": chinese.strip()}
    severity = header.get("severity", "")
    if severity not in SEVERITIES:
        raise InputError(
            f"the check {name} has the severity {severity!r}",
            hint=f"write '#+ severity: ' and one of {', '.join(SEVERITIES)}",
        )
    return Check(name, labels["title"], labels["problem"], labels["fix"], severity, text)


def _shown(cell: Term | None) -> str:
    return str(cell) if isinstance(cell, BlankNode) else cell.value if cell else ""


def _ordered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    def key(one: Finding) -> tuple[int, str, str, str, str]:
        grave = SEVERITIES.index(one.severity)
        return (grave, one.check, one.entity, one.property, one.value)

    return tuple(sorted(set(found), key=key))


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


def _subjects(lines: Sequence[str]) -> Iterator[tuple[int, str, bool]]:
    """Yield line, IRI and "has a class there" of each subject or graph name that begins a line."""
    prefixes: dict[str, str] = {}
    begins = True
    for number, line in enumerate(lines, 1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        declared = _PREFIX.match(line)
        token = _TOKEN.match(line)
        if declared:
            prefixes[declared[1]] = declared[2]
        elif begins and token:
            prefix, _, local = token[1].partition(":")
            iri = prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)
            rest = line[token.end() :].strip() or "".join(lines[number : number + 1]).strip()
            yield number, token[1][1:-1] if prefix.startswith("<") else iri, rest.startswith("a ")
        begins = content.endswith((".", "{", "}"))


def has_shacl() -> bool:
    """Tell whether what :func:`shacl` needs is installed."""
    from importlib.util import find_spec

    return find_spec("pyshacl") is not None


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
        try:
            for quad in xmlguard.quads(path):
                if getattr(quad.graph_name, "value", "") != _DERIVED:
                    graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
        except SyntaxError as error:
            raise InputError(f"{path}: {error}", hint="mend the syntax there") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{path} cannot be read: {error}", hint="give an RDF file") from None
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
