"""Keys of values: every field counts, unless it is excluded by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.content_key import Exclusions, all_but, content_key
from stitcher.delivery.spec import LoudnessTarget, PictureSpec, SoundSpec
from stitcher.media.clip import Colour
from stitcher.media.font_file import FontFile
from stitcher.pictures.title_page import Page
from stitcher.rendering import drawing_key, job, up_to_date
from stitcher.rendering.item_sources import ItemSource
from stitcher.rendering.job import EncodeInput, EncodeJob, Overlay
from stitcher.rendering.mux_job import MuxJob, PacketRun
from stitcher.rendering.soundtrack import Soundtrack
from stitcher.sound import mix
from stitcher.sound.loudness import MeasuredLoudness
from stitcher.sound.mix import mix_key, plan_mix
from stitcher.sound.result import SoundResult
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Cue, GainKey, Sidechain
from stitcher.timeline.picture import Effect, TextOutline, TextShadow, Title
from tests.factories import make_clip, make_sound
from tests.variants import variants


@dataclass(frozen=True)
class Inner:
    number: Fraction = Fraction(1, 2)
    text: str = "a"


@dataclass(frozen=True)
class Outer:
    inner: Inner
    note: str = ""


@dataclass(frozen=True)
class Twin:
    inner: Inner
    note: str = ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(Outer(Inner()), Twin(Inner()), id="the class"),
        pytest.param(Outer(Inner()), Outer(Inner(text="b")), id="a field inside"),
        pytest.param(1, "1", id="a number and its text"),
        pytest.param(1, True, id="a number and a truth"),
        pytest.param(None, "", id="nothing and an empty text"),
        pytest.param(b"ab", "6162", id="bytes and their text"),
        pytest.param(Fraction(1, 3), Fraction(2, 3), id="fractions"),
        pytest.param(("a", "b"), ("ab",), id="where texts end"),
        pytest.param({"a": 1}, {"a": 2}, id="mappings"),
        pytest.param({"a": 1}, [["a", 1]], id="a mapping and its pairs"),
    ],
)
def test_different_values_have_different_keys(one: object, other: object) -> None:
    assert content_key(one) != content_key(other)


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (2, Fraction(2)), ([1], (1,)), (0, -0.0)])
def test_equal_numbers_and_rows_have_one_key_whatever_their_type(one: object, other: object) -> None:
    assert content_key(one) == content_key(other)


def test_the_order_of_a_mapping_does_not_count() -> None:
    assert content_key({"a": 1, "b": 2}) == content_key({"b": 2, "a": 1})


def test_only_what_is_excluded_does_not_count() -> None:
    excluded = {Outer: frozenset({"note"}), Inner: all_but(Inner, "text")}
    key = content_key(Outer(Inner()), excluded=excluded)
    assert key == content_key(Outer(Inner(Fraction(9)), "new"), excluded=excluded)
    assert key != content_key(Outer(Inner(text="b")), excluded=excluded)


def test_a_path_is_refused_because_it_says_nothing_of_what_is_in_the_file() -> None:
    with pytest.raises(TypeError, match="PosixPath"):
        content_key(Path("/x"))


COLOUR = Colour("tv", "bt709", "bt709", "bt709")
CLIP = make_clip(frames=3, colour=COLOUR)
PICTURE = PictureSpec(
    codec="h264",
    encoder="libx264",
    options=("-crf", "18"),
    pixel_format="yuv420p",
    width=320,
    height=192,
    rate=Fraction(24),
    colour=COLOUR,
    codec_tag="avc1",
    seam_options=("-crf", "17"),
    matrix="bt470bg",
)
ENCODE = EncodeJob(
    (EncodeInput(CLIP, FrameRange(0, 2), matrix="bt709", overlays=(Overlay(CLIP, 1),), shot="a"),),
    PICTURE,
    frames=2,
    film_size=(320, 192),
    first_frame=0,
)
LOUD = MeasuredLoudness(-14.0, -1.0, 3.0)
RESULT = SoundResult(
    Path("/a.m4a"), "mov", "aac", 1, 2, 48_000, 96_000, 1024, LOUD, LOUD, 0.5, False, -2.0, ("n",)
)
MUX = MuxJob(
    runs=(PacketRun(CLIP, FrameRange(0, 2)),),
    container="mov",
    rate=Fraction(24),
    colour=COLOUR,
    parameter_sets=b"sets",
    codec_tag="avc1",
    sound=Soundtrack(Path("/a.m4a"), "ab" * 32, RESULT),
    timecode="01:00:00:00",
    title="Film",
)
CUE = Cue(
    "bed",
    "music",
    replace(make_sound(), right=make_sound().stream),
    0,
    48_000,
    1,
    True,
    0.5,
    2,
    3,
    Fraction(2),
    "s",
    "score",
    gain_keys=(GainKey(0, -6.0), GainKey(480, 0.5)),
    pan=-0.25,
    fade_in_curve="s-curve",
    sidechain=Sidechain((Cue("line", "dialogue", make_sound(), 0, 48_000),), -30.0, 960, 4800),
    loop_end_samples=7,
    loop_crossfade_samples=3,
    stretch=Fraction(11, 10),
    reflected_head_samples=2,
    reflected_tail_samples=1,
)
SOUND = SoundSpec("aac", ("-b:a", "192k"), 2, 48_000, "web", insist=True)
TARGET = LoudnessTarget("web", -14.0, limit_dbtp=-2.0, range_lu=(4.0, 9.0), note="n")
TITLE = Title(
    "Harbour",
    24,
    font=FontFile("/a.ttf", "cd" * 32),
    fallbacks=(FontFile("/b.ttf", "ef" * 32, 1),),
    outline=TextOutline(0.05, "#000000"),
    shadow=TextShadow(0.1, 0.1, 0.2, "#000000", 0.5),
)

KEYED: dict[str, tuple[Any, Callable[[Any], str], Exclusions]] = {
    "encoded segment": (ENCODE, lambda value: value.key("ffmpeg 9"), job.NOT_IN_KEY),
    "film": (MUX, lambda value: up_to_date.film_key(value, "joins"), up_to_date.NOT_IN_KEY),
    "title": (
        (TITLE, Page(320, 192, (320, 192), 192.0)),
        lambda value: drawing_key.drawing_key(*value),
        drawing_key.NOT_IN_KEY,
    ),
    "effects": (
        (ItemSource(CLIP, matrix="bt709"), (Effect("MirrorX", (("by", 1),)),)),
        lambda value: drawing_key.drawing_key(*value),
        drawing_key.NOT_IN_KEY,
    ),
    "mix": (
        (plan_mix([CUE], 96_000), SOUND, TARGET),
        lambda value: mix_key(*value, ffmpeg_version="9"),
        mix.NOT_IN_KEY,
    ),
}


@pytest.mark.parametrize("name", KEYED)
def test_whatever_field_changes_changes_the_key_unless_it_is_excluded(name: str) -> None:
    value, key, excluded = KEYED[name]
    before = key(value)
    wrong = [
        path
        for path, changed, counts in variants(value, excluded)
        # One argument more is no change of a field.
        if path != "+" and (key(changed) != before) is not counts
    ]
    assert wrong == []


@pytest.mark.parametrize("name", KEYED)
def test_only_fields_that_exist_are_excluded(name: str) -> None:
    for model, names in KEYED[name][2].items():
        assert names <= {field.name for field in fields(model)}, model
