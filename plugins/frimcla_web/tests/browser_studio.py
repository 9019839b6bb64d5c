"""The whole way from a folder to a model in a real browser.

    python plugins/frimcla_web/tests/browser_studio.py IMAGES [--shots FOLDER] [--chromium PATH]

IMAGES is a folder with one sub-folder per class, for example that of the bee pollen images. Needs
``playwright`` and ``axe-playwright-python`` from the package index, and Chromium. Everything is
clicked as a person would; every page is looked at by axe, at two widths, in light and dark; the
page is closed in the middle of the study; and part of the way is gone by the keyboard alone.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDTHS, SCHEMES = (1280, 390), ("light", "dark")
LONG = 300_000  # milliseconds


@contextmanager
def studio(home: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start the studio in a folder, and give its address."""
    command = Path(sys.executable).with_name("frimcla")
    process = subprocess.Popen(
        [command, "studio", "--no-open"],
        cwd=home,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, line
    try:
        yield found[0], process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


class Walk:
    """One walk with a camera, and axe looking at every page."""

    def __init__(self, browser: Browser, address: str, out: Path) -> None:
        self.browser, self.address, self.out = browser, address, out
        self.wrong: list[str] = []
        self.page = self.enter()

    def enter(self) -> Page:
        """Open the address in a browser that knows nothing of it."""
        self.context = self.browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
        page = self.context.new_page()
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.goto(self.address)
        page.wait_for_selector("h1")
        return page

    def hear(self, message: object) -> None:
        """Note what a browser complains of: a policy that is broken, a file that is not there."""
        kind, said = getattr(message, "type", ""), getattr(message, "text", "")
        if kind == "error":
            at = getattr(message, "location", {}).get("url", "")
            self.wrong.append(f"console: {said} {at}")

    def look(self, name: str) -> None:
        """Take pictures, and have axe look at the page, and at what is too wide."""
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 900})
                path = self.out / f"{name}-{width}-{scheme}.png"
                self.page.screenshot(path=path, full_page=True)
                wide = self.page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    self.wrong.append(f"{name}: {wide} pixels wide at {width}")
                for found in Axe().run(self.page).response["violations"]:
                    at = found["nodes"][0]["html"][:120]
                    self.wrong.append(f"{name} {width} {scheme}: {found['id']}: {at}")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        self.page.emulate_media(color_scheme="light")
        print(f"looked at {name}", flush=True)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)


def folder(walk: Walk, name: str) -> None:
    """Step 1, with a path that is wrong first."""
    page = walk.page
    walk.look("1-folder")
    page.fill("#path", "/not/there")
    page.click("text=Look at them")
    expect(page.locator("[role=alert]")).to_contain_text("is not there")
    walk.look("1-folder-wrong")
    page.click(f"a:has-text('{name}')")
    page.go_back()
    page.click(f"button[aria-label='Use {name}']")


def images(walk: Walk) -> None:
    """Step 2: wait for the look; answer what is asked."""
    page = walk.page
    page.wait_for_selector("text=What extractors see", timeout=LONG)
    walk.look("2-images")
    if page.locator("input[name=together]").count():
        page.check("input[name=together][value=yes]")
    page.reload()
    page.locator("button:has-text('Go on')").first.click()


def choices(walk: Walk) -> None:
    """Step 3: nothing ticked is refused; then a first look, and its minutes."""
    page = walk.page
    expect(page.locator("h1")).to_have_text("What is to be compared?")
    ticked = page.locator("input[type=checkbox]:checked")
    while ticked.count():
        ticked.first.uncheck()
    page.click("text=Run the study")
    expect(page.locator("[role=alert]").first).to_contain_text("tick at least one")
    page.click("text=A first look")
    page.click("text=How long will it take?")
    page.wait_for_selector("#live b", timeout=LONG)
    walk.look("3-choices")


def closed_in_the_middle(walk: Walk) -> None:
    """Step 4: the page is closed, and opened again elsewhere; then stopped, and gone on with."""
    page = walk.page
    page.click("text=Run the study")
    page.wait_for_selector("#sofar", timeout=LONG)
    walk.look("4-study")
    walk.context.close()
    walk.page = page = walk.enter()
    page.click("a:has-text('is under way')")
    page.wait_for_selector("#live")
    page.click("summary:has-text('Stop')")
    page.click("text=Yes, stop it")
    expect(page.locator("h1")).to_have_text("The study was stopped", timeout=LONG)
    walk.look("4-stopped")
    page.focus("button:has-text('Go on')")
    walk.press("Enter")
    page.wait_for_url("**/result", timeout=LONG)


def result(walk: Walk) -> None:
    """Step 5: the verdict, the report, the model."""
    page = walk.page
    expect(page.locator(".verdict")).to_contain_text("Take ")
    walk.look("5-result")
    with walk.context.expect_page() as opened:
        page.click("text=Open the report")
    report = opened.value
    report.wait_for_selector("h1, h2")
    assert report.evaluate("window.origin") == "null", "the report shares our origin"
    report.screenshot(path=walk.out / "5-report.png")
    report.close()
    with page.expect_download() as taken:
        page.click("text=Download the model")
    assert taken.value.suggested_filename.endswith("model.frimcla")
    page.click("text=Try the model")
    page.wait_for_selector("input[type=file]", state="attached", timeout=LONG)
    walk.look("6-try")
    page.click("text=Back to the study")


def by_keyboard(walk: Walk, name: str) -> None:
    """From the first page to the choices without a mouse."""
    page = walk.page
    page.goto(walk.address)
    page.wait_for_selector("#path")
    for _ in range(12):
        walk.press("Tab")
        if page.evaluate("document.activeElement.id") == "path":
            break
    page.keyboard.type(name)
    walk.press("Enter")
    page.wait_for_selector("text=What extractors see", timeout=LONG)
    for _ in range(30):
        walk.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Go on":
            break
    walk.press("Enter")
    expect(page.locator("h1")).to_have_text("What is to be compared?")


def without_script(browser: Browser, address: str, study: str) -> None:
    """The same pages, no script: they say so much, and load themselves anew."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.goto(address.partition("?")[0])
    page.goto(address.partition("?")[0] + f"study/{study}/result")
    expect(page.locator(".verdict")).to_contain_text("Take ")
    context.close()


def same_as_the_command_line(home: Path, study: str) -> None:
    """Run what the page wrote on the command line: equal to the byte."""
    command, other = Path(sys.executable).with_name("frimcla"), home / "again"
    subprocess.run(
        [command, "run", f"{study}/study.toml", "--output", other],
        cwd=home,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for name in ("scores.csv", "predictions.csv", "verdict.json"):
        ours, theirs = home / study / "results" / name, other / name
        assert ours.read_bytes() == theirs.read_bytes(), f"{name} differs"
    print("the command line writes the same bytes", flush=True)


def main() -> int:
    """Go the whole way, and tell what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", type=Path)
    parser.add_argument("--shots", type=Path, default=Path("browser-studio"))
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    asked = parser.parse_args()
    asked.shots.mkdir(parents=True, exist_ok=True)
    out = asked.shots.resolve()
    with tempfile.TemporaryDirectory() as folder_name:
        home = Path(folder_name)
        shutil.copytree(asked.images, home / asked.images.name)
        study = f"{asked.images.name}-study"
        with studio(home) as (address, _), sync_playwright() as play:
            browser = play.chromium.launch(executable_path=asked.chromium, args=list(FLAGS))
            walk = Walk(browser, address, out)
            folder(walk, asked.images.name)
            images(walk)
            choices(walk)
            closed_in_the_middle(walk)
            result(walk)
            by_keyboard(walk, asked.images.name)
            without_script(browser, address, study)
            browser.close()
        same_as_the_command_line(home, study)
    for line in dict.fromkeys(walk.wrong):
        print("WRONG", line)
    print(f"pictures: {os.path.relpath(out)}")
    return 1 if walk.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
