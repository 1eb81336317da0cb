"""From a name to a term of a vocabulary, or to "none": typed, cautious, never by likeness alone.

A label counts before an exact synonym, that before an alias of ours, that before another name of
the vocabulary; a name without its modifiers ("relapsed", "CD19-positive", "CAR") gives a broader
term. Several terms on the best level are an ambiguity, not a choice. Likeness only ever suggests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ictgraph.links.lexicon import Hit, Lexicon, plain

__all__ = ["Candidate", "Suggestion", "fuzzy", "suggest"]

_LEVELS = ("label", "exact", "alias", "other")
_STATES = (
    "relapsed or refractory|relapsed and refractory|relapsed refractory|relapsed|refractory|"
    "recurrent|advanced|metastatic|unresectable|primary|secondary|early stage|late stage|"
    "newly diagnosed|severe|active|adult|paediatric|pediatric|childhood|[a-z0-9]+ positive|"
    "[a-z0-9]+ negative|[a-z]+[0-9]+\\+"
)
_MADE = (
    "chimeric antigen receptor|car|tcr|engineered|gene engineered|gene edited|modified|universal|"
    "allogeneic|autologous|donor derived|off the shelf|human|ips derived|stem cell derived"
)
_MODIFIER = re.compile(rf"^(?:{_STATES}|{_MADE}) |(?: in (?:adults|children)| aged? .*)$")
_CHINESE = re.compile(
    "^(?:复发或难治性?|复发/难治性?|复发难治性?|复发性?|难治性?|晚期|转移性?|原发性?|成人|儿童|"
    "[A-Za-z0-9]+(?:阳性|阴性)的?|嵌合抗原受体|CAR-?|TCR-?|通用型?|异体|自体|的)"
)
_COMPANY = re.compile(
    r"\b(?:inc|ltd|limited|llc|corp|corporation|co|company|plc|gmbh|ag|sa|group|holdings?)\b\.?",
    re.I,
)
_COUNTRY = re.compile(r"\s*\([A-Z][A-Za-z .]+\)$")


class Candidate(NamedTuple):
    """A term that may be meant.

    :ivar name: the name of the term that was met.
    :ivar how: ``label``, ``exact``, ``alias``, ``other``, ``stripped`` or ``fuzzy``.
    :ivar score: 1 for a name, less for likeness.
    """

    id: str
    label: str
    name: str
    how: str
    score: float = 1.0


class Suggestion(NamedTuple):
    """What a name may be linked to.

    :ivar outcome: ``exact``, ``broad`` (the term is broader), ``ambiguous`` (several terms bear the
        name), ``similar`` (only alike: never to be taken unseen) or ``none``.
    :ivar candidates: best first; exactly one if exact or broad.
    """

    text: str
    outcome: str
    candidates: tuple[Candidate, ...] = ()


def suggest(
    text: str,
    lexicons: Sequence[Lexicon],
    aliases: Mapping[str, Iterable[str]] | None = None,
    country: str = "",
) -> Suggestion:
    """Return what a name may be linked to.

    :param aliases: CURIEs by name in its plain form; those of no lexicon are passed over.
    :param country: ISO 3166-1 alpha-2 code, to tell institutions of one name apart.

    >>> from ictgraph.links.terminologies import Name, Term
    >>> some = Lexicon("x", "", [Term("MONDO:0005105", (Name("melanoma", "label"),))])
    >>> suggest("Melanoma", [some]).outcome, suggest("advanced melanoma", [some]).outcome
    ('exact', 'broad')
    >>> suggest("CAR-T cell", [some])
    Suggestion(text='CAR-T cell', outcome='none', candidates=())
    """
    known = aliases or {}
    for form in dict.fromkeys((text, _COMPANY.sub(" ", text).strip(" ,."))):
        found = _best(form, lexicons, known, country)
        if found:
            return Suggestion(text, "exact" if len(found) == 1 else "ambiguous", found)
    for shorter in _stripped(text):
        found = _best(shorter, lexicons, known, country)
        if len(found) == 1:
            return Suggestion(text, "broad", (found[0]._replace(how="stripped"),))
        if found:
            return Suggestion(text, "ambiguous", tuple(c._replace(how="stripped") for c in found))
    return Suggestion(text, "none")


def fuzzy(text: str, lexicons: Sequence[Lexicon], limit: int = 5, least: float = 80) -> Suggestion:
    """Return terms with names like a text; to be looked at, never to be taken.

    :param least: the least likeness, of 100.
    :raises InputError: if rapidfuzz is not installed.
    """
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        from ictgraph.errors import InputError

        raise InputError(
            "rapidfuzz is not installed", hint="pip install 'ictgraph[fuzzy]'"
        ) from None
    found: dict[str, Candidate] = {}
    for lexicon in lexicons:
        near = process.extract(
            plain(text), lexicon.names.keys(), scorer=fuzz.token_sort_ratio, limit=limit * 2,
            score_cutoff=least,
        )  # fmt: skip
        for name, score, _ in near:
            for one in _live(lexicon.find(name), lexicon):
                found.setdefault(one.id, one._replace(how="fuzzy", score=round(score / 100, 3)))
    ordered = sorted(found.values(), key=lambda one: (-one.score, one.id))[:limit]
    return Suggestion(text, "similar" if ordered else "none", tuple(ordered))


def _best(
    text: str, lexicons: Sequence[Lexicon], aliases: Mapping[str, Iterable[str]], country: str
) -> tuple[Candidate, ...]:
    """Return the terms on the best level on which the name is borne."""
    levels: dict[str, dict[str, Candidate]] = {level: {} for level in _LEVELS}
    for lexicon in lexicons:
        for one in _live(_fair(lexicon.find(text), text), lexicon):
            if not country or not lexicon[one.id].country or lexicon[one.id].country == country:
                levels[one.how].setdefault(one.id, one)
        for id in aliases.get(plain(text), ()):
            if id in lexicon:
                label = lexicon[id].label
                levels["alias"].setdefault(id, Candidate(id, label, text, "alias"))
    found = next((level for level in levels.values() if level), {})
    exact = {id: one for id, one in found.items() if one.name == text}
    return tuple((exact or found).values())


def _fair(hits: Iterable[Hit], text: str) -> Iterable[Hit]:
    """Leave out hits of an abbreviation that is written otherwise: IIM is no IIm."""
    short = len(text) <= 6 and sum(map(str.isupper, text)) >= 2
    for hit in hits:
        if len(text) < 3 and text.isascii() and hit.how != "label":
            continue  # two letters stand for too many things
        bare = _COUNTRY.sub("", hit.name)
        if not short or re.sub(r"[\s-]", "", bare) == re.sub(r"[\s-]", "", text):
            yield hit


def _live(hits: Iterable[Hit], lexicon: Lexicon) -> Iterable[Candidate]:
    """Return hits as candidates, retired terms replaced by their successors."""
    for hit in hits:
        entry = lexicon[hit.id]
        ids = entry.successors if entry.retired else (hit.id,)
        for id in ids:
            if id in lexicon and not lexicon[id].retired:
                yield Candidate(id, lexicon[id].label, hit.name, hit.how)


def _stripped(text: str) -> Iterable[str]:
    """Yield the text without one modifier after another."""
    chinese = bool(re.search("[\u4e00-\u9fff]", text))
    form, pattern = (text, _CHINESE) if chinese else (plain(text), _MODIFIER)
    for _ in range(6):
        shorter = pattern.sub("", form, count=1).strip()
        if shorter == form or len(shorter) < 2:
            return
        form = shorter
        yield form
