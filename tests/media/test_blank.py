"""A clip is called black or silent when nothing at all is seen or heard in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.media import probe_cache
from stitcher.media.blank import blanks
from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from tests.footage import run_ffmpeg

PICTURES = {
    "black": ("color=black", True),
    "black of full range": ("color=black,format=yuvj420p", True),
    "black of 4:4:4 and 10 bits": ("color=black,format=yuv444p10le", True),
    "grain on black": ("color=black,noise=alls=4:allf=t", True),
    "one bright frame nobody looks at": ("color=black,drawbox=c=white:t=fill:enable='eq(n,5)'", False),
    "a fade in": ("color=white,fade=in:0:14", False),
    "a small light": ("color=black,drawbox=x=20:y=20:w=10:h=10:c=gray:t=fill", False),
    "a dark night": ("color=0x202020", False),
    "a picture": ("testsrc2", False),
}
SOUNDS = {
    "silence": ("anullsrc=r=48000:cl=stereo", True),
    "a dither": ("aevalsrc=0.00003*sin(9999*t):s=48000", True),
    "a whisper at -60 dB": ("aevalsrc=0.001*sin(9999*t):s=48000", False),
    "a click at the end": ("aevalsrc='if(gt(t,0.6),0.5,0)':s=48000", False),
    "a tone": ("sine", False),
}


def clip_of(path: Path, picture: str, sound: str | None = None, codec: str = "aac") -> Clip:
    source, _, rest = picture.partition(",")
    separator = ":" if "=" in source else "="
    chain = f"{source}{separator}s=160x96:r=24" + (f",{rest}" if rest else "")
    heard = ("-f", "lavfi", "-i", sound, "-c:a", codec) if sound else ()
    run_ffmpeg("-f", "lavfi", "-i", chain, *heard, "-t", "0.7", "-c:v", "libx264", "-crf", "4", str(path))
    return probe(path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PICTURES)
def test_black_is_where_nothing_is_seen(tmp_path: Path, kind: str) -> None:
    picture, black = PICTURES[kind]
    assert ("black" in blanks(clip_of(tmp_path / "clip.mp4", picture))) == black


@pytest.mark.slow
@pytest.mark.parametrize("codec", ["aac", "pcm_s16le", "flac"])
@pytest.mark.parametrize("kind", SOUNDS)
def test_silent_is_where_nothing_is_heard(tmp_path: Path, kind: str, codec: str) -> None:
    sound, silent = SOUNDS[kind]
    found = blanks(clip_of(tmp_path / "clip.mkv", "testsrc2", sound, codec))
    assert found == (("silent",) if silent else ())


def test_a_clip_without_sound_is_not_called_silent(tmp_path: Path) -> None:
    assert blanks(clip_of(tmp_path / "clip.mp4", "color=black")) == ("black",)


def test_a_clip_can_be_both(tmp_path: Path) -> None:
    clip = clip_of(tmp_path / "clip.mp4", "color=black", "anullsrc=r=48000:cl=mono")
    assert blanks(clip) == ("black", "silent")


def test_what_was_found_is_remembered_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = clip_of(tmp_path / "clip.mp4", "color=black")
    assert blanks(clip) == ("black",)
    monkeypatch.setattr(probe_cache, "put", None)
    (tmp_path / "clip.mp4").unlink()
    assert blanks(clip) == ("black",)
