"""Looks: the colours that values of an answer have in pictures, and their short names.

The ontology says how stages and therapy classes look; other values get colours of a fixed
palette in the order of their names, numbers get darker as they grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ictgraph import queries
from ictgraph.captions import text_rows
from ictgraph.pictures.drawing import DARK, LIGHT
from ictgraph.pictures.layout import colour, readable
from ictgraph.pictures.names import NOTHING, Names, read_names
from ictgraph.results import natural

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["UNSTATED", "Look", "Swatch", "looks", "ramp", "swatches"]

_PALETTE = (
    "#1c6dab",
    "#b4522a",
    "#0f7b5f",
    "#7a4d9e",
    "#8a6d00",
    "#a02e6e",
    "#54650a",
    "#0b6470",
    "#8a3b12",
    "#5d4a8a",
)
_OTHERS = "#6b6b6b"
_OTHER_NAMES = Names("others", "其他")
_RAMP = ("#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c")


@dataclass(frozen=True, slots=True)
class Look:
    """How pictures show an entity: its colour, its short names, its place in a legend."""

    colour: str
    names: Names = NOTHING
    order: int = 0


@dataclass(frozen=True, slots=True)
class Swatch:
    """An entry of a legend: a colour on white and on dark ground, and what it stands for.

    :ivar rank: its place in the legend, 0 first; the furthest stage has the first.
    """

    names: Names
    light: str
    dark: str
    rank: int = 0


UNSTATED = Swatch(Names("not stated", "未注明"), LIGHT, DARK, 1000)
"""What has no value in the column of colours: an empty frame."""


def looks(graph: Graph) -> dict[str, Look]:
    """Return the looks that the ontology gives to stages and therapy classes, by IRI.

    >>> from ictgraph.graph import open_graph
    >>> looks(open_graph())["https://w3id.org/ictgraph/id/stage-approved"].names.en
    'approved'
    """
    rows: dict[str, dict[str, str]] = {}
    for row in text_rows(graph, queries.load("legend").text):
        found = rows.setdefault(row["thing"], dict(row))
        found[f"short_{row.get('short@', '')}"] = row["short"]
    return {
        iri: Look(
            colour(row["colour"], _OTHERS),
            read_names(row, "short_"),
            int(row["order"]),
        )
        for iri, row in rows.items()
        if row["order"]
    }


def swatches(values: Mapping[str, Names], known: Mapping[str, Look]) -> dict[str, Swatch]:
    """Return a colour for each value: that of its look, else one of the palette.

    :param values: names by IRI or text. Where there are more than the palette has colours, the
        last share a grey and are called others.

    >>> swatches({"a": Names("A"), "b": Names("B")}, {"b": Look("#1b7f3b")})["b"].light
    '#1b7f3b'
    """
    rest = sorted(
        (one for one in values if one not in known),
        key=lambda one: (natural((values[one].en or values[one].zh).casefold()), one),
    )
    taken = {known[one].colour for one in values if one in known}
    free = [shade for shade in _PALETTE if shade not in taken]
    shades = dict(zip(rest, (*free, *[_OTHERS] * len(rest)), strict=False))
    order = sorted((one for one in values if one in known), key=lambda one: -known[one].order)
    found = {}
    for rank, one in enumerate([*order, *rest]):
        shade = known[one].colour if one in known else shades[one]
        shared = one not in known and shade == _OTHERS
        names, place = (_OTHER_NAMES, len(values)) if shared else (values[one], rank)
        found[one] = Swatch(names, readable(shade, LIGHT), readable(shade, DARK), place)
    return found


def ramp(values: Iterable[tuple[str, float]]) -> dict[str, Swatch]:
    """Return shades for numbers, the greater the darker; more than five are put in five steps.

    :param values: numbers by their text, at least one.

    >>> [swatch.names.en for swatch in ramp([("1", 1), ("9", 9)]).values()]
    ['9', '1']
    """
    numbers = dict(values)
    low, high = min(numbers.values()), max(numbers.values())
    few = sorted(set(numbers.values()))
    found = {}
    for text, number in sorted(numbers.items(), key=lambda one: -one[1]):
        if len(few) <= len(_RAMP):
            step, names = few.index(number), Names(text)
        else:
            step = min(int((number - low) / (high - low) * len(_RAMP)), len(_RAMP) - 1)
            ends = (low + (high - low) * (step + i) / len(_RAMP) for i in (0, 1))
            names = Names("–".join(f"{end:.4g}" for end in ends))
        shade = _RAMP[step]
        found[text] = Swatch(names, shade, shade, len(_RAMP) - step)
    return found
