"""Metadata of a probed media file: frozen records that every later step reads instead of the file.

Pure values; nothing here opens anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Literal

from stitcher.formats.colour import HDR_TRANSFERS
from stitcher.formats.containers import FILE_FORMATS
from stitcher.one_line import one_line, shortened

KeyKind = Literal["idr", "cra", "i"]


_LARGE_PIXELS = 2560 * 1440


def is_large(width: int, height: int) -> bool:
    """Whether pictures of a size are so large that memory decides how they are decoded and encoded: one piece at a
    time, few pictures held."""
    return width * height >= _LARGE_PIXELS


SHAPES_ALIKE = 50
"""Pictures whose shapes differ by less than one part in so many are of one shape that was rounded to whole pixels."""


def shapes_alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether pictures of two sizes, width and height as shown, have the same shape."""
    off = abs(one[0] * other[1] - one[1] * other[0])
    return off * SHAPES_ALIKE <= one[1] * other[0]


@dataclass(frozen=True, slots=True)
class Colour:
    """The four colour fields as FFmpeg names them; `None` means the file does not say."""

    range: str | None = None
    """`"tv"` (limited) or `"pc"` (full)."""
    primaries: str | None = None
    transfer: str | None = None
    matrix: str | None = None

    @property
    def is_hdr(self) -> bool:
        """Whether the transfer is PQ or HLG."""
        return self.transfer in HDR_TRANSFERS

    def filled(self, matrix: str | None = None) -> Colour:
        """The description with its gaps filled: BT.2020 for HDR, else BT.709 unless `matrix` says otherwise; limited
        range."""
        usual = "bt2020" if self.is_hdr else "bt709"
        return Colour(
            self.range or "tv",
            self.primaries or usual,
            self.transfer or "bt709",
            self.matrix or matrix or ("bt2020nc" if self.is_hdr else "bt709"),
        )

    @property
    def with_range(self) -> Colour:
        """With the range said that holds where none is: limited. Matroska says it of files that said nothing."""
        return replace(self, range=self.range or "tv")

    @property
    def untagged(self) -> bool:
        """Whether the file says nothing about its matrix."""
        return self.matrix is None


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A packet at which decoding can start, and how cleanly."""

    packet: int
    """Index in decode order."""
    kind: KeyKind
    """`idr`: nothing later refers before it. `cra` and `i`: flagged as key but not a clean start."""


@dataclass(frozen=True)
class VideoStream:
    """The one picture stream of a clip, counted and not guessed."""

    index: int
    """Stream index in the file."""
    codec: str
    """FFmpeg's codec name: `h264`, `hevc`, `prores`, `dnxhd`, `mjpeg`, …"""
    codec_tag: str
    """Four-character code in the container, or an empty string."""
    profile: str | None
    level: int | None
    """FFmpeg's level number (31 is 3.1 in H.264)."""
    width: int
    """Coded size as shown, before rotation, in pixels."""
    height: int
    sample_aspect: Fraction
    """Width of a pixel over its height; 1 when the file does not say."""
    rotation: int
    """Clockwise degrees a player turns the picture before showing it: 0, 90, 180 or 270."""
    rate: Fraction | None
    """Frames a second if constant, `None` if variable."""
    average_rate: Fraction
    """Frames over duration; equal to `rate` for constant files."""
    frames: int
    """Pictures counted packet by packet, without those an edit list hides."""
    time_base: Fraction
    pts: tuple[int, ...]
    """Presentation times of every shown picture in display order, in `time_base` units."""
    display: tuple[int, ...]
    """For each packet in decode order, which picture (display order) it becomes; -1 for a hidden one."""
    keys: tuple[KeyFrame, ...]
    """Key packets in decode order, by NAL type where the codec has them, not by flag."""
    pixel_format: str
    bit_depth: int
    colour: Colour
    field_order: str
    """`progressive`, `tt`, `bb`, `tb`, `bt` or `unknown`."""
    reorder_delay: int
    """Pictures the decoder holds back (`has_b_frames`)."""
    parameter_sets: bytes
    """The codec's extradata (avcC, hvcC or raw), empty when there is none."""
    encoder_settings: str
    """What the encoder says of itself in its SEI (x264 and x265 do), or an empty string."""
    intra_only: bool
    """Whether every picture stands alone (ProRes, DNxHR, MJPEG, …)."""
    data_packets: tuple[int, ...] = ()
    """Positions, in decode order, of packets that carry no picture; empty for sane files."""
    decoder: str = ""
    """FFmpeg's name of the decoder that has to be asked for to get all of its pictures; empty for its usual one."""
    other_pictures: int = 0
    """Further picture streams of the file, covers and thumbnails aside, which are not shown."""
    coded_aspect: Fraction = Fraction(1)
    """`sample_aspect` as the stream itself has it, whatever the container says; 1 when it does not say."""
    set_changes: tuple[int, ...] = ()
    """Packets, in decode order, from which on a decoder is configured otherwise than before: the first of them ends
    what the header says. Empty for most files; joined ones have some."""
    restarts: tuple[int, ...] = ()
    """Key packets from the first of `set_changes` on that bring along every parameter set they need."""
    undecodable: int = 0
    """Pictures left out at the beginning because they refer to what was cut off: those before the first key picture,
    and those stored behind it and shown before it. No player shows them."""
    last_seconds: Fraction | None = None
    """Seconds the last picture is shown where that is not as long as the others are; `None` where it is, or where
    the file does not tell."""

    @cached_property
    def duration(self) -> Fraction:
        """Seconds from when the first picture is shown to the end of the last."""
        last = 1 / self.average_rate if self.last_seconds is None else self.last_seconds
        if self.rate is not None:
            return Fraction(self.frames - 1) / self.rate + last
        return (self.pts[-1] - self.pts[0]) * self.time_base + last

    @property
    def is_interlaced(self) -> bool:
        """Whether its pictures are two fields woven together."""
        return self.field_order not in ("progressive", "unknown")

    @property
    def is_square(self) -> bool:
        """Whether container and stream agree that its pixels are square, so that every player shows them so."""
        return self.sample_aspect == self.coded_aspect == 1

    @property
    def begins_whole(self) -> bool:
        """Whether a decoder that begins at the first packet meets nothing it cannot decode."""
        return -1 not in self.display or not self.keys or self.keys[0] == KeyFrame(0, "idr")

    @property
    def configured_packets(self) -> int:
        """How many packets, from the first on, a decoder that knows the header alone can be given."""
        return self.set_changes[0] if self.set_changes else len(self.display)

    def decodes_from(self, packet: int) -> bool:
        """Whether a decoder that knows only the header has at that key packet what it needs."""
        return packet < self.configured_packets or self.intra_only or packet in self.restarts

    def within(self, width: int, height: int) -> tuple[int, int]:
        """The size, in pixels of the stored picture, at which one of another size is shown in the clip's own.

        It keeps its shape, unless that is the clip's own but for rounding. Where pixels are not square, what shape it
        has is not known: it is taken for the clip's.
        """
        off = abs(width * self.height - self.width * height)
        if off * SHAPES_ALIKE <= self.width * height or self.sample_aspect != 1:
            return self.width, self.height
        return (
            max(2, min(self.width, self.height * width // height) // 2 * 2),
            max(2, min(self.height, self.width * height // width) // 2 * 2),
        )

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height after rotation and sample aspect, rounded to even numbers, odd ones down."""
        width, height = Fraction(self.width) * self.sample_aspect, Fraction(self.height)
        if self.rotation in (90, 270):
            width, height = height, width
        return _even(width), _even(height)


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One sound stream of a file."""

    index: int
    """Stream index in the file."""
    codec: str
    sample_rate: int
    channels: int
    layout: str
    """FFmpeg's channel layout name, such as `mono`, `stereo`, `5.1`."""
    start: Fraction
    """Seconds at which the first sample is shown, on the file's own clock."""
    duration: Fraction | None
    """Seconds, from packets counted; `None` when the file does not tell."""
    open_ended: bool = False
    """Whether it goes on to the file's end, because its size was not known when the file was begun (streamed WAV)."""
    default: bool = False
    """Whether the file marks it as the one to play when nobody chooses."""
    language: str = ""
    """Language code (`eng`), empty when the file does not say."""
    title: str = ""
    """What the file calls it, empty when it does not."""


@dataclass(frozen=True)
class Clip:
    """A media file with a picture, as probed."""

    path: Path
    """Absolute."""
    sha256: str
    """Of the file's bytes, lower-case hex."""
    size: int
    """Bytes."""
    container: str
    """The demuxer to force when the file is opened again: `mov`, `matroska`, `mxf`, …"""
    video: VideoStream
    audio: tuple[AudioStream, ...] = ()
    has_credentials: bool = False
    """Whether it carries Content Credentials (C2PA): a signed word of where it comes from."""
    timecode: str = ""
    """Of its first picture, as its file says it; empty where it does not."""

    def __repr__(self) -> str:
        width, height = self.video.shown_size
        return f"<Clip {shortened(self.path)}: {self.video.frames} frames of {self.video.codec}, {width}x{height}>"

    @property
    def duration(self) -> Fraction:
        """Seconds the picture lasts, from when its first one is shown to the end of its last."""
        return self.video.duration

    @property
    def packets_tell_times(self) -> bool:
        """Whether a packet can be known by its time."""
        return FILE_FORMATS[self.container].has_times

    @property
    def name(self) -> str:
        """The file name, for messages."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Sound:
    """What a cue plays of a probed file: one of its sound streams, or two mono ones as left and right."""

    path: Path
    sha256: str
    container: str
    stream: AudioStream
    right: AudioStream | None = None
    """The right side of a pair of mono streams, of which `stream` is the left."""
    streams: tuple[AudioStream, ...] = ()
    """All sound streams of the file, in its order."""
    asked_for: bool = False
    """Whether the stream was chosen by number, and not by what the file says."""

    __repr__ = one_line

    @property
    def layout(self) -> str:
        """FFmpeg's name of the channel layout that is heard."""
        return self.stream.layout if self.right is None else "stereo"

    @property
    def channels(self) -> int:
        """How many channels are heard."""
        return self.stream.channels if self.right is None else 2

    @property
    def left_out(self) -> int:
        """How many of the file's sound streams are not heard although nobody chose between them."""
        return 0 if self.asked_for else len(self.streams) - (1 if self.right is None else 2)

    @property
    def name(self) -> str:
        """The file name, for messages."""
        return self.path.name


def _even(side: Fraction) -> int:
    """The nearest even number of pixels, of two as near the smaller: odd pictures are cropped, not enlarged."""
    return max(2, 2 * ceil((side - 1) / 2))
