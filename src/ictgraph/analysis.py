"""The network of institutions: who is central, and which belong together.

Two institutions are linked by each thing in which both have a role, and by what a source says of
one as part, former self or beneficiary of the other: the rows of the template
``institution-links``. A number is no better than the links under it, so every answer says on how
many things it rests. ``docs/analysis.md`` has the definitions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.engine import rows
from ictgraph.networks import of_claims
from ictgraph.results import Label, Table, Term
from ictgraph.terms import text_of
from ictgraph.vocab import GRAPH, ICT, RDFS, XSD

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = [
    "EXACT",
    "Analysis",
    "Link",
    "centrality",
    "communities",
    "community_network",
    "institution_network",
    "partition",
]

EXACT = 2_000
"""With so many institutions or fewer, shortest ways start from each; with more, from a sample."""

_SEED = 1
_SAMPLE = 500
_TIES = 3
_INSTITUTIONS = f"""\
SELECT DISTINCT ?one WHERE {{ GRAPH <{GRAPH}derived> {{ ?one a <{ICT}Institution> }} }}"""
_CLAIMS = f"""\
PREFIX ict: <{ICT}>
PREFIX rdfs: <{RDFS}>
SELECT DISTINCT ?subject ?property ?value ?toward ?via ?source WHERE {{
  VALUES ?value {{ %s }}
  GRAPH ?source {{ ?subject ?property ?value }}
  ?source a ict:Passage .
  FILTER(?property != ict:regulator)
  FILTER(EXISTS {{ ?property rdfs:subPropertyOf+ ict:institutionRole }}
    || EXISTS {{ GRAPH <{GRAPH}derived> {{ ?subject a ict:Institution }} }})
  OPTIONAL {{
    VALUES ?toward {{ ict:therapy ict:reportedIn }}
    GRAPH ?source {{ ?subject ?toward ?via }}
  }}
}}"""
_CENTRALITY: Mapping[str, Label] = {
    "institution": {"en": "Institution", "zh": "机构"},
    "degree": {"en": "Neighbours", "zh": "邻接机构数"},
    "degreeRank": {"en": "Rank (neighbours)", "zh": "排名（邻接）"},
    "links": {"en": "Links", "zh": "联系数"},
    "linksRank": {"en": "Rank (links)", "zh": "排名（联系）"},
    "betweenness": {"en": "Pairs between", "zh": "居间对数"},
    "betweennessRank": {"en": "Rank (pairs)", "zh": "排名（居间）"},
    "things": {"en": "Rests on", "zh": "所据事项数"},
    "part": {"en": "Size of its part", "zh": "所在部分规模"},
}
_COMMUNITIES: Mapping[str, Label] = {
    "community": {"en": "Community", "zh": "社群"},
    "size": {"en": "Members", "zh": "成员数"},
    "things": {"en": "Rests on", "zh": "所据事项数"},
    "institution": {"en": "Institution", "zh": "机构"},
    "inside": {"en": "Links inside", "zh": "内部联系"},
    "outside": {"en": "Links outside", "zh": "外部联系"},
    "strength": {"en": "Links with each", "zh": "与其各自联系数"},
    "ties": {"en": "Strongest ties", "zh": "最强联系"},
}
_TITLE: Label = {"en": "Communities of institutions", "zh": "机构社群"}


class Link(NamedTuple):
    """One thing that joins two institutions.

    :ivar via: IRI of the shared event, therapy, paper or document, or of the property by which
        one is named of the other.
    :ivar kind: IRI of its class, or of that property.
    :ivar passages: IRIs of the passages that state it.
    """

    via: str
    kind: str
    passages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Analysis:
    """An answer, and what its numbers rest on.

    :ivar notes: sentences for the reader of the table, ``{"en": …, "zh": …}``.
    """

    table: Table
    notes: tuple[Label, ...]


def institution_network(graph: Graph) -> nx.Graph:
    """Return the linked institutions; edges have ``links`` (see :class:`Link`) and ``weight``.

    >>> from ictgraph.graph import open_graph
    >>> from ictgraph.vocab import ID
    >>> edge = institution_network(open_graph()).edges[ID + "nmpa", ID + "ministry-of-commerce"]
    >>> edge["weight"], edge["links"][0].kind.removeprefix(ICT)
    (1, 'PolicyPlan')
    """
    found: dict[tuple[str, str], dict[str, tuple[str, set[str]]]] = {}
    for row in rows(graph.engine, queries.load("institution-links").text):
        a, b, via, kind, _, source = map(text_of, row)
        if a != b:
            links = found.setdefault((min(a, b), max(a, b)), {})
            links.setdefault(via, (kind, set()))[1].add(source)
    network = nx.Graph()
    network.add_nodes_from(sorted({one for pair in found for one in pair}))
    for (a, b), links in sorted(found.items()):
        listed = [Link(via, kind, frozenset(some)) for via, (kind, some) in sorted(links.items())]
        network.add_edge(a, b, links=listed, weight=len(listed))
    return network


def centrality(graph: Graph, network: nx.Graph | None = None) -> Analysis:
    """Return how central each linked institution is, the one with most others first.

    :param network: what :func:`institution_network` gives, if it is at hand.
    """
    network = institution_network(graph) if network is None else network
    degree, links = dict(network.degree()), dict(network.degree(weight="weight"))
    between = _betweenness(network)
    size = {one: len(part) for part in nx.connected_components(network) for one in part}
    ranks = [_ranks(values) for values in (degree, links, between)]
    names = graph.names.labels(set(network))
    order = [(-degree[n], -links[n], -between[n], _name(names, n), n) for n in network]
    found: list[tuple[Term | None, ...]] = []
    for *_, one in sorted(order):
        numbers = (
            *(degree[one], ranks[0][one], links[one], ranks[1][one]),
            *(between[one], ranks[2].get(one), len(_things(network, [one])), size[one]),
        )
        cells = (NamedNode(one), *map(_number, numbers))
        found += [(*cells, source) for source in _passages(network, one)]
    table = _table(graph, _CENTRALITY, found)
    return Analysis(table, (*_rests_on(graph, network), *_sampling(network)))


def communities(graph: Graph, network: nx.Graph | None = None) -> Analysis:
    """Return which institutions belong together, the largest community first.

    :param network: what :func:`institution_network` gives, if it is at hand.
    """
    network = institution_network(graph) if network is None else network
    parts = partition(network)
    names = graph.names.labels(set(network))
    found: list[tuple[Term | None, ...]] = []
    for number, members in enumerate(parts, 1):
        inner = network.subgraph(members)
        things = len(_things(inner, members))
        for *_, one in sorted((-inner.degree(n, "weight"), _name(names, n), n) for n in members):
            inside = inner.degree(one, "weight")
            ties, strength = _strongest(inner, one, names)
            outside = network.degree(one, "weight") - inside
            head = (*map(_number, (number, len(members), things)), NamedNode(one))
            cells = (*head, *map(_number, (inside, outside, strength)))
            found += [(*cells, tie, source) for tie in ties for source in _passages(inner, one)]
    table = _table(graph, _COMMUNITIES, found, folds=("ties",))
    return Analysis(table, (*_rests_on(graph, network), *_modular(network, parts)))


def partition(network: nx.Graph) -> list[tuple[str, ...]]:
    """Return communities by the Louvain method, largest first, the same for the same network.

    >>> partition(nx.Graph([("a", "b"), ("c", "d"), ("d", "e")]))
    [('c', 'd', 'e'), ('a', 'b')]
    """
    ordered = nx.Graph()
    ordered.add_nodes_from(sorted(network))
    for a, b in sorted((min(edge), max(edge)) for edge in network.edges):
        ordered.add_edge(a, b, weight=network.edges[a, b].get("weight", 1))
    found = nx.community.louvain_communities(ordered, weight="weight", seed=_SEED)
    return sorted((tuple(sorted(one)) for one in found), key=lambda one: (-len(one), one))


def community_network(graph: Graph, most: int = 60) -> nx.MultiDiGraph:
    """Return the claims behind the communities: who has which role in what they share.

    :param most: how many shared things to show; whole communities, the largest first.
    """
    network = institution_network(graph)
    parts = partition(network)
    bands: dict[str, int] = {}
    shown = room = 0
    for number, members in enumerate(parts, 1):
        inner = network.subgraph(members)
        things = {link.via for _, _, links in inner.edges(data="links") for link in links}
        room += len(things)
        if room > most:
            break
        bands |= dict.fromkeys([*sorted(things), *members], number)
        shown = number
    first = [one for one in network if one in bands]
    about = {"kind": "communities", "title": _TITLE, "filters": _shown(shown, len(parts))}
    drawn = of_claims(graph, _behind(graph, first, bands), first, **about)
    for iri, data in drawn.nodes(data=True):
        near = next(one for one in (iri, *drawn.successors(iri)) if one in bands)
        data.update(community=bands[near], column=int(iri not in network))
    return drawn


def _behind(
    graph: Graph, institutions: Iterable[str], known: Collection[str]
) -> dict[tuple[str, str, str], set[str]]:
    """Return the claims that tie institutions to one another and to what they share."""
    claims: dict[tuple[str, str, str], set[str]] = {}
    listed = " ".join(str(NamedNode(one)) for one in institutions)
    for row in rows(graph.engine, _CLAIMS % listed) if listed else ():
        subject, name, value, toward, via, source = map(text_of, row)
        if subject in known or via in known:
            claims.setdefault((subject, value, name), set()).add(source)
        if subject not in known and via in known:
            claims.setdefault((subject, via, toward), set()).add(source)
    return claims


def _things(network: nx.Graph, members: Iterable[str]) -> set[Hashable]:
    """Return what the links of members rest on: shared things, or statements of one of another."""
    return {
        link.via if link.via != link.kind else (link.via, a, b)
        for a, b, links in network.edges(members, data="links")
        for link in links
    }


def _passages(network: nx.Graph, one: str) -> list[Term]:
    """Return the passages that state the links of an institution, sorted."""
    edges = network.edges(one, data="links")
    found = {source for _, _, links in edges for link in links for source in link.passages}
    return [NamedNode(source) for source in sorted(found)]


def _betweenness(network: nx.Graph) -> dict[str, float]:
    """Return for each how many pairs of others it stands between, shared ways in parts."""
    sample = _SAMPLE if len(network) > EXACT else None
    found = nx.betweenness_centrality(network, k=sample, normalized=False, seed=_SEED)
    return {one: round(value, 2) for one, value in found.items()}


def _ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Return the rank of each, the greatest first; equals share a rank, nothing has none.

    >>> _ranks({"a": 2, "b": 5, "c": 2, "d": 1, "e": 0})
    {'a': 2, 'b': 1, 'c': 2, 'd': 4}
    """
    counts = Counter(values.values())
    above = 0
    rank: dict[float, int] = {}
    for value in sorted(counts, reverse=True):
        rank[value] = above + 1
        above += counts[value]
    return {one: rank[value] for one, value in values.items() if value}


def _strongest(inner: nx.Graph, one: str, names: Mapping[str, Label]) -> tuple[list[Term], int]:
    """Return up to three with whom an institution has most links, and how many with each."""
    ties = {other: data["weight"] for other, data in inner[one].items()}
    most = max(ties.values())
    best = sorted((_name(names, other), other) for other, count in ties.items() if count == most)
    return [NamedNode(other) for _, other in best[:_TIES]], most


def _rests_on(graph: Graph, network: nx.Graph) -> list[Label]:
    """Say how much evidence the whole network has, and how little parts of it."""
    known = len(rows(graph.engine, _INSTITUTIONS))
    count, pairs, things = len(network), len(network.edges), len(_things(network, network))
    if not count:
        return [{"en": "no two institutions are linked", "zh": "没有任何两家机构有联系"}]
    parts = [len(part) for part in nx.connected_components(network)]
    small = sum(size < 4 for size in parts)
    single = sum(len(_things(network, [one])) == 1 for one in network)
    return [
        {
            "en": f"{count} of {known} institutions are linked, in {pairs} pairs,"
            f" through {things} shared things or statements",
            "zh": f"{known}家机构中有{count}家有联系，共{pairs}对，基于{things}项共同事项或陈述",
        },
        {
            "en": f"they form {len(parts)} separate parts, the largest of {max(parts)};"
            f" {small} have only 2 or 3 institutions",
            "zh": f"它们分为{len(parts)}个互不相连的部分，最大者{max(parts)}家；"
            f"其中{small}个仅有2至3家",
        },
        {
            "en": f"{single} owe all their links to a single thing, such as one financing round",
            "zh": f"{single}家的全部联系仅出自一项事项（如一轮融资）",
        },
    ]


def _sampling(network: nx.Graph) -> list[Label]:
    if len(network) <= EXACT:
        return []
    return [
        {
            "en": f"pairs between are estimated from {_SAMPLE} of {len(network)} institutions",
            "zh": f"居间对数由{len(network)}家中的{_SAMPLE}家抽样估计",
        }
    ]


def _modular(network: nx.Graph, parts: list[tuple[str, ...]]) -> list[Label]:
    """Say how modular the partition is, and how much of that the separate parts make."""
    if not parts:
        return []
    value = nx.community.modularity(network, parts, weight="weight")
    separate = {frozenset(part) for part in nx.connected_components(network)}
    whole = sum(frozenset(part) in separate for part in parts)
    return [
        {
            "en": f"modularity {value:.3f}; {whole} of {len(parts)} communities are separate parts,"
            " which any method would find",
            "zh": f"模块度{value:.3f}；{len(parts)}个社群中有{whole}个即互不相连的部分，"
            "任何方法都会得到",
        }
    ]


def _shown(shown: int, count: int) -> Label:
    """Say which communities are drawn, if not all."""
    if shown == count:
        return {}
    return {
        "en": f"the {shown} largest of {count} communities",
        "zh": f"{count}个社群中最大的{shown}个",
    }


def _table(
    graph: Graph,
    titles: Mapping[str, Label],
    found: Iterable[tuple[Term | None, ...]],
    folds: tuple[str, ...] = (),
) -> Table:
    """Return rows of which the last cell is a passage, and the column of institutions named."""
    listed = tuple(found)
    iris = {cell.value for row in listed for cell in row if isinstance(cell, NamedNode)}
    return Table(
        (*titles, "source"),
        listed,
        graph.names.labels(iris),
        {**titles, "source": {"en": "Source", "zh": "来源"}},
        {"source": ("institution",)},
        folds,
        ("institution", *folds),
    )


def _number(value: float | None) -> Literal | None:
    if value is None:
        return None
    whole = value == int(value)
    text = str(int(value) if whole else value)
    return Literal(text, datatype=NamedNode(XSD + ("integer" if whole else "decimal")))


def _name(names: Mapping[str, Label], iri: str) -> str:
    return names.get(iri, {}).get("en", iri)
