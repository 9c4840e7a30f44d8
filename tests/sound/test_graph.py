"""The commands by which sounds are prepared and a mix is encoded, read as text. Nothing is run."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.delivery.spec import SoundSpec
from stitcher.media.clip import AudioStream, Sound
from stitcher.sound.graph import encode_args, feed_of, option_pairs
from stitcher.sound.mix import plan_mix
from stitcher.sound.mix_file import MP4, Destination, sound_file
from stitcher.sound.part_graph import source_parts_args
from stitcher.sound.passages import SourcePart, cue_loops, mix_stretches
from stitcher.timeline.model import Cue

AAC = SoundSpec("aac", ("-b:a", "192k"), 2, 48_000, "none")
HOSTILE = Path("/x/a'b[c];d=e:f,%03d \\.wav")
SECOND = 48_000


def a_cue(length: int = SECOND, *, seconds: int | None = 10, path: Path = HOSTILE, **more: object) -> Cue:
    duration = None if seconds is None else Fraction(seconds)
    source = Sound(path, "ab" * 32, "wav", AudioStream(3, "pcm", SECOND, 2, "stereo", Fraction(0), duration))
    return Cue("a", "music", source, 0, length, **more)  # type: ignore[arg-type]  # passed through as given


def prepared(*cues: Cue) -> list[str]:
    """The command that makes what cues play in a film of ten seconds."""
    (stretch,) = mix_stretches(plan_mix(cues, 10 * SECOND), 2)
    parts = [part for part in stretch.parts if isinstance(part, SourcePart)]
    return source_parts_args(parts, [Path(f"/y/{number}") for number in range(len(parts))])


def encoded(spec: SoundSpec = AAC, into: Destination = MP4) -> list[str]:
    file = sound_file(spec, into)
    return encode_args(feed_of(None, 10 * SECOND, spec, file), 0.0, spec, Path("/y/out"), file)


def test_every_source_is_a_file_opened_by_its_own_demuxer_only() -> None:
    argv = prepared(a_cue(), a_cue(path=Path("/x/-f.wav"), tempo=Fraction(2)))
    sources = [at for at, arg in enumerate(argv) if arg == "-i"]
    assert len(sources) == 2
    for at in sources:
        assert argv[at + 1].startswith("file:/x/")
    assert argv.count("-protocol_whitelist") == 2
    assert [argv[at + 1] for at, arg in enumerate(argv) if arg == "-f"] == ["wav", "wav", "f32le", "f32le"]


def test_no_path_is_ever_inside_the_graph() -> None:
    argv = prepared(a_cue())
    graph = argv[argv.index("-filter_complex") + 1]
    assert "/x/" not in graph
    assert graph.startswith("[0:3]")


def test_what_is_played_twice_in_one_way_is_prepared_once() -> None:
    assert prepared(a_cue(), a_cue(gain_db=-1.0, fade_in_samples=9, pan=0.5)).count("-i") == 1
    assert prepared(a_cue(), a_cue(in_offset_samples=1)).count("-i") == 2


def test_an_encoder_reads_nothing_but_the_mix() -> None:
    argv = encoded()
    assert [argv[at + 1] for at, arg in enumerate(argv) if arg == "-i"] == ["pipe:0"]


@pytest.mark.parametrize(
    ("rate", "span", "fed"),
    [
        pytest.param(48_000, None, (0, 480_000, 0, 480_000), id="all of it"),
        pytest.param(48_000, (240_000, 480_000), (240_000, 480_000, 0, 240_000), id="a half"),
        pytest.param(44_100, None, (0, 480_000, 0, 441_000), id="another rate"),
        # 216,090 of 220,500 at 44.1 kHz is the last place before the run-in at which both rates meet.
        pytest.param(
            44_100, (220_500, 441_000), (234_720, 480_000, 4851, 220_500), id="a half at another rate"
        ),
    ],
)
def test_a_span_is_encoded_of_its_own_samples_and_a_run_in(
    rate: int, span: tuple[int, int] | None, fed: tuple[int, ...]
) -> None:
    spec = SoundSpec("aac", (), 2, rate, "none")
    found = feed_of(span, 480_000, spec, sound_file(spec))
    assert (found.start, found.stop, found.skipped, found.samples) == fed


def test_the_priming_is_taken_off_the_head_only_when_asked() -> None:
    into = Destination(edit_list=False)
    assert feed_of(None, 480_000, AAC, sound_file(AAC, into)).start == 1024
    argv = encoded(into=into)
    assert argv[argv.index("-use_editlist") + 1] == "0"
    assert "-use_editlist" not in encoded()


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
