"""Clips' own sound as it is heard in a film, measured on samples."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import stitcher
from stitcher.delivery.spec import UNTOUCHED
from stitcher.sound.mix import plan_mix
from stitcher.sound.mixdown import render_sound
from stitcher.sound.store import Workshop
from stitcher.storyboard.model import Storyboard
from tests.footage import make_coded_clip, run_ffmpeg
from tests.sound.material import WAV, Samples, loudest, read

pytestmark = pytest.mark.slow


def heard(board: Storyboard, folder: Path) -> Samples:
    """The film's mix before any encoder of a deliverable, `(samples, 2)`."""
    film = stitcher.lay_out(board)
    mix = plan_mix(film.cues, film.samples)
    made = render_sound(mix, WAV, UNTOUCHED, folder / "mix.wav", work=Workshop(folder))
    assert made.samples == film.samples
    return read(made.path)


def board(folder: Path, *shots: Mapping[str, object], **more: object) -> Storyboard:
    """A storyboard of shots whose clips lie in `folder`."""
    data = {"stitcher": 1, "shots": list(shots), **more}
    return Storyboard.model_validate(data, context={"folder": folder})


def with_sound(path: Path, expression: str, *, frames: int = 49, codec: str = "flac") -> Path:
    """A clip whose sound is an expression of the time in seconds, a channel each."""
    picture = make_coded_clip(path.with_name(f"silent-{path.stem}.mp4"), 1, frames)
    sound = f"aevalsrc={expression}:s=48000:d={frames / 24}"
    run_ffmpeg(
        *(
            "-i",
            str(picture),
            "-f",
            "lavfi",
            "-i",
            sound,
            "-c:v",
            "copy",
            "-c:a",
            codec,
            "-shortest",
            str(path),
        )
    )
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two clips that end and begin in the swing of their waves, far apart."""
    return (
        with_sound(tmp_path / "k1.mkv", "0.5*sin(2*PI*110*t)+0.3"),
        with_sound(tmp_path / "k2.mkv", "0.5*sin(2*PI*110*t+2)-0.3"),
    )


def steps(samples: Samples) -> float:
    """The largest difference of neighbouring samples, silence before and after included."""
    return float(np.abs(np.diff(np.pad(samples[:, 0], 1))).max())


@pytest.mark.parametrize("transition", ["cut", "match"])
def test_a_hard_cut_does_not_click(pair: tuple[Path, Path], tmp_path: Path, transition: str) -> None:
    film = heard(stitcher.assemble(pair, transition=transition), tmp_path)
    # The tone's own steps are 0.007 in the file and 0.005 on the bus.
    assert steps(film) < 0.015


def test_a_cut_to_and_from_a_title_does_not_click(pair: tuple[Path, Path], tmp_path: Path) -> None:
    card = {"id": "t", "title": {"text": "x", "duration": "12f"}, "transition": "cut"}
    shots = (
        {"id": "a", "clip": str(pair[0])},
        card,
        {"id": "b", "clip": str(pair[1]), "in": "7f", "out": "31f", "transition": "cut"},
    )
    assert steps(heard(board(tmp_path, *shots), tmp_path)) < 0.015


def test_sound_that_goes_on_across_a_cut_is_left_alone(pair: tuple[Path, Path], tmp_path: Path) -> None:
    clip = str(pair[0])
    whole = heard(board(tmp_path, {"id": "a", "clip": clip}, format={"fps": "30000/1001"}), tmp_path)
    in_two = heard(
        board(
            tmp_path,
            {"id": "a", "clip": clip, "out": "25f"},
            {"id": "b", "clip": clip, "in": "25f", "transition": "cut"},
            format={"fps": "30000/1001"},
        ),
        tmp_path,
    )
    shared = min(len(whole), len(in_two)) - 400
    assert np.abs(whole[:shared] - in_two[:shared]).max() < 1e-4


@pytest.mark.parametrize(
    ("name", "picture", "sound"),
    [
        ("w.wmv", "wmv2", "wmav2"),
        ("w.wmv", "wmv2", "wmav1"),
        ("w.mkv", "mpeg4", "wmav2"),
        ("w.mkv", "mpeg4", "aac"),
        ("w.mkv", "mpeg4", "libopus"),
        ("w.mov", "mpeg4", "aac"),
        ("w.ts", "mpeg2video", "aac"),
        ("w.ts", "mpeg2video", "mp2"),
    ],
)
def test_a_clips_sound_is_heard_when_its_picture_is_seen(
    tmp_path: Path, name: str, picture: str, sound: str
) -> None:
    click = "aevalsrc='if(between(t,1,1.001),sin(2*PI*3000*t),0)':s=44100:d=2"
    run_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=2", "-f", "lavfi", "-i", click),
        *("-c:v", picture, "-c:a", sound, *(("-ar", "48000") if sound == "libopus" else ())),
        str(tmp_path / name),
    )
    film = heard(stitcher.assemble([tmp_path / name]), tmp_path)
    # ASF and Matroska keep milliseconds.
    assert loudest(film, 48_024, 9_600) == pytest.approx(48_024, abs=60)
    assert len(film) == round(Fraction(2) * 48_000)


def with_streams(path: Path, *hertz: int, options: tuple[str, ...] = (), frames: int = 25) -> Path:
    """A clip with a mono sine in each of its sound streams."""
    picture = make_coded_clip(path.with_name(f"silent-{path.stem}.mp4"), 1, frames)
    inputs = [
        part for tone in hertz for part in ("-f", "lavfi", "-i", f"sine={tone}:r=48000:d={frames / 24}")
    ]
    maps = [part for place in range(1, len(hertz) + 1) for part in ("-map", f"{place}:a")]
    run_ffmpeg("-i", str(picture), *inputs, "-map", "0:v", *maps, "-c:v", "copy", *options, str(path))
    return path


def pitch(samples: Samples, channel: int = 0) -> int:
    """The strongest frequency, in Hz."""
    spectrum = np.abs(np.fft.rfft(samples[:48_000, channel]))
    return int(np.argmax(spectrum))


SECOND_DEFAULT = ("-disposition:a:0", "0", "-disposition:a:1", "default")


@pytest.mark.parametrize(
    ("name", "options", "hertz"),
    [
        ("two.mp4", ("-c:a", "aac", *SECOND_DEFAULT), 2000),
        ("two.mp4", ("-c:a", "aac"), 200),
        ("two.mkv", ("-c:a", "libopus", *SECOND_DEFAULT), 2000),
        ("two.mkv", ("-c:a", "flac"), 200),
        ("two.mov", ("-c:a", "pcm_s16le", *SECOND_DEFAULT), 2000),
    ],
)
def test_the_sound_players_play_is_heard(
    tmp_path: Path, name: str, options: tuple[str, ...], hertz: int
) -> None:
    clip = with_streams(tmp_path / name, 200, 2000, options=options)
    film = heard(stitcher.assemble([clip]), tmp_path)
    assert (pitch(film), pitch(film, 1)) == (hertz, hertz)


@pytest.mark.parametrize("stream", [1, 2, 3])
def test_another_sound_can_be_chosen_for_a_shot_and_for_a_cue(tmp_path: Path, stream: int) -> None:
    clip = str(with_streams(tmp_path / "three.mkv", 200, 700, 2000, options=("-c:a", "flac")))
    own = board(tmp_path, {"id": "a", "clip": clip, "sound": {"stream": stream}})
    placed = board(
        tmp_path,
        {"id": "a", "clip": clip, "sound": "mute"},
        sound=[{"role": "music", "file": clip, "stream": stream}],
    )
    wanted = (200, 700, 2000)[stream - 1]
    assert (pitch(heard(own, tmp_path)), pitch(heard(placed, tmp_path))) == (wanted, wanted)


@pytest.mark.parametrize("suffix", [".mov", ".mkv", ".mxf"])
def test_a_cameras_two_mono_streams_are_left_and_right(tmp_path: Path, suffix: str) -> None:
    picture = ("-c:v", "mpeg2video") if suffix == ".mxf" else ()
    clip = with_streams(
        tmp_path / f"camera{suffix}",
        200,
        2000,
        options=("-c:a", "pcm_s16le", *picture, "-disposition:a", "0"),
    )
    film = heard(stitcher.assemble([clip]), tmp_path)
    assert (pitch(film, 0), pitch(film, 1)) == (200, 2000)
    assert np.abs(film).max() == pytest.approx(0.125, abs=0.005)
    assert stitcher.plan(stitcher.assemble([clip])).conversions == ()


def test_several_sounds_are_told(tmp_path: Path) -> None:
    clip = with_streams(tmp_path / "two.mkv", 200, 2000, options=("-c:a", "flac"))
    shots = {"id": "a", "clip": str(clip)}
    cue = {"role": "music", "file": str(clip)}
    told = stitcher.plan(board(tmp_path, shots, sound=[cue]))
    assert [one.kind for one in told.conversions] == ["sound-streams"]
    assert [note for note in told.delivery.notes if "2 sound streams" in note]
    asked = board(
        tmp_path, {**shots, "sound": {"stream": 2}}, sound=[{**cue, "stream": 1}], format={"size": "160x96"}
    )
    assert stitcher.plan(asked).conversions == ()
    assert stitcher.lay_out(asked).notes == ()


@pytest.mark.parametrize(
    ("name", "sound", "late", "options"),
    [
        ("late.mp4", "aac", "0.083", ("-use_editlist", "0")),
        ("late.mkv", "aac", "0.4", ()),
        ("late.mkv", "libopus", "3600", ()),
        ("late.ts", "aac", "0.4", ()),
    ],
)
def test_the_sound_of_a_file_whose_clock_starts_late_stays_with_its_picture(
    tmp_path: Path, name: str, sound: str, late: str, options: tuple[str, ...]
) -> None:
    click = "aevalsrc='if(between(t,1,1.001),sin(2*PI*3000*t),0)':s=48000:d=2"
    on_time = tmp_path / f"on-time{Path(name).suffix}"
    run_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=160x96:r=24:d=2", "-f", "lavfi", "-i", click),
        *("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", sound, str(on_time)),
    )
    clip = tmp_path / name
    run_ffmpeg("-i", str(on_time), "-c", "copy", "-copyts", "-output_ts_offset", late, *options, str(clip))
    whole = heard(stitcher.assemble([clip], fps=24), tmp_path)
    assert loudest(whole, 48_024, 9_600) == pytest.approx(48_024, abs=60)
    later = heard(board(tmp_path, {"id": "a", "clip": str(clip), "in": "12f"}, format={"fps": 24}), tmp_path)
    assert loudest(later, 24_024, 9_600) == pytest.approx(24_024, abs=60)


NOISE = "random({seed})*0.4-0.2"


@pytest.mark.parametrize("handles", [True, False], ids=["with handles", "clips used whole"])
def test_a_cut_between_two_noises_keeps_their_level(tmp_path: Path, handles: bool) -> None:
    clips = [with_sound(tmp_path / f"n{seed}.mkv", NOISE.format(seed=seed)) for seed in range(6)]
    trim = {"in": "6f", "out": "30f"} if handles else {}
    shots = [{"id": f"s{n}", "clip": str(clip), "transition": "cut", **trim} for n, clip in enumerate(clips)]
    del shots[0]["transition"]
    film = heard(board(tmp_path, *shots), tmp_path)
    length = (24 if handles else 49) * 2000
    # Of each cut a twentieth of a second: as long as noise needs to tell its level, and ten times a join's half.
    joins = np.concatenate([film[at * length - 240 : at * length + 240, 0] for at in range(1, 6)])
    whole = film[2_400 : len(film) - 2_400, 0]
    assert 20 * np.log10(joins.std() / whole.std()) == pytest.approx(0, abs=0.5)
    assert steps(film) <= float(np.abs(np.diff(whole)).max()) * 1.05


def test_the_sounds_cut_is_moved_from_the_pictures(tmp_path: Path) -> None:
    low, high = (with_sound(tmp_path / f"{hertz}.mkv", f"0.3*sin(2*PI*{hertz}*t)") for hertz in (220, 3520))
    shots = (
        {"id": "a", "clip": str(low), "out": "36f"},
        {"id": "b", "clip": str(high), "in": "12f", "sound": {"lead": "6f"}, "transition": "cut"},
    )
    film = heard(board(tmp_path, *shots), tmp_path)
    cut = 30 * 2000
    before, after = film[cut - 4_800 : cut - 480, 0], film[cut + 480 : cut + 4_800, 0]
    assert [len(np.flatnonzero(np.diff(np.signbit(part)))) for part in (before, after)] == [
        pytest.approx(2 * hertz * 4_320 / 48_000, abs=2) for hertz in (220, 3520)
    ]
    assert steps(film) < 0.15
