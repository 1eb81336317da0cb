"""Readers of registers: tables with a header, HGNC's among them, ROR's JSON, ISO 3166."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from ictgraph.links.readers import Name, Term, Terminology, broken, curie, named
from ictgraph.messages import Message
from ictgraph.sheets import Row, read_rows

__all__ = ["countries", "records", "ror", "table"]

_COLUMNS = {
    "id": ("id", "curie", "identifier", "hgnc id", "hgnc_id", "code", "object_id"),
    "label": ("label", "approved symbol", "symbol", "name", "object_label"),
    "exact": ("synonyms", "exact_synonyms", "synonym", "approved name", "name", "altlabel"),
    "other": (
        "alias symbols",
        "alias_symbol",
        "previous symbols",
        "prev_symbol",
        "alias_name",
        "prev_name",
        "aliases",
    ),
    "status": ("status",),
    "replaced": ("replaced_by", "approved name", "name"),
    "parents": ("parents", "parent"),
    "country": ("country", "country_code"),
}
_RETIRED = ("withdrawn", "obsolete", "deprecated", "retired", "inactive")
_NO_NAME = ("symbol withdrawn", "entry withdrawn")
_CURIE = re.compile(r"\b[A-Za-z][\w.]*:[\w.-]+")
_SEEN_FIRST = 1 << 16
_NATION = re.compile(r"\s*\([A-Z][\w .,'-]+\)$")
_LEGAL = re.compile(
    r"(?:,? (?:Inc|Incorporated|Co|Ltd|LLC|Corp|GmbH|AG|SA|PLC|Limited|Corporation)\b\.?,?)+$", re.I
)


def table(data: bytes, path: str) -> Terminology:
    """Read a table with a header below lines of ``#key: value``.

    Several names in a cell are separated by ``|``; symbols of genes also by commas.
    """
    rows, encoding = read_rows(data, path, above="#")
    version, first = "", Row(1, ())
    for first in rows:
        if first.cells[0].startswith("#version:"):
            version = first.cells[0].partition(":")[2].strip()
        if not first.cells[0].startswith("#"):
            break
    header = [cell.lower() for cell in first.cells]
    where = {
        role: [header.index(name) for name in names if name in header]
        for role, names in _COLUMNS.items()
    }
    where["label"] = where["label"][:1]
    if not where["id"] or not where["label"]:
        raise broken(
            path, first.line, Message("the header names no column 'id' or no column 'label'")
        )
    terms = _terms(rows, len(header), where, path, workbook=not encoding)
    return Terminology(version, tuple(terms), encoding)


def _terms(
    rows: Iterable[Row], width: int, where: Mapping[str, list[int]], path: str, workbook: bool
) -> Iterator[Term]:
    """Read rows; a workbook leaves out cells at the end, and may break the lines of others."""
    for line, cells in rows:
        if any(cells[width:]) or (len(cells) < width and not workbook):
            raise broken(
                path, line, Message("{cells} cells, {width} columns", cells=len(cells), width=width)
            )
        if not workbook and any("\n" in cell for cell in cells):
            raise broken(path, line, Message("a cell over several lines: is a quote left open?"))
        term = _from_row(cells + ("",) * (width - len(cells)), where)
        if not term.id:
            raise broken(path, line, Message("no identifier"))
        yield term


def _from_row(row: tuple[str, ...], where: Mapping[str, list[int]]) -> Term:
    def cells(role: str) -> Iterable[str]:
        for place in where[role]:
            comma = role == "other" and "|" not in row[place]
            yield from (row[place].split(", ") if comma else row[place].split("|"))

    names = [Name(row[place], "label") for place in where["label"]]
    names += [
        Name(text, how)
        for how in ("exact", "other")
        for text in cells(how)
        if not text.startswith(_NO_NAME) and text != names[0].text
    ]
    status = " ".join(cells("status")).lower()
    retired = any(word in status for word in _RETIRED)
    return Term(
        id=curie(row[where["id"][0]]),
        names=named(names),
        retired=retired,
        successors=tuple(
            curie(one) for one in _CURIE.findall(" ".join(cells("replaced"))) if retired
        )[:1],
        parents=tuple(curie(one.strip()) for one in cells("parents") if one.strip()),
        country=" ".join(next(iter(cells("country")), "").split()),
    )


def records(file: IO[str]) -> Iterator[Any]:
    """Yield the members of a JSON array one by one, whatever its length.

    :raises ValueError: if the text is no JSON array.
    """
    decoder = json.JSONDecoder()
    held, at, more = file.read(_SEEN_FIRST).lstrip().removeprefix("["), 0, True
    while True:
        while at < len(held) and held[at] in " \t\r\n,":
            at += 1
        if held[at : at + 1] == "]":
            return
        try:
            if at == len(held):
                raise ValueError(Message("the array does not end"))
            value, at = decoder.raw_decode(held, at)
            if at == len(held) and more:
                raise ValueError(Message("a number may go on"))
        except ValueError:
            block = file.read(max(_SEEN_FIRST, len(held) - at)) if more else ""
            if not block:
                raise
            held, at = held[at:] + block, 0
            continue
        yield value


def ror(found: Iterable[Any]) -> Iterator[Term]:
    """Read ROR records of schema 2 or 1.

    :raises ValueError: if a record is none.
    """
    for number, record in enumerate(found, 1):
        if not isinstance(record, dict) or "ror.org/" not in str(record.get("id")):
            raise ValueError(Message("record {number} is no ROR record", number=number))
        yield _from_ror(record)


def _from_ror(record: Mapping[str, Any]) -> Term:
    names = []
    for one in record.get("names", ()):
        kinds = one["types"]
        how = "label" if "ror_display" in kinds else "acronym" if "acronym" in kinds else "exact"
        names.append(Name(one["value"], how, one.get("lang") or ""))
    if "name" in record:
        names.append(Name(record["name"], "label"))
        names += [Name(text, "exact") for text in record.get("aliases", ())]
        names += [Name(text, "acronym") for text in record.get("acronyms", ())]
        names += [Name(one["label"], "exact", one["iso639"]) for one in record.get("labels", ())]
    for name in names[:]:
        bare = _NATION.sub("", name.text)
        texts = dict.fromkeys((bare, _LEGAL.sub("", bare)))
        names += [name._replace(text=text, how="exact") for text in texts if text != name.text]
    places = [one.get("geonames_details", {}) for one in record.get("locations", ())]
    country = (places or [record.get("country", {})])[0].get("country_code") or ""
    country = " ".join(country.split())
    relations = [(one["type"].lower(), one["id"]) for one in record.get("relationships", ())]
    return Term(
        curie(record["id"]),
        named(names),
        record.get("status", "active") != "active",
        tuple(curie(id) for kind, id in relations if kind == "successor"),
        tuple(curie(id) for kind, id in relations if kind == "parent"),
        country,
    )


def countries(path: str) -> Iterator[Term]:
    """Read ISO 3166-1 as the package pycountry has it, with the Chinese names beside it."""
    from gettext import GNUTranslations

    with open(path, encoding="utf-8") as file:
        listed = json.load(file)
    package = os.path.dirname(os.path.dirname(path))
    beside = os.path.join(package, "locales", "zh_CN", "LC_MESSAGES", "iso3166-1.mo")
    with open(beside, "rb") as packed:
        chinese = GNUTranslations(packed)
    for one in listed["3166-1"]:
        shown = [one[key] for key in ("common_name", "name", "official_name") if key in one]
        names = [Name(text, "exact" if i else "label", "en") for i, text in enumerate(shown)]
        names += [Name(chinese.gettext(text), "exact", "zh") for text in shown]
        yield Term(f"iso3166:{one['alpha_2']}", named(names))
