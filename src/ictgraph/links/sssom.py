"""SSSOM: files of mappings between our entities and the terms of other vocabularies.

A file is a table of tab-separated values behind a header of ``#`` lines in YAML, see
https://mapping-commons.github.io/sssom/. What every row shares stands in the header once. A term
that was looked for and does not exist is a mapping to ``sssom:NoTermFound``, whose
``object_source`` says where it was looked for.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from ictgraph.errors import InputError, UnknownName
from ictgraph.messages import Message, reason, series
from ictgraph.paths import data_files
from ictgraph.results import natural
from ictgraph.vocab import GRAPH, OWL, RDF_TYPE, RDFS, RDFS_COMMENT, XSD, expand

__all__ = [
    "NONE_FOUND",
    "MappingSet",
    "SemanticMapping",
    "own",
    "parse",
    "quads",
    "read",
    "statements",
    "text",
]

NONE_FOUND = "sssom:NoTermFound"
"""The object of a mapping that says: looked for, and there is none."""

_COLUMNS = (
    "subject_id subject_label subject_category predicate_id predicate_label predicate_modifier"
    " object_id object_label object_category mapping_justification author_id author_label"
    " reviewer_id reviewer_label creator_id creator_label license subject_type subject_source"
    " subject_source_version object_type object_source object_source_version predicate_type"
    " mapping_provider mapping_source mapping_cardinality mapping_tool mapping_tool_id"
    " mapping_tool_version mapping_date publication_date review_date confidence"
    " subject_match_field object_match_field match_string similarity_score similarity_measure"
    " see_also issue_tracker_item other comment"
).split()
_SHARED = (
    "subject_source object_source object_source_version mapping_provider mapping_tool"
    " mapping_tool_version mapping_date"
).split()
_HEADER = (
    "sssom_version curie_map mapping_set_id mapping_set_version mapping_set_title"
    " mapping_set_description creator_id creator_label license"
).split()
_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_SSSOM = "https://w3id.org/sssom/"
_MAPPING = "https://w3id.org/ictgraph/mapping/"
_ANNOTATED = (OWL + "annotatedSource", OWL + "annotatedProperty", OWL + "annotatedTarget")
_LINE = re.compile(r"^(\s*)(?:-\s+(.*)|([\w.:-]+|\"[^\"]*\"):(?:\s+(.*))?)$")


@dataclass(frozen=True, slots=True)
class SemanticMapping:
    """One row; the names are SSSOM's.

    :ivar confidence: from 0 to 1, ``None`` if not given.
    :ivar see_also: IRIs of where identifier and label were seen together.
    :ivar more: the other slots of the row, as text.
    """

    subject_id: str
    subject_label: str
    predicate_id: str
    object_id: str
    object_label: str
    mapping_justification: str
    author_id: str = ""
    object_source: str = ""
    object_source_version: str = ""
    mapping_date: str = ""
    confidence: float | None = None
    see_also: tuple[str, ...] = ()
    comment: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def finds_nothing(self) -> bool:
        """Whether the row says that there is no such term."""
        return self.object_id == NONE_FOUND

    @property
    def is_refused(self) -> bool:
        """Whether the row says that this is no match."""
        return self.more.get("predicate_modifier") == "Not"


_OWN = tuple(one.name for one in fields(SemanticMapping) if one.name != "more")


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A file of mappings.

    :ivar metadata: slots of the header as text, but ``curie_map`` by prefix; slots that the rows
        share are in the rows.
    """

    metadata: Mapping[str, Any]
    mappings: tuple[SemanticMapping, ...]

    @property
    def curie_map(self) -> Mapping[str, str]:
        """Namespaces by prefix."""
        found: Mapping[str, str] = self.metadata.get("curie_map", {})
        return found


def own() -> dict[str, MappingSet]:
    """Return the package's own mapping sets by file name without endings.

    >>> all(name.count("-") for name in own())
    True
    """
    ending = ".sssom.tsv"
    found = data_files("ontology", ending=ending)
    return {re.split(r"[/\\]", path)[-1].removesuffix(ending): read(path) for path in found}


def read(path: str) -> MappingSet:
    """Read a file.

    :raises InputError: if it cannot be read or is no SSSOM; file and line are named.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            return parse(file.read(), path)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError.unreadable(path, error, Message("give an SSSOM file")) from None


def parse(content: str, path: str = "mappings.sssom.tsv") -> MappingSet:
    """Read the text of a file; ``path`` stands in messages.

    >>> head = "subject_id\\tpredicate_id\\tobject_id\\tmapping_justification"
    >>> row = "id:a\\tskos:exactMatch\\tMONDO:1\\tsemapv:ManualMappingCuration"
    >>> parse(f"{head}\\n{row}").mappings[0].object_id
    'MONDO:1'
    """
    lines = list(io.StringIO(content, newline="\n"))  # no other character ends a line
    begin = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    metadata = _metadata([line[1:] for line in lines[:begin]], path)
    rows = _rows(lines[begin:], begin, path)
    _, header = next(rows, (0, []))
    missing = [name for name in _NEEDED if name not in header and name not in metadata]
    if missing:
        raise InputError(
            "{path}:{line}: no column {name}",
            hint="SSSOM needs {needed}",
            path=path,
            line=begin + 1,
            name=missing[0],
            needed=series(_NEEDED),
        )
    shared = {name: str(metadata.pop(name)) for name in _SHARED if name in metadata}
    found = []
    for number, cells in rows:
        if len(cells) != len(header):
            raise InputError(
                "{path}:{number}: {cells} cells, {columns} columns",
                hint="separate cells by one tab each",
                path=path,
                number=number,
                cells=len(cells),
                columns=len(header),
            )
        found.append(_mapping(shared | dict(zip(header, cells, strict=True)), f"{path}:{number}"))
    return MappingSet(metadata, tuple(found))


def _rows(lines: Iterable[str], begin: int, path: str) -> Iterator[tuple[int, list[str]]]:
    """Return rows of cells with the line each ends at, counted after the lines before them."""
    reader = csv.reader(lines, delimiter="\t", quotechar='"')
    try:
        for cells in reader:
            yield begin + reader.line_num, cells
    except csv.Error as error:
        raise InputError(
            "{path}:{line}: {reason}",
            hint="mend the quotation marks and the length there",
            path=path,
            line=begin + reader.line_num,
            reason=reason(error),
        ) from None


def text(mapping_set: MappingSet) -> str:
    """Return the canonical text of a mapping set: sorted, condensed, no empty column."""
    rows = [_slots(one) for one in sorted(mapping_set.mappings, key=_order)]
    shared = {
        name: rows[0][name]
        for name in _SHARED
        if rows and rows[0].get(name) and len({row.get(name, "") for row in rows}) == 1
    }
    out = io.StringIO()
    metadata = {**mapping_set.metadata, **shared}
    for name in sorted(metadata, key=_rank):
        value = metadata[name]
        if name == "curie_map":
            out.write("#curie_map:\n")
            out.writelines(f'#  {prefix}: "{value[prefix]}"\n' for prefix in sorted(value))
        elif isinstance(value, tuple):
            out.write(f"#{name}:\n" + "".join(f"#  - {_scalar(one)}\n" for one in value))
        else:
            out.write(f"#{name}: {_scalar(str(value))}\n")
    columns = [n for n in _COLUMNS if n not in shared and any(row.get(n) for row in rows)]
    columns = list(dict.fromkeys([*columns, *_NEEDED])) if not rows else columns
    writer = csv.writer(out, delimiter="\t", lineterminator="\n", quotechar='"')
    writer.writerow(columns)
    # csv would leave a lone carriage return unquoted, and then not read it
    writer.writerows([row.get(name, "").replace("\r", " ") for name in columns] for row in rows)
    return out.getvalue()


def quads(path: str) -> list[Quad]:
    """Return a file as statements in ``graph:mappings``.

    The match itself is one statement; a node of class ``sssom:Mapping`` holds its justification,
    as SSSOM maps to OWL annotations. A row that found nothing has the node alone, a refused one
    is no statement.

    :raises InputError: if the file is no SSSOM, or a CURIE of it does not expand.
    """
    found = []
    name = re.split(r"[/\\]", path)[-1].removesuffix(".sssom.tsv")
    for one in read(path).mappings:
        try:
            found += statements(name, one)
        except (InputError, UnknownName) as error:
            raise InputError(
                "{path}: {subject_id}: {reason}",
                hint=error.hint,
                path=path,
                subject_id=one.subject_id,
                reason=error.what,
            ) from None
    return found


def statements(name: str, one: SemanticMapping) -> list[Quad]:
    """Return a mapping as statements, none if it is refused; ``name`` is that of its set."""
    if one.is_refused:
        return []
    ends = [NamedNode(_iri(c)) for c in (one.subject_id, one.predicate_id, one.object_id)]
    last = one.object_source if one.finds_nothing else one.object_id
    parts = (one.subject_id.partition(":")[2], one.predicate_id.partition(":")[2], last)
    local = "/".join(re.sub(r"[^\w.-]+", "_", part) for part in parts)
    node = NamedNode(f"{_MAPPING}{name}/{local}")
    texts = {
        _SSSOM + "object_label": one.object_label,
        _SSSOM + "object_source": one.object_source,
        _SSSOM + "object_source_version": one.object_source_version,
        RDFS_COMMENT: one.comment,
    }
    values: list[tuple[str, NamedNode | Literal]] = [
        (RDF_TYPE, NamedNode(_SSSOM + "Mapping")),
        *zip(_ANNOTATED, ends, strict=True),
        (_SSSOM + "mapping_justification", NamedNode(_iri(one.mapping_justification))),
        *((key, Literal(value)) for key, value in texts.items() if value),
        *((RDFS + "seeAlso", NamedNode(page)) for page in one.see_also),
    ]
    if one.confidence is not None:
        number = Literal(_decimal(one.confidence), datatype=NamedNode(XSD + "decimal"))
        values.append((_SSSOM + "confidence", number))
    if one.mapping_date:
        date = Literal(one.mapping_date, datatype=NamedNode(XSD + "date"))
        values.append((_SSSOM + "mapping_date", date))
    graph = NamedNode(GRAPH + "mappings")
    found = [Quad(node, NamedNode(key), value, graph) for key, value in values]
    return found if one.finds_nothing else [*found, Quad(ends[0], ends[1], ends[2], graph)]


def _iri(text: str) -> str:
    return text if re.match(r"https?://", text) else expand(text)


def _decimal(number: float) -> str:
    """Return a number as ``xsd:decimal`` and SSSOM have it: without exponent or needless zeros."""
    digits = f"{Decimal(repr(number)):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _order(one: SemanticMapping) -> tuple[Any, ...]:
    return natural(one.subject_id), one.predicate_id, natural(one.object_id), one.object_source


def _rank(name: str) -> tuple[int, str]:
    known = [*_HEADER, *_SHARED]
    return (known.index(name) if name in known else len(known), name)


def _slots(one: SemanticMapping) -> dict[str, str]:
    row = {name: getattr(one, name) for name in _OWN}
    row["see_also"] = "|".join(one.see_also)
    row["confidence"] = "" if one.confidence is None else _decimal(one.confidence)
    return {**one.more, **row}


def _mapping(row: Mapping[str, str], where: str) -> SemanticMapping:
    for name in _NEEDED:
        if not row.get(name, "").strip():
            raise InputError("{where}: no {name}", hint="fill the cell", where=where, name=name)
    confidence = row.get("confidence", "").strip()
    try:
        number = float(confidence) if confidence else None
    except ValueError:
        number = -1.0
    if number is not None and not 0 <= number <= 1:
        raise InputError(
            "{where}: the confidence is {confidence!r}",
            hint="write a number from 0 to 1",
            where=where,
            confidence=confidence,
        )
    own_slots: dict[str, Any] = {name: row.get(name, "").strip() for name in _OWN}
    own_slots["confidence"] = number
    own_slots["see_also"] = tuple(filter(None, own_slots["see_also"].split("|")))
    more = {k: v for k, v in row.items() if k not in _OWN and v}
    return SemanticMapping(**own_slots, more=more)


def _metadata(lines: Iterable[str], path: str) -> dict[str, Any]:
    """Read the YAML of a header: texts, one level of maps, lists of texts."""
    found: dict[str, Any] = {}
    name = ""
    lines = list(lines)
    spaced = all(line.startswith(" ") for line in lines if line.strip())
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        match = _LINE.match(line[1:] if spaced else line)
        if not match or (not name and (match[1] or match[2] is not None)):
            raise InputError(
                "{path}:{number}: {line!r} is no line of an SSSOM header",
                hint="write '#key: value'",
                path=path,
                number=number,
                line=line.strip(),
            )
        indent, item, key, value = match.groups()
        if item is not None:
            found[name] = (*(found[name] or ()), _plain(item))
        elif indent:
            found[name] = {**(found[name] or {}), _plain(key): _plain(value or "")}
        else:
            name = _plain(key)
            found[name] = _plain(value) if value else ()
    return found


def _plain(scalar: str) -> str:
    scalar = scalar.strip()
    if len(scalar) > 1 and scalar[0] == scalar[-1] == '"':
        return re.sub(r"\\(.)", r"\1", scalar[1:-1])
    return (
        scalar[1:-1].replace("''", "'")
        if len(scalar) > 1 and scalar[0] == scalar[-1] == "'"
        else scalar
    )


def _scalar(value: str) -> str:
    """Write a text so that YAML reads it as the same text."""
    safe = re.fullmatch(r"[A-Za-z][^:#\"']*|https?://[^\s#]+", value)
    return value if safe else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
