"""Passages and the text they are taken from: spans, digests, and the printed words.

A passage is located by offsets in its source's text after NFKC normalisation and removal of all
white space, so that line breaks, full-width forms and spacing of one copy of the text or another
do not matter. Its digest proves that a copy says there what it said when the claims were made.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ictgraph.errors import InputError, LimitError
from ictgraph.messages import Message

__all__ = ["SourceText", "digest", "normalise", "spans"]

_LONGEST = 10_000_000
_CJK = (
    "[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff0f\uff1a-\uff20\uff5b-\uff65"
    "\U00020000-\U0003fffd“”‘’…]"
)
_LINE_BREAK = re.compile(rf"(?<={_CJK})[^\S\n]*\n\s*(?={_CJK})")
_OFFSETS = re.compile(r"\d{1,9}-\d{1,9}(?:[, ]+\d{1,9}-\d{1,9})*", re.ASCII)


def normalise(text: str) -> str:
    """Return the text in the form that offsets count: NFKC, without white space.

    >>> normalise("ＣＡＲ-Ｔ 细胞\\n治疗")
    'CAR-T细胞治疗'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def spans(offsets: str) -> tuple[tuple[int, int], ...]:
    """Return the half-open spans that the value of ``ict:offsets`` stands for.

    :raises InputError: if it is not ``start-end``, or several of them with commas between.

    >>> spans("10-24, 30-31")
    ((10, 24), (30, 31))
    """
    found = []
    if _OFFSETS.fullmatch(offsets.strip()):
        for one in re.split("[, ]+", offsets.strip()):
            start, _, end = one.partition("-")
            found.append((int(start), int(end)))
    if not found or any(start >= end for start, end in found):
        raise InputError(
            "{offsets!r} are no offsets", hint="write them like 120-168", offsets=offsets[:80]
        )
    return tuple(found)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal.

    >>> digest("CAR-T")[:8]
    '0d6f95ea'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class SourceText:
    """A copy of a source's text, ready to look passages up in.

    :ivar normalised: the text as offsets count it.
    :ivar printed: the text as the file has it.
    :ivar places: for each character of ``normalised``, where it stands in ``printed``; empty if
        the two cannot be aligned, because characters compose across others.

    >>> text = SourceText.read_from("免疫\\n细胞 ＣＡＲ-Ｔ")
    >>> text.normalised, text.quote("2-7"), text.quote("2-4,4-6")
    ('免疫细胞CAR-T', '细胞 ＣＡＲ', '细胞 … ＣＡ')
    >>> text.holds("0-4", digest("免疫细胞"))
    True
    """

    normalised: str
    printed: str
    places: tuple[int, ...]

    @classmethod
    def read_from(cls, text: str) -> SourceText:
        """Return a source text from the text of a file."""
        pieces: list[str] = []
        places: list[int] = []
        start = 0
        for end in range(1, len(text) + 1):
            if end < len(text) and unicodedata.combining(text[end]):
                continue
            piece = normalise(text[start:end])
            pieces.append(piece)
            places += [start] * len(piece)
            start = end
        whole = normalise(text)
        return cls(whole, text, tuple(places) if "".join(pieces) == whole else ())

    @classmethod
    def open(cls, path: str) -> SourceText:
        """Read a source text from a UTF-8 file.

        :raises InputError: if the file cannot be read.
        :raises LimitError: if it is too long to be the text of a source.
        """
        try:
            with open(path, encoding="utf-8-sig") as file:
                text = file.read(_LONGEST + 1)
        except (OSError, ValueError) as error:
            raise InputError.unreadable(
                repr(path), error, Message("give the source's text as UTF-8")
            ) from None
        if len(text) > _LONGEST:
            raise LimitError(
                "{path!r} has more than {most:,} characters",
                hint="give the text of one source",
                path=path,
                most=_LONGEST,
            )
        return cls.read_from(text)

    def characters(self, offsets: str) -> str:
        """Return the characters of the spans, in order, as their digest counts them."""
        return "".join(self.normalised[start:end] for start, end in spans(offsets))

    def holds(self, offsets: str, expected: str) -> bool:
        """Tell whether the text says at these offsets what the digest was made of."""
        within = all(end <= len(self.normalised) for _, end in spans(offsets))
        return within and digest(self.characters(offsets)) == expected.lower()

    def quote(self, offsets: str, marked: Iterable[str] = ()) -> str:
        """Return the words at these offsets as printed, on one line, ``…`` between spans.

        A line break becomes a space, but between Chinese characters nothing.

        :param marked: words to put between 【 and 】 wherever they stand, however spaced.

        >>> SourceText.read_from("用于黑色\\n素瘤").quote("0-6", marked=["黑色素瘤"])
        '用于【黑色素瘤】'
        """
        words = sorted(filter(None, map(normalise, marked)), key=len, reverse=True)
        return " … ".join(self._quoted(start, end, words) for start, end in spans(offsets))

    def _quoted(self, start: int, end: int, words: Sequence[str]) -> str:
        found = self.normalised[start:end]
        marks = [
            cut
            for first, last in _found(found, words)
            if self._parts(start + first) and self._parts(start + last)
            for cut in ((first, "【"), (last, "】"))
        ]
        cuts = [(0, ""), *marks, (len(found), "")]
        parts = []
        for (here, _), (there, sign) in pairwise(cuts):
            printed = self._printed(start + here, start + there)
            body = printed if sign == "【" else printed.rstrip()
            parts.append(body + sign + printed[len(body) :])
        whole = "\n".join("".join(parts).splitlines())
        return " ".join(_LINE_BREAK.sub("", whole).split())

    def _parts(self, at: int) -> bool:
        """Tell whether two printed characters meet here; one may give several normalised ones."""
        inside = 0 < at < len(self.places)
        return not inside or self.places[at] != self.places[at - 1]

    def _printed(self, start: int, end: int) -> str:
        """Return the characters of a span as printed, with the white space behind them."""
        if not self.places or start >= end:
            return self.normalised[start:end]
        last = self.places[min(end, len(self.places)) - 1]
        after = (place for place in self.places[end:] if place > last)
        return self.printed[self.places[start] : next(after, len(self.printed))]


def _found(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where words stand, none inside another."""
    if not words:
        return []
    pattern = "|".join(map(_alone, words))
    return [one.span() for one in re.finditer(pattern, text, re.IGNORECASE)]


def _alone(word: str) -> str:
    """Return the pattern of a word that is no part of a longer number or Latin name.

    >>> bool(re.search(_alone("1"), "CD19")), bool(re.search(_alone("1"), "第1款"))
    (False, True)
    """
    edge = "[A-Za-z0-9.]"
    before = f"(?<!{edge})" if re.match(edge, word) else ""
    after = f"(?!{edge})" if re.match(edge, word[-1]) else ""
    return before + re.escape(word) + after
