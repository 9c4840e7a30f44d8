"""What every MLT XML document is made of, for whichever program: profile, producers, levels. Pure.

Levels are in decibels (`level`; key frames on `gain` give silence). What is asked for past a producer's end is cut off
silently, so each is as long as anything asks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import gcd
from xml.etree import ElementTree as ET

from stitcher.exporters.handover import Handover, MediaFile, PictureItem, SoundItem, SoundTrack, VideoTrack
from stitcher.exporters.losses import Loss, LossKind
from stitcher.exporters.transition_names import replaced, untold_texts
from stitcher.exporters.xml_text import add
from stitcher.timebase import FrameRange, format_decimal

Properties = dict[str, str | int]

_MATRICES = {"smpte170m": 601, "bt470bg": 601, "smpte240m": 240}
"""What MLT calls colour matrices that are not BT.709."""
_MONO_DB = 3.0103
"""MLT plays mono on both sides of stereo that much too low."""


def add_properties(parent: ET.Element, properties: Properties) -> None:
    """A `property` for each, in their order."""
    for name, value in properties.items():
        add(parent, "property", value, {"name": name})


def add_profile(root: ET.Element, handover: Handover) -> None:
    """The film's size, rate and colours."""
    wide, high, part = handover.width, handover.height, gcd(handover.width, handover.height)
    shape = {
        "width": wide,
        "height": high,
        "progressive": 1,
        "sample_aspect_num": 1,
        "sample_aspect_den": 1,
        "display_aspect_num": wide // part,
        "display_aspect_den": high // part,
        "frame_rate_num": handover.rate.numerator,
        "frame_rate_den": handover.rate.denominator,
        "colorspace": 709,
    }
    add(root, "profile", attributes={"description": "film", **shape})


def named_tracks(
    handover: Handover,
    pictures: Callable[[VideoTrack, str], str],
    sounds: Callable[[SoundTrack, str], str],
) -> list[str]:
    """The names of all tracks, written as V1, V2, …, A1, A2, …, in the order in which they lie over one another."""
    seen = [pictures(track, f"V{number}") for number, track in enumerate(handover.video, 1)]
    return seen + [sounds(track, f"A{number}") for number, track in enumerate(handover.sound, 1)]


def add_picture(root: ET.Element, name: str, item: PictureItem, seen: FrameRange) -> ET.Element:
    """A producer of a file's pictures, or black where text was not drawn; `seen` is its part of the film."""
    producer = _add_producer(root, name, item, item.source_at(seen.stop))
    if item.media is None:
        add_properties(producer, {"mlt_service": "color", "resource": "black"})
        return producer
    add_properties(producer, {"audio_index": -1})
    _assume(producer, item.media)
    return producer


def add_sound(root: ET.Element, name: str, item: SoundItem) -> ET.Element:
    """A producer of a file's sound."""
    producer = _add_producer(root, name, item, item.source.stop)
    before = 0 if item.media.size is None else 1
    add_properties(producer, {"video_index": -1, "audio_index": before + item.stream})
    if item.speed != 1:
        add_properties(producer, {"warp_pitch": 1})
    return producer


def _add_producer(root: ET.Element, name: str, item: PictureItem | SoundItem, needed: int) -> ET.Element:
    length = max(len(item.available), needed)
    producer = add(root, "producer", attributes={"id": name, "in": 0, "out": length - 1})
    add_properties(producer, {"length": length, "eof": "pause", "stitcher:name": item.name})
    if item.media is None:
        return producer
    if item.speed == 1:
        add_properties(producer, {"mlt_service": "avformat-novalidate", "resource": item.media.address})
        return producer
    speed = format_decimal(item.speed, 9)
    warp: Properties = {"warp_speed": speed, "warp_resource": item.media.address}
    resource = f"{speed}:{item.media.address}"
    add_properties(producer, {"mlt_service": "timewarp", "resource": resource, **warp})
    return producer


def add_placement(
    parent: ET.Element,
    item: PictureItem,
    film: tuple[int, int],
    *,
    named: Properties | None = None,
    span: FrameRange | None = None,
) -> None:
    """The filter that lays a picture which fills the film where it belongs; a padded one lies there by itself.

    Its key frames count from `span` on, where it acts, source clock; from the beginning of the source where it acts
    always. `named` is what a program calls it.
    """
    if item.fit != "crop" or not item.placed or item.media is None or item.media.size is None:
        return
    first = 0 if span is None else span.start
    keys = [(one.frame - first, one.rectangle(item.media.size, film)) for one in item.placed]
    rect = ";".join(
        f"{frame}={left:.4f} {top:.4f} {wide:.4f} {high:.4f} 1" for frame, (left, top, wide, high) in keys
    )
    acts: Properties = {} if span is None else {"in": span.start, "out": span.stop - 1}
    laid: Properties = {"mlt_service": "affine", **(named or {}), "transition.rect": rect}
    laid |= {"transition.fill": 1, "transition.distort": 0}
    add_properties(add(parent, "filter", attributes=acts), laid)


def level_of(item: SoundItem, first: int) -> str:
    """The level of a sound as the volume filter reads it; empty where nothing changes.

    Key frames count from `first` on, the frame at which the sound begins. Within a frame the filter goes from the
    level of the frame before to its own, so each key stands a frame early.
    """
    raised = _MONO_DB if item.channels == 1 else 0.0
    levels = item.levels
    if len(levels) == 1:
        return f"{levels[0].gain_db + raised:.4f}" if levels[0].gain_db or raised else ""
    keys = ((first + level.frame - 1, level.gain_db + raised) for level in levels)
    return ";".join(f"{frame}={gain_db:.4f}" for frame, gain_db in keys if frame >= 0)


def alone(track: VideoTrack, index: int) -> FrameRange:
    """Where item `index` of a track is seen by itself, record clock; it may be empty."""
    comes_in, goes_out = track.blend_at(index - 1), track.blend_at(index)
    record = track.items[index].record
    start = record.start if comes_in is None else comes_in.record.stop
    return FrameRange(start, max(start, record.stop if goes_out is None else goes_out.record.start))


def on_source(item: PictureItem | SoundItem, record: FrameRange) -> FrameRange:
    """A part of the film on the source clock of what shows it."""
    return FrameRange(item.source_at(record.start), item.source_at(record.stop))


KEEPS: frozenset[LossKind] = frozenset({"fit", "focus"})
"""What every MLT document of ours has of what other formats lose."""


def losses(handover: Handover) -> Iterator[Loss]:
    """What no MLT document of ours says."""
    yield from replaced(handover)
    yield from untold_texts(handover)
    if handover.start_frame:
        yield Loss("start", detail=handover.timecode(0))
    for track in handover.sound:
        for item in track.items:
            if item.pan:
                yield Loss("pan", item.name)


def add_media(root: ET.Element, name: str, media: MediaFile, rate: Fraction) -> ET.Element:
    """A producer of a whole file, for a bin."""
    producer = add(root, "producer", attributes={"id": name, "in": 0, "out": media_frames(media, rate) - 1})
    length: Properties = {"length": media_frames(media, rate), "eof": "pause", "resource": media.address}
    add_properties(producer, {**length, "mlt_service": "avformat-novalidate"})
    _assume(producer, media)
    return producer


def _assume(producer: ET.Element, media: MediaFile) -> None:
    if media.assumed_matrix is not None:
        # Else small pictures are taken for BT.601.
        add_properties(producer, {"force_colorspace": _MATRICES.get(media.assumed_matrix, 709)})


def media_frames(media: MediaFile, rate: Fraction) -> int:
    """How long a file is, in film frames."""
    return max(1, int(media.frames * rate / media.rate))
