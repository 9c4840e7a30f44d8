"""Parses H.264 parameter sets (SPS, PPS, VUI): what they say of how a stream was encoded. Pure.

Only the fields an encoder can be asked for again are kept (ITU-T H.264, 7.3.2.1 to 7.3.2.2 and annex E.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stitcher.media.bit_reader import Bits
from stitcher.media.decoder_config import record_units

_HIGH_PROFILES = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
_SAMPLE_ASPECTS = (
    *((0, 0), (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11), (80, 33)),
    *((18, 11), (15, 11), (64, 33), (160, 99), (4, 3), (3, 2), (2, 1)),
)
_EXTENDED_ASPECT = 255


@dataclass(frozen=True, slots=True)
class AvcPicture:
    """One PPS."""

    cabac: bool
    weighted_p: bool
    weighted_b: int
    default_references: int
    initial_quantiser: int
    chroma_offset: int
    transform_8x8: bool
    constrained_intra: bool


@dataclass(frozen=True, slots=True)
class Avc:
    """One SPS and the PPS that goes with it."""

    profile: int
    """profile_idc: 66 baseline, 77 main, 100 high, 110 high 10, 122 high 4:2:2, 244 high 4:4:4."""
    constraints: int
    level: int
    """level_idc, ten times the level."""
    order_bits: int | None
    """Bits of the picture order count; `None` when order is not coded so."""
    references: int
    reorder: int | None
    """Pictures held back for display order; `None` when the set does not say."""
    sample_aspect: tuple[int, int] | None
    """As written, `None` when absent: a square pixel can be written or left unsaid."""
    full_range: bool
    colour: tuple[int, int, int] | None
    """Primaries, transfer and matrix as ITU-T H.273 numbers; `None` when absent."""
    chroma_location: int | None
    tick: Fraction | None
    """Seconds between two fields (half a frame); `None` when absent."""
    fixed_rate: bool
    frame_mbs_only: bool
    picture: AvcPicture


def read_avc(extradata: bytes) -> Avc | None:
    """The first SPS and PPS of an `avcC` record or an Annex B header; `None` when they cannot be read."""
    try:
        units = record_units("h264", extradata)
        sps = next(unit for unit in units if unit[0] & 31 == 7)
        pps = next(unit for unit in units if unit[0] & 31 == 8)
        return _read(sps, pps)
    except (ValueError, IndexError, StopIteration):
        return None


def _read(sps: bytes, pps: bytes) -> Avc:
    bits = Bits(sps[1:])
    profile, constraints, level = bits.u(8), bits.u(8), bits.u(8)
    bits.ue()
    chroma_format = 1
    if profile in _HIGH_PROFILES:
        chroma_format = bits.ue()
        if chroma_format == 3:
            bits.u(1)
        bits.ue()
        bits.ue()
        bits.u(1)
        if bits.flag():
            _skip_scaling(bits, 8 if chroma_format != 3 else 12)
    bits.ue()
    order_bits = _read_picture_order(bits)
    references = bits.ue()
    bits.u(1)
    bits.ue()
    bits.ue()
    frame_mbs_only = bits.flag()
    if not frame_mbs_only:
        bits.u(1)
    bits.u(1)
    if bits.flag():
        for _ in range(4):
            bits.ue()
    vui = _read_vui(bits) if bits.flag() else _Vui()
    picture = _read_pps(Bits(pps[1:]))
    return Avc(
        profile=profile,
        constraints=constraints,
        level=level,
        order_bits=order_bits,
        references=references,
        reorder=vui.reorder,
        sample_aspect=vui.sample_aspect,
        full_range=vui.full_range,
        colour=vui.colour,
        chroma_location=vui.chroma_location,
        tick=vui.tick,
        fixed_rate=vui.fixed_rate,
        frame_mbs_only=frame_mbs_only,
        picture=picture,
    )


def _read_picture_order(bits: Bits) -> int | None:
    kind = bits.ue()
    if kind == 0:
        return bits.ue() + 4
    if kind == 1:
        bits.u(1)
        bits.se()
        bits.se()
        for _ in range(bits.ue()):
            bits.se()
    return None


def _skip_scaling(bits: Bits, lists: int) -> None:
    for index in range(lists):
        if not bits.flag():
            continue
        last, following = 8, 8
        for _ in range(16 if index < 6 else 64):
            if following:
                following = (last + bits.se()) % 256
            last = following or last


@dataclass(frozen=True, slots=True)
class _Vui:
    sample_aspect: tuple[int, int] | None = None
    full_range: bool = False
    colour: tuple[int, int, int] | None = None
    chroma_location: int | None = None
    tick: Fraction | None = None
    fixed_rate: bool = False
    reorder: int | None = None


def _read_vui(bits: Bits) -> _Vui:
    aspect: tuple[int, int] | None = None
    if bits.flag():
        index = bits.u(8)
        aspect = (bits.u(16), bits.u(16)) if index == _EXTENDED_ASPECT else _SAMPLE_ASPECTS[index]
    if bits.flag():
        bits.u(1)
    full_range, colour = _read_video_signal(bits)
    location = None
    if bits.flag():
        location = bits.ue()
        bits.ue()
    tick, fixed = None, False
    if bits.flag():
        units, scale = bits.u(32), bits.u(32)
        tick = Fraction(units, scale) if scale else None
        fixed = bits.flag()
    _skip_buffers(bits)
    bits.u(1)
    reorder = None
    if bits.flag():
        bits.u(1)
        for _ in range(4):
            bits.ue()
        reorder = bits.ue()
    return _Vui(
        sample_aspect=aspect,
        full_range=full_range,
        colour=colour,
        chroma_location=location,
        tick=tick,
        fixed_rate=fixed,
        reorder=reorder,
    )


def _read_video_signal(bits: Bits) -> tuple[bool, tuple[int, int, int] | None]:
    if not bits.flag():
        return False, None
    bits.u(3)
    full_range = bits.flag()
    return full_range, (bits.u(8), bits.u(8), bits.u(8)) if bits.flag() else None


def _skip_buffers(bits: Bits) -> None:
    """The buffer models (HRD) of NAL units and of slices alone, and what follows if there is either."""
    present = []
    for _ in range(2):
        present.append(bits.flag())
        if present[-1]:
            _skip_hrd(bits)
    if any(present):
        bits.u(1)


def _skip_hrd(bits: Bits) -> None:
    count = bits.ue() + 1
    bits.u(8)
    for _ in range(count):
        bits.ue()
        bits.ue()
        bits.u(1)
    bits.u(20)


def _read_pps(bits: Bits) -> AvcPicture:
    bits.ue()
    bits.ue()
    cabac = bits.flag()
    bits.u(1)
    if bits.ue():
        # Slice groups exist in the extended profile alone, which no encoder here makes.
        raise IndexError("slice groups")
    default_references = bits.ue() + 1
    bits.ue()
    weighted_p, weighted_b = bits.flag(), bits.u(2)
    quantiser = 26 + bits.se()
    bits.se()
    chroma_offset = bits.se()
    bits.u(1)
    constrained_intra = bits.flag()
    bits.u(1)
    return AvcPicture(
        cabac=cabac,
        weighted_p=weighted_p,
        weighted_b=weighted_b,
        default_references=default_references,
        initial_quantiser=quantiser,
        chroma_offset=chroma_offset,
        transform_8x8=bits.flag() if bits.more() else False,
        constrained_intra=constrained_intra,
    )
