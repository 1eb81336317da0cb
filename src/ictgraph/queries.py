"""Query templates: plain SPARQL files with a typed, bilingual header.

A template is a ``.rq`` file that any SPARQL 1.1 tool runs as it is. Its ``#+`` lines say what
it answers and which ``VALUES ?name { … }`` lines are parameters; binding replaces what stands
between those braces by RDF terms and by nothing else. See ``docs/queries.md``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ictgraph.errors import InputError, UnknownName
from ictgraph.messages import Message, series
from ictgraph.paths import data_files
from ictgraph.results import Label, Term
from ictgraph.views import View
from ictgraph.views import parse as parse_view
from ictgraph.vocab import expand

__all__ = [
    "ANY",
    "Column",
    "Need",
    "Parameter",
    "Template",
    "load",
    "load_all",
    "names",
    "parse",
    "render",
]

ANY = "UNDEF"
_KEYS = {"title", "question", "param", "needs", "column", "evidence", "fold", "tags", "view"}
_ELSEWHERE = {"endpoint", "identifiers", "label", "known", "record", "claim"}
_FRAGILE = r"\\[uU]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]"
_FORM = r"(?im)^\s*(SELECT|CONSTRUCT|ASK|DESCRIBE)\b"
_SLOT = r"VALUES\s+\?([a-z][a-z0-9_]*)\s*\{([^{}]*)\}"


class Parameter(NamedTuple):
    """A typed parameter of a template.

    :ivar name: the variable without ``?``; the option is ``--name``.
    :ivar type: IRI of a class of the ontology, or of an XSD datatype.
    :ivar default: the text between the braces of its ``VALUES`` line; ``UNDEF`` is "any".
    :ivar label: what to call it, ``{"en": …, "zh": …}``.
    """

    name: str
    type: str
    default: str
    label: Label

    @property
    def is_literal(self) -> bool:
        """Whether the value is a number, date or string rather than an entity."""
        return self.type.startswith("http://www.w3.org/2001/XMLSchema#")


class Need(NamedTuple):
    """What must be recorded of an entity so that a parameter finds it.

    :ivar parameter: name of the parameter.
    :ivar kind: IRI of the class of the entities.
    :ivar property: IRI of the property that they need.
    :ivar label: what to call them, several of them in English.
    """

    parameter: str
    kind: str
    property: str
    label: Label


class Column(NamedTuple):
    """A column of a template's answer.

    :ivar type: IRI of the datatype of its values; "" for entities, or for values of any kind.
    """

    name: str
    title: Label
    type: str = ""


class Template(NamedTuple):
    """A query with its header.

    :ivar name: the file name without ``.rq``.
    :ivar form: ``SELECT``, ``CONSTRUCT``, ``ASK`` or ``DESCRIBE``.
    :ivar needs: what parameters look for and not every entity has.
    :ivar evidence: columns that hold passages, with the columns whose cells they state.
    :ivar folds: columns whose values readers see gathered in one cell.
    :ivar view: how the answer is drawn, ``None`` if it is a table only.
    :ivar text: the whole file.
    :ivar elsewhere: header lines of a template that asks an endpoint of others, with their numbers,
        by key; see :mod:`ictgraph.federation`.
    """

    name: str
    path: str
    title: Label
    question: Label
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    evidence: Mapping[str, tuple[str, ...]]
    folds: tuple[str, ...]
    tags: tuple[str, ...]
    view: View | None
    form: str
    text: str
    elsewhere: Mapping[str, tuple[tuple[int, str], ...]] = {}
    needs: tuple[Need, ...] = ()

    @property
    def titles(self) -> Mapping[str, Label]:
        """Column titles by column name."""
        return {column.name: column.title for column in self.columns}

    @property
    def entities(self) -> tuple[str, ...]:
        """Names of the columns that hold entities."""
        return tuple(column.name for column in self.columns if not column.type)

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of that name; hyphens and underscores are the same.

        :raises UnknownName: if there is none; the hint lists those there are.
        """
        wanted = name.replace("-", "_")
        for parameter in self.parameters:
            if parameter.name == wanted:
                return parameter
        known = series(p.name for p in self.parameters) or Message("none")
        raise UnknownName(
            "template {template!r} has no parameter {name!r}",
            hint="its parameters: {known}",
            template=self.name,
            name=name,
            known=known,
        )


def names(*, elsewhere: bool = False) -> list[str]:
    """Return the names of all templates, sorted.

    :param elsewhere: those that ask endpoints of others, instead of those that ask the graph.

    >>> "who-develops-what" in names(), "proteins" in names(elsewhere=True)
    (True, True)
    """
    return sorted(_paths(elsewhere))


def load(name: str, *, elsewhere: bool = False) -> Template:
    """Read one template by name, or by the path of a ``.rq`` file.

    The package's own templates are read once per process.

    :param elsewhere: look among those that ask endpoints of others.
    :raises UnknownName: if there is none; the hint lists the nearest names.
    :raises InputError: if its header does not parse.

    >>> load("who-develops-what").title["en"]
    'Who develops what for which disease'
    """
    if name.endswith(".rq") and os.path.isfile(name):
        return _read(name)
    path = _paths(elsewhere).get(name)
    if path:
        return _own(path)
    from difflib import get_close_matches

    if name in _paths(not elsewhere):
        asks = Message("the graph") if elsewhere else Message("another endpoint")
        command = "query" if elsewhere else "enrich"
        hint = Message("run 'ictgraph {command} {name}'", command=command, name=name)
        raise UnknownName("{name!r} asks {asks}", hint=hint, name=name, asks=asks)
    near = get_close_matches(name, names(elsewhere=elsewhere), n=3, cutoff=0.6)
    listed = "ictgraph enrich --help" if elsewhere else "ictgraph queries"
    hint = Message("'{listed}' lists all of them", listed=listed)
    if near:
        hint = Message("did you mean {near}? {hint}", near=series(near), hint=hint)
    if name.endswith(".rq"):
        raise UnknownName("there is no file {path!r}", hint=hint, path=name)
    raise UnknownName("no query template {name!r}", hint=hint, name=name)


def load_all(*, elsewhere: bool = False) -> list[Template]:
    """Read every template, sorted by name; see :func:`names`."""
    return [load(name, elsewhere=elsewhere) for name in names(elsewhere=elsewhere)]


def render(template: Template, values: Mapping[str, Sequence[Term]]) -> str:
    """Return the query with parameters bound to terms; absent parameters keep the default.

    Only the text between the braces of the parameters' ``VALUES`` lines changes, which is
    verified token by token.

    :raises UnknownName: if the template has no such parameter.
    :raises PolicyError: if the result would differ outside those places.

    >>> text = render(load("approved-products"), {"target": [NamedNode("https://e.org/cd19")]})
    >>> "VALUES ?target { <https://e.org/cd19> }" in text
    True
    """
    slots = {}
    for name, terms in values.items():
        parameter = template.parameter(name)
        if terms:
            slots[parameter.name] = " ".join(map(_term_text, terms))
    if not slots:
        return template.text
    from ictgraph.guard import same_shape

    def filled(slot: re.Match[str]) -> str:
        return f"VALUES ?{slot[1]} {{ {slots[slot[1]]} }}" if slot[1] in slots else slot[0]

    text = re.sub(_SLOT, filled, template.text)
    same_shape(template.text, text, slots)
    return text


def parse(text: str, path: str = "query.rq") -> Template:
    """Read a template from text; ``path`` gives its name and stands in messages.

    :raises InputError: if a header line does not parse, a parameter has no ``VALUES`` line, or
        the default there differs from the header's.
    """
    header = _header(text, path)
    form = re.search(_FORM, text)
    if not form:
        raise _fault(path, 1, "no SELECT, CONSTRUCT, ASK or DESCRIBE", "write one SPARQL query")
    slots = re.findall(_SLOT, text)
    columns = tuple(_column(path, n, v) for n, v in header.get("column", ()))
    parameters = tuple(_parameter(path, n, v, slots) for n, v in header.get("param", ()))
    return Template(
        name=os.path.basename(path).removesuffix(".rq"),
        path=path,
        title=_pair(path, *header["title"][0]),
        question=_pair(path, *header["question"][0]),
        parameters=parameters,
        columns=columns,
        evidence=dict(_evidence(path, n, v) for n, v in header.get("evidence", ())),
        folds=tuple(w for _, v in header.get("fold", ()) for w in v.split()),
        tags=tuple(t.strip() for _, v in header.get("tags", ()) for t in v.split(",")),
        view=_view(path, header.get("view", ()), [column.name for column in columns]),
        form=form[1].upper(),
        text=text,
        elsewhere={key: tuple(lines) for key, lines in header.items() if key in _ELSEWHERE},
        needs=tuple(_need(path, n, v, parameters) for n, v in header.get("needs", ())),
    )


def _header(text: str, path: str) -> dict[str, list[tuple[int, str]]]:
    """Return the header by key: the number and the value of each line."""
    header: dict[str, list[tuple[int, str]]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        key, colon, value = line[2:].strip().partition(":")
        if not colon or key not in _KEYS | _ELSEWHERE:
            known = Message("known: {known}", known=series(sorted(_KEYS | _ELSEWHERE)))
            raise _fault(path, number, "unknown header line {line!r}", known, line=line)
        header.setdefault(key, []).append((number, value.strip()))
    for key in ("title", "question"):
        if len(header.get(key, [])) != 1:
            raise _fault(path, 1, "needs exactly one '#+ {key}: en | zh'", "add it", key=key)
    return header


@cache
def _paths(elsewhere: bool) -> dict[str, str]:
    """The package's own templates by name: those for the graph, or those for other endpoints."""
    found: dict[str, str] = {}
    for path in data_files("queries", ending=".rq"):
        folder = os.path.basename(os.path.dirname(path))
        if folder != "checks" and (folder == "federated") == elsewhere:
            found[os.path.basename(path)[:-3]] = path
    return found


@cache
def _own(path: str) -> Template:
    return _read(path)


def _read(path: str) -> Template:
    try:
        with open(path, encoding="utf-8") as file:
            return parse(file.read(), path)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError.unreadable(path, error, Message("give a UTF-8 .rq file")) from None


def _fault(place: str, number: int, what: str, hint: str, /, **values: object) -> InputError:
    return InputError(
        "{path}:{line}: {what}",
        hint="{advice}; see docs/queries.md",
        path=place,
        line=number,
        what=Message(what, **values),
        advice=Message(hint, **values),
    )


def _fields(path: str, number: int, value: str, count: int) -> list[str]:
    parts = [part.strip() for part in value.split("|")]
    if len(parts) != count or not all(parts):
        found = Message("found {value!r}", value=value)
        raise _fault(path, number, "needs {count} parts between '|'", found, count=count)
    return parts


def _pair(path: str, number: int, value: str) -> Label:
    en, zh = _fields(path, number, value, 2)
    return {"en": en, "zh": zh}


def _column(path: str, number: int, value: str) -> Column:
    count = 4 if value.count("|") > 2 else 3
    name, en, zh, *kind = _fields(path, number, value, count)
    return Column(name, {"en": en, "zh": zh}, expand(kind[0]) if kind else "")


def _evidence(path: str, number: int, value: str) -> tuple[str, tuple[str, ...]]:
    name, stated = _fields(path, number, value, 2)
    return name, tuple(stated.split())


def _view(path: str, lines: Sequence[tuple[int, str]], columns: Sequence[str]) -> View | None:
    if not lines:
        return None
    number, text = lines[-1]
    if len(lines) > 1:
        raise _fault(path, number, "a second view", "leave one")
    try:
        return parse_view(text, columns)
    except InputError as error:
        raise _fault(path, number, error.what, error.hint) from None


def _parameter(path: str, number: int, value: str, slots: Sequence[tuple[str, str]]) -> Parameter:
    name, kind, default, en, zh = _fields(path, number, value, 5)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise _fault(
            path, number, "parameter name {name!r}", "use lower case, digits and _", name=name
        )
    content = ANY if default == "any" else default
    found = {" ".join(default.split()) for slot, default in slots if slot == name}
    if not found:
        raise _fault(
            path, number, "no line 'VALUES ?{name} {{ … }}'", "add it to the query", name=name
        )
    if found != {content}:
        raise _fault(
            path,
            number,
            "the default of {name} is {content!r} here but {found!r} there",
            "make both the same",
            name=name,
            content=content,
            found=" and ".join(sorted(found)),
        )
    return Parameter(name, expand(kind), content, {"en": en, "zh": zh})


def _need(path: str, number: int, value: str, parameters: Sequence[Parameter]) -> Need:
    name, kind, prop, en, zh = _fields(path, number, value, 5)
    if name not in {one.name for one in parameters}:
        raise _fault(
            path, number, "needs something for {name!r}", "name one of the parameters", name=name
        )
    return Need(name, expand(kind), expand(prop), {"en": en, "zh": zh})


def _term_text(term: Term) -> str:
    if not isinstance(term, NamedNode | Literal):
        raise InputError(
            "{term} cannot be a parameter", hint="give an entity or a plain value", term=term
        )
    if re.search(_FRAGILE, term.value):
        raise InputError(
            "{text!r} holds a control character, or a backslash before u",
            hint="leave it out; engines read it differently",
            text=term.value,
        )
    return str(term)
