"""The program as users start it: streams, terminals, signals, exit codes, what it imports."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner

from commands import SOURCES, call, environment, process, start
from ictgraph.cli.root import Root

pytestmark = pytest.mark.usefixtures("graph")

QUERY = ["query", "approved-products", "--target", "CD19"]
HEAVY = {
    *("rdflib", "networkx", "pyvis", "SPARQLWrapper", "pyshacl", "jinja2", "pandas", "difflib"),
    *("tempfile", "logging", "pathlib", "importlib.metadata", "shutil", "subprocess", "socket"),
    *("ictgraph.build", "ictgraph.remote", "ictgraph.worker", "ictgraph.checks"),
    *("ictgraph.cli.entities", "ictgraph.cli.questions", "ictgraph.cli.data", "ictgraph.explain"),
}


def on_terminal(*args: str, **variables: str) -> str:
    """Run the program on a terminal of its own; return what it shows there."""
    ours, theirs = pty.openpty()
    with start(*args, stdout=theirs, env=environment(TERM="xterm", **variables)) as program:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:  # the other end is closed
            pass
        program.communicate(timeout=60)
    os.close(ours)
    assert program.returncode == 0
    return shown.decode()


def test_answers_on_standard_output_nothing_on_standard_error() -> None:
    found = process(*QUERY)
    assert (found.returncode, found.stderr) == (0, b"")
    assert found.stdout == call(*QUERY).stdout_bytes


def test_python_m_and_the_entry_point_are_the_same() -> None:
    code = "from ictgraph.cli import main; main()"
    found = subprocess.run(
        [sys.executable, "-c", code, *QUERY], capture_output=True, env=environment(), check=True
    )
    assert found.stdout == process(*QUERY).stdout


def test_a_query_imports_nothing_heavy() -> None:
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ictgraph", *QUERY],
        capture_output=True,
        env=environment(),
        check=True,
    )
    imported = set(re.findall(r"\|\s+([\w.]+)$", found.stderr.decode(), re.MULTILINE))
    assert "ictgraph.graph" in imported
    assert imported & HEAVY == set()


@pytest.mark.parametrize(
    ("locale", "more"), [("C", {}), ("POSIX", {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})]
)
def test_utf8_in_any_locale(locale: str, more: dict[str, str]) -> None:
    env = environment(LC_ALL=locale, **more)
    found = process(*QUERY, "--lang", "zh", env=env)
    assert found.returncode == 0 and "复发或难治" in found.stdout.decode()
    unknown = process("show", "没有这个", env=env)
    assert "没有这个" in unknown.stderr.decode()


def test_bytes_that_are_no_text() -> None:
    found = process("find", os.fsdecode(b"\xff\xfe"))
    assert (found.returncode, found.stdout) == (2, b"")
    assert found.stderr.count(b"\n") == 1


def test_a_table_on_a_terminal_in_colour_unless_told_otherwise() -> None:
    shown = on_terminal(*QUERY, COLUMNS="600")
    assert "┌" in shown and "\x1b[1m" in shown
    for plain in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        env = {"COLUMNS": "600", **plain}
        term = env.pop("TERM", "xterm")
        again = on_terminal(*QUERY, **env) if term == "xterm" else on_dumb_terminal(**env)
        assert "┌" in again and "\x1b" not in again


def on_dumb_terminal(**variables: str) -> str:
    """Run the query on a terminal that knows no colours."""
    script = (
        f"import os; os.environ['TERM'] = 'dumb'; import ictgraph.cli as c; c.main()  # {QUERY}"
    )
    ours, theirs = pty.openpty()
    found = subprocess.Popen(
        [sys.executable, "-c", script, *QUERY], stdout=theirs, env=environment(**variables)
    )
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 65536):
            shown += block
    except OSError:
        pass
    os.close(ours)
    assert found.wait(60) == 0
    return shown.decode()


def test_show_is_text_on_a_terminal_and_rows_in_a_pipe() -> None:
    assert "\r\nSources\r\n" in on_terminal("show", "lifileucel", "--lang", "en")
    assert process("show", "lifileucel").stdout.startswith(b"subject\t")


def test_a_reader_that_goes_away_is_no_error() -> None:
    with start("export") as program:
        assert program.stdout is not None and program.stderr is not None
        assert program.stdout.readline()
        program.stdout.close()
        assert (program.wait(60), program.stderr.read()) == (141, b"")


@pytest.mark.parametrize("args", [QUERY, ["--help"], ["show", "lifileucel"], ["export"]])
def test_a_full_disk_is_a_message(args: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        found = process(*args, stdout=full)
    assert found.returncode == 5
    assert found.stderr.count(b"\n") == 1 and b"No space left on device" in found.stderr


def test_a_full_disk_under_a_file_is_a_message() -> None:
    found = process(*QUERY, "--format", "csv", "-o", "/dev/full")
    assert found.returncode == 5 and found.stderr.count(b"\n") == 1


def test_a_closed_standard_output_is_a_message() -> None:
    line = f'"{sys.executable}" -m ictgraph {" ".join(QUERY)} >&-'
    found = subprocess.run(["sh", "-c", line], capture_output=True, env=environment(), check=False)
    assert found.returncode == 5 and b"standard output is closed" in found.stderr


def test_messages_that_cannot_be_written_are_no_error() -> None:
    with open("/dev/full", "wb") as full:
        assert process("find", "qqqqqqqq", stderr=full).returncode == 0
        assert process("find", stderr=full).returncode == 2


def test_an_old_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "answer.srx"
    path.write_text("old")
    found = process("sparql", 'SELECT ("a\\u0001" AS ?a) {}', "-o", str(path))
    assert found.returncode == 2
    assert path.read_text() == "old" and os.listdir(tmp_path) == [path.name]


def test_an_interrupt_ends_a_build_and_leaves_no_half_of_it(tmp_path: Path) -> None:
    env = environment(ICTGRAPH_CACHE=str(tmp_path))
    with start(*QUERY, env=env) as program:
        assert program.stderr is not None
        assert b"building the graph" in program.stderr.readline()
        program.send_signal(signal.SIGINT)
        assert (program.wait(60), program.stderr.read()) == (130, b"ictgraph: interrupted\n")
    assert list(tmp_path.glob("*/current.json")) == []
    again = process(*QUERY, env=env)
    assert again.returncode == 0 and again.stderr.count(b"\n") == 1
    assert process(*QUERY, env=env).stderr == b""


def test_a_cache_that_cannot_be_written_is_a_message() -> None:
    found = process(*QUERY, env=environment(ICTGRAPH_CACHE="/dev/null/cache"))
    assert found.returncode == 5 and b"ICTGRAPH_CACHE" in found.stderr


def test_rdf_files_leave_no_folder_behind(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text("<http://e.org/a> <http://e.org/b> 1 .")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    text = "SELECT ?o { <http://e.org/a> ?p ?o }"
    found = process("sparql", text, "--data", str(path), env=environment(TMPDIR=str(scratch)))
    assert found.returncode == 0 and found.stdout == b"?o\n1\n"
    assert os.listdir(scratch) == []


class Defect(Root):
    """A program with a defect."""

    def invoke(self, ctx: click.Context) -> NoReturn:
        """Fail as nobody foresaw."""
        raise ZeroDivisionError("\x1b[31mred")


def test_a_defect_is_one_line_too() -> None:
    runner = CliRunner()
    found = runner.invoke(Defect("ictgraph"), ["query"])
    assert found.exit_code == 70
    assert found.stderr.startswith(
        "ictgraph: unexpected ZeroDivisionError: ␛[31mred; please report"
    )
    assert found.stderr.count("\n") == 1
    debugged = runner.invoke(Defect("ictgraph"), ["query"], env={"ICTGRAPH_DEBUG": "1"})
    assert debugged.exit_code == 70 and "Traceback" in debugged.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    found = call("completion", shell)
    assert found.exit_code == 0
    assert "_ICTGRAPH_COMPLETE" in found.stdout and "ictgraph" in found.stdout


def test_completion_without_a_shell_lists_them() -> None:
    found = call("completion")
    assert (found.exit_code, found.stderr) == (0, "")
    assert [line.split()[0] for line in found.stdout.splitlines()] == ["bash", "zsh", "fish"]
    assert found.stdout.count("ictgraph completion ") == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ictgraph que", "plain,query\nplain,queries\n"),
        ("ictgraph query who", "plain,who-develops-what\n"),
        ("ictgraph query who-develops-what --disea", "plain,--disease\n"),
        ("ictgraph query who-develops-what --disease melanom", "plain,melanoma\n"),
        ("ictgraph query no-such --dis", "\n"),
        ("ictgraph export --format tr", "plain,trig\n"),
        ("ictgraph queries show approval-m", "plain,approval-matrix\n"),
        ("ictgraph queries --tag reg", "plain,regulatory\n"),
        ("ictgraph network --format sv", "plain,svg\n"),
        ("ictgraph network --target CD19", "plain,CD19\n"),
        ("ictgraph network --around lifil", "plain,Lifileucel\n"),
        ("ictgraph find lifil", "plain,Lifileucel\n"),
        ("ictgraph show lifil", "plain,Lifileucel\n"),
        ("ictgraph evidence lifil", "plain,Lifileucel\n"),
        ("ictgraph evidence x - Baylor", "plain,Baylor\\\\ College\\\\ of\\\\ Medicine\n"),
        ("ictgraph show 'Baylor", "plain,Baylor College of Medicine\n"),
        ("ictgraph find x --kind diseas", "plain,disease\n"),
    ],
)
def test_completions(words: str, expected: str) -> None:
    variables = {
        "_ICTGRAPH_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    found = call(env=variables)
    assert (found.exit_code, found.stdout, found.stderr) == (0, expected, "")


def test_names_with_spaces_complete_in_bash(tmp_path: Path) -> None:
    program = tmp_path / "ictgraph"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ictgraph "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(ictgraph completion bash)"; COMP_WORDS=(ictgraph show "$1"); COMP_CWORD=2\n'
        '_ictgraph_completion ictgraph; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    env = environment(PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    for typed, expected in (("Baylor", "Baylor\\ College\\ of"), ("Bayl", "Baylor\\ Coll")):
        found = subprocess.run(
            ["bash", "-c", script, "bash", typed], capture_output=True, env=env, check=True
        )
        assert found.stdout.decode().startswith(expected), found.stderr


def test_the_package_under_test_is_this_one() -> None:
    found = process("--version", env=environment(PYTHONPATH=SOURCES))
    assert found.returncode == 0 and found.stdout.startswith(b"ictgraph ")
