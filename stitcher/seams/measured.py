"""Measuring clips and seams in files, each remembered by content; nothing is decoded twice that need not be."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from stitcher.media import probe_cache
from stitcher.media.clip import Clip
from stitcher.seams.at_cut import SeamMeasure, measure_cut
from stitcher.seams.clip_measure import ClipMeasure, End, measured
from stitcher.seams.detail import Detail
from stitcher.timebase import FrameRange

if TYPE_CHECKING:
    import threading

_METHOD = 2
"""Counts changes of what is measured and how; part of what is remembered under."""
_WORKERS = 2
_AHEAD = 2
"""Clips that may be decoded ahead of the one whose turn it is; their ends are in memory."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The pictures of a clip that a film shows."""

    clip: Clip
    pictures: FrameRange
    """Display order."""
    matrix: str | None = None
    """Colour matrix to assume where the clip says none."""

    @property
    def key(self) -> tuple[object, ...]:
        """What decides what is measured."""
        return (_METHOD, self.clip.sha256, self.pictures.start, self.pictures.stop, self.matrix or "")


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    measure: ClipMeasure
    head: End | None
    tail: End | None


def measure_film(
    shots: Sequence[Shown | None],
    joined: Sequence[bool],
    *,
    cancel: threading.Event | None = None,
) -> Iterator[tuple[ClipMeasure | None, SeamMeasure | None]]:
    """For each shot in order what was measured of it, and of the seam it begins with.

    `shots` has `None` for what is no clip, and `joined` says of each shot but the first whether it is cut to the one
    before. Clips are decoded once, a few at a time; memory does not grow with their number. Raises what decoding
    raises, and `Interrupted`.
    """
    known = [
        _recalled_seam(pair[0], pair[1]) if cut else None
        for pair, cut in zip(pairwise(shots), joined, strict=True)
    ]
    wanted = [
        cut and known[number] is None and shots[number] is not None and shots[number + 1] is not None
        for number, cut in enumerate(joined)
    ]
    head, tail = [False, *wanted], [*wanted, False]
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="stitcher-seams") as pool:
        waiting: deque[Future[_Looked | None]] = deque()
        asked = 0
        before: _Looked | None = None
        try:
            for number, shot in enumerate(shots):
                while asked < len(shots) and len(waiting) <= _AHEAD:
                    waiting.append(pool.submit(_looked, shots[asked], head=head[asked], tail=tail[asked]))
                    asked += 1
                looked = waiting.popleft().result()
                _check(cancel)
                seam = known[number - 1] if number else None
                if head[number] and before is not None and before.tail and looked is not None and looked.head:
                    seam = measure_cut(before.tail, looked.head)
                    _keep("seam-measures", _seam_key(shots[number - 1], shot), asdict(seam))
                before = looked
                yield (None if looked is None else looked.measure), seam
        finally:
            for future in waiting:
                future.cancel()


def _check(cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        from stitcher.errors import Interrupted

        raise Interrupted


def recalled_film(
    shots: Sequence[Shown | None], joined: Sequence[bool]
) -> list[tuple[ClipMeasure | None, SeamMeasure | None]] | None:
    """What `measure_film` gives, where all of it was measured before; `None` where something was not."""
    clips = [None if shot is None else _recalled_clip(shot) for shot in shots]
    seams = [
        _recalled_seam(*pair) if cut else None for pair, cut in zip(pairwise(shots), joined, strict=True)
    ]
    whole = all((shot is None) == (clip is None) for shot, clip in zip(shots, clips, strict=True))
    measured = all(
        seam is not None or not cut or None in pair
        for seam, cut, pair in zip(seams, joined, pairwise(shots), strict=True)
    )
    return list(zip(clips, [None, *seams], strict=True)) if whole and measured else None


def _looked(shot: Shown | None, *, head: bool, tail: bool) -> _Looked | None:
    """What is measured of a shot, with the ends that are wanted."""
    if shot is None:
        return None
    known = _recalled_clip(shot)
    if known is not None and not (head or tail):
        return _Looked(known, None, None)
    measure, first, last = _decoded(shot)
    if known is None:
        _keep("clip-measures", shot.key, asdict(measure))
    return _Looked(measure, first, last)


def _decoded(shot: Shown) -> tuple[ClipMeasure, End, End]:
    from stitcher.media.small_pictures import small_pictures

    turned = shot.clip.video.rotation in (90, 270)
    return measured(small_pictures(shot.clip, shot.pictures, matrix=shot.matrix), turned=turned)


def _keep(kind: str, key: Sequence[object], record: dict[str, Any]) -> None:
    probe_cache.put(kind, key, json.dumps(record, separators=(",", ":")))


def _recalled(kind: str, key: Sequence[object]) -> Any:
    word = probe_cache.get(kind, key)
    try:
        return None if word is None else json.loads(word)
    except ValueError:
        return None


def _recalled_clip(shot: Shown) -> ClipMeasure | None:
    record = _recalled("clip-measures", shot.key)
    try:
        if record is None:
            return None
        head, tail = (Detail(**record.pop(name)) for name in ("head", "tail"))
        ways = tuple((x, y) for x, y in record.pop("ways"))
        return ClipMeasure(**_tuples(record), head=head, tail=tail, ways=ways)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _recalled_seam(earlier: Shown | None, later: Shown | None) -> SeamMeasure | None:
    if earlier is None or later is None:
        return None
    record = _recalled("seam-measures", _seam_key(earlier, later))
    try:
        return None if record is None else SeamMeasure(**_tuples(record))
    except (AttributeError, TypeError, ValueError):
        return None


def _seam_key(earlier: Shown | None, later: Shown | None) -> tuple[object, ...]:
    return (*(earlier.key if earlier else ()), "then", *(later.key if later else ()))


def _tuples(record: dict[str, Any]) -> dict[str, Any]:
    """A record as it was before it was JSON, which has no tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
