"""The drawn layers: who imports whom and what, how large things are, what a command loads."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import environment

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "ictgraph"
FILES = sorted(PACKAGE.rglob("*.py"))
DRAWING = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ORDER = re.findall(r"^\d+\. `(\w+)`", DRAWING, re.MULTILINE)
INNER = {
    name: re.findall(r"`(\w+)` \(", rest)
    for name, rest in re.findall(r"^\d+\. `(\w+)` — (.*)$", DRAWING, re.MULTILINE)
    if "` (" in rest
}
LIBRARIES = {
    name: (set(re.findall(r"\w+", always)), set(re.findall(r"\w+", inside)))
    for name, always, inside in re.findall(
        r"^\| `(\w+)` \| ([^|]*)\| ([^|]*)\|$", DRAWING.partition("## Libraries")[2], re.MULTILINE
    )
}
BACKWARDS = set(re.findall(r"so `(\w+)` imports `(\w+)` when", DRAWING))
HEAVY = {"SPARQLWrapper", "networkx", "pandas", "pyshacl", "pyvis", "rdflib"}


def layer(path: Path) -> str:
    """The entry of the drawing that a file belongs to: its module, or its package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports when it runs, and whether inside a function."""

    def visit(node: ast.AST, inside: bool) -> Iterator[tuple[str, bool]]:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for other in node.orelse:
                yield from visit(other, inside)
            return
        if isinstance(node, ast.Import):
            yield from ((alias.name, inside) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}:{node.lineno}: relative import"
            if node.module == "ictgraph":
                yield from ((f"ictgraph.{alias.name}", inside) for alias in node.names)
            else:
                yield node.module, inside
        deeper = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, deeper)

    yield from visit(ast.parse(path.read_text(encoding="utf-8")), False)


def test_every_module_is_drawn_once() -> None:
    drawn = [*ORDER, "__init__", "__main__"]
    assert len(set(drawn)) == len(drawn)
    assert set(drawn) == {layer(path) for path in FILES}
    assert ORDER[-1] == "cli"


@pytest.mark.parametrize("package", INNER)
def test_every_module_of_a_package_is_drawn_once(package: str) -> None:
    found = {path.stem for path in (PACKAGE / package).glob("*.py")} - {"__init__"}
    assert sorted(INNER[package]) == sorted(found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_downwards_only(path: Path) -> None:
    here = layer(path)
    ends = {"__init__": [], "__main__": ["cli"]}
    above = ends[here] if here in ends else ORDER[: ORDER.index(here)]
    for name, inside in imports(path):
        top, _, rest = name.partition(".")
        wanted = rest.partition(".")[0]
        if inside and (here, wanted) in BACKWARDS:
            continue
        if top == "ictgraph" and wanted not in (here, "__version__"):
            assert wanted in above, f"{here} imports {wanted}, which is not before it"
        inner = INNER.get(here, [])
        within = rest.split(".")[1:2] if wanted == here and top == "ictgraph" else []
        if inner and within:
            before = inner[: inner.index(path.stem)] if path.stem in inner else []
            assert within[0] in before, f"{path.stem} imports {within[0]}, which is not before it"


def test_one_import_goes_backwards() -> None:
    assert BACKWARDS == {("graph", "networks")}


def test_libraries_are_imported_where_drawn() -> None:
    always: dict[str, set[str]] = {name: set() for name in LIBRARIES}
    inside: dict[str, set[str]] = {name: set() for name in LIBRARIES}
    for path in FILES:
        for name, within in imports(path):
            library = name.partition(".")[0]
            if library in LIBRARIES:
                (inside if within else always)[library].add(layer(path))
    assert set(LIBRARIES) > HEAVY
    for library, (drawn_always, drawn_inside) in LIBRARIES.items():
        assert always[library] == drawn_always, library
        assert inside[library] - always[library] == drawn_inside, library


def test_only_known_libraries_are_imported() -> None:
    found = {name.partition(".")[0] for path in FILES for name, _ in imports(path)}
    assert found - set(sys.stdlib_module_names) == {*LIBRARIES, "ictgraph", "pyoxigraph"}


def test_modules_and_functions_stay_small() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 40, f"{path}: {node.name} has {length} lines"


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "who-develops-what", "--disease", "melanoma"],
        ["find", "CD19"],
        ["show", "lifileucel"],
        ["sparql", "ASK { ?s ?p ?o }"],
    ],
    ids=lambda arguments: str(arguments[0]),
)
def test_quick_commands_load_no_heavy_library(arguments: list[str]) -> None:
    code = (
        "import sys, ictgraph.cli.root as cli\n"
        f"code = cli.root.run({arguments!r})\n"
        "sys.stderr.write(' '.join(sys.modules))\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), check=True
    )
    loaded = set(done.stderr.decode().split())
    assert "ictgraph.graph" in loaded and done.stdout
    assert loaded & HEAVY == set()
    assert not {name for name in loaded if name.startswith("ictgraph.pictures")}
