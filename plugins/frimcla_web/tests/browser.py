"""The pages in a real browser: ``python plugins/frimcla_web/tests/browser.py [--shots FOLDER]``.

Needs Chromium, and ``pip install playwright axe-playwright-python``. Trains a small model of
painted cells, serves it, and does what visitors do; ends with 1 where something is wrong.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

import frimcla
from frimcla.painting import write_images

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
STUDY = """
images = "cells"
output = "results"
extractors = ["lbp"]
classifiers = [{name = "logistic_regression", C = 1.0}]
metric = "accuracy"
controls = false
folds = 5
nested = false
pictures = false
n_jobs = 1
"""
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 120_000


class Visit:
    """A browser's visits to a page, and the files to bring."""

    def __init__(self, browser: Browser, address: str, home: Path, shots: Path | None) -> None:
        self.browser, self.address, self.home, self.shots = browser, address, home, shots

    @contextmanager
    def page(self, **options: Any) -> Iterator[Page]:
        """Open the first page as a new visitor; nothing may be said on the console."""
        context = self.browser.new_context(**{"viewport": WIDE, **options})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: self._own(request.url))
        page.goto(self.address)
        yield page
        assert not said, said
        context.close()

    def _own(self, url: str) -> None:
        assert url.startswith((self.address, "data:", "blob:")), f"asks elsewhere: {url}"

    def look(self, page: Page, name: str) -> None:
        """Check that it is accessible, fits, and take a picture."""
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # what is lazy is loaded
        page.wait_for_timeout(400)
        page.evaluate("scrollTo(0, 0)")
        found = Axe().run(page)
        assert not found.violations_count, found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is {wide} pixels wider than the window"
        if self.shots:
            page.screenshot(path=self.shots / f"{name}.png", full_page=True)

    def sent(self, page: Page, field: str, *paths: Path) -> None:
        """Choose files, and wait for what is said of them."""
        page.set_input_files(field, list(paths))
        self.told(page)

    def told(self, page: Page) -> None:
        page.wait_for_url("**/jobs/*")
        expect(page.locator("#progress")).to_be_hidden(timeout=PATIENCE)


def one_image(visit: Visit) -> None:
    """One image, its own page, where it looks."""
    with visit.page() as page:
        visit.look(page, "index")
        visit.sent(page, "#files", visit.home / "new/spread/spread_900.png")
        expect(page.locator(".one")).to_have_count(1)
        visit.look(page, "one")
        page.locator(".one .picture").click()
        expect(page.locator(".large-view img")).to_be_visible()
        expect(page.locator(".nearest img")).to_have_count(3)
        page.locator("summary", has_text="Where does it look?").click()
        expect(page.locator("#look img")).to_be_visible(timeout=PATIENCE)
        visit.look(page, "image")
        page.get_by_role("link", name="About this model").click()
        expect(page.locator("h1")).to_contain_text("LBP + LR")
        visit.look(page, "model")


def a_folder_with_broken_and_strange_images(visit: Visit) -> None:
    """A folder: what is bad has a sentence, what is strange is marked, the rest goes on."""
    with visit.page() as page:
        visit.sent(page, "#folder", visit.home / "new")
        expect(page.locator(".one")).to_have_count(26)
        expect(page.locator(".one .wrong")).to_have_count(1)
        expect(page.get_by_text("1 other file in folders is no image")).to_be_visible()
        page.get_by_role("link", name="unlike anything in training").first.click()
        assert page.locator(".one").count() >= 1
        visit.look(page, "folder")


def many_images(visit: Visit) -> None:
    """Two hundred images: a bar while they are looked at, pages, orders, filters."""
    with visit.page() as page:
        page.set_input_files("#folder", visit.home / "many")
        page.wait_for_url("**/jobs/*")
        expect(page.locator("#progress")).to_be_visible()
        expect(page.locator("#progress-told")).to_contain_text(re.compile("left|0 images|of 200"))
        visit.look(page, "running")
        visit.told(page)
        expect(page.locator(".one")).to_have_count(100)
        page.get_by_role("link", name="Next").click()
        expect(page.get_by_text("Page 2 of 2, 200 images")).to_be_visible()
        page.get_by_label("Order").select_option("unsure")
        page.get_by_role("button", name="Apply").click()
        told = page.locator(".one .sure").first.inner_text()
        assert int(re.findall(r"\d+", told)[0]) < 80, told
        visit.look(page, "many")


def a_zip_and_a_bomb(visit: Visit) -> None:
    """A zip is unfolded; a bomb is refused in a sentence."""
    with visit.page() as page:
        visit.sent(page, "#files", visit.home / "good.zip", visit.home / "bomb.zip")
        expect(page.locator(".one .wrong")).to_contain_text("Unfolds to far more than")
        assert page.locator(".one").count() == 3
        visit.look(page, "zip")


def dropped_images(visit: Visit) -> None:
    """Images that are dropped anywhere on the page."""
    with visit.page() as page:
        content = (visit.home / "new/spread/spread_900.png").read_bytes()
        transfer = page.evaluate_handle(
            """(bytes) => { const it = new DataTransfer();
            it.items.add(new File([new Uint8Array(bytes)], "dropped.png", {type: "image/png"}));
            return it; }""",
            list(content),
        )
        page.dispatch_event("main", "dragover", {"dataTransfer": transfer})
        expect(page.locator(".drop.over")).to_be_visible()
        page.dispatch_event("main", "drop", {"dataTransfer": transfer})
        visit.told(page)
        expect(page.get_by_text("dropped.png", exact=True)).to_be_visible()


def labels_and_the_table(visit: Visit) -> None:
    """A label is kept, counted, and stands in the table."""
    with visit.page() as page:
        visit.sent(page, "#files", *sorted((visit.home / "new/spread").glob("*.png")))
        with page.expect_response("**/label*"):
            page.locator("form.label select").nth(2).select_option("spindle")
        expect(page.locator("#labelled")).to_contain_text("Of 1 image that you labelled, ")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download as a table").click()
        rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text())))
        assert [row["corrected"] for row in rows[:4]] == ["", "", "spindle", ""], rows
        page.reload()
        visit.look(page, "labelled")


def forgotten_images(visit: Visit) -> None:
    """What is forgotten is gone."""
    with visit.page() as page:
        visit.sent(page, "#files", visit.home / "new/spread/spread_900.png")
        job = page.url
        page.get_by_role("button", name="Forget these images").click()
        expect(page.get_by_text("Your images were removed.")).to_be_visible()
        visit.look(page, "forgotten")
    with visit.page() as page:  # a console says 404 where one is asked for
        assert page.request.get(job).status == 404


def keys_alone(visit: Visit) -> None:
    """Everything by the keyboard."""
    with visit.page() as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        with page.expect_file_chooser() as waiting:
            _tab_to(page, "#files")
            page.keyboard.press("Space")
        waiting.value.set_files(str(visit.home / "new/spread/spread_900.png"))
        visit.told(page)
        _tab_to(page, ".one .picture")
        page.keyboard.press("Enter")
        page.wait_for_url("**/images/0")
        _tab_to(page, "form.label select")
        with page.expect_response("**/label*"):
            page.keyboard.press("ArrowDown")
        _tab_to(page, "#look summary")
        page.keyboard.press("Enter")
        expect(page.locator("#look img")).to_be_visible(timeout=PATIENCE)


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if page.evaluate("(it) => document.activeElement.matches(it)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by the keyboard")


def without_script(visit: Visit) -> None:
    """Forms and links do it all where no script runs."""
    with visit.page(java_script_enabled=False) as page:
        page.set_input_files("#files", str(visit.home / "new/spread/spread_900.png"))
        page.get_by_role("button", name="Look at them").click()
        page.wait_for_url("**/jobs/*")
        expect(page.locator(".one")).to_have_count(1, timeout=PATIENCE)  # it loads itself again
        page.locator("form.label select").select_option("spindle")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#labelled")).to_contain_text("Of 1 image that you labelled, ")
        page.locator(".one .picture").click()
        page.locator("summary", has_text="Where does it look?").click()
        page.get_by_role("link", name="Find out").click()
        expect(page.locator("#look img")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("link", name="All images").click()
        page.get_by_role("button", name="Forget these images").click()
        expect(page.get_by_text("Your images were removed.")).to_be_visible()


def every_look(visit: Visit) -> None:
    """Light and dark, wide and on a phone."""
    for scheme in ("light", "dark"):
        for name, size in {"wide": WIDE, "phone": PHONE}.items():
            look = f"{scheme}-{name}"
            with visit.page(viewport=size, color_scheme=scheme) as page:
                visit.look(page, f"index-{look}")
                visit.sent(page, "#folder", visit.home / "new")
                visit.look(page, f"job-{look}")
                page.locator(".one .picture").last.click()
                expect(page.locator(".large-view img")).to_be_visible()
                page.locator("summary", has_text="Where does it look?").click()
                expect(page.locator("#look img")).to_be_visible(timeout=PATIENCE)
                visit.look(page, f"image-{look}")
                page.goto(f"{visit.address}model")
                visit.look(page, f"model-{look}")


def picture_of_the_readme(visit: Visit) -> None:
    """Write web.jpg, which stands in docs/."""
    with visit.page(viewport={"width": 1180, "height": 860}) as page:
        visit.sent(page, "#folder", visit.home / "many")
        page.goto(f"{page.url}?sort=unsure")
        visit.look(page, "unsure")
        if visit.shots:
            page.screenshot(path=visit.shots / "web.jpg", quality=80)


STEPS: tuple[Callable[[Visit], None], ...] = (
    *(one_image, a_folder_with_broken_and_strange_images, many_images, a_zip_and_a_bomb),
    *(dropped_images, labels_and_the_table, forgotten_images, keys_alone, without_script),
    *(every_look, picture_of_the_readme),
)


def prepare(home: Path) -> Path:
    """Write images of all sorts, train a model, and return its file."""
    import numpy as np
    from PIL import Image

    write_images(home / "cells", count=60)
    write_images(home / "new", count=8, start=900)
    write_images(home / "many", count=67, start=2000)
    next((home / "many").rglob("*.png")).unlink()
    Image.fromarray(np.full((200, 200, 3), 240, np.uint8)).save(home / "new/white paper.png")
    cut = (home / "new/spread/spread_900.png").read_bytes()[:900]
    (home / "new/broken.png").write_bytes(cut)
    (home / "new/notes.txt").write_text("no image")
    with zipfile.ZipFile(home / "good.zip", "w") as archive:
        for path in sorted((home / "new/spread").glob("*.png"))[:2]:
            archive.write(path, path.name)
    with zipfile.ZipFile(home / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", bytes(100_000_000))
    (home / "study.toml").write_text(STUDY)
    frimcla.train(home / "study.toml", with_examples=True)
    return home / "results/model.frimcla"


@contextmanager
def served(model: Path) -> Iterator[str]:
    """Serve a model; give the address."""
    command = [sys.executable, "-P", "-m", "frimcla", "serve", str(model)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, "the page did not start"
            yield found[0]
        finally:
            process.terminate()


def main() -> int:
    """Do every step; say which failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=Path, help="Write pictures of every page here.")
    parser.add_argument("--only", default="", help="Steps whose name holds this.")
    asked = parser.parse_args()
    if asked.shots:
        asked.shots.mkdir(parents=True, exist_ok=True)
    failed = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        with served(prepare(home)) as address:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            visit = Visit(browser, address, home, asked.shots)
            for step in [step for step in STEPS if asked.only in step.__name__]:
                try:
                    step(visit)
                    print(f"{step.__name__}: fine", flush=True)
                except Exception as error:  # the other steps tell more
                    failed.append(step.__name__)
                    print(f"{step.__name__}: {error}", flush=True)
            browser.close()
    print(f"failed: {', '.join(failed)}" if failed else "everything is as it should be")
    return len(failed) > 0


if __name__ == "__main__":
    sys.exit(main())
