"""The drawn twins of real files: what is found in each, and that films of them show what they show."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import stitcher
from stitcher.media.decoder_config import decoder_sets
from stitcher.media.probe import probe, probe_sound
from stitcher.media.strict_decode import strict_decode

TWINS = Path(__file__).parents[1] / "fixtures/twins"
FOUND = {
    "gen4-10s.mp4": (242, Fraction(242, 24), (320, 180)),
    "veo-tail.mp4": (24, Fraction(1), (320, 180)),
    "veo-no-tail.mp4": (24, Fraction(1), (320, 180)),
    "late.mp4": (48, Fraction(2), (320, 180)),
    "joined.mp4": (48, Fraction(2), (320, 180)),
    "cut-open-group.mkv": (72, Fraction(3), (320, 180)),
    "call.webm": (48, Fraction(2), (320, 180)),
    "camera.mov": (25, Fraction(1), (192, 144)),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_in_a_twin_is_what_players_show(name: str) -> None:
    clip = probe(TWINS / name)
    assert (clip.video.frames, clip.duration, clip.video.shown_size) == FOUND[name]


def test_a_last_picture_that_is_held_lasts_as_long_as_its_sound() -> None:
    clip = probe(TWINS / "held.mp4")
    assert clip.video.frames == 48
    assert abs(clip.duration - 5) < Fraction(1, 24)


def test_ten_seconds_of_gen4_have_one_clean_start() -> None:
    video = probe(TWINS / "gen4-10s.mp4").video
    assert [key.kind for key in video.keys] == ["idr", *["i"] * (len(video.keys) - 1)]
    assert len(video.keys) > 1
    assert video.colour.untagged


def test_a_tail_of_the_record_makes_no_other_parameter_sets() -> None:
    one, two = (probe(TWINS / name).video for name in ("veo-tail.mp4", "veo-no-tail.mp4"))
    assert one.parameter_sets != two.parameter_sets
    assert decoder_sets("h264", one.parameter_sets) == decoder_sets("h264", two.parameter_sets)
    plan = stitcher.plan(
        stitcher.lay_out(
            stitcher.assemble([TWINS / "veo-tail.mp4", TWINS / "veo-no-tail.mp4"], transition="cut")
        )
    )
    assert (plan.copied_frames, plan.encoded_frames) == (48, 0)


def test_streamed_speech_is_heard_to_its_end() -> None:
    sound = probe_sound(TWINS / "speech.wav")
    assert sound.stream.duration == 1


@pytest.mark.slow
def test_a_film_of_all_twins_shows_every_picture_of_theirs(tmp_path: Path) -> None:
    names = [*FOUND, "held.mp4"]
    film = tmp_path / "film.mp4"
    board = stitcher.assemble(
        [TWINS / name for name in names],
        transition="cut",
        size=(320, 180),
        fps=24,
        music=TWINS / "speech.wav",
    )
    made = stitcher.render(
        board, film, options=stitcher.RenderOptions(cache=tmp_path / "cache", verify="full")
    )
    seconds = sum(found[1] for found in FOUND.values()) + probe(TWINS / "held.mp4").duration
    assert abs(made.plan.frames - seconds * 24) <= 1
    assert strict_decode(film, "mov") == made.plan.frames
