"""Where things lie: data beside the checkout or in the package, builds in the cache."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from commands import environment
from ictgraph.errors import StoreError
from ictgraph.paths import cache_dir, data_dir, data_files
from test_store import Checkout


def test_the_data_of_the_checkout_are_found() -> None:
    for folder in ("ontology", "queries", "triples"):
        assert os.path.isabs(data_dir(folder)) and os.path.isdir(data_dir(folder))


def test_files_are_sorted_and_hidden_ones_left_out(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    for name in (".hidden.ttl", ".git/inside.ttl", "entities/.swap.ttl"):
        path = tmp_path / "triples" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("nonsense")
    code = "from ictgraph.paths import data_files; print(*data_files('triples'), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(PYTHONPATH=str(checkout.sources)),
        capture_output=True,
        encoding="utf-8",
    )
    found = done.stdout.splitlines()
    assert found == sorted(found) and found
    assert not [path for path in found if "/." in path.removeprefix(str(tmp_path))]


def test_files_are_chosen_by_folder_and_ending() -> None:
    for path in data_files("queries", ending=".rq"):
        assert path.startswith(data_dir("queries")) and path.endswith(".rq")
    both = data_files("ontology", "triples", ending=(".ttl", ".trig"))
    assert {os.path.splitext(path)[1] for path in both} == {".ttl", ".trig"}
    assert set(both) < set(data_files())


def test_without_data_it_says_what_is_missing(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    (tmp_path / "ontology").rename(tmp_path / "elsewhere")
    code = (
        "from ictgraph.paths import data_dir\nfrom ictgraph.errors import StoreError\n"
        "try: data_dir('ontology')\nexcept StoreError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(PYTHONPATH=str(checkout.sources)),
        capture_output=True,
        encoding="utf-8",
    )
    assert "ontology/" in done.stdout and "install the package again" in done.stdout
    assert StoreError.exit_code == 5


def test_the_cache_can_be_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICTGRAPH_CACHE", "some/where")
    assert cache_dir() == os.path.join(os.getcwd(), "some", "where")
    monkeypatch.setenv("ICTGRAPH_CACHE", "~/graphs")
    assert cache_dir() == os.path.join(os.path.expanduser("~"), "graphs")


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/ictgraph"),
        ("linux", {"HOME": "/h"}, "/h/.cache/ictgraph"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Caches/ictgraph"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/ictgraph"),
    ],
)
def test_the_cache_is_where_the_platform_has_it(
    platform: str, variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ICTGRAPH_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_dir() == expected
