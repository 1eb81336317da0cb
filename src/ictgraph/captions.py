"""What a picture says of itself: what was asked, which sources state it, under which licence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.graph import Graph
from ictgraph.results import Label, Table, Term
from ictgraph.vocab import SRC, compress

__all__ = ["Origin", "filters", "in_both", "origin", "text_rows"]

_LICENCE = "CC BY 4.0"  # of what lies under SRC; what others state may have another


class Origin(NamedTuple):
    """The sources of a picture.

    :ivar passages: by IRI, ``id``, ``iri``, ``locator_en``, ``gloss_zh`` and so on;
        some have no gloss.
    :ivar sources: the sources of these passages, ``{"en", "zh"}``.
    :ivar licence: the licence of what they state, "" if there are several.
    """

    passages: Mapping[str, dict[str, str]] = {}
    sources: Sequence[dict[str, str]] = ()
    licence: str = ""


def origin(graph: Graph, passages: Iterable[str]) -> Origin:
    """Return where passages are, what they say and of which sources they are.

    :param passages: their IRIs, at least one.
    """
    bound = {"passage": [NamedNode(iri) for iri in sorted(set(passages))]}
    found: dict[str, dict[str, str]] = {}
    sources: dict[str, set[str]] = defaultdict(set)
    for row in text_rows(graph, queries.render(queries.load("sources"), bound)):
        sources[row["source"]].add(row["passage"])
        passage = found.setdefault(
            row["passage"], {"id": compress(row["passage"]), "iri": row["passage"]}
        )
        for name in ("locator", "gloss"):
            if row[name]:
                passage[f"{name}_{row[name + '@']}"] = row[name]
    labels = graph.names.labels(sources)
    most = sorted(sources, key=lambda one: (-len(sources[one]), one))
    return Origin(
        found,
        [in_both(labels.get(one, {}), compress(one)) for one in most],
        _LICENCE if sources and all(one.startswith(SRC) for one in sources) else "",
    )


def filters(
    graph: Graph, template: queries.Template, bound: Mapping[str, Sequence[Term]]
) -> dict[str, str]:
    """Return what a question was narrowed to, in words: ``disease: lymphoma``."""
    wanted = {name: [str(getattr(one, "value", one)) for one in bound[name]] for name in bound}
    labels = graph.names.labels({text for texts in wanted.values() for text in texts})
    shown: dict[str, list[str]] = {"en": [], "zh": []}
    for name, texts in wanted.items():
        values = [in_both(labels.get(one, {}), compress(one)) for one in texts]
        title = template.parameter(name).label.get("zh", name).partition("（")[0]
        shown["en"].append(f"{name.replace('_', ' ')}: {', '.join(one['en'] for one in values)}")
        shown["zh"].append(f"{title}：{'、'.join(one['zh'] for one in values)}")
    return {"en": "; ".join(shown["en"]), "zh": "；".join(shown["zh"])}


def in_both(labels: Label, otherwise: str) -> dict[str, str]:
    """Return a name in English and Chinese, each the other one where it is missing."""
    shown = labels.get("en") or labels.get("zh") or otherwise
    return {"en": labels.get("en") or shown, "zh": labels.get("zh") or shown}


def text_rows(graph: Graph, query: str) -> list[dict[str, str]]:
    """Return rows as text by column; ``column@`` holds the language of a literal."""
    answer = graph.engine.query(query)
    rows: list[dict[str, str]] = []
    if not isinstance(answer, Table):
        return rows
    for cells in answer.rows:
        row: dict[str, str] = {}
        for name, cell in zip(answer.columns, cells, strict=True):
            row[name] = "" if cell is None else cell.value
            if isinstance(cell, Literal):
                row[name + "@"] = cell.language or ""
        rows.append(row)
    return rows
