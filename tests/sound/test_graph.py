"""The commands a mix is made by, read as text. Nothing is run."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.delivery.spec import SoundSpec
from stitcher.media.clip import AudioStream, Sound
from stitcher.sound.graph import (
    LOOP_MEMORY_SAMPLES,
    WorkFiles,
    cue_loops,
    encode_mix_args,
    loops_by_file,
    option_pairs,
)
from stitcher.sound.mix import plan_mix
from stitcher.sound.mix_file import MP4, Destination, sound_file
from stitcher.timeline.model import Cue

AAC = SoundSpec("aac", ("-b:a", "192k"), 2, 48_000, "none")
HOSTILE = Path("/x/a'b[c];d=e:f,%03d \\.wav")
SECOND = 48_000
FILES = WorkFiles()


def a_cue(length: int = SECOND, *, seconds: int | None = 10, path: Path = HOSTILE, **more: object) -> Cue:
    duration = None if seconds is None else Fraction(seconds)
    source = Sound(path, "ab" * 32, "wav", AudioStream(3, "pcm", SECOND, 2, "stereo", Fraction(0), duration))
    return Cue("a", "music", source, 0, length, **more)  # type: ignore[arg-type]  # passed through as given


def args(*cues: Cue, spec: SoundSpec = AAC, into: Destination = MP4) -> list[str]:
    mix = plan_mix(cues, 10 * SECOND)
    return encode_mix_args(mix, spec, FILES, Path("/y/out"), sound_file(spec, into))


def test_every_source_is_a_file_opened_by_its_own_demuxer_only() -> None:
    argv = args(a_cue(), a_cue(path=Path("/x/-f.wav")))
    sources = [at for at, arg in enumerate(argv) if arg == "-i"]
    assert len(sources) == 2
    for at in sources:
        assert argv[at + 1].startswith("file:/x/")
    assert argv.count("-protocol_whitelist") == 2
    assert [argv[at + 1] for at, arg in enumerate(argv) if arg == "-f"] == ["wav", "wav", "mp4"]


def test_no_path_is_ever_inside_the_graph() -> None:
    argv = args(a_cue())
    graph = argv[argv.index("-filter_complex") + 1]
    assert "/x/" not in graph
    assert graph.startswith("[0:3]")


def test_a_source_played_twice_is_read_twice() -> None:
    assert args(a_cue(), a_cue(gain_db=-1.0)).count("-i") == 2


def test_a_lone_cue_is_not_mixed_but_watched_for_overloads() -> None:
    argv = " ".join(args(a_cue()))
    assert "amix" not in argv
    assert "astats" in argv


def test_cues_are_added_up_without_scaling() -> None:
    assert "amix=dropout_transition=0:duration=longest:inputs=2:normalize=0" in " ".join(
        args(a_cue(), a_cue(7))
    )


def test_the_priming_is_taken_off_the_head_only_when_asked() -> None:
    assert "start_sample=1024" not in " ".join(args(a_cue()))
    dropped = args(a_cue(), into=Destination(edit_list=False))
    assert "start_sample=1024" in " ".join(dropped)
    assert dropped[dropped.index("-use_editlist") + 1] == "0"


@pytest.mark.parametrize(
    ("cue", "loops"),
    [
        pytest.param(a_cue(20 * SECOND), False, id="not asked to"),
        pytest.param(a_cue(20 * SECOND, loop=True), True, id="longer than its source"),
        pytest.param(a_cue(9 * SECOND, loop=True), False, id="shorter than its source"),
        pytest.param(
            a_cue(9 * SECOND, loop=True, in_offset_samples=SECOND), True, id="shorter, but not what is left"
        ),
        pytest.param(a_cue(9 * SECOND, loop=True, tempo=Fraction(2)), True, id="used up twice as fast"),
        pytest.param(a_cue(SECOND, loop=True, seconds=None), True, id="nobody knows"),
    ],
)
def test_a_source_is_repeated_only_where_it_runs_out(cue: Cue, loops: bool) -> None:
    assert cue_loops(cue) is loops


def test_loops_beyond_the_memory_set_aside_for_them_go_through_a_file() -> None:
    seconds = LOOP_MEMORY_SAMPLES // SECOND
    small = a_cue(1000 * SECOND, loop=True, seconds=seconds // 2)
    alike = dataclasses.replace(small, gain_db=-1.0)
    third = dataclasses.replace(small, gain_db=-2.0)
    mix = plan_mix([small, alike, third], 1000 * SECOND)
    assert len(loops_by_file(mix.cues)) == 1
    unknown = a_cue(SECOND, loop=True, seconds=None)
    assert loops_by_file(plan_mix([unknown], SECOND).cues) == (unknown,)


@pytest.mark.parametrize(
    ("given", "pairs"),
    [
        pytest.param(("-b:a", "192k"), {"b:a": "192k"}, id="value"),
        pytest.param(("-cutoff", "-1"), {"cutoff": "-1"}, id="negative value"),
        pytest.param(("-shortest", "-b:a", "96k"), {"shortest": None, "b:a": "96k"}, id="flag"),
        pytest.param(("-metadata", "a=b", "-metadata", "c=d"), {"metadata": ["a=b", "c=d"]}, id="repeated"),
        pytest.param((), {}, id="none"),
    ],
)
def test_encoder_options_keep_their_values(given: tuple[str, ...], pairs: dict[str, object]) -> None:
    assert option_pairs(given) == pairs


@pytest.mark.parametrize(
    ("encoder", "into", "mono_tracks", "suffix"),
    [
        ("aac", "mp4", False, ".m4a"),
        ("aac", "mkv", False, ".mka"),
        ("libopus", "webm", False, ".ogg"),
        ("pcm_s24le", "mov", False, ".wav"),
        ("pcm_s16be", "mov", False, ".mov"),
        ("pcm_s24le", "mxf", True, ".mov"),
        ("flac", "mkv", False, ".flac"),
        ("ac3", "mp4", False, ".mka"),
    ],
)
def test_the_encoder_and_the_film_decide_the_kind_of_file(
    encoder: str, into: str, mono_tracks: bool, suffix: str
) -> None:
    spec = SoundSpec(encoder, (), 2, SECOND, "none", mono_tracks=mono_tracks)
    assert sound_file(spec, Destination(into)).suffix == suffix
