"""Where builds lie: found again while fresh, made anew after a change, one place per checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Store, parse

import ictgraph
from commands import environment
from ictgraph.build import build
from ictgraph.graph import Graph, default_build
from ictgraph.paths import cache_dir, data_dir
from ictgraph.store import (
    current,
    default_folder,
    fingerprint,
    make_current,
    own_files,
    read_whole,
)
from test_build import UNPRIVILEGED, small

OPEN = """
import ictgraph, os
from ictgraph.errors import IctgraphError
from ictgraph.graph import default_build
try:
    done = default_build(progress=print)
    print(done, len(ictgraph.open_graph().query("approved-products")))
except IctgraphError as error:
    print(type(error).__name__, error.exit_code, error)
"""


class Checkout:
    """A copy of the package and of some of its data, with a cache of its own."""

    def __init__(self, root: Path) -> None:
        self.data, self.sources, self.cache = root, root / "src", root / "cache"
        source = os.path.dirname(os.path.dirname(ictgraph.__file__))
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(os.path.join(source, "ictgraph"), self.sources / "ictgraph", ignore=ignore)
        for folder in ("ontology", "queries", "triples"):
            shutil.copytree(data_dir(folder), root / folder)
        for path in (root / "triples" / "review-2024").glob("s*.trig"):
            path.unlink()
        (root / "triples" / "doubts.ttl").unlink()

    def open(self, prelude: str = "") -> list[str]:
        """Open the built-in graph in a process of its own and return what it said."""
        changes = {"PYTHONPATH": str(self.sources), "ICTGRAPH_CACHE": str(self.cache)}
        done = subprocess.run(
            [sys.executable, "-c", prelude + OPEN],
            env=environment(**changes),
            cwd=self.data.anchor,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout.splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def test_the_built_in_graph_is_built_once_and_after_a_change(checkout: Checkout) -> None:
    *said, first = checkout.open()
    assert len(said) == 3
    assert first.startswith(str(checkout.cache))
    assert checkout.open() == [first]

    file = checkout.data / "triples" / "entities" / "diseases.ttl"
    os.utime(file, ns=(1, 1))
    *said, touched = checkout.open()
    assert len(said) == 3 and touched == first, "the same content is the same build"

    with file.open("a", encoding="utf-8") as end:
        end.write("id:something-new a ict:Disease .\n")
    *said, changed = checkout.open()
    assert len(said) == 3 and changed != first
    assert checkout.open() == [changed]

    (checkout.data / "ontology" / "rules" / "50-investigated.rq").unlink()
    *said, without = checkout.open()
    assert len(said) == 3 and without not in (first, changed)


def test_installed_data_make_the_same_graph(checkout: Checkout) -> None:
    """A wheel carries the data inside the package."""
    before = checkout.open()[-1].split()[0]
    inside = checkout.sources / "ictgraph" / "data"
    inside.mkdir()
    for folder in ("ontology", "queries", "triples"):
        (checkout.data / folder).rename(inside / folder)
    done = checkout.open()[-1].split()[0]
    assert done != before
    assert Path(done, "graph.nq").read_bytes() == Path(before, "graph.nq").read_bytes()


def test_a_cache_without_permission_names_the_way_out(checkout: Checkout) -> None:
    checkout.cache.mkdir(mode=0o500)
    said = checkout.open(UNPRIVILEGED)[-1]
    checkout.cache.chmod(0o700)
    assert said.startswith("StoreError 5") and "ICTGRAPH_CACHE" in said


def test_a_finished_build_needs_no_permission_to_write(checkout: Checkout) -> None:
    built = checkout.open()[-1]
    folders = [checkout.cache, *(path for path in checkout.cache.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o500)
    said = checkout.open(UNPRIVILEGED)
    for path in folders:
        path.chmod(0o700)
    assert said == [built]


def test_checkouts_do_not_share_builds(tmp_path: Path) -> None:
    first, second = Checkout(tmp_path / "a"), Checkout(tmp_path / "b")
    second.cache = first.cache
    assert first.open()[-1] != second.open()[-1]
    assert len(os.listdir(first.cache)) == 2
    assert len(first.open()) == 1


def test_the_built_in_graph_lies_in_the_cache(graph: Graph) -> None:
    assert os.path.dirname(default_folder()) == cache_dir()
    assert current(default_folder()) == default_build() == graph.folder


def test_own_files_are_the_data_but_not_the_shapes() -> None:
    names = [os.path.basename(path) for path in own_files()]
    assert {"ictgraph.ttl", "display.ttl", "sources.ttl", "doubts.ttl", "s3.1.trig"} <= set(names)
    assert "shapes.ttl" not in names
    assert own_files() == sorted(own_files())


def test_a_fingerprint_changes_with_size_time_and_place(tmp_path: Path) -> None:
    path = Path(small(tmp_path / "a.ttl"))
    seen = [fingerprint([str(path)])]
    assert fingerprint([str(path)]) == seen[0]
    os.utime(path, ns=(5, 5))
    seen.append(fingerprint([str(path)]))
    path.write_text("")
    os.utime(path, ns=(5, 5))
    seen.append(fingerprint([str(path)]))
    seen.append(fingerprint([str(path.rename(tmp_path / "b.ttl"))]))
    seen.append(fingerprint([]))
    assert len(set(seen)) == len(seen)


def test_a_pointer_is_followed_only_to_a_finished_build(tmp_path: Path) -> None:
    folder = str(tmp_path)
    assert current(folder) is None
    (tmp_path / "one").mkdir()
    make_current(folder, "one", "state")
    assert current(folder) is None
    (tmp_path / "one" / "manifest.json").write_text("{}")
    assert current(folder) == current(folder, "state") == str(tmp_path / "one")
    assert current(folder, "another state") is None
    assert sorted(os.listdir(folder)) == ["current.json", "one"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"one"', "{}", '{"build": 1}', "\udcff"])
def test_a_damaged_pointer_points_nowhere(text: str, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "manifest.json").write_text("{}")
    (tmp_path / "current.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    assert current(str(tmp_path)) is None


def test_a_pointer_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "current.json").mkdir()
    with pytest.raises(OSError):
        make_current(str(tmp_path), "one")
    assert os.listdir(tmp_path) == ["current.json"]


def test_the_whole_of_a_store_is_its_graph(tmp_path: Path) -> None:
    done = build(str(tmp_path / "graph"), [small(tmp_path / "one.ttl")])
    assert read_whole(os.path.join(done, "store")) == set(parse(path=f"{done}/graph.nq"))
    Store(str(tmp_path / "empty")).flush()
    assert read_whole(str(tmp_path / "empty")) == set()


def test_the_pointer_names_a_build_beside_it(graph: Graph) -> None:
    folder = os.path.dirname(graph.folder)
    pointer = json.loads(Path(folder, "current.json").read_text(encoding="utf-8"))
    assert pointer["build"] == os.path.basename(graph.folder)
    assert pointer["inputs"]
