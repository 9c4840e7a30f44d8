"""Small films, encodes and read-outs for the tests of deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from stitcher.delivery.spec import PictureSpec
from stitcher.media.clip import Clip, Colour
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.storyboard.transition_kinds import CUT
from stitcher.timebase import FrameRange, format_rate, frames_to_samples
from stitcher.timeline.model import Cue, Item, Timeline
from tests.factories import make_clip, make_sound

HDR = Colour("tv", "bt2020", "smpte2084", "bt2020nc")
RATES = (Fraction(24), Fraction(30000, 1001))


def film(
    *clips: Clip, rate: Fraction = Fraction(24), size: tuple[int, int] = (1280, 720), sound: bool = True
) -> Timeline:
    """A film of whole clips joined by cuts, with a music cue under it; of one clip when none is given."""
    sources = clips or (make_clip(rate=rate, size=size, frames=48),)
    items, at = [], 0
    for number, clip in enumerate(sources):
        whole = FrameRange(0, clip.video.frames)
        items.append(Item(f"s{number}", clip, whole, whole, at))
        at += len(whole)
    cue = Cue("music", "music", make_sound(), 0, frames_to_samples(at, rate))
    from stitcher.timeline.picture import Transition

    cuts = tuple(Transition(CUT) for _ in items[1:])
    return Timeline("Film", rate, *size, tuple(items), cuts, (cue,) if sound else ())


def encode(
    picture: PictureSpec,
    out: Path,
    *,
    frames: int,
    muxer: str,
    size: tuple[int, int] | None = None,
    source: str = "testsrc2",
) -> Path:
    """Synthetic frames through the encoder and options of a spec, as the renderer hands them over."""
    width, height = size or (picture.width, picture.height)
    colour = picture.colour
    tags = {
        "range": colour.range or "unknown",
        "color_primaries": colour.primaries or "unknown",
        "color_trc": colour.transfer or "unknown",
        "colorspace": colour.matrix or "unknown",
        "chroma_location": "unspecified",
    }
    graph = (
        f"format={picture.pixel_format},setparams={':'.join(f'{key}={value}' for key, value in tags.items())}"
    )
    run([
        *("-f", "lavfi", "-i", f"{source}=s={width}x{height}:r={format_rate(picture.rate)}"),
        *("-vf", graph, "-frames:v", str(frames), "-c:v", picture.encoder, "-pix_fmt", picture.pixel_format),
        *(("-tag:v", picture.codec_tag) if picture.codec_tag and muxer in ("mov", "mp4") else ()),
        *("-threads", "2", *picture.options, "-f", muxer, file_url(out)),
    ])  # fmt: skip
    return out


@dataclass(frozen=True)
class Facts:
    """What a reader finds in an encode."""

    codec: str
    tag: str
    profile: str | None
    size: tuple[int, int]
    pixel_format: str
    colour: tuple[int, int, int, int]
    """Range, primaries, transfer, matrix of the first decoded picture, as ITU-T H.273 numbers (range 1 is tv)."""
    keys: tuple[int, ...]
    """Packets flagged as key."""
    packets: int
    extradata: bytes


def read(path: Path, demuxer: str) -> Facts:
    """The facts of a file, its first picture decoded."""
    with av.open(str(path), format=demuxer) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        keys, count, first = [], 0, None
        for packet in container.demux(stream):
            if packet.size:
                if packet.is_keyframe:
                    keys.append(count)
                count += 1
            if first is None:
                first = next(iter(packet.decode()), None)
        assert first is not None
        return Facts(
            codec=context.codec.canonical_name,
            tag=context.codec_tag,
            profile=context.profile,
            size=(first.width, first.height),
            pixel_format=first.format.name,
            colour=(
                int(first.color_range),
                int(first.color_primaries),
                int(first.color_trc),
                int(first.colorspace),
            ),
            keys=tuple(keys),
            packets=count,
            extradata=bytes(context.extradata or b""),
        )


def nal_types(data: bytes, *, hevc: bool) -> list[int]:
    """NAL unit types of an Annex B stream, in order."""
    units = [part for part in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if part]
    return [(unit[0] >> 1) & 63 if hevc else unit[0] & 31 for unit in units]


def lavfi(out: Path, arguments: Sequence[str], *, source: str, graph: str) -> Path:
    """A file made by ffmpeg from a synthetic source."""
    run(["-f", "lavfi", "-i", source, "-vf", graph, *arguments, file_url(out)])
    return out
