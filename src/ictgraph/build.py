"""Build the graph: read the text files, run the rules, write one store and its manifest.

A build folder holds ``current.json``, which names the finished build, and one folder per build
id with ``graph.nq`` (sorted N-Quads, the same bytes for the same input), ``labels.tsv``,
``manifest.json`` and ``store/``. A build becomes current by one rename of ``current.json``:
readers see the old graph or the new one, never a mixture.

Named graphs: every passage has one; besides them ``graph:ontology``, ``graph:entities``,
``graph:passages`` (what the passages are), ``graph:doubts`` and ``graph:derived`` (what the rules
in ``ontology/rules/`` conclude). The default graph is the union of all of them but the derived
one, each triple once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    parse,
)
from pyoxigraph import __version__ as engine_version

from ictgraph.engine import LocalEngine, statements
from ictgraph.errors import InputError, QuerySyntaxError, StoreError
from ictgraph.labels import index_line
from ictgraph.paths import data_dir, data_files
from ictgraph.store import FORMAT, own_files
from ictgraph.vocab import GRAPH, ICT, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, compress

__all__ = ["Manifest", "build", "collect", "rules", "verify"]

DERIVED = NamedNode(GRAPH + "derived")
PASSAGES = NamedNode(GRAPH + "passages")
_DEFAULT = DefaultGraph()
_NAMES = {RDFS_LABEL: "label", ICT + "locator": "label", SKOS_ALT_LABEL: "alt"}
_PASSAGE = NamedNode(ICT + "Passage")
Progress = Callable[[str], None]


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


def collect(files: Sequence[str]) -> list[Quad]:
    """Read RDF files into quads with the graphs of a build, default graph and rules left out.

    :raises InputError: if a file does not parse, holds a blank node, or makes claims in a graph
        that no passage declares.
    """
    quads: set[Quad] = set()
    declared: set[str] = set()
    where: dict[str, str] = {}
    for path in files:
        home = _home(path)
        for quad in _read(path):
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                raise InputError(
                    f"{path}: blank node in {quad}", hint="give every node an IRI of its own"
                )
            graph = home
            if not isinstance(quad.graph_name, DefaultGraph):
                graph = NamedNode(quad.graph_name.value)
                where.setdefault(graph.value, path)
            if quad.predicate.value == RDF_TYPE and quad.object == _PASSAGE:
                declared.add(_value(quad.subject))
            quads.add(Quad(quad.subject, quad.predicate, quad.object, graph))
    for name, path in sorted(where.items()):
        if name not in declared and not name.startswith(GRAPH):
            raise InputError(
                f"{path}: claims in {compress(name)}, which no file declares",
                hint="declare it as an ict:Passage with locator, offsets and digest",
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
    inputs: str = "",
    force: bool = False,
    progress: Progress = lambda _: None,
) -> str:
    """Build the graph in a folder and make it current; return the folder of the build.

    :param files: RDF files instead of the package's own ontology/ and triples/.
    :param inputs: a fingerprint to remember, see :func:`current`.
    :param force: write the build anew even if it is there already.
    :raises InputError: if an input is not what it must be; nothing has changed then.
    :raises StoreError: if the folder is not a build folder or cannot be written.
    """
    _refuse_foreign(folder)
    quads = collect(files or own_files())
    progress(f"read {len(quads)} statements")
    everything = _derive(quads)
    progress(f"derived {len(everything) - 2 * len(quads)} statements more")
    lines = sorted(str(quad) + " ." for quad in everything)
    text = ("\n".join(lines) + "\n").encode()
    manifest = _manifest(text, quads, len(everything))
    done = os.path.join(folder, manifest.build)
    try:
        os.makedirs(folder, exist_ok=True)
        if force or not os.path.isfile(os.path.join(done, "manifest.json")):
            _write(folder, done, text, _index(everything), manifest)
        _point(folder, manifest.build, inputs)
        _prune(folder, keep=manifest.build)
    except OSError as error:
        raise StoreError(
            f"the build in {folder} failed: {error.strerror or error}",
            hint="check free space and permissions, or set ICTGRAPH_CACHE to another folder",
        ) from None
    progress(f"build {manifest.build}: {manifest.claims} claims in {manifest.passages} passages")
    return done


def verify(done: str) -> Manifest:
    """Read a build whole and compare it with its manifest.

    :raises StoreError: if a file is missing, damaged or does not match.
    """
    hint = "rebuild it with 'ictgraph build --force'"
    try:
        with open(os.path.join(done, "manifest.json"), encoding="utf-8") as file:
            manifest = Manifest(**json.load(file))
        with open(os.path.join(done, "graph.nq"), "rb") as graph:
            digest = hashlib.sha256(graph.read()).hexdigest()
        stored = sorted(str(q) + " ." for q in Store.read_only(os.path.join(done, "store")))
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"the build {done} is damaged: {error}", hint=hint) from None
    if digest != manifest.sha256:
        raise StoreError(f"{done}: graph.nq does not match its manifest", hint=hint)
    if hashlib.sha256(("\n".join(stored) + "\n").encode()).hexdigest() != digest:
        raise StoreError(f"{done}: the store does not match graph.nq", hint=hint)
    return manifest


def _value(node: object) -> str:
    """The IRI or text of a term; "" for the default graph."""
    return str(getattr(node, "value", ""))


def _home(path: str) -> NamedNode:
    """The graph for triples that a file states outside any named graph."""
    if path.endswith(".trig"):
        return PASSAGES
    for folder, graph in (("ontology", "ontology"), ("triples", "entities")):
        if path.startswith(data_dir(folder) + os.sep):
            name = os.path.basename(path).removesuffix(".ttl")
            return NamedNode(GRAPH + {"doubts": "doubts", "sources": "passages"}.get(name, graph))
    return NamedNode(GRAPH + "entities")


def _read(path: str) -> Iterable[Quad]:
    try:
        yield from parse(path=path)
    except SyntaxError as error:
        raise InputError(f"{path}: {error}", hint="mend the syntax there") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}", hint="give an RDF file") from None


def _derive(quads: Sequence[Quad]) -> set[Quad]:
    """Add the default graph and what the rules conclude; refuse literals the store rewrites."""
    everything = set(quads)
    everything |= {Quad(q.subject, q.predicate, q.object, _DEFAULT) for q in quads}
    store = Store()
    store.bulk_extend(everything)
    if set(store) != everything:
        changed = sorted(map(str, everything - set(store)))[0]
        raise InputError(
            f"the store would rewrite a value of {changed}",
            hint="write numbers and dates in canonical form, language tags in lower case",
        )
    for name, text in rules():
        try:
            for triple in statements(LocalEngine(store), text):
                quad = Quad(triple.subject, triple.predicate, triple.object, DERIVED)
                everything.add(quad)
                store.add(quad)
        except QuerySyntaxError as error:
            raise InputError(f"rule {name}: {error.what}", hint="mend the rule") from None
    return everything


def _manifest(text: bytes, quads: Sequence[Quad], total: int) -> Manifest:
    digest = hashlib.sha256(text).hexdigest()
    version = ""
    entities: dict[str, int] = {}
    sources: dict[str, int] = {}
    claims = 0
    for quad in quads:
        predicate = quad.predicate.value
        if not _value(quad.graph_name).startswith(GRAPH):
            claims += 1
        if predicate.endswith("#versionInfo") and isinstance(quad.object, Literal):
            version = quad.object.value
        elif predicate == ICT + "partOf" and quad.graph_name == PASSAGES:
            name = compress(_value(quad.object))
            sources[name] = sources.get(name, 0) + 1
        elif predicate == RDF_TYPE and _value(quad.object).startswith(ICT):
            name = _value(quad.object)[len(ICT) :]
            entities[name] = entities.get(name, 0) + 1
    return Manifest(
        build=digest[:16],
        sha256=digest,
        ontology=version,
        engine=engine_version,
        quads=total,
        claims=claims,
        passages=entities.get("Passage", 0),
        entities=dict(sorted(entities.items())),
        sources=dict(sorted(sources.items())),
    )


def _index(quads: Iterable[Quad]) -> str:
    """Return the text of ``labels.tsv``: names of everything that has a class of the ontology."""
    names: list[tuple[str, str, str, str]] = []
    classes: dict[str, dict[str, None]] = {}
    for quad in sorted(quads, key=lambda quad: (quad.graph_name == DERIVED, str(quad))):
        predicate, subject = quad.predicate.value, _value(quad.subject)
        if predicate == RDF_TYPE:
            classes.setdefault(subject, {})[_value(quad.object).rpartition("#")[2]] = None
        elif predicate in _NAMES and isinstance(quad.object, Literal):
            kind = _NAMES[predicate]
            names.append((quad.object.value, subject, quad.object.language or "", kind))
    lines = {index_line(*name, classes.get(name[1], {})) for name in names}
    return "\n".join(sorted(lines)) + "\n"


def _write(folder: str, done: str, text: bytes, index: str, manifest: Manifest) -> None:
    making = os.path.join(folder, f".building-{os.getpid()}")
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
            _write_file(os.path.join(making, name), content)
        if os.path.isdir(done):
            shutil.rmtree(done)
        os.rename(making, done)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _write_file(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _point(folder: str, name: str, inputs: str) -> None:
    pointer = json.dumps({"build": name, "inputs": inputs}) + "\n"
    fresh = os.path.join(folder, f".current-{os.getpid()}")
    _write_file(fresh, pointer.encode())
    os.replace(fresh, os.path.join(folder, "current.json"))


def _prune(folder: str, keep: str) -> None:
    """Remove builds but the newest two, so that a reader of the last one can finish."""
    found = [
        os.path.join(folder, name)
        for name in os.listdir(folder)
        if os.path.isfile(os.path.join(folder, name, "manifest.json")) and name != keep
    ]
    for old in sorted(found, key=os.path.getmtime, reverse=True)[1:]:
        shutil.rmtree(old, ignore_errors=True)


def _refuse_foreign(folder: str) -> None:
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise StoreError(f"{folder} is a file", hint="name a folder for the build")
    if os.path.isdir(folder) and os.listdir(folder):
        if not os.path.isfile(os.path.join(folder, "current.json")):
            if any(not name.startswith(".building-") for name in os.listdir(folder)):
                raise StoreError(
                    f"{folder} holds other files and no build", hint="name a new or empty folder"
                )
