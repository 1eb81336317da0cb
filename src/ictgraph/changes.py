"""What changed between two versions of the graph: kinds of change, tables and sentences.

:mod:`ictgraph.diff` finds the changes; this is what they are and how they are told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from pyoxigraph import NamedNode

from ictgraph.errors import UnknownName
from ictgraph.messages import series
from ictgraph.results import Label, Table, Term
from ictgraph.terms import number, text_of
from ictgraph.vocab import compress

__all__ = ["KINDS", "Change", "Difference", "Kind", "kinds_of"]

_TABLE = """\
entity-new | entity-removed | new entity | 新实体 | {n} new {what} | 新增{n}个{what}
entity-removed | entity-new | entity removed | 实体移除 | {n} {what} removed | 移除{n}个{what}
entity-renamed | entity-renamed | renamed | 改名 | {n} name{s} changed | {n}处名称更改
entity-changed | entity-changed | described otherwise | 说明更改 | {n} change{s} of synonyms, classes or hierarchy | {n}处别名、类别或层级更改
stage-reached | stage-lowered | stage reached | 进展 | {n} {what} moved to {stage} | {n}个{what}进展至“{stage}”
stage-lowered | stage-reached | stage lower | 阶段回退 | {n} {what} back at {stage} | {n}个{what}退回“{stage}”
date-more-precise | date-less-precise | date more precise | 日期更精确 | {n} date{s} more precise | {n}个日期更精确
date-less-precise | date-more-precise | date less precise | 日期更粗略 | {n} date{s} less precise | {n}个日期更粗略
date-changed | date-changed | date changed | 日期更改 | {n} date{s} changed | {n}个日期更改
claim-new | claim-withdrawn | new claim | 新主张 | {n} new claim{s} | 新增{n}项主张
claim-withdrawn | claim-new | claim withdrawn | 主张撤回 | {n} claim{s} withdrawn | 撤回{n}项主张
claim-changed | claim-changed | claim changed | 主张更改 | {n} claim{s} changed | 更改{n}项主张
support-new | support-withdrawn | stated by more passages | 更多段落陈述 | {n} claim{s} stated by more passages | {n}项主张有更多段落陈述
support-withdrawn | support-new | stated by fewer passages | 更少段落陈述 | {n} claim{s} stated by fewer passages | {n}项主张的陈述段落减少
source-new | source-removed | new source | 新来源 | {n} new source{s} | 新增{n}个来源
source-removed | source-new | source removed | 来源移除 | {n} source{s} removed | 移除{n}个来源
source-changed | source-changed | source described otherwise | 来源说明更改 | {n} change{s} of what is said of sources | {n}处来源说明更改
passage-new | passage-removed | new passage | 新段落 | {n} new passage{s} | 新增{n}个段落
passage-removed | passage-new | passage removed | 段落移除 | {n} passage{s} removed | 移除{n}个段落
passage-reworded | passage-reworded | passage has other words | 段落原文更改 | {n} passage{s} with other words | {n}个段落原文更改
passage-changed | passage-changed | passage described otherwise | 段落说明更改 | {n} change{s} of what is said of passages | {n}处段落说明更改
doubt-new | doubt-resolved | new doubt | 新疑点 | {n} new doubt{s} | 新增{n}个疑点
doubt-resolved | doubt-new | doubt resolved | 疑点消除 | {n} doubt{s} resolved | 消除{n}个疑点
doubt-changed | doubt-changed | doubt changed | 疑点更改 | {n} change{s} of doubts | {n}处疑点更改
mapping-new | mapping-removed | new mapping | 新映射 | {n} new mapping{s} | 新增{n}条映射
mapping-removed | mapping-new | mapping removed | 映射移除 | {n} mapping{s} removed | 移除{n}条映射
mapping-changed | mapping-changed | mapping described otherwise | 映射说明更改 | {n} change{s} of what is said of mappings | {n}处映射说明更改
"""  # noqa: E501
_MOST = 8
_IRI = "urn:ictgraph:change:"
_TITLES: Mapping[str, Label] = {
    "change": {"en": "Change", "zh": "变化"},
    "class": {"en": "Class", "zh": "类别"},
    "entity": {"en": "Entity", "zh": "实体"},
    "property": {"en": "Property", "zh": "属性"},
    "old": {"en": "Old", "zh": "旧"},
    "new": {"en": "New", "zh": "新"},
    "oldSource": {"en": "Old source", "zh": "旧来源"},
    "newSource": {"en": "New source", "zh": "新来源"},
    "source": {"en": "Source", "zh": "来源"},
    "changes": {"en": "Changes", "zh": "变化数"},
}


class Kind(NamedTuple):
    """A kind of change.

    :ivar mirror: the kind that the same change is when read backwards.
    :ivar label: what one is called.
    :ivar told: how a number of them is told.
    """

    mirror: str
    label: Label
    told: Label


def _kinds() -> dict[str, Kind]:
    found = {}
    for line in _TABLE.splitlines():
        name, mirror, en, zh, many_en, many_zh = (part.strip() for part in line.split("|"))
        found[name] = Kind(mirror, {"en": en, "zh": zh}, {"en": many_en, "zh": many_zh})
    return found


KINDS: Mapping[str, Kind] = _kinds()
"""The kinds of change by name, in the order in which they are told."""


class Change(NamedTuple):
    """One change.

    :ivar kind: a name of :data:`KINDS`.
    :ivar type: IRI of the entity's class, "" if it has none.
    :ivar old: the value in the old version, ``None`` if there was none; ``new`` is that of the new.
    :ivar old_passages: IRIs of the passages that stated the old value, sorted.
    """

    kind: str
    type: str
    entity: str
    property: str
    old: Term | None
    new: Term | None
    old_passages: tuple[str, ...] = ()
    new_passages: tuple[str, ...] = ()

    def mirrored(self) -> Change:
        """Return the change read backwards."""
        return self._replace(
            kind=KINDS[self.kind].mirror,
            old=self.new,
            new=self.old,
            old_passages=self.new_passages,
            new_passages=self.old_passages,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one version to another.

    :ivar labels: labels of everything named, by IRI.
    :ivar sources: the source of each passage named.
    """

    changes: tuple[Change, ...]
    labels: Mapping[str, Label]
    sources: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.changes)

    def only(self, kinds: Collection[str]) -> Difference:
        """Return the changes of some kinds."""
        kept = tuple(one for one in self.changes if one.kind in kinds)
        return Difference(kept, self.labels, self.sources)

    def table(self) -> Table:
        """Return one row per change, and one more for each further passage."""
        found: list[tuple[Term | None, ...]] = []
        for one in self.changes:
            head = (NamedNode(_IRI + one.kind), *map(_node, one[1:4]), one.old, one.new)
            passages = list(zip_longest(one.old_passages, one.new_passages)) or [(None, None)]
            found += [(*head, _node(old), _node(new)) for old, new in passages]
        return self._table(
            ("change", "class", "entity", "property", "old", "new", "oldSource", "newSource"),
            found,
            {"oldSource": ("old",), "newSource": ("new",)},
        )

    def counted(self, by: str) -> Table:
        """Return how many changes of each kind there are.

        :param by: ``class`` of the entity, or ``source`` of the passages; a change with passages
            of two sources counts for both.
        """
        of: Callable[[Change], Iterable[str]] = self._sources if by == "source" else _type
        counts = Counter((one, change.kind) for change in self.changes for one in of(change))
        order = list(KINDS)
        found = [
            (_node(one), NamedNode(_IRI + kind), number(counts[one, kind]))
            for one, kind in sorted(counts, key=lambda key: (key[0], order.index(key[1])))
        ]
        return self._table((by, "change", "changes"), found, {})

    def summary(self) -> list[Label]:
        """Return what changed in sentences, one for each area; one says so if nothing did."""
        counts = Counter(map(self._counted_as, self.changes))
        areas: dict[str, list[tuple[str, str, str]]] = {}
        for kind in KINDS:
            some = [key for key in counts if key[0] == kind]
            if some:
                told = sorted(some, key=lambda key: (not key[1], -counts[key], *key[1:]))
                areas.setdefault(kind.partition("-")[0], []).extend(told[:_MOST])
                rest = sum(counts[key] for key in told[_MOST:])
                if rest:  # of classes that few have, or of none
                    counts[kind, "", ""] = rest
                    areas[kind.partition("-")[0]].append((kind, "", ""))
        return [
            {
                lang: between.join(self._told(*key, counts[key], lang) for key in keys)
                for lang, between in (("en", ", "), ("zh", "，"))
            }
            for keys in areas.values()
        ] or [{"en": "nothing changed", "zh": "没有变化"}]

    def _told(self, kind: str, what: str, stage: str, number: int, lang: str) -> str:
        """Return how a number of changes of a kind is told."""
        noun = self._name(what, lang) or {"en": "other thing", "zh": "其他对象"}[lang]
        return (
            KINDS[kind]
            .told[lang]
            .format(
                n=number,
                s="" if number == 1 else "s",
                what=_plural(noun) if lang == "en" and number > 1 else noun,
                stage=self._name(stage, lang) or {"en": "no stage", "zh": "无阶段"}[lang],
            )
        )

    def _name(self, iri: str, lang: str) -> str:
        return self.labels.get(iri, {}).get(lang) or compress(iri)

    def _counted_as(self, one: Change) -> tuple[str, str, str]:
        """Return what a change is counted together with: kind, class and stage where told."""
        told = KINDS[one.kind].told["en"]
        stage = text_of(one.new) if "{stage}" in told else ""
        return one.kind, one.type if "{what}" in told else "", stage

    def _sources(self, one: Change) -> set[str]:
        return {self.sources.get(p, "") for p in (*one.old_passages, *one.new_passages)} or {""}

    def _table(
        self,
        columns: tuple[str, ...],
        found: Iterable[tuple[Term | None, ...]],
        evidence: Mapping[str, tuple[str, ...]],
    ) -> Table:
        labels = {**self.labels, **{_IRI + name: kind.label for name, kind in KINDS.items()}}
        titles = {name: _TITLES[name] for name in columns}
        literal = {"changes", *evidence}
        entities = tuple(name for name in columns if name not in literal)
        return Table(columns, tuple(found), labels, titles, evidence, entities=entities)


def kinds_of(names: Iterable[str]) -> list[str]:
    """Return the kinds that names stand for: a kind, or what stands before its first hyphen.

    :raises UnknownName: if there is no such kind; the hint lists them.

    >>> kinds_of(["stage", "claim-new"])
    ['stage-reached', 'stage-lowered', 'claim-new']
    """
    found = []
    for name in names:
        some = [kind for kind in KINDS if name in (kind, kind.partition("-")[0])]
        if not some:
            raise UnknownName(
                "no kind of change {name!r}",
                hint="the kinds are {known}",
                name=name,
                known=series(KINDS),
            )
        found += some
    return found


def _type(one: Change) -> set[str]:
    return {one.type}


def _plural(noun: str) -> str:
    """Return the plural of an English noun with what follows it.

    >>> [_plural(one) for one in ("therapy", "research group", "kind of round", "policy or plan")]
    ['therapies', 'research groups', 'kinds of round', 'policies or plans']
    """
    parts = re.fullmatch("(.+?)( of | for )(.+)", noun)
    if parts:
        return _plural(parts[1]) + parts[2] + parts[3]
    if " or " in noun:
        return " or ".join(map(_plural, noun.split(" or ")))
    if noun.endswith("y") and noun[-2:-1] not in set("aeiou"):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def _node(iri: str | None) -> NamedNode | None:
    return NamedNode(iri) if iri else None
