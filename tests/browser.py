"""Real headless Chromium for tests: opens files and reports whatever they try to do.

Take the fixtures into a test module by ``chromium, open_file = browser.chromium,
browser.open_file``. They fail a test whose page logs anything, breaks its content security
policy or requests anything but the file itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

Open = Callable[..., Page]
_REPORT = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""

OVERLAPS = """() => {
  const place = (one) => one.getBoundingClientRect();
  const texts = [...document.querySelectorAll("text")].map((one) => [one, place(one)]);
  const turned = (one) => Math.abs(one.getScreenCTM().b) > 0.5;
  const hit = (a, b, far, high) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > far
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > high;
  const bad = [];
  texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([two, b]) => {
    const room = turned(one) && turned(two) ? [5, 1] : [1, 5];
    if (hit(a, b, ...room)) bad.push(`${one.textContent} / ${two.textContent}`);
  }));
  for (const [one, a] of texts) {
    const box = one.parentNode.querySelector(":scope > .halo")?.getBoundingClientRect();
    if (box && (a.left < box.left || a.right > box.right
      || a.top < box.top - 2 || a.bottom > box.bottom + 2))
      bad.push(`outside its box: ${one.textContent}`);
  }
  return bad;
}"""
"""Texts of a picture that hit each other or leave the box that they stand in."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield one browser for the tests of a module."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "these tests need Chromium: apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture
def open_file(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """Yield ``open_file(text, name, **context_options)``; the pages must be blameless."""
    blame: list[str] = []
    contexts = []

    def open_(text: str, name: str, **options: Any) -> Page:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="\n")
        url = path.as_uri()
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        contexts.append(context)
        context.add_init_script(_REPORT)
        page = context.new_page()

        def request(one: Request) -> None:
            if one.url.partition("#")[0] != url:
                blame.append(f"request: {one.url}")

        page.on("request", request)
        page.on("console", lambda one: blame.append(f"console: {one.text}"))
        page.on("pageerror", lambda one: blame.append(f"error: {one}"))
        page.on("dialog", lambda one: blame.append(f"dialog: {one.message}"))
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not blame, "\n".join(blame)
