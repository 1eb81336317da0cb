"""SPARQL as tokens, each with its place in the text, without parsing it."""

from __future__ import annotations

import re
from itertools import pairwise

from ictgraph.errors import PolicyError, QuerySyntaxError
from ictgraph.messages import Message
from ictgraph.vocab import prefixes

__all__ = [
    "ESCAPE",
    "IRI",
    "TOKEN",
    "Token",
    "is_escaped",
    "kind",
    "near",
    "place",
    "prologue",
    "tokens",
]

# Characters of names. Every character beyond ASCII counts as one: more than SPARQL allows, but
# none of them can begin another token, and small classes compile fast at start-up.
_BASE = r"[^\x00-@\[-`{-\x7f]"  # a letter
_FIRST = r"[^\x00-/:-@\[-^`{-\x7f]"  # a letter, a digit, _
_NAME = r"[^\x00-,./:-@\[-^`{-\x7f]"  # a letter, a digit, _ -
ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IN_STRING = rf"\\[tbnrf\"'\\]|{ESCAPE}"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
IRI = rf'<(?:[^\x00-\x20<>"{{}}|^`\\]|{ESCAPE})*+>'
TOKEN = re.compile(
    r"(?:[ \t\r\n]|#[^\r\n]*+)*+("
    rf"[?$]{_FIRST}++"
    rf"|{IRI}"
    rf'|"""(?:"{{0,2}}(?:[^"\\]|{_IN_STRING}))*+"""'
    rf"|'''(?:'{{0,2}}(?:[^'\\]|{_IN_STRING}))*+'''"
    rf'|"(?:[^"\\\r\n]|{_IN_STRING})*+"'
    rf"|'(?:[^'\\\r\n]|{_IN_STRING})*+'"
    rf"|_:{_FIRST}(?:{_NAME}|\.+{_NAME})*+"
    rf"|(?:{_BASE}(?:{_NAME}|\.+{_NAME})*+)?:"
    rf"(?:(?:{_FIRST}|:|{_PLX})(?:{_NAME}|:|{_PLX}|\.+(?:{_NAME}|:|{_PLX}))*+)?"
    r"|[A-Za-z_][A-Za-z0-9_]*+"
    r"|(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+"
    r"|@[A-Za-z]+(?:-[A-Za-z0-9]+)*+(?:--[A-Za-z]+)?"
    r"|<<\(|\)>>|<<|>>|\{\||\|\}|\^\^|&&|\|\||!=|<=|>=|[^ \t\r\n]"
    r"|\Z"  # after the last token, so that a last comment is not read as text
    r")"
)
_PUNCTUATION = frozenset(
    "{ } ( ) [ ] << >> <<( )>> {| |} . ; , ^^ && || ! = != < > <= >= + - * / | ^ ? ~".split()
)
_ESCAPED = re.compile(r"\\[uU][0-9A-Fa-f]{4}")


class Token(str):
    """One piece of SPARQL as written, with its ``kind`` and its ``start`` in the text.

    Kinds: iri, pname, var, blank, string, number, lang, word, punct.
    """

    __slots__ = ("kind", "start")
    kind: str
    start: int


def tokens(text: str) -> list[Token]:
    """Split SPARQL 1.1 text into tokens, leaving out white space and comments.

    :raises QuerySyntaxError: if a piece of the text is no SPARQL token.
    :raises PolicyError: if a codepoint escape (``\\uXXXX``) stands outside strings and IRIs.

    >>> [(str(t), t.kind) for t in tokens("ASK { ?s a <x:y> } # done")][2:5]
    [('?s', 'var'), ('a', 'word'), ('<x:y>', 'iri')]
    """
    found = []
    for match in TOKEN.finditer(text):
        token = Token(match[1])
        if not token:
            break
        token.kind, token.start = kind(token), match.start(1)
        if not token.kind:
            if _ESCAPED.match(text, token.start):
                raise PolicyError(
                    "a codepoint escape stands outside a string{where}",
                    hint="write the character itself",
                    where=place(text, token.start),
                )
            raise QuerySyntaxError("{near} is not SPARQL", near=near(text, token.start))
        found.append(token)
    return found


def is_escaped(text: str) -> bool:
    """Tell whether a text holds a codepoint escape."""
    return _ESCAPED.search(text) is not None


def kind(token: str) -> str:
    """Return the kind of a token, empty for a piece that is none."""
    first = token[0]
    if token in _PUNCTUATION:
        return "punct"
    if first in "?$":
        return "var" if len(token) > 1 else ""
    if first == "<":
        return "iri"
    if first in "\"'":
        return "string" if len(token) > 1 else ""
    if token.startswith("_:") and len(token) > 2:
        return "blank"
    if first == "@":
        return "lang" if len(token) > 1 else ""
    if first in "0123456789.":
        return "number"
    if ":" in token:
        return "pname"
    return "word" if token.isascii() and (first.isalpha() or first == "_") else ""


def place(text: str, start: int) -> Message:
    """Return " at line …, column …" of a character."""
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return Message(" at line {line}, column {column}", line=line, column=column)


def near(text: str, start: int) -> Message:
    """Return what stands at a character, with its place."""
    piece = re.split(r"[ \t\r\n]", text[start : start + 24])[0]
    return Message("{piece!r}{where}", piece=piece, where=place(text, start))


def prologue(text: str) -> tuple[str, list[str]]:
    """Return declarations of our prefixes that a query uses, and the columns of its ``SELECT *``.

    The declarations fit on its first line, so that errors name the right line.
    """
    try:
        found = tokens(text)
    except (QuerySyntaxError, PolicyError):
        found = []  # what is wrong is said when the text is checked
    declared = {str(name) for word, name in pairwise(found) if word.upper() == "PREFIX"}
    used = {f"{one.partition(':')[0]}:" for one in found if one.kind == "pname"} - declared
    known = {f"{name.lower()}:": namespace for name, namespace in prefixes().items()}
    ours = sorted(one for one in used if one.lower() in known)
    words = [one.upper() for one in found if one.upper() not in ("DISTINCT", "REDUCED")]
    select = words.index("SELECT") if "SELECT" in words else len(words)
    names = [one[1:] for one in found if one.kind == "var"]
    order = list(dict.fromkeys(names)) if words[select + 1 : select + 2] == ["*"] else []
    return "".join(f"PREFIX {one} <{known[one.lower()]}> " for one in ours), order
