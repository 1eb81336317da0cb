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
from ictgraph.errors import (
    AmbiguousName,
    InputError,
    StoreError,
    UnknownName,
)
from ictgraph.labels import AskedNames, LabelIndex, Match, Names
from ictgraph.links.vocabularies import identifier
from ictgraph.messages import Message, bilingual, reason, series
from ictgraph.paths import data_files
from ictgraph.results import Answer, Label, Statements, Table, Term, cut, ordered
from ictgraph.store import current, default_folder, fingerprint, ontology_files, own_files
from ictgraph.terms import is_iri, parse
from ictgraph.vocab import ICT, ICTGRAPH, compress, expand, prefixes

if TYPE_CHECKING:
    import networkx
    import rdflib

    from ictgraph.guard import Limits

__all__ = ["Graph", "Value", "default_build", "open_files", "open_graph"]

Value = str | int | Sequence[str | int] | None
_Progress = Callable[[str], None]


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

    def __repr__(self) -> str:
        if not self.folder:
            where = getattr(self.engine, "url", "")
            return f"<ictgraph graph, endpoint {where}>" if where else "<ictgraph graph>"
        import json

        try:
            with open(os.path.join(self.folder, "manifest.json"), encoding="utf-8") as file:
                passages = f", {json.load(file)['passages']} passages"
        except (OSError, ValueError, KeyError):
            passages = ""
        return (
            f"<ictgraph graph, build {os.path.basename(self.folder).partition('.')[0]}{passages}>"
        )

    def query(self, name: str, /, **values: Value) -> Answer:
        """Run a query template; see ``ictgraph queries`` for names and parameters.

        :param name: the template's name, or the path of a ``.rq`` file.
        :param values: parameters: a name in Chinese or English, a CURIE, an IRI, a number or a
            date, or a list of such. Omitted ones and ``None`` keep the template's default.
        :raises UnknownName: if the template, a parameter or an entity is not known.
        :raises InputError: if a value is none of these.
        :raises AmbiguousName: if several entities have a given name.
        """
        template = queries.load(name)
        return self.run(template, self.bind(template, values))

    def bind(
        self, template: queries.Template, values: Mapping[str, Value]
    ) -> dict[str, list[Term]]:
        """Return the terms that the given values stand for, by parameter.

        :raises InputError: if the template asks an endpoint of others, not a graph like this.
        """
        if template.elsewhere:
            raise InputError(
                "{name} asks another endpoint",
                hint="run 'ictgraph enrich {path}'",
                name=template.name,
                path=template.path,
            )
        bound: dict[str, list[Term]] = {}
        for name, value in values.items():
            parameter = template.parameter(name)
            terms = [self.term(text, parameter) for text in _texts(name, value)]
            if terms:
                bound[parameter.name] = terms
        return bound

    def run(self, template: queries.Template, bound: Mapping[str, Sequence[Term]]) -> Answer:
        """Run a template with parameters bound to terms; entities come with labels."""
        return self.labelled(self.engine.query(queries.render(template, bound)), template)

    def labelled(self, answer: Answer, template: queries.Template | None = None) -> Answer:
        """Return the answer with the labels of its entities, and the template's titles."""
        if isinstance(answer, Table):
            titles = template.titles if template else {}
            return replace(
                answer,
                labels=self._labels(answer.rows),
                titles=titles,
                evidence=template.evidence if template else {},
                folds=template.folds if template else (),
                entities=template.entities if template else None,
            )
        if isinstance(answer, Statements):
            return replace(answer, labels=self._labels(answer.triples))
        return answer

    def sparql(self, text: str, limits: Limits | None = None) -> Answer:
        """Run SPARQL that need not be trusted: guarded, limited, without network or files.

        The prefixes of :func:`ictgraph.vocab.prefixes` need no declaration. The columns of
        ``SELECT *`` are in the order in which the text first names them.

        An endpoint, or an engine without a build folder, gets the text once it is checked, and
        limits time and memory as it does; of its rows no more than allowed are kept.

        :param limits: limits of time, memory and rows; the defaults are in ``docs/limits.md``.
        :raises QuerySyntaxError: if it does not parse.
        :raises PolicyError: if it asks for updates, other endpoints or other documents.
        :raises LimitError: if it takes too long, too much memory or is too large.
        """
        from ictgraph.guard import Limits, check
        from ictgraph.tokens import prologue

        limits = limits or Limits()
        fits = len(text) <= limits.max_bytes
        declarations, order = prologue(text) if fits else ("", [])
        text, begin = declarations + text, len(declarations)
        if not self.folder:
            check(text, limits, begin=begin)
            return ordered(cut(self.engine.query(text), limits.rows), order)
        from ictgraph.worker import run_guarded

        store = os.path.join(self.folder, "store")
        return ordered(run_guarded(store, text, limits, begin), order)

    def find(self, text: str, kind: str = "", limit: int = 20) -> list[Match]:
        """Return entities by name in Chinese or English, best first, typing errors forgiven.

        :param kind: local name of a class, such as ``Disease``, to search only its entities.
        """
        if curie := identifier(text):  # there or not, but never nearly
            found = self.names.lookup(curie)
        else:
            found = self.names.find(text, limit, kind)
        return [match for match in found if not kind or kind in match.classes][:limit]

    def entity(self, text: str, kind: str = "") -> str:
        """Return the IRI of the entity that a name, CURIE or IRI stands for.

        :param kind: local name of the class it must have, "" for any.
        :raises UnknownName: if there is none; the hint lists the nearest.
        :raises AmbiguousName: if there are several; the hint lists them.
        :raises InputError: if the entity is of another class.
        """
        text = text.strip()
        curie = identifier(text)
        matches = self.names.lookup(curie) if curie else []
        iri = "" if matches else _as_iri(text)
        if iri:
            classes = self.names.classes(iri)
            matches = [Match(iri, text, classes, "exact")] if classes is not None else []
            matches = matches or self.names.lookup(compress(iri))  # an identifier of elsewhere
            if not matches:
                raise UnknownName(
                    "{text} is not in the graph", hint=self._near(iri, kind), text=text
                )
        elif not matches:
            matches = self.names.lookup(text)
        fitting = [match for match in matches if not kind or kind in match.classes]
        own = [match for match in fitting if match.iri.startswith(ICTGRAPH)]
        fitting = own or fitting  # a name of ours before that of an imported term
        if len(fitting) == 1:
            return fitting[0].iri
        if fitting:
            raise AmbiguousName(
                "{text!r} names several entities",
                hint="choose one: {listed}",
                text=text,
                listed=series(sorted(compress(match.iri) for match in fitting)),
            )
        if matches:
            raise self._misplaced(text, matches[0], kind)
        raise UnknownName("nothing is named {text!r}", hint=self._near(text, kind), text=text)

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
        from ictgraph.networks import landscape  # goes backwards, see docs/architecture.md

        return landscape(self, **values)

    def _labels(self, rows: Iterable[Iterable[object]]) -> Mapping[str, Label]:
        iris = {term.value for row in rows for term in row if isinstance(term, NamedNode)}
        return self.names.labels(iris) if iris else {}

    def _misplaced(self, text: str, match: Match, kind: str) -> InputError:
        no_class = Message("thing of no class")
        return InputError(
            "{text} is a {found}, not a {wanted}",
            hint=self._near(text, kind),
            text=text,
            found=self._class_label(match.classes[0]) if match.classes else no_class,
            wanted=self._class_label(kind),
        )

    def _near(self, text: str, kind: str) -> Message:
        near = [
            f"{match.name} ({compress(match.iri)})"
            for match in self.find(text.rpartition("/")[2].replace("-", " "), kind, 3)
        ]
        option = f" --kind {kind}" if kind else ""
        hint = Message("'ictgraph find TEXT{option}' searches", option=option)
        if not near:
            return hint
        return Message("did you mean {near}? {hint}", near=series(near), hint=hint)

    def _class_label(self, name: str) -> Message:
        """The label of a class, by its local name."""
        label = self.names.labels({ICT + name}).get(ICT + name, {})
        return bilingual(label.get("en", name), label.get("zh", name))


def open_graph(*files: str, endpoint: str = "", timeout: float = 30.0) -> Graph:
    """Open the built-in graph, a build folder, RDF files, or a SPARQL endpoint.

    :param files: nothing for the built-in graph (built on first use); one folder written by
        ``ictgraph build``, or a finished build in it; or RDF files (Turtle, TriG, N-Triples,
        N-Quads), which are read together with the ontology.
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
        finished = os.path.isfile(os.path.join(files[0], "manifest.json"))
        done = files[0] if finished else current(files[0])
        if done is None:
            raise StoreError(
                "{folder} holds no finished build",
                hint="make one: ictgraph build -o FOLDER",
                folder=files[0],
            )
        return _opened(done)
    return open_files([*ontology_files(), *files])


def open_files(files: Sequence[str], root: str = "") -> Graph:
    """Open RDF files as they are, for as long as the graph is used.

    :param files: all of them, the ontology included.
    :param root: see :func:`ictgraph.build.collect`.
    :raises InputError: if a file does not parse.
    """
    import shutil
    import tempfile

    from ictgraph.build import build

    folder = tempfile.mkdtemp(prefix="ictgraph-")
    try:
        return _opened(build(folder, files, root=root), temporary=folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def default_build(*, force: bool = False, progress: _Progress = lambda _: None) -> str:
    """Return the folder of the built-in graph's build, made on first use or after a change."""
    files = own_files()
    inputs = fingerprint(data_files("ontology", "triples"))
    folder = default_folder()
    found = None if force else current(folder, inputs)
    if found:
        return found
    from ictgraph.build import build

    return build(folder, files, inputs=inputs, force=force, progress=progress)


def _texts(name: str, value: object) -> list[str]:
    """The values of a parameter as text, none for ``None``."""
    if value is None:
        return []
    listed = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
    many: list[object] = list(value) if listed else [value]  # type: ignore[call-overload]
    for one in many:
        if not isinstance(one, str | int):
            raise InputError(
                "the value of {name} has the type {kind}",
                hint="give a name, a CURIE, an IRI, a number, a date as text, or a list of such",
                name=name,
                kind=type(one).__name__,
            )
    return [str(one) for one in many]


def _opened(done: str, temporary: str = "") -> Graph:
    try:
        store = Store.read_only(os.path.join(done, "store"))
    except (OSError, RuntimeError) as error:
        raise StoreError(
            "the store in {done} cannot be opened: {reason}",
            hint="rebuild it with 'ictgraph build --force'",
            done=done,
            reason=reason(error),
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
            raise InputError(
                "{text!r} is not a well-formed IRI", hint="check its characters", text=text
            )
        return text
    prefix, colon, local = text.partition(":")
    if colon and local and " " not in text and prefix.lower() in {p.lower() for p in prefixes()}:
        return expand(text)
    return ""
