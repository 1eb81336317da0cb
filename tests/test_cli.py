"""The program as a whole: help, versions, exit codes, queries and their options."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from commands import call
from ictgraph import errors, queries
from ictgraph.cli.about import EXIT_CODES, TOPICS, topic
from ictgraph.cli.root import COMMANDS
from ictgraph.formats import FORMATS
from ictgraph.graph import Graph

pytestmark = pytest.mark.usefixtures("graph")

BROKEN = [
    (["nonsense"], 2, "no command 'nonsense'"),
    (["qurey"], 2, "did you mean query?"),
    (["show-nothing"], 2, "'ictgraph --help' lists them"),
    (["query", "who-develop-what"], 2, "did you mean who-develops-what"),
    (["query", "../../etc/passwd"], 2, "no query template '../../etc/passwd'"),
    (["query", "who-develops-what", "--diseas", "melanoma"], 2, "--disease"),
    (["query", "who-develops-what", "--disease", "melanomma"], 2, "did you mean melanoma"),
    (["query", "who-develops-what", "--disease", "Lifileucel"], 2, "is a therapy"),
    (["query", "who-develops-what", "--disease", " "], 2, "the value of --disease is empty"),
    (["query", "who-develops-what", "--format", "xls"], 2, "'xls' is not one of"),
    (["query", "who-develops-what", "-o", "answer.xls"], 2, "does not tell its format"),
    (["query", "who-develops-what", "-o", ""], 2, "a file name cannot be empty"),
    (["query", "who-develops-what", "--format", "ttl"], 2, "holds statements"),
    (["query", "who-develops-what", "--timeout", "nan"], 2, "not a number"),
    (["query", "timeline", "--from-year", "soon"], 2, "is not a whole number"),
    (["query", "who-develops-what", "--store", "no/such"], 5, "there is no folder 'no/such'"),
    (["query", "who-develops-what", "--store", "."], 5, "holds no finished build"),
    (["query", "who-develops-what", "--data", "no.ttl"], 2, "there is no file 'no.ttl'"),
    (["query", "who-develops-what", "--endpoint", "file:///etc/passwd"], 3, "file"),
    (["query", "who-develops-what", "--endpoint", "http://127.0.0.1:9/sparql"], 6, "127.0.0.1"),
    (["query", "who-develops-what", "--endpoint", "x", "--store", "y"], 2, "give one of them"),
    (["queries", "--tag", "nonsense"], 2, "the tags are"),
    (["queries", "show", "nonsense"], 2, "no query template"),
    (["query", "nope"], 2, "no query template 'nope'; 'ictgraph queries' lists all of them"),
    (["sparql"], 2, "give one of QUERY, -f FILE or -"),
    (["sparql", "SELECT * {", "--format", "tsv"], 2, "is never closed"),
    (["sparql", "-f", "no.rq"], 2, "'no.rq' cannot be read"),
    (["sparql", "-f", "."], 2, "'.' cannot be read"),
    (["sparql", "ASK {}", "-f", "x.rq"], 2, "give one of QUERY"),
    (["sparql", "DROP ALL"], 3, "DROP is refused"),
    (["sparql", "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"], 3, "SERVICE"),
    (["sparql", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"], 3, "FROM"),
    (["sparql", "SELECT * " + "{" * 500 + "}" * 500], 4, "nest"),
    (["sparql", "SELECT * { ?s ?p ?o }", "--max-rows", "0"], 2, "--max-rows"),
    (["find"], 2, "missing argument 'TEXT'"),
    (["find", "x", "--limit", "-1"], 2, "--limit"),
    (["find", "CD19", "--kind", "Nonsense"], 2, "nothing is named 'Nonsense'"),
    (["show", "nothing of this name"], 2, "nothing is named"),
    (["show", "id:not-there"], 2, "is not in the graph"),
    (["show", "javascript:alert(1)"], 2, "nothing is named"),
    (["evidence", "lifileucel", "--text", "no.txt"], 2, "'no.txt' cannot be read"),
    (["evidence", "lifileucel", "no such"], 2, "nothing is named"),
    (["network", "--around", "CD19", "--disease", "melanoma"], 2, "leave the filters out"),
    (["network", "-o", "picture.png"], 2, "does not tell its format"),
    (["network", "--hops", "0"], 2, "--hops"),
    (["network", "--hops", "2"], 2, "--hops needs --around ENTITY"),
    (["find", "CD19", "--format", "ttl"], 2, "'ttl' is not one of"),
    (["sparql", __file__], 2, f"is a file; run the query in it with -f {__file__}"),
    (["build", "-o", ""], 2, "a folder name cannot be empty"),
    (["build", "--data", "x.ttl"], 2, "--data needs -o FOLDER"),
    (["export", "--format", "csv"], 2, "'csv' is not one of"),
    (["export", "-o", "graph.csv"], 2, "cannot hold a graph"),
    (["check", "--endpoint", "http://127.0.0.1:9/", "--shapes"], 2, "use --rules"),
    (["completion", "tcsh"], 2, "'tcsh' is not one of"),
    (["help", "nonsense"], 2, "the topics are"),
]


@pytest.mark.parametrize(("args", "code", "message"), BROKEN, ids=lambda x: str(x)[:50])
def test_broken_input_is_one_line_and_its_exit_code(
    args: list[str], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(*args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert result.stderr.startswith("ictgraph: ") and result.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("args", "code"), [one[:2] for one in BROKEN], ids=lambda x: str(x)[:50])
def test_broken_input_is_explained_in_chinese_alone(
    args: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(*args, env={"ICTGRAPH_LANG": "zh"})
    assert (result.exit_code, result.stdout) == (code, "")
    own = re.sub(r"'[^']*'", "", result.stderr.replace(" ".join(args), ""))  # what was typed
    assert re.search("[一-龥]", own), result.stderr
    assert not re.search(r"\b[a-z]{2,} [a-z]{2,}\b", own), result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "env", "message"),
    [
        (["--lang", "zh"], {}, "没有名为 'x:y' 的实体"),
        (["--lang=zh"], {"ICTGRAPH_LANG": "en"}, "没有名为"),
        ([], {"ICTGRAPH_LANG": "zh"}, "没有名为"),
        ([], {"LC_ALL": "zh_CN.UTF-8"}, "没有名为"),
        (["--lang", "en"], {"ICTGRAPH_LANG": "zh"}, "nothing is named 'x:y'"),
        (["--lang", "both"], {"ICTGRAPH_LANG": "zh"}, "nothing is named"),
        (["--lang", "fr"], {}, "'fr' is not one of 'zh', 'en', 'both'"),
        (["--lang", "fr"], {"LC_ALL": "zh_CN"}, "无效：'fr' 不是以下之一：'zh', 'en', 'both'"),
        ([], {"ICTGRAPH_LANG": "fr"}, "for 'ICTGRAPH_LANG': 'fr' is not one of 'zh', 'en', 'both'"),
    ],
)  # fmt: skip
def test_errors_are_in_the_language_of_the_command_line(
    options: list[str], env: dict[str, str], message: str
) -> None:
    result = call("show", "x:y", *options, env=env)
    assert result.exit_code == 2 and message in result.stderr
    assert "nothing" in call("show", "x:y").stderr, "the language stays with the next command"


def test_a_query_file_that_is_not_there(tmp_path: Path) -> None:
    result = call("query", str(tmp_path / "who-develops-what.rq"))
    assert result.exit_code == 2 and "there is no file '" in result.stderr


def test_a_misspelt_name_suggests_the_nearest_of_the_kind() -> None:
    """Something else begins like the misspelt name: melanoma-associated antigen A4."""
    result = call("query", "who-develops-what", "--disease", "melanomaa")
    assert "(id:melanoma), " in result.stderr and "mage" not in result.stderr


def test_only_defaults_that_limit_an_answer_are_announced() -> None:
    assert call("query", "timeline", "--therapy", "lifileucel").stderr == ""


def test_every_error_class_has_a_documented_exit_code() -> None:
    classes = [getattr(errors, name) for name in errors.__all__]
    assert {one.exit_code for one in classes} <= EXIT_CODES.keys()


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_is_in_the_help(flag: str) -> None:
    result = call(flag)
    assert result.exit_code == 0
    assert all(f"\n  {name} " in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", TOPICS)
def test_help_topics(name: str) -> None:
    result = call("help", name)
    assert (result.exit_code, result.stdout) == (0, topic(name))
    assert all(len(line) <= 100 for line in topic(name).splitlines())


@pytest.mark.parametrize("args", [[], ["query"]])
def test_a_group_without_a_command_shows_its_help(args: list[str]) -> None:
    result = call(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == call(*args, "--help").stdout


def test_help_of_a_command_equals_its_own() -> None:
    assert call("help", "queries", "show").stdout == call("queries", "show", "--help").stdout


def test_version_names_package_ontology_engine_and_build(graph: Graph) -> None:
    lines = call("--version").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["ictgraph", "ontology", "build", "pyoxigraph"]
    assert lines[2] == f"build {os.path.basename(graph.folder)}"


@pytest.mark.parametrize("name", queries.names())
def test_every_template_is_a_command_with_its_parameters(name: str) -> None:
    result = call("query", name, "--help")
    assert result.exit_code == 0
    template = queries.load(name)
    assert template.title["en"] in result.stdout and template.title["zh"] in result.stdout
    for parameter in template.parameters:
        option = result.stdout.partition(f"--{parameter.name.replace('_', '-')} ")[2]
        described = " ".join(option.partition("\n  --")[0].split())
        assert "; default " in described
        assert "; for example " in described or parameter.type.endswith("#string")
        assert parameter.label["zh"] in option.replace("\n", "").replace(" ", "")


def test_help_lists_the_templates_with_titles() -> None:
    listed = call("query", "--help").stdout
    assert re.search(r"^  who-develops-what +Who develops what", listed, re.MULTILINE)


def test_a_query_gives_tsv_in_a_pipe() -> None:
    result = call("query", "who-develops-what", "--disease", "melanoma")
    assert (result.exit_code, result.stderr) == (0, "")
    head, *rows = result.stdout.splitlines()
    assert head.startswith("institution\tinstitution_id\t") and rows
    assert all("src:review-2024/" in row for row in rows)


def test_values_repeat_and_take_either_language_curies_and_iris() -> None:
    first = call("query", "who-develops-what", "--disease", "melanoma", "--disease", "滑膜肉瘤")
    iris = [f"https://w3id.org/ictgraph/id/{slug}" for slug in ("melanoma", "synovial-sarcoma")]
    second = call("query", "who-develops-what", "--disease", iris[1], "--disease", "id:melanoma")
    assert first.exit_code == 0 and len(first.stdout.splitlines()) > 2
    assert first.stdout == second.stdout


@pytest.mark.parametrize("form", [name for name, one in FORMATS.items() if not one.rdf])
def test_every_format_on_standard_output_and_in_a_file(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"answer{FORMATS[form].endings[0]}"
    shown = call("query", "approved-products", "--format", form)
    saved = call("query", "approved-products", "-o", str(path))
    assert (shown.exit_code, saved.exit_code, saved.stdout) == (0, 0, "")
    assert path.read_bytes() == shown.stdout_bytes
    assert os.listdir(tmp_path) == [path.name]


def test_statements_are_turtle() -> None:
    result = call("query", "neighbourhood", "--entity", "TyU19")
    assert result.exit_code == 0 and "@prefix" in result.stdout


def test_dash_is_standard_output() -> None:
    plain = call("query", "approved-products", "--format", "csv").stdout_bytes
    assert call("query", "approved-products", "--format", "csv", "-o", "-").stdout_bytes == plain


@pytest.mark.parametrize(
    ("variables", "option", "wanted"),
    [
        ({"LC_ALL": "C"}, [], "United States\tid:united-states"),
        ({"LC_ALL": "zh_CN.UTF-8"}, [], "美国\tid:united-states"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_TW"}, [], "美国"),
        ({"LC_ALL": "zh_CN.UTF-8", "ICTGRAPH_LANG": "en"}, [], "United States"),
        ({"ICTGRAPH_LANG": "en"}, ["--lang", "both"], "United States\t美国\tid:united-states"),
    ],
)
def test_language_of_labels(variables: dict[str, str], option: list[str], wanted: str) -> None:
    result = call("query", "who-develops-what", "--therapy", "Lifileucel", *option, env=variables)
    assert wanted in result.stdout


def test_show_query_runs_elsewhere_with_the_same_rows() -> None:
    args = ["query", "who-develops-what", "--disease", "血液肿瘤"]
    text = call(*args, "--show-query").stdout
    assert "VALUES ?disease { <https://w3id.org/ictgraph/id/" in text
    again = json.loads(call("sparql", "-", "--format", "srj", stdin=text).stdout)
    asked = json.loads(call(*args, "--format", "srj").stdout)
    assert again["results"]["bindings"] == asked["results"]["bindings"] != []


def test_a_file_of_ones_own_is_a_question(tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    call("queries", "show", "approved-products", "-o", str(path))
    mine = call("query", str(path), "--target", "CD19")
    assert mine.exit_code == 0
    assert mine.stdout == call("query", "approved-products", "--target", "CD19").stdout


def test_a_file_of_ones_own_reaches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "reaching.rq"
    path.write_text(
        "#+ title: a | b\n#+ question: a | b\n"
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }\n"
    )
    result = call("query", str(path))
    assert (result.exit_code, result.stdout) == (3, "")


def test_a_file_with_a_parameter_named_like_an_option_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clash.rq"
    path.write_text(
        "#+ title: a | b\n#+ question: a | b\n#+ param: lang | xsd:string | any | a | b\n"
        "SELECT ?lang { VALUES ?lang { UNDEF } }\n"
    )
    result = call("query", str(path))
    assert result.exit_code == 2 and "rename it" in result.stderr


def test_a_template_obeys_a_time_limit() -> None:
    result = call("query", "who-develops-what", "--timeout", "0.0001")
    assert result.exit_code == 4 and "was stopped" in result.stderr
    assert call("query", "approved-products", "--timeout", "20").exit_code == 0


def test_a_file_without_a_header_runs_as_sparql(tmp_path: Path) -> None:
    path = tmp_path / "plain.rq"
    path.write_text('SELECT ?t { ?t ict:target id:cd19 ; rdfs:label "Aucatzyl"@en }')
    plain = call("query", str(path))
    assert (plain.exit_code, plain.stderr) == (0, "") and "id/aucatzyl>" in plain.stdout
    assert plain.stdout == call("sparql", "-f", str(path)).stdout
    assert call("query", str(path), "--show-query").stdout == path.read_text()
    assert "plain.rq" in call("query", str(path), "--help").stdout
    assert call("query", str(path), "--max-rows", "1").exit_code == 0
    path.write_text("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert call("query", str(path)).exit_code == 3
    path.write_text("SELECT ?s { ?s ?p ?o }")
    assert call("query", str(path), "--max-rows", "2").exit_code == 4


@pytest.mark.parametrize(("lang", "said"), [("en", "showing the default"), ("zh", "此处为默认值")])
def test_a_default_that_is_shown_is_said(lang: str, said: str) -> None:
    result = call("query", "competitors", "--lang", lang)
    assert result.stderr == f"ictgraph: {said} --therapy Aucatzyl (id:aucatzyl)\n"
    assert call("query", "competitors", "--therapy", "Aucatzyl").stderr == ""
    assert call("query", "competitors", "--show-query").stderr == ""
    assert call("query", "who-develops-what").stderr == ""


@pytest.mark.parametrize("source", ["built-in", "endpoint"])
def test_known_prefixes_need_no_declaration(source: str, endpoint: str) -> None:
    where = ["--endpoint", endpoint] if source == "endpoint" else []
    text = "SELECT ?t {\n  ?t a ict:Target ; rdfs:label 'CD19'@en FILTER(?t = id:cd19) }"
    result = call("sparql", text, *where)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1:] == ["<https://w3id.org/ictgraph/id/cd19>"]
    own = "PREFIX id: <http://e.org/> ASK { ?s ?p id:cd19 }"
    assert call("sparql", own, *where).stdout == "false\n"
    unknown = call("sparql", "ASK { ?s\n a nonsense:x }", *where)
    assert unknown.exit_code == 2 and "nonsense:x is not declared at line 2" in unknown.stderr
    assert "at line 3" in call("sparql", "ASK {\n ?s a ict:x .\n ?s ?p }").stderr


@pytest.mark.parametrize("star", ["*", "DISTINCT *", "reduced *"])
def test_columns_of_all_variables_are_in_the_order_of_the_text(star: str) -> None:
    text = (
        f"select {star} {{ ?z ict:target $b . {{ SELECT ?z ?a {{ ?z rdfs:label ?a }} }} }} LIMIT 2"
    )
    assert call("sparql", text).stdout.splitlines()[0] == "?z\t?b\t?a"
    some = "SELECT ?b ?z { ?z ict:target ?b } LIMIT 1"
    assert call("sparql", some).stdout.splitlines()[0] == "?b\t?z"


def test_an_empty_answer_names_terms_that_the_graph_lacks() -> None:
    text = "SELECT ?s { ?s ict:targt <https://w3id.org/ictgraph/id/cd191> ; a ict:Therapy }"
    lines = call("sparql", text).stderr.splitlines()
    assert lines == [
        "ictgraph: the query has no results",
        "ictgraph: ict:targt is not in the graph; did you mean ict:target?",
        "ictgraph: id:cd191 is not in the graph; did you mean id:cd19?",
    ]
    chinese = call("sparql", text, "--lang", "zh").stderr
    assert "图谱中没有 ict:targt；是否指 ict:target？" in chinese
    known = call("sparql", "SELECT ?s { ?s ict:target ict:Therapy }", "--fail-empty")
    assert known.exit_code == 1 and known.stderr == "ictgraph: the query has no results\n"
    derived = "SELECT ?s { ?s ict:concerns ict:Therapy . GRAPH graph:derived { ?s a rdfs:None } }"
    assert call("sparql", derived).stderr == "ictgraph: the query has no results\n"
    no = call("sparql", "ASK { ?s ict:targt ?o }", "--fail-empty")
    assert (no.exit_code, no.stdout) == (0, "false\n") and "did you mean ict:target?" in no.stderr


EMPTY = ["query", "who-develops-what", "--disease", "黑色素瘤", "--target", "CD19"]


@pytest.mark.parametrize(("place", "rows"), [("Germany", True), ("Netherlands", False)])
def test_an_answer_by_place_says_what_it_may_leave_out(place: str, rows: bool) -> None:
    args = ("query", "developer-ranking", "--place", place)
    said = r"ictgraph: (\d+) of (\d+) institutions have no recorded place, so --place may leave"
    result = call(*args)
    english = re.match(said, result.stderr)
    assert english and (result.stdout.count("\n") > 1) is rows
    said = r"ictgraph: (\d+)个机构中有(\d+)个没有地点记录"
    chinese = re.match(said, call(*args, "--lang", "zh").stderr)
    assert chinese and chinese.groups() == english.groups()[::-1]
    assert "no recorded place" not in call("query", "developer-ranking").stderr


def test_an_empty_answer_says_why() -> None:
    result = call(*EMPTY)
    assert result.exit_code == 0 and result.stdout.count("\n") == 1
    lines = [line.removeprefix("ictgraph: ") for line in result.stderr.splitlines()]
    assert lines[0].startswith("this question has no rows for this combination in ")
    assert " passages of " in lines[0]
    assert "--disease was understood as melanoma (id:melanoma)" in lines
    assert any(line.startswith("without --target there ") for line in lines)
    assert call(*EMPTY, "--fail-empty").exit_code == 1


def test_an_empty_answer_says_why_in_chinese() -> None:
    lines = call(*EMPTY, "--lang", "zh").stderr.splitlines()
    assert lines[0].endswith("个段落中，此问题在此条件组合下没有结果")
    assert "ictgraph: --disease 理解为 黑色素瘤 (id:melanoma)" in lines
    assert any(line.startswith("ictgraph: 去掉 --target 则有") for line in lines)


def test_hints_follow_the_language() -> None:
    args = ["query", "who-develops-what", "--disease", "黑色瘤素"]
    assert "did you mean 黑色素瘤 (id:melanoma)? 'ictgraph find" in call(*args).stderr
    chinese = call(*args, "--lang", "zh")
    assert chinese.exit_code == 2
    assert "是否指 黑色素瘤 (id:melanoma)？可用 'ictgraph find" in chinese.stderr
    cut = call("sparql", "SELECT ?s { ?s ?p ?o }", "--max-rows", "3", "--lang", "zh")
    assert cut.exit_code == 4 and "结果已截断：仅有前3行" in cut.stderr


def test_help_lists_the_formats_that_a_command_writes() -> None:
    for command, first, never in (("export", "nq", "csv"), ("network", "html", "csv")):
        text = " ".join(call(command, "--help").stdout.split())
        listed = text.partition("One of ")[2].partition(". Default")[0].split(", ")
        assert listed[0] == first and never not in listed
        assert f"by the file's ending; else {first}." in text
    assert "ttl" not in call("find", "--help").stdout.partition("One of")[2].partition("Default")[0]


def test_queries_lists_questions_by_tag() -> None:
    table = call("queries", "--format", "json", "--lang", "zh")
    rows = {row["name"]: row for row in json.loads(table.stdout)["rows"]}
    assert rows.keys() == set(queries.names())
    assert rows["who-develops-what"]["title"] == queries.load("who-develops-what").title["zh"]
    some = call("queries", "--tag", "regulatory").stdout.splitlines()[1:]
    assert 0 < len(some) < len(rows) and all("regulatory" in line for line in some)


def test_queries_show_is_the_file_or_its_header_as_json() -> None:
    template = queries.load("approved-products")
    assert call("queries", "show", "approved-products").stdout == template.text
    shown = json.loads(call("queries", "show", "approved-products", "--format", "json").stdout)
    assert [one["name"] for one in shown["parameters"]] == [p.name for p in template.parameters]


def test_sparql_from_argument_file_and_standard_input(tmp_path: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    path = tmp_path / "q.rq"
    path.write_text("\ufeff" + text, encoding="utf-8")
    answers = [call("sparql", text), call("sparql", "-f", str(path))]
    answers += [call("sparql", "-", stdin=text), call("sparql", "-f", "-", stdin=text)]
    assert {(one.exit_code, one.stdout, one.stderr) for one in answers} == {
        (0, answers[0].stdout, "")
    }
    assert answers[0].stdout.startswith("?n\n")


@pytest.mark.parametrize("form", ["tsv", "json", "srj", "table"])
def test_a_cut_answer_says_so(form: str, tmp_path: Path) -> None:
    path = tmp_path / "answer"
    args = ["sparql", "SELECT ?s { ?s ?p ?o }", "--max-rows", "3", "--format", form]
    for result in (call(*args), call(*args, "-o", str(path))):
        assert result.exit_code == 4
        assert "the answer was cut: these are only the first 3" in result.stderr
    whole = call(*args[:2], "--max-rows", "1000000", "--format", form)
    assert whole.exit_code == 0 and len(whole.stdout) > path.stat().st_size > 0
    if form == "json":
        assert json.loads(path.read_text())["truncated"] is True


def test_an_endpoint_answers_like_the_built_in_graph(endpoint: str) -> None:
    args = ["query", "approved-products", "--target", "CD19", "--format", "srj"]
    found = [
        json.loads(call(*args, *more).stdout)["results"]["bindings"]
        for more in ([], ["--endpoint", endpoint])
    ]
    here, there = (sorted(json.dumps(row, sort_keys=True) for row in rows) for rows in found)
    assert here == there != []
    cut = call("sparql", "SELECT ?s { ?s ?p ?o }", "--max-rows", "3", "--endpoint", endpoint)
    assert cut.exit_code == 4 and cut.stdout.count("\n") == 4
    assert call("query", "approved-products", env={"ICTGRAPH_ENDPOINT": endpoint}).exit_code == 0


def test_an_option_wins_over_a_variable() -> None:
    variables = {"ICTGRAPH_STORE": "no/such", "ICTGRAPH_TIMEOUT": "30"}
    assert call("query", "approved-products", env=variables).exit_code == 5
    both = {"ICTGRAPH_STORE": "a", "ICTGRAPH_ENDPOINT": "http://127.0.0.1:9/"}
    assert call("query", "approved-products", env=both).exit_code == 2
    assert call("query", "approved-products", "--endpoint", "ftp://x/", env=both).exit_code == 3


def test_any_option_has_a_variable() -> None:
    result = call("find", "a", env={"ICTGRAPH_FIND_LIMIT": "1"})
    assert result.stdout.count("\n") == 2
