"""The plan of a mix: order, groups, keys and refusals. Nothing is opened."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.delivery.spec import UNTOUCHED, LoudnessTarget, SoundSpec
from stitcher.errors import MediaRefused, PlanError
from stitcher.media.clip import AudioStream, Sound
from stitcher.sound.channels import bus_shares, pan_expression
from stitcher.sound.mix import (
    Mix,
    cue_shares,
    fade_curves,
    mix_key,
    plan_mix,
)
from stitcher.sound.mix_file import Destination
from stitcher.storyboard.choices import Role
from stitcher.timeline.model import Cue, GainKey

FILM = 480_000
SPEC = SoundSpec("aac", ("-b:a", "192k"), 2, 48_000, "none")


def a_sound(
    name: str = "a.wav", *, channels: int = 2, layout: str = "stereo", seconds: int | None = 10
) -> Sound:
    duration = None if seconds is None else Fraction(seconds)
    return Sound(
        Path("/x") / name,
        "ab" * 32,
        "wav",
        AudioStream(0, "pcm", 48_000, channels, layout, Fraction(0), duration),
    )


def a_cue(start: int = 0, length: int = 48_000, **more: object) -> Cue:
    settings: dict[str, object] = {"name": "bell", "role": "effects", "sound": a_sound()} | more
    return Cue(start_sample=start, length_samples=length, **settings)  # type: ignore[arg-type]  # passed through as given


@given(st.permutations([a_cue(5), a_cue(5, gain_db=-3.0), a_cue(0, 7), a_cue(9, loop=True)]))
def test_the_order_cues_are_given_in_does_not_matter(cues: list[Cue]) -> None:
    assert plan_mix(cues, FILM) == plan_mix(cues[::-1], FILM)


def test_a_cue_after_the_end_of_the_film_is_left_out() -> None:
    assert plan_mix([a_cue(FILM)], FILM).cues == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param(a_cue(-1), "before the film", id="before the film"),
        pytest.param(a_cue(0, 0), "must have a length", id="no length"),
        pytest.param(a_cue(in_offset_samples=-1), "negative part", id="negative offset"),
        pytest.param(a_cue(gain_db=-math.inf), "gain of -inf", id="infinite gain"),
        pytest.param(a_cue(gain_db=math.nan), "gain of nan", id="no gain"),
        pytest.param(a_cue(pan=1.5), "panned to 1.5", id="beyond the right"),
        pytest.param(
            a_cue(gain_keys=(GainKey(5, 0.0), GainKey(5, -3.0))), "not in order", id="two keys at a sample"
        ),
        pytest.param(a_cue(gain_keys=(GainKey(5, math.nan),)), "gain of nan", id="key without a gain"),
        pytest.param(a_cue(fade_out_samples=48_001), "fade longer than itself", id="fade too long"),
        pytest.param(a_cue(fade_in_samples=-1), "negative fade", id="negative fade"),
        pytest.param(a_cue(in_offset_samples=480_000), "skips all of its source", id="nothing left"),
        pytest.param(a_cue(tempo=Fraction(17)), "17 times its speed", id="too fast"),
    ],
)
def test_a_cue_that_cannot_be_played_is_refused_by_name(wrong: Cue, said: str) -> None:
    with pytest.raises(PlanError, match=said) as caught:
        plan_mix([wrong], FILM)
    assert "'bell'" in str(caught.value)


def test_a_layout_that_cannot_be_folded_is_refused_before_anything_is_done() -> None:
    with pytest.raises(MediaRefused, match="16 channels"):
        plan_mix([a_cue(sound=a_sound(channels=16, layout="16 channels"))], FILM)


def key(mix: Mix, spec: SoundSpec = SPEC, target: LoudnessTarget = UNTOUCHED, **more: object) -> str:
    return mix_key(mix, spec, target, **{"ffmpeg_version": "7.1", **more})  # type: ignore[arg-type]  # passed through


def test_the_key_does_not_depend_on_names_and_places() -> None:
    moved = dataclasses.replace(a_sound(), path=Path("/elsewhere/b.wav"))
    renamed = a_cue(name="gong", sound=moved, role_name="bells")
    assert key(plan_mix([a_cue()], FILM)) == key(plan_mix([renamed], FILM))


def test_the_key_says_which_cues_are_a_stem_as_sums_are_rounded_stem_by_stem() -> None:
    together = plan_mix([a_cue(), a_cue(1), a_cue(2)], FILM)
    apart = plan_mix([a_cue(), a_cue(1, role="music"), a_cue(2)], FILM)
    assert key(together) != key(apart)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(a_cue(1), id="start"),
        pytest.param(a_cue(0, 47_999), id="length"),
        pytest.param(a_cue(gain_db=0.001), id="gain"),
        pytest.param(a_cue(loop=True), id="loop"),
        pytest.param(a_cue(fade_in_samples=1), id="fade in"),
        pytest.param(a_cue(fade_out_samples=1), id="fade out"),
        pytest.param(a_cue(in_offset_samples=1), id="offset"),
        pytest.param(a_cue(tempo=Fraction(3, 2)), id="tempo"),
        pytest.param(a_cue(shot="door"), id="usual fade curve"),
        pytest.param(a_cue(fade_in_curve="s-curve"), id="curve of the fade in"),
        pytest.param(a_cue(fade_out_curve="s-curve"), id="curve of the fade out"),
        pytest.param(a_cue(pan=-0.5), id="pan"),
        pytest.param(a_cue(role="dialogue"), id="role, which says where it is in surround"),
        pytest.param(a_cue(loop=True, loop_end_samples=4_800), id="end of the loop"),
        pytest.param(a_cue(loop=True, loop_crossfade_samples=480), id="crossfade of the loop"),
        pytest.param(a_cue(stretch=Fraction(11, 10)), id="stretch"),
        pytest.param(a_cue(reflected_head_samples=1), id="reflected head"),
        pytest.param(a_cue(reflected_tail_samples=1), id="reflected tail"),
        pytest.param(a_cue(gain_keys=(GainKey(0, -6.0),)), id="gain key"),
        pytest.param(a_cue(sound=dataclasses.replace(a_sound(), sha256="cd" * 32)), id="content"),
    ],
)
def test_the_key_changes_with_everything_that_is_heard(other: Cue) -> None:
    assert key(plan_mix([a_cue()], FILM)) != key(plan_mix([other], FILM))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"spec": dataclasses.replace(SPEC, options=("-b:a", "128k"))}, id="bit rate"),
        pytest.param({"spec": dataclasses.replace(SPEC, channels=1)}, id="channels"),
        pytest.param({"target": LoudnessTarget("web", -14.0)}, id="loudness"),
        pytest.param({"target": LoudnessTarget("none", None, note="ask first")}, id="what is said of it"),
        pytest.param({"into": Destination(edit_list=False)}, id="priming"),
        pytest.param({"into": Destination("mkv")}, id="container"),
        pytest.param({"ffmpeg_version": "7.2"}, id="program"),
    ],
)
def test_the_key_changes_with_how_it_is_encoded(changed: dict[str, object]) -> None:
    mix = plan_mix([a_cue()], FILM)
    assert key(mix) != key(mix, **changed)  # type: ignore[arg-type]  # one keyword at a time


def test_placed_sounds_fade_linearly_and_shots_with_equal_power() -> None:
    assert fade_curves(a_cue()) == ("linear", "linear")
    assert fade_curves(a_cue(shot="door")) == ("equal-power", "equal-power")


def test_fades_have_the_curves_a_cue_says() -> None:
    assert fade_curves(a_cue(fade_in_curve="logarithmic", fade_out_curve="s-curve")) == (
        "logarithmic",
        "s-curve",
    )


@pytest.mark.parametrize(
    ("layout", "channels", "stereo", "mono"),
    [
        pytest.param("stereo", 2, None, "mono|c0=0.5*c0+0.5*c1", id="stereo"),
        pytest.param(
            "mono", 1, "stereo|c0=0.707106781*c0|c1=0.707106781*c0", "mono|c0=0.707106781*c0", id="mono"
        ),
        pytest.param(
            "5.1",
            6,
            "stereo|c0=1*c0+0.707106781*c2+0.707106781*c4|c1=1*c1+0.707106781*c2+0.707106781*c5",
            "mono|c0=0.5*c0+0.5*c1+0.707106781*c2+0.353553391*c4+0.353553391*c5",
            id="5.1 by BS.775 without its LFE",
        ),
        pytest.param("2 channels", 2, None, "mono|c0=0.5*c0+0.5*c1", id="a bare count of two"),
    ],
)
def test_channels_are_folded_by_the_stated_shares(
    layout: str, channels: int, stereo: str | None, mono: str
) -> None:
    folds = [pan_expression(bus_shares(Path("a.wav"), layout, channels, bus=bus)) for bus in (2, 1)]
    assert folds == [stereo, mono]


H = "0.707106781"


@pytest.mark.parametrize(
    ("layout", "channels", "placed"),
    [
        pytest.param("stereo", 2, ("1*c0", "1*c1", "", "", "", ""), id="stereo stays in front"),
        pytest.param("mono", 1, (f"{H}*c0", f"{H}*c0", "", "", "", ""), id="mono between left and right"),
        pytest.param("2.1", 3, ("1*c0", "1*c1", "", "1*c2", "", ""), id="an LFE is one"),
        pytest.param("quad", 4, ("1*c0", "1*c1", "", "", "1*c2", "1*c3"), id="quad"),
        pytest.param("4.0", 4, ("1*c0", "1*c1", "1*c2", "", f"{H}*c3", f"{H}*c3"), id="one in the back"),
        pytest.param(
            "5.1(side)",
            6,
            ("1*c0", "1*c1", "1*c2", "1*c3", "1*c4", "1*c5"),
            id="5.1 as it is, of either name",
        ),
        pytest.param("6.1", 7, ("1*c0", "1*c1", "1*c2", "1*c3", f"{H}*c4+1*c5", f"{H}*c4+1*c6"), id="6.1"),
        pytest.param(
            "7.1", 8, ("1*c0", "1*c1", "1*c2", "1*c3", "1*c4+1*c6", "1*c5+1*c7"), id="7.1, its sides added up"
        ),
    ],
)
def test_channels_are_put_into_surround_by_the_stated_shares(
    layout: str, channels: int, placed: tuple[str, ...]
) -> None:
    fold = pan_expression(bus_shares(Path("a.wav"), layout, channels, bus=6))
    sums = (f"c{number}={shares or '0*c0'}" for number, shares in enumerate(placed))
    assert fold == "|".join(("5.1", *sums))


@pytest.mark.parametrize(
    ("role", "centre"), [("dialogue", 1.0), ("music", 0.0), ("effects", 0.0), ("ambience", 0.0)]
)
def test_a_spoken_line_of_one_channel_is_in_the_centre(role: Role, centre: float) -> None:
    ((left, right, middle, *rest),) = cue_shares(
        a_cue(role=role, sound=a_sound(channels=1, layout="mono")), 6
    )
    side = 0.0 if centre else 0.707107
    assert [float(share) for share in (left, right, middle, *rest)] == pytest.approx(
        [side, side, centre, 0, 0, 0], abs=1e-6
    )


@pytest.mark.parametrize("spoken", [False, True], ids=["heard", "spoken"])
@pytest.mark.parametrize("pan", [-1.0, -0.4, 0.0, 0.7, 1.0])
@pytest.mark.parametrize(
    ("layout", "channels"),
    [("mono", 1), ("stereo", 2), ("2.1", 3), ("3.0", 3), ("4.0", 4), ("quad", 4), ("5.0(side)", 5), ("5.1", 6),
     ("6.1", 7), ("7.1", 8), ("7.1(wide)", 8)],
)  # fmt: skip
def test_a_surround_film_folds_down_to_the_stereo_one(
    layout: str, channels: int, pan: float, spoken: bool
) -> None:
    path = Path("a.wav")
    around, stereo = (
        np.array(bus_shares(path, layout, channels, bus=bus, pan=pan, spoken=spoken), float) for bus in (6, 2)
    )
    assert around @ np.array(bus_shares(path, "5.1", 6), float) == pytest.approx(stereo, abs=2e-9)


@pytest.mark.parametrize(
    ("layout", "channels"), [("ambisonic 1", 4), ("16 channels", 16), ("hexadecagonal", 16)]
)
def test_a_layout_without_a_fold_down_is_refused(layout: str, channels: int) -> None:
    with pytest.raises(MediaRefused, match="no stereo fold-down"):
        bus_shares(Path("a.wav"), layout, channels)


@pytest.mark.parametrize(
    ("channels", "pan", "left", "right"),
    [
        pytest.param(1, -1.0, (1,), (0,), id="mono, wholly to the left"),
        pytest.param(1, 0.5, (0.382683,), (0.92388,), id="mono, half way to the right with equal power"),
        pytest.param(2, 1.0, (0, 0), (0, 1), id="stereo, its left turned down"),
        pytest.param(2, -0.5, (1, 0), (0, 0.707107), id="stereo, balanced to the left"),
    ],
)
def test_pan_moves_mono_with_equal_power_and_balances_what_is_wider(
    channels: int, pan: float, left: tuple[float, ...], right: tuple[float, ...]
) -> None:
    shares = cue_shares(
        a_cue(pan=pan, sound=a_sound(channels=channels, layout="mono" if channels == 1 else "stereo"))
    )
    assert [float(pair[0]) for pair in shares] == pytest.approx(left, abs=1e-6)
    assert [float(pair[1]) for pair in shares] == pytest.approx(right, abs=1e-6)
