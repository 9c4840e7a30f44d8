"""What sources are turned into unasked is named, one kind at a time, with the shots."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from stitcher.delivery.spec import DeliverySpec, SoundSpec
from stitcher.media.audible_streams import own_sound
from stitcher.media.clip import Clip, Colour
from stitcher.rendering.conversions import Conversion, conversions
from stitcher.timeline.model import Cue, Timeline
from stitcher.timeline.picture import Effect, Title
from tests.factories import make_audio, make_clip
from tests.rendering.films import delivery, film

BT709 = Colour("tv", "bt709", "bt709", "bt709")
PQ = Colour("tv", "bt2020", "smpte2084", "bt2020nc")
HLG = Colour("tv", "bt2020", "arib-std-b67", "bt2020nc")


def made(pixel_format: str = "yuv420p", colour: Colour = BT709) -> DeliverySpec:
    plain = delivery(colour=colour)
    return replace(plain, picture=replace(plain.picture, pixel_format=pixel_format))


def interlaced() -> Clip:
    clip = make_clip(colour=BT709)
    return replace(clip, video=replace(clip.video, field_order="tt"))


def of(clip: Clip, settled: DeliverySpec | None = None) -> tuple[Conversion, ...]:
    """What happens to the second of two shots of which the first is as the film is."""
    settled = settled or made()
    own = make_clip(pixel_format=settled.picture.pixel_format, colour=settled.picture.colour)
    return conversions(film([own, clip], size=(1280, 720)), settled)


@pytest.mark.parametrize(
    ("clip", "settled", "kind", "text"),
    [
        ({"colour": PQ}, made(), "tone-mapping", "HDR (PQ) is tone-mapped to SDR: s1"),
        ({"colour": HLG}, made(), "tone-mapping", "HDR (HLG) is tone-mapped to SDR: s1"),
        (
            {"colour": BT709},
            made(colour=HLG),
            "raising-to-hdr",
            "SDR is raised to HDR (HLG), its white to 203 nits: s1",
        ),
        ({"colour": PQ}, made(colour=HLG), "hdr-transfer", "PQ is converted to HLG: s1"),
        ({"colour": HLG}, made(colour=PQ), "hdr-transfer", "HLG is converted to PQ: s1"),
        ({"rate": 30}, made(), "rate", "the rate (30) is made 24: s1"),
        ({"rate": Fraction(24000, 1001)}, made(), "rate", "the rate (23.976) is made 24: s1"),
        ({"rate": None, "pts": (0, 40, 90)}, made(), "rate", "the rate (variable) is made 24: s1"),
        (
            {"size": (1200, 720), "sample_aspect": Fraction(16, 15)},
            made(),
            "pixel-aspect",
            "pixels that are not square (16:15) are made square: s1",
        ),
        ({"pixel_format": "yuva420p"}, made(), "alpha", "transparency is laid over black: s1"),
        ({"pixel_format": "bgra"}, made("gbrp"), "alpha", "transparency is laid over black: s1"),
        ({"pixel_format": "yuv444p"}, made(), "chroma", "4:4:4 colour is stored as 4:2:0: s1"),
        ({"pixel_format": "yuv422p"}, made(), "chroma", "4:2:2 colour is stored as 4:2:0: s1"),
        ({"pixel_format": "yuv444p"}, made("yuv422p"), "chroma", "4:4:4 colour is stored as 4:2:2: s1"),
        ({"pixel_format": "bgr0"}, made(), "chroma", "RGB colour is stored as 4:2:0: s1"),
        (
            {"pixel_format": "yuv420p10le", "bit_depth": 10},
            made(),
            "bit-depth",
            "10 bits are made 8: s1",
        ),
    ],
)
def test_a_conversion_of_the_picture_is_named(
    clip: dict[str, Any], settled: DeliverySpec, kind: str, text: str
) -> None:
    assert of(make_clip(**{"colour": BT709, **clip}), settled) == (Conversion(kind, ("s1",), text),)  # type: ignore[arg-type]  # one of the kinds


def test_deinterlacing_is_named() -> None:
    (told,) = of(interlaced())
    assert (told.kind, told.text) == ("deinterlacing", "interlaced pictures are made progressive: s1")


@pytest.mark.parametrize("name", ["yuv420p", "yuv422p10le", "gbrap12le", "gray"])
@pytest.mark.parametrize("colour", [Colour(), BT709, HLG])
def test_clips_that_are_as_the_film_is_say_nothing(name: str, colour: Colour) -> None:
    settled = made(name, colour)
    clip = make_clip(pixel_format=name, bit_depth=8, colour=colour, audio=(make_audio(),))
    assert conversions(film([clip, clip, Title("End", 24)]), settled) == ()


@pytest.mark.parametrize(
    ("source", "settled"),
    [
        ("yuv420p", "yuv444p"),
        ("yuv420p", "yuv420p10le"),
        ("yuv422p", "yuva444p10le"),
        ("gray", "yuv420p"),
        ("yuvj420p", "yuv420p"),
    ],
)
def test_a_format_that_holds_more_loses_nothing(source: str, settled: str) -> None:
    assert of(make_clip(pixel_format=source, colour=BT709), made(settled)) == ()


def test_untagged_clips_in_a_film_of_tagged_ones_are_sdr_all_the_same() -> None:
    assert of(make_clip(), made(colour=BT709)) == ()
    assert [told.kind for told in of(make_clip(), made(colour=PQ))] == ["raising-to-hdr"]


def test_an_effect_takes_a_deep_shot_to_eight_bits() -> None:
    deep = make_clip(pixel_format="yuv420p10le", bit_depth=10)
    (told,) = conversions(film([deep], effects=(Effect("MirrorX"),)), made("yuv420p10le"))
    assert told.text == "10 bits are made 8: s0"


def test_one_line_holds_all_shots_of_a_kind_and_is_short() -> None:
    clips = [make_clip(rate=24 + (place % 3), colour=BT709) for place in range(13)]
    (told,) = conversions(film(clips), made())
    assert told.text == "the rate (25 and 26) is made 24: s1, s2, s4, s5, s7, s8 and 2 more"
    assert told.shots == ("s1", "s2", "s4", "s5", "s7", "s8", "s10", "s11")


def test_content_credentials_that_a_film_does_not_have_are_named_with_their_shots() -> None:
    (told,) = of(replace(make_clip(colour=BT709), has_credentials=True))
    assert (told.kind, told.shots) == ("provenance", ("s1",))
    assert told.text.startswith("Content Credentials (C2PA) are not carried over")


def test_each_kind_has_its_own_line() -> None:
    clip = make_clip(pixel_format="yuv422p10le", bit_depth=10, colour=PQ, rate=25)
    assert [told.kind for told in of(clip)] == ["tone-mapping", "rate", "chroma", "bit-depth"]


def sounding(heard: bool) -> Timeline:
    clip = make_clip(colour=BT709, audio=(make_audio(index=1), make_audio(index=2)))
    timeline = film([make_clip(colour=BT709), clip])
    own = Cue("s1", "dialogue", own_sound(clip), 0, 48_000, shot="s1")
    return replace(timeline, cues=(own,) if heard else ())


def test_sound_streams_that_are_left_out_are_named() -> None:
    settled = replace(made(), sound=SoundSpec("aac", (), 2, 48_000, "none"))
    (told,) = conversions(sounding(heard=True), settled)
    assert (told.kind, told.shots) == ("sound-streams", ("s1",))
    assert told.text == "of several sound streams only the one players play is heard: s1"


def test_sound_that_nobody_wants_is_not_named() -> None:
    settled = replace(made(), sound=SoundSpec("aac", (), 2, 48_000, "none"))
    assert conversions(sounding(heard=False), settled) == ()
    assert conversions(sounding(heard=True), made()) == ()


def test_what_is_cut_away_is_named_with_how_much_of_which_shots() -> None:
    settled = made()
    upright = replace(settled, picture=replace(settled.picture, width=1080, height=1920, fit="crop"))
    wide, square = make_clip(colour=BT709), make_clip(colour=BT709, size=(720, 720))
    (told,) = conversions(film([wide, square, wide, Title("End", 24)]), upright)
    assert (told.kind, told.shots) == ("cropping", ("s0", "s1", "s2"))
    assert told.text == (
        "68 % of the width is cut away: s0, s2; 68 % of the width and 44 % of the height is cut away: s1"
    )
    assert conversions(film([wide], film_fit="blur"), upright) == ()
    assert conversions(film([wide]), replace(upright, picture=replace(upright.picture, fit="pad"))) == ()
