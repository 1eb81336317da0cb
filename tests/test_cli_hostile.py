"""Hostile words in every place that takes words: an answer or one line, never anything else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from commands import call

pytestmark = pytest.mark.usefixtures("graph")

CASES: list[str] = json.loads((Path(__file__).parent / "cases/cli/hostile.json").read_text())
CASES += ["x" * 100_000, "细" * 30_000, "{" * 20_000, "-1" * 5_000, "id:" + "x" * 100_000]
PLACES = [
    ["query", "who-develops-what", "--disease={}", "--format=table"],
    ["query", "{}"],
    ["queries", "--tag={}"],
    ["queries", "show", "--", "{}"],
    ["sparql", "--", "{}"],
    ["sparql", "--file={}"],
    ["find", "--format=table", "--", "{}"],
    ["find", "--kind={}", "CD19"],
    ["show", "--format=text", "--", "{}"],
    ["evidence", "--", "{}"],
    ["evidence", "--", "lifileucel", "{}"],
    ["evidence", "lifileucel", "--text={}"],
    ["network", "--around={}", "-o", "-", "--format=svg"],
    ["query", "approved-products", "--store={}"],
    ["query", "approved-products", "--endpoint={}"],
    ["query", "approved-products", "--data={}"],
    ["query", "approved-products", "--format={}"],
    ["query", "approved-products", "--timeout={}"],
    ["query", "approved-products", "--lang={}"],
    ["help", "--", "{}"],
    ["completion", "--", "{}"],
    ["{}"],
]
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_hostile_words(place: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for case in CASES:
        if "file" in "".join(place) and case == "-":
            continue  # standard input, which is empty
        result = call(*(word.replace("{}", case) for word in place))
        seen = f"{place} with {case[:60]!r}: {result.exit_code} {result.stderr[:300]}"
        assert result.exit_code in (0, 1, 2, 3, 4, 5, 6), seen
        assert "Traceback" not in result.output and "unexpected" not in result.stderr, seen
        assert not STEERING.search(result.stderr), seen
        assert all(line.startswith("ictgraph: ") for line in result.stderr.splitlines()), seen
        assert all(len(line) < 1500 for line in result.stderr.splitlines()), seen
        assert not STEERING.search(result.stdout.replace("\t", "")), seen
        assert list(tmp_path.iterdir()) == [], seen


@pytest.mark.parametrize("case", ["\0", "a\0b", "", "no/such/folder/x.csv", ".", "/dev/null/x.csv"])
def test_hostile_output_files(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("query", "approved-products", "--format=csv", f"--output={case}")
    assert result.exit_code in (2, 5) and result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_hostile_files(tmp_path: Path) -> None:
    contents = {
        "binary.rq": bytes(range(256)),
        "utf16.rq": "SELECT * {}".encode("utf-16"),
        "empty.rq": b"",
        "huge.rq": b"#" * 70_000,
        "cut.rq": "细".encode() * 40_000,
        "header.rq": b"#+ nonsense\nSELECT * {}",
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.write_bytes(content)
        for args in (["sparql", "-f", str(path)], ["query", str(path)]):
            result = call(*args)
            if (name, args[0]) == ("header.rq", "sparql"):
                continue  # a comment there
            assert result.exit_code in (2, 4), (args, result.stderr)
            assert result.stderr.count("\n") == 1 and "unexpected" not in result.stderr
    assert call("sparql", "-", stdin=b"\xff\xfe").exit_code == 2
    assert call("sparql", "-f", "/dev/zero").exit_code in (2, 4)


@pytest.mark.parametrize(
    "content",
    [b"<a> <b> .", b"\xff\xfe", b"_:a <http://e.org/b> _:c .", b"<http://e.org/a> <b> <c> ."],
)
def test_hostile_data(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_bytes(content)
    for args in (["find", "x"], ["export"], ["build", "-o", str(tmp_path / "build")]):
        result = call(*args, "--data", str(path))
        assert (result.exit_code, result.stdout) == (2, ""), result.stderr
        assert "data.ttl" in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / "build").exists()
