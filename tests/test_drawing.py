from __future__ import annotations

import networkx as nx
import pytest

import synthetic
from ictgraph.errors import InputError
from ictgraph.pictures import drawing
from ictgraph.pictures.drawing import Names
from ictgraph.pictures.layout import contrast


def test_names_fall_back_to_the_other_language() -> None:
    assert Names("Melanoma", "").pick("zh") == (("en", "Melanoma"),)
    assert Names("Melanoma", "黑色素瘤").pick("both") == (("zh", "黑色素瘤"), ("en", "Melanoma"))
    assert Names("CAR-T", "CAR-T").text("both") == "CAR-T"
    assert Names().pick("both") == ()


def test_nodes_without_names_show_their_curie_or_iri() -> None:
    graph = synthetic.empty("landscape")
    graph.add_node("https://example.org/x", kind="k", column=0, curie="ex:x")
    graph.add_node("https://example.org/y")
    first, second = drawing.read(graph).nodes
    assert first.names.text("zh") == "ex:x" and second.names.text("zh") == "https://example.org/y"


def test_the_legend_lists_what_is_used_with_counts() -> None:
    draft = drawing.read(synthetic.landscape())
    counts = {(key.group, key.id): key.count for key in draft.keys}
    assert counts["stage", "approved"] == 4 and counts["kind", "ict:Therapy"] == 25
    assert ("kind", "ict:Gene") not in counts
    assert next(key.id for key in draft.keys if key.group == "stage") == "approved"


def test_a_word_joins_role_or_stage_with_its_detail() -> None:
    line = next(one for one in drawing.read(synthetic.landscape()).lines if one.stage == "approved")
    assert line.word("en") == "approved · US 2024-11"
    guess = next(one for one in drawing.read(synthetic.landscape()).lines if one.inferred)
    assert guess.word("zh").startswith("临床 · ") and guess.word("zh").endswith("（推断）")


def test_the_footer_names_sources_build_and_licence() -> None:
    assert drawing.read(synthetic.doubtful()).footer == Names(
        "Source: A review · build b1946ac92492d234 · CC BY 4.0",
        "来源：一篇综述 · 构建 b1946ac92492d234 · CC BY 4.0",
    )
    graph = synthetic.empty("landscape")
    graph.graph["build"] = ""
    assert drawing.read(graph).footer == Names()


@pytest.mark.parametrize(
    ("number", "en", "zh"),
    [
        (2, "Sources: A0; A1", "来源：甲0；甲1"),
        (3, "Sources: A0; A1; A2", "来源：甲0；甲1；甲2"),
        (5, "Sources: A0; A1; A2 and 2 more", "来源：甲0；甲1；甲2等5个来源"),
    ],
)
def test_a_footer_names_the_first_few_of_many_sources(number: int, en: str, zh: str) -> None:
    graph = synthetic.empty("landscape")
    graph.graph["sources"] = [{"en": f"A{n}", "zh": f"甲{n}"} for n in range(number)]
    footer = drawing.read(graph).footer
    assert (footer.en.split(" · ")[0], footer.zh.split(" · ")[0]) == (en, zh)


def test_style_in_data_never_reaches_the_drawing() -> None:
    draft = drawing.read(synthetic.hostile())
    for node in draft.nodes:
        assert node.fill == "#eef2f7" and contrast(node.ink, node.fill) >= 4.5
    assert all(line.colour[0] == "#" and "<" not in line.dash for line in draft.lines)


def test_graphs_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(InputError, match="MultiDiGraph"):
        drawing.read(nx.Graph())
    graph = synthetic.empty("landscape")
    graph.add_node(7)
    with pytest.raises(InputError, match="IRI"):
        drawing.read(graph)
    graph = synthetic.empty("landscape")
    graph.add_edge("a", "b", key="same")
    graph.add_edge("b", "c", key="same")
    with pytest.raises(InputError, match="key"):
        drawing.read(graph)
