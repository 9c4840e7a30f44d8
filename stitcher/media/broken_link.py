"""Lets HEVC packets begin at a CRA in the middle of other packets: a clean start there is called a broken link. Pure.

Pictures stored behind a CRA and shown before it may refer to what stood before it; they are left out. What is shown
after it does not (ITU-T H.265, 3.34), so that only its unit's type has to be another: of a BLA without leading pictures
the decoder counts display order afresh, as at an IDR.
"""

from __future__ import annotations

_CRA, _BLA = 21, 18
"""CRA_NUT, BLA_N_LP (ITU-T H.265, table 7-1)."""
_HEADER_BYTES = 2
_DROPS_EARLIER = 0x40
"""no_output_of_prior_pics_flag, the second bit of the slice of such a picture: pictures before it are shown."""


def as_broken_link(packet: bytes, length_size: int) -> bytes:
    """A packet with its CRA as a BLA. Raises `ValueError` for one that cannot be read."""
    made = bytearray(packet)
    at = 0
    while at < len(made):
        begin = at + length_size
        at = begin + int.from_bytes(made[at:begin], "big")
        if at > len(made) or at - begin <= _HEADER_BYTES:
            raise ValueError("the lengths inside it do not add up")
        if made[begin] >> 1 & 0x3F == _CRA:
            made[begin] = made[begin] & 0x81 | _BLA << 1
            made[begin + _HEADER_BYTES] &= ~_DROPS_EARLIER & 0xFF
    return bytes(made)
