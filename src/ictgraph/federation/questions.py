"""Templates that ask other endpoints: which one, by which identifiers, what becomes of answers.

Beside the header of every template (:mod:`ictgraph.queries`) they have the keys ``endpoint``,
``identifiers``, ``label``, ``known``, ``record`` and ``claim``; see ``docs/federation.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ictgraph import queries
from ictgraph.errors import InputError, UnknownName
from ictgraph.federation.endpoints import Endpoint, endpoints
from ictgraph.messages import Message, alternatives, series
from ictgraph.queries import Column, Parameter, Template
from ictgraph.vocab import SKOS, expand, prefixes

__all__ = ["Claim", "Known", "Question", "load", "read"]

_FORMS = ("iri", "local", "curie")
_MATCHES = {one: f"{SKOS}{one}Match" for one in ("exact", "close", "related", "broad", "narrow")}


class Known(NamedTuple):
    """A column of our entities, made from one of identifiers that they are the same as."""

    of: str
    column: Column


class Claim(NamedTuple):
    """What a row says when it is saved: a property between two of its columns."""

    subject: str
    property: str
    object: str


@dataclass(frozen=True, slots=True)
class Question:
    """A template with the endpoint that answers it.

    :ivar parameter: its one parameter; the column of that name has the identifiers asked for.
    :ivar vocabularies: prefixes of the identifiers that are sent.
    :ivar form: how they are sent: ``iri``, ``local`` ("P15391") or ``curie`` ("MONDO:0004975").
    :ivar matches: the mapping properties by which an entity has an identifier, best first.
    :ivar names: columns that readers do not see: they name what stands in another column.
    :ivar record: the column that names the record that a row is from.
    """

    template: Template
    endpoint: Endpoint
    parameter: Parameter
    vocabularies: tuple[str, ...]
    form: str
    matches: tuple[str, ...]
    names: Mapping[str, str]
    known: tuple[Known, ...]
    record: str
    claims: tuple[Claim, ...]

    @property
    def name(self) -> str:
        """The template's name."""
        return self.template.name


def load(name: str) -> Question:
    """Read a question by the name of its template, or by the path of a ``.rq`` file.

    :raises UnknownName: if there is none; the hint lists the nearest names.
    :raises InputError: if its header does not parse.

    >>> load("proteins").endpoint.name
    'uniprot'
    """
    return read(queries.load(name, elsewhere=True))


def read(template: Template) -> Question:
    """Read the header lines of a template that say whom it asks, and how.

    :raises InputError: if one is missing, misspelt, or names what the template does not have.
    """
    lines = _Lines(template)
    endpoint = lines.endpoint()
    parameter = template.parameters[0]
    slot, spaces, form, *matches = lines.one("identifiers", 3, 4)
    kinds = matches[0].split() if matches else ["exact"]
    if slot != parameter.name or form not in _FORMS or not set(kinds) <= _MATCHES.keys():
        raise lines.fault(
            "identifiers",
            Message("is not understood"),
            Message(
                "write '{name} | PREFIX… | {forms} | {matches}'",
                name=parameter.name,
                forms=alternatives(_FORMS),
                matches=alternatives(_MATCHES),
            ),
        )
    unknown = sorted(set(spaces.split()) - prefixes().keys())
    if unknown:
        raise lines.fault(
            "identifiers",
            Message("no prefix {prefix!r}", prefix=unknown[0]),
            Message("see ontology/prefixes.ttl"),
        )
    return Question(
        template=template,
        endpoint=endpoint,
        parameter=parameter,
        vocabularies=tuple(spaces.split()),
        form=form,
        matches=tuple(_MATCHES[one] for one in kinds),
        names=lines.names(),
        known=lines.known(),
        record=lines.column("record", lines.one("record", 1)[0]),
        claims=lines.claims(),
    )


class _Lines:
    """The header lines of a template, with messages that name file and line."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.columns = {column.name for column in template.columns}

    def one(self, key: str, *counts: int) -> list[str]:
        """Return the parts of the only line of a key."""
        found = self.all(key, *counts)
        if len(found) != 1:
            raise self.fault(
                key, Message("needs exactly one '#+ {key}:'", key=key), Message("give one")
            )
        return found[0]

    def all(self, key: str, *counts: int) -> list[list[str]]:
        """Return the parts of the lines of a key, each of them of one of some lengths."""
        found = []
        for number, line in self.template.elsewhere.get(key, ()):
            parts = [part.strip() for part in line.split("|")]
            if len(parts) not in counts or not all(parts):
                wanted = alternatives(map(str, counts))
                raise self.fault(
                    key,
                    Message("needs {wanted} parts", wanted=wanted),
                    Message("found {line!r}", line=line),
                    number,
                )
            found.append(parts)
        return found

    def column(self, key: str, name: str) -> str:
        """Return a name if a column has it."""
        if name not in self.columns:
            raise self.fault(
                key,
                Message("no column {name!r}", name=name),
                Message("name a column of the header"),
            )
        return name

    def endpoint(self) -> Endpoint:
        """Return who is asked."""
        name = self.one("endpoint", 1)[0]
        if name not in endpoints():
            raise self.fault(
                "endpoint",
                Message("no endpoint {name!r}", name=name),
                Message("it is one of {endpoints}", endpoints=series(endpoints())),
            )
        if self.template.form != "SELECT" or len(self.template.parameters) != 1:
            raise self.fault(
                "endpoint", Message("asks elsewhere"), Message("give it a SELECT and one parameter")
            )
        return endpoints()[name]

    def names(self) -> dict[str, str]:
        """Return the columns that name others, each with the one that it names."""
        found = {}
        for of, name in self.all("label", 2):
            found[name] = self.column("label", of)
            self.columns.add(name)
        return found

    def known(self) -> tuple[Known, ...]:
        """Return the columns of our entities, which are columns then."""
        found = []
        for of, name, en, zh in self.all("known", 4):
            found.append(Known(self.column("known", of), Column(name, {"en": en, "zh": zh})))
            self.columns.add(name)
        return tuple(found)

    def claims(self) -> tuple[Claim, ...]:
        """Return what rows say when they are saved."""
        found = []
        for subject, name, value in self.all("claim", 3):
            try:
                iri = expand(name)
            except (InputError, UnknownName) as error:
                raise self.fault("claim", error.what, error.hint) from None
            columns = self.column("claim", subject), self.column("claim", value)
            found.append(Claim(columns[0], iri, columns[1]))
        return tuple(found)

    def fault(self, key: str, what: Message, hint: Message, number: int = 0) -> InputError:
        """Return an error about a line of a key."""
        lines = self.template.elsewhere.get(key, ())
        where = number or (lines[0][0] if lines else 1)
        return InputError(
            "{path}:{where}: {key}: {what}",
            hint="{advice}; see docs/federation.md",
            path=self.template.path,
            where=where,
            key=key,
            what=what,
            advice=hint,
        )
