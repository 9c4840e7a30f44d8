"""Clips cut out of a stream where decoding cannot begin: what refers to the part cut off is left out, by everyone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

import stitcher
from stitcher.errors import MediaBroken
from stitcher.media.frames import last_frame
from stitcher.media.probe import probe
from stitcher.timebase import FrameRange
from tests.footage import Footage, ffmpeg_exe, read_code, run_ffmpeg
from tests.rendering.films import CUT, dissolve, film
from tests.rendering.test_film import codes, made

_ENCODERS = {
    "hevc": ("libx265", ("-preset", "ultrafast", "-crf", "16", "-x265-params",
             "log-level=error:keyint=24:min-keyint=24:open-gop=1:bframes=4:scenecut=0:repeat-headers=1")),
    "h264": ("libx264", ("-preset", "veryfast", "-crf", "16", "-x264-params",
             "keyint=24:min-keyint=24:open-gop=1:bframes=3:scenecut=0:b-adapt=0")),
    "mpeg2": ("mpeg2video", ("-q:v", "2", "-g", "12", "-bf", "2")),
}  # fmt: skip


def whole(footage: Footage, codec: str, suffix: str, audio: str | None = "click") -> Path:
    encoder, options = _ENCODERS[codec]
    sound = None if audio is None else "mp2" if suffix == ".mpg" else "aac"
    return footage.clip(
        1, frames=96, suffix=suffix, codec=encoder, options=options, audio=audio, audio_codec=sound
    )


def cut_out(footage: Footage, tmp_path: Path, codec: str, suffix: str, *, sound: bool = True) -> Path:
    """96 frames without the first second or so, the packets as they are."""
    out = tmp_path / f"cut{suffix}"
    if suffix == ".ts":
        # As a recorder does it: at any packet of the transport stream.
        stream = whole(footage, codec, ".ts").read_bytes()
        out.write_bytes(stream[len(stream) // 188 // 3 * 188 :])
        return out
    source = whole(footage, codec, ".mpg" if suffix == ".mpg" else ".mp4")
    run_ffmpeg("-ss", "1.01", "-i", str(source), *(() if sound else ("-an",)), "-c", "copy", str(out))
    return out


@pytest.mark.parametrize(
    ("codec", "suffix"), [("hevc", ".mkv"), ("h264", ".mkv"), ("h264", ".avi"), ("mpeg2", ".mpg")]
)
def test_a_probe_counts_what_players_show(footage: Footage, tmp_path: Path, codec: str, suffix: str) -> None:
    # Without sound Matroska has no times for the pictures that are left out; films have sound, below.
    clip = probe(cut_out(footage, tmp_path, codec, suffix, sound=False))
    assert (clip.video.frames, clip.video.rate) == (72, 24)
    assert clip.video.undecodable > 0
    assert read_code(last_frame(clip)) == (1, 95)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        *(("hevc", suffix) for suffix in (".mkv", ".mp4", ".mov", ".ts")),
        *(("h264", suffix) for suffix in (".mkv", ".mp4", ".ts", ".avi")),
        *(("mpeg2", suffix) for suffix in (".mkv", ".mp4", ".ts", ".mpg")),
    ],
)
def test_films_of_it_hold_the_counted_frames_and_their_sound(
    footage: Footage, tmp_path: Path, codec: str, suffix: str
) -> None:
    place = cut_out(footage, tmp_path, codec, suffix)
    clip = probe(place)
    count = clip.video.frames
    shown = [(1, n) for n in range(96 - count, 96)]
    # As many pictures as ffmpeg itself shows, and the same ones.
    out = tmp_path / "film.mkv"
    stitcher.render(stitcher.assemble([place], transition="cut"), out)
    assert codes(out) == shown
    # A click at each whole second of what was cut: at the frame that was shown then. AVI tells no times.
    if suffix != ".avi":
        first = next(n for n, (_, frame) in enumerate(shown) if frame == 72)
        # FFmpeg shows a picture that an edit list cuts in two from its middle on as if it were whole.
        within = 1 / 24 if suffix in (".mp4", ".mov") else 0.02
        assert abs(_click_near(out, first / 24) - first / 24) < within
    joined = film([clip, clip], [dissolve(6)], ranges={1: FrameRange(3, count)})
    made(joined, out)
    found = codes(out)
    assert found[: count - 6] + found[count:] == shown[:-6] + shown[9:]
    made(film([clip, clip], [CUT], ranges={0: FrameRange(count - 10, count)}), out)
    assert codes(out) == shown[-10:] + shown


def _click_near(path: Path, seconds: float) -> float:
    raw = subprocess.run(
        [ffmpeg_exe(), "-v", "error", "-i", str(path), "-ac", "1", "-ar", "48000", "-f", "f32le", "-"],
        capture_output=True,
        check=True,
    ).stdout
    samples = np.abs(np.frombuffer(raw, np.float32))
    begin = round((seconds - 0.4) * 48_000)
    return (begin + int(np.argmax(samples[begin : begin + 38_400]))) / 48_000


def test_a_missing_picture_elsewhere_is_still_damage(footage: Footage, tmp_path: Path) -> None:
    place = cut_out(footage, tmp_path, "hevc", ".mkv")
    data = bytearray(place.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 2000] = bytes(2000)
    place.write_bytes(data)
    with pytest.raises(MediaBroken):
        probe(place)
