"""One decoder configuration (`avcC`, `hvcC`) for a track whose packets come from several encoders. Pure.

Equal sets are written once; those that differ and have one number are numbered anew (`renumber_sets`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stitcher.media.decoder_config import hvcc_arrays, length_size, record_units, split_avcc
from stitcher.media.renumber_sets import SYNTAX, Code, NewNumbers, Renumbering, numbers_like, own_code

_AVC_PROFILES = (66, 77, 88, 100, 110, 122, 244)
"""Each can decode what those before it hold, as far as encoders use it."""
_HEVC_PROFILES = (1, 2, 4)
_HVCC_HEAD = 22


@dataclass(frozen=True, slots=True)
class SharedRecord:
    """A record for several streams."""

    record: bytes
    changes: tuple[NewNumbers | None, ...]
    """For each stream, how its packets are written; `None` where they stay as they are."""
    room: int
    """How many more streams it has numbers for, of sets that are numbered 0, as encoders do."""


@dataclass(slots=True)
class _Table:
    """The sets of a record that is being made, by kind and number."""

    sets: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def of_kind(self, kind: int) -> tuple[bytes, ...]:
        return tuple(unit for (other, _), unit in self.sets.items() if other == kind)

    def room(self, codec: str) -> int:
        """How many more sets of each kind can be taken in that are numbered 0."""
        return min(
            sum((kind, number) not in self.sets for number in numbers_like(codec, Code(kind, 0, 1, 0)))
            for kind in SYNTAX[codec].most
        )

    def add(self, codec: str, units: Iterable[bytes]) -> tuple[tuple[int, int, int], ...]:
        """Take a stream's sets in, and say how they are numbered. Raises `ValueError` where there is no number left."""
        numbers: list[tuple[int, int, int]] = []
        for unit in sorted(units, key=SYNTAX[codec].kind):
            code = own_code(codec, unit)
            for number in numbers_like(codec, code):
                tried = (*numbers, (code.kind, code.number, number))
                made = Renumbering(NewNumbers(codec, tried, 4, 4)).unit(unit).rstrip(b"\0")
                if self.sets.setdefault((code.kind, number), made) == made:
                    numbers.append((code.kind, code.number, number))
                    break
            else:
                raise ValueError("a track has no numbers left for so many parameter sets")
        return tuple(numbers)


def share_record(codec: str, records: Sequence[bytes]) -> SharedRecord:
    """A record under which packets of streams with these records decode, the first ones' sets under their own numbers.

    Raises `ValueError` where there is none: for records that cannot be read, extensions for alpha or further layers, or
    when a track has no numbers left.
    """
    table = _Table()
    numbers = [table.add(codec, record_units(codec, record)) for record in records]
    sizes = [length_size(codec, record) for record in records]
    size = sizes[0] if len(set(sizes)) == 1 else 4
    if not all(sizes):
        raise ValueError("packets with start codes stand in no record")
    make = _hvcc if codec == "hevc" else _avcc
    return SharedRecord(
        make(records, table, size),
        tuple(
            None
            if own == size and all(number == new for _, number, new in of_one)
            else NewNumbers(codec, of_one, own, size)
            for of_one, own in zip(numbers, sizes, strict=True)
        ),
        table.room(codec),
    )


def _highest(values: Iterable[int], order: Sequence[int]) -> int:
    try:
        return max(values, key=order.index)
    except ValueError:
        raise ValueError("the streams have profiles that have nothing in common") from None


def _avcc(records: Sequence[bytes], table: _Table, size: int) -> bytes:
    tails = [split_avcc(record)[2] for record in records]
    if any(len(tail) > 3 and tail[3] for tail in tails):
        raise ValueError("it has an extension for alpha")
    profile = records[0][1]
    if any(record[1] != profile for record in records):
        profile = _highest((record[1] for record in records), _AVC_PROFILES)
    constraints = 0xFF
    for record in records:
        constraints &= record[2]
    made = bytearray((1, profile, constraints, max(record[3] for record in records), 0xFC | size - 1))
    for mark, kind in ((0xE0, 7), (0, 8)):
        units = table.of_kind(kind)
        made.append(mark | len(units))
        for unit in units:
            made += len(unit).to_bytes(2, "big") + unit
    return bytes(made) + max(tails, key=len)


def _hvcc(records: Sequence[bytes], table: _Table, size: int) -> bytes:
    first = records[0]
    made = bytearray(first[:_HVCC_HEAD])
    for record in records[1:]:
        if record[16:19] != first[16:19]:
            raise ValueError("the streams differ in what their pixels are")
        profile = made[1] & 0x1F
        if record[1] & 0x1F != profile:
            profile = _highest((record[1] & 0x1F, profile), _HEVC_PROFILES)
        made[1] = (made[1] | record[1]) & 0xE0 | profile
        for at in range(2, 12):
            made[at] &= record[at]
        made[12] = max(made[12], record[12])
        # What is told for players that decode slices side by side, and how often pictures come, holds for one stream.
        made[13:16] = b"\xf0\0\xfc"
        made[19:21] = b"\0\0"
        layers = max(made[21] >> 3 & 7, record[21] >> 3 & 7)
        made[21] = layers << 3 | made[21] & record[21] & 4
    made[21] = made[21] & 0xFC | size - 1
    arrays = [(0x80 | kind, table.of_kind(kind)) for kind in (32, 33, 34)]
    arrays += [(head, units) for head, units in hvcc_arrays(first) if head & 0x3F not in SYNTAX["hevc"].most]
    made.append(len(arrays))
    for head, units in arrays:
        made.append(head)
        made += len(units).to_bytes(2, "big")
        for unit in units:
            made += len(unit).to_bytes(2, "big") + unit
    return bytes(made)
