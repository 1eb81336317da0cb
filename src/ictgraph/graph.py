"""The graph as one object: open it, ask it, look things up in it.

:func:`open_graph` opens the built-in graph, a build folder, RDF files or a SPARQL endpoint, and
all of them answer the same questions through :class:`Graph`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Store

from ictgraph import queries
from ictgraph.engine import Engine, LocalEngine
from ictgraph.errors import AmbiguousName, InputError, StoreError, UnknownName
from ictgraph.labels import AskedNames, LabelIndex, Match, Names
from ictgraph.paths import data_files
from ictgraph.results import Answer, Label, Statements, Table, Term
from ictgraph.store import current, default_folder, fingerprint, own_files
from ictgraph.terms import is_iri, parse
from ictgraph.vocab import ICT, compress, expand, prefixes

if TYPE_CHECKING:
    import networkx
    import rdflib

    from ictgraph.guard import Limits

__all__ = ["Graph", "default_build", "open_graph"]

Value = str | int | Sequence[str | int]
Progress = Callable[[str], None]


class Graph:
    """A graph that answers templates and SPARQL.

    :ivar engine: what runs trusted queries.
    :ivar names: what knows names and labels.
    :ivar folder: the build folder of an embedded graph, "" for an endpoint.

    >>> import ictgraph
    >>> graph = ictgraph.open_graph()
    >>> len(graph.query("approved-products")) > 0
    True
    """

    def __init__(self, engine: Engine, names: Names, folder: str = "") -> None:
        self.engine = engine
        self.names = names
        self.folder = folder

    def query(self, name: str, /, **values: Value) -> Answer:
        """Run a query template; see ``ictgraph queries`` for names and parameters.

        :param name: the template's name, or the path of a ``.rq`` file.
        :param values: parameters: a name in Chinese or English, a CURIE, an IRI, a number or a
            date, or a list of such. Omitted ones keep the template's default.
        :raises UnknownName: if the template, a parameter or an entity is not known.
        :raises AmbiguousName: if several entities have a given name.
        """
        template = queries.load(name)
        return self.run(template, self.bind(template, values))

    def bind(
        self, template: queries.Template, values: Mapping[str, Value]
    ) -> dict[str, list[Term]]:
        """Return the terms that the given values stand for, by parameter."""
        bound: dict[str, list[Term]] = {}
        for name, value in values.items():
            parameter = template.parameter(name)
            many = [value] if isinstance(value, str | int) else list(value)
            terms = [self.term(str(one), parameter) for one in many]
            if terms:
                bound[parameter.name] = terms
        return bound

    def run(self, template: queries.Template, bound: Mapping[str, Sequence[Term]]) -> Answer:
        """Run a template with parameters bound to terms; entities come with labels."""
        return self.labelled(self.engine.query(queries.render(template, bound)), template)

    def labelled(self, answer: Answer, template: queries.Template | None = None) -> Answer:
        """Return the answer with the labels of its entities, and the template's titles."""
        if isinstance(answer, Table):
            cells: Iterable[object] = (cell for row in answer.rows for cell in row)
            titles = template.titles if template else {}
            return replace(
                answer,
                labels=self._labels(cells),
                titles=titles,
                evidence=template.evidence if template else {},
                folds=template.folds if template else (),
                entities=template.entities if template else None,
            )
        if isinstance(answer, Statements):
            parts = (part for t in answer.triples for part in (t.subject, t.predicate, t.object))
            return replace(answer, labels=self._labels(parts))
        return answer

    def sparql(self, text: str, limits: Limits | None = None) -> Answer:
        """Run SPARQL that need not be trusted: guarded, limited, without network or files.

        :param limits: limits of time, memory and rows; the defaults are in ``docs/limits.md``.
        :raises QuerySyntaxError: if it does not parse.
        :raises PolicyError: if it asks for updates, other endpoints or other documents.
        :raises LimitError: if it takes too long, too much memory or is too large.
        """
        from ictgraph.guard import Limits, check

        limits = limits or Limits()
        if not self.folder:
            check(text, limits)
            return self.engine.query(text)
        from ictgraph.worker import run_guarded

        return run_guarded(os.path.join(self.folder, "store"), text, limits)

    def find(self, text: str, kind: str = "", limit: int = 20) -> list[Match]:
        """Return entities by name in Chinese or English, best first, typing errors forgiven.

        :param kind: local name of a class, such as ``Disease``, to search only its entities.
        """
        found = self.names.find(text, limit if not kind else 10 * limit)
        return [match for match in found if not kind or kind in match.classes][:limit]

    def entity(self, text: str, kind: str = "") -> str:
        """Return the IRI of the entity that a name, CURIE or IRI stands for.

        :param kind: local name of the class it must have, "" for any.
        :raises UnknownName: if there is none; the hint lists the nearest.
        :raises AmbiguousName: if there are several; the hint lists them.
        :raises InputError: if the entity is of another class.
        """
        text = text.strip()
        iri = _as_iri(text)
        if iri:
            classes = self.names.classes(iri)
            if classes is None:
                raise UnknownName(f"{text} is not in the graph", hint=self._near(iri, kind))
            matches = [Match(iri, text, classes, "exact")]
        else:
            matches = self.names.lookup(text)
        fitting = [match for match in matches if not kind or kind in match.classes]
        if len(fitting) == 1:
            return fitting[0].iri
        if fitting:
            listed = ", ".join(sorted(compress(match.iri) for match in fitting))
            raise AmbiguousName(f"{text!r} names several entities", hint=f"choose one: {listed}")
        if matches:
            wanted, found = self._class_label(kind), self._class_label(matches[0].classes[0])
            raise InputError(f"{text} is a {found}, not a {wanted}", hint=self._near(text, kind))
        raise UnknownName(f"nothing is named {text!r}", hint=self._near(text, kind))

    def term(self, text: str, parameter: queries.Parameter) -> Term:
        """Return the term that a typed value of a parameter stands for."""
        if parameter.is_literal:
            return parse(text, parameter.type)
        kind = parameter.type.rpartition("#")[2]
        return NamedNode(self.entity(text, "" if kind == "Entity" else kind))

    def to_rdflib(self) -> rdflib.Dataset:
        """Return a copy of the graph as an rdflib dataset.

        :raises InputError: for an endpoint, which has no file to copy.
        """
        from ictgraph.reference import read_dataset

        if not self.folder:
            raise InputError("an endpoint cannot be copied whole", hint="query it instead")
        return read_dataset(os.path.join(self.folder, "graph.nq"))

    def to_networkx(self, **values: Value) -> networkx.MultiDiGraph:
        """Return the landscape as a networkx graph; see :func:`ictgraph.networks.landscape`."""
        from ictgraph.networks import landscape

        return landscape(self, **values)

    def _labels(self, terms: Iterable[object]) -> Mapping[str, Label]:
        iris = {term.value for term in terms if isinstance(term, NamedNode)}
        return self.names.labels(iris) if iris else {}

    def _near(self, text: str, kind: str) -> str:
        near = [
            f"{match.name} ({compress(match.iri)})"
            for match in self.find(text.rpartition("/")[2].replace("-", " "), kind, 3)
        ]
        option = f" --kind {kind}" if kind else ""
        search = f"'ictgraph find TEXT{option}' searches"
        return f"did you mean {', '.join(near)}? {search}" if near else search

    def _class_label(self, name: str) -> str:
        """The English label of a class, by its local name."""
        return self.names.labels({ICT + name}).get(ICT + name, {}).get("en", name)


def open_graph(*files: str, endpoint: str = "", timeout: float = 30.0) -> Graph:
    """Open the built-in graph, a build folder, RDF files, or a SPARQL endpoint.

    :param files: nothing for the built-in graph (built on first use); one folder written by
        ``ictgraph build``; or RDF files (Turtle, TriG, N-Triples, N-Quads).
    :param endpoint: URL of a SPARQL 1.1 endpoint that holds the graph.
    :param timeout: seconds an endpoint may take per query.
    :raises StoreError: if a folder holds no build.
    :raises InputError: if a file does not parse.

    >>> open_graph().find("泽沃基奥仑赛")[0].how
    'exact'
    """
    if endpoint:
        from ictgraph.remote import EndpointEngine

        engine = EndpointEngine(endpoint, timeout=timeout)
        return Graph(engine, AskedNames(engine))
    if not files:
        return _opened(default_build())
    if len(files) == 1 and os.path.isdir(files[0]):
        done = current(files[0])
        if done is None:
            raise StoreError(
                f"{files[0]} holds no finished build", hint="make one: ictgraph build -o FOLDER"
            )
        return _opened(done)
    import tempfile

    from ictgraph.build import build

    folder = tempfile.mkdtemp(prefix="ictgraph-")
    return _opened(build(folder, files), temporary=folder)


def default_build(*, force: bool = False, progress: Progress = lambda _: None) -> str:
    """Return the folder of the built-in graph's build, made on first use or after a change."""
    files = own_files()
    inputs = fingerprint(data_files("ontology", "triples"))
    folder = default_folder()
    found = None if force else current(folder, inputs)
    if found:
        return found
    from ictgraph.build import build

    return build(folder, files, inputs=inputs, force=force, progress=progress)


def _opened(done: str, temporary: str = "") -> Graph:
    try:
        store = Store.read_only(os.path.join(done, "store"))
    except OSError as error:
        raise StoreError(
            f"the store in {done} cannot be opened: {error}",
            hint="rebuild it with 'ictgraph build --force'",
        ) from None
    graph = Graph(LocalEngine(store), LabelIndex.read(os.path.join(done, "labels.tsv")), done)
    if temporary:
        import shutil
        import weakref

        weakref.finalize(graph, shutil.rmtree, temporary, ignore_errors=True)
    return graph


def _as_iri(text: str) -> str:
    """The IRI meant by ``<…>``, an absolute web IRI or a CURIE with a known prefix, or ""."""
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if text.startswith(("http://", "https://", "urn:")):
        if not is_iri(text):
            raise InputError(f"{text!r} is not a well-formed IRI", hint="check its characters")
        return text
    prefix, colon, local = text.partition(":")
    if colon and local and " " not in text and prefix.lower() in {p.lower() for p in prefixes()}:
        return expand(text)
    return ""
