"""Delivered films of every container and codec of sound, with clicks whose places are known."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from stitcher.delivery.load import load_preset
from stitcher.delivery.preset import Citation, Preset
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.probe import probe
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Cue, Item, Timeline
from tests.sound.material import clicks, sound

SECOND = 48_000
FILM = 503 * 1920
"""Samples of 503 pictures at 25 a second: no whole number of packets."""
CLICKS = (SECOND, 7 * SECOND + 1, FILM - SECOND)


@dataclass(frozen=True)
class Kind:
    """A kind of delivered film."""

    container: str
    picture: tuple[str, ...]
    sound: str
    edit_list: bool = True
    mono_tracks: bool = False
    preset: str = "master-copy"


H264 = ("libx264", "-preset", "ultrafast", "-bf", "2", "-g", "250")
VP9 = ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "50k")
MPEG2 = ("mpeg2video", "-g", "12", "-bf", "0")

KINDS = {
    "aac in mp4": Kind("mp4", H264, "aac"),
    "aac in mp4 without an edit list": Kind("mp4", H264, "aac", edit_list=False),
    "aac in mov": Kind("mov", H264, "aac"),
    "aac in mkv": Kind("mkv", H264, "aac"),
    "opus in mp4": Kind("mp4", H264, "opus"),
    "opus in mkv": Kind("mkv", H264, "opus"),
    "opus in webm": Kind("webm", VP9, "opus"),
    "pcm in mov": Kind("mov", H264, "pcm_s24le"),
    "pcm in mxf": Kind("mxf", MPEG2, "pcm_s24le", mono_tracks=True, preset="broadcast-xdcam50"),
}


def preset(kind: Kind) -> Preset:
    """The kind's preset at the pictures' own size, its sound as loud as it is."""
    base = load_preset(kind.preset)
    assert base.sound is not None
    own = {"codec": kind.sound, "mono_tracks": kind.mono_tracks, "loudness": "none"}
    heard = base.sound.model_copy(update={name: Citation(value) for name, value in own.items()})
    # A constant 50 Mb/s is more than there is to say of small grey pictures.
    unlimited: dict[str, object] = {"bitrate": None, "maxrate": None, "bufsize": None, "options": {}}
    seen = base.picture.model_copy(update={"size": Citation("source"), "level": None} | unlimited)
    edit_list = Citation(kind.edit_list)
    container = Citation(kind.container)
    return base.model_copy(
        update={"container": container, "picture": seen, "sound": heard, "edit_list": edit_list}
    )


def delivered(folder: Path, kind: Kind, length: int = FILM, places: tuple[int, ...] = CLICKS) -> Path:
    """A film of that many samples with clicks at these."""
    clip, frames = folder / f"clip.{kind.container}", length // 1920
    picture = ("-f", "lavfi", "-i", f"color=gray:size=64x64:rate=25:duration={length // SECOND + 1}")
    run([*picture, "-frames:v", str(frames), "-c:v", *kind.picture, "-pix_fmt", "yuv420p", file_url(clip)])
    click = sound(folder / "click.wav", clicks([2400], 4800, 2, over=0.8))
    cues = tuple(Cue("click", "effects", click, place - 2400, 4800) for place in places)
    whole = FrameRange(0, frames)
    item = Item("a", probe(clip), whole, whole, 0)
    film = Timeline("Film", Fraction(25), 64, 64, (item,), (), cues)
    out = folder / f"film.{kind.container}"
    plan = prepare(film, preset=preset(kind))
    render(plan, out, RenderOptions(cache=folder / "cache"))
    return out
