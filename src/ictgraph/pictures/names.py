"""Texts in English and Chinese: what to show of them, and how to put several together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from ictgraph.pictures.layout import clean

__all__ = ["NOTHING", "Lang", "Names", "joined", "plural", "read_names"]

Lang = Literal["zh", "en", "both"]


@dataclass(frozen=True, slots=True)
class Names:
    """A text in English and Chinese; either may be empty.

    >>> names = Names("Melanoma", "黑色素瘤")
    >>> names.text("en"), names.text("both"), Names("CAR-T", "").text("zh")
    ('Melanoma', '黑色素瘤 Melanoma', 'CAR-T')
    """

    en: str = ""
    zh: str = ""

    def pick(self, lang: Lang) -> tuple[tuple[str, str], ...]:
        """Return ``(language, text)`` pairs to show; falls back to the other language."""
        if lang == "both":
            found = [("zh", self.zh), ("en", self.en)]
            if self.zh == self.en:
                found.pop(0)
        else:
            found = [("zh", self.zh), ("en", self.en)]
            wanted = [one for one in found if one[0] == lang and one[1]]
            found = wanted or found
        return tuple(one for one in found if one[1])

    def __bool__(self) -> bool:
        """Whether there is any text."""
        return bool(self.en or self.zh)

    def text(self, lang: Lang) -> str:
        """Return what to show as one text, Chinese first."""
        return " ".join(text for _, text in self.pick(lang))


NOTHING = Names()
"""No text."""


def read_names(data: Any, stem: str = "") -> Names:
    """Return the texts ``en`` and ``zh`` of a mapping, clean.

    >>> read_names({"label_en": "a\\nb"}, "label_")
    Names(en='a b', zh='')
    """
    return Names(clean(data.get(f"{stem}en")), clean(data.get(f"{stem}zh")))


def joined(names: Iterable[Names], en: str = " · ", zh: str = " · ") -> Names:
    """Return several names as one; each language takes the other where one is missing.

    >>> joined([Names("Kymriah"), Names("approved", "获批")]).zh
    'Kymriah · 获批'
    """
    known = list(names)
    english = [text for one in known if (text := one.en or one.zh)]
    chinese = [text for one in known if (text := one.zh or one.en)]
    return Names(en.join(english), (en if chinese == english else zh).join(chinese))


def plural(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> plural(1, "row"), plural(2, "row")
    ('1 row', '2 rows')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
