"""Where a passage stands: from ``s3.1/p2/s1`` to its section, and to words in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ictgraph.errors import InputError

__all__ = ["Place", "check_record", "of_place", "of_record"]

_HEADS = {
    "abstract": ("abstract", "Abstract", "摘要"),
    "opening": ("opening", "Opening", "引言"),
    "s": ("{}", "§{}", "{}节"),
    "t": ("T{}", "Table {}", "表{}"),
    "f": ("F{}", "Figure {}", "图{}"),
}
_PARTS = {
    "p": ("paragraph {}", "第{}段"),
    "s": ("sentence {}", "第{}句"),
    "r": ("row {}", "第{}行"),
    "caption": ("caption", "题注"),
    "header": ("header", "表头"),
    "heading": ("heading", "标题"),
    "note": ("note", "注"),
}
_PLACE = re.compile(
    r"(?:abstract|opening|s[1-9]\d*(?:\.[1-9]\d*)*|[tf][1-9]\d*)"
    r"/(?:(?:p[1-9]\d*/)?s[1-9]\d*|p[1-9]\d*|r[1-9]\d*|caption|header|heading|note)",
    re.ASCII,
)
_STEP = r"(?!\.\.?(?:/|$))[A-Za-z0-9._-]+"  # '..' would lead to another source
_RECORD = re.compile(f"{_STEP}(?:/{_STEP})*")


class Place(NamedTuple):
    """Where a passage stands.

    :ivar section: number of the section, table or figure as ``ict:section`` has it; "" of a record.
    :ivar locator: the same in words, by language.
    :ivar is_sentence: whether it is a sentence.
    """

    section: str
    locator: dict[str, str]
    is_sentence: bool = False


def of_place(place: str) -> Place:
    """Return the section and the locator of a place in a printed source.

    :raises InputError: if it is not such a place; the hint lists the forms.

    >>> of_place("s3.1/p2/s1").locator
    {'en': '§3.1, paragraph 2, sentence 1', 'zh': '3.1节第2段第1句'}
    >>> of_place("t5/caption")
    Place(section='T5', locator={'en': 'Table 5, caption', 'zh': '表5题注'}, is_sentence=False)
    """
    if not _PLACE.fullmatch(place):
        raise InputError(
            "{place!r} is no place in a source",
            hint=(
                "write s3.1/p2/s1, opening/p1/s1, abstract/s1, s3.1/heading, t5/r3,"
                " t5/caption, t5/header, t5/note or f1/caption"
            ),
            place=place[:80],
        )
    head, *parts = place.split("/")
    section, *locator = _worded(head, _HEADS)
    named = [_worded(part, _PARTS) for part in parts]
    english = ", ".join([locator[0], *(words[0] for words in named)])
    chinese = "".join([locator[1], *(words[1] for words in named)])
    return Place(section, {"en": english, "zh": chinese}, parts[-1][0] == "s")


def of_record(record: str, source: Mapping[str, str]) -> Place:
    """Return the locator of an entry of a registry or a page, by its number or name there.

    :param source: label of its source by language.
    :raises InputError: if the name cannot be part of an IRI.

    >>> of_record("125773", {"en": "FDA Purple Book", "zh": "FDA紫皮书"}).locator
    {'en': 'FDA Purple Book, 125773', 'zh': 'FDA紫皮书，125773'}
    """
    check_record(record)
    names = {"en": source.get("en", "record"), "zh": source.get("zh", "记录")}
    return Place("", {"en": f"{names['en']}, {record}", "zh": f"{names['zh']}，{record}"})


def check_record(record: str) -> None:
    """Refuse what cannot name a record.

    :raises InputError: if the name cannot be part of an IRI, or has steps like ``..``.
    """
    if not _RECORD.fullmatch(record):
        raise InputError(
            "{record!r} cannot name a record",
            hint="write its number or name there in letters, digits, full stops, _ , - and /",
            record=record[:80],
        )


def _worded(part: str, forms: Mapping[str, tuple[str, ...]]) -> list[str]:
    name = part if part in forms else part[0]
    return [form.format(part.removeprefix(name)) for form in forms[name]]
