"""``ictgraph link review``: one decision after the other, kept at once, by somebody."""

from __future__ import annotations

import os
import pty
import signal
import time
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path
from select import select
from termios import TIOCSCTTY

import pytest
import sssom_pydantic

from commands import call, environment, start
from ictgraph.errors import InputError
from ictgraph.links import sssom
from ictgraph.links.review import Author
from ictgraph.links.sssom import NONE_FOUND, SemanticMapping

pytestmark = pytest.mark.usefixtures("graph")

ORCID = "0000-0002-1825-0097"
NAMES = ("Melanoma", "advanced melanoma", "PD")


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A file of suggestions: one exact, one broad, and two candidates for one name."""
    monkeypatch.chdir(tmp_path)
    done = call("link", "suggest", *NAMES, "--against", "mondo", "-o", "found.sssom.tsv")
    assert done.exit_code == 0
    yield "found.sssom.tsv"


def reviewed(typed: str, *args: str) -> str:
    done = call("link", "review", *args, stdin=typed)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def rows(path: str) -> dict[str, SemanticMapping]:
    """The rows of a file by label; whole to the reader of the field."""
    mappings, _, _, errors = sssom_pydantic.read(path, return_errors=True)
    read = sssom.read(path).mappings
    assert errors == [] and len(mappings) == len(read)
    return {one.subject_label: one for one in read}


def test_decisions_become_mappings_with_an_author(found: str) -> None:
    said = reviewed("1b\na\nr\n", found, "--author", "Li Lei", "--confidence", "0.8")
    assert "0 left to judge" in said
    accepted, rejected = rows("found.accepted.sssom.tsv"), rows("found.rejected.sssom.tsv")
    assert accepted.keys() == {"PD", "Melanoma"} and rejected.keys() == {"advanced melanoma"}
    melanoma = accepted["Melanoma"]
    assert (melanoma.predicate_id, melanoma.object_id) == ("skos:broadMatch", "MONDO:0005105")
    assert accepted["PD"].predicate_id == "skos:exactMatch"
    for one in (*accepted.values(), *rejected.values()):
        assert one.mapping_justification == "semapv:ManualMappingCuration"
        assert (one.more["author_label"], one.confidence) == ("Li Lei", 0.8)
        assert one.mapping_date and one.object_source_version and not one.comment
        assert not {"mapping_tool", "match_string", "subject_match_field"} & one.more.keys()
    refused = rejected["advanced melanoma"]
    assert (refused.predicate_id, refused.more["predicate_modifier"]) == ("skos:broadMatch", "Not")
    assert sssom.quads("found.rejected.sssom.tsv") == []


def test_an_orcid_is_an_identifier(found: str) -> None:
    reviewed("a\n", found, "--author", f"https://orcid.org/{ORCID}", "-o", "mine.sssom.tsv")
    (accepted,) = rows("mine.sssom.tsv").values()
    assert accepted.author_id == f"orcid:{ORCID}"
    assert sssom.read("mine.sssom.tsv").curie_map["orcid"] == "https://orcid.org/"
    assert not os.path.exists("mine.rejected.sssom.tsv")


def test_it_goes_on_where_it_stopped(found: str) -> None:
    first = reviewed("s\nr\n", found, "--author", "Li Lei")
    assert "[2/3] PD" in first and "3 left to judge" in first
    second = reviewed("s\ns\na\nq\n", found)  # the author is known by now
    assert "[3/3]" in second and "2 left to judge" in second
    third = reviewed("a\nn\n", found, "--author", ORCID)
    assert "[2/2] PD" in third and "0 left to judge" in third
    assert reviewed("", found).count("[") == 0
    accepted = rows("found.accepted.sssom.tsv")
    assert len(accepted) == 3
    assert {one.more.get("author_label", one.author_id) for one in accepted.values()} == {
        "Li Lei",
        f"orcid:{ORCID}",
    }
    creators = sssom.read("found.accepted.sssom.tsv").metadata
    assert creators["creator_label"] == ("Li Lei",)
    assert creators["creator_id"] == (f"orcid:{ORCID}",)


def test_a_candidate_is_chosen_by_number(found: str) -> None:
    said = reviewed("s\n2\n9\naccept\nq\n", found, "--author", "Li Lei")
    assert "> 2" in said
    (accepted,) = rows("found.accepted.sssom.tsv").values()
    assert accepted.object_id == sssom.read(found).mappings[2].object_id


def test_none_is_a_decision_too(found: str) -> None:
    said = reviewed("s\n没有\n无\nq\n", found, "--author", "Li Lei", "--lang", "zh")
    assert "a 接受" in said and "已接受1条" in said
    (none,) = rows("found.accepted.sssom.tsv").values()
    assert (none.object_id, none.object_source) == (NONE_FOUND, "bioregistry:mondo")
    rejected = sssom.read("found.rejected.sssom.tsv").mappings
    assert {one.object_id for one in rejected} == {"MONDO:0005180", "MONDO:0008199"}


def test_entities_that_nobody_has_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    args = ("--entities", "Disease", "--against", "mondo", "--author", "Li Lei")
    assert "[" not in reviewed("", *args)
    Path("mine.tsv").write_text("id\tlabel\nX:1\tmacrophage\n", encoding="utf-8")
    mine = ("--entities", "CellType", "--against", "mine.tsv", "--author", "Li Lei")
    failed = call("link", "review", *mine, stdin="n\n")
    assert failed.exit_code == 2 and "no namespace is known for X:" in failed.stderr
    said = reviewed("n\nq\n", *mine, "--prefix", "X=https://e.org/")
    assert "nothing is suggested" in said and " · " in said
    (none,) = rows("celltype.accepted.sssom.tsv").values()
    assert none.finds_nothing and none.subject_id.startswith("id:")
    assert none.object_source == "https://e.org/"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("found.sssom.tsv",), "nobody is named who decides; give --author"),
        (("found.sssom.tsv", "--author", "0000-0002-1825-0098"), "check character"),
        (("found.sssom.tsv", "--author", " - "), "the author has no name"),
        (("found.sssom.tsv", "--author", "A", "-o", "found.sssom.tsv"), "a file of its own"),
        (("found.sssom.tsv", "--author", "A", "-o", "-"), "a file of its own"),
        (("found.sssom.tsv", "--author", "A", "--confidence", "2"), "confidence"),
        (("found.sssom.tsv", "--entities", "Disease"), "give an SSSOM file, or --entities"),
        ((), "give an SSSOM file, or --entities"),
        (("absent.sssom.tsv", "--author", "A"), "cannot be read"),
    ],
)
def test_wrong_usage(found: str, args: tuple[str, ...], said: str) -> None:
    done = call("link", "review", *args, stdin="a\na\na\n")
    assert done.exit_code == 2 and said in done.stderr and done.stderr.count("\n") == 1
    assert sorted(os.listdir()) == ["found.sssom.tsv"]


def test_a_place_that_cannot_be_written(found: str) -> None:
    done = call("link", "review", found, "--author", "A", "-o", "no/where.sssom.tsv", stdin="a\n")
    assert done.exit_code == 5 and "cannot be written" in done.stderr


def test_authors() -> None:
    assert Author.named(f"orcid:{ORCID}") == Author(f"orcid:{ORCID}", "")
    assert Author.named("  李  雷 ") == Author("", "李 雷")
    for wrong in ("", "—", "0000-0000-0000-0000"):
        with pytest.raises(InputError):
            Author.named(wrong)


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *args: str) -> None:
        self.ours, theirs = pty.openpty()
        env = environment(TERM="xterm", COLUMNS="100")
        own = {"start_new_session": True, "preexec_fn": lambda: ioctl(theirs, TIOCSCTTY, 0)}
        self.program = start(*args, stdin=theirs, stdout=theirs, stderr=theirs, env=env, **own)
        os.close(theirs)
        self.shown = b""

    def wait_for(self, text: str) -> None:
        """Read on until it has shown a text, or ended."""
        deadline = time.monotonic() + 60
        while text.encode() not in self.shown and time.monotonic() < deadline:
            try:
                if select([self.ours], [], [], 1)[0]:
                    self.shown += os.read(self.ours, 65536)
            except OSError:  # the other end is closed
                break
        assert text.encode() in self.shown, self.shown.decode()

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        code = self.program.wait(60)
        os.close(self.ours)
        return code


def test_single_keys_on_a_terminal(found: str) -> None:
    terminal = Terminal("link", "review", found, "--author", "Li Lei")
    terminal.wait_for("[1/3] Melanoma")
    terminal.press("?\x1b[A\x1b[3~s2")  # help, arrow up, delete, skip, the second
    terminal.wait_for("> 2")
    terminal.press("a")
    terminal.wait_for("[3/3]")
    terminal.press("r")
    terminal.wait_for("1 left to judge")
    assert terminal.end() == 0
    assert rows("found.accepted.sssom.tsv").keys() == {"PD"}
    assert rows("found.rejected.sssom.tsv").keys() == {"advanced melanoma"}


@pytest.mark.parametrize("ending", ["\x03", "\x04", "SIGINT", "SIGTERM"])
def test_no_decision_is_lost_however_it_ends(found: str, ending: str) -> None:
    terminal = Terminal("link", "review", found, "--author", "Li Lei")
    terminal.wait_for("[1/3]")
    terminal.press("a")
    terminal.wait_for("[2/3]")
    terminal.press("r")
    terminal.wait_for("reject  MONDO")
    if ending.startswith("SIG"):
        os.kill(terminal.program.pid, getattr(signal, ending))
    else:
        terminal.press(ending)
    assert terminal.end() == {"\x03": 130, "\x04": 0, "SIGINT": 130}.get(ending, -signal.SIGTERM)
    assert len(rows("found.accepted.sssom.tsv")) == len(rows("found.rejected.sssom.tsv")) == 1
    assert sorted(os.listdir()) == [
        "found.accepted.sssom.tsv",
        "found.rejected.sssom.tsv",
        "found.sssom.tsv",
    ]
    assert "[1/2] PD" in reviewed("a\n", found)
