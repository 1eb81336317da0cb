from __future__ import annotations

from xml.etree import ElementTree

import pytest

import browser
import synthetic
from browser import OVERLAPS, Open
from ictgraph.pictures import scene, svg
from ictgraph.pictures.drawing import Lang

chromium, open_file = browser.chromium, browser.open_file

SVG = "{http://www.w3.org/2000/svg}"


def pictures() -> dict[str, str]:
    centre = synthetic.ID + "carsgen"
    langs: tuple[Lang, ...] = ("zh", "en", "both")
    found = {f"landscape {x}": scene.landscape(synthetic.landscape(), x) for x in langs}
    found["around"] = scene.neighbourhood(synthetic.neighbourhood(60), centre, "both")
    found["summary"] = scene.landscape(synthetic.big_landscape(), "zh")
    found |= {f"doubtful {x}": scene.landscape(synthetic.doubtful(), x) for x in langs}
    return {name: svg.render(one) for name, one in found.items()}


def test_text_is_real_and_nothing_overlaps_in_a_browser(open_file: Open) -> None:
    for i, (name, text) in enumerate(pictures().items()):
        page = open_file(text, f"{i}.svg")
        assert page.evaluate(OVERLAPS) == [], name
    assert page.locator("text", has_text="靶点未注明").count() == 1


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_files_are_accessible(lang: Lang) -> None:
    root = ElementTree.fromstring(svg.render(scene.landscape(synthetic.landscape(), lang)))
    assert root.get("lang") == ("en" if lang == "en" else "zh") and root.get("role")
    titles = [root.findtext(f"{SVG}{name}") or "" for name in ("title", "desc")]
    assert all(titles) and "59" in titles[1]
    nodes = root.findall(f"{SVG}a")
    assert len(nodes) == 67
    facts = {node.findtext(f"{SVG}text[last()]"): node.findtext(f"{SVG}title") for node in nodes}
    assert any("src:review-2024/s2.4" in (fact or "") for fact in facts.values())
    for text in root.iter(f"{SVG}text"):
        assert text.get("lang") in (None, "zh", "en")
    assert {text.get("lang") for text in root.iter(f"{SVG}text")} >= (
        {"zh", "en"} if lang == "both" else {lang}
    )


def test_facts_name_every_claim_with_its_source() -> None:
    facts = svg.describe(scene.landscape(synthetic.landscape(), "zh"))
    text = facts[synthetic.ID + "zevor-cel"]
    assert "BCMA" in text and "泽沃基奥仑赛 — 研发方 → 科济药业 [src:" in text
    assert "获批上市 · 中国 2024-03" in text and text.count("\n") == 3


def test_doubts_are_titles_of_box_and_sign() -> None:
    root = ElementTree.fromstring(svg.render(scene.landscape(synthetic.doubtful(), "en")))
    sign = root.find(f".//{SVG}g[@class='doubt']")
    assert sign is not None and sign.findtext(f"{SVG}title") == "? thin: No date."
    assert sign.findtext(f"{SVG}text") == "?"
    facts = svg.describe(scene.landscape(synthetic.doubtful(), "zh"))
    assert facts[synthetic.ID + "im19"].endswith("\n? 依据不足：未印日期。")
    assert len(root.findall(f".//{SVG}path[@class='unstated']")) == 1
    assert "disease: lymphoma" in (root.findtext(f"{SVG}desc") or "")


def test_keyboard_reaches_every_box(open_file: Open) -> None:
    page = open_file(svg.render(scene.landscape(synthetic.landscape(), "en")), "x.svg")
    page.keyboard.press("Tab")
    assert "Autolus" in page.evaluate("document.activeElement.textContent")
    assert page.locator("a").count() == 67


def test_dark_screens_and_print_have_their_own_colours(open_file: Open) -> None:
    text = svg.render(scene.landscape(synthetic.landscape(), "en"))
    ask = "getComputedStyle(document.querySelector('.page')).fill"
    assert open_file(text, "a.svg").evaluate(ask) == "rgb(255, 255, 255)"
    page = open_file(text, "b.svg", color_scheme="dark")
    assert page.evaluate(ask) == "rgb(16, 22, 29)"
    heading = "getComputedStyle(document.querySelector('text')).fill"
    assert page.evaluate(heading) == "rgb(232, 237, 242)"
    page.emulate_media(media="print")
    assert page.evaluate(ask) == "none" and page.evaluate(heading) == "rgb(20, 32, 43)"


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_hostile_labels_are_inert(lang: Lang, open_file: Open) -> None:
    text = svg.render(scene.landscape(synthetic.hostile(), lang))
    root = ElementTree.fromstring(text.encode("utf-8"))
    allowed = {"svg", "title", "desc", "style", "rect", "text", "path", "g", "a"}
    assert {one.tag.removeprefix(SVG) for one in root.iter()} == allowed
    for one in root.iter():
        assert not any(name.startswith("on") for name in one.keys())
        assert one.get("href", "https:").startswith(("https:", "http:"))
    page = open_file(text, "x.svg")
    page.mouse.move(500, 300)
    page.keyboard.press("Tab")
    assert "owned" not in page.evaluate("document.title") or "<" in page.evaluate("document.title")
    assert page.locator("script").count() == 0
