"""Builds: the same bytes every time, whole or not at all, and damage does not go unnoticed."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, parse

import ictgraph
from commands import environment
from ictgraph.build import build, collect, rules, verify
from ictgraph.engine import LocalEngine, rows
from ictgraph.errors import IctgraphError, InputError, StoreError
from ictgraph.graph import Graph
from ictgraph.paths import data_dir
from ictgraph.results import Table
from ictgraph.store import current, own_files
from ictgraph.vocab import (
    GRAPH,
    ICT,
    ID,
    RDF_TYPE,
    RDFS,
    SKOS,
    SKOS_BROADER,
    SKOS_EXACT_MATCH,
    SRC,
)

PREFIXES = (
    f"@prefix ict: <{ICT}> .\n@prefix id: <{ID}> .\n@prefix src: <{SRC}> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)
BUILD = """
import sys
from ictgraph.build import build
from ictgraph.errors import IctgraphError
try:
    print(build(sys.argv[1], sys.argv[2:], progress=lambda line: print(line, flush=True)))
except IctgraphError as error:
    sys.exit(f"{type(error).__name__} {error.exit_code} {error}")
"""
UNPRIVILEGED = """
import ctypes, os
if os.geteuid() == 0:  # let permissions bind root too, by dropping what lifts them
    ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
"""
FILES = ("graph.nq", "labels.tsv", "manifest.json")


def python(code: str, *args: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        env=environment(**changes),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def small(path: Path, name: str = "one") -> str:
    """Write a small RDF file and return its path."""
    text = f'{PREFIXES}id:{name} a ict:Therapy ; rdfs:label "{name}"@en .\n'
    path.write_text(text, encoding="utf-8")
    return str(path)


def unfinished(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith(".")]


@pytest.fixture(scope="module")
def quads(graph: Graph) -> list[Quad]:
    """All quads of the built-in graph."""
    return list(parse(path=os.path.join(graph.folder, "graph.nq")))


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, graph: Graph) -> None:
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "77", "TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8"},
    ]
    orders = [sorted(own_files(), reverse=True), [os.path.relpath(p) for p in own_files()]]
    for number, (changes, files) in enumerate(zip(surroundings, orders, strict=True)):
        done = python(BUILD, str(tmp_path / str(number)), *files, **changes)
        assert done.returncode == 0, done.stderr
        for name in FILES:
            made = Path(done.stdout.splitlines()[-1], name).read_bytes()
            assert made == Path(graph.folder, name).read_bytes()


def test_the_graph_is_its_sorted_lines_and_its_id_their_digest(graph: Graph) -> None:
    import hashlib

    text = Path(graph.folder, "graph.nq").read_bytes()
    lines = text.decode().splitlines()
    assert lines == sorted(set(lines))
    assert hashlib.sha256(text).hexdigest()[:16] == os.path.basename(graph.folder)


def test_the_default_graph_is_the_union_of_all_graphs_but_the_derived_one(
    quads: list[Quad],
) -> None:
    derived, default = NamedNode(GRAPH + "derived"), DefaultGraph()
    assert len(quads) == len(set(quads))
    merged = {quad.triple for quad in quads if quad.graph_name == default}
    assert merged == {q.triple for q in quads if q.graph_name not in (default, derived)}
    stated = Counter(q.triple for q in quads if q.graph_name not in (default, derived))
    assert max(stated.values()) > 1, "no triple is stated twice, so nothing here is merged"


GRAPHS = ("derived", "doubts", "entities", "imports", "mappings", "ontology", "passages")


def test_every_graph_of_claims_is_a_declared_passage(quads: list[Quad]) -> None:
    graphs = {q.graph_name.value for q in quads if isinstance(q.graph_name, NamedNode)}
    own = {GRAPH + name for name in GRAPHS}
    declared = {
        quad.subject
        for quad in quads
        if quad.graph_name == NamedNode(GRAPH + "passages")
        and (quad.predicate.value, quad.object) == (RDF_TYPE, NamedNode(ICT + "Passage"))
    }
    assert own <= graphs
    assert graphs - own <= {one.value for one in declared if isinstance(one, NamedNode)}


def test_claims_stay_in_their_passages(quads: list[Quad]) -> None:
    """Every claim of the files is in the graph of its passage, and the derived graph has none."""
    claims = {
        quad
        for path in own_files()
        if path.endswith(".trig")
        for quad in parse(path=path)
        if isinstance(quad.graph_name, NamedNode)
    }
    built = {
        quad
        for quad in quads
        if isinstance(quad.graph_name, NamedNode) and not quad.graph_name.value.startswith(GRAPH)
    }
    assert built == claims
    concluded = {q.predicate.value for q in quads if q.graph_name == NamedNode(GRAPH + "derived")}
    assert ICT + "investigatedFor" in concluded
    assert concluded & {quad.predicate.value for quad in claims} == {RDF_TYPE}


class Facts:
    """What is stated outside the derived graph, or concluded in it, by predicate."""

    def __init__(self, quads: Iterable[Quad], derived: bool) -> None:
        self.pairs: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for quad in quads:
            if (quad.graph_name == NamedNode(GRAPH + "derived")) == derived:
                pair = (quad.subject.value, getattr(quad.object, "value", ""))  # type: ignore[union-attr]
                self.pairs[quad.predicate.value].add(pair)

    def of(self, predicate: str) -> set[tuple[str, str]]:
        return self.pairs[predicate]


def closure(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    found = set(pairs)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


def joined(left: set[tuple[str, str]], right: set[tuple[str, str]]) -> set[tuple[str, str]]:
    after: dict[str, set[str]] = defaultdict(set)
    for start, end in right:
        after[start].add(end)
    return {(start, end) for start, middle in left for end in after[middle]}


def test_the_derived_graph_holds_the_closures(quads: list[Quad]) -> None:
    said, concluded = Facts(quads, derived=False), Facts(quads, derived=True)
    above = closure(said.of(RDFS + "subClassOf"))
    same = {(b, a) for a, b in said.of(SKOS_EXACT_MATCH)}
    imported = {
        quad.subject.value
        for quad in quads
        if isinstance(quad.subject, NamedNode)
        and quad.object == NamedNode(SKOS + "Concept")
        and quad.graph_name == NamedNode(GRAPH + "imports")
    }
    alone = imported - {term for term, _ in same}
    kinds = {(t, ICT + ("Disease" if "/MONDO_" in t else "CellType")) for t in alone}
    types = {(e, c) for e, c in joined(said.of(RDF_TYPE), above) if c.startswith(ICT)}
    types |= kinds | joined(kinds, above)
    assert {(e, c) for e, c in concluded.of(RDF_TYPE) if c.startswith(ICT)} == types

    entities = {
        quad.subject.value
        for quad in quads
        if isinstance(quad.subject, NamedNode)
        and quad.predicate.value == RDF_TYPE
        and quad.graph_name == NamedNode(GRAPH + "entities")
    }
    matched = said.of(SKOS_EXACT_MATCH) | said.of(SKOS + "broadMatch")
    steps = said.of(SKOS_BROADER) - said.of(ICT + "notBelow") | said.of(ICT + "ofDisease")
    steps |= {(a, b) for a, b in matched if b in imported}
    steps |= {(a, b) for a, b in same if a in imported}
    reached = closure(steps) | {(one, one) for one in entities | imported}
    assert concluded.of(ICT + "broaderOrSelf") == reached

    therapies = {e for e, c in said.of(RDF_TYPE) if c == ICT + "Therapy"}
    classes = {(t, c) for t, c in joined(said.of(ICT + "therapyClass"), reached) if t in therapies}
    sources = joined(said.of(ICT + "cellSource"), reached)
    universal = {t for t, source in sources if source == ID + "source-universal"}
    car_t = {t for t, kind in classes if kind == ID + "car-t-therapy"}
    classes |= {(t, ID + "universal-car-t-therapy") for t in universal & car_t}
    assert {pair for pair in concluded.of(ICT + "underClass") if pair[0] in therapies} == classes
    placed = {event for event, _ in said.of(ICT + "place")}
    decided = {pair for pair in said.of(ICT + "regulator") if pair[0] not in placed}
    places = said.of(ICT + "place") | joined(decided, said.of(ICT + "place"))
    assert concluded.of(ICT + "withinPlace") == joined(places, reached)
    kinds = closure(said.of(RDFS + "subPropertyOf"))
    dates = {kind for kind, general in kinds if general == ICT + "eventDate"} | {ICT + "eventDate"}
    assert concluded.of(ICT + "datedOn") == {pair for kind in dates for pair in said.of(kind)}
    therapy = {(t, e) for e, t in said.of(ICT + "therapy")}
    assert concluded.of(ICT + "investigatedFor") == joined(therapy, said.of(ICT + "indication"))
    roles = {role for role, general in kinds if general == ICT + "institutionRole"}
    concerned = set().union(*(said.of(role) for role in roles - {ICT + "regulator"}))
    through = joined(therapy, concerned)
    renamed = said.of(ICT + "formerly")
    larger = closure(said.of(ICT + "memberOf") | renamed | {(b, a) for a, b in renamed})
    within = concluded.of(ICT + "withinInstitution")
    assert within == larger | {(one, one) for one, _ in within} and within > larger
    concerns = {(t, i) for t, i in concluded.of(ICT + "concernsInstitution") if t in therapies}
    assert concerns == {(t, i) for t, i in concerned if t in therapies} | through
    for shortcut in ("underClass", "concernsInstitution"):
        entities_of = {end for _, end in concluded.of(ICT + shortcut)}
        assert entities_of <= entities, f"{shortcut} leads to what is no entity"


def test_the_manifest_counts_right(graph: Graph) -> None:
    manifest = verify(graph.folder)

    def count(pattern: str) -> int:
        text = f"PREFIX ict: <{ICT}> SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"
        answer = graph.engine.query(text)
        assert isinstance(answer, Table)
        return int(next(answer.records())["n"])

    everywhere = count("?s ?p ?o") + count("GRAPH ?g { ?s ?p ?o }")
    assert manifest.quads == everywhere
    assert manifest.passages == count("?p a ict:Passage") == sum(manifest.sources.values())
    claims = f'GRAPH ?g {{ ?s ?p ?o }} FILTER(!STRSTARTS(STR(?g), "{GRAPH}"))'
    assert manifest.claims == count(claims)
    for name, number in manifest.entities.items():
        assert number == count(f"?e a ict:{name}"), name
    typed = f'?e a ?c FILTER(STRSTARTS(STR(?c), "{ICT}"))'
    assert sum(manifest.entities.values()) == count(typed)
    assert len(manifest.sources) == count("?s a ict:Source") > 50
    assert max(manifest.sources, key=lambda one: manifest.sources[one]) == "src:review-2024"
    assert manifest.ontology and manifest.build == os.path.basename(graph.folder)


def test_what_was_exported_builds_the_same_graph(graph: Graph, tmp_path: Path) -> None:
    done = build(str(tmp_path / "again"), [os.path.join(graph.folder, "graph.nq")])
    for name in FILES:
        assert Path(done, name).read_bytes() == Path(graph.folder, name).read_bytes()


def test_progress_counts_what_was_read_and_derived(tmp_path: Path, quads: list[Quad]) -> None:
    said: list[str] = []
    build(str(tmp_path), progress=said.append)
    derived = sum(quad.graph_name == NamedNode(GRAPH + "derived") for quad in quads)
    assert said[0] == f"read {len(collect(own_files()))} statements"
    assert said[1] == f"derived {derived} statements more"
    assert said[2].startswith("build ") and len(said) == 3


BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://e.org/">'
    '<rdf:Description rdf:about="http://e.org/x"><x:y>&b;</x:y></rdf:Description></rdf:RDF>'
)
BROKEN = {
    "syntax.ttl": (PREFIXES + "\nid:a id:b ;;; id:c d\n", "line 7"),
    "cut.ttl": (PREFIXES + "id:a id:b", "line 6"),
    "relative.ttl": ("<a> <b> <c> .", "line 1"),
    "blank.ttl": (PREFIXES + "id:a ict:about [ ] .", "blank node"),
    "blank-subject.nt": (f"_:x <{ICT}about> <{ID}b> .", "blank node"),
    "blank-graph.trig": (PREFIXES + "_:g { id:a ict:about id:b }", "blank node"),
    "triple-term.ttl": (PREFIXES + "id:a ict:about <<( id:a id:b _:x )>> .", "triple term"),
    "undeclared.trig": (PREFIXES + "src:nowhere { id:a ict:about id:b }", "src:nowhere"),
    "decimal.ttl": (PREFIXES + "id:a ict:proportion 1.0 .", "rewrite a value"),
    "integer.ttl": (PREFIXES + "id:a ict:rank 01 .", "rewrite a value"),
    "unknown.xyz": ("", "xyz"),
    "bytes.ttl": ("\udcff", "UTF-8"),
    "xxe.rdf": ('<!DOCTYPE r [<!ENTITY x SYSTEM "/etc/passwd">]><r>&x;</r>', "xxe.rdf"),
    "bomb.rdf": (BOMB, "entities that unfold"),
    "bomb.xml": (BOMB, "entities that unfold"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_input_is_told_and_changes_nothing(name: str, tmp_path: Path) -> None:
    text, said = BROKEN[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    folder = tmp_path / "graph"
    before = build(str(folder), [small(tmp_path / "fine.ttl")])
    state = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    with pytest.raises(InputError) as caught:
        build(str(folder), [small(tmp_path / "other.ttl", "two"), str(path)])
    assert said in str(caught.value) and caught.value.exit_code == 2
    if "rewrite" not in said:
        assert name in str(caught.value)
    assert caught.value.hint
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == state
    assert current(str(folder)) == before


@pytest.mark.parametrize("path", ["no-such-file.ttl", "."])
def test_input_that_is_not_there_is_told(path: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        build(str(tmp_path / "graph"), [path])
    assert not (tmp_path / "graph").exists()


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    data = small(tmp_path / "one.ttl")
    with pytest.raises(StoreError, match="other files") as caught:
        build(str(tmp_path), [data])
    assert caught.value.exit_code == 5
    assert os.listdir(tmp_path) == ["one.ttl"]
    with pytest.raises(StoreError, match="no folder"):
        build(data, [data])
    with pytest.raises(StoreError):
        build(os.path.join(data, "below"), [data])


def test_what_a_killed_first_build_left_is_not_foreign(tmp_path: Path) -> None:
    data = small(tmp_path / "one.ttl")
    folder = tmp_path / "graph"
    done = build(str(folder), [data])
    (folder / ".current-1-1").write_text("{")
    (folder / ".building-1-1").mkdir()
    (folder / "current.json").unlink()
    assert current(str(folder)) is None
    assert build(str(folder), [data]) == done == current(str(folder))


def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    data = small(tmp_path / "one.ttl")
    for mode in (0o500, 0o000):
        folder.chmod(mode)
        done = python(UNPRIVILEGED + BUILD, str(folder), data)
        folder.chmod(0o700)
        assert done.stderr.startswith("StoreError 5"), done.stderr
        assert str(folder) in done.stderr
        assert os.listdir(folder) == []


@pytest.mark.parametrize("size", [0, 3_000, 60_000, 300_000])
def test_a_full_disk_is_told_and_changes_nothing(size: int, tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    before = build(str(folder), [small(tmp_path / "one.ttl")])
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
    done = python(limit + BUILD, str(folder), os.path.join(data_dir("ontology"), "ictgraph.ttl"))
    assert done.stderr.startswith("StoreError 5"), done.stderr
    assert "free space" in done.stderr
    assert current(str(folder)) == before
    assert verify(before) and not unfinished(folder)


def test_a_kill_leaves_the_old_build_or_the_new_one(tmp_path: Path) -> None:
    dice = random.Random(7)
    folder = str(tmp_path / "graph")
    newest = build(folder, [small(tmp_path / "0.ttl", "n0")])
    ends = Counter[str]()
    takes: list[float] = []
    for number in range(1, 31):
        data = small(tmp_path / f"{number}.ttl", f"n{number}")
        command = [sys.executable, "-c", BUILD, folder, data]
        with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE) as builder:
            assert builder.stdout is not None
            builder.stdout.readline()
            start = time.monotonic()
            if number > 3:  # the first ones show how long the rest of a build takes
                time.sleep(dice.uniform(0, min(1.2 * max(takes), 0.9)) * (number % 7 > 0))
                builder.kill()
            builder.wait()
            takes += [time.monotonic() - start] * (number <= 3)
        found = current(folder)
        assert found is not None
        verify(found)
        names = {match.name for match in ictgraph.open_graph(folder).names.find("n")}
        if found == newest:
            ends["old"] += 1
        else:
            ends["new"] += 1
            assert names == {f"n{number}"}
        newest = found
    assert ends["old"] and ends["new"]
    last = build(folder, [small(tmp_path / "last.ttl", "last")])
    assert current(folder) == last


def test_builders_do_not_disturb_each_other(tmp_path: Path) -> None:
    folder = str(tmp_path / "graph")
    data = [small(tmp_path / f"{n}.ttl", f"n{n}") for n in (1, 1, 2, 3)]
    commands = [[sys.executable, "-c", BUILD, folder, path] for path in data]
    builders = [
        subprocess.Popen(one, env=environment(), stdout=subprocess.PIPE) for one in commands
    ]
    made = {builder.communicate()[0].decode().splitlines()[-1] for builder in builders}
    assert [builder.returncode for builder in builders] == [0] * 4
    assert len(made) == 3
    assert current(folder) in made
    for done in made:
        verify(done)
    assert not unfinished(tmp_path / "graph")


def test_threads_may_build_at_once(tmp_path: Path) -> None:
    folder = str(tmp_path / "graph")
    data = small(tmp_path / "one.ttl")
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.append(build(folder, [data]))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4 and len(set(made)) == 1
    verify(made[0])
    assert not unfinished(tmp_path / "graph")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound small build."""
    folder = tmp_path_factory.mktemp("whole")
    return Path(build(str(folder / "graph"), [small(folder / "one.ttl")]))


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy of a sound build, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "graph" / whole.name))


@pytest.mark.parametrize("name", [*FILES, "store"])
def test_a_missing_part_is_noticed(name: str, copy: Path) -> None:
    verify(str(copy))
    if name == "store":
        shutil.rmtree(copy / name)
    else:
        (copy / name).unlink()
    with pytest.raises(StoreError, match="--force") as caught:
        verify(str(copy))
    assert caught.value.exit_code == 5


def tables(copy: Path) -> list[Path]:
    """The files of the store that hold its triples."""
    return sorted((copy / "store").glob("*.sst"))


def test_a_flipped_byte_is_noticed(copy: Path) -> None:
    verify(str(copy))
    dice = random.Random(3)
    assert tables(copy)
    for path in [*(copy / name for name in FILES), *tables(copy)]:
        sound = path.read_bytes()
        end = len(sound) - 64 * (path.suffix == ".sst")  # a footer holds bytes without meaning
        for place in dice.sample(range(end), 20):
            path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
            with pytest.raises(StoreError):
                verify(str(copy))
        path.write_bytes(sound)
    verify(str(copy))


def test_a_store_with_other_triples_is_noticed(copy: Path) -> None:
    store = Store(str(copy / "store"))
    store.add(Quad(NamedNode(ID + "x"), NamedNode(ICT + "about"), NamedNode(ID + "y")))
    store.flush()
    del store
    with pytest.raises(StoreError, match="the store does not match"):
        verify(str(copy))


def test_force_mends_a_damaged_build_and_keeps_a_sound_one(tmp_path: Path) -> None:
    folder, data = str(tmp_path / "graph"), [small(tmp_path / "one.ttl")]
    done = build(folder, data)
    assert build(folder, data) == done
    reader = ictgraph.open_graph(folder)
    assert build(folder, data, force=True) == done
    Path(done, "labels.tsv").write_text("")
    assert build(folder, data) == done, "an ordinary build does not read the old one"
    mended = build(folder, data, force=True)
    assert mended != done
    assert verify(mended).build == os.path.basename(done)
    assert current(folder) == mended == build(folder, data)
    assert rows(reader.engine, "SELECT * { ?s ?p ?o }")


def test_a_build_of_an_older_layout_is_replaced(tmp_path: Path) -> None:
    folder, data = str(tmp_path / "graph"), [small(tmp_path / "one.ttl")]
    manifest = Path(build(folder, data), "manifest.json")
    said = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**said, "format": said["format"] - 1}))
    fresh = build(folder, data)
    assert fresh != str(manifest.parent)
    verify(fresh)


def test_the_newest_two_builds_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    made = []
    for number in range(4):
        done = build(str(folder), [small(tmp_path / f"{number}.ttl", f"n{number}")])
        made.append(done)
        an_hour_ago = time.time() - 4000 + number
        os.utime(done, (an_hour_ago, an_hour_ago))
    assert {str(one) for one in folder.iterdir() if one.is_dir()} == set(made[-2:])
    assert current(str(folder)) == made[-1]


def test_what_killed_builders_left_goes_after_an_hour(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    data = [small(tmp_path / "one.ttl")]
    build(str(folder), data)
    for name, age in ((".building-1-1", 7200), (".building-2-2", 60)):
        (folder / name / "store").mkdir(parents=True)
        os.utime(folder / name, (time.time() - age, time.time() - age))
    build(str(folder), data)
    assert unfinished(folder) == [".building-2-2"]


def test_rules_are_construct_queries_in_order() -> None:
    found = rules()
    assert [name for name, _ in found] == sorted(name for name, _ in found)
    for name, text in found:
        assert name[:2].isdigit() and "CONSTRUCT" in text
        assert text.startswith("# "), f"{name} does not say what it concludes"


def test_a_rule_concludes_nothing_new_when_run_again(graph: Graph, quads: list[Quad]) -> None:
    from ictgraph.engine import statements

    store = Store()
    store.bulk_extend(quads)
    derived = {quad.triple for quad in quads if quad.graph_name == NamedNode(GRAPH + "derived")}
    for name, text in rules():
        assert set(statements(LocalEngine(store), text)) <= derived, name


def test_every_error_of_a_build_is_ours(tmp_path: Path) -> None:
    for files in (["\0.ttl"], ["x" * 5000 + ".ttl"], ["\udcff.ttl"]):
        with pytest.raises(IctgraphError):
            build(str(tmp_path / "graph"), files)
