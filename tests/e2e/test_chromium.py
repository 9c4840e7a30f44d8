"""Films play through in a browser, with every frame shown and none broken."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import stitcher
from tests.conftest import require
from tests.footage import Footage
from tests.sound.delivered import CLICKS, KINDS, delivered

PAGE = """<!doctype html><meta charset="utf-8"><video id="v" src="FILM" muted></video><script>
const v = document.getElementById("v");
const tell = (facts) => fetch("/told", {method: "POST", body: JSON.stringify(facts)});
v.playbackRate = RATE;
v.onerror = () => tell({error: v.error.code + " " + v.error.message});
v.onended = () => {
  const q = v.getVideoPlaybackQuality();
  tell({total: q.totalVideoFrames, dropped: q.droppedVideoFrames, corrupted: q.corruptedVideoFrames,
        seconds: v.duration, width: v.videoWidth, height: v.videoHeight,
        sound: v.webkitAudioDecodedByteCount});
};
v.play().catch((e) => tell({error: String(e)}));
</script>"""


class _Handler(SimpleHTTPRequestHandler):
    told: queue.Queue[dict[str, float]]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.told.put(json.loads(self.rfile.read(length)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Requests are not news here."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, queue.Queue[dict[str, float]]]]:
    """The test's folder over loopback, and what pages in it tell."""
    told: queue.Queue[dict[str, float]] = queue.Queue()
    handler = type("Handler", (_Handler,), {"told": told})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", told
        finally:
            server.shutdown()
            thread.join()


def play(
    film: Path, url: str, told: queue.Queue[dict[str, float]], folder: Path, *, rate: float
) -> dict[str, float]:
    """What the browser says of having played `film` to its end, at `rate` times its speed."""
    return shown(PAGE.replace("FILM", film.name).replace("RATE", str(rate)), url, told, folder)


def shown(page: str, url: str, told: queue.Queue[dict[str, float]], folder: Path) -> dict[str, float]:
    """What a page tells."""
    chromium = require("chromium")
    (folder / "play.html").write_text(page)
    argv = [
        *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--autoplay-policy=no-user-gesture-required", f"--user-data-dir={folder / 'profile'}"),
        *("--remote-debugging-port=0", f"{url}/play.html"),
    ]
    browser = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return told.get(timeout=90)
    finally:
        browser.terminate()
        browser.wait(30)


SOUND_PAGE = """<!doctype html><meta charset="utf-8"><script>
const tell = (facts) => fetch("/told", {method: "POST", body: JSON.stringify(facts)});
(async () => {
  const film = await (await fetch("FILM")).arrayBuffer();
  const heard = (await new OfflineAudioContext(1, 1, 48000).decodeAudioData(film));
  const samples = heard.getChannelData(0), facts = {samples: heard.length};
  for (const place of PLACES) {
    let best = place - 2400;
    for (let at = best; at < place + 2400; at++)
      if (Math.abs(samples[at]) > Math.abs(samples[best])) best = at;
    facts[place] = best - place;
  }
  tell(facts);
})().catch((e) => tell({error: String(e)}));
</script>"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith("pcm")])
def test_clicks_are_at_their_place(
    tmp_path: Path, served: tuple[str, queue.Queue[dict[str, float]]], kind: str
) -> None:
    film = delivered(tmp_path, KINDS[kind])
    page = SOUND_PAGE.replace("FILM", film.name).replace("PLACES", str(list(CLICKS)))
    said = shown(page, *served, tmp_path)
    assert said.get("error") is None
    assert {str(place): said[str(place)] for place in CLICKS} == {
        str(place): pytest.approx(0, abs=48 if kind != "opus in mp4" else 312) for place in CLICKS
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("transition", "preset"),
    [
        pytest.param("match", "master-copy", id="copied packets"),
        pytest.param("dissolve", "master-copy", id="copied and encoded packets"),
        pytest.param("dissolve", "draft", id="all encoded"),
    ],
)
def test_films_play_through(
    footage: Footage,
    tmp_path: Path,
    served: tuple[str, queue.Queue[dict[str, float]]],
    transition: str,
    preset: str,
) -> None:
    clips = [footage.clip(n, size=(640, 360), frames=33, audio="tone") for n in (1, 2, 3)]
    plays_through(clips, tmp_path, served, transition=transition, preset=preset)


@pytest.mark.slow
@pytest.mark.parametrize("transition", ["cut", "dissolve"])
def test_films_of_several_encoders_play_through(
    footage: Footage, tmp_path: Path, served: tuple[str, queue.Queue[dict[str, float]]], transition: str
) -> None:
    kinds: list[dict[str, Any]] = [
        {"options": ("-crf", "20", "-g", "11")},
        {"codec": "libopenh264", "options": ("-b:v", "500k", "-g", "11")},
        {"options": ("-profile:v", "baseline", "-b:v", "400k", "-g", "11")},
    ]
    clips = [
        footage.clip(n, size=(640, 360), frames=33, audio="tone", **how) for n, how in enumerate(kinds, 1)
    ]
    film = plays_through(clips, tmp_path, served, transition=transition, preset="master-copy")
    assert film.copied_frames >= (99 if transition == "cut" else 30)


def plays_through(
    clips: list[Path],
    tmp_path: Path,
    served: tuple[str, queue.Queue[dict[str, float]]],
    *,
    transition: str,
    preset: str,
) -> stitcher.Film:
    """A film of these clips, of which the browser shows every frame."""
    board = stitcher.assemble(clips, transition=transition)
    film = stitcher.render(
        board, tmp_path / "film.mp4", preset=preset, options=stitcher.RenderOptions(cache=tmp_path / "cache")
    )
    for rate in (0.5, 0.25, 0.125):
        # A browser drops frames when the machine is busy, whatever the film: slower, it has more time for each, and a
        # broken film drops them all the same.
        said = play(film.paths[0], *served, tmp_path, rate=rate)
        if not said.get("dropped"):
            break
    frames = film.plan.frames
    assert said.get("error") is None
    assert said["total"] == frames
    assert (said["dropped"], said["corrupted"]) == (0, 0)
    assert said["seconds"] == pytest.approx(frames / 24, abs=0.03)
    assert said["sound"] > 0
    return film
