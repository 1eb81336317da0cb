"""Geometry and type for pictures: text widths, wrapping, colours, order and spacing.

Pure functions over numbers and text, all lengths in pixels; no font files, no numpy, no
randomness: the same input gives the same picture on every machine. Widths are estimates on
the safe side (DejaVu Sans, the widest common fallback), so text fits in any font.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right, insort
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

__all__ = [
    "clean",
    "colour",
    "contrast",
    "crossings",
    "dashes",
    "ink",
    "mean",
    "readable",
    "settle",
    "spread",
    "text_width",
    "untangle",
    "web_link",
    "wrap",
]

_T = TypeVar("_T", bound=Hashable)

_EM = {
    **dict.fromkeys("ijlI|' .,:;!", 0.33),
    **dict.fromkeys("()[]ft/\\-r`", 0.42),
    **dict.fromkeys("Mm@%W·", 1.0),
    **dict.fromkeys("wOQGDHNU+=<>~→←", 0.82),
    **dict.fromkeys("ABCEFKLPRSTVXYZ&", 0.7),
    **dict.fromkeys("csvxyzkJ", 0.57),
}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CLOSERS = set(",.;:!?)]}%，。、；：！？）】》」』”’％…")
_DASHES = {"": "", "solid": "", "dashed": "7 4", "dotted": "2 4", "dashdot": "8 3 2 3"}


def clean(text: object) -> str:
    r"""Return any value as one line of text that every XML and HTML parser accepts.

    Control characters become spaces or U+FFFD; direction marks go, since each text is
    drawn isolated.

    >>> clean("a\nb\x00c")
    'a b\ufffdc'
    """
    line = re.sub(r"[\t\n\r\f\v ]+", " ", "" if text is None else str(text)).strip()
    return _UNPRINTABLE.sub("\ufffd", _BIDI.sub("", line))


def web_link(iri: str) -> str:
    """Return the IRI if it is a plain web address, else an empty text.

    >>> web_link("https://w3id.org/x"), web_link("javascript:alert(1)"), web_link("http://")
    ('https://w3id.org/x', '', '')
    """
    return iri if re.fullmatch(r"https?://[^\s<>\"{}|\\^`\x00-\x20\ud800-\udfff]+", iri) else ""


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text: a CJK character is one em, Latin about half.

    >>> text_width("疗法", 10.0)
    20.0
    """
    return size * sum(_em(char) for char in text)


def _em(char: str) -> float:
    if char in _EM:
        return _EM[char]
    if char < "\x7f":
        return 0.64
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf"):
        return 0.0
    if category == "So" or ord(char) >= 0x1F000:
        return 1.4
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.72


def wrap(text: str, size: float, limit: float, rows: int = 3) -> tuple[str, ...]:
    """Break a text into at most ``rows`` lines no wider than ``limit``; the last may end in "…".

    >>> wrap("Relapsed or refractory multiple myeloma", 10, 150)
    ('Relapsed or refractory', 'multiple myeloma')
    """
    lines: list[str] = []
    line = ""
    for part in _parts(text, size, limit):
        if line and text_width((line + part).rstrip(), size) > limit:
            lines.append(line.rstrip())
            line = ""
        line += part if line else part.lstrip()
    lines.append(line.rstrip())
    if len(lines) > rows:
        last = lines[rows - 1]
        while last and text_width(last + "…", size) > limit:
            last = last[:-1]
        lines[rows - 1 :] = [last.rstrip() + "…"]
    return tuple(lines)


def _parts(text: str, size: float, limit: float) -> list[str]:
    """Cut a text where a line may break; closing punctuation stays with what it closes."""
    parts: list[str] = []
    breaks, before = True, ""
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        if parts and (char == " " or char in _CLOSERS or not (wide or breaks)):
            parts[-1] += char
        else:
            parts.append(char)
        breaks = wide or char in " /" or (char == "-" and before.isalpha())
        before = char
    return [
        piece
        for part in parts
        for piece in ([part] if text_width(part.rstrip(), size) <= limit else part)
    ]


def colour(value: object, default: str) -> str:
    """Return ``#rrggbb`` if the value is one, else the default: data never reaches a style.

    >>> colour("#1A6AAB", "#000000"), colour("red;}", "#000000")
    ('#1a6aab', '#000000')
    """
    text = str(value).strip().lower()
    return text if re.fullmatch(r"#[0-9a-f]{6}", text) else default


def dashes(value: object) -> str:
    """Return an SVG dash pattern from a pattern or one of solid, dashed, dotted, dashdot.

    >>> dashes("6 4"), dashes("dotted"), dashes("url(x)")
    ('6 4', '2 4', '')
    """
    text = str(value or "").strip().lower().replace(",", " ")
    if text in _DASHES:
        return _DASHES[text]
    return text if re.fullmatch(r"\d{1,3}(\.\d)?( +\d{1,3}(\.\d)?)*", text) else ""


def _luminance(value: str) -> float:
    parts = (int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two ``#rrggbb`` colours.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((high + 0.05) / (low + 0.05), 2)


def ink(fill: str) -> str:
    """Return near-black or white, whichever reads better on the fill (at least 4.5 to 1).

    >>> ink("#1a6aab"), ink("#eef2f7")
    ('#ffffff', '#14202b')
    """
    best = max(("#ffffff", "#14202b"), key=lambda one: contrast(one, fill))
    return best if contrast(best, fill) >= 4.5 else "#000000"


def readable(value: str, ground: str, ratio: float = 3.0) -> str:
    """Return the colour, moved towards black or white until it stands out from the ground.

    >>> contrast(readable("#33475b", "#10161d"), "#10161d") >= 3.0
    True
    """
    goal = 0 if _luminance(ground) > 0.18 else 255
    parts = [int(value[i : i + 2], 16) for i in (1, 3, 5)]
    for step in range(21):
        mixed = "#" + "".join(f"{round(c + (goal - c) * step / 20):02x}" for c in parts)
        if contrast(mixed, ground) >= ratio:
            return mixed
    return mixed


def mean(values: Iterable[float], default: float) -> float:
    """Return the arithmetic mean, or the default of nothing."""
    known = list(values)
    return sum(known) / len(known) if known else default


def spread(count: int, room: float, step: float = 4.0) -> list[float]:
    """Return offsets around 0 for lines that share one side of a box.

    >>> spread(3, 22.0)
    [-4.0, 0.0, 4.0]
    """
    if count > 1:
        step = min(step, room / (count - 1))
    return [round((i - (count - 1) / 2) * step, 1) for i in range(count)]


def settle(
    wanted: Sequence[float], heights: Sequence[float], gap: float, top: float
) -> list[float]:
    """Return centres in the given order, without overlap, as near to ``wanted`` as can be.

    Least squares under the order (pool adjacent violators); nothing starts above ``top``.

    >>> settle([50, 50], [20, 20], 10, 0)
    [35.0, 65.0]
    """
    offsets: list[float] = []
    for i, height in enumerate(heights):
        before = offsets[-1] + heights[i - 1] / 2 + gap if i else 0.0
        offsets.append(before + height / 2)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        total, count = want - offset, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            total, count = total + pools[-1][0], count + pools[-1][1]
            pools.pop()
        pools.append((total, count))
    starts = [max(total / count, top) for total, count in pools for _ in range(count)]
    return [round(start + offset, 1) for start, offset in zip(starts, offsets, strict=True)]


def crossings(pairs: Iterable[tuple[int, int]]) -> int:
    """Count the crossings of straight lines between two ranked columns.

    >>> crossings([(0, 1), (1, 0)])
    1
    """
    seen: list[int] = []
    count = 0
    for _, right in sorted(pairs):
        count += len(seen) - bisect_right(seen, right)
        insort(seen, right)
    return count


def untangle(
    groups: Sequence[Sequence[_T]], left: Sequence[tuple[_T, _T]], right: Sequence[tuple[_T, _T]]
) -> tuple[list[list[_T]], list[_T], list[_T]]:
    """Order three columns so that few lines cross: barycentre sweeps, then swaps of neighbours.

    :param groups: the middle column; groups keep their order, members move inside.
    :param left: pairs (left item, middle item).
    :param right: pairs (middle item, right item).
    :return: the middle groups, the left column, the right column.

    >>> untangle([["a", "b"]], [("x", "b"), ("y", "a")], [("a", "p"), ("b", "q")])
    ([['a', 'b']], ['y', 'x'], ['p', 'q'])
    """
    current = [list(group) for group in groups]
    best, count = [list(group) for group in groups], _sides(current, left, right)[2]
    for _ in range(8):
        _sweep(current, left, right)
        found = _sides(current, left, right)[2]
        if found < count:
            best, count = [list(group) for group in current], found
    while (found := _swap(best, left, right, count)) < count:
        count = found
    lefts, rights, _ = _sides(best, left, right)
    return best, lefts, rights


def _sweep(
    groups: Sequence[list[_T]], left: Sequence[tuple[_T, _T]], right: Sequence[tuple[_T, _T]]
) -> None:
    """Sort each group by the mean rank of what its members are linked with."""
    lefts, rights, _ = _sides(groups, left, right)
    middle = _order(groups)
    rank_left, rank_right = _ranks(lefts, len(middle)), _ranks(rights, len(middle))
    pulls: dict[_T, list[float]] = {item: [] for item in middle}
    for a, b in left:
        pulls[b].append(rank_left[a])
    for a, b in right:
        pulls[a].append(rank_right[b])
    for group in groups:
        group.sort(key=lambda item: (mean(pulls[item], middle[item]), middle[item]))


def _swap(
    groups: Sequence[list[_T]],
    left: Sequence[tuple[_T, _T]],
    right: Sequence[tuple[_T, _T]],
    count: int,
) -> int:
    """Swap neighbours inside groups where that removes crossings; return how many remain."""
    for group in groups:
        for i in range(1, len(group)):
            group[i - 1], group[i] = group[i], group[i - 1]
            found = _sides(groups, left, right)[2]
            if found < count:
                count = found
            else:
                group[i - 1], group[i] = group[i], group[i - 1]
    return count


def _order(groups: Sequence[Sequence[_T]]) -> dict[_T, int]:
    return {item: i for i, item in enumerate(one for group in groups for one in group)}


def _sides(
    groups: Sequence[Sequence[_T]], left: Sequence[tuple[_T, _T]], right: Sequence[tuple[_T, _T]]
) -> tuple[list[_T], list[_T], int]:
    """Return the outer columns that suit the middle one best, and the crossings that remain."""
    middle = _order(groups)
    lefts = _by_mean([(a, middle[b]) for a, b in left])
    rights = _by_mean([(b, middle[a]) for a, b in right])
    at_left, at_right = _order([lefts]), _order([rights])
    count = crossings((at_left[a], middle[b]) for a, b in left)
    return lefts, rights, count + crossings((middle[a], at_right[b]) for a, b in right)


def _by_mean(pairs: Sequence[tuple[_T, int]]) -> list[_T]:
    """Order items by the mean of their numbers; ties keep first appearance."""
    found: dict[_T, list[int]] = {}
    for item, number in pairs:
        found.setdefault(item, []).append(number)
    return sorted(found, key=lambda item: mean(found[item], 0.0))


def _ranks(items: Sequence[_T], room: int) -> dict[_T, float]:
    return {item: (i + 0.5) * room / len(items) for i, item in enumerate(items)}
