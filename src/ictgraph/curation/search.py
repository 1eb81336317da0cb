"""Words in a source's text: where they stand, or what comes nearest.

Words are first looked for as offsets count them, so that line breaks, spaces and full-width forms
do not matter. Where that finds nothing, case, hyphens, quotation marks and other punctuation do
not matter either, so that a word which a line break cut behind a hyphen is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ictgraph.curation.passages import SourceText, normalise

__all__ = ["around", "nearest", "occurrences"]

_BETWEEN = re.compile(r"\s+(?:…+|\.\.\.)\s+")
_SIGN = re.compile(r"[\W_]")
_TAIL = re.compile(r"[\W_]*\Z")
_HEAD = re.compile(r"[\W_]*")


class _Letters(NamedTuple):
    """A text to search, and where each of its characters stands in the normalised one."""

    text: str
    places: Sequence[int]


def occurrences(text: SourceText, words: str) -> tuple[tuple[int, int], ...]:
    """Return the half-open spans at which a text has the words, in the order of the text.

    ``first … last`` stands for everything from the first words to the next place that has the
    last ones.

    >>> text = SourceText.read_from("免疫\\n细胞 (CAR- T) 治疗，免疫细胞。")
    >>> occurrences(text, "免疫细胞"), occurrences(text, "免疫 … ＣＡＲＴ")
    (((0, 4), (14, 18)), ((0, 10),))
    """
    whole = text.normalised
    first, last = normalise(words), ""
    parts = _BETWEEN.split(words.strip())
    if len(parts) == 2 and first not in whole:
        first, last = map(normalise, parts)
    found = _spans(_Letters(whole, range(len(whole))), first, last)
    if not found:
        plain = _plain(first), _plain(last)
        loose = _spans(_letters(whole), *plain) if plain[0] and bool(plain[1]) == bool(last) else ()
        found = tuple(_grown(whole, span, first, last or first) for span in loose)
    return found


def nearest(text: SourceText, words: str) -> tuple[int, int]:
    """Return the span that shares the longest run with words the text lacks; ``(0, 0)`` if none.

    Of ``first … last`` it is the part that is lacking.

    >>> text = SourceText.read_from("Some-cel用于黑色素瘤患者")
    >>> text.quote("{}-{}".format(*nearest(text, "some … 用于黑色瘤")))
    '用于黑色素'
    """
    from difflib import SequenceMatcher

    parts = _BETWEEN.split(words.strip())
    lacking = next((part for part in parts if not occurrences(text, part)), parts[-1])
    letters, wanted = _letters(text.normalised), _plain(normalise(lacking))
    run = SequenceMatcher(None, letters.text, wanted, autojunk=False).find_longest_match()
    if not run.size:
        return 0, 0
    start = max(run.a - run.b, 0)
    end = min(start + len(wanted), len(letters.text))
    return letters.places[start], letters.places[end - 1] + 1


def around(text: SourceText, start: int, end: int, width: int = 12) -> str:
    """Return the beginning of a span as printed with a few characters before it and of it."""
    before = text.quote(f"{max(start - width, 0)}-{start}") if start else ""
    rest = min(end, start + 2 * width)
    return f"{before}【{text.quote(f'{start}-{rest}')}{'…' if rest < end else '】'}"


def _spans(letters: _Letters, first: str, last: str) -> tuple[tuple[int, int], ...]:
    def each() -> Iterator[tuple[int, int]]:
        for match in re.finditer(f"(?={re.escape(first)})", letters.text) if first else ():
            end = match.start() + len(first)
            at = letters.text.find(last, end)
            if at >= 0:
                yield letters.places[match.start()], letters.places[at + len(last) - 1] + 1

    return tuple(dict.fromkeys(each()))


def _letters(text: str) -> _Letters:
    kept = [(c, i) for i, one in enumerate(text) if not _SIGN.match(one) for c in one.casefold()]
    return _Letters("".join(c for c, _ in kept), [i for _, i in kept])


def _plain(text: str) -> str:
    return _SIGN.sub("", text).casefold()


def _grown(text: str, span: tuple[int, int], first: str, last: str) -> tuple[int, int]:
    """Return a span with the signs around it that the words have too."""
    start, end = span
    head, tail = _HEAD.match(first), _TAIL.search(last)
    for sign in reversed(head[0] if head else ""):
        start -= text.startswith(sign, start - 1) and start > 0
    for sign in tail[0] if tail else "":
        end += text.startswith(sign, end)
    return start, end
