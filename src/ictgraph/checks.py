"""Quality checks: SPARQL rules that must find nothing.

A check is a file in ``queries/checks/``: plain SPARQL whose ``#+`` header says, in English and
Chinese, what is wrong and how to mend it. What :mod:`ictgraph.shapes` rejects are such a
:class:`Finding` too, and :func:`locate` names the line to mend. See ``docs/checks.md``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode

from ictgraph.errors import InputError
from ictgraph.messages import series
from ictgraph.paths import data_dir, data_files
from ictgraph.results import Label, Table, Term

if TYPE_CHECKING:
    from ictgraph.engine import Engine

__all__ = ["SEVERITIES", "Check", "Finding", "load", "locate", "ordered", "run"]

SEVERITIES = ("error", "warning", "info")
"""How grave a finding is, gravest first."""

_COLUMNS = ("entity", "property", "value")
_HEADER = re.compile(r"^#\+\s*(\w+):\s*(.*?)\s*$", re.MULTILINE)
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
                "the check {name} gives other columns than {columns}",
                hint="write SELECT DISTINCT ?entity ?property ?value",
                name=check.name,
                columns=series(_COLUMNS),
            )
        for row in answer.rows:
            entity, name, value = map(_shown, row)
            own = check.name, check.severity
            found.append(Finding(*own, entity, name, value, check.problem, check.fix))
    return ordered(found)


def ordered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings once each, gravest first."""

    def key(one: Finding) -> tuple[int, str, str, str, str]:
        grave = SEVERITIES.index(one.severity)
        return (grave, one.check, one.entity, one.property, one.value)

    return tuple(sorted(set(found), key=key))


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


def _parse(name: str, text: str) -> Check:
    """Read the ``#+`` lines of a check."""
    header = dict(_HEADER.findall(text))
    labels = {}
    for key in ("title", "problem", "fix"):
        english, bar, chinese = header.get(key, "").partition(" | ")
        if not (english and bar and chinese):
            raise InputError(
                "the check {name} has no {key} in English and Chinese",
                hint="begin the file with a line '#+ {key}: English | 中文'",
                name=name,
                key=key,
            )
        labels[key] = {"en": english.strip(), "zh": chinese.strip()}
    severity = header.get("severity", "")
    if severity not in SEVERITIES:
        raise InputError(
            "the check {name} has the severity {severity!r}",
            hint="write '#+ severity: ' and one of {severities}",
            name=name,
            severity=severity,
            severities=series(SEVERITIES),
        )
    return Check(name, labels["title"], labels["problem"], labels["fix"], severity, text)


def _shown(cell: Term | None) -> str:
    return str(cell) if isinstance(cell, BlankNode) else cell.value if cell else ""


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
