"""Delivery specification: how the pictures and the sound of one deliverable are made, resolved for one timeline.

Pure values. A `PictureSpec` is part of every encoded segment's cache key, so it holds nothing that does not
change the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from stitcher.delivery.packaging_settings import PackagingSettings
from stitcher.formats.containers import ContainerName
from stitcher.media.clip import Colour
from stitcher.pictures.title_page import NO_MARGINS, Margins
from stitcher.storyboard.choices import Fit


@dataclass(frozen=True, slots=True)
class PictureSpec:
    """How every encoded picture of a film is made."""

    codec: str
    """FFmpeg's codec name of the result: `h264`, `hevc`, `prores`, …; copied runs must have the same."""
    encoder: str
    """FFmpeg's encoder name: `libx264`, `prores_ks`, …"""
    options: tuple[str, ...]
    """Output options of the encoder, as argv: `("-preset", "medium", "-crf", "18", …)`."""
    pixel_format: str
    width: int
    height: int
    rate: Fraction
    colour: Colour
    """What the bitstream and the container say; all `None` leaves the bitstream untagged, as the sources are."""
    copy_sources: bool = False
    """Whether runs of the sources' own packets may stand in the film (`master-copy`)."""
    codec_tag: str = ""
    """Four-character code in the container (`hvc1`, `apch`), empty for the container's default."""
    seam_options: tuple[str, ...] = ()
    """What `options` are replaced by for short stretches between copied runs; empty to keep them."""
    steady_rate: bool = False
    """Whether bits are given out over time (an average or constant bitrate); such a stream is encoded in long
    pieces, because the encoder starts its accounts afresh at each."""
    matrix: str | None = None
    """The matrix its pictures are in where `colour` does not say; `None` for BT.709. The container says it, the
    bitstream cannot: its parameter sets must stay those of the sources."""
    fit: Fit = "pad"
    """How the film's frame is put into `width` × `height` when the film has another shape; never stretched."""
    why_no_copies: str = "the preset encodes everything"
    """For people: why nothing is copied where `copy_sources` is not set."""
    one_encoder: bool = False
    """Whether copied runs must have one encoder's parameter sets, and encoded ones the same."""


def same_matrix(name: str | None) -> str:
    """One name for each matrix of pictures that do not say theirs: BT.601 has two, and `None` is BT.709."""
    return "smpte170m" if name == "bt470bg" else name or "bt709"


def shown_colour(spec: PictureSpec) -> Colour:
    """What the container says of the pictures: the bitstream's words, and the matrix where it has none."""
    return (
        spec.colour if spec.matrix is None else replace(spec.colour, matrix=spec.colour.matrix or spec.matrix)
    )


def yuv_colour(colour: Colour) -> Colour:
    """What pictures of an RGB source are in once they are YUV: RGB has no matrix, and YUV cannot have RGB's."""
    wide = colour.primaries == "bt2020"
    return replace(colour, range="tv", matrix="bt2020nc" if wide else "bt709")


@dataclass(frozen=True, slots=True)
class SoundSpec:
    """How the mix is encoded."""

    encoder: str
    """FFmpeg's encoder name: `aac`, `libopus`, `pcm_s24le`, …"""
    options: tuple[str, ...]
    channels: int
    sample_rate: int
    loudness: str
    """Name of a loudness row, `none` to leave the mix untouched."""
    mono_tracks: bool = False
    """One mono stream a channel (broadcast MXF) instead of one stream."""
    insist: bool | None = None
    """Whether a film that cannot be so loud is refused; `None` leaves it to the row."""


@dataclass(frozen=True, slots=True)
class LoudnessTarget:
    """One row of the table of loudness targets."""

    name: str
    """`web`, `ebu-r128`, …, or `none`."""
    integrated_lufs: float | None
    """Wanted integrated loudness (BS.1770, gated); `None` leaves the mix untouched."""
    tolerance_lu: float = 0.5
    """How far from it the finished file may be, either way."""
    true_peak_dbtp: float = -0.1
    """Highest true peak of the finished file. For an untouched mix: from where on a note is made."""
    limit_dbtp: float | None = None
    """Where the limiter is set, if the row asks for a lower limit than the peak it accepts."""
    gate: Literal["programme", "dialogue"] = "programme"
    """What the row's own meter gates by. A dialogue-gated row cannot be certified by a plain BS.1770 meter."""
    range_lu: tuple[float, float] | None = None
    """Loudness range the row calls comfortable; outside it a note is made, never an error."""
    note: str = ""
    """What a report should say whenever this row is used."""
    insist: bool = False
    """Whether a film that cannot be brought so loud within the peak limit is refused; else the nearest is taken."""

    @property
    def certified(self) -> bool:
        """Whether our meter is the meter the row asks for."""
        return self.gate == "programme"


UNTOUCHED = LoudnessTarget(name="none", integrated_lufs=None)
"""Leaves the mix as it is."""


@dataclass(frozen=True, slots=True)
class DeliverySpec:
    """Everything one deliverable is made by."""

    preset: str
    picture: PictureSpec
    sound: SoundSpec | None
    """`None` for silent deliverables."""
    container: ContainerName
    faststart: bool = True
    edit_list: bool = True
    timecode: bool = False
    """Whether a timecode track or a material timecode is written."""
    packaging: PackagingSettings | None = None
    """Of containers that are made from pictures of a finished film (`hls`, `frames`, `gif`, `still`)."""
    text_margins: Margins = NO_MARGINS
    """Edges of the picture that titles keep out of, because the receiver lays its buttons over them."""
    notes: tuple[str, ...] = ()
    """What a report must say of this deliverable (an encoder fallback, an uncertified codec)."""
