"""Every example in the help and the guide works, and the reference is not stale."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import at_home, call, environment, write_examples
from ictgraph.cli.reference import commands, text

pytestmark = pytest.mark.usefixtures("graph")

DOCS = Path(__file__).parent.parent / "docs"
MAY_FIND = ("ictgraph check", "ictgraph coverage", "ictgraph evidence lifileucel --text")


def help_examples() -> Iterator[str]:
    for name, ctx in commands(every_question=True):
        examples = (ctx.command.epilog or "").partition("Examples:\n")[2].splitlines()
        assert examples, f"{name} has no examples"
        yield from map(str.strip, examples)


def guide_examples() -> Iterator[str]:
    guide = (DOCS / "cli.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```", guide, re.MULTILINE | re.DOTALL):
        yield from block.replace("\\\n", " ").splitlines()


EXAMPLES = sorted({*help_examples(), *guide_examples()})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A folder with the files that examples name, and the program on the path."""
    monkeypatch.chdir(tmp_path)
    call("queries", "show", "approved-products", "-o", "mine.rq")
    write_examples()
    if "found.sssom.tsv" in request.node.name:
        call("link", "suggest", "melanoma", "-o", "found.sssom.tsv")
    shutil.copy(DOCS.parent / "ontology" / "imports" / "hgnc.tsv", "hgnc_complete_set.tsv")
    call("link", "export", "--set", "diseases-mondo", "-o", "mine.sssom.tsv")
    program = tmp_path / "bin" / "ictgraph"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ictgraph "$@"\n')
    program.chmod(0o755)
    if "--store graph" in request.node.name:
        call("build", "-o", "graph")
    if "diff before.nq" in request.node.name:
        call("export", "-o", "before.nq")
    return tmp_path


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(example: str, folder: Path, public_endpoints: dict[str, str]) -> None:
    example = at_home(example, public_endpoints)
    if "--offline" in example:
        call(*shlex.split(example.replace("--offline", ""))[1:])
    if re.search("[|<>$]", example):
        assert shutil.which("sh")
        path = f"{folder / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", example], capture_output=True, env=environment(PATH=path), check=False
        )
        code, said = done.returncode, done.stderr.decode()
    else:
        program, *args = shlex.split(example, comments=True)
        assert program == "ictgraph"
        result = call(*args)
        code, said = result.exit_code, result.stderr
    assert code in ((0, 1) if example.startswith(MAY_FIND) else (0,)), said
    if code == 0 and example.startswith("ictgraph query "):
        assert "has no rows" not in said


def test_the_reference_is_not_stale() -> None:
    kept = (DOCS / "cli-reference.md").read_text(encoding="utf-8")
    assert kept == text(), "python -m ictgraph.cli.reference > docs/cli-reference.md"


def test_the_guide_has_every_command_exit_code_and_variable() -> None:
    guide = (DOCS / "cli.md").read_text(encoding="utf-8")
    for topic in ("exit-codes", "environment"):
        for line in call("help", topic).stdout.splitlines():
            if line.strip() and not line.startswith(("An option", "   " * 3)):
                word = line.split()[0].rstrip(",")
                assert f"`{word}`" in guide, word
    for name, _ in commands():
        assert name in guide
