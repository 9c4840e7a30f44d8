"""The review page in a browser, from a folder, with no network: exact pictures, decisions kept, nothing run."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import stitcher
from stitcher.generation.generate import generate
from stitcher.storyboard.load import load
from tests.conftest import require
from tests.footage import Footage, read_code, tone
from tests.generation.chain_kit import project

pytestmark = pytest.mark.slow
EVIL = "</script><script>window.evil=1</script><img src=x onerror='window.evil=1'>"
FRAMES = 25


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, footage: Footage) -> Path:
    """A project with the page `review/` of its film: two coded clips, and a shot of two takes with a hostile prompt."""
    place = tmp_path_factory.mktemp("reviewed")
    clips = footage.chain(2, first_id=70, frames=FRAMES)
    sound = footage.wav("review-tone", tone(2.0) * 0.2)
    head = f"stitcher: 1\ntitle: {json.dumps(EVIL)}\nformat: {{size: 160x96, fps: 24}}\n"
    head += "defaults: {duration: 2, model: gen4_turbo, transition: cut}\n"
    head += f"sound: [{{file: {json.dumps(str(sound))}, role: music}}]\n"
    shots = "".join(f"  - {{id: clip{n}, clip: {json.dumps(str(clip))}}}\n" for n, clip in enumerate(clips))
    shots += f"  - {{id: taken, start: start.png, prompt: {json.dumps('static shot ' + EVIL)}, takes: 2}}\n"
    generate(project(place, shots, head))
    stitcher.review(load(place / "board.yaml"), place / "review")
    return place


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=require("chromium"), args=options)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """The page, opened from its folder; whatever it asks for elsewhere, logs as an error or throws fails the test."""
    yield from opened(browser, (folder / "review" / "index.html").as_uri())


def opened(browser: Browser, address: str, **settings: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True, **settings)
    wrong: list[str] = []
    allowed = (address.split("?")[0], "file:", "blob:", "data:")
    context.on(
        "request",
        lambda one: None if one.url.startswith(allowed) else wrong.append(one.url),
    )
    tab = context.new_page()
    tab.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
    tab.on("pageerror", lambda one: wrong.append(str(one)))
    tab.goto(address)
    at_frame(tab, 0)
    yield tab
    assert tab.evaluate("window.evil") is None
    context.close()
    assert wrong == []


def until(page: Page, condition: str) -> None:
    """Wait until a condition holds; the page's policy lets nothing be evaluated by the page itself."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"never came to be: {condition}")


def at_frame(page: Page, frame: int) -> None:
    """Wait until the browser says that it shows a frame."""
    until(page, f"Number(document.getElementById('video').dataset.frame) === {frame}")


def seen(page: Page) -> tuple[int, int]:
    """The code that is painted in the picture that is seen."""
    box = page.locator("#video").bounding_box()
    assert box is not None
    # Browsers put a picture that lies between two pixels onto the nearest.
    left, top = round(box["x"]), round(box["y"])
    shown = Image.open(io.BytesIO(page.screenshot())).convert("L")
    return read_code(np.asarray(shown.crop((left, top, left + 160, top + 96))))


def test_steps_land_on_the_very_picture_asked_for(page: Page) -> None:
    # The second clip opens with the last frame of the first; both are seen, as this is a plain cut.
    codes = [(70, n) for n in range(FRAMES)] + [(70, FRAMES - 1)] + [(71, n) for n in range(1, FRAMES)]
    at = 0
    for key, step in (
        (".", 1),
        (".", 1),
        (".", 1),
        (",", -1),
        (">", 24),
        ("[", 0),
        (".", 1),
        (".", 1),
        ("ArrowLeft", -1),
    ):
        page.keyboard.press(key)
        at = FRAMES if key == "[" else at + step
        at_frame(page, at)
        assert seen(page) == codes[at], (key, at)


def test_playing_stops_where_it_was_stopped(page: Page) -> None:
    page.keyboard.press("l")
    until(page, "Number(document.getElementById('video').dataset.frame) > 3")
    page.keyboard.press("k")
    page.wait_for_timeout(200)
    shown = int(page.evaluate("document.getElementById('video').dataset.frame"))
    page.keyboard.press(".")
    at_frame(page, int(page.evaluate("current")))
    assert abs(page.evaluate("current") - shown - 1) <= 1
    page.keyboard.press("j")
    at_frame(page, 0)


def test_takes_stay_together(page: Page) -> None:
    page.locator("details.of-takes summary").click()
    frames = "Array.from(document.querySelectorAll('.take video'), (film) => Number(film.dataset.frame))"
    until(page, f"({frames}).length === 2 && ({frames}).every((frame) => frame === 0)")
    for _ in range(3):
        page.get_by_role("button", name="One frame on, all takes of taken").click()
    until(page, f"({frames}).every((frame) => frame === 3)")
    both = page.get_by_role("button", name="Play / stop: all takes of taken")
    both.click()
    until(page, f"({frames}).every((frame) => frame > 8)")
    both.click()
    until(page, f"(({frames}))[0] === (({frames}))[1]")


def test_decisions_survive_a_reload_are_saved_and_carried_out(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="Approve: shot taken").click()
    page.get_by_role("button", name="Reject: seam clip0 → clip1").click()
    page.get_by_role("textbox", name="Why: seam clip0 → clip1").fill("Frozen")
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    page.keyboard.press(".")
    page.locator("#stage").click(position={"x": 40, "y": 48})
    page.keyboard.type(EVIL)
    page.keyboard.press("Control+Enter")
    page.reload()
    approved = page.get_by_role("button", name="Approve: shot taken")
    assert approved.get_attribute("aria-pressed") == "true"
    assert EVIL in page.locator("#notes").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save decisions").click()
    saved = folder / "board.review.json"
    assert download.value.suggested_filename == saved.name
    download.value.save_as(saved)
    applied = stitcher.apply_review(saved, folder / "board.yaml")
    assert applied.left == ()
    marks = {one.name: one for one in stitcher.lay_out(load(folder / "board.yaml")).markers}
    assert (marks["Seam to mend: clip1"].frame, marks["Seam to mend: clip1"].note) == (FRAMES, "Frozen")
    (note,) = (one for one in marks.values() if EVIL in one.note)
    assert (note.frame, re.sub(r"(\d+) % down", "…", note.note)) == (
        FRAMES + 1,
        f"{EVIL}\n(at 25 % across and … the picture)",
    )
    assert stitcher.takes(load(folder / "board.yaml")).in_film["taken"].circled
    assert stitcher.apply_review(saved, folder / "board.yaml").changed == ()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible_and_fits(browser: Browser, folder: Path, theme: str, width: int) -> None:
    address = (folder / "review" / "index.html").as_uri()
    for page in opened(browser, address, color_scheme=theme):
        page.set_viewport_size({"width": width, "height": 844})
        page.keyboard.press("a")
        page.keyboard.press("?")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_a_single_file_holds_everything(browser: Browser, folder: Path, tmp_path: Path) -> None:
    made = stitcher.review(load(folder / "board.yaml"), tmp_path / "all.html", single_file=True)
    assert [path.name for path in tmp_path.iterdir()] == ["all.html"]
    for page in opened(browser, made.path.as_uri()):
        page.keyboard.press(".")
        at_frame(page, 1)
        assert seen(page) == (70, 1)
        until(
            page,
            "Array.from(document.images).filter((one) => one.loading !== 'lazy').every((one) => one.complete)",
        )
        page.locator(".shot-picture").first.scroll_into_view_if_needed()
        until(page, "document.querySelector('.shot-picture').naturalWidth === 160")


def test_a_served_page_writes_decisions_as_they_are_made(browser: Browser, folder: Path) -> None:
    with stitcher.serve_review(load(folder / "board.yaml")) as server:
        server.decisions.unlink(missing_ok=True)
        for page in opened(browser, server.url):
            page.keyboard.press("]")
            page.keyboard.press(".")
            at_frame(page, FRAMES + 1)
            assert seen(page) == (71, 1)
            page.keyboard.press("r")
            until(page, "document.getElementById('kept').textContent === 'Written to board.review.json.'")
            written = json.loads(server.decisions.read_text())
            assert [(one["shot"], one["verdict"]) for one in written["shots"]] == [("clip1", "rejected")]
            page.goto(server.origin)
            rejected = page.get_by_role("button", name="Reject: shot clip1")
            until(page, "document.querySelectorAll('[aria-pressed=true]').length === 1")
            assert rejected.get_attribute("aria-pressed") == "true"
