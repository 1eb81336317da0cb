"""The dashboard: how complete, how well sourced and how doubtful the graph is.

A section is a query template with a row for each thing that is counted in: its first column says
what (a class, a source, a kind of doubt), the next out of how many; every further number is a
measure, named by its column's title, and out of ``NAME_of`` if there is such a column.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.results import Label, Table, Term, Truth
from ictgraph.vocab import GRAPH, XSD

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["SECTIONS", "dashboard"]

SECTIONS = (
    "quality-counts",
    "quality-evidence",
    "quality-languages",
    "link-coverage",
    "quality-doubts",
    "quality-contradictions",
    "quality-gaps",
    "quality-citations",
)
"""The templates of the sections, in order."""

_NEEDED = {"link-coverage": f"ASK {{ GRAPH <{GRAPH}mappings> {{ ?s ?p ?o }} }}"}
"""What must hold for a section to say anything."""

_IRI = "urn:ictgraph:quality:"
_TITLES: Mapping[str, Label] = {
    "section": {"en": "Section", "zh": "部分"},
    "about": {"en": "About", "zh": "对象"},
    "measure": {"en": "Measure", "zh": "指标"},
    "value": {"en": "Value", "zh": "数值"},
    "of": {"en": "Of", "zh": "总数"},
    "percent": {"en": "%", "zh": "%"},
}


def dashboard(graph: Graph, sections: tuple[str, ...] = SECTIONS) -> Table:
    """Return what is measured, one row each.

    :param sections: names of templates of the form above.

    >>> from ictgraph.graph import open_graph
    >>> table = dashboard(open_graph(), ("quality-evidence",))
    >>> [str(row["percent"]) for row in table.records() if row["about"] is None]
    ['100.0']
    """
    found: list[tuple[Term | None, ...]] = []
    labels: dict[str, Label] = {}
    for name in sections:
        if name in _NEEDED and graph.engine.query(_NEEDED[name]) != Truth(True):
            continue
        template = queries.load(name)
        answer = graph.run(template, {})
        assert isinstance(answer, Table), "a section is a SELECT query"
        section = _IRI + name.removeprefix("quality-")
        about, total, *measures = (one.name for one in template.columns)
        labels |= {section: template.title, **(answer.labels or {})}
        for name in measures:
            labels[f"{section}-{name}"] = template.titles[name]
        for row in answer.rows:
            cells = dict(zip(answer.columns, row, strict=True))
            for name in measures:
                value, of = cells[name], cells.get(f"{name}_of", cells[total])
                if value is not None and not name.endswith("_of"):
                    head = (NamedNode(section), cells[about], NamedNode(f"{section}-{name}"))
                    found.append((*head, value, of, _percent(value, of)))
    entities = ("section", "about", "measure")
    return Table(tuple(_TITLES), tuple(found), labels, _TITLES, entities=entities)


def _percent(value: Term, of: Term | None) -> Literal | None:
    if of is None or of.value == "0":
        return None
    share = 100 * int(value.value) / int(of.value)
    return Literal(f"{share:.1f}", datatype=NamedNode(XSD + "decimal"))
