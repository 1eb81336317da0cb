"""Size of the landscape page, and when headless Chromium has painted it.

The clock is the page's own, from the start of navigation to the frame after everything was first
drawn. Promised: 600 KB and 2 s for the built-in content, 3 s for 1,000 boxes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from measure import ROOT, Row, machine, table
from playwright.sync_api import Browser, sync_playwright

import ictgraph
from ictgraph.pictures import page, scene
from ictgraph.pictures.neighbourhood import neighbourhood

sys.path.insert(0, os.path.join(ROOT, "tests"))
import synthetic

_MARK = """
new MutationObserver((_, observer) => {
  if (!document.body?.hasAttribute("data-painted")) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => performance.mark("painted")));
}).observe(document, {subtree: true, childList: true, attributeFilter: ["data-painted"]});
"""
_PAINTED = "() => performance.getEntriesByName('painted')[0]?.startTime"


def measure(rounds: int = 7) -> list[Row]:
    """Return the figures of the two pages."""
    network = ictgraph.open_graph().to_networkx()
    own = page.render(*(scene.landscape(network, lang) for lang in ("both", "en", "zh")))
    graph = synthetic.neighbourhood(999)
    large = page.render(neighbourhood(graph, synthetic.ID + "carsgen", "both"))
    size = len(own.encode())
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        if path is None:
            raise SystemExit("Chromium is missing: apt-get install chromium fonts-noto-cjk")
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        times = [
            _painted(browser, Path(folder, "page.html"), text, rounds) for text in (own, large)
        ]
        browser.close()
    boxes = network.number_of_nodes()
    return [
        Row("landscape page, size", f"{size / 1e3:.0f} KB", "≤ 600 KB", size <= 600_000),
        Row(
            f"landscape page ({boxes} boxes), painted after",
            f"{times[0] / 1e3:.2f} s",
            "≤ 2 s",
            times[0] <= 2000,
        ),
        Row(
            "page of 1,000 boxes, painted after",
            f"{times[1] / 1e3:.2f} s",
            "≤ 3 s",
            times[1] <= 3000,
        ),
    ]


def _painted(browser: Browser, path: Path, text: str, rounds: int) -> float:
    """Return the median in ms, a fresh browser profile each time."""
    path.write_text(text, encoding="utf-8")
    found = []
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(_MARK)
        tab = context.new_page()
        tab.goto(path.as_uri())
        found.append(float(tab.wait_for_function(_PAINTED).json_value()))
        context.close()
    return statistics.median(found)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    print(machine(), end="\n\n")
    print(table(measure(options.parse_args().rounds)))
