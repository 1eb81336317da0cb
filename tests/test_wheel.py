"""The wheel and the sdist: what is in them, and that the wheel works far from the checkout."""

from __future__ import annotations

import io
import json
import os
import re
import site
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import NamedTuple

import pytest

from commands import call
from ictgraph.graph import Graph
from ictgraph.paths import data_dir

ROOT = Path(__file__).parent.parent
FOLDERS = ("ontology", "queries", "triples")


class Built(NamedTuple):
    """The two archives that a release consists of."""

    wheel: Path
    sdist: Path


class Installed(NamedTuple):
    """An environment into which only the wheel was installed, and a folder far from it."""

    bin: Path
    packages: Path
    elsewhere: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        """Run a program of the environment in a folder that knows nothing of the checkout."""
        kept = ("PATH", "HOME", "LANG", "SYSTEMROOT")
        env = {name: value for name, value in os.environ.items() if name in kept}
        env |= {"LC_ALL": "C.UTF-8", "ICTGRAPH_CACHE": str(self.elsewhere / "cache")}
        program = [str(self.bin / command[0]), *command[1:]]
        return subprocess.run(
            program, cwd=self.elsewhere, env=env, capture_output=True, check=True, timeout=120
        )


def build(source: Path, folder: Path, *options: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), *options]
    done = subprocess.run([*command, str(source)], capture_output=True, timeout=300)
    assert done.returncode == 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An sdist, and a wheel made from that sdist alone."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh environment, which gets its libraries from this one's, offline."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    install = ["install", "--quiet", "--no-deps", "--no-index", str(built.wheel)]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "--python", str(scripts / "python"), *install], check=True)
    (found,) = (folder / "venv").rglob("ictgraph-*.dist-info")
    libraries = "\n".join(site.getsitepackages())
    (found.parent / "libraries.pth").write_text(libraries + "\n", encoding="utf-8")
    work = folder / "work"
    work.mkdir()
    return Installed(scripts, found.parent, work)


def members(built: Built) -> dict[str, bytes]:
    with zipfile.ZipFile(built.wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def checkout(folder: str, name: str = "") -> set[str]:
    """The paths of a folder's files, hidden and compiled ones left out."""
    return {
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not re.search(r"/\.|__pycache__", path.as_posix())
    }


def test_the_wheel_holds_package_and_data(built: Built) -> None:
    found = set(members(built))
    for folder in FOLDERS:
        assert {f"ictgraph/data/{folder}/{name}" for name in checkout(folder)} <= found
    assert {f"ictgraph/{name}" for name in checkout("src/ictgraph")} <= found
    assert "ictgraph/py.typed" in found
    assert {name for name in found if name.startswith("ictgraph/pictures/templates/")}


def test_the_wheel_holds_nothing_else(built: Built) -> None:
    for name in members(built):
        assert name.startswith(("ictgraph/", "ictgraph-"))
        assert not re.search(r"test|__pycache__|\.pyc$|/\.|review.*\.txt$", name), name


def test_the_wheel_says_what_it_is(built: Built) -> None:
    found = members(built)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    home = f"ictgraph-{project['version']}.dist-info"
    metadata = Parser().parsestr(found[f"{home}/METADATA"].decode())
    assert metadata["Name"] == "ictgraph" and metadata["Version"] == project["version"]
    assert metadata["License-Expression"] == project["license"]
    assert metadata["Requires-Python"] == project["requires-python"]
    assert "谁在" in str(metadata.get_payload())
    for name in ("LICENSE", "LICENSE-DATA"):
        assert found[f"{home}/licenses/{name}"] == (ROOT / name).read_bytes()
    assert "ictgraph = ictgraph.cli:main" in found[f"{home}/entry_points.txt"].decode()


def test_the_sdist_holds_what_its_makefile_needs(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        makefile = archive.extractfile(f"{built.sdist.name.removesuffix('.tar.gz')}/Makefile")
        assert makefile
        text = makefile.read().decode()
    for folder in (*FOLDERS, "docs", "src", "tests"):
        assert {f"{folder}/{name}" for name in checkout(folder)} <= names
    assert {"README.md", "CHANGELOG.md", "LICENSE", "LICENSE-DATA", "pyproject.toml"} <= names
    assert set(re.findall(r"\b(?:scripts|benchmarks|docs)/[\w./-]*\w", text)) <= names


def test_data_come_from_the_wheel(installed: Installed) -> None:
    code = "import ictgraph.paths as p; print(*map(p.data_dir, ('ontology','queries','triples')))"
    places = installed.run("python", "-c", code).stdout.decode().split()
    assert places == [str(installed.packages / "ictgraph" / "data" / name) for name in FOLDERS]
    assert not any(place.startswith(os.path.dirname(data_dir("ontology"))) for place in places)


def test_answers_elsewhere_are_those_of_the_checkout(installed: Installed, graph: Graph) -> None:
    question = ("query", "who-develops-what")
    here = call(*question)
    assert here.exit_code == 0
    assert installed.run("ictgraph", *question).stdout == here.stdout_bytes
    (manifest,) = (installed.elsewhere / "cache").rglob("manifest.json")
    with open(os.path.join(graph.folder, "manifest.json"), encoding="utf-8") as file:
        assert json.loads(manifest.read_text(encoding="utf-8")) == json.load(file)


def test_every_kind_of_command_works_elsewhere(installed: Installed) -> None:
    installed.run("ictgraph", "network", "-o", "x.svg")
    assert (installed.elsewhere / "x.svg").read_text(encoding="utf-8").startswith("<svg")
    installed.run("ictgraph", "network", "-o", "x.html")
    page = (installed.elsewhere / "x.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and "Lifileucel" in page
    counted = installed.run("ictgraph", "sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").stdout
    assert int(io.BytesIO(counted).readlines()[1]) > 1000
    found = installed.run("ictgraph", "find", "melanoma", "--lang", "zh").stdout.decode()
    assert "黑色素瘤" in found
    installed.run("ictgraph", "check", "--rules", "--severity", "error")
    version = installed.run("python", "-m", "ictgraph", "--version").stdout.decode()
    assert "build not built yet" not in version
