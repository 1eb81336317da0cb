"""Write answers: tables for readers, spreadsheets and programs, statements as RDF.

Every format is UTF-8 whatever the locale, gives the same bytes for the same answer and
ends its lines with a line feed (CSV, by its standard, with carriage return and line feed).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from ictgraph.errors import InputError, StoreError, UnknownName
from ictgraph.messages import reason, series
from ictgraph.results import Answer, Cell, Statements, Table, Truth
from ictgraph.tables import boxed, csv_text, markdown, sheet, tsv_text
from ictgraph.terms import Lang, to_python
from ictgraph.vocab import compress, prefixes

__all__ = ["FORMATS", "PICTURES", "Format", "default", "guess", "save", "write"]


class Format(NamedTuple):
    """One output format.

    :ivar endings: file name endings; the first is the usual one.
    :ivar rdf: whether it holds statements (CONSTRUCT, DESCRIBE); the others hold any answer.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    media_type: str
    rdf: bool = False


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("table", "box for the terminal", (".txt",), "text/plain"),
        Format("csv", "CSV, for spreadsheets where labelled", (".csv",), "text/csv"),
        Format("tsv", "tab-separated values", (".tsv",), "text/tab-separated-values"),
        Format("json", "JSON with labels", (".json",), "application/json"),
        Format("jsonl", "JSON, one row a line", (".jsonl", ".ndjson"), "application/x-ndjson"),
        Format("md", "Markdown table", (".md",), "text/markdown"),
        Format("srj", "SPARQL results in JSON", (".srj",), "application/sparql-results+json"),
        Format("srx", "SPARQL results in XML", (".srx",), "application/sparql-results+xml"),
        Format("ttl", "Turtle", (".ttl",), "text/turtle", True),
        Format("nt", "N-Triples", (".nt",), "application/n-triples", True),
        Format("nq", "N-Quads", (".nq",), "application/n-quads", True),
        Format("trig", "TriG", (".trig",), "application/trig", True),
        Format("jsonld", "JSON-LD", (".jsonld",), "application/ld+json", True),
        Format("rdfxml", "RDF/XML", (".rdf",), "application/rdf+xml", True),
    )
}
"""The formats by name."""

PICTURES: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("svg", "picture", (".svg",), "image/svg+xml"),
        Format("html", "page with picture, table and passages", (".html", ".htm"), "text/html"),
    )
}
"""What :mod:`ictgraph.pictures` draws of answers that have a view."""

_RESULTS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "srj": QueryResultsFormat.JSON,
    "srx": QueryResultsFormat.XML,
}
_RDF = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_XML = ("srx", "rdfxml")
_JSON = ("json", "jsonl", "srj", "jsonld")
_TRUTH = {
    "json": '{{"boolean": {}}}',
    "jsonl": '{{"boolean": {}}}',
    "srj": '{{"head":{{}},"boolean":{}}}',
    "srx": '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
    "<head></head><boolean>{}</boolean></sparql>",
}
_STATEMENT: Mapping[str, Mapping[str, str]] = {
    "subject": {"en": "subject", "zh": "主语"},
    "predicate": {"en": "predicate", "zh": "谓语"},
    "object": {"en": "object", "zh": "宾语"},
}
_EXACT_INTEGERS = 2**53


def write(
    answer: Answer,
    format: str,
    stream: BinaryIO,
    *,
    lang: Lang = "en",
    colour: bool = False,
    width: int | None = None,
) -> None:
    """Write an answer to a binary stream.

    ``lang``, ``colour`` and ``width`` (columns of the terminal) matter to formats that
    readers see. Nothing is written if the answer cannot take the format.

    :raises UnknownName: if there is no such format.
    :raises InputError: if the format cannot hold the answer.

    >>> from io import BytesIO
    >>> stream = BytesIO()
    >>> write(Table(("n",), ((Literal(1),),)), "tsv", stream)
    >>> stream.getvalue()
    b'?n\\n1\\n'
    """
    chosen = _named(format)
    if chosen.rdf:
        if not isinstance(answer, Statements):
            raise InputError(
                "{title} holds statements, and this answer has none",
                hint="choose one of {fitting}, or ask with CONSTRUCT",
                title=chosen.title,
                fitting=series(one.name for one in FORMATS.values() if not one.rdf),
            )
        text = _rdf(answer, chosen.name)
    elif isinstance(answer, Truth):
        text = _TRUTH.get(chosen.name, "{}").format(str(answer.value).lower()) + "\n"
    else:
        text = _table(_tabular(answer), chosen.name, lang, colour, width)
    stream.write(_harmless(text, chosen.name).encode())


def _table(table: Table, name: str, lang: Lang, colour: bool, width: int | None) -> str:
    if name == "table":
        return boxed(sheet(table, lang), width, colour=colour)
    if name == "md":
        return markdown(sheet(table, lang))
    if name == "json":
        return _json(table)
    if name == "jsonl":
        return _jsonl(table)
    if table.labels is None or name in ("srj", "srx"):
        return _results(table, name)
    return csv_text(table, lang) if name == "csv" else tsv_text(table, lang)


def _named(format: str) -> Format:
    found = FORMATS.get(format.lower())
    if found is None:
        raise UnknownName(
            "no format {format!r}",
            hint="the formats are {formats}",
            format=format[:80],
            formats=series(FORMATS),
        )
    return found


def guess(filename: str, known: Mapping[str, Format] = FORMATS) -> str:
    """Return the name of the format that a file name's ending stands for.

    :param known: the formats to choose from.
    :raises UnknownName: if no format has the ending.

    >>> guess("who.csv")
    'csv'
    """
    ending = os.path.splitext(filename)[1].lower()
    for one in known.values():
        if ending in one.endings:
            return one.name
    raise UnknownName(
        "{filename!r} does not tell its format",
        hint="name the format, or end it in {endings}",
        filename=filename,
        endings=series(ending for one in known.values() for ending in one.endings),
    )


def default(is_terminal: bool, answer: Answer) -> str:
    """Return the format that suits where an answer goes when nobody chose one.

    >>> default(True, Truth(True)), default(False, Truth(True)), default(True, Statements(()))
    ('table', 'tsv', 'ttl')
    """
    if isinstance(answer, Statements):
        return "ttl"
    return "table" if is_terminal else "tsv"


def save(path: str, writer: Callable[[BinaryIO], None]) -> None:
    """Write a file at once: the old one stays until the new one is complete on disk.

    The writer gets a binary stream. Links are followed, an existing file keeps its
    permissions, and devices and pipes (``/dev/stdout``) are written to directly.

    :raises StoreError: if the file cannot be written; whatever the writer raises passes.
    """
    target = os.path.realpath(path)
    part = os.path.join(os.path.dirname(target), f".ictgraph-{os.urandom(6).hex()}.part")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as stream:
                writer(stream)
            return
        with open(part, "xb") as stream:
            writer(stream)
            stream.flush()
            os.fsync(stream.fileno())
        if os.path.exists(target):
            os.chmod(part, os.stat(target).st_mode & 0o7777)
        os.replace(part, target)
    except OSError as error:
        raise StoreError(
            "{path!r} cannot be written: {reason}",
            hint="choose another place, or make room there",
            path=path,
            reason=reason(error),
        ) from None
    finally:
        if os.path.lexists(part):
            os.unlink(part)


def _tabular(answer: Table | Statements) -> Table:
    if isinstance(answer, Table):
        return answer
    rows: Any = tuple(tuple(triple) for triple in answer.triples)
    names = tuple(_STATEMENT)
    return Table(names, rows, answer.labels, _STATEMENT, entities=names, truncated=answer.truncated)


def _harmless(text: str, name: str) -> str:
    """Escape what could steer a terminal, and what XML would change, in the format's own way."""
    if name in _XML:
        return re.sub("[\r\x7f-\x9f]", lambda found: f"&#{ord(found[0])};", text)
    if name in _JSON:
        return re.sub("[\x7f-\x9f\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)
    if name == "tsv" or name in _RDF:
        steering = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]"
        return re.sub(steering, lambda found: f"\\u{ord(found[0]):04X}", text)
    return text


def _results(table: Table, name: str) -> str:
    lines = ["\t".join(f"?{column}" for column in table.columns)]
    lines += ["\t".join(map(_tsv_term, row)) for row in table.rows]
    try:
        solutions = parse_query_results(
            "\n".join([*lines, ""]).encode(), format=QueryResultsFormat.TSV
        )
        assert isinstance(solutions, QuerySolutions)
        text = (solutions.serialize(format=_RESULTS[name]) or b"").decode()
    except (SyntaxError, ValueError) as error:
        raise InputError(
            "the answer cannot be written as {name}: {reason}", name=name, reason=reason(error)
        ) from None
    if name == "srj":
        if table.truncated:
            import json

            parts = json.loads(text)
            parts["head"]["truncated"] = True
            text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return text + "\n"
    return _well_formed(text) + "\n" if name == "srx" else text


def _tsv_term(term: object) -> str:
    if term is None:
        return ""
    return f"<<( {term} )>>" if isinstance(term, Triple) else str(term)


def _well_formed(text: str) -> str:
    from xml.parsers import expat

    try:
        expat.ParserCreate(namespace_separator=" ").Parse(text, True)
    except expat.ExpatError as error:
        raise InputError(
            "XML cannot hold a character or a name of this answer: {reason}",
            hint="choose a format that is not XML",
            reason=reason(error),
        ) from None
    return text


def _json(table: Table) -> str:
    import json

    columns = [{"name": one, "title": dict(table.titles.get(one, {}))} for one in table.columns]
    rows = ",".join(f"\n  {line}" for line in _jsonl(table).split("\n")[:-1])
    head = json.dumps(columns, ensure_ascii=False)
    cut = json.dumps(table.truncated)
    return f'{{"columns": {head},\n "rows": [{rows}],\n "truncated": {cut}}}\n'


def _jsonl(table: Table) -> str:
    import json

    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _objects(table))


def _objects(table: Table) -> Iterable[dict[str, Any]]:
    labels = table.labels or {}

    def value(cell: Cell) -> Any:
        if isinstance(cell, tuple):
            return [value(one) for one in cell]
        if isinstance(cell, NamedNode):
            label = dict(sorted(labels.get(cell.value, {}).items()))
            return {"id": compress(cell.value), "iri": cell.value, "label": label}
        if isinstance(cell, BlankNode):
            return {"id": str(cell), "iri": None, "label": {}}
        if isinstance(cell, Literal) and cell.language:
            return {"value": cell.value, "lang": cell.language}
        return _number_or_text(cell) if isinstance(cell, Literal) else cell and str(cell)

    for row in table.folded():
        yield {name: value(cell) for name, cell in zip(table.columns, row, strict=True)}


def _number_or_text(literal: Literal) -> Any:
    """Return a JSON number or boolean where that loses nothing, else the text."""
    from decimal import Decimal

    value = to_python(literal)
    if isinstance(value, bool) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, int) and abs(value) < _EXACT_INTEGERS:
        return value
    if isinstance(value, Decimal):
        number = float(value)
        if math.isfinite(number) and Decimal(repr(number)) == value:
            return number
    return literal.value


def _rdf(statements: Statements, name: str) -> str:
    triples: Sequence[Triple] = statements.triples
    if name == "rdfxml":
        triples = [Triple(_xml_node(s), p, _xml_node(o)) for s, p, o in triples]
    quads = [Quad(s, p, o) for s, p, o in triples] if name in ("nq", "trig") else None
    try:
        data = serialize(quads or triples, format=_RDF[name], prefixes=_used_prefixes(triples))
    except (OSError, ValueError) as error:
        raise InputError(
            "{title} cannot hold this answer: {reason}",
            title=FORMATS[name].title,
            reason=reason(error),
        ) from None
    text = (data or b"").decode()
    text = _checked_xml(text, triples) if name == "rdfxml" else text
    return text if text.endswith("\n") or not text else text + "\n"


def _used_prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """Return the prefixes that shorten something; a local part with a slash reads worse."""
    terms = {term for triple in triples for term in triple}
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    iris |= {term.datatype.value for term in terms if isinstance(term, Literal)}
    used = {curie.partition(":")[0] for curie in map(compress, iris) if "/" not in curie}
    return {prefix: namespace for prefix, namespace in prefixes().items() if prefix in used}


def _xml_node(term: Any) -> Any:
    """Return the term, a blank node with a name that may stand in rdf:nodeID."""
    return BlankNode(f"b{term.value}") if isinstance(term, BlankNode) else term


def _checked_xml(text: str, triples: Iterable[Triple]) -> str:
    """Return RDF/XML that says the same, for it cannot say everything."""
    _well_formed(text)
    if {quad.triple for quad in parse(text, format=RdfFormat.RDF_XML)} != set(triples):
        raise InputError(
            "RDF/XML cannot say one of these statements", hint="choose Turtle or another format"
        )
    return text
