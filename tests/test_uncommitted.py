"""``ictgraph check --changed``: only what concerns data that differ from a commit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from commands import call
from ictgraph.curation.uncommitted import changed
from ictgraph.errors import InputError
from ictgraph.vocab import ID, SRC

PREFIXES = """\
@prefix ict: <https://w3id.org/ictgraph/ontology#> .
@prefix id: <https://w3id.org/ictgraph/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://w3id.org/ictgraph/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ENTITIES = PREFIXES + (
    'id:cd19 a ict:Target ; rdfs:label "CD19"@en , "CD19"@zh .\n'
    'id:old-cel a ict:Therapy ; rdfs:label "Old-cel"@en .\n'
)
CLAIMS = PREFIXES + (
    'src:register a ict:Source ; rdfs:label "a register"@en , "名册"@zh .\n'
    "<https://w3id.org/ictgraph/source/register/7> a ict:Passage ; ict:partOf src:register ;\n"
    '  ict:locator "record 7"@en , "记录7"@zh ; ict:seenAt <https://example.org/7> ;\n'
    '  ict:seenOn "2026-11-28"^^xsd:date .\n'
    "<https://w3id.org/ictgraph/source/register/7> { id:old-cel ict:target id:cd19 }\n"
)
DATA = ["--data", "entities.ttl", "--data", "claims.trig"]


def git(*arguments: str) -> None:
    who = ["-c", "user.name=A curator", "-c", "user.email=curator@example.org"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose data have been committed once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    Path("entities.ttl").write_text(ENTITIES, encoding="utf-8")
    Path("claims.trig").write_text(CLAIMS, encoding="utf-8")
    Path(".gitignore").write_text("ignored*\n", encoding="utf-8")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "Begin")
    return tmp_path


def findings(*more: str, data: list[str] = DATA) -> set[str]:
    done = call("check", "--rules", "--format", "json", *data, *more)
    assert done.exit_code in (0, 1), done.stderr
    return {f"{row['check']} {row['entity']['id']}" for row in json.loads(done.stdout)["rows"]}


def test_what_did_not_change_is_not_shown(checkout: Path) -> None:
    assert "missing-label id:old-cel" in findings()
    assert findings("--changed") == set()
    git("mv", "entities.ttl", "moved.ttl")
    Path("moved.ttl").write_text(ENTITIES.replace(" ;", "  ;"), encoding="utf-8")
    data = ["--data", "moved.ttl", "--data", "claims.trig"]
    assert findings("--changed", data=data) == {
        "missing-label id:old-cel",
        "therapy-without-developer id:old-cel",
    }, "a file that git was not asked about does not count as its old place"
    assert changed(["."]) == frozenset()


def test_what_was_added_is_shown(checkout: Path) -> None:
    with open("claims.trig", "a", encoding="utf-8") as file:
        file.write(f"<{SRC}register/7> {{ id:new-cel ict:target id:cd20 }}\n")
    assert changed(["claims.trig"]) == {ID + "new-cel", SRC + "register/7"}
    assert findings("--changed") == {"dangling-id id:new-cel", "dangling-id id:cd20"} | {
        f"{one} id:new-cel" for one in ("wrong-object",)
    }
    done = call("check", "--rules", "--changed", "--severity", "error", *DATA)
    assert done.exit_code == 1


def test_what_was_removed_is_shown(checkout: Path) -> None:
    Path("entities.ttl").write_text(
        ENTITIES.replace("id:cd19 a ict:Target", "id:cd20 a ict:Target"), encoding="utf-8"
    )
    assert changed(["entities.ttl"]) == {ID + "cd19", ID + "cd20"}
    assert "dangling-id id:cd19" in findings("--changed")
    Path("entities.ttl").unlink()
    assert ID + "old-cel" in changed(["."])


def test_files_that_git_does_not_know_yet_count(checkout: Path) -> None:
    Path("more.ttl").write_text(PREFIXES + "id:x a ict:Gene .\n", encoding="utf-8")
    Path("ignored.ttl").write_text(PREFIXES + "id:y a ict:Gene .\n", encoding="utf-8")
    Path("疗法 1.ttl").write_text(PREFIXES + "id:z a ict:Gene .\n", encoding="utf-8")
    assert changed(["."]) == {ID + "x", ID + "z"}
    assert "missing-label id:x" in findings("--changed", data=[*DATA, "--data", "more.ttl"])
    done = call("check", "--changed", *DATA, "--data", "ignored.ttl")
    assert done.exit_code == 2 and "is ignored by the git checkout" in done.stderr


def test_any_commit_can_be_the_base(checkout: Path) -> None:
    git("tag", "first")
    Path("entities.ttl").write_text(ENTITIES + "id:x a ict:Gene .\n", encoding="utf-8")
    git("commit", "-qam", "Add a gene")
    assert findings("--changed") == set()
    assert findings("--changed", "HEAD") == set()
    for base in ("first", "HEAD~1"):
        assert findings("--changed", base) == {"missing-label id:x", "unused-entity id:x"}


def test_an_earlier_file_that_was_broken_counts_as_empty(checkout: Path) -> None:
    Path("entities.ttl").write_text("broken", encoding="utf-8")
    git("commit", "-qam", "Break it")
    Path("entities.ttl").write_text(ENTITIES, encoding="utf-8")
    assert changed(["entities.ttl"]) == {ID + "cd19", ID + "old-cel"}
    Path("entities.ttl").write_text("still broken", encoding="utf-8")
    with pytest.raises(InputError, match=r"entities\.ttl:1:1"):
        changed(["entities.ttl"])


@pytest.mark.parametrize("base", ["nowhere", "", "HEAD^{tree}", "HEAD..", "HEAD;ls"])
def test_a_base_that_is_no_commit_is_an_error(checkout: Path, base: str) -> None:
    done = call("check", f"--changed={base}", *DATA)
    assert done.exit_code == 2 and "has no commit" in done.stderr and done.stderr.count("\n") == 1


def test_outside_a_checkout_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    Path("entities.ttl").write_text(ENTITIES, encoding="utf-8")
    done = call("check", "--changed", "--data", "entities.ttl")
    assert done.exit_code == 2 and done.stderr.count("\n") == 1
    assert "entities.ttl is in no git checkout" in done.stderr
    monkeypatch.setenv("PATH", str(tmp_path))
    done = call("check", "--changed", "--data", "entities.ttl")
    assert done.exit_code == 2 and "git cannot be run" in done.stderr


def test_only_files_can_be_compared(checkout: Path) -> None:
    done = call("check", "--changed", "--store", ".")
    assert done.exit_code == 2 and "only files can be compared" in done.stderr


def test_without_pyshacl_the_rules_are_checked_all_the_same(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    done = call("check", *DATA, "--lang", "zh")
    assert done.exit_code == 1 and "missing-label" in done.stdout
    assert "未安装pyshacl" in done.stderr and "pip install 'ictgraph[check]'" in done.stderr
    Path("entities.ttl").write_text(
        ENTITIES.replace('"Old-cel"@en', '"Old-cel"@en , "旧疗法"@zh'), encoding="utf-8"
    )
    done = call("check", "--changed", *DATA)
    assert done.exit_code == 0 and "shapes were not checked" in done.stderr
    assert "pyshacl" not in call("check", "--rules", *DATA).stderr
    done = call("check", "--shapes", *DATA)
    assert done.exit_code == 2 and "pip install 'ictgraph[check]'" in done.stderr


def test_a_finding_says_how_to_mend_it_and_where(checkout: Path) -> None:
    Path("entities.ttl").write_text(ENTITIES + "id:x a ict:Gene .", encoding="utf-8")
    done = call("check", "--changed", "--format", "json", *DATA, "--severity", "error")
    rows = json.loads(done.stdout)["rows"]
    shapes = {f"label-{lang}.qualifiedMinCount" for lang in ("en", "zh")}
    assert {row["check"] for row in rows} == {"missing-label", *shapes}
    for row in rows:
        assert row["severity"] == "error" and row["fix"] and row["problem"]
        assert row["place"] == "entities.ttl:8"
