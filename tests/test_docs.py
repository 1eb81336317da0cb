"""The documentation: every example runs, nothing is missing, stale, broken or out of step."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

import ictgraph
from commands import at_home, call, environment, write_examples
from ictgraph import catalog, queries
from ictgraph.cli import reference
from ictgraph.curation.canonical import canonical
from ictgraph.vocab import ICT, OWL, RDF_TYPE, compress

pytestmark = pytest.mark.usefixtures("graph")

ROOT = Path(__file__).parent.parent
FOLDERS = ("benchmarks", "ontology", "queries", "triples")
DOCUMENTS = sorted(
    [
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("*.md"),
        *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md")),
    ]
)
GENERATED = ("docs/model.md", "queries/README.md")
DOCUMENTED_ENDPOINT = "http://localhost:7878/query"
EXIT_CODES = {"ictgraph evidence lifileucel --text review.txt": 1}
"""What the guide says of examples that do not end with 0: the text at hand is not the review."""

HAN = "[\u4e00-\u9fff]"
SKIPPED = {"dist", "build", "out", "node_modules", "__pycache__"}
ELSEWHERE = re.compile(
    r"(?<![\w.-])/(?:work|tmp|root|home/\w+|Users/\w+)/|[A-Z]:\\Users|"
    + "|".join(rf"{name}\.(?:org|com)" for name in ("pypi", "pythonhosted", "npmjs", "conda"))
)


class Block(NamedTuple):
    """A fenced block of a document."""

    language: str
    text: str
    line: int


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    fence = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [Block(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in fence.finditer(text)]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def with_blocks(*languages: str) -> list[Path]:
    """The documents with such blocks; those of the benchmarks take too long to run."""
    documents = [path for path in DOCUMENTS if path.parent.name != "benchmarks"]
    return [p for p in documents if any(one.language in languages for one in blocks(p))]


def commands(path: Path) -> Iterator[str]:
    """The commands of a document in order: `sh` blocks, and `$` lines of `console` blocks."""
    for block in blocks(path):
        lines = block.text.replace("\\\n", " ").splitlines()
        if block.language == "console":
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        if block.language in ("sh", "console"):
            yield from (line for line in lines if line.strip())


def files(path: Path) -> dict[str, str]:
    """The files that a document shows: blocks whose first line is `# NAME`."""
    named = [(re.match(r"# ([\w.-]+\.\w+)\n", one.text), one.text) for one in blocks(path)]
    return {found[1]: text[found.end() :] for found, text in named if found}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that examples name, and the programs on the path."""
    monkeypatch.chdir(tmp_path)
    write_examples()
    programs = tmp_path / "bin"
    programs.mkdir()
    for program, arguments in (("ictgraph", "-m ictgraph "), ("python", "")):
        path = programs / program
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}"$@"\n')
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize("path", with_blocks("sh", "console"), ids=name_of)
def test_commands_run(
    path: Path, folder: Path, endpoint: str, public_endpoints: dict[str, str]
) -> None:
    for name, text in files(path).items():
        Path(name).write_text(text, encoding="utf-8")
    if "mine.rq" not in "".join(commands(path)).partition("-o mine.rq")[0]:
        Path("mine.rq").write_text(queries.load("approved-products").text, encoding="utf-8")
    wrong: list[str] = []
    for command in commands(path):
        assert command.startswith(("ictgraph ", "python -m ictgraph")), command
        here = at_home(command.replace(DOCUMENTED_ENDPOINT, endpoint), public_endpoints)
        done = subprocess.run(
            ["sh", "-c", here],
            capture_output=True,
            env=environment(),
            timeout=120,
        )
        said = done.stderr.decode()
        if done.returncode != EXIT_CODES.get(command, 0) or "Traceback" in said:
            wrong.append(f"{command}\n{done.returncode}: {said}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", with_blocks("python", "pycon"), ids=name_of)
def test_python_runs(path: Path, folder: Path, endpoint: str) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    for block in blocks(path):
        if block.language not in ("python", "pycon"):
            continue
        text = block.text.replace(DOCUMENTED_ENDPOINT, endpoint)
        if ">>>" not in text:
            padding = "\n" * block.line
            exec(compile(padding + text, str(path), "exec"), names)
            continue
        test = parser.get_doctest(text, names, name_of(path), str(path), block.line)
        runner.run(test, clear_globs=False)
        names = test.globs
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.parametrize("path", with_blocks("sparql", "trig"), ids=name_of)
def test_sparql_and_trig_parse(path: Path) -> None:
    engine = ictgraph.open_graph().engine
    for block in blocks(path):
        if block.language == "sparql" and not block.text.startswith("#+"):
            assert engine.query(block.text)
        if block.language == "trig":
            prefixed = block.text if "@prefix" in block.text else PREFIXES + block.text
            assert list(parse(prefixed, format=RdfFormat.TRIG))


def test_the_empty_answer_in_the_guide_is_what_the_program_says() -> None:
    shown = blocks(ROOT / "docs" / "cli.md")
    (at,) = (
        n for n, b in enumerate(shown) if b.text.startswith("ictgraph: this question has no rows")
    )
    _, *words = shlex.split(shown[at - 1].text)
    assert shown[at].text == call(*words).stderr


def test_what_the_guide_says_is_left_out_is_what_the_program_says() -> None:
    shown = blocks(ROOT / "docs" / "cli.md")
    (at,) = (n for n, b in enumerate(shown) if "可能漏掉" in b.text)
    _, *words = shlex.split(shown[at - 1].text)
    assert shown[at].text == call(*words).stderr


PREFIXES = """\
@prefix ict: <https://w3id.org/ictgraph/ontology#> .
@prefix id: <https://w3id.org/ictgraph/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def test_the_header_in_the_guide_is_one(tmp_path: Path) -> None:
    (guide,) = (b for b in blocks(ROOT / "docs" / "queries.md") if b.text.startswith("#+"))
    body = "\nSELECT ?therapy WHERE { VALUES ?target { UNDEF } ?therapy ?any ?target }"
    template = queries.parse(guide.text + body, "guide.rq")
    keys = set(re.findall(r"^#\+ (\w+):", guide.text, re.MULTILINE))
    assert keys == {"title", "question", "param", "column", "evidence", "fold", "tags", "view"}
    assert template.parameter("target").default == "UNDEF"


def test_examples_of_data_by_hand_are_canonical(folder: Path) -> None:
    shown = files(ROOT / "docs" / "curating.md")
    assert {"mine.trig", "claims.csv", "notice.txt"} <= shown.keys()
    for name, text in shown.items():
        Path(name).write_text(text, encoding="utf-8")
        if name.endswith(".trig"):
            assert canonical(name) == text, name


def test_the_doubt_in_the_guide_is_one_of_the_data() -> None:
    (block,) = (b for b in blocks(ROOT / "docs" / "doubts.md") if b.language == "trig")
    assert block.text in (ROOT / "triples" / "doubts.ttl").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GENERATED)
def test_generated_parts_are_not_stale(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == catalog.refreshed(text), f"python -m ictgraph.catalog {name}"
    assert "<!-- generated: " in text


def test_the_catalog_refreshes_and_checks_files(folder: Path) -> None:
    stale = folder / "stale.md"
    stale.write_text("# Title\n<!-- generated: queries -->\nlong ago\n<!-- end -->\nkept\n")
    assert catalog.main(["--check", str(stale)]) == 1
    assert "long ago" in stale.read_text(encoding="utf-8")
    assert catalog.main([str(stale)]) == 0
    assert catalog.main(["--check", str(stale)]) == 0
    fresh = stale.read_text(encoding="utf-8")
    assert fresh.startswith("# Title\n") and fresh.endswith("kept\n") and "long ago" not in fresh
    with pytest.raises(ictgraph.InputError, match="cannot be read"):
        catalog.main([str(folder / "absent.md")])
    with pytest.raises(ictgraph.UnknownName, match="nonsense"):
        catalog.refreshed("<!-- generated: nonsense -->\n<!-- end -->")


def test_the_command_reference_is_not_stale() -> None:
    kept = (ROOT / "docs" / "cli-reference.md").read_text(encoding="utf-8")
    assert kept == reference.text(), "make docs"


def test_every_command_is_documented() -> None:
    guide = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, _ in reference.commands():
        assert name in guide, name


@pytest.mark.parametrize("name", queries.names())
def test_every_template_is_documented(name: str) -> None:
    index = (ROOT / "queries" / "README.md").read_text(encoding="utf-8")
    template = queries.load(name)
    assert f"[`{name}`]" in index
    assert all(template.title[lang] in index for lang in ("en", "zh"))
    assert all(f"`--{one.name.replace('_', '-')}`" in index for one in template.parameters)


def test_every_term_is_documented() -> None:
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    kinds = {OWL + f"{kind}Property" for kind in ("Object", "Datatype", "Annotation")}
    terms = {
        quad.subject.value
        for quad in parse(path=ROOT / "ontology" / "ictgraph.ttl")
        if quad.predicate.value == RDF_TYPE
        and isinstance(quad.subject, NamedNode)
        and getattr(quad.object, "value", "") in {OWL + "Class", *kinds}
        and quad.subject.value.startswith(ICT)
    }
    assert len(terms) > 150
    for term in terms:
        row = re.search(rf"^\| `{compress(term)}` \|.*$", text, re.MULTILINE)
        assert row and re.search(HAN, row[0]), term


def test_every_term_that_documents_name_exists() -> None:
    known = {
        getattr(quad.subject, "value", "")
        for path in (ROOT / "ontology").glob("*.ttl")
        for quad in parse(path=path)
    }
    for path in DOCUMENTS:
        for name in re.findall(r"`ict:(\w+)`", path.read_text(encoding="utf-8")):
            assert ICT + name in known, f"{name_of(path)}: ict:{name}"


def test_every_entity_that_documents_name_exists() -> None:
    classes = ictgraph.open_graph().names.classes
    for path in DOCUMENTS:
        for name in re.findall(r"`id:([\w-]+)`", path.read_text(encoding="utf-8")):
            assert classes(f"https://w3id.org/ictgraph/id/{name}"), f"{name_of(path)}: id:{name}"


def test_names_of_institutions_are_those_of_the_data() -> None:
    text = (ROOT / "docs" / "decisions" / "0005-english-names.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| ([^|]+) \| ([^|]+) \|", text, re.MULTILINE)
    iris = {slug: f"https://w3id.org/ictgraph/id/{slug}" for slug, _, _ in rows}
    labels = ictgraph.open_graph().names.labels(set(iris.values()))
    assert len(rows) > 10
    for slug, zh, en in rows:
        assert labels[iris[slug]] == {"en": en, "zh": zh}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_resolve(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", link):
            continue
        target, _, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists() and file.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(file), link


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a document."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    titles = re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_document_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        if path.is_dir():
            waiting += path.glob("*.md")
        elif path.suffix == ".md" and path.exists():
            for link in re.findall(r"\]\(([^)\s#]+)", path.read_text(encoding="utf-8")):
                if "://" not in link:
                    waiting.append((path.parent / link).resolve())
    assert set(DOCUMENTS) <= reached


def test_the_readme_is_short_and_opens_with_what_a_user_gets() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
    assert any(re.search(HAN, line) for line in lines[:10])
    assert "make demo" in "\n".join(lines[:15]) and "make test" in "\n".join(lines[:15])


@pytest.mark.parametrize("name", ["cli.md", "model.md", "queries.md"])
def test_guides_have_chinese_headings(name: str) -> None:
    text = re.sub(r"^```.*?^```$", "", (ROOT / "docs" / name).read_text("utf-8"), flags=re.M | re.S)
    for heading in re.findall(r"^#{1,2} .+$", text, re.MULTILINE):
        assert re.search(HAN, heading) or heading in ("## Terms",), heading


def test_make_targets_that_documents_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    ontology = (ROOT / "ontology" / "ictgraph.ttl").read_text(encoding="utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert ictgraph.__version__ == version
    assert re.search(rf"^version: {re.escape(version)}$", citation, re.MULTILINE)
    assert f'owl:versionInfo "{version}"' in ontology
    assert f"<https://w3id.org/ictgraph/ontology/{version}>" in ontology
    assert re.search(rf"^## (Unreleased|\[?{re.escape(version)})", changelog, re.MULTILINE)


def test_licences_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    for name in project["license"].split(" AND "):
        assert f"- {name}\n" in citation
    assert "CC BY 4.0" in (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def repository() -> Iterator[Path]:
    """The files of the repository: what is neither hidden, made, nor binary."""
    for where, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in SKIPPED and (f[0] != "." or f == ".ci")]
        folders[:] = [f for f in folders if not f.endswith(".egg-info")]
        yield from (Path(where, name) for name in names)


def test_no_file_names_a_machine_path_or_a_registry() -> None:
    seen = 0
    for path in repository():
        data = path.read_bytes()
        if b"\0" in data or path == Path(__file__):
            continue
        seen += 1
        found = ELSEWHERE.search(data.decode("utf-8"))
        assert not found, f"{name_of(path)}: {found and found[0]}"
    assert seen > 100


def test_shell_examples_are_words() -> None:
    for path in with_blocks("sh"):
        for command in commands(path):
            assert shlex.split(command), command
