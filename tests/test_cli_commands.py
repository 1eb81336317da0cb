"""Commands about one entity, the picture, and the graph as a whole."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from commands import call
from ictgraph.curation.passages import SourceText, digest
from ictgraph.graph import Graph
from ictgraph.results import Table

pytestmark = pytest.mark.usefixtures("graph")

LIFILEUCEL = "https://w3id.org/ictgraph/id/lifileucel"
TEXT = "第一段。\nＣＡＲ-Ｔ 细胞\n治疗 白血病，第二句。"


@pytest.mark.parametrize(
    ("text", "how"),
    [("lifileucel", "exact"), ("LIFI", "prefix"), ("leuce", "part"), ("lifileucle", "typo")],
)
def test_find_forgives(text: str, how: str) -> None:
    result = call("find", text, "--kind", "Therapy", "--format", "json")
    found = {row["entity"]["id"]: row for row in json.loads(result.stdout)["rows"]}
    assert found["id:lifileucel"]["match"] == how
    assert found["id:lifileucel"]["class"]["id"] == "ict:Therapy"


@pytest.mark.parametrize("kind", ["Disease", "disease", "疾病", "ict:Disease"])
def test_find_takes_a_class_in_either_language(kind: str) -> None:
    result = call("find", "黑色素瘤", "--kind", kind, "--lang", "en")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].startswith("melanoma\tid:melanoma\tdisease\tict:Disease\t")


def test_find_stops_at_the_limit_and_says_when_nothing_is_found() -> None:
    assert call("find", "a", "--limit", "3").stdout.count("\n") == 4
    nothing = call("find", "qqqqqqqq", "--kind", "Disease")
    assert nothing.exit_code == 0 and "nothing has a name like 'qqqqqqqq'" in nothing.stderr
    assert call("find", "qqqqqqqq", "--fail-empty").exit_code == 1
    chinese = call("find", "qqqqqqqq", "--kind", "疾病", "--lang", "zh")
    assert "疾病中没有名称与 'qqqqqqqq' 相近的实体" in chinese.stderr


@pytest.mark.parametrize("lang", ["en", "both"])
def test_empty_answers_have_the_columns_of_full_ones(lang: str) -> None:
    pairs = [
        (["find", "CD19"], ["find", "qqqqqqqq"]),
        (["show", "lifileucel"], ["show", "ict:Therapy"]),
        (["evidence", "lifileucel"], ["evidence", "lifileucel", "-", "CD19"]),
    ]
    for full, empty in pairs:
        found, none = (call(*args, "--lang", lang).stdout.splitlines() for args in (full, empty))
        assert len(found) > 1 and none == found[:1], full


def test_checks_have_the_same_columns_whatever_they_find(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("<https://w3id.org/ictgraph/id/x> a <https://w3id.org/ictgraph/ontology#No> .")
    some = call("check", "--rules", "--data", str(path)).stdout.splitlines()
    none = call("check", "--rules", "--severity", "error").stdout.splitlines()
    assert len(some) > 1 and none[0] == some[0]


def test_show_tells_identity_claims_and_where_they_stand() -> None:
    lines = call("show", "lifileucel", "--format", "text", "--lang", "en").stdout.splitlines()
    assert lines[:3] == ["Lifileucel", f"  id:lifileucel  <{LIFILEUCEL}>", "  class: therapy"]
    assert any(line.startswith("therapy class: TIL therapy [") for line in lines)
    event = lines.index("marketing approval: Lifileucel")
    assert any(line.startswith("  regulator: U.S. Food") for line in lines[event:])
    sources = lines[lines.index("Sources") + 1 :]
    places = [line.split("] ", 1)[1] for line in sources if line]
    assert "src:review-2024/s3.1/p1/s1  §3.1, paragraph 1, sentence 1" in places
    assert "src:fda-purple-book/125773  FDA Purple Book, BLA 125773 (Amtagvi)" in places


def test_show_speaks_the_language_that_is_wanted() -> None:
    chinese = call("show", "Lifileucel", "--format", "text", "--lang", "zh").stdout
    english = call("show", "Lifileucel", "--format", "text", "--lang", "en").stdout
    assert "来源" in chinese.splitlines() and "The first TIL therapy" not in chinese
    assert "世界上" not in english


def test_show_of_a_passage_lists_what_it_states_and_its_doubts() -> None:
    lines = call("show", "表4注", "--format", "text", "--lang", "zh").stdout.splitlines()
    assert "  涉及: PMDA [1]" in lines and "疑点" in lines
    claims = json.loads(call("show", "表3注", "--format", "json").stdout)["claims"]
    assert {one["property"]["id"]: one["value"]["id"] for one in claims} == {
        "rdf:type": "ict:Finding",
        "ict:reportedFrom": "id:cortellis-database",
    }


def test_show_in_both_directions_and_as_json() -> None:
    shown = json.loads(call("show", "Iovance Biotherapeutics", "--format", "json").stdout)
    assert shown["id"] == "id:iovance-biotherapeutics" and shown["classes"]
    stated = {(c["subject"]["id"], c["property"]["id"], c["value"]["id"]) for c in shown["claims"]
              if isinstance(c["value"], dict)}  # fmt: skip
    assert ("id:lifileucel", "ict:developedBy", "id:iovance-biotherapeutics") in stated
    sources = [one for claim in shown["claims"] for one in claim["sources"]]
    assert sources and all(one["locator"].keys() == {"en", "zh"} for one in sources)


def test_show_tells_every_event_that_mentions_the_entity() -> None:
    picked = call("show", "Nature", "--format", "text", "--lang", "en").stdout
    assert re.search(r"^  selected by: Nature \[\d", picked, re.MULTILINE)
    assert re.search(r"^  person: Xu Huji \[\d", picked, re.MULTILINE)


@pytest.mark.parametrize("name", ["Nature", "CD19", "Xu Huji", "CAR-T therapy", "melanoma", "FDA"])
def test_show_tells_events_with_all_their_claims(name: str, graph: Graph) -> None:
    shown = json.loads(call("show", name, "--format", "json").stdout)
    told = {(one["subject"]["iri"], one["property"]["iri"]) for one in shown["claims"]}
    answer = graph.sparql(
        "SELECT DISTINCT ?event ?property {"
        f" GRAPH ?passage {{ ?event ?any <{shown['iri']}> }}"
        " GRAPH graph:derived { ?event a ict:Event }"
        " GRAPH ?other { ?event ?property ?value } ?passage a ict:Passage . ?other a ict:Passage }"
    )
    assert isinstance(answer, Table)
    expected = {(row[0].value, row[1].value) for row in answer.rows}  # type: ignore[union-attr]
    assert expected and expected <= told


def test_show_tells_the_study_of_a_group() -> None:
    text = call("show", "diffuse cutaneous systemic sclerosis", "--format", "text", "--lang", "en")
    assert "\nclinical study: universal CAR-T therapy (Naval Medical University)\n" in text.stdout


def test_show_tells_events_of_one_name_apart() -> None:
    for lang in ("en", "zh", "both"):
        text = call("show", "CAR-T", "--format", "text", "--lang", lang).stdout
        headings = [part.splitlines()[0] for part in text.split("\n\n")[1:]]
        assert len(set(headings)) == len(headings)
        assert any(" — " in one or "——" in one for one in headings)


def test_show_in_both_languages_has_each_text_once_chinese_first() -> None:
    text = call("show", "Nature", "--format", "text", "--lang", "both").stdout
    (outcome,) = {line for line in text.splitlines() if " outcome: 徐沪济" in line}
    assert re.search(r"结果 / outcome: [一-龥0-9]+。 / Professor .+\. \[\d+\]$", outcome)
    assert "\n来源 / Sources\n" in text
    (row,) = {line for line in call("show", "Nature", "--lang", "both").stdout.splitlines()
              if "\tict:outcome\t" in line and "徐沪济" in line}  # fmt: skip
    assert "Professor" in row


def test_doubts_are_those_that_concern_the_entity(graph: Graph) -> None:
    shown = json.loads(call("show", "IM19", "--format", "json").stdout)
    answer = graph.sparql("SELECT ?d { GRAPH graph:derived { ?d ict:concerns id:im19 } }")
    assert isinstance(answer, Table)
    assert {one["iri"] for one in shown["doubts"]} == {row[0].value for row in answer.rows}  # type: ignore[union-attr]
    for one in shown["doubts"]:
        assert one["kind"]["label"].keys() == one["note"].keys() == {"en", "zh"}
        assert one["sources"] and all(source["locator"] for source in one["sources"])
    text = call("show", "IM19", "--format", "text", "--lang", "zh").stdout
    doubts = text.partition("\n疑点\n")[2].partition("\n\n")[0].splitlines()
    assert len(doubts) == len(shown["doubts"])
    assert all(re.fullmatch(r"  \S+: .+ \[[\d, ]+\]", line) for line in doubts)


def test_show_has_hierarchy_synonyms_and_doubts() -> None:
    disease = call("show", "melanoma", "--format", "text", "--lang", "en").stdout
    assert "\n  broader: solid tumor" in disease or "\n  narrower: " in disease
    text = call("show", "IM19", "--format", "text", "--lang", "en").stdout
    assert "\nDoubts\n" in text


@pytest.mark.parametrize("form", ["tsv", "csv", "md", "srj", "ttl", "jsonld"])
def test_show_in_machine_formats(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"answer.{form}"
    shown = call("show", "lifileucel", "--format", form)
    assert shown.exit_code == 0 and "lifileucel" in shown.stdout.lower()
    assert call("show", "lifileucel", "-o", str(path)).exit_code == 0
    assert path.read_bytes() == shown.stdout_bytes


def test_show_of_what_no_passage_mentions() -> None:
    result = call("show", "ict:Therapy", "--format", "text", "--fail-empty")
    assert result.exit_code == 1 and "no passage states anything" in result.stderr
    assert result.stdout.startswith("therapy\n")


def test_evidence_has_statement_passage_and_gloss() -> None:
    result = call("evidence", "lifileucel", "developed by", "--format", "json")
    (row,) = json.loads(result.stdout)["rows"]
    assert row["object"]["id"] == "id:iovance-biotherapeutics"
    assert row["passage"]["id"] == "src:review-2024/t3/r3"
    assert row["passage"]["label"]["en"] == "Table 3, row 3" and row["gloss"]
    nothing = call("evidence", "lifileucel", "-", "CD19")
    assert nothing.exit_code == 0 and "no passage states this" in nothing.stderr


def test_evidence_of_an_entity_is_what_show_shows() -> None:
    shown = json.loads(call("show", "afami-cel", "--format", "json").stdout)
    cited = {source["id"] for claim in shown["claims"] for source in claim["sources"]}
    rows = json.loads(call("evidence", "afami-cel", "--format", "json").stdout)["rows"]
    assert {row["passage"]["id"] for row in rows} == cited != set()


def a_source(folder: Path, offsets: str) -> list[str]:
    """Write a small graph with one passage of ``TEXT`` and the text; return the options."""
    expected = digest(SourceText.read_from(TEXT).characters(offsets))
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    (folder / "tiny.trig").write_text(
        "@prefix ict: <https://w3id.org/ictgraph/ontology#> .\n"
        "@prefix id: <https://w3id.org/ictgraph/id/> .\n"
        "@prefix src: <https://w3id.org/ictgraph/source/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'src:p a ict:Passage ; ict:partOf src:t ; ict:locator "p. 1"@en, "第1页"@zh ;\n'
        f'  ict:offsets "{offsets}" ; ict:digest "{expected}" ; ict:gloss "says"@en, "说"@zh .\n'
        'id:t a ict:Therapy ; rdfs:label "Some-cel"@en, "某疗法"@zh .\n'
        "src:p { id:t a ict:Therapy ; ict:target id:x }\n",
        encoding="utf-8",
    )
    return ["--data", str(folder / "tiny.trig"), "--text", str(folder / "text.txt")]


def test_evidence_quotes_and_verifies_the_text(tmp_path: Path) -> None:
    options = a_source(tmp_path, "4-16")
    result = call("evidence", "某疗法", "--format", "json", *options)
    rows = json.loads(result.stdout)["rows"]
    assert result.exit_code == 0, result.stderr
    assert {(row["quotation"], row["verified"]) for row in rows} == {
        ("ＣＡＲ-Ｔ 细胞治疗 白血病", True)
    }


def test_evidence_of_one_statement(tmp_path: Path) -> None:
    options = a_source(tmp_path, "4-16")
    table = call("evidence", "某疗法", "a", "-", "--format", "md", *options)
    assert table.exit_code == 2 and "nothing is named 'a'" in table.stderr
    result = call("evidence", "lifileucel", "stage", "id:stage-approved", "--format", "json")
    rows = json.loads(result.stdout)["rows"]
    assert {row["object"]["id"] for row in rows} == {"id:stage-approved"} and len(rows) > 1
    dated = call("evidence", "IM19", "-", "2024-11", "--format", "json")
    (row,) = json.loads(dated.stdout)["rows"]
    assert (row["property"]["id"], row["passage"]["id"]) == (
        "ict:acceptedOn",
        "src:review-2024/s3.1/p3/s3",
    )


def test_evidence_marks_the_fact(tmp_path: Path) -> None:
    options = a_source(tmp_path, "0-16")
    text = TEXT.replace("ＣＡＲ-Ｔ 细", "某 疗法")
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    source = SourceText.read_from(text)
    place = f"0-{len(source.normalised)}"
    trig = tmp_path / "tiny.trig"
    said = re.sub(
        'ict:digest "[0-9a-f]+"', f'ict:digest "{digest(source.normalised)}"', trig.read_text()
    )
    trig.write_text(said.replace('"0-16"', f'"{place}"'), encoding="utf-8")
    marked = call("evidence", "某疗法", "--format", "md", *options)
    plain = call("evidence", "某疗法", "--format", "tsv", *options)
    assert "【某 疗法】" in marked.stdout and marked.exit_code == 0
    assert "某 疗法" in plain.stdout and "【" not in plain.stdout


def test_a_record_has_no_text_but_a_place_on_the_web(tmp_path: Path) -> None:
    options = a_source(tmp_path, "4-16")
    trig = tmp_path / "tiny.trig"
    record = (
        'src:r1 a ict:Passage ; ict:partOf src:t ; ict:locator "record 1"@en, "记录1"@zh ;\n'
        "  ict:seenAt <https://example.org/r1> ; "
        'ict:seenOn "2026-11-28"^^<http://www.w3.org/2001/XMLSchema#date> ;\n'
        '  ict:gloss "says"@en, "说"@zh .\nsrc:r1 { id:t ict:target id:y }\n'
    )
    trig.write_text(trig.read_text(encoding="utf-8") + record, encoding="utf-8")
    result = call("evidence", "某疗法", "target", "--format", "json", *options)
    rows = {row["passage"]["id"]: row for row in json.loads(result.stdout)["rows"]}
    assert result.exit_code == 0, result.stderr
    assert rows["src:r1"]["verified"] is None and rows["src:p"]["verified"] is True
    assert rows["src:r1"]["readAt"] == ["https://example.org/r1"]


def test_evidence_finds_another_text(tmp_path: Path) -> None:
    options = a_source(tmp_path, "4-16")
    (tmp_path / "text.txt").write_text(TEXT.replace("白血病", "黑色素"), encoding="utf-8")
    result = call("evidence", "某疗法", "--format", "json", *options)
    assert result.exit_code == 1
    assert "text.txt' holds none of the 1 passages cited: it is another text" in result.stderr
    chinese = call("evidence", "某疗法", *options, "--lang", "zh").stderr
    assert "不含所引的1个段落：它是另一篇文本；请给出这些段落所出自的原文" in chinese
    assert {row["verified"] for row in json.loads(result.stdout)["rows"]} == {False}


@pytest.mark.parametrize(
    "args", [["fmt", "--check"], ["check", "--rules"], ["diff", "git:HEAD", "git:HEAD"]]
)
def test_a_checkout_is_told_that_others_data_are_read(
    args: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ontology/ictgraph.ttl", "src/ictgraph/paths.py", "triples/x/y.ttl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path / "triples" / "x")
    english, chinese = call(*args).stderr, call(*args, "--lang", "zh").stderr
    assert english.count(f"not those of {tmp_path}, which you are in") == 1
    assert chinese.count(f"而非当前所在 {tmp_path} 的数据") == 1
    monkeypatch.chdir(tmp_path.parent)
    assert str(tmp_path) not in call(*args).stderr


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("x.svg", "<svg"),
        ("x.html", "<!doctype html>"),
        ("x.graphml", "<?xml"),
        ("x.gexf", "<?xml"),
        ("x.json", "{"),
        ("x.dot", "digraph"),
    ],
)
def test_network_in_every_format(name: str, start: str, tmp_path: Path) -> None:
    path = tmp_path / name
    args = ["network", "--therapy", "lifileucel", "--lang", "both"]
    result = call(*args, "-o", str(path))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    text = path.read_text(encoding="utf-8")
    assert text.lower().startswith(start) and "Lifileucel" in text
    assert call(*args, "--format", name[2:], "-o", "-").stdout == text


def test_network_without_a_file_name_says_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("network", "--therapy", "lifileucel")
    assert (result.exit_code, result.stdout) == (0, "ictgraph-landscape.html\n")
    around = call("network", "--around", "泽沃基奥仑赛", "--format", "svg")
    assert around.stdout == "ictgraph-泽沃基奥仑赛.svg\n"
    assert set(os.listdir(tmp_path)) == {"ictgraph-landscape.html", "ictgraph-泽沃基奥仑赛.svg"}


def test_network_draws_only_what_was_asked_for() -> None:
    some = json.loads(
        call("network", "--target", "CD19", "--format", "json", "-o", "-").stdout
    )["elements"]["nodes"]  # fmt: skip
    every = json.loads(call("network", "--format", "json", "-o", "-").stdout)["elements"]["nodes"]
    assert 0 < len(some) < len(every)


def test_network_hops_reach_further() -> None:
    sizes = [
        call("network", "--around", "CD19", "--hops", hops, "--format", "svg", "-o", "-").stdout
        for hops in ("1", "2")
    ]
    ElementTree.fromstring(sizes[0])
    assert len(sizes[0]) < len(sizes[1])


def test_an_empty_network_writes_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("network", "--disease", "melanoma", "--target", "CD19", "--fail-empty")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "without --target there " in result.stderr and "no file was written" in result.stderr
    assert os.listdir(tmp_path) == []
    plain = call("network", "--disease", "melanoma", "--target", "CD19", "--lang", "zh")
    assert plain.exit_code == 0 and "未写文件" in plain.stderr
    for code, more in ((0, []), (1, ["--fail-empty"])):
        around = call("network", "--around", "ict:Therapy", "-o", "x.svg", *more)
        assert around.exit_code == code and "connects 'ict:Therapy' with anything" in around.stderr
    assert os.listdir(tmp_path) == []


def test_show_and_evidence_show_their_queries() -> None:
    facts = call("show", "lifileucel", "--show-query").stdout
    assert facts == call("query", "facts", "--entity", "lifileucel", "--show-query").stdout
    text = call("evidence", "lifileucel", "stage", "--show-query").stdout
    assert call("sparql", "-", stdin=text).stdout.count("src:review-2024") == 0
    assert "source/review-2024/t3/r3>" in call("sparql", "-", stdin=text).stdout


@pytest.mark.parametrize(
    "args",
    [["show", "lifileucel"], ["evidence", "IM19"], ["network", "--format", "dot", "-o", "-"]],
)
def test_every_answer_can_be_limited_in_time(args: list[str]) -> None:
    assert call(*args, "--timeout", "30").stdout == call(*args).stdout
    assert call(*args, "--timeout", "0.0001").exit_code == 4


def test_network_shows_its_query() -> None:
    shown = call("network", "--target", "CD19", "--show-query").stdout
    assert shown == call("query", "who-develops-what", "--target", "CD19", "--show-query").stdout


def test_build_into_a_folder_verify_and_ask_it(tmp_path: Path) -> None:
    folder = str(tmp_path / "graph")
    made = call("build", "-o", folder, "--verify", "--format", "json")
    assert made.exit_code == 0, made.stderr
    rows = {row["name"]: row["value"] for row in json.loads(made.stdout)["rows"]}
    assert rows["claims"] > 0 and rows["entities: Therapy"] > 0
    assert rows["folder"] == os.path.join(folder, rows["build"])
    args = ["query", "approved-products"]
    assert call(*args, "--store", folder).stdout == call(*args).stdout
    again = call("build", "-o", folder)
    assert f"build\t{rows['build']}\n" in again.stdout


def test_build_notices_damage(tmp_path: Path) -> None:
    folder = str(tmp_path / "graph")
    call("build", "-o", folder)
    (nquads,) = Path(folder).glob("*/graph.nq")
    nquads.write_bytes(nquads.read_bytes().replace(b"elanoma", b"elanima", 1))
    damaged = call("build", "-o", folder, "--verify")
    assert damaged.exit_code == 5 and "does not match its manifest" in damaged.stderr
    assert call("build", "-o", folder, "--verify", "--force").exit_code == 0


def test_build_refuses_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    refused = call("build", "-o", str(tmp_path))
    assert refused.exit_code == 5 and os.listdir(tmp_path) == ["thesis.txt"]
    assert call("build", "-o", str(tmp_path / "thesis.txt")).exit_code == 5


def test_check_rules_by_severity(tmp_path: Path) -> None:
    path = tmp_path / "found.json"
    result = call("check", "--rules", "--severity", "warning", "-o", str(path))
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    errors = [row for row in rows if row["severity"] == "error"]
    assert result.exit_code == (1 if errors else 0)
    assert {row["severity"] for row in rows} <= {"error", "warning"}
    assert f"found: {len(errors)} error, {len(rows) - len(errors)} warning" in result.stderr


def test_check_finds_broken_data(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text(
        "@prefix ict: <https://w3id.org/ictgraph/ontology#> .\n"
        "@prefix id: <https://w3id.org/ictgraph/id/> .\n"
        "id:nameless a ict:Therapy .\n"
    )
    for option in ("--rules", "--shapes"):
        result = call("check", option, "--data", str(path), "--severity", "error")
        assert result.exit_code == 1, result.stderr
        assert "id:nameless" in result.stdout and "broken.ttl:3" in result.stdout


@pytest.mark.parametrize("form", ["nq", "trig", "jsonld", "ttl", "nt", "rdfxml"])
def test_export_holds_the_whole_graph(form: str, graph: Graph, tmp_path: Path) -> None:
    known = {"jsonld": RdfFormat.JSON_LD, "rdfxml": RdfFormat.RDF_XML}
    path = tmp_path / "graph.out"
    result = call("export", "--format", form, "-o", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    whole = set(parse(path=os.path.join(graph.folder, "graph.nq")))
    fallback = RdfFormat.from_extension(form)
    written = set(parse(path.read_bytes(), format=known.get(form) or fallback))
    if form in ("nq", "trig", "jsonld"):
        assert written == whole and result.stderr == ""
    else:
        merged = {quad.triple for quad in whole if "DefaultGraph" in repr(quad.graph_name)}
        assert {quad.triple for quad in written} == merged != set()
        assert "this is the default graph" in result.stderr


def test_export_takes_its_format_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "graph.trig"
    assert call("export", "-o", str(path)).exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("@prefix")
