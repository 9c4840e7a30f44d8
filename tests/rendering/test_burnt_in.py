"""Burnt-in captions: the frames under them are encoded, all others are what they are without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import pytest

from stitcher.captions.track import CaptionTrack, FilmCaption
from stitcher.delivery.packaging_settings import StillSettings
from stitcher.media.probe import probe
from stitcher.rendering.burnt_in import burnt_in_notes
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.plan import plan
from stitcher.rendering.segments import Copied
from stitcher.timeline.model import Timeline
from tests.captions.samples import caption
from tests.factories import make_clip
from tests.footage import make_coded_clip
from tests.rendering.films import delivery, dissolve, film


def burnt(timeline: Timeline, *captions: FilmCaption, language: str = "en") -> Timeline:
    track = CaptionTrack(language, captions, outputs=("burnt-in",))
    return replace(timeline, captions=(*timeline.captions, track))


CLIP = make_clip(frames=120, group=12)


def test_runs_are_copied_between_captions() -> None:
    timeline = burnt(film([CLIP]), caption(24, 36, "one"), caption(60, 70, "two"))
    runs = [
        (type(s) is Copied, s.record_range.start, s.record_range.stop)
        for s in plan(timeline, delivery()).segments
    ]
    assert runs == [(True, 0, 24), (False, 24, 36), (True, 36, 60), (False, 60, 72), (True, 72, 120)]


def test_the_plan_says_why() -> None:
    made = plan(burnt(film([CLIP]), caption(24, 36, "one")), delivery())
    assert [segment.reason for segment in made.encoded] == ["captions are burnt in"]


def test_captions_over_a_dissolve_are_encoded_with_it() -> None:
    timeline = burnt(film([CLIP, CLIP], [dissolve(12)]), caption(100, 130, "over it"))
    reasons = "; ".join(segment.reason for segment in plan(timeline, delivery()).encoded)
    assert "dissolve of 12 frames into s1" in reasons
    assert "captions are burnt in" in reasons


def test_captions_that_are_not_burnt_in_change_no_plan() -> None:
    timeline = film([CLIP])
    track = CaptionTrack("en", (caption(24, 36, "one"),), outputs=("track",))
    assert (
        plan(replace(timeline, captions=(track,)), delivery()).segments == plan(timeline, delivery()).segments
    )


def test_stills_have_none() -> None:
    still = replace(delivery(), packaging=StillSettings(image="jpg", at="auto", quality=2))
    assert burnt_in_notes(burnt(film([CLIP]), caption(0, 24, "x " * 90)), still) == ()


def test_two_tracks_in_one_place_are_told() -> None:
    timeline = burnt(burnt(film([CLIP]), caption(0, 24, "one")), caption(30, 40, "eins"), language="de")
    assert "Captions en and de are both burnt in at the bottom" in burnt_in_notes(timeline, delivery())[0]


def pictures(path: Path) -> list[bytes]:
    with av.open(str(path)) as source:
        return [frame.to_ndarray().tobytes() for frame in source.decode(video=0)]


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["master-copy", "master-prores-hq"])
def test_only_the_frames_of_a_caption_differ(tmp_path: Path, preset: str) -> None:
    clip = make_coded_clip(tmp_path / "a.mp4", 1, 48, size=(320, 192), options=["-g", "12", "-bf", "0"])
    plain = film([probe(clip)])
    captions = [caption(14, 30, "Words"), caption(20, 26, "and more", "line:0"), caption(46, 48, "end")]
    suffix = "mov" if "prores" in preset else "mp4"
    made = {}
    for name, timeline in (("without", plain), ("with", burnt(plain, *captions))):
        out = tmp_path / f"{name}.{suffix}"
        render(prepare(timeline, preset=preset), out, RenderOptions(cache=tmp_path / "cache"))
        made[name] = pictures(out)
    differ = {
        n for n, (one, other) in enumerate(zip(made["without"], made["with"], strict=True)) if one != other
    }
    shown = {*range(14, 30), 46, 47}
    # From the end of a caption on, frames are encoded up to the next that can be copied.
    again = set() if preset == "master-prores-hq" else set(range(30, 36))
    assert shown <= differ <= shown | again
