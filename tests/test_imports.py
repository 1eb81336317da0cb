"""``ictgraph import``: tables of claims, read whole or not at all."""

from __future__ import annotations

import csv
import io
import re
import sys
import tracemalloc
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

import ictgraph
from commands import call
from ictgraph.curation.canonical import canonical, read
from ictgraph.curation.cells import amount, checked, dated, number, tidy_text
from ictgraph.curation.imports import read_claims
from ictgraph.errors import InputError, LimitError
from ictgraph.graph import Graph
from ictgraph.paths import data_files
from ictgraph.sheets import Row, Sheet, read_sheet
from ictgraph.vocab import ICT, ID, RDF_TYPE, SRC, compress

PASSAGES = """\
@prefix ict: <https://w3id.org/ictgraph/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://w3id.org/ictgraph/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
src:leaflet a ict:Source ; rdfs:label "a leaflet"@en , "小册子"@zh .
src:register a ict:Source ; rdfs:label "a register"@en , "名册"@zh .
<https://w3id.org/ictgraph/source/leaflet/s9/p1/s1> a ict:Passage ; ict:partOf src:leaflet ;
  ict:locator "§9, paragraph 1, sentence 1"@en , "9节第1段第1句"@zh ; ict:section "9" ;
  ict:offsets "0-4" ;
  ict:digest "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" .
<https://w3id.org/ictgraph/source/register/7> a ict:Passage ; ict:partOf src:register ;
  ict:locator "record 7"@en , "记录7"@zh ; ict:seenAt <https://example.org/7> ;
  ict:seenOn "2026-11-28"^^xsd:date .
"""
NEW = (
    "id,class,label@en,label@zh,passage,developed by,therapy class\n"
    "new-company,company,New Company,新公司,,,\n"
    "some-cel,疗法,Some-cel,某疗法,记录7,新公司,TIL\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: Graph) -> Path:
    """A folder to work in, with a file of passages."""
    monkeypatch.chdir(tmp_path)
    Path("mine.trig").write_text(PASSAGES, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of those passages."""
    path = tmp_path_factory.mktemp("drafts") / "mine.trig"
    path.write_text(PASSAGES, encoding="utf-8")
    return str(path)


def refusals(file: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """Why a table cannot be read, a line for each of its cells."""
    header, *lines = [Row(line, tuple(cells)) for line, cells in enumerate(rows, 1)]
    done = read_claims(ictgraph.open_graph(), Sheet(header, tuple(lines)), [file])
    assert not (done.rejections and (done.claims or done.entities))
    return [f"{one.line} {one.heading}: {one.error}" for one in done.rejections]


def bring(text: str | bytes, *more: str, name: str = "table.csv") -> Result:
    data = text.encode() if isinstance(text, str) else text
    Path(name).write_bytes(data)
    return call("import", name, "-o", "mine.trig", *more)


def claims(path: str = "mine.trig") -> set[str]:
    """The claims of a file, short."""
    return {
        " ".join(compress(getattr(part, "value", "")) for part in quad.triple)
        for quad in read(path)
        if isinstance(quad.graph_name, NamedNode)
    }


def table_of(quads: Iterable[Quad]) -> Sheet:
    """The claims as a table: a row for what each passage says of each subject."""
    rows: dict[tuple[str, str], list[Quad]] = defaultdict(list)
    for quad in quads:
        assert isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode)
        rows[quad.subject.value, quad.graph_name.value].append(quad)
    places = {"id": 0, "passage": 1, "class": 2}
    table: list[dict[int, str]] = []
    for (subject, passage), said in sorted(rows.items()):
        cells = {0: compress(subject), 1: compress(passage)}
        for quad in said:
            assert isinstance(quad.object, NamedNode | Literal)
            language = getattr(quad.object, "language", None)
            heading = compress(quad.predicate.value) + (f"@{language}" if language else "")
            heading = "class" if quad.predicate.value == RDF_TYPE else heading
            place = places.setdefault(heading, len(places))
            value = quad.object.value
            shown = compress(value) if isinstance(quad.object, NamedNode) else value
            cells[place] = f"{cells[place]}; {shown}" if place in cells else shown
        table.append(cells)
    lines = [Row(n, tuple(cells.get(i, "") for i in range(len(places)))) for n, cells in
             enumerate(table, 2)]  # fmt: skip
    return Sheet(Row(1, tuple(places)), tuple(lines))


CLAIMS = [
    quad
    for path in data_files("triples", ending=".trig")
    for quad in read(path)
    if isinstance(quad.graph_name, NamedNode)
]
KINDS: dict[str, list[NamedNode]] = defaultdict(list)
for _quad in CLAIMS:
    if _quad.predicate.value == RDF_TYPE and isinstance(_quad.object, NamedNode):
        assert isinstance(_quad.subject, NamedNode)
        KINDS[_quad.object.value.removeprefix(ICT)].append(_quad.subject)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_table_of_claims_imports_to_the_same_claims(kind: str, graph: Graph) -> None:
    own = {quad for quad in CLAIMS if quad.subject in set(KINDS[kind])}
    done = read_claims(graph, table_of(own))
    assert [str(one.error) for one in done.rejections] == []
    assert done.claims == own and not done.entities


def test_every_claim_of_the_graph_imports(graph: Graph) -> None:
    assert len(KINDS) > 10
    assert read_claims(graph, table_of(CLAIMS)).claims == set(CLAIMS)


def test_what_is_new_goes_to_a_file_of_its_own(folder: Path) -> None:
    done = bring(NEW)
    assert done.exit_code == 0, done.stderr
    assert claims() == {
        "id:some-cel ict:developedBy id:new-company",
        "id:some-cel ict:therapyClass id:til-therapy",
    }
    entities = Path("mine.entities.ttl").read_text("utf-8")
    assert 'rdfs:label "Some-cel"@en , "某疗法"@zh .' in entities
    for name in ("mine.trig", "mine.entities.ttl"):
        assert Path(name).read_text("utf-8") == canonical(name)
    before = Path("mine.trig").read_text("utf-8")
    again = bring(NEW)
    assert again.exit_code == 0 and "new entities" not in again.stderr
    assert Path("mine.trig").read_text("utf-8") == before
    assert Path("mine.entities.ttl").read_text("utf-8") == entities


def test_names_of_every_kind_are_understood(folder: Path) -> None:
    bring(NEW)
    done = bring(
        "段落,编号,类,疗法,适应证,监管机构,approvedOn,ict:stage,结果@zh,outcome@en\n"
        '"§9, paragraph 1, sentence 1",approval-some-cel,上市批准,some cel,'
        "黑色素瘤；synovial sarcoma,FDA,2024年2月,id:stage-approved,获批； 用于两种病,"
        "Approved; for two\n",
        "--lang",
        "zh",
    )
    assert done.exit_code == 0, done.stderr
    assert "1个段落的9条主张已写入 mine.trig" in done.stderr
    assert {
        "id:approval-some-cel rdf:type ict:Approval",
        "id:approval-some-cel ict:therapy id:some-cel",
        "id:approval-some-cel ict:indication id:melanoma",
        "id:approval-some-cel ict:indication id:synovial-sarcoma",
        "id:approval-some-cel ict:approvedOn 2024-02",
        "id:approval-some-cel ict:outcome 获批； 用于两种病",
        "id:approval-some-cel ict:outcome Approved; for two",
    } <= claims()


def test_the_round_trip_can_be_checked(folder: Path) -> None:
    """Template, table, import, check: what the guide promises."""
    bring(NEW)
    assert call("import", "--template", "approvals", "-o", "approvals.csv").exit_code == 0
    with open("approvals.csv", encoding="utf-8-sig", newline="") as file:
        (header,) = csv.reader(file)
    assert {"passage", "id", "class", "therapy", "regulator", "applicant"} <= set(header)
    given = {
        "passage": "src:leaflet/s9/p1/s1",
        "id": "approval-some-cel",
        "class": "marketing approval",
        "therapy": "Some-cel",
        "regulator": "FDA",
        "stage": "marketing approval",
    }
    with open("approvals.csv", "a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(given.get(name, "") for name in header)
    assert call("import", "approvals.csv", "-o", "mine.trig").exit_code == 0
    assert call("export", "-o", "all.trig").exit_code == 0
    data = [part for name in ("all.trig", "mine.trig", "mine.entities.ttl")
            for part in ("--data", name)]  # fmt: skip
    done = call("check", *data, "--severity", "error")
    assert done.exit_code == 0, done.stdout
    with open("mine.trig", "a", encoding="utf-8") as file:
        file.write(f"<{SRC}register/7> {{ <{ID}some-cel> <{ICT}target> <{ID}melanoma> }}\n")
    done = call("check", *data, "--severity", "error")
    assert done.exit_code == 1 and "mine.entities.ttl:" in done.stdout


@pytest.mark.parametrize("kind", ["financing", "融资", "ict:Acquisition", "Announcement"])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx"])
def test_a_template_has_columns_that_an_import_knows(
    folder: Path, kind: str, lang: str, ending: str
) -> None:
    name = f"empty.{ending}"
    done = call("import", "--template", kind, "--lang", lang, "-o", name)
    assert done.exit_code == 0, done.stderr
    done = call("import", name, "-o", "mine.trig")
    assert done.exit_code == 0, done.stderr
    header = read_sheet(name).header.cells
    assert len(header) > 6 and len(set(header)) == len(header)


def test_a_template_is_for_events(folder: Path) -> None:
    assert "no class of events" in call("import", "--template", "therapy").stderr
    assert "did you mean" in call("import", "--template", "financng").stderr


BAD = {
    "passage,id\nsrc:leaflet/s1,melanoma": "2 passage: src:leaflet/s1 is not in",
    "id,target,passage\nTyU19,CD20000,记录7": "2 target: nothing is",
    "id,target,passage\nTyU19,melanoma,记录7": "melanoma is a disease, not a target",
    "id,target\nTyU19,CD19": "2 target: no passage states this",
    "id,class,passage\nfoo,Award,": "2 passage: no passage states this",
    "id,class\nfoo,therapy": "2 : id:foo is new and has no label@en",
    "id,class,label@en\nfoo,therapy,TyU19": "'TyU19' is the name of id:tyu19 already",
    "id,class,label@en\nTyU19,,TyU": "id:tyu19 is there already, without the name 'TyU'",
    "id,class,label@en\nfoo,Award,Foo": "an event has no name of its own",
    "id,class\nfoo,drug": "2 class: no class is named 'drug'",
    "id,class\nfoo,passage": "a row cannot declare a passage; add it with 'ictgraph passage add'",
    "id,class\nfoo,doubt": "a row cannot declare a doubt",
    "id,class\nTyU19,disease": "TyU19 is a therapy, not a disease",
    "id,class\nfoo,Award\nfoo,Finding": "3 id: id:foo has another class in",
    "id\nfoo": "searches; if it is new, give its class",
    "id\nFoo Bar": "what is new has a slug such as some-cel",
    'id,class\n"",Award': "nothing says what the row is about",
    "id,raised by,passage\nTyU19,FDA,记录7": "'raised by' is of a financing round, and this is a",
    "id,approved on,passage\nTyU19,2024-13,记录7": "'2024-13' is no date",
    "id,patients,passage\nTyU19,12.5,记录7": "'12.5' is not a whole number",
    'id,share,passage\nTyU19,"1,5",记录7': "'1,5' is not a decimal number",
    "id,share (percent),passage\nTyU19,59.7%,记录7": "'59.7%' is not a decimal number",
    "id,only expected,passage\nTyU19,maybe,记录7": "only expected",
    "id,outcome,passage\nTyU19,x,记录7": "1 outcome: the column 'outcome' needs",
    "id,target@en,passage\nTyU19,x,记录7": "the column 'target@en' has no language",
    "id,investigated for,passage\nTyU19,x,记录7": "no property is named 'investigated for'",
    "id,,passage\nTyU19,x,记录7": "the column has cells and no name",
    "id,passage\nTyU19,记录7,x": "2 : there are more cells than columns",
    "id,id\nTyU19,x": "a second column is named 'id'",
    "passage\n记录7": "no column says what the rows are about",
    "id,of disease\nadvanced melanoma,lymphoma": "which is declared already",
}


@pytest.mark.parametrize("table", BAD, ids=lambda table: str(table).partition("\n")[2])
def test_what_cannot_be_read_is_refused(drafted: str, table: str) -> None:
    found = refusals(drafted, csv.reader(io.StringIO(table)))
    assert any(BAD[table] in one for one in found), found


def test_every_cell_that_cannot_be_read_is_one_line(folder: Path) -> None:
    done = bring(
        "id,class,target,therapy class,passage\n"
        "some-cel,therapy,CD19,TIL,记录7\nTyU19,,,nothing,nowhere\n,,,,\nother,,CD19,,记录7\n",
        "--lang",
        "zh",
    )
    assert done.exit_code == 2
    assert Path("mine.trig").read_text("utf-8") == PASSAGES
    assert not Path("mine.entities.ttl").exists()
    *lines, last = done.stderr.splitlines()
    assert [line.partition("：")[0] for line in lines] == [
        "ictgraph: 第2行",
        "ictgraph: 第2行",
        "ictgraph: 第3行D列（therapy class）",
        "ictgraph: 第3行E列（passage）",
        "ictgraph: 第5行A列（id）",
    ]
    assert "共5处" in last


HOSTILE = [
    "=1+1",
    "@SUM(A1)",
    '=HYPERLINK("https://example.org")',
    "a\0b",
    "a\u202eb",
    "a\u200bb",
    "a\u2028b",
    "x" * 100_000,
    "+cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("heading", ["outcome@en", "target", "approved on", "amount", "label@en"])
def test_hostile_cells_are_refused(drafted: str, heading: str) -> None:
    rows = [("TyU19", cell, "记录7") for cell in HOSTILE]
    found = refusals(drafted, [("id", heading, "passage"), *rows])
    assert len(found) == len(HOSTILE)
    assert all(one.isprintable() and len(one) < 300 for one in found)


@pytest.mark.parametrize("heading", ["about", "target", "passage", "class", "id"])
def test_text_is_looked_up_and_never_becomes_an_iri(drafted: str, heading: str) -> None:
    names = ["javascript:alert(1)", "<script>", "file:///x", "a' } DROP ALL", "<javascript:x>"]
    rows = [{"id": "TyU19", "passage": "记录7", heading: name} for name in names]
    found = refusals(drafted, [tuple(rows[0]), *(tuple(row.values()) for row in rows)])
    assert len(found) == len(names)


def test_hostile_tables_give_lines_that_a_terminal_can_show(folder: Path) -> None:
    text = io.StringIO()
    rows = [(cell, cell, "记录7") for cell in HOSTILE]
    csv.writer(text).writerows([("id", "outcome@en", "passage"), *rows])
    done = bring(text.getvalue())
    assert done.exit_code == 2 and "Traceback" not in done.stderr
    assert all(line.isprintable() and len(line) < 300 for line in done.stderr.splitlines())
    assert Path("mine.trig").read_text("utf-8") == PASSAGES


def test_text_with_markup_stays_text(folder: Path) -> None:
    text = '<script>alert("x")</script>\\ \'"""'
    out = io.StringIO()
    csv.writer(out).writerows(
        [("id", "class", "outcome@en", "passage"), ("award-x", "Award", text, "记录7")]
    )
    assert bring(out.getvalue()).exit_code == 0
    assert f"id:award-x ict:outcome {text}" in claims()


ROW = "id,class,结果@zh,passage\naward-x,Award,甲；乙,记录7\n"


@pytest.mark.parametrize(
    "data",
    [
        ROW.encode(),
        ROW.encode("utf-8-sig"),
        ROW.encode("gb18030"),
        ROW.encode("utf-16"),
        ROW.replace(",", ";").encode(),
        ROW.replace(",", "\t").encode(),
        ROW.replace("\n", "\r\n").encode(),
        ("\n\n" + ROW).encode(),
    ],
    ids=["utf-8", "utf-8-sig", "gb18030", "utf-16", "semicolons", "tabs", "crlf", "blank lines"],
)
def test_csv_is_read_however_it_is_saved(folder: Path, data: bytes) -> None:
    done = bring(data)
    assert done.exit_code == 0, done.stderr
    assert "id:award-x ict:outcome 甲；乙" in claims()
    assert ("GB 18030" in done.stderr) == (data == ROW.encode("gb18030"))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "is empty"),
        (b"\n,,\n", "is empty"),
        (b"id\n\xff\xfe\xff", "neither UTF-8 nor GB 18030"),
        (b'id,x\n"a', "line 2: unexpected end of data"),
        (b'id,x\n"a"b,c\n', "line 2: "),
        (b"id,x\n" + b"y" * 200_000, "line 2: "),
    ],
)
def test_what_is_no_csv_is_refused(folder: Path, data: bytes, complaint: str) -> None:
    done = bring(data)
    assert done.exit_code == 2 and complaint in done.stderr and done.stderr.count("\n") == 1


def test_other_files_are_refused(folder: Path) -> None:
    assert "save it as .csv" in bring(b"x", name="table.xls").stderr
    assert "no workbook" in bring(b"x", name="table.xlsx").stderr
    assert "cannot be read" in call("import", "none.csv", "-o", "mine.trig").stderr
    assert "has no sheets" in bring(ROW, "--sheet", "one").stderr
    assert "name the file for the claims" in call("import", "table.csv").stderr
    assert "does not end in .trig" in call("import", "table.csv", "-o", "mine.ttl").stderr
    assert "does not end in .ttl" in bring(ROW, "--entities", "new.trig").stderr
    Path("mine.trig").write_text("broken", encoding="utf-8")
    assert "mine.trig" in bring(ROW).stderr and Path("mine.trig").read_text() == "broken"


def workbook(name: str, rows: Sequence[Sequence[object]], forms: Sequence[str] = ()) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for place, form in enumerate(forms, 1):
        sheet.cell(row=2, column=place).number_format = form
    other = book.create_sheet("other")
    other.append(["id"])
    book.save(name)


def test_a_workbook_says_what_its_cells_show(folder: Path) -> None:
    shown = [
        (datetime(2024, 2, 1), "yyyy-mm-dd", "2024-02-01"),
        (datetime(2024, 2, 1), 'yyyy"年"m"月"', "2024-02"),
        (date(2024, 2, 1), "mmm-yy", "2024-02"),
        (datetime(2024, 2, 1), "yyyy", "2024"),
        (datetime(2024, 2, 1, 12), "yyyy-mm-dd hh:mm", "2024-02-01 12:00:00"),
        (1040, "#,##0", "1040"),
        (2.1, "General", "2.1"),
        (1e15, "General", "1000000000000000"),
        (0.597, "0.0%", "59.7%"),
        (True, "General", "true"),
        (" 甲 ", "General", "甲"),
        (None, "General", ""),
        ("=A1+1", "General", "=A1+1"),
    ]
    cells, forms, texts = zip(*shown, strict=True)
    workbook("book.xlsx", [["x"] * len(shown), cells], forms)
    assert read_sheet("book.xlsx").rows == (Row(2, texts),)
    with pytest.raises(InputError, match="its sheets: Sheet, other"):
        read_sheet("book.xlsx", "third")
    assert read_sheet("book.xlsx", "other").header.cells == ("id",)


def test_a_workbook_imports_like_a_csv(folder: Path) -> None:
    header = ["id", "class", "therapy", "patients", "reported on", "passage"]
    row = ["study-x", "clinical study", "TyU19", 1040, datetime(2024, 2, 1), "记录7"]
    workbook("book.xlsx", [header, row], ["General"] * 4 + ["yyyy/m"])
    done = call("import", "book.xlsx", "-o", "mine.trig")
    assert done.exit_code == 0, done.stderr
    assert {"id:study-x ict:patients 1040", "id:study-x ict:reportedOn 2024-02"} <= claims()
    row[3] = "=1000+40"
    workbook("book.xlsx", [header, row])
    done = call("import", "book.xlsx", "-o", "mine.trig")
    assert "line 2, column D (patients): '=1000+40' is a formula" in done.stderr


def test_without_openpyxl_a_workbook_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert "pip install 'ictgraph[xlsx]'" in bring(b"x", name="table.xlsx").stderr


def test_tables_have_a_largest_size(folder: Path) -> None:
    Path("many.csv").write_text("id\n" + "x\n" * 100_001, encoding="utf-8")
    with pytest.raises(LimitError, match="rows"):
        read_sheet("many.csv")
    Path("many.csv").write_bytes(b"x" * 50_000_001)
    with pytest.raises(LimitError, match="bytes"):
        read_sheet("many.csv")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["mine.entities.ttl: 1 comments are gone", "mine.trig: 2 comments are gone"]),
        ("zh", ["mine.entities.ttl：1条注释未保留", "mine.trig：2条注释未保留"]),
    ],
)
def test_comments_that_are_lost_are_counted(folder: Path, lang: str, said: list[str]) -> None:
    Path("mine.trig").write_text(f"# one\n{PASSAGES}# two", encoding="utf-8")
    Path("mine.entities.ttl").write_text("# three\n", encoding="utf-8")
    assert said[0] not in bring(NEW, "--dry-run", "--lang", lang).stderr
    done = bring(NEW, "-o", "mine.trig", "--lang", lang)
    assert done.exit_code == 0
    assert done.stderr.splitlines()[:2] == [f"ictgraph: {one}" for one in said]
    again = bring(NEW, "-o", "mine.trig", "--lang", lang)
    assert again.exit_code == 0 and len(again.stderr.splitlines()) == 1


def rows_in(column: str, count: int, first: int = 1) -> None:
    """Write a small workbook with a cell in this column of many rows."""
    workbook("wide.xlsx", [["id"]])
    cell = '<c r="{0}{1}" t="str"><v>x</v></c>'
    rows = (f'<row r="{n}">{cell.format(column, n)}</row>' for n in range(first, first + count))
    with ZipFile("wide.xlsx") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = re.sub("<sheetData>.*</sheetData>", f"<sheetData>{''.join(rows)}</sheetData>", sheet)
    with ZipFile("wide.xlsx", "w", ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else data)


@pytest.mark.parametrize(
    ("column", "count", "first", "said"),
    [
        ("XFD", 2_000, 1, "line 1: more than 1,000 columns"),
        ("ALL", 6_000, 1, "line 5001: more than 5,000,000 cells"),
        ("A", 1, 10**12, "1,048,576 lines"),
    ],
)
def test_a_small_workbook_does_not_unfold(
    folder: Path, column: str, count: int, first: int, said: str
) -> None:
    rows_in(column, count, first)
    assert Path("wide.xlsx").stat().st_size < 60_000
    tracemalloc.start()
    done = call("import", "wide.xlsx", "--dry-run")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.exit_code == 4 and done.stdout == "" and said in done.stderr
    assert done.stderr.count("\n") == 1 and most < 200_000_000


def test_wide_tables_of_text_are_limited_too(folder: Path) -> None:
    done = bring("id" + "," * 1_000 + "\n")
    assert done.exit_code == 4 and "line 1: more than 1,000 columns" in done.stderr


def test_a_dry_run_shows_and_writes_nothing(folder: Path) -> None:
    done = bring(NEW, "--dry-run")
    assert done.exit_code == 0 and "ict:developedBy id:new-company" in done.stdout
    assert 'rdfs:label "New Company"@en , "新公司"@zh .' in done.stdout
    assert Path("mine.trig").read_text("utf-8") == PASSAGES
    assert not Path("mine.entities.ttl").exists()
    alone = call("import", "table.csv", "--dry-run", "--data", "mine.trig")
    assert alone.exit_code == 2, "with --data the built-in graph is not asked"


def test_an_indication_is_declared_whole(folder: Path) -> None:
    done = bring(
        "id,class,label@en,label@zh,of disease,qualifier,broader\n"
        "early-melanoma,indication,early melanoma,早期黑色素瘤,melanoma,qualifier-early,\n"
        "qualifier-early,限定,early,早期,,,\n"
        "eye-melanoma,disease,melanoma of the eye,眼黑色素瘤,,,黑色素瘤\n"
    )
    assert done.exit_code == 0, done.stderr
    text = Path("mine.entities.ttl").read_text("utf-8")
    assert "ict:ofDisease id:melanoma ;\n    ict:qualifier id:qualifier-early ." in text
    assert "skos:broader id:melanoma ." in text
    assert Path("mine.trig").read_text("utf-8") == PASSAGES


def test_both_files_are_written_or_none(folder: Path) -> None:
    Path("mine.entities.ttl").mkdir()
    done = bring(NEW)
    assert done.exit_code in (2, 5) and done.stderr.count("\n") == 1
    assert Path("mine.trig").read_text("utf-8") == PASSAGES


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["-", "/", ".", "年"]))
def test_dates_keep_their_precision(day: date, sign: str) -> None:
    year, month = f"{day.year:04}", day.month
    middle, end = ("月", "日") if sign == "年" else (sign, "")
    assert dated(f"{year}{sign}{month}{middle}{day.day}{end}").value == day.isoformat()
    assert dated(f"{year}{sign}{month}{'月' if end else ''}").value == day.isoformat()[:7]
    assert dated(year + ("年" if end else "")).value == year


@given(st.integers(), st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_numbers_are_read_however_thousands_are_set(whole: int, broken: object) -> None:
    for form in (f"{whole}", f"{whole:,}", f"{whole:,}".replace(",", " ")):
        wide = form.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789,"})
        assert number(form, "integer").value == number(wide, "integer").value == str(whole)
    assert float(number(f"{broken}", "decimal").value) == float(str(broken))


@pytest.mark.parametrize(
    "text", ["近亿", "数千万", "1.5亿元", "1,5", "1.5 million", "亿", "1亿2", "1e5"]
)
def test_vague_amounts_have_no_number(text: str) -> None:
    with pytest.raises(InputError, match="no exact amount"):
        amount(text, "CNY")


def test_amounts_in_units_need_a_currency() -> None:
    assert amount("１.５ 亿".replace(" ", ""), "CNY").value == "150000000"
    assert amount("3,500万", "CNY").value == "35000000"
    assert amount("35000000", "").value == "35000000"
    with pytest.raises(InputError, match="currency"):
        amount("1.5亿", "")


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for read_as in (checked, tidy_text, dated, lambda one: number(one, "decimal")):
        try:
            read_as(text)
        except InputError as error:
            assert error.hint
