"""One decoder configuration for a film whose runs were made with different parameter sets. Pure.

An `avcC` record (ISO/IEC 14496-15, 5.3.3.1) may hold several sequence and picture parameter sets; each slice names
the one it needs by number. So runs of two encoders can share a plain `avc1` track if their sets are numbered apart.
"""

from __future__ import annotations

from stitcher.media.decoder_config import by_number, split_avcc


def merge_avcc(first: bytes, second: bytes) -> bytes:
    """The first record with the second's sets added; both must have the same length size and profile.

    Raises `ValueError` when the records cannot share a track.
    """
    if first[1] != second[1] or (first[4] & 3) != (second[4] & 3):
        raise ValueError("the two streams have different profiles")
    sequence, picture, extension = split_avcc(first)
    more_sequence, more_picture, _ = split_avcc(second)
    ours = by_number((*sequence, *picture), hevc=False)
    theirs = by_number((*more_sequence, *more_picture), hevc=False)
    if any(ours[number] != theirs[number] for number in ours.keys() & theirs.keys()):
        raise ValueError("the two streams have different sets of one number")
    sequences = tuple(dict.fromkeys((*sequence, *more_sequence)))
    pictures = tuple(dict.fromkeys((*picture, *more_picture)))
    level = max(first[3], second[3])
    return b"".join(
        (
            first[:3],
            bytes((level,)),
            first[4:5],
            bytes((0xE0 | len(sequences),)),
            *(len(unit).to_bytes(2, "big") + unit for unit in sequences),
            bytes((len(pictures),)),
            *(len(unit).to_bytes(2, "big") + unit for unit in pictures),
            extension,
        )
    )
