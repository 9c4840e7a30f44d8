"""Music inside of clips that a cut runs through: where it is told, and where nothing is cut."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stitcher.media.baked_music import RATE
from stitcher.media.clip import Clip
from stitcher.rendering.cache import Cache
from stitcher.stems.cut_music import cut_music
from stitcher.stems.known_report import known_report
from stitcher.storyboard.accept import Acceptance
from stitcher.timeline.model import Cue, Timeline
from tests.factories import make_sound
from tests.media.test_baked_music import chords, noise
from tests.sound.material import sound
from tests.stems.films import SECOND, placed, planned


def own(shot: str, start: float, seconds: float, *, name: str, **more: Any) -> Cue:
    """A shot's own sound."""
    cue = placed(make_sound(path=f"/{name}.wav", duration=Fraction(10)), "ambience", start, seconds)
    return replace(cue, **{"shot": shot, "fade_out_samples": 240, "fade_in_samples": 240, **more})


@pytest.fixture
def music(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in a file that is called so is music."""
    monkeypatch.setattr(
        "stitcher.stems.cut_music.is_music_at", lambda sound, moment, side: "music" in sound.path.stem
    )


def shots_of(film: Timeline, *names: str) -> Timeline:
    """The film with its shots called so, each made of the file that its own sound is in."""
    own = {cue.shot: cue.sound.sha256 for cue in film.cues}
    items = []
    for item, name in zip(film.items, names, strict=True):
        assert isinstance(item.source, Clip)
        source = replace(item.source, sha256=own.get(name, item.source.sha256))
        items.append(replace(item, shot=name, source=source))
    return replace(film, items=tuple(items))


def told(*cues: Cue, voices: bool = False) -> list[tuple[str, str]]:
    film = shots_of(planned(list(cues)).timeline, "s0", "s1")
    if voices:
        apart = [replace(cue, sound=replace(cue.sound, sha256="1" * 64)) for cue in film.cues]
        film = replace(film, cues=tuple(apart))
    return [(finding.where, finding.text) for finding in cut_music(film)]


@pytest.mark.usefixtures("music")
def test_music_that_breaks_off_at_a_cut_is_told_in_one_line() -> None:
    assert told(own("s0", 0, 2, name="music"), own("s1", 2, 2, name="music2")) == [
        (
            "s0",
            (
                "Music in the own sound of 's0' breaks off as 's1' begins, at 2 s: 'sound: mute' leaves its sound out, "
                "'sound: voice' all but voices."
            ),
        )
    ]


@pytest.mark.usefixtures("music")
def test_music_that_begins_in_its_middle_is_told() -> None:
    cues = own("s0", 0, 2, name="talk"), own("s1", 2, 2, name="music", in_offset_samples=SECOND)
    ((where, text),) = told(*cues)
    assert where == "s1"
    assert "begins in its middle, at 2 s" in text


@pytest.mark.usefixtures("music")
@pytest.mark.parametrize(
    "cues",
    [
        pytest.param([own("s0", 0, 2, name="talk"), own("s1", 2, 2, name="rain")], id="no music"),
        pytest.param([own("s0", 0, 2, name="music", fade_out_samples=SECOND)], id="faded out"),
        pytest.param([own("s0", 0, 2, name="music", gain_db=-40.0)], id="turned down"),
        pytest.param([own("s1", 2, 2, name="music")], id="from its beginning to the film's end"),
        pytest.param(
            [own("s0", 0, 2, name="music"), own("s1", 2, 2, name="music", in_offset_samples=2 * SECOND)],
            id="going on in the next shot",
        ),
        pytest.param([replace(own("s0", 0, 2, name="music"), shot=None)], id="placed by somebody"),
        pytest.param([], id="silent clips"),
    ],
)
def test_what_is_not_cut_is_not_told(cues: list[Cue]) -> None:
    assert told(*cues) == []


@pytest.mark.usefixtures("music")
def test_a_voice_that_was_taken_out_of_a_shot_is_no_music() -> None:
    assert told(own("s0", 0, 2, name="music"), voices=True) == []


@pytest.mark.slow
@pytest.mark.parametrize("accepted", [None, "a radio in the scene"])
def test_a_report_names_it_without_a_mix_and_accepts_what_is_meant(
    tmp_path: Path, accepted: str | None
) -> None:
    def file(name: str, wave: np.ndarray[Any, Any]) -> Cue:
        stereo = np.repeat(
            np.interp(np.arange(3 * SECOND) / SECOND, np.arange(len(wave)) / RATE, wave)[:, None], 2, 1
        )
        start = 3.0 * (name == "b")
        cue = placed(
            sound(tmp_path / f"{name}.wav", (0.1 * stereo).astype(np.float32)), "ambience", start, 3.0
        )
        return replace(cue, shot=name, fade_in_samples=240, fade_out_samples=240)

    plan = planned([file("a", chords()), file("b", noise())], seconds=(3, 3))
    accept = (
        () if accepted is None else (Acceptance.model_validate({"finding": "cut-music", "reason": accepted}),)
    )
    report = known_report(
        replace(plan, timeline=replace(shots_of(plan.timeline, "a", "b"), accept=accept)),
        Cache.at(tmp_path / "cache"),
    )
    assert report is not None
    assert [(one.kind, one.where, one.accepted) for one in report.findings] == [("cut-music", "a", accepted)]
    assert "cut-music" not in report.not_measured
