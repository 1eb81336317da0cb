"""The tree of errors: as drawn, with its exit codes, messages that say what to do next."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ictgraph
from commands import environment
from ictgraph import errors
from ictgraph.errors import IctgraphError

CLASSES = [getattr(errors, name) for name in errors.__all__]


def test_the_tree_is_as_drawn() -> None:
    drawn = re.findall(r"^([ │├└─]*)(\w+) +(\d)(?: |$)", errors.__doc__ or "", re.MULTILINE)
    assert {name for _, name, _ in drawn} == set(errors.__all__)
    above: list[type] = [Exception]
    for indent, name, code in drawn:
        depth = len(indent) // 4 - 1
        one = getattr(errors, name)
        assert one.exit_code == int(code)
        del above[depth + 1 :]
        assert one.__bases__ == (above[-1],), name
        above.append(one)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_message_says_what_and_what_next(kind: type[IctgraphError]) -> None:
    error = kind("something is wrong", hint="mend it")
    assert str(error) == "something is wrong; mend it"
    assert (error.what, error.hint) == ("something is wrong", "mend it")
    assert str(kind("alone")) == "alone"
    assert isinstance(error, IctgraphError) and kind.__doc__
    assert kind.exit_code in range(1, 7)


def test_the_package_has_every_error() -> None:
    assert set(errors.__all__) <= set(ictgraph.__all__)
    for name in errors.__all__:
        assert getattr(ictgraph, name) is getattr(errors, name)
    with pytest.raises(AttributeError, match="no attribute 'NoSuchThing'"):
        ictgraph.NoSuchThing  # noqa: B018


def test_every_public_name_is_there_when_asked_for() -> None:
    for name in ictgraph.__all__:
        assert getattr(ictgraph, name) is not None
    code = "import ictgraph, sys; print(sorted(m for m in sys.modules if m.startswith('ictgraph')))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, encoding="utf-8"
    )
    assert done.stdout.strip() == "['ictgraph']", "importing the package imports its modules"


def raised(tree: ast.AST) -> list[ast.Call]:
    return [
        node.exc
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
    ]


def test_no_error_is_raised_that_says_nothing() -> None:
    """Nobody raises a bare Exception, and what is raised on purpose has a message."""
    root = os.path.dirname(inspect.getfile(ictgraph))
    own = set(errors.__all__)
    for path in Path(root).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in raised(tree):
            name = getattr(call.func, "id", "")
            assert name not in ("Exception", "BaseException"), f"{path}:{call.lineno}"
            assert name not in own or call.args, f"{path}:{call.lineno}"
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.ExceptHandler) and node.type is None), path
