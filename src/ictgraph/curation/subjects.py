"""What the rows of a table are about: what is there already, and what a row declares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from ictgraph.curation.cells import entity, tidy_text
from ictgraph.curation.ontology import Ontology
from ictgraph.errors import InputError, UnknownName
from ictgraph.messages import Message
from ictgraph.vocab import ICT, ID, RDF_TYPE, RDFS_LABEL, SRC, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Subject", "Subjects"]

_TOLD = frozenset({"Event", "StudyGroup", "Statistic"})
_CURATED = frozenset({"Indication"})
_ELSEWHERE = {
    "Doubt": Message("write it into the file of doubts, see docs/doubts.md"),
    "Passage": Message("add it with 'ictgraph passage add'"),
}
_SLUGS = Message("what is new has a slug such as some-cel")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about.

    :ivar kind: IRI of its class.
    :ivar classes: local names of its class and of the broader ones.
    :ivar is_new: whether the table declares it.
    """

    iri: str
    kind: str
    classes: frozenset[str]
    is_new: bool

    @property
    def is_told(self) -> bool:
        """Whether what it is, is a claim: events, study groups and statistics."""
        return not _TOLD.isdisjoint(self.classes)

    @property
    def is_curated(self) -> bool:
        """Whether its properties are part of its declaration: indications."""
        return not _CURATED.isdisjoint(self.classes)


class Subjects:
    """Reads what rows are about, and remembers what they declare.

    :ivar graph: what is there already.
    """

    def __init__(self, graph: Graph, terms: Ontology) -> None:
        self.graph = graph
        self._terms = terms
        self._new: dict[str, str] = {}
        self._names: set[Quad] = set()

    def read(self, name: str, kind: str = "") -> Subject:
        """Return the subject that a row names.

        :param name: name, CURIE or IRI of what is there, or a slug of what is new.
        :param kind: IRI of the class that the row gives it, "" for none.
        :raises InputError: if it is neither, or has another class.
        """
        names, iri = self.graph.names, _identifier(name, kind)
        if kind and iri and names.classes(iri) is None and not names.lookup(name):
            self._declare(iri, kind)
        else:
            iri = self._found(name, kind)
        classes = self.graph.names.classes(iri) or ()
        kind = self._new.get(iri) or kind or ICT + classes[0]
        return Subject(iri, kind, self._terms.lineage(kind).union(classes), iri in self._new)

    def name(self, subject: Subject, naming: str, text: str, language: str) -> None:
        """Note a name that a row gives its subject.

        :param naming: IRI of ``rdfs:label`` or ``skos:altLabel``.
        :raises InputError: if it cannot have that name.
        """
        shown, curie = tidy_text(text), compress(subject.iri)
        if subject.is_told:
            raise InputError(
                "an event has no name of its own: it is named after its class and therapy",
                hint="leave this empty",
            )
        others = [one for one in self.graph.names.lookup(shown) if one.iri != subject.iri]
        if not subject.is_new:
            if len(others) == len(self.graph.names.lookup(shown)):
                raise InputError(
                    "{curie} is there already, without the name {shown!r}",
                    hint="leave this empty, or add the name where it is declared",
                    curie=curie,
                    shown=shown,
                )
            return
        local = subject.kind.removeprefix(ICT)
        taken = [compress(one.iri) for one in others if local in one.classes]
        if taken and naming == RDFS_LABEL:
            raise InputError(
                "{shown!r} is the name of {other} already",
                hint="use that one, or give a label that tells them apart",
                shown=shown,
                other=taken[0],
            )
        if naming == RDFS_LABEL and self._label(subject, language) not in ("", shown):
            raise InputError(
                "{curie} has another label {language} in another row",
                hint="keep one",
                curie=curie,
                language=language,
            )
        literal = Literal(shown, language=language)
        self._names.add(Quad(NamedNode(subject.iri), NamedNode(naming), literal))

    def unnamed(self, subject: Subject) -> tuple[str, ...]:
        """Return the languages in which something new has no label yet."""
        if not subject.is_new or subject.is_told:
            return ()
        return tuple(one for one in ("en", "zh") if not self._label(subject, one))

    def declarations(self, *, told: bool) -> set[Quad]:
        """Return class and names of what is new, in the default graph.

        :param told: whether events and the like are wanted, which passages declare.
        """
        kinds = {
            Quad(NamedNode(iri), NamedNode(RDF_TYPE), NamedNode(kind))
            for iri, kind in self._new.items()
            if told or _TOLD.isdisjoint(self._terms.lineage(kind))
        }
        return kinds | self._names

    def _label(self, subject: Subject, language: str) -> str:
        for quad in self._names:
            told = quad.subject == NamedNode(subject.iri) and quad.predicate.value == RDFS_LABEL
            if told and isinstance(quad.object, Literal) and quad.object.language == language:
                return quad.object.value
        return ""

    def _found(self, name: str, kind: str) -> str:
        """Return what is there; a passage may give an event a narrower class than another."""
        try:
            return entity(self.graph, name, kind.removeprefix(ICT))
        except UnknownName as unknown:
            new = Message("if it is new, give its class") if _identifier(name, kind) else _SLUGS
            raise UnknownName(
                unknown.what, hint="{advice}; {new}", advice=unknown.hint, new=new
            ) from None
        except InputError:
            wanted = self._terms.lineage(kind) if kind else frozenset[str]()
            iri = "" if wanted.isdisjoint(_TOLD) else entity(self.graph, name)
            if (self.graph.names.classes(iri) or ("",))[0] not in wanted:
                raise
            return iri

    def _declare(self, iri: str, kind: str) -> None:
        local = kind.removeprefix(ICT)
        if local in _ELSEWHERE:
            raise InputError(
                "a row cannot declare a {local}", hint=_ELSEWHERE[local], local=local.lower()
            )
        if self._new.setdefault(iri, kind) != kind:
            raise InputError(
                "{iri} has another class in another row", hint="keep one", iri=compress(iri)
            )


def _identifier(name: str, kind: str) -> str:
    """Return the IRI that a slug, CURIE or IRI of ours stands for, "" if it is none."""
    namespace = SRC if kind == ICT + "Source" else ID
    slug = name.removeprefix(compress(namespace + "x")[:-1]).removeprefix(namespace)
    return namespace + slug if _SLUG.fullmatch(slug) else ""
