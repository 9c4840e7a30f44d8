"""Clips made again for editors: every picture, every channel, in step, with colours and timecode of the original."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stitcher
from stitcher.editor_export import transcode
from stitcher.errors import DiskFull, Interrupted
from stitcher.media.clip import Clip
from stitcher.media.frames import gray_frames
from stitcher.timebase import FrameRange
from tests.footage import Footage, read_code, run_ffmpeg

BARE = ("stems", "captions", "poster", "reference", "other-size")
BOARD = (
    "stitcher: 1\nformat: {{fps: {fps}}}\nshots:\n  - {{id: one, clip: {clip}, sound: {{role: effects}}}}\n"
)


def handed_over(clip: Path, where: Path, editor: str, fps: str = "25") -> Clip:
    """The clip as it lies in a hand-over."""
    board = where / "board.yaml"
    board.write_text(BOARD.format(clip=clip, fps=fps), encoding="utf-8")
    done = stitcher.export(stitcher.load(board), editor, where / "out", media="transcode", without=BARE)
    [media] = done.handover.media
    assert media.name == clip.name
    return stitcher.probe(done.folder / "media" / media.file)


def codes(clip: Clip) -> list[int]:
    return [read_code(gray)[1] for gray in gray_frames(clip, FrameRange(0, clip.video.frames))]


def samples(path: Path, stream: int, scratch: Path) -> np.ndarray:
    raw = scratch / "samples.f32"
    run_ffmpeg("-i", str(path), "-map", f"0:a:{stream}", "-f", "f32le", str(raw))
    return np.fromfile(raw, np.float32)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("editor", "suffix", "codec", "channels"),
    [
        pytest.param("resolve", ".mov", "prores", [2], id="ProRes 422 in MOV"),
        pytest.param("resolve-free-linux", ".mov", "dnxhd", [2], id="DNxHR in MOV"),
        pytest.param("avid", ".mxf", "dnxhd", [1, 1], id="DNxHR in MXF"),
    ],
)
def test_every_picture_and_every_channel_is_there_in_step(
    footage: Footage, tmp_path: Path, *, editor: str, suffix: str, codec: str, channels: list[int]
) -> None:
    source = footage.clip(
        21,
        frames=30,
        rate=Fraction(25),
        size=(320, 180),
        audio="click",
        colour=("tv", "smpte170m", "smpte170m", "smpte170m"),
    )
    made = handed_over(source, tmp_path, editor)
    assert (made.path.suffix, made.video.codec) == (suffix, codec)
    assert codes(made) == list(range(30))
    assert [stream.channels for stream in made.audio] == channels
    assert made.video.colour.matrix in ("smpte170m", "bt470bg")  # two names of one matrix
    assert (made.video.colour.primaries, made.video.colour.transfer) == ("smpte170m", "smpte170m") or (
        suffix == ".mxf"
    )
    heard = samples(made.path, 0, tmp_path).reshape(-1, channels[0])[:, 0]
    assert len(heard) == 30 * 48_000 // 25
    # The click of the first second; AAC smears it a little.
    assert abs(int(np.argmax(np.abs(heard[24_000:]))) + 24_000 - 48_000) < 200


@pytest.mark.slow
def test_a_clips_sound_is_a_file_of_its_own_where_the_editor_wants_it_and_its_pictures_stay(
    footage: Footage, tmp_path: Path
) -> None:
    source = footage.clip(21, frames=30, rate=Fraction(25), size=(320, 180), audio="click")
    board = tmp_path / "board.yaml"
    board.write_text(BOARD.format(clip=source, fps="25"), encoding="utf-8")
    done = stitcher.export(stitcher.load(board), "reaper", tmp_path / "out", without=BARE)
    picture, sound = (done.folder / "media" / media.file for media in done.handover.media)
    assert picture.samefile(source)
    assert sound.suffix == ".wav"
    # 24 bits are a little less than what AAC decodes to.
    assert np.allclose(samples(sound, 0, tmp_path), samples(source, 0, tmp_path), atol=1e-6)
    assert [item.media.file for track in done.handover.sound for item in track.items] == [sound.name]


@pytest.mark.slow
def test_pictures_of_no_constant_rate_become_the_films(footage: Footage, tmp_path: Path) -> None:
    times = [0, 40, 80, 160, 200, 280]
    source = footage.clip(
        22, suffix=".mkv", frames=6, size=(320, 180), pts=times, time_base=Fraction(1, 1000)
    )
    made = handed_over(source, tmp_path, "resolve")
    assert (made.video.rate, codes(made)[:8]) == (Fraction(25), [0, 1, 2, 2, 3, 4, 4, 5])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fps", "timecode"),
    [("25", "10:00:00:00"), ("30000/1001", "10:00:00;00"), ("24000/1001", "01:02:03:04")],
)
def test_the_timecode_of_a_clip_stays_its_own_in_media_and_in_timelines(
    footage: Footage, tmp_path: Path, fps: str, timecode: str
) -> None:
    plain = footage.clip(23, frames=12, rate=Fraction(fps), size=(320, 180))
    source = tmp_path / "timed.mov"
    run_ffmpeg("-i", str(plain), "-c", "copy", "-timecode", timecode, str(source))
    made = handed_over(source, tmp_path, "premiere", fps)
    assert (stitcher.probe(source).timecode, made.timecode) == (timecode, timecode)
    text = (tmp_path / "out" / "timeline.xml").read_text("utf-8")
    assert f"<string>{timecode}</string>" in text
    edit = next(
        line for line in (tmp_path / "out" / "timeline_V1.edl").read_text().splitlines() if " V " in line
    )
    assert edit.split()[4] == timecode


@pytest.mark.slow
def test_what_was_stopped_goes_on_where_it_was(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [footage.clip(25 + number, frames=6, rate=Fraction(25), size=(320, 180)) for number in range(3)]
    shots = "".join(f"  - {{id: s{number}, clip: {clip}}}\n" for number, clip in enumerate(clips))
    (tmp_path / "board.yaml").write_text(f"stitcher: 1\nshots:\n{shots}", encoding="utf-8")
    board, cancel, made = stitcher.load(tmp_path / "board.yaml"), threading.Event(), []
    real = transcode._render_picture

    def counted(job: transcode._Job, *rest: Any) -> None:
        made.append(job.clip.path)
        if len(made) == 2:
            cancel.set()
        real(job, *rest)

    monkeypatch.setattr(transcode, "_render_picture", counted)
    options = stitcher.RenderOptions(cache=tmp_path / "cache", cancel=cancel)
    with pytest.raises(Interrupted):
        stitcher.export(board, "resolve", tmp_path / "out", media="transcode", without=BARE, options=options)
    assert not (tmp_path / "out").exists()
    cancel.clear()
    stitcher.export(board, "resolve", tmp_path / "out", media="transcode", without=BARE, options=options)
    assert made == [clips[0], clips[1], clips[1], clips[2]]


def test_room_for_what_is_made_again_is_looked_for_first(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = footage.clip(24, frames=6, rate=Fraction(25), size=(320, 180))
    monkeypatch.setattr(transcode, "free_bytes", lambda folder: 1000)
    with pytest.raises(DiskFull, match="Making 1 clip again for DaVinci Resolve"):
        handed_over(source, tmp_path, "resolve")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("editor", "file", "clip"),
    [
        pytest.param("finalcut", "sea.wav", "dawn.mp4", id="Opus is none that it decodes, H.264 is"),
        pytest.param("kdenlive", "sea.opus", "dawn.mp4", id="all is decoded"),
    ],
)
def test_what_an_editor_does_not_decode_is_made_again(
    tmp_path: Path, *, editor: str, file: str, clip: str
) -> None:
    harbour = Path(__file__).parents[2] / "fixtures" / "harbour"
    board = tmp_path / "board.yaml"
    board.write_text(
        f"stitcher: 1\nshots:\n  - {{id: dawn, clip: {harbour / 'dawn.mp4'}}}\n"
        f"sound:\n  - {{role: ambience, file: {harbour / 'sea.opus'}}}\n",
        encoding="utf-8",
    )
    done = stitcher.export(stitcher.load(board), editor, tmp_path / "out", without=BARE)
    assert [media.file for media in done.handover.media] == [clip, file]
    page = (done.folder / "README.txt").read_text("utf-8")
    assert ("sea.wav (from sea.opus)" in page) == (file == "sea.wav")
