"""Read SPARQL without running it: is this text safe to run, and is it still the template?

:func:`check` refuses what an untrusted query must not do or be: updates, ``SERVICE``,
dataset clauses, and sizes and nestings that exhaust an engine before any time-out works.
:func:`same_shape` proves that filling the ``VALUES`` slots of a template changed nothing else.

Parsers without a separate tokenizer read some texts in two ways: ``?a<b:c#>"…"`` is an
IRI or a comparison and a comment, ``SERVICE:x`` a name or a keyword and a name. The
guard refuses every such text, so that what it has read is what the engine reads.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from ictgraph.errors import LimitError, PolicyError, QuerySyntaxError
from ictgraph.messages import Message
from ictgraph.tokens import ESCAPE, IRI, TOKEN, Token, is_escaped, kind, near, place, tokens

__all__ = ["Limits", "check", "same_shape"]

_CLOSER = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}
_CLOSERS = frozenset(_CLOSER.values())
_TERMS = frozenset(("iri", "pname", "var", "string", "number", "blank"))
_OPERATORS = frozenset("&& || ! = != < > <= >= + - * / | ^ ?".split())
_CLAUSES = frozenset("UNION OPTIONAL MINUS FILTER BIND GRAPH LATERAL SELECT EXISTS".split())
_UPDATES = frozenset("INSERT DELETE LOAD CLEAR DROP CREATE COPY MOVE ADD".split())
_WORDS = frozenset(
    """
    A ABS ADD ADJUST ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT
    CONSTRUCT CONTAINS COPY COUNT CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE
    DISTINCT DROP ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT
    HAVING HOURS IF IN INSERT INTO IRI ISBLANK ISIRI ISLITERAL ISNUMERIC
    ISURI LANG LANGMATCHES LATERAL LCASE LIMIT LOAD MAX MD5 MIN MINUS MINUTES
    MONTH MOVE NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED REGEX
    REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512
    SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID
    SUBSTR SUM TIMEZONE TO TRUE TZ UCASE UNDEF UNION URI USING UUID VALUES
    VERSION WHERE WITH YEAR
    """.split()
)
_CODEPOINT = re.compile(ESCAPE)
_IRIREF = re.compile(IRI)
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_TERM_LIST = re.compile(r"(?:s(?:l|\^i)?|i|[+-]?n|w)*")
_GLUED = re.compile(r"[^:]*(?:service|from)[^:]*:|.*\.(?:service|from)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one untrusted query may be and use.

    :ivar max_bytes: length of the query in UTF-8 bytes.
    :ivar depth: nesting of ``{} () [] << >>``.
    :ivar tokens: words, names, strings and signs.
    :ivar operators: operators and clauses such as ``UNION``, ``OPTIONAL``, ``FILTER``.
    :ivar patterns: triple patterns, counting every step of a path and item of a list.
    :ivar timeout: seconds of wall clock for everything: start, parse, plan, run, answer.
    :ivar memory: bytes of address space of the worker.
    :ivar rows: solutions or triples; more are cut and announced, never silently.
    :ivar answer_bytes: bytes of the answer on its way from the worker.
    """

    max_bytes: int = 64 * 1024
    depth: int = 64
    tokens: int = 20_000
    operators: int = 1_000
    patterns: int = 100
    timeout: float = 10.0
    memory: int = 1_500_000_000
    rows: int = 10_000
    answer_bytes: int = 64 * 1024 * 1024


def check(text: str, limits: Limits, begin: int = 0) -> None:
    """Refuse an untrusted query that must not or cannot be run; return nothing if it may.

    :param begin: where in the text begins what somebody wrote; messages count from there.

    :raises PolicyError: for updates, ``SERVICE``, ``FROM``, and texts with two readings.
    :raises LimitError: for a query that is too long, too deep or too large.
    :raises QuerySyntaxError: for text that is not SPARQL.

    >>> check("SELECT * { ?s ?p ?o }", Limits())
    >>> check("SELECT * { ?s ?p ?o }", Limits(max_bytes=10))
    Traceback (most recent call last):
    ictgraph.errors.LimitError: the query has 21 bytes, the limit is 10; ask for less in one query
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise QuerySyntaxError(
            "character {number} is half a surrogate pair", number=error.start + 1
        ) from None
    _within(Message("bytes"), size, limits.max_bytes)
    found = tokens(text)
    _within(Message("tokens"), len(found), limits.tokens)
    _check_escapes(text, found)
    for token in found:
        token.start -= begin
    _check_words(text[begin:], found)
    _check_shape(text[begin:], found, limits)


def same_shape(template: str, rendered: str, slots: Collection[str]) -> None:
    """Assert that a filled template differs from the template only inside its slots.

    A slot is the braces of ``VALUES ?name { … }``; what is in them must be complete terms
    or ``UNDEF``, also for an engine that expands codepoint escapes before it parses.

    :raises PolicyError: if anything else differs.

    >>> ask = "ASK { VALUES ?x { UNDEF } ?x ?p ?o }"
    >>> same_shape(ask, ask.replace("UNDEF", "<http://example.org/a>"), ["x"])
    >>> same_shape(ask, ask.replace("UNDEF", "1 } VALUES ?y { 2"), ["x"])
    Traceback (most recent call last):
    ictgraph.errors.PolicyError: a value would change the query itself
    """
    expected, before = _skeleton(TOKEN.findall(template), slots)
    actual, after = _skeleton(TOKEN.findall(rendered), slots)
    if expected != actual or before.keys() != after.keys():
        raise PolicyError("a value would change the query itself")
    missing = set(slots) - before.keys()
    if missing:
        raise PolicyError("the template has no VALUES ?{name} {{ … }}", name=min(missing))
    for name, values in after.items():
        if not _are_terms(values):
            raise PolicyError("the values of ?{name} are not complete terms", name=name)
        if any("\\" in value and _is_fragile(value) for value in values):
            raise PolicyError(
                "a value of ?{name} holds \\u and a codepoint, which engines read differently",
                hint="write the character itself",
                name=name,
            )


def _check_words(text: str, found: list[Token]) -> None:
    declared = {str(b) for a, b in pairwise(found) if a.upper() == "PREFIX"}
    for token in found:
        if token.kind == "pname" and f"{token.partition(':')[0]}:" not in declared:
            raise QuerySyntaxError(
                "the prefix of {token!s} is not declared{where}",
                hint="begin with PREFIX …: <…>",
                token=token,
                where=place(text, token.start),
            )
        if token.kind == "pname" and _GLUED.match(token):
            raise PolicyError(
                "{token!s} can be read as a keyword{where}",
                hint="rename the prefix, or write the full IRI",
                token=token,
                where=place(text, token.start),
            )
        if token.kind != "word":
            continue
        word = token.upper()
        if word not in _WORDS:
            raise QuerySyntaxError("{near} is not a SPARQL word", near=near(text, token.start))
        if word in _UPDATES:
            raise PolicyError("{word} is refused: the graph is read-only", word=word)
        if word == "SERVICE":
            raise PolicyError("SERVICE is refused: queries do not reach the network")
        if word == "FROM":
            raise PolicyError(
                "FROM is refused: the dataset is fixed",
                hint="name the graph inside the query, GRAPH <…> { … }",
            )


def _check_escapes(text: str, found: list[Token]) -> None:
    """Refuse escapes that change the structure where they are expanded before parsing."""
    if not is_escaped(text):
        return
    try:
        same = _outline(tokens(_expanded(text))) == _outline(found)
    except (ValueError, QuerySyntaxError, PolicyError):
        same = False
    if not same:
        raise PolicyError(
            "a codepoint escape (\\u…) changes how the query reads",
            hint="write the character itself",
        )


def _outline(found: list[Token]) -> list[str]:
    return [token.kind if token.kind in ("string", "iri") else str(token) for token in found]


def _check_shape(text: str, found: list[Token], limits: Limits) -> None:
    """Count nesting, operators and triple patterns, and refuse ambiguous ``<``."""
    opened: list[Token] = []
    operators = patterns = 0
    in_data = False
    previous = None
    for token in found:
        inner = opened[-1] if opened else ""
        _check_angle(text, token, previous, inner)
        if token in _CLOSER:
            opened.append(token)
            _within(Message("levels of nesting"), len(opened), limits.depth)
        elif token in _CLOSERS:
            if _CLOSER.get(inner) != token:
                raise QuerySyntaxError("{near} closes nothing", near=near(text, token.start))
            opened.pop()
            in_data = in_data and token != "}"
        elif token.kind == "word" and token.upper() == "VALUES":
            in_data = True
        if not in_data:
            operators += token in _OPERATORS or token.upper() in _CLAUSES
            patterns += _patterns(token, previous, inner)
            _within(Message("operators and clauses"), operators, limits.operators)
            _within(Message("triple patterns"), patterns, limits.patterns)
        previous = token
    if opened:
        raise QuerySyntaxError("{near} is never closed", near=near(text, opened[-1].start))


def _check_angle(text: str, token: Token, previous: Token | None, inner: str) -> None:
    """Refuse a ``<`` that begins an IRI in one reading and is an operator in another."""
    if token.kind == "iri":
        after_operand = previous is not None and (
            previous.kind in _TERMS
            or previous.kind == "lang"
            or previous in (")", "]", "}")
            or previous.upper() in ("TRUE", "FALSE")
        )
        doubtful = inner == "(" and after_operand and not _ABSOLUTE.match(token)
    else:
        doubtful = token == "<<" and _IRIREF.match(text, token.start + 1) is not None
    if doubtful:
        raise PolicyError(
            "{near} can be read in two ways",
            hint="put spaces around < and >",
            near=near(text, token.start),
        )


def _patterns(token: Token, previous: Token | None, inner: str) -> int:
    """Return how many triple patterns a token adds, rather too many than too few."""
    if previous is None:
        return 0
    if inner == "(":
        listed = token.kind in _TERMS and previous.kind in _TERMS
        return 2 if listed else int(token == "/")
    if token in (".", ";", ",", "/", "[", "<<", "{|"):
        return 1
    return int(previous == "{" and (token.kind in _TERMS or token == "("))


def _within(what: Message, number: int, limit: int) -> None:
    if number > limit:
        raise LimitError(
            "the query has {number} {what}, the limit is {limit}",
            hint="ask for less in one query",
            number=number,
            what=what,
            limit=limit,
        )


def _skeleton(found: list[str], slots: Collection[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Return the tokens outside the slots, and the tokens inside each."""
    outside: list[str] = []
    inside: dict[str, list[str]] = {}
    rest = filter(None, found)
    for token in rest:
        outside.append(token)
        if (
            token == "{"
            and len(outside) > 2
            and outside[-3].upper() == "VALUES"
            and outside[-2][1:] in slots
        ):
            values = inside.setdefault(outside[-2][1:], [])
            for value in rest:
                if value == "}":
                    outside.append(value)
                    break
                values.append(value)
    return outside, inside


def _are_terms(values: list[str]) -> bool:
    """Tell whether tokens are literals, IRIs or UNDEF, one after the other, all complete."""
    return _TERM_LIST.fullmatch("".join(map(_letter, values))) is not None


def _is_fragile(value: str) -> bool:
    """Tell whether expanding codepoint escapes first would give another value or structure."""
    if not is_escaped(value):
        return False
    if "\\\\u" in value.replace("\\\\U", "\\\\u"):
        return True
    try:
        return TOKEN.fullmatch(_expanded(value)) is None
    except ValueError:
        return True


def _expanded(text: str) -> str:
    return _CODEPOINT.sub(lambda match: chr(int(match[0][2:], 16)), text)


def _letter(value: str) -> str:
    if value in ("^^", "+", "-"):
        return value[0]
    of = kind(value)
    if of == "word":
        return "w" if value in ("true", "false") or value.upper() == "UNDEF" else "?"
    return {"string": "s", "lang": "l", "iri": "i", "pname": "i", "number": "n"}.get(of, "?")
