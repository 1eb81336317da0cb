"""``ictgraph link suggest``: names, files of names and entities, as tables and as SSSOM."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sssom_pydantic

from commands import call, process
from ictgraph.links import sssom

pytestmark = pytest.mark.usefixtures("graph")

OWN = (
    "id\tlabel\tsynonyms\nEX:1\tgrowth\tswelling|肿块\nEX:2\tblue growth\t\nEX:3\trash\tswelling\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def suggested(*args: str, **options: Any) -> list[dict[str, Any]]:
    """The rows of an answer."""
    done = call("link", "suggest", *args, "--format", "json", **options)
    assert done.exit_code == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return rows


def brief(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    found = ((row.get(name) for name in ("name", "outcome", "identifier")) for row in rows)
    return [tuple(str(one) for one in row if one) for row in found]


def test_names_in_both_languages() -> None:
    found = suggested("Melanoma", "多发性骨髓瘤", "复发难治多发性骨髓瘤", "CAR-T cell", "xyz")
    assert brief(found) == [
        ("Melanoma", "exact", "MONDO:0005105"),
        ("多发性骨髓瘤", "exact", "MONDO:0009693"),
        ("复发难治多发性骨髓瘤", "broad", "MONDO:0009693"),
        ("CAR-T cell", "broad", "CL:0000084"),
        ("xyz", "none"),
    ]
    assert (found[1]["label"], found[1]["how"]) == ("plasma cell myeloma", "label of ours, linked")


def test_a_chinese_table_and_summary() -> None:
    done = call("link", "suggest", "黑色素瘤", "xyz", "--lang", "zh", "--format", "md")
    assert "| 黑色素瘤 | 黑色素瘤 | 一致 | MONDO:0005105 |" in done.stdout
    assert "2个名称：1 一致，1 无" in done.stderr


def test_the_kind_leaves_out_vocabularies(folder: Path) -> None:
    both = ("--against", "mondo", "--against", "cl")
    assert brief(suggested("NK cell", "--kind", "疾病", *both)) == [("NK cell", "none")]
    assert brief(suggested("NK cell", "--kind", "CellType", *both))[0][1:] == (
        "exact",
        "CL:0000623",
    )
    none = call("link", "suggest", "NK cell", "--kind", "Disease", "--against", "cl")
    assert none.exit_code == 2 and "no vocabulary at hand has terms for Disease" in none.stderr


def test_a_vocabulary_of_ones_own(folder: Path) -> None:
    Path("mine.tsv").write_text(OWN, encoding="utf-8")
    found = suggested(
        "Growths", "肿块", "swelling", "relapsed blue growth", "--against", "mine.tsv"
    )
    assert brief(found) == [
        ("Growths", "exact", "EX:1"),
        ("肿块", "exact", "EX:1"),
        ("swelling", "ambiguous", "EX:1"),
        ("swelling", "ambiguous", "EX:3"),
        ("relapsed blue growth", "broad", "EX:2"),
    ]
    args = ("link", "suggest", "growth", "--against", "mine.tsv", "--format", "sssom")
    unknown = call(*args)
    assert unknown.exit_code == 2 and "--prefix EX=https://…" in unknown.stderr
    assert '#  EX: "https://e.org/"' in call(*args, "--prefix", "EX=https://e.org/").stdout
    assert call(*args, "--prefix", "EX").exit_code == 2


def test_similar_names_only_on_request() -> None:
    assert brief(suggested("melanomma", "--against", "mondo")) == [("melanomma", "none")]
    found = suggested("melanomma", "melanoma", "--against", "mondo", "--fuzzy")
    assert brief(found)[0] == ("melanomma", "similar", "MONDO:0005105")
    assert 0.8 < found[0]["likeness"] < 1 and found[-1]["outcome"] == "exact"


@pytest.mark.parametrize("country", ["US", "us"])
def test_the_country_tells_institutions_apart(folder: Path, country: str) -> None:
    record = {"names": [{"value": "Institute of Examples", "types": ["ror_display"]}]}
    places = [("040gcmg81", "US"), ("04w2jh416", "LT")]
    records = [
        {
            **record,
            "id": f"https://ror.org/{id}",
            "locations": [{"geonames_details": {"country_code": code}}],
        }
        for id, code in places
    ]
    Path("ror.json").write_text(json.dumps(records), encoding="utf-8")
    args = ("Institute of Examples", "--against", "ror.json")
    assert len(suggested(*args)) == 2
    assert brief(suggested(*args, "--country", country))[0][1:] == ("exact", "ror:040gcmg81")


TABLE = 'no;disease\n1;melanoma\n\n2;\n3\n4;黑色素瘤\n5;"two\nlines"\n6;melanoma\n'


def test_a_column_of_a_table_with_broken_rows(folder: Path) -> None:
    Path("terms.csv").write_text("\ufeff" + TABLE, encoding="utf-8")
    for column in ("disease", "2"):
        found = suggested("--file", "terms.csv", "--column", column)
        assert [(row["line"], row["name"]) for row in found] == [
            (2, "melanoma"),
            (6, "黑色素瘤"),
            (9, "melanoma"),
        ]
    said = call("link", "suggest", "--file", "terms.csv", "--column", "disease").stderr
    assert "terms.csv:4: no name" in said
    assert "terms.csv:5: 1 cells, the column is the 2nd" in said
    assert "terms.csv:7: a name over several lines" in said
    assert "3 names: 3 exact" in said


@pytest.mark.parametrize(
    ("name", "content", "column", "said"),
    [
        ("terms.csv", TABLE.encode(), "", r"2 columns; name one with --column: no, disease"),
        (
            "terms.csv",
            TABLE.encode(),
            "Disease",
            "no column 'Disease'; its columns are no, disease",
        ),
        ("terms.csv", TABLE.encode(), "3", "no column '3'"),
        ("terms.txt", b"melanoma\n\xff", "", "'terms.txt' is neither UTF-8 nor GB 18030"),
        ("terms.csv", b"x" * 200_000, "", "terms.csv, line 1: field larger than"),
        ("terms.xlsx", b"PK", "", "'terms.xlsx' is no workbook that can be read"),
    ],
)
def test_files_that_cannot_be_read(
    folder: Path, name: str, content: bytes, column: str, said: str
) -> None:
    Path(name).write_bytes(content)
    more = ("--column", column) if column else ()
    done = call("link", "suggest", "--file", name, *more)
    assert done.exit_code == 2 and said in done.stderr and done.stderr.count("\n") == 1


def workbook(rows: list[list[Any]]) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(stream)
    return stream.getvalue()


NAMES = "疾病,编号\nmelanoma,\n\n黑色素瘤,2\n,3\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("names.csv", NAMES.encode("gb18030")),
        ("names.csv", NAMES.encode("utf-16")),
        ("names.tsv", NAMES.replace(",", "\t").encode()),
        ("names.xlsx", workbook([row.split(",") for row in NAMES.splitlines()])),
    ],
    ids=["gb18030", "utf-16", "tsv", "xlsx"],
)
def test_a_table_is_read_however_it_is_saved(folder: Path, name: str, content: bytes) -> None:
    Path(name).write_bytes(content)
    found = suggested("--file", name, "--column", "疾病")
    assert [(row["line"], row["name"]) for row in found] == [(2, "melanoma"), (4, "黑色素瘤")]
    assert {row["identifier"] for row in found} == {"MONDO:0005105"}
    done = call("link", "suggest", "--file", name, "--column", "1", "--lang", "zh")
    assert f"{name}:5: 没有名称" in done.stderr
    assert (f"{name} 按 GB 18030 读取" in done.stderr) == (content == NAMES.encode("gb18030"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_plain_list_is_read_however_it_is_saved(folder: Path, encoding: str) -> None:
    Path("names.txt").write_bytes("黑色素瘤\nCD19\n".encode(encoding))
    found = suggested("--file", "names.txt")
    assert [(row["line"], row["name"]) for row in found] == [(1, "黑色素瘤"), (2, "CD19")]


def test_plain_lists_and_standard_input(folder: Path) -> None:
    Path("terms.txt").write_text(f"melanoma\n\n  CD19, CD20 \n{'x' * 501}\na\0b\n", "utf-8")
    done = call("link", "suggest", "--file", "terms.txt", "--format", "tsv")
    lines = [line.split("\t")[:2] for line in done.stdout.splitlines()[1:]]
    assert lines == [["1", "melanoma"], ["3", "CD19, CD20"]]
    assert "terms.txt:4: longer than 500" in done.stderr and "terms.txt:5: " in done.stderr
    piped = process("link", "suggest", "--file", "-", "--format", "tsv", input=b"melanoma\n")
    assert "\tMONDO:0005105\t" in piped.stdout.decode()
    table = process("link", "suggest", "--file", "-", "--column", "b", input=b"a,b\n1,melanoma\n")
    assert "\tMONDO:0005105\t" in table.stdout.decode()
    absent = call("link", "suggest", "--file", "absent.txt")
    assert absent.exit_code == 2 and "'absent.txt' cannot be read" in absent.stderr


def test_many_names_are_linked_once_each_and_nothing_is_lost(folder: Path) -> None:
    names = [f"melanoma {i % 50}" if i % 3 else "melanoma" for i in range(3000)]
    Path("many.txt").write_text("\n".join(names), encoding="utf-8")
    found = suggested("--file", "many.txt", "--against", "mondo")
    assert [row["name"] for row in found] == names
    assert sum(row["outcome"] == "exact" for row in found) == 1000


def test_entities_their_own_links_aside() -> None:
    found = suggested("--entities", "Disease")
    outcomes = {row["name"]: row["outcome"] for row in found}
    assert outcomes["multiple myeloma"] == "exact"
    assert len(outcomes) > 25 and list(outcomes.values()).count("exact") > 25
    left = call("link", "suggest", "--entities", "Disease", "--unlinked", "--format", "tsv")
    assert left.exit_code == 0 and len(left.stdout.splitlines()) == 1
    empty = call("link", "suggest", "--entities", "Disease", "--unlinked", "--fail-empty")
    assert empty.exit_code == 1


def test_suggestions_are_sssom_and_never_curated(folder: Path) -> None:
    args = ("Melanoma", "advanced melanoma", "PD", "melanomma", "xyz", "--fuzzy", "-o")
    assert call("link", "suggest", *args, "found.sssom.tsv").exit_code == 0
    mappings, _, mapping_set, errors = sssom_pydantic.read("found.sssom.tsv", return_errors=True)
    assert errors == [] and str(mapping_set.license).endswith("/unspecified")
    found = sssom.read("found.sssom.tsv")
    assert len(mappings) == len(found.mappings)
    rows = {one.subject_label: one for one in found.mappings}
    assert set(rows) == {"Melanoma", "advanced melanoma", "PD", "melanomma"}
    exact = rows["Melanoma"]
    assert (exact.predicate_id, exact.object_id) == ("skos:exactMatch", "MONDO:0005105")
    assert exact.mapping_justification == "semapv:LexicalMatching"
    assert exact.more["subject_match_field"] == exact.more["object_match_field"] == "rdfs:label"
    assert (exact.more["mapping_tool"], exact.more["match_string"]) == ("ictgraph", "melanoma")
    assert (exact.object_source, exact.object_source_version) == ("bioregistry:mondo", "2026-05-05")
    assert rows["advanced melanoma"].predicate_id == "skos:broadMatch"
    assert (rows["PD"].predicate_id, rows["PD"].comment) == ("skos:relatedMatch", "ambiguous")
    alike = rows["melanomma"]
    assert alike.mapping_justification == "semapv:LexicalSimilarityThresholdMatching"
    assert 0.8 < float(alike.more["similarity_score"]) < 1 and (alike.confidence or 1) < 0.5
    assert all("Manual" not in one.mapping_justification for one in found.mappings)
    assert all((one.confidence or 0) < 1 for one in found.mappings)


def test_entities_are_subjects_with_their_class(folder: Path) -> None:
    done = call("link", "suggest", "--entities", "Disease", "--format", "sssom")
    rows = {one.subject_id: one for one in sssom.parse(done.stdout).mappings}
    myeloma = rows["id:multiple-myeloma"]
    assert myeloma.more["subject_category"] == "Disease"
    assert myeloma.more["object_match_field"] == "oboInOwl:hasExactSynonym"


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("melanoma", "--file", "x.txt"),
        ("melanoma", "--entities", "Disease"),
        ("melanoma", "--unlinked"),
        ("melanoma", "--column", "x"),
        ("--entities", "Nonsense"),
        ("--entities", "melanoma"),
        ("melanoma", "--kind", "Nonsense"),
        ("melanoma", "--against", "absent.owl"),
        ("melanoma", "--against", "nonsense"),
        ("melanoma", "--country", "Nonsense"),
        ("melanoma", " "),
        ("melanoma", "--file", ""),
    ],
)
def test_wrong_usage_is_one_line(folder: Path, args: tuple[str, ...]) -> None:
    done = call("link", "suggest", *args)
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and not done.stdout
