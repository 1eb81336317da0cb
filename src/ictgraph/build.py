"""Build the graph: read the text files, run the rules, write one store and its manifest.

A build folder holds ``current.json``, which names the finished build, and one folder per build
id with ``graph.nq`` (sorted N-Quads, the same bytes for the same input), ``labels.tsv``,
``manifest.json`` and ``store/``. A build becomes current by one rename of ``current.json``:
readers see the old graph or the new one, never a mixture.

Named graphs: every passage has one; besides them ``graph:ontology``, ``graph:entities``,
``graph:passages`` (what the passages are), ``graph:doubts``, ``graph:mappings`` (links to other
vocabularies), ``graph:imports`` (extracts of those) and ``graph:derived`` (what the rules in
``ontology/rules/`` conclude). The default graph is the union of all of them but the derived
one, each triple once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from itertools import count

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
)
from pyoxigraph import __version__ as engine_version

from ictgraph import xmlguard
from ictgraph.engine import LocalEngine, statements
from ictgraph.errors import InputError, QuerySyntaxError, StoreError
from ictgraph.labels import index_of
from ictgraph.links import sssom
from ictgraph.messages import Message, reason
from ictgraph.paths import data_dir, data_files
from ictgraph.store import (
    FORMAT,
    current,
    make_current,
    own_files,
    read_whole,
    refuse_foreign,
)
from ictgraph.terms import text_of
from ictgraph.vocab import GRAPH, ICT, RDF_TYPE, compress

__all__ = ["Manifest", "build", "collect", "rules", "verify"]

_DERIVED = NamedNode(GRAPH + "derived")
_PASSAGES = NamedNode(GRAPH + "passages")
_DEFAULT = DefaultGraph()
_PASSAGE = NamedNode(ICT + "Passage")
_MINUTE = 60.0
_Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build is.

    :ivar build: build id, the first 16 hexadecimal digits of ``sha256``.
    :ivar sha256: digest of ``graph.nq``.
    :ivar ontology: version of the ontology.
    :ivar engine: version of pyoxigraph that wrote the store.
    :ivar quads: number of quads in all graphs, the default graph included.
    :ivar claims: number of triples in passage graphs.
    :ivar passages: number of passages.
    :ivar entities: number of entities by class, most specific classes only.
    :ivar sources: number of passages by source.
    """

    build: str
    sha256: str
    ontology: str
    engine: str
    quads: int
    claims: int
    passages: int
    entities: dict[str, int]
    sources: dict[str, int]
    format: int = FORMAT


def collect(files: Sequence[str], root: str = "") -> list[Quad]:
    """Read RDF files into quads with the graphs of a build, default graph and rules left out.

    An exported graph gives what it was built from: the derived graph, and what the default graph
    merely repeats from named graphs of the same file, are left out too.

    :param root: the folder that holds ontology/ and triples/, if not the package's own.
    :raises InputError: if a file does not parse, holds a blank node, or makes claims in a graph
        that no passage declares.
    """
    quads: set[Quad] = set()
    declared: set[str] = set()
    where: dict[str, str] = {}
    for path in files:
        found = [quad for quad in _read(path) if quad.graph_name != _DERIVED]
        merged = {quad.triple for quad in found if quad.graph_name != _DEFAULT}
        home = _home(path, root)
        for quad in found:
            graph = quad.graph_name
            if isinstance(graph, NamedNode):
                where.setdefault(graph.value, path)
            elif quad.triple in merged:
                continue
            else:
                graph = home
            if quad.predicate.value == RDF_TYPE and quad.object == _PASSAGE:
                declared.add(text_of(quad.subject))
            quads.add(Quad(quad.subject, quad.predicate, quad.object, graph))
    for name, path in sorted(where.items()):
        if name not in declared and not name.startswith(GRAPH):
            raise InputError(
                "{path}: claims in {name}, which no file declares",
                hint="declare it as an ict:Passage with its place and what it says",
                path=path,
                name=compress(name),
            )
    return sorted(quads, key=str)


def rules() -> list[tuple[str, str]]:
    """Return file name and text of every rule, in the order they run."""
    found = []
    for path in data_files("ontology", ending=".rq"):
        with open(path, encoding="utf-8") as file:
            found.append((os.path.basename(path), file.read()))
    return found


def build(
    folder: str,
    files: Sequence[str] = (),
    *,
    root: str = "",
    inputs: str = "",
    force: bool = False,
    progress: _Progress = lambda _: None,
) -> str:
    """Build the graph in a folder and make it current; return the folder of the build.

    :param files: RDF files instead of the package's own ontology/ and triples/.
    :param root: see :func:`collect`.
    :param inputs: a fingerprint to remember, see :func:`current`.
    :param force: read a build that is there already whole, and write it anew if it is damaged.
    :raises InputError: if an input is not what it must be; nothing has changed then.
    :raises StoreError: if the folder is not a build folder or cannot be written.
    """
    refuse_foreign(folder)
    quads = collect(files or own_files(), root)
    progress(Message("read {count} statements", count=len(quads)))
    everything = _derive(quads)
    derived = sum(q.graph_name == _DERIVED for q in everything)
    progress(Message("derived {count} statements more", count=derived))
    text = _text(everything)
    manifest = _manifest(text, everything)
    with _writing(folder):
        os.makedirs(folder, exist_ok=True)
        done = _found(folder, manifest, force) or _write(
            folder, text, index_of(everything), manifest
        )
        make_current(folder, os.path.basename(done), inputs)
        _prune(folder, keep=done)
    progress(_summary(manifest))
    return done


def _summary(manifest: Manifest) -> Message:
    return Message(
        "build {build}: {claims} claims in {passages} passages",
        build=manifest.build,
        claims=manifest.claims,
        passages=manifest.passages,
    )


@contextmanager
def _writing(folder: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            "the build in {folder} failed: {reason}",
            hint="check free space and permissions, or set ICTGRAPH_CACHE to another folder",
            folder=folder,
            reason=reason(error),
        ) from None


def verify(done: str) -> Manifest:
    """Read a build whole and compare every part with what its graph gives.

    :raises StoreError: if a file is missing, damaged or does not match.
    """
    hint = Message("rebuild it with 'ictgraph build --force'")
    try:
        manifest = _read_manifest(done)
        with open(os.path.join(done, "graph.nq"), "rb") as graph:
            text = graph.read()
        with open(os.path.join(done, "labels.tsv"), encoding="utf-8") as labels:
            index = labels.read()
        stored = read_whole(os.path.join(done, "store"))
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise StoreError(
            "the build {done} is damaged: {reason}", hint=hint, done=done, reason=reason(error)
        ) from None
    if hashlib.sha256(text).hexdigest() != manifest.sha256:
        raise StoreError("{done}: graph.nq does not match its manifest", hint=hint, done=done)
    if _text(stored) != text:
        raise StoreError("{done}: the store does not match graph.nq", hint=hint, done=done)
    if replace(_manifest(text, stored), engine=manifest.engine) != manifest:
        raise StoreError("{done}: the manifest does not match graph.nq", hint=hint, done=done)
    if index_of(stored) != index:
        raise StoreError("{done}: labels.tsv does not match graph.nq", hint=hint, done=done)
    return manifest


def _read_manifest(done: str) -> Manifest:
    with open(os.path.join(done, "manifest.json"), encoding="utf-8") as file:
        return Manifest(**json.load(file))


def _found(folder: str, manifest: Manifest, thorough: bool) -> str:
    """Return the folder of a build that is there already, or "" if none is or can be used."""
    for name in sorted(os.listdir(folder), reverse=True):
        done = os.path.join(folder, name)
        if name.partition(".")[0] == manifest.build:
            with suppress(OSError, ValueError, TypeError, StoreError):
                if (verify if thorough else _read_manifest)(done) == manifest:
                    return done
    return ""


def _text(quads: Iterable[Quad]) -> bytes:
    """Return quads as sorted N-Quads."""
    return ("\n".join(sorted(f"{quad} ." for quad in quads)) + "\n").encode()


def _home(path: str, root: str) -> NamedNode:
    """The graph for triples that a file states outside any named graph."""
    path = os.path.abspath(path)
    if path.endswith(".trig"):
        return _PASSAGES
    for folder, graph in (("ontology", "ontology"), ("triples", "entities")):
        if path.startswith((os.path.join(root, folder) if root else data_dir(folder)) + os.sep):
            name = os.path.basename(path).removesuffix(".ttl")
            if os.path.basename(os.path.dirname(path)) == "imports":
                graph = "imports"
            return NamedNode(GRAPH + {"doubts": "doubts", "sources": "passages"}.get(name, graph))
    return NamedNode(GRAPH + "entities")


def _read(path: str) -> Iterable[Quad]:
    """Read a file; blank nodes and triples about triples, which have no IRI, are errors."""
    with xmlguard.reading(path):
        for quad in (sssom if path.endswith(".sssom.tsv") else xmlguard).quads(path):
            if not isinstance(quad.graph_name, NamedNode | DefaultGraph) or not (
                isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal)
            ):
                raise InputError(
                    "{path}: blank node or triple term in {quad}",
                    hint="give every node an IRI of its own",
                    path=path,
                    quad=quad,
                )
            yield quad


def _derive(quads: Sequence[Quad]) -> set[Quad]:
    """Add the default graph and what the rules conclude; refuse literals the store rewrites."""
    everything = set(quads)
    everything |= {Quad(q.subject, q.predicate, q.object, _DEFAULT) for q in quads}
    store = Store()
    store.bulk_extend(everything)
    if set(store) != everything:
        changed = sorted(map(str, everything - set(store)))[0]
        raise InputError(
            "the store would rewrite a value of {changed}",
            hint="write numbers and dates in canonical form, language tags in lower case",
            changed=changed,
        )
    for name, text in rules():
        try:
            for triple in statements(LocalEngine(store), text):
                quad = Quad(triple.subject, triple.predicate, triple.object, _DERIVED)
                everything.add(quad)
                store.add(quad)
        except QuerySyntaxError as error:
            raise InputError(
                "rule {name}: {reason}", hint="mend the rule", name=name, reason=error.what
            ) from None
    return everything


def _manifest(text: bytes, quads: Iterable[Quad]) -> Manifest:
    digest = hashlib.sha256(text).hexdigest()
    version = ""
    entities: set[tuple[str, str]] = set()
    sources: set[tuple[str, str]] = set()
    total = claims = 0
    for quad in quads:
        total += 1
        predicate = quad.predicate.value
        subject, value = text_of(quad.subject), text_of(quad.object)
        if quad.graph_name in (_DEFAULT, _DERIVED):
            continue
        claims += not text_of(quad.graph_name).startswith(GRAPH)
        if predicate.endswith("#versionInfo") and subject == ICT.rstrip("#"):
            version = value
        elif predicate == ICT + "partOf" and quad.graph_name == _PASSAGES:
            sources.add((compress(value), subject))
        elif predicate == RDF_TYPE and value.startswith(ICT):
            entities.add((value[len(ICT) :], subject))
    counts = Counter(name for name, _ in sorted(entities))
    return Manifest(
        build=digest[:16],
        sha256=digest,
        ontology=version,
        engine=engine_version,
        quads=total,
        claims=claims,
        passages=counts["Passage"],
        entities=dict(counts),
        sources=dict(Counter(name for name, _ in sorted(sources))),
    )


def _write(folder: str, text: bytes, index: str, manifest: Manifest) -> str:
    making = os.path.join(folder, f".building-{os.getpid()}-{threading.get_ident()}")
    shutil.rmtree(making, ignore_errors=True)
    os.makedirs(making)
    try:
        store = Store(os.path.join(making, "store"))
        store.bulk_load(input=text, format=RdfFormat.N_QUADS)
        store.optimize()
        store.flush()
        del store
        for name, content in (
            ("graph.nq", text),
            ("labels.tsv", index.encode()),
            ("manifest.json", (json.dumps(asdict(manifest), indent=1) + "\n").encode()),
        ):
            with open(os.path.join(making, name), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        return _install(folder, making, manifest)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _install(folder: str, making: str, manifest: Manifest) -> str:
    """Name a finished build after its id; where a damaged one has the name, add a number."""
    for number in count(1):
        done = os.path.join(folder, manifest.build + (f".{number}" if number > 1 else ""))
        try:
            os.rename(making, done)
        except OSError:
            if not os.path.isdir(done):
                raise
            if other := _found(folder, manifest, thorough=True):
                return other
        else:
            break
    return done


def _prune(folder: str, keep: str) -> None:
    """Remove builds but the newest two, so that a reader of the last one can finish.

    Younger ones than a minute stay: another builder may be about to make one current. What killed
    builders left behind goes too, once it is an hour old.
    """
    kept = {keep, current(folder)}
    found: list[tuple[float, str]] = []
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        with suppress(FileNotFoundError):  # another builder prunes too
            age = time.time() - os.path.getmtime(path)
            if name.startswith(".building-") and age > 60 * _MINUTE:
                shutil.rmtree(path, ignore_errors=True)
            elif os.path.isfile(os.path.join(path, "manifest.json")) and path not in kept:
                found.append((age, path))
    for age, old in sorted(found)[1:]:
        if age > _MINUTE:
            shutil.rmtree(old, ignore_errors=True)
