"""How well names are linked: the linker, with and without our names, and two simple baselines.

Every name of every entity that was checked by hand against a vocabulary is linked to it. While a
name is linked, the links of its entity are hidden, and those of all that share a name or a term
with it (ten folds); so are other names of the entity that its right term bears as well, for whoever
linked it may have copied them from there. Writes ``benchmarks/links.md``: ``make eval-links``.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import add
from typing import NamedTuple
from zlib import crc32

from measure import ROOT, Row, table
from rapidfuzz import fuzz, process, utils

import ictgraph
from ictgraph.links.known import Entity, Known, known_to
from ictgraph.links.lexicon import HAN, Lexicon, plain
from ictgraph.links.linker import Suggestion, suggest, suggest_entity
from ictgraph.links.readers import curie
from ictgraph.links.sssom import NONE_FOUND

KINDS = {
    "diseases": "MONDO",
    "cells": "CL",
    "genes and targets": "hgnc",
    "countries": "iso3166",
    "institutions": "ror",
}
FOLDS = 10
LIKE_ENOUGH = 90
LINKER = "linker, cross-validated"
TAKEN = ("exact", "close", "broad")
TRAPS = os.path.join(ROOT, "tests", "data", "traps.tsv")
REPORT = os.path.join(ROOT, "benchmarks", "links.md")
HEADING = """\
| kind | method | names | precision of exact links | recall | broader terms, right |
|---|---|---:|---:|---:|---:|"""
INTRODUCTION = """\
# How well names are linked

Written by `make eval-links`. Every name, English and Chinese, of every entity that was checked by
hand against a vocabulary is linked to it by `ictgraph.links.linker`. An exact link is right if it
is the checked one (for a target: its gene); a name whose entity has none is linked wrongly if it
gets one. Recall is over the names whose entity has one. A broader term is right if it is the
checked one or above it.

*Cross-validated*: while a name is linked, the links of its entity are hidden, and those of all that
share a name or a term with it (ten folds). What is left of our data are names: a Chinese name leads
to the English one beside it. Names that the right term bears too, labels apart, are left out, for
whoever linked the entity may have copied them; *copied names too* has them. *Without our names*
sees the name alone. *Whole entities* links an entity by all its names at once. Institutions are
linked with the country that the graph knows of them; traps as a user would, with all links. HGNC is
the extract in `ontology/imports/`: what shares a name with our genes, and no other genes.

The names are those of one graph, and the rules were written by people who had seen most of them:
take the figures as an upper bound for other names.
"""


class Mention(NamedTuple):
    """A name to link, and what is right."""

    entity: Entity
    text: str
    same: frozenset[str]
    broader: frozenset[str]


class Said(NamedTuple):
    """What a method says of a name: terms that are the same, or broader ones."""

    same: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()


class Score(NamedTuple):
    """Counts over mentions."""

    names: int
    wanted: int
    said: int
    right: int
    broad_wanted: int
    broad_said: int
    broad_right: int
    wrong: tuple[tuple[Mention, Said], ...] = ()
    missed: tuple[Mention, ...] = ()

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0


Method = Callable[[Mention], Said]


def not_copied(known: Known, prefix: str, lexicon: Lexicon) -> Known:
    """Return what is known without other names that the linked term has too."""
    made = []
    for one in known.entities.values():
        terms = _linked(one, prefix, "exactMatch", "closeMatch")
        left = (n for n in one.others if terms.isdisjoint(hit.id for hit in lexicon.find(n)))
        made.append(replace(one, others=tuple(left)))
    return Known(made)


def mentions(known: Known, prefix: str, lexicon: Lexicon, whole: bool = False) -> list[Mention]:
    """Return the names of all entities that were checked against a vocabulary.

    Those whose terms the vocabulary at hand lacks, such as parts of countries, are left out.

    :param whole: one mention per entity, by its first label.
    """
    found = []
    for one in known.entities.values():
        same = _linked(one, prefix, "exactMatch", "closeMatch")
        if one.is_checked([prefix]) and (not same or any(id in lexicon for id in same)):
            broader = _linked(one, prefix, "broadMatch")
            names = one.names[:1] if whole else tuple({plain(n): n for n in one.names}.values())
            found += [Mention(one, name, same, broader) for name in names]
    return found


def _linked(one: Entity, prefix: str, *matches: str) -> frozenset[str]:
    ids = (id for match in matches for id in one.links.get(match, ()))
    return frozenset(id for id in ids if id.startswith(f"{prefix}:"))


def folds(known: Known, found: Sequence[Mention]) -> list[set[str]]:
    """Return sets of entities; those that share a name or a term are in one."""
    group: dict[str, str] = {}

    def root(key: str) -> str:
        while group.setdefault(key, key) != key:
            key = group[key]
        return key

    for one in found:
        keys = [f"name {plain(name)}" for name in one.entity.names]
        keys += [f"term {id}" for id in one.same]
        for key in keys:
            group[root(key)] = root(one.entity.id)
    made: list[set[str]] = [set() for _ in range(FOLDS)]
    for id in {one.entity.id for one in found}:
        made[crc32(root(id).encode()) % FOLDS].add(id)
    return made


def score(found: Sequence[Mention], method: Method, lexicon: Lexicon) -> Score:
    """Count what a method gets right."""
    said = [(one, method(one)) for one in found]
    exact = [(one, answer) for one, answer in said if answer.same]
    right = [one for one, answer in exact if answer.same[0] in one.same]
    wanted = [one for one, _ in said if one.same]
    broad = [(one, answer) for one, answer in said if answer.broader and not answer.same]
    fitting = [
        one for one, answer in broad if _is_above(answer.broader, one.same | one.broader, lexicon)
    ]
    return Score(
        len(said),
        len(wanted),
        len(exact),
        len(right),
        sum(1 for one, _ in said if one.broader and not one.same),
        len(broad),
        len(fitting),
        tuple((one, answer) for one, answer in exact if one not in right),
        tuple(one for one in wanted if one not in right),
    )


def _is_above(ids: Sequence[str], right: frozenset[str], lexicon: Lexicon) -> bool:
    """Whether one of the terms is right, or an ancestor of one that is."""
    seen, new = set(right), set(right)
    while new:
        new = {up for id in new if id in lexicon for up in lexicon[id].parents} - seen
        seen |= new
    return not seen.isdisjoint(ids)


def exact_label(lexicon: Lexicon) -> Method:
    """The baseline of equal labels, case aside."""
    labels: dict[str, list[str]] = defaultdict(list)
    for id in lexicon.ids:
        if not lexicon[id].retired:
            labels[lexicon[id].label.casefold()].append(id)

    def method(one: Mention) -> Said:
        found = labels.get(one.text.casefold(), ())
        return Said(tuple(found) if len(found) == 1 else ())

    return method


def most_alike(lexicon: Lexicon) -> Method:
    """The baseline of the most similar name, taken if similar enough."""
    names = {
        utils.default_process(hit.name): hit.id
        for form in lexicon.forms
        for hit in lexicon.at(form)
        if not lexicon[hit.id].retired
    }
    listed = list(names)

    def method(one: Mention) -> Said:
        found = process.extractOne(
            utils.default_process(one.text),
            listed,
            scorer=fuzz.token_sort_ratio,
            score_cutoff=LIKE_ENOUGH,
        )
        return Said((names[found[0]],) if found else ())

    return method


def linked(lexicon: Lexicon, known: Known | None, parts: Sequence[set[str]]) -> Method:
    """The linker, with what is known of entities outside the mention's fold, or with nothing."""
    without = [known.unlinked(part) if known else Known() for part in parts]

    def method(one: Mention) -> Said:
        place = next(i for i, part in enumerate(parts) if one.entity.id in part)
        return _said(suggest(one.text, [lexicon], without[place], one.entity.country))

    return method


def linked_whole(lexicon: Lexicon, known: Known, parts: Sequence[set[str]]) -> Method:
    """The linker over all names of an entity at once."""
    without = [known.unlinked(part) for part in parts]

    def method(one: Mention) -> Said:
        place = next(i for i, part in enumerate(parts) if one.entity.id in part)
        return _said(suggest_entity(one.entity, [lexicon], without[place]))

    return method


def _said(found: Suggestion) -> Said:
    ids = tuple(one.id for one in found.candidates)
    if found.outcome in ("exact", "close"):
        return Said(ids)
    return Said((), ids) if found.outcome == "broad" else Said()


def measured(kind: str, lexicon: Lexicon, known: Known) -> dict[str, Score]:
    """Return the score of every method for a kind."""
    prefix = KINDS[kind]
    own = not_copied(known, prefix, lexicon)
    found = mentions(own, prefix, lexicon)
    parts = folds(known, found)
    methods = {
        "exact label": exact_label(lexicon),
        f"rapidfuzz token_sort ≥ {LIKE_ENOUGH}": most_alike(lexicon),
        "linker without our names": linked(lexicon, None, parts),
        LINKER: linked(lexicon, own, parts),
    }
    scores = {name: score(found, method, lexicon) for name, method in methods.items()}
    for tongue, is_chinese in (("English", False), ("Chinese", True)):
        some = [one for one in found if bool(re.search(f"[{HAN}]", one.text)) == is_chinese]
        scores[f"linker, {tongue} names"] = score(some, methods[LINKER], lexicon)
    whole = mentions(own, prefix, lexicon, whole=True)
    scores["linker, whole entities"] = score(whole, linked_whole(lexicon, own, parts), lexicon)
    every = mentions(known, prefix, lexicon)
    scores["linker, copied names too"] = score(every, linked(lexicon, known, parts), lexicon)
    return scores


class Trap(NamedTuple):
    """A name that invites a wrong link.

    :ivar said: what the linker says, ``None`` if the vocabulary is not at hand.
    """

    surface: str
    context: str
    wrong: str
    right: str
    said: Suggestion | None

    @property
    def chosen(self) -> frozenset[str]:
        """The terms that the linker takes."""
        taken = self.said if self.said and self.said.outcome in TAKEN else None
        return frozenset(one.id for one in taken.candidates) if taken else frozenset()

    @property
    def is_hit(self) -> bool:
        """Whether the wrong term is taken; where none is the same, it may be a broader one."""
        fitting = self.said and self.said.outcome == "broad" and self.right == NONE_FOUND
        return self.wrong in self.chosen and not fitting


def traps(lexicons: Sequence[Lexicon], known: Known) -> list[Trap]:
    """Return the traps with what the linker says, as a user has it: all links known."""
    by_prefix = {one.prefix: one for one in reversed(lexicons)}
    found: list[Trap] = []
    if not os.path.exists(TRAPS):
        return found
    with open(TRAPS, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            wrong, entity = curie(row["object_id"]), known.entities[row["subject_id"]]
            prefix = wrong.partition(":")[0]
            same = [*entity.links.get("exactMatch", ()), *entity.links.get("closeMatch", ())]
            right = next((one for one in same if one.partition(":")[0] == prefix), NONE_FOUND)
            lexicon = by_prefix.get(prefix)
            said = suggest(row["name"], [lexicon], known, entity.country) if lexicon else None
            found.append(Trap(row["name"], entity.labels[0], wrong, right, said))
    return found


def report(
    scores: Mapping[str, Mapping[str, Score]], found: Sequence[Trap], lexicons: Sequence[Lexicon]
) -> str:
    """Return the results as Markdown."""
    told = "; ".join(f"{one.prefix} {one.version}, {len(one):,} terms" for one in lexicons)
    lines = [INTRODUCTION, f"Vocabularies at hand: {told}.\n"]
    absent = [kind for kind in KINDS if kind not in scores]
    if absent:
        lines.append(f"Not measured, for want of a file of the vocabulary: {', '.join(absent)}.\n")
    lines += ["## The bar\n", *_bar(scores, found)]
    lines += ["\n## By kind and method\n", HEADING]
    every = {**scores, "all of these": _total(scores.values())}
    lines += [_line(kind, name, one) for kind, some in every.items() for name, one in some.items()]
    lines += ["\n## Traps\n", "| name | context | not | but | said |", "|---|---|---|---|---|"]
    for one in found:
        said = "vocabulary not at hand" if one.said is None else one.said.outcome
        ids = ", ".join(sorted(one.chosen))
        lines.append(
            f"| {one.surface} | {one.context} | {one.wrong} | {one.right} | {said} {ids} |"
        )
    lines += ["\n## What the linker gets wrong, and what it misses\n"]
    for kind, methods in scores.items():
        wrong = [f"{one.text} → {said.same[0]}" for one, said in methods[LINKER].wrong]
        missed = [one.text for one in methods[LINKER].missed]
        lines.append(f"- {kind}: wrong: {'; '.join(wrong) or 'none'}. Missed: {'; '.join(missed)}.")
    return "\n".join(lines) + "\n"


def _bar(scores: Mapping[str, Mapping[str, Score]], found: Sequence[Trap]) -> list[str]:
    whole = _total(scores.values())
    one, bare = whole[LINKER], whole["linker without our names"]
    tried = [trap for trap in found if trap.said]
    hit = sum(trap.is_hit for trap in tried)
    right = sum(trap.right in trap.chosen and not trap.is_hit for trap in tried)
    rows = [
        Row("precision of exact links", f"{one.precision:.3f}", "≥ 0.98", one.precision >= 0.98),
        Row("recall with our names", f"{one.recall:.3f}", "≥ 0.85", one.recall >= 0.85),
        Row("recall without them", f"{bare.recall:.3f}"),
        Row(f"traps hit, of {len(tried)} tried", str(hit), "0", hit == 0),
        Row("traps in which the right term is taken", str(right)),
    ]
    for kind, methods in scores.items():
        some = methods[LINKER]
        met = some.precision >= 0.98 and some.recall >= 0.85
        shown = f"{some.precision:.3f} and {some.recall:.3f}"
        rows.append(Row(f"precision and recall, {kind}", shown, "the same, if met", met))
    return [table(rows)]


def _line(kind: str, name: str, one: Score) -> str:
    broad = f"{one.broad_right} of {one.broad_said}" if one.broad_said else ""
    return (
        f"| {kind} | {name} | {one.names} | {one.precision:.3f} ({one.right} of {one.said}) "
        f"| {one.recall:.3f} (of {one.wanted}) | {broad} |"
    )


def _total(some: Iterable[Mapping[str, Score]]) -> dict[str, Score]:
    made: dict[str, Score] = {}
    for methods in some:
        for name, one in methods.items():
            old = made.get(name)
            made[name] = Score._make(map(add, old, one)) if old else one
    return made


def main() -> None:
    """Measure, write the report, print the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--ror", metavar="FILE", help="a data dump of ROR, for institutions")
    options.add_argument("--doid", metavar="FILE", help="the Disease Ontology, for a trap")
    given = options.parse_args()
    graph = ictgraph.open_graph()
    known = known_to(graph.engine, graph.names)
    sources = ["mondo", "cl", "hgnc", "iso3166", "efo", *filter(None, (given.ror, given.doid))]
    lexicons = [Lexicon.open(one, print) for one in sources]
    by_prefix = {one.prefix: one for one in reversed(lexicons)}
    scores = {
        kind: measured(kind, by_prefix[prefix], known)
        for kind, prefix in KINDS.items()
        if prefix in by_prefix
    }
    text = report(scores, traps(lexicons, known), lexicons)
    with open(REPORT, "w", encoding="utf-8") as file:
        file.write(text)
    print(text.partition("## By kind")[0])


if __name__ == "__main__":
    main()
