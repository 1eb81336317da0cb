"""Names of a vocabulary: their plain form, look-up, and what is kept between runs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ictgraph.errors import InputError
from ictgraph.links.lexicon import Hit, Lexicon, key, plain
from ictgraph.links.terminologies import Name, Term

WORDS = st.lists(
    st.text(st.characters(codec="ascii", categories=["Ll", "Nd"]), min_size=1), min_size=1
)
ANY = st.text(st.characters(codec="utf-8"))
TABLE = "id\tlabel\tsynonyms\nX:1\tmelanoma\tmalignant melanoma|MM\nX:2\tIL2\t\n"


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv("ICTGRAPH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def table(folder: Path, content: str = TABLE) -> str:
    path = folder / "mine.tsv"
    path.write_text(content, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("γδ T cells", "gamma-delta T-cell"),
        ("Acute Lymphoblastic Leukaemia", "acute lymphoblastic leukemia"),
        ("tumours of the oesophagus", "tumor of the esophagus"),
        ("Hodgkin's lymphoma", "Hodgkin lymphoma"),
        ("Hodgkin’s lymphomas", "hodgkin lymphoma"),
        ("immune system disorders", "immune system disease"),
        ("neuropathies", "neuropathy"),
        ("U.S. Food and Drug Administration", "US food and drug administration"),
        ("ＣＡＲ－Ｔ细胞", "CAR-T 细胞"),
        ("复发/难治性多发性骨髓瘤", "复发、难治性多发性骨髓瘤"),
    ],
)
def test_one_plain_form(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("T cell", "B cell"),
        ("type 1 2", "type 12"),
        ("v1.2", "v12"),
        ("sclerosis", "sclerosi"),
        ("PD-1", "PD-L1"),
        ("neoplasm", "tumor"),
        ("骨髓瘤", "骨肉瘤"),
    ],
)
def test_different_keys(one: str, other: str) -> None:
    assert key(plain(one)) != key(plain(other))


@given(WORDS, st.sampled_from([" ", "-", "‐", "  ", "_", "/", "\t"]))
def test_breaks_and_case_do_not_matter(words: list[str], mark: str) -> None:
    assert plain(mark.join(words).upper()) == plain(" ".join(words))


@given(ANY)
def test_plain_forms_are_tidy(text: str) -> None:
    form = plain(text)
    assert form == " ".join(form.split()) and form == form.casefold()
    assert len(key(form)) <= len(form)


@given(ANY, ANY)
def test_names_are_found_by_whatever_they_hold(text: str, other: str) -> None:
    name = " ".join(text.split())
    names = (Name(name, "label"), Name(" ".join(other.split()), "other"))
    some = Lexicon("x", "", [Term("X:1", names)])
    assert Hit("X:1", name, "label") in some.find(text)
    assert some["X:1"].label == name


def test_names_keep_what_they_are_and_their_order() -> None:
    terms = [
        Term("X:2", (Name("PD1", "other"), Name("PD-1", "other"))),
        Term("X:1", (Name("pd 1", "label"),), True, ("X:2",), ("X:0", "X:3"), "US"),
    ]
    some = Lexicon("x", "7", terms)
    assert some.find("PD 1") == [
        Hit("X:2", "PD1", "other"),
        Hit("X:2", "PD-1", "other"),
        Hit("X:1", "pd 1", "label"),
    ]
    assert tuple(some["X:1"]) == ("X:1", "pd 1", True, ("X:2",), ("X:0", "X:3"), "US")
    assert some.find("PD2") == [] and "X:2" in some and "X:9" not in some
    assert (some.prefix, set(some.prefixes), len(some)) == ("X", {"X"}, 2)


def test_kept_answers_are_the_same(own_cache: Path, tmp_path: Path) -> None:
    path, said = table(tmp_path), list[str]()
    fresh = Lexicon.open(path, said.append)
    assert len(said) == 2 and "happens once" in said[0]
    kept = Lexicon.open(path, said.append)
    assert len(said) == 2
    for text in ("Melanoma", "MM", "IL-2", "nothing"):
        assert kept.find(text) == fresh.find(text)
    assert [kept[id] for id in kept.ids] == [fresh[id] for id in fresh.ids]
    assert (kept.version, kept.forms, kept.prefixes) == (
        fresh.version,
        fresh.forms,
        fresh.prefixes,
    )


def test_packaged_lexicons_are_kept_too(own_cache: Path) -> None:
    fresh, kept = Lexicon.open("cl"), Lexicon.open("cl")
    assert kept.version == fresh.version and kept.forms == fresh.forms


def test_a_changed_file_is_read_again_and_its_old_names_are_gone(
    own_cache: Path, tmp_path: Path
) -> None:
    path = table(tmp_path)
    assert Lexicon.open(path).find("melanoma")
    table(tmp_path, TABLE.replace("melanoma", "sarcoma"))
    assert Lexicon.open(path).find("sarcoma") and not Lexicon.open(path).find("melanoma")
    assert len(list((own_cache / "lexicons").iterdir())) == 1
    os.unlink(path)
    with pytest.raises(InputError, match="cannot be read"):
        Lexicon.open(path)


@pytest.mark.parametrize("damage", [b"", b"{}", b"\0", b"[" * 100_000, b"half", b"a letter"])
def test_a_damaged_cache_is_replaced(own_cache: Path, tmp_path: Path, damage: bytes) -> None:
    path = table(tmp_path)
    Lexicon.open(path)
    (kept,) = (own_cache / "lexicons").iterdir()
    whole = kept.read_bytes()
    changed = {b"half": whole[:-40], b"a letter": whole.replace(b"melanoma", b"melenoma")}
    kept.write_bytes(changed.get(damage, damage))
    assert Lexicon.open(path).find("melanoma")
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("a file, no folder", encoding="utf-8")
    monkeypatch.setenv("ICTGRAPH_CACHE", str(occupied))
    said: list[str] = []
    assert Lexicon.open(table(tmp_path), said.append).find("melanoma")
    assert "will be read again" in said[-1]
    assert stat.S_ISREG(occupied.stat().st_mode)
