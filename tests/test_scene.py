from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

import synthetic
from ictgraph import networks
from ictgraph.graph import Graph
from ictgraph.pictures import scene as scenes
from ictgraph.pictures.drawing import Lang, Scene


def drawn(lang: Lang = "zh") -> Scene:
    return scenes.landscape(synthetic.landscape(), lang)


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_every_claim_is_one_line_and_boxes_never_overlap(lang: Lang) -> None:
    graph, scene = synthetic.landscape(), drawn(lang)
    assert [line.id for line in scene.lines] == [key for _, _, key in graph.edges(keys=True)]
    assert len({line.path for line in scene.lines}) == len(scene.lines)
    assert len(scene.nodes) == 67 and all(node.outline for node in scene.nodes)
    for i, one in enumerate(scene.nodes):
        for other in scene.nodes[i + 1 :]:
            apart = abs(one.y - other.y) - (one.height + other.height) / 2
            assert one.column != other.column or apart >= 3


def test_columns_stand_in_order() -> None:
    for column, (low, high) in enumerate([(0, 250), (300, 700), (770, 1050)]):
        for node in drawn().nodes:
            if node.column == column:
                assert low <= node.x - node.width / 2 and node.x + node.width / 2 <= high


def test_bands_are_targets_biggest_first_not_stated_last() -> None:
    bands = drawn("en").bands
    assert [(band.names.en, band.count) for band in bands[:3]] == [
        ("CD19", 9),
        ("BCMA", 1),
        ("BCMA + CD19", 1),
    ]
    assert (bands[-1].names, bands[-1].count) == (scenes.NOT_STATED, 8)
    assert sum(band.count for band in bands) == 25
    assert "CD19 · 9" in [text.text for text in bands[0].texts]
    for node in drawn("en").nodes:
        inside = [
            b for b in bands if b.y < node.y < b.y + b.height and b.x < node.x < b.x + b.width
        ]
        assert len(inside) == (node.column == 1)


def test_stage_word_modality_and_glyph_stand_on_the_therapy() -> None:
    node = next(one for one in drawn("en").nodes if one.id.endswith("/zevor-cel"))
    texts = [text.text for text in node.texts]
    assert texts[0] == "▲" and "Zevorcabtagene autoleucel" in texts
    assert "CAR-T · approved · CN 2024-03" in texts and "filed · CN 2022-10" in texts


def test_roles_are_written_on_institutions_and_point_at_them() -> None:
    texts = {one.id[len(synthetic.ID) :]: [t.text for t in one.texts] for one in drawn("en").nodes}
    assert texts["huadong"] == ["Huadong Medicine", "← developed by", "← applicant"]
    assert texts["nkgen"] == ["NKGen Biotech", "← developed by"]


def test_a_stage_without_an_indication_ends_at_the_bottom() -> None:
    scene = scenes.landscape(synthetic.doubtful(), "en")
    nowhere = next(node for node in scene.nodes if not node.stated)
    diseases = [node for node in scene.nodes if node.column == 2]
    assert nowhere.y == max(node.y for node in diseases) and nowhere.id == synthetic.NOWHERE
    assert next(line for line in scene.lines if line.target == nowhere.id).path
    assert [text.text for text in scene.headings][::2] == ["Institutions (22)", "Diseases (20)"]
    assert next(key for key in scene.keys if key.id == "ict:Indication").count == 20


def test_doubts_filters_and_footer_are_shown() -> None:
    scene = scenes.landscape(synthetic.doubtful(), "zh")
    doubtful = [node for node in scene.nodes if node.doubts]
    assert [node.id for node in doubtful] == [synthetic.ID + "im19"]
    x, y = doubtful[0].mark
    assert x < doubtful[0].width / 2 - 7 and abs(y) <= doubtful[0].height / 2 - 7
    captions = [text.text for text in scene.captions]
    assert captions[1] == "疾病：淋巴瘤" and "共 60 条线" in captions[2]
    assert captions[-1] == "来源：一篇综述 · 构建 b1946ac92492d234 · CC BY 4.0"
    assert {"阶段（陈述数）", "类别（疗法数）", "种类（实体数）"} <= set(captions)
    assert scene.height > max(text.y for text in scene.captions)


def test_what_is_linked_with_nothing_stays_in_the_picture() -> None:
    graph = synthetic.landscape()
    synthetic.add_node(graph, "island", "ict:Institution", "Island", "孤岛")
    scene = scenes.landscape(graph, "en")
    assert all(0 < node.y < scene.height for node in scene.nodes)


def test_lines_cross_far_less_than_in_the_order_of_names() -> None:
    def crossing(rank: dict[str, float]) -> int:
        ends = [(x.column, rank[x.id], rank[y.id]) for x, y in pairs]
        return sum(
            a == c and (b - d) * (e - f) < 0
            for i, (a, b, e) in enumerate(ends)
            for c, d, f in ends[i + 1 :]
        )

    scene = drawn()
    at = {node.id: node for node in scene.nodes}
    pairs = [(at[line.source], at[line.target]) for line in scene.lines]
    names = sorted(at, key=lambda id: at[id].names.zh)
    by_name = crossing({id: float(i) for i, id in enumerate(names)})
    assert crossing({id: node.y for id, node in at.items()}) < by_name / 10


def test_the_same_graph_gives_the_same_picture_in_any_process() -> None:
    code = (
        "import hashlib, synthetic; from ictgraph.pictures import scene\n"
        "found = scene.landscape(synthetic.landscape(), 'both')\n"
        "print(hashlib.sha256(repr(found).encode()).hexdigest())"
    )
    here = hashlib.sha256(repr(drawn("both")).encode()).hexdigest()
    for seed in ("1", "2"):
        path = os.pathsep.join(sys.path)
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        made = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, check=True
        )
        assert made.stdout.decode().strip() == here


def test_an_empty_landscape_is_a_picture_too() -> None:
    scene = scenes.landscape(synthetic.empty("landscape"), "zh")
    assert not scene.nodes and not scene.lines and "0" in scene.note.zh


def test_above_the_cap_the_landscape_is_a_summary_of_counts() -> None:
    graph = synthetic.big_landscape()
    scene = scenes.landscape(graph, "en")
    assert scene.kind == "summary" and not any(line.path for line in scene.lines)
    assert len(scene.lines) == graph.number_of_edges()
    shown = [node for node in scene.nodes if node.outline]
    assert len(shown) == 76 and {node.column for node in shown} == {0, 1, 2}
    assert shown[50].names == scenes.NOT_STATED
    for column in range(3):
        rows = [node for node in shown if node.column == column and node != shown[50]]
        sizes = [len(node.members) for node in rows[:-1]]
        assert sizes == sorted(sizes, reverse=True) and "others" in rows[-1].names.en
    targets = {id for node in shown if node.column == 1 for id in node.members}
    assert len(targets) == 620
    assert all(band.count == len(band.members) > 0 for band in scene.bands)
    assert scenes.landscape(synthetic.big_landscape(60), "en").kind == "landscape"


def test_dates_keep_their_kind_and_doubts_reach_the_picture(graph: Graph) -> None:
    network = networks.landscape(graph, therapy="泽沃基奥仑赛", disease="multiple myeloma")
    scene = scenes.landscape(network, "en")
    words = {line.word("en") for line in scene.lines}
    assert "approved · China · announced 2024-03-01" in words and "developed by" in words
    assert any(line.word("zh").endswith("2024-03-01宣布") for line in scene.lines)
    assert scene.filters.en == "therapy: Zevorcabtagene autoleucel; disease: multiple myeloma"
    assert scene.filters.zh.startswith("疗法：泽沃基奥仑赛；")
    therapy = next(node for node in scene.nodes if node.column == 1)
    assert therapy.doubts and all(doubt.note.zh and doubt.kind.en for doubt in therapy.doubts)
    assert scene.footer.en.startswith("Sources: ") and scene.footer.en.endswith("CC BY 4.0")


def test_events_about_one_entity_have_names_of_their_own(graph: Graph) -> None:
    network = networks.neighbourhood(graph, "TyU19")
    scene = scenes.neighbourhood(network, network.graph["centre"], "en")
    names = [node.names.en for node in scene.nodes if node.kind == "ict:Event"]
    assert len(set(names)) == len(names) and any(" — " in name for name in names)
    assert "ict:Stage" in {node.kind for node in scene.nodes}


def test_neighbourhoods_are_scenes() -> None:
    scene = scenes.neighbourhood(synthetic.neighbourhood(6), synthetic.ID + "carsgen", "en")
    assert scene.kind == "neighbourhood" and scene.centre == synthetic.ID + "carsgen"
