from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import networkx as nx
import pytest
from playwright.sync_api import Page, expect

import browser
import synthetic
from browser import Open
from ictgraph.errors import InputError, LimitError
from ictgraph.pictures import page as pages
from ictgraph.pictures import scene as scenes
from ictgraph.pictures.drawing import Scene

chromium, open_file = browser.chromium, browser.open_file

CENTRE = synthetic.ID + "carsgen"


def in_three_languages(graph: nx.MultiDiGraph) -> list[Scene]:
    return [scenes.landscape(graph, lang) for lang in ("zh", "en", "both")]


def painted(page: Page) -> Page:
    page.wait_for_selector("body[data-painted]")
    return page


@pytest.fixture
def page(open_file: Open) -> Page:
    return painted(open_file(pages.render(*in_three_languages(synthetic.landscape())), "x.html"))


def index(page: Page, name: str) -> int:
    """Return the number of an entity in the page."""
    row = page.locator("#entities tbody tr", has_text=name).first
    return int(row.locator("button").get_attribute("data-node") or -1)


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return the screen position of a point of the first view, as the page first shows it."""
    found = page.evaluate(
        """([x, y]) => {
          const find = (id) => document.getElementById(id);
          const { left, top, width, height } = JSON.parse(find("scene").textContent).views[0];
          const box = find("canvas").getBoundingClientRect();
          const scale = Math.min(1.25, (box.width - 8) / width);
          const spare = Math.max(0, box.height - height * scale) / 2;
          const middle = box.left + box.width / 2;
          return [middle + (x - left - width / 2) * scale, box.top + spare + (y - top) * scale];
        }""",
        [x, y],
    )
    return found[0], found[1]


def colour_at(page: Page, x: float, y: float) -> list[int]:
    """Return red, green, blue of the canvas, on white, at a point of the scene."""
    at = spot(page, x, y)
    found = page.evaluate(
        """async ([x, y]) => {
          for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame);
          const canvas = document.querySelector("#canvas canvas");
          const box = canvas.getBoundingClientRect();
          const ratio = canvas.width / box.width;
          const made = document.createElement("canvas");
          const copy = made.getContext("2d", { willReadFrequently: true });
          copy.drawImage(canvas, (box.left - x) * ratio, (box.top - y) * ratio);
          const { data } = copy.getImageData(0, 0, 1, 1);
          return [...data];
        }""",
        list(at),
    )
    return [round(255 + (one - 255) * found[3] / 255) for one in found[:3]]


def box_of(scene: Scene, slug: str) -> tuple[float, float]:
    """Return a point near the left end of a box, beside its text."""
    node = next(one for one in scene.nodes if one.id == synthetic.ID + slug)
    return node.x - node.width / 2 + 5, node.y


def test_one_file_shows_every_box_line_and_claim(page: Page) -> None:
    data = json.loads(page.locator("#scene").text_content() or "")
    assert len(data["nodes"]) == 67 and len(data["edges"]) == 59
    assert page.locator("#claims tbody tr").count() == 59
    assert page.locator("#entities tbody tr").count() == 67
    assert page.title() == "谁在为哪种疾病开发什么疗法"
    assert page.locator("html").get_attribute("lang") == "zh"
    assert page.locator("main").count() == page.locator("h1").count() == 1
    scene = scenes.landscape(synthetic.landscape(), "zh")
    assert colour_at(page, *box_of(scene, "zevor-cel")) == [0x1A, 0x6A, 0xAB]
    assert colour_at(page, *box_of(scene, "cd19-carnk")) == [0x0F, 0x7A, 0x5A]


def test_the_file_is_small_and_asks_for_nothing() -> None:
    text = pages.render(*in_three_languages(synthetic.landscape()))
    assert len(text.encode("utf-8")) < 600_000
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy and "default-src &#39;none&#39;" in policy[1] and "unsafe" not in policy[1]

    class Outside(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                assert name not in ("src", "srcset", "style", "action"), (tag, name)
                assert not name.startswith("on") and tag not in ("link", "iframe", "img", "base")
                assert name != "href" or re.match("https?://|#", value or "")

    Outside().feed(text)


def test_parallel_claims_are_kept_apart() -> None:
    text = pages.render(scenes.landscape(synthetic.landscape(), "zh"))
    found = re.search(r'id="scene">(.*?)</script>', text, re.DOTALL)
    assert found
    edges = json.loads(found[1])["edges"]
    pairs = [(edge["from"], edge["to"]) for edge in edges]
    assert len(set(pairs)) == len(pairs) - 2
    assert len({tuple(edge["views"][0]) for edge in edges}) == len(edges) == 59


def test_clicking_a_box_shows_its_claims_with_sources(page: Page) -> None:
    scene = scenes.landscape(synthetic.landscape(), "zh")
    page.mouse.click(*spot(page, *box_of(scene, "zevor-cel")))
    panel = page.locator("#panel")
    expect(panel.locator("h3")).to_contain_text("泽沃基奥仑赛")
    expect(panel.locator("li.claim")).to_have_count(3)
    expect(panel).to_contain_text("BCMA")
    first = panel.locator("li.claim").first
    expect(first).to_contain_text("泽沃基奥仑赛 — 研发方 — 科济药业", use_inner_text=True)
    expect(first.locator(".passage")).to_contain_text("§2.4 第")
    here, there = (one.get_attribute("href") or "" for one in first.locator(".passage a").all())
    assert there.startswith("https://w3id.org/ictgraph/source/review-2024/s2.4/")
    expect(page.locator(here)).to_contain_text("§2.4 第")
    page.keyboard.press("Escape")
    expect(panel.locator("h3")).to_have_count(0)


def test_clicking_a_line_shows_its_one_claim(page: Page) -> None:
    scene = scenes.landscape(synthetic.landscape(), "zh")
    line = next(one for one in scene.lines if one.stage == "approved")
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", line.path)]
    x, y = numbers[0] + numbers[6] / 2, numbers[1] + numbers[7] / 2
    page.mouse.click(*spot(page, x, y))
    expect(page.locator("#panel li.claim")).to_have_count(1)
    expect(page.locator("#panel li.claim")).to_contain_text("获批上市")


@pytest.mark.parametrize("text", ["科济", "CARSGEN", "id:carsgen", "ｃａｒｓｇｅｎ"])
def test_search_finds_chinese_english_and_identifiers(page: Page, text: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(text)
    expect(page.locator("#found button")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#panel h3")).to_contain_text("科济药业")
    expect(page.locator("#found")).to_be_hidden()


def test_search_finds_targets_and_says_when_nothing_is_found(page: Page) -> None:
    page.fill("#query", "cd19 car-t")
    assert page.locator("#found button").count() >= 8
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('#found') !== null")
    page.fill("#query", "zzz")
    expect(page.locator("#found")).to_contain_text("nothing found")


def test_the_legend_is_the_filter(page: Page) -> None:
    scene = scenes.landscape(synthetic.landscape(), "zh")
    status = page.locator("#status")
    expect(status).to_have_text("显示 59 / 59 条陈述")
    for stage in ("filed", "trial", "preclinical"):
        page.locator(f"#legend input[value={stage}]").focus()
        page.keyboard.press("Space")
    visible = page.locator("#claims tbody tr:visible")
    expect(visible).to_have_count(8)
    assert visible.filter(has_text="临床").count() == 0
    assert colour_at(page, *box_of(scene, "im19")) == pytest.approx([0xF4, 0xF6, 0xFA], abs=9)
    assert colour_at(page, *box_of(scene, "zevor-cel")) == [0x1A, 0x6A, 0xAB]
    assert colour_at(page, *box_of(scene, "hrain")) == [255, 255, 255]
    page.locator("#legend input[value=car-t]").uncheck()
    expect(visible).to_have_count(4)
    assert colour_at(page, *box_of(scene, "zevor-cel")) == pytest.approx([0xF4, 0xF6, 0xFA], abs=9)
    while page.locator("#legend input:not(:checked)").count():
        page.locator("#legend input:not(:checked)").first.check()
    page.locator("#legend input[value='ict:Indication']").uncheck()
    expect(status).to_contain_text("/ 59")
    assert colour_at(page, *box_of(scene, "zevor-cel")) == [0x1A, 0x6A, 0xAB]
    assert colour_at(page, *box_of(scene, "sle")) == [255, 255, 255]


def test_languages_switch_text_and_drawing(page: Page) -> None:
    row = page.locator("#claims tbody tr").first
    expect(row).to_contain_text("研发方", use_inner_text=True)
    page.get_by_label("English").check()
    expect(row).not_to_contain_text("研发方", use_inner_text=True)
    expect(row).to_contain_text("developed by", use_inner_text=True)
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_label("双语 Both").check()
    expect(row).to_contain_text("研发方 developed by", use_inner_text=True)


def test_one_scene_makes_a_page_without_a_switch(open_file: Open) -> None:
    scene = scenes.landscape(synthetic.landscape(), "en")
    page = painted(open_file(pages.render(scene), "x.html"))
    assert page.locator("#langs").count() == 0
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("#status")).to_have_text("59 of 59 statements shown")


def test_arrow_keys_walk_through_the_picture(page: Page) -> None:
    page.locator("#canvas").focus()
    names = []
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        names.append(page.locator("#panel h3").inner_text())
    assert len(set(names)) >= 4
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"


def test_tables_lead_into_the_picture_and_back(page: Page) -> None:
    page.locator("#claims tbody button", has_text="Lifileucel").first.click()
    expect(page.locator("#panel h3")).to_contain_text("Lifileucel")
    page.locator("#panel li.claim button", has_text="Iovance").first.click()
    expect(page.locator("#panel h3")).to_contain_text("Iovance")


def test_wheel_and_buttons_move_the_view(page: Page) -> None:
    scene = scenes.landscape(synthetic.landscape(), "zh")
    point = box_of(scene, "im19")
    before = colour_at(page, *point)
    look = "document.querySelector('#canvas canvas').toDataURL()"
    first = page.evaluate(look)
    page.mouse.move(500, 500)
    page.mouse.wheel(0, 300)
    page.wait_for_function(f"(first) => {look} !== first", arg=first)
    assert page.evaluate("scrollY") == 0
    for how in ("in", "out", "all", "width"):
        page.locator(f"[data-zoom={how}]").click()
    assert colour_at(page, *point) == before == [0x1A, 0x6A, 0xAB]


def test_hostile_data_is_inert_everywhere(open_file: Open) -> None:
    scene = in_three_languages(synthetic.hostile())
    text = pages.render(*scene)
    assert not re.search("[\x00-\x08\x0e-\x1f\ufffe\ud800-\udfff]", text)
    page = painted(open_file(text, "x.html"))
    title = page.title()
    assert "<script>" in title
    assert page.locator("script").count() == 4
    assert page.locator("img, iframe, a[href^=javascript], [onload], [onerror]").count() == 0
    assert page.locator("table b, table script, main svg [onload]").count() == 0
    page.fill("#query", "script")
    page.keyboard.press("Enter")
    for number in (1, 0, 1):
        page.locator("#panel li.claim button").nth(number).click()
    page.mouse.click(400, 300)
    page.locator("#legend input").first.uncheck()
    page.get_by_label("双语 Both").check()
    assert page.title() == title and page.locator("script").count() == 4


def test_dark_mode_keeps_boxes_and_turns_the_ground(open_file: Open) -> None:
    scene = scenes.landscape(synthetic.landscape(), "zh")
    page = painted(open_file(pages.render(scene), "x.html", color_scheme="dark"))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 22, 29)"
    assert colour_at(page, *box_of(scene, "zevor-cel")) == [0x1A, 0x6A, 0xAB]


def test_a_thousand_boxes_are_painted(open_file: Open) -> None:
    graph = synthetic.neighbourhood(999)
    scene = scenes.neighbourhood(graph, CENTRE, "zh")
    page = painted(open_file(pages.render(scene), "x.html"))
    data = json.loads(page.locator("#scene").text_content() or "")
    assert len(data["nodes"]) == 1000 and len(data["edges"]) == graph.number_of_edges()
    page.fill("#query", "CT480")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h3")).to_contain_text("CT480")
    more = scenes.neighbourhood(synthetic.neighbourhood(1000), CENTRE, "zh")
    with pytest.raises(LimitError, match="1001"):
        pages.render(more)


def test_a_summary_lists_all_claims_of_a_row(open_file: Open) -> None:
    scene = scenes.landscape(synthetic.big_landscape(100), "en")
    page = painted(open_file(pages.render(scene), "x.html"))
    assert page.locator("#claims tbody tr").count() == 200
    rows = [node for node in scene.nodes if node.column == 1 and node.outline]
    page.locator("#entities button", has_text=rows[-1].names.en).click()
    expect(page.locator("#panel h3")).to_contain_text("target not stated")
    assert page.locator("#panel li.claim").count() == 24


def test_a_summary_counts_what_the_filter_leaves(open_file: Open) -> None:
    scene = scenes.landscape(synthetic.big_landscape(100), "en")
    page = painted(open_file(pages.render(scene), "x.html"))
    bar = next(band for band in scene.bands if band.names.en == "approved")
    at = (bar.x + bar.width / 2, bar.y + bar.height / 2)
    assert colour_at(page, *at) == [0x0B, 0x6E, 0x2E]
    page.locator("#legend input[value=approved]").uncheck()
    assert colour_at(page, *at) == pytest.approx([206, 226, 213], abs=9)
    expect(page.locator("#legend label", has_text="approved").locator(".count")).to_have_text(
        "0/25"
    )


def test_a_stage_filter_hides_therapies_without_a_chosen_stage(open_file: Open) -> None:
    scene = scenes.landscape(synthetic.doubtful(), "zh")
    page = painted(open_file(pages.render(scene), "x.html"))
    expect(page.locator("#filters")).to_contain_text("淋巴瘤")
    rows = page.locator("#entities tbody tr:visible")
    expect(page.locator("#entities h2")).to_contain_text("(67)")
    for stage in ("filed", "trial", "preclinical"):
        page.locator(f"#legend input[value={stage}]").uncheck()
    therapies = rows.filter(has_text="疗法")
    expect(therapies).to_have_count(5)
    expect(rows.filter(has_text="IM19")).to_have_count(1)
    page.locator("#legend input[value=approved]").uncheck()
    expect(rows).to_have_count(0)
    expect(page.locator("#status")).to_have_text("显示 0 / 60 条陈述")
    expect(page.locator("#legend .count").nth(4)).to_have_text("0/12")


def test_doubts_stand_in_table_and_panel(open_file: Open) -> None:
    scene = scenes.landscape(synthetic.doubtful(), "en")
    page = painted(open_file(pages.render(scene), "x.html"))
    expect(page.locator("#doubts li")).to_have_text("依据不足 thin 未印日期。 No date.")
    expect(page.locator("#entities a[href='#doubt-0']")).to_have_count(1)
    node = next(one for one in scene.nodes if one.doubts)
    mark = (node.x + node.mark[0] + 5, node.y + node.mark[1])
    assert colour_at(page, *mark) == [0xFF, 0xD4, 0x5E]
    page.mouse.move(*spot(page, *mark))
    expect(page.locator("#canvas")).to_have_attribute("title", "? thin No date.")
    page.mouse.click(*spot(page, *mark))
    expect(page.locator("#panel .doubt")).to_contain_text("No date.")
    expect(page.locator("footer")).to_contain_text("A review · build b1946ac92492d234 · CC BY 4.0")


def test_a_chosen_box_links_to_its_terms_in_other_vocabularies(open_file: Open) -> None:
    scene = scenes.landscape(synthetic.doubtful(), "en")
    page = painted(open_file(pages.render(scene), "x.html"))
    page.locator("#entities button", has_text="IM19").click()
    expect(page.locator("#panel")).to_contain_text("EX:1 更宽 broader EX:2")
    link = page.locator("#panel a", has_text="EX:1")
    expect(link).to_have_attribute("href", "https://example.org/EX_1")
    expect(page.locator("#panel a", has_text="EX:2")).to_have_count(0)
    page.fill("#query", "ex:2")
    expect(page.locator("#found li")).to_have_count(1)


def test_without_scripts_the_tables_remain(open_file: Open) -> None:
    text = pages.render(*in_three_languages(synthetic.doubtful()))
    page = open_file(text, "x.html", java_script_enabled=False)
    expect(page.locator("noscript")).to_be_visible()
    expect(page.locator("#picture")).to_be_hidden()
    expect(page.locator("#search")).to_be_hidden()
    expect(page.locator("#claims tbody tr:visible")).to_have_count(60)


def test_the_address_holds_the_view(page: Page) -> None:
    page.get_by_label("English").check()
    page.locator("#legend input[value=filed]").uncheck()
    page.fill("#query", "cd19")
    page.keyboard.press("Escape")
    page.fill("#query", "carsgen")
    page.keyboard.press("Enter")
    url = page.url
    assert "#lang=en&q=carsgen&hide=stage+filed&at=id%3Acarsgen" in url
    status = page.locator("#status").inner_text()
    page.goto(url.partition("#")[0])
    painted(page)
    expect(page.locator("#panel h3")).to_have_count(0)
    page.goto(url)
    expect(page.locator("#panel h3")).to_contain_text("CARsgen")
    expect(page.locator("#query")).to_have_value("carsgen")
    expect(page.locator("#found")).to_be_hidden()
    expect(page.get_by_label("English")).to_be_checked()
    assert not page.locator("#legend input[value=filed]").is_checked()
    assert "statements" in page.locator("#claims h2").inner_text() and "found" in status
    page.locator("#panel .passage a").first.click()
    assert "#source-" in page.url
    expect(page.locator("#panel h3")).to_contain_text("CARsgen")


def test_scenes_of_different_graphs_are_refused() -> None:
    one = scenes.landscape(synthetic.landscape(), "zh")
    with pytest.raises(InputError, match="differ"):
        pages.render(one, scenes.landscape(synthetic.big_landscape(5), "en"))


def test_the_locale_does_not_matter() -> None:
    code = (
        "import sys, synthetic; from ictgraph.pictures import page, scene\n"
        "text = page.render(scene.landscape(synthetic.landscape(), 'zh'))\n"
        "sys.stdout.buffer.write(text.encode())"
    )
    path = os.pathsep.join(sys.path)
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    env |= {"PYTHONPATH": path, "PYTHONHASHSEED": "7"}
    made = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    here = pages.render(scenes.landscape(synthetic.landscape(), "zh"))
    assert made.stdout == here.encode("utf-8")
