"""The public surface: closed, documented, and with the exit codes it promises."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import ictgraph
from commands import environment
from ictgraph import errors

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "ictgraph"
GUIDE = (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8")


def module_names() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if parts[-1] != "__main__":
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = list(module_names())


def defined(module: ModuleType) -> tuple[set[str], set[str]]:
    """The public names that a module's own text defines, and those that it imports."""
    own: set[str] = set()
    imported: set[str] = set()
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            own.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            own |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            imported |= {alias.asname or alias.name for alias in node.names}
    return {name for name in own if not name.startswith("_")}, imported


def sort_key(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@pytest.mark.parametrize("name", MODULES)
def test_all_is_sorted_and_exact(name: str) -> None:
    module = import_module(name)
    public = list(module.__all__)
    assert public == sorted(public, key=sort_key)
    own, imported = defined(module)
    if name != "ictgraph":
        assert own <= set(public), "public by name, but not in __all__"
        assert set(public) <= own | imported, "in __all__, but not here"


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_has_a_docstring(name: str) -> None:
    module = import_module(name)
    assert module.__doc__
    for public in module.__all__:
        thing = getattr(module, public)
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        assert thing.__doc__ and not thing.__doc__.startswith(f"{public}("), public
        for method, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not method.startswith("_") and inspect.isfunction(value):
                assert value.__doc__, f"{public}.{method}"


def test_the_package_exports_exactly_these() -> None:
    assert ictgraph.__all__ == [
        *("AmbiguousName", "Answer", "CheckFailed", "EndpointError", "Graph", "IctgraphError"),
        *("InputError", "LimitError", "Limits", "Match", "PolicyError", "QuerySyntaxError"),
        *("Statements", "StoreError", "Table", "Truth", "UnknownName"),
        *("__version__", "open_graph"),
    ]
    for name in ictgraph.__all__:
        assert getattr(ictgraph, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = ictgraph.no_such_name


def test_star_import_gives_what_all_says() -> None:
    code = "from ictgraph import *; import ictgraph; [globals()[n] for n in ictgraph.__all__]"
    subprocess.run([sys.executable, "-c", code], env=environment(), check=True)


@pytest.mark.parametrize("name", ictgraph.__all__)
def test_the_guide_has_every_public_name(name: str) -> None:
    assert re.search(rf"(?<!\w){name}(?!\w)", GUIDE)


def test_the_guide_has_every_method_of_a_graph() -> None:
    for name in vars(ictgraph.Graph):
        if not name.startswith("_"):
            assert f"`{name}" in GUIDE, name


def test_errors_have_the_documented_exit_codes() -> None:
    documented = re.findall(r"^\| `(\w+)` \| (\d+) \|", GUIDE, re.MULTILINE)
    drawn = re.findall(r"^[\s│├└─]*(\w+) +(\d)\b", str(errors.__doc__), re.MULTILINE)
    real = {name: getattr(errors, name).exit_code for name in errors.__all__}
    assert {name: int(code) for name, code in documented} == real
    assert {name: int(code) for name, code in drawn} == real
    assert set(errors.__all__) <= set(ictgraph.__all__)


def test_every_error_is_in_the_one_tree() -> None:
    for name in MODULES:
        for _, thing in inspect.getmembers(import_module(name), inspect.isclass):
            public = thing.__module__ == name and not thing.__name__.startswith("_")
            if public and issubclass(thing, Exception):
                assert issubclass(thing, ictgraph.IctgraphError), thing


def test_no_error_is_swallowed_or_vague() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"bare except at {place}"
                passes = all(isinstance(one, ast.Pass) for one in node.body)
                assert not (passes and "Exception" in ast.unparse(node.type).split()), place
            if isinstance(node, ast.Raise) and node.exc is not None:
                assert not re.match(r"(Base)?Exception\b", ast.unparse(node.exc)), place


def test_types_are_there_for_others() -> None:
    assert (PACKAGE / "py.typed").is_file()
    signature = inspect.signature(ictgraph.open_graph)
    assert signature.return_annotation == "Graph"
    assert all(one.annotation is not one.empty for one in signature.parameters.values())
