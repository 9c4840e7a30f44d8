"""From a timeline and a delivery to segments: what is copied, what is encoded, and why. Pure.

    item A   |---- solo ----|== dissolve ==|
    item B                  |== dissolve ==|---- solo -------------|
    copied   [IDR ..... clean tail)             [IDR ...... tail)
    encoded                 [tail + dissolve + head)

Only frames seen alone (solo) can be copied. What lies between two copied runs is encoded in one piece, so that
a seam is one segment; long encoded stretches are cut at fixed places of the *source* clock, so that changing
one seam leaves the cached pieces further away as they were.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from stitcher.captions.track import CaptionTrack
from stitcher.delivery.packaging_settings import GifSettings, StillSettings
from stitcher.delivery.spec import DeliverySpec, PictureSpec
from stitcher.errors import InputError, Issue, PlanError
from stitcher.formats.codecs import NAL_CODECS
from stitcher.formats.colour import HDR_TRANSFERS
from stitcher.media.clip import Clip
from stitcher.media.decoder_config import decoder_sets
from stitcher.media.shared_record import share_record
from stitcher.rendering.copy_rules import (
    RECONFIGURED,
    copyable_run,
    is_reconfigured,
    reencode_reason,
)
from stitcher.rendering.excerpt import shown_range, with_cut_edges, with_whole_blends
from stitcher.rendering.pieces import is_near, is_slow, piece_frames, solo_cuts
from stitcher.rendering.segments import Copied, Encoded, Plan, Segment, SegmentInput
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import PictureOverlay

_SHORTEST_COPY = 6
"""Runs shorter than this are encoded with their neighbours: two joins cost more than they save."""


ROOM_FOR_ENCODED = 4
"""So many numbers of parameter sets are left for those of encoded runs (`media.shared_record`)."""


def plan(timeline: Timeline, delivery: DeliverySpec, *, only: FrameRange | None = None) -> Plan:
    """Every frame that the deliverable needs of the film in exactly one segment, in film order.

    `only` are the frames it shows, where that is known better than by its settings. Raises `PlanError` for a
    timeline with no frames.
    """
    if not timeline.items or not timeline.frames:
        raise PlanError("The timeline has no frames; give at least one clip or title.")
    _refuse_grades_of_light(timeline, delivery.picture)
    reasons = _reasons(timeline, delivery)
    lookup = _ItemLookup(timeline, delivery)
    picture = delivery.picture
    segments: list[Segment] = []
    shown = shown_range(timeline, delivery) if only is None else only
    needed = with_whole_blends(timeline, shown)
    done = needed.start
    for index, reason in enumerate(reasons):
        for copy in _copied(lookup, index, needed) if reason is None else ():
            segments.extend(_encoded(lookup, FrameRange(done, copy.record_range.start), reasons, picture))
            segments.append(copy)
            done = copy.record_range.stop
    segments.extend(_encoded(lookup, FrameRange(done, needed.stop), reasons, picture))
    return Plan(timeline, delivery, tuple(segments), shown)


def _refuse_grades_of_light(timeline: Timeline, picture: PictureSpec) -> None:
    graded = [index for index, item in enumerate(timeline.items) if not item.look.grade.is_neutral]
    if not graded or not picture.colour.is_hdr:
        return
    light = HDR_TRANSFERS[picture.colour.transfer or ""]
    raise PlanError(
        [
            Issue.at(
                ("shots", index, "grade"),
                f"shot {timeline.items[index].shot!r}: 'grade' is for pictures of SDR, and this film is HDR "
                f"({light}); grade the clip beforehand, or deliver SDR.",
            )
            for index in graded
        ]
    )


def without_copies(made: Plan) -> Plan:
    """The same film with every frame encoded, for codecs whose encoder cannot continue the sources' packets."""
    picture = made.delivery.picture
    why = f"the encoder {picture.encoder} cannot continue the sources' packets"
    picture = replace(picture, copy_sources=False, why_no_copies=why)
    encoded = plan(made.timeline, replace(made.delivery, picture=picture), only=made.shown)
    return replace(encoded, whole=None if made.whole is None else without_copies(made.whole))


def part_of(whole: Plan, frames: FrameRange) -> Plan:
    """The plan of a part of the film: its frames as they are in the film, but that it begins and ends with a cut.

    Raises `InputError` where the deliverable is one picture.
    """
    settings = whole.delivery.packaging
    if isinstance(settings, StillSettings):
        raise InputError(
            f"The preset {whole.delivery.preset} makes one picture, which is no part of a film; "
            "ask for the frame at a time instead."
        )
    if isinstance(settings, GifSettings):
        frames = FrameRange(frames.start, min(frames.stop, frames.start + len(whole.shown)))
    made = plan(with_cut_edges(whole.timeline, frames), whole.delivery, only=frames)
    return replace(made, whole=whole)


def burnt_in(timeline: Timeline, delivery: DeliverySpec) -> tuple[CaptionTrack, ...]:
    """The captions that a deliverable's pictures have. A still is meant to be of the film, and has none."""
    return () if isinstance(delivery.packaging, StillSettings) else timeline.burnt_in


class _Ranges:
    """Ranges of the film, in order and apart from each other, of which those in some part of it are found quickly."""

    def __init__(self, ranges: Iterable[FrameRange]) -> None:
        made: list[FrameRange] = []
        for record in sorted(ranges, key=lambda record: record.start):
            if made and record.start <= made[-1].stop:
                made[-1] = FrameRange(made[-1].start, max(made[-1].stop, record.stop))
            else:
                made.append(record)
        self._ranges = made
        self._stops = [record.stop for record in made]

    def within(self, record: FrameRange) -> Iterator[FrameRange]:
        """The parts of `record` that are in them."""
        for one in self._ranges[bisect_right(self._stops, record.start) :]:
            if one.start >= record.stop:
                return
            yield one.intersection(record)

    def outside(self, record: FrameRange) -> Iterator[FrameRange]:
        """The parts of `record` between those."""
        start = record.start
        for one in self.within(record):
            yield FrameRange(start, one.start)
            start = one.stop
        yield FrameRange(start, record.stop)


class _ItemLookup:
    """Finds the items of a record range, and what changes their pictures, without walking the whole film: both ends of
    them rise."""

    def __init__(self, timeline: Timeline, delivery: DeliverySpec) -> None:
        self.timeline = timeline
        captions = [one.record for track in burnt_in(timeline, delivery) for one in track.captions]
        self.captioned = _Ranges(captions)
        overlaid = [record for item in timeline.items for record in overlay_ranges(item)]
        overlaid += [overlay.span for overlay in timeline.overlays]
        self.changed = _Ranges([*captions, *overlaid, *(fade.record for fade in timeline.fades)])
        """Where pictures are not what the items show: no frame of these is copied."""
        self._starts = [item.record_range.start for item in timeline.items]
        self._stops = [item.record_range.stop for item in timeline.items]

    def within(self, record: FrameRange) -> range:
        """Indices of the items seen anywhere in `record`."""
        return range(bisect_right(self._stops, record.start), bisect_left(self._starts, record.stop))


def overlay_ranges(item: Item) -> Iterator[FrameRange]:
    """The frames of an item that have something laid over them, record clock, one range for each of its overlays."""
    for overlay in item.overlays:
        yield overlay.span.shifted(item.record_start).intersection(item.record_range)


def _reasons(timeline: Timeline, delivery: DeliverySpec) -> list[str | None]:
    """For each item, why it cannot be copied."""
    picture = delivery.picture
    reasons = [reencode_reason(item, picture) for item in timeline.items]
    frames_by_sets: Counter[object] = Counter()
    records: dict[object, bytes] = {}
    for item, reason in zip(timeline.items, reasons, strict=True):
        if reason is None:
            frames_by_sets[_sets(item)] += len(item.source_range)
            records.setdefault(_sets(item), _record(item))
    # Counter keeps insertion order among equals, so the earlier clip wins a tie.
    by_size = [sets for sets, _ in frames_by_sets.most_common()]
    kept = set(by_size[:1] if picture.one_encoder else _sharing(picture.codec, by_size, records))
    for index, item in enumerate(timeline.items):
        if reasons[index] is None and _sets(item) not in kept:
            reasons[index] = "its parameter sets differ from the other clips' (it has another encoder)"
    return reasons


def _sharing(codec: str, by_size: Sequence[object], records: Mapping[object, bytes]) -> list[object]:
    """Of groups of equal parameter sets, those that can share a track with the first, and with what is encoded."""
    kept = list(by_size[:1])
    for sets in by_size[1:] if codec in NAL_CODECS else ():
        with suppress(ValueError):
            if share_record(codec, [records[one] for one in (*kept, sets)]).room >= ROOM_FOR_ENCODED:
                kept.append(sets)
    return kept


def _sets(item: Item) -> object:
    if isinstance(item.source, Clip) and not item.source.video.intra_only:
        return decoder_sets(item.source.video.codec, item.source.video.parameter_sets)
    return b""


def _record(item: Item) -> bytes:
    return item.source.video.parameter_sets if isinstance(item.source, Clip) else b""


def _copied(lookup: _ItemLookup, index: int, needed: FrameRange) -> Iterator[Copied]:
    """The runs of an item that are copied, of the frames that are needed: one, and more after what lies over them."""
    timeline = lookup.timeline
    item = timeline.items[index]
    assert isinstance(item.source, Clip)
    to_source = item.source_range.start - item.record_start
    for alone in lookup.changed.outside(timeline.solo_range(index).intersection(needed)):
        for stretch in item.retiming.stretches(alone.shifted(to_source)):
            run = copyable_run(item.source.video, stretch.source) if stretch.step else None
            if run is None or len(run[0]) < min(_SHORTEST_COPY, len(needed)):
                continue
            pictures, packets = run
            yield Copied(
                item=index,
                shot=item.shot,
                record_range=pictures.shifted(stretch.frames.start - stretch.first - to_source),
                source_range=pictures,
                packet_range=packets,
            )


def _encoded(
    lookup: _ItemLookup, gap: FrameRange, reasons: Sequence[str | None], picture: PictureSpec
) -> Iterator[Encoded]:
    start = gap.start
    for cut in [*_cuts(lookup, gap, picture), gap.stop]:
        if cut > start:
            piece = FrameRange(start, cut)
            inputs = tuple(_inputs(lookup, piece))
            yield Encoded(inputs, piece, _why(lookup, inputs, piece, reasons))
            start = cut


def _cuts(lookup: _ItemLookup, gap: FrameRange, picture: PictureSpec) -> Iterator[int]:
    """Places inside `gap`, record clock, where an encoded stretch is cut, all of them seen alone: where two
    items meet without a blend, at fixed places of the source clock, and, so that a chain of short blended shots
    stays bounded, wherever a piece has grown to twice its length."""
    timeline, steady = lookup.timeline, picture.steady_rate
    last = gap.start
    for index in lookup.within(gap):
        item = timeline.items[index]
        solo = timeline.solo_range(index).intersection(gap)
        piece, fine = piece_frames(timeline, item, picture)
        coarse = piece if fine or not is_slow(picture) else 2 * piece
        blended = index > 0 and timeline.transitions[index - 1].frames > 0
        unblended = index > 0 and not blended and solo.start == item.record_start
        if unblended and item.record_start > last and not (steady and item.record_start - last < piece):
            yield item.record_start
            last = item.record_start
        origin = item.record_start - item.source_range.start
        after, before = fine and blended and last < solo.start, fine and solo.stop < gap.stop
        for cut in solo_cuts(solo, last, piece, origin, after_blend=after, before_blend=before):
            # Where coarse pieces have always begun they still do, however far that is from a clean start.
            if (
                coarse == piece
                or (cut - origin) % coarse == 0
                or is_near(timeline, item, cut - origin, picture)
            ):
                yield cut
                last = cut
        if solo and gap.stop > solo.stop and solo.stop - last > 2 * piece:
            yield solo.stop - 1
            last = solo.stop - 1


def _inputs(lookup: _ItemLookup, piece: FrameRange) -> Iterator[SegmentInput]:
    timeline = lookup.timeline
    before: int | None = None
    for index in lookup.within(piece):
        item = timeline.items[index]
        record = item.record_range.intersection(piece)
        source = record.shifted(item.source_range.start - item.record_start)
        join = timeline.transitions[index - 1] if before is not None else None
        if join is not None and join.frames:
            yield SegmentInput(index, item.shot, source, overlap=join.frames, transition=join.kind)
        else:
            yield SegmentInput(index, item.shot, source)
        before = index


def _why(
    lookup: _ItemLookup, inputs: Sequence[SegmentInput], piece: FrameRange, reasons: Sequence[str | None]
) -> str:
    timeline = lookup.timeline
    texts: list[str] = []
    for part in inputs:
        reason = reasons[part.item] or _why_not_here(timeline.items[part.item], part.source_range)
        if reason is not None:
            texts.append(f"{part.shot}: {reason}")
        if part.overlap:
            frames = "1 frame" if part.overlap == 1 else f"{part.overlap} frames"
            texts.append(f"{part.transition.name} of {frames} into {part.shot}")
    texts += _laid_over(lookup, [part for part in inputs if reasons[part.item] is None], piece)
    if not texts:
        names = " and ".join(dict.fromkeys(part.shot for part in inputs))
        return f"{names}: no clean start or end for copying here"
    return "; ".join(dict.fromkeys(texts))


def _why_not_here(item: Item, frames: FrameRange) -> str | None:
    """Why these frames of an item that is copied elsewhere cannot be."""
    if not isinstance(item.source, Clip):
        return None
    shown = item.retiming.source(frames)
    if is_reconfigured(item.source.video, shown):
        return RECONFIGURED
    if any(not stretch.step for stretch in item.retiming.stretches(frames)):
        return "a picture of it is frozen"
    return "its last picture is held" if shown.stop > item.source.video.frames else None


def _laid_over(lookup: _ItemLookup, inputs: Sequence[SegmentInput], piece: FrameRange) -> Iterator[str]:
    """What keeps frames of items from being copied that could be: overlays, fades, captions."""
    if not inputs:
        return
    timeline = lookup.timeline
    for part in inputs:
        item = timeline.items[part.item]
        for overlay, record in zip(item.overlays, overlay_ranges(item), strict=True):
            if record.intersection(piece):
                what = overlay.name if isinstance(overlay, PictureOverlay) else "text"
                yield f"{part.shot}: it has {what} over it"
    for overlay in timeline.overlays:
        if overlay.span.intersection(piece):
            yield f"the film: it has {overlay.name} over it"
    for fade in timeline.fades:
        if fade.record.intersection(piece):
            yield f"{fade.shot or 'the film'}: {fade}"
    if any(lookup.captioned.within(piece)):
        yield "captions are burnt in"
