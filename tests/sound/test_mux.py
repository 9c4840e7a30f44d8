"""An encoded mix keeps its start and its length when its packets go, uncoded, into a film."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from stitcher.delivery.spec import UNTOUCHED, SoundSpec
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.sound.mix import plan_mix
from stitcher.sound.mix_file import Destination
from stitcher.sound.mixdown import render_sound
from stitcher.sound.store import Workshop
from tests.sound.material import AAC, clicks, cue, loudest, read, sound, tone

SECOND = 48_000
FRAMES = 49
FILM = FRAMES * 2002
"""At 24000/1001, where no length is a whole number of milliseconds."""


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("picture") / "picture.mp4"
    source = (
        "-f",
        "lavfi",
        "-i",
        f"testsrc=size=64x64:rate=24000/1001:duration={FRAMES * 1001 / 24000 - 0.01}",
    )
    run(
        [*source, "-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-pix_fmt", "yuv420p", file_url(path)]
    )
    return path


def joined(picture: Path, heard: Path, out: Path, options: dict[str, str]) -> None:
    with (
        av.open(str(out), "w", options=options) as film,
        av.open(str(picture)) as seen,
        av.open(str(heard)) as mix,
    ):
        tracks = {
            source: film.add_stream_from_template(stream, opaque=True)
            for source, stream in ((seen, seen.streams.video[0]), (mix, mix.streams.audio[0]))
        }
        packets = [
            (Fraction(packet.dts * packet.time_base.numerator, packet.time_base.denominator), packet, track)
            for source, track in tracks.items()
            for packet in source.demux()
            if packet.dts is not None
        ]
        for _, packet, track in sorted(packets, key=lambda entry: entry[0]):
            packet.stream = track
            film.mux(packet)


CASES = [
    pytest.param(AAC, "film.mp4", "mp4", {"movie_timescale": "48000"}, False, 0, id="MP4"),
    pytest.param(AAC, "film.mov", "mov", {"movie_timescale": "48000"}, False, 0, id="MOV"),
    pytest.param(
        AAC,
        "film.mp4",
        "mp4",
        {"use_editlist": "0", "movflags": "+faststart+negative_cts_offsets", "movie_timescale": "48000"},
        True,
        0,
        id="MP4 without an edit list",
    ),
    pytest.param(AAC, "film.mkv", "mkv", {}, False, 1023, id="Matroska"),
    pytest.param(
        SoundSpec("libopus", ("-b:a", "96k"), 2, SECOND, "none"), "film.mkv", "mkv", {}, False, 0, id="Opus"
    ),
    pytest.param(
        SoundSpec("pcm_s24le", (), 2, SECOND, "none"), "film.mov", "mov", {}, False, 0, id="PCM in MOV"
    ),
]


@pytest.mark.parametrize(("spec", "name", "into", "options", "drop", "tail"), CASES)
def test_packets_copied_into_a_film_are_on_time_and_end_with_it(
    tmp_path: Path,
    picture: Path,
    spec: SoundSpec,
    name: str,
    into: str,
    options: dict[str, str],
    drop: bool,
    tail: int,
) -> None:
    source = sound(tmp_path / "a.wav", tone(FILM, level=0.05) + clicks([SECOND], FILM, 2, over=0.5))
    heard = tmp_path / "mix"
    mix = plan_mix([cue(source, 0, FILM)], FILM)
    render_sound(mix, spec, UNTOUCHED, heard, work=Workshop(tmp_path), into=Destination(into, not drop))
    film = tmp_path / name
    joined(picture, heard, film, options)
    assert (b"elst" in film.read_bytes()) is (name != "film.mkv" and not drop)
    samples = read(film)
    assert FILM <= len(samples) <= FILM + tail
    assert abs(loudest(samples, SECOND) - SECOND) <= 2
    with av.open(str(film)) as opened:
        assert opened.streams.video[0].start_time == 0
        assert opened.streams.audio[0].start_time == 0
