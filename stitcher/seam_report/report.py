"""What a film's seams and clips show: measured, held against their thresholds, and what of it is accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from stitcher.media.clip import Clip
from stitcher.seams.clip_findings import cadence, clip_findings, course_of, flicker_of
from stitcher.seams.measured import Shown, measure_film, recalled_film
from stitcher.seams.seam_findings import (
    Hop,
    MotionStep,
    Side,
    chain_findings,
    chain_of,
    pace_at,
    seam_findings,
)
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import picture_frame, source_picture

if TYPE_CHECKING:
    import threading

    from stitcher.seams.at_cut import SeamMeasure
    from stitcher.seams.clip_measure import ClipMeasure
    from stitcher.seams.kinds import SeamFinding
    from stitcher.timeline.model import Item, Timeline


@dataclass(frozen=True, slots=True)
class ClipReport:
    """What was measured of one shot's clip, as far as it is seen."""

    shot: str
    clip: Clip
    measure: ClipMeasure
    moves: float
    """The motion of a picture that moves, root mean square of levels; 0 for a clip that stands still."""
    new_pictures: Fraction
    """Pictures a second that are new: less than its rate where some are shown twice."""
    flicker: float
    """How far the light of a picture commonly is off its neighbours', levels."""


@dataclass(frozen=True, slots=True)
class SeamReport:
    """What was measured where a shot is cut to the one before it."""

    earlier: str
    shot: str
    frame: int
    """The first frame of the later shot, record clock."""
    dropped: int
    """Pictures that the film leaves out there because the later clip repeats them."""
    measure: SeamMeasure
    pace: MotionStep
    sharpness: float
    """Of the later clip's first pictures, as a share of the earlier's last: 1 for as sharp."""
    grain: tuple[float, float]
    """Standard deviation of noise before and after, levels."""


@dataclass(frozen=True, slots=True)
class FilmSeams:
    """What the seams and the clips of a film show."""

    title: str
    rate: Fraction
    clips: tuple[ClipReport, ...]
    seams: tuple[SeamReport, ...]
    """Where clips are cut together; blends, stills and titles have none."""
    chains: tuple[tuple[Hop, ...], ...]
    """Scenes that go on over several clips, each against its first."""
    findings: tuple[SeamFinding, ...]
    """What is above its threshold and not accepted, in the order of the film."""
    accepted: tuple[SeamFinding, ...] = ()
    """What the storyboard says is meant."""
    notes: tuple[str, ...] = ()
    """What a person should read: what is accepted and was not found."""

    def __repr__(self) -> str:
        return f"<FilmSeams: {len(self.clips)} clips, {len(self.seams)} seams, {len(self.findings)} findings>"


Measured = tuple["ClipMeasure | None", "SeamMeasure | None"]


def report_seams(
    timeline: Timeline,
    *,
    done: Callable[[int], None] = lambda _: None,
    cancel: threading.Event | None = None,
) -> FilmSeams:
    """What the seams and clips of a film show; measures are remembered by content.

    `done` is told how many shots are done with. Raises `MediaBroken` for a clip that cannot be decoded, and
    `Interrupted`.
    """
    shown, joined = _shown(timeline), _joined(timeline)
    measured: list[Measured] = []
    for one in measure_film(shown, joined, cancel=cancel):
        measured.append(one)
        done(len(measured))
    return _report(timeline, shown, measured)


def known_findings(timeline: Timeline) -> tuple[SeamFinding, ...]:
    """What is above its threshold in a film that was measured before, accepted or not; nothing of one that was not."""
    shown = _shown(timeline)
    measured = recalled_film(shown, _joined(timeline))
    if measured is None:
        return ()
    report = _report(timeline, shown, measured)
    return (*report.findings, *report.accepted)


def _shown(timeline: Timeline) -> list[Shown | None]:
    return [shown_of(item, timeline.rate) for item in timeline.items]


def _joined(timeline: Timeline) -> list[bool]:
    """Of each shot but the first, whether its pictures and those before it are cut together as they are."""
    return [
        not join.frames and not (before.retiming.changes or after.retiming.changes)
        for join, before, after in zip(timeline.transitions, timeline.items, timeline.items[1:], strict=False)
    ]


def _report(timeline: Timeline, shown: Sequence[Shown | None], measured: Sequence[Measured]) -> FilmSeams:
    clips: list[ClipReport] = []
    seams: list[SeamReport] = []
    found: list[SeamFinding] = []
    chains: list[list[tuple[Side, SeamMeasure | None]]] = [[]]
    before: Side | None = None
    for number, (item, one, (measure, cut)) in enumerate(zip(timeline.items, shown, measured, strict=True)):
        side = None if one is None or measure is None else _side(item.shot, one, measure)
        if side is None or cut is None or not cut.goes_on:
            chains.append([])
        if side is not None and one is not None:
            clips.append(_clip_report(side, one))
            if cut is not None and before is not None:
                seams.append(_seam_report(timeline, number, before, side, cut))
                found += [replace(seen, frame=item.record_start) for seen in seam_findings(before, side, cut)]
            chains[-1].append((side, cut))
            in_clip = clip_findings(side.measure, side.rate, item.shot)
            found += [_placed(seen, item, one, timeline.rate) for seen in in_clip]
        before = side
    drifts = tuple(_chain(chain) for chain in chains if len(chain) > 1)
    starts = {item.shot: item.record_start for item in timeline.items}
    found += [replace(seen, frame=starts[seen.shot]) for hops in drifts for seen in chain_findings(hops)]
    found = [replace(seen, accepted=_reason(timeline, seen)) for seen in sorted(found, key=_frame)]
    accepted = tuple(seen for seen in found if seen.accepted)
    return FilmSeams(
        timeline.title,
        timeline.rate,
        tuple(clips),
        tuple(seams),
        drifts,
        tuple(seen for seen in found if not seen.accepted),
        accepted,
        _idle(timeline, accepted),
    )


def _frame(finding: SeamFinding) -> int:
    return finding.frame


def _reason(timeline: Timeline, finding: SeamFinding) -> str:
    """Why the storyboard says that a finding is meant; empty where it does not."""
    return next(
        (
            one.reason
            for shot, one in timeline.seam_accept
            if (shot, one.finding) == (finding.shot, finding.kind)
        ),
        "",
    )


def _idle(timeline: Timeline, meant: Sequence[SeamFinding]) -> tuple[str, ...]:
    """What is accepted and was not found, one sentence each."""
    found = {(one.shot, one.kind) for one in meant}
    return tuple(
        f"Shot {shot!r} accepts {one.finding!r}, which was not found; take it out."
        for shot, one in timeline.seam_accept
        if (shot, one.finding) not in found
    )


def shown_of(item: Item, rate: Fraction) -> Shown | None:
    """The pictures of a shot's clip that are seen; `None` for what is no clip."""
    clip = item.clip
    if clip is None or not item.enabled or not item.source_range:
        return None
    source = item.retiming.source(item.source_range)
    first, last = (source_picture(clip, frame, rate, item.speed) for frame in (source.start, source.stop - 1))
    return Shown(clip, FrameRange(first, last + 1), item.matrix)


def _side(shot: str, shown: Shown, measure: ClipMeasure) -> Side:
    video = shown.clip.video
    width = video.height if video.rotation in (90, 270) else video.width
    return Side(shot, measure, video.rate or video.average_rate, width)


def _clip_report(side: Side, shown: Shown) -> ClipReport:
    course = course_of(side.measure)
    turn, fresh = cadence(side.measure) or (1, 1)
    return ClipReport(
        side.shot,
        shown.clip,
        side.measure,
        round(course.common, 3),
        side.rate * fresh / turn,
        round(flicker_of(side.measure), 3),
    )


def _seam_report(timeline: Timeline, number: int, before: Side, side: Side, cut: SeamMeasure) -> SeamReport:
    return SeamReport(
        before.shot,
        side.shot,
        timeline.items[number].record_start,
        timeline.transitions[number - 1].dropped_frames,
        cut,
        pace_at(before, side),
        round(side.measure.head.sharpness / max(before.measure.tail.sharpness, 0.01), 3),
        (before.measure.tail.grain, side.measure.head.grain),
    )


def _chain(chain: Sequence[tuple[Side, SeamMeasure | None]]) -> tuple[Hop, ...]:
    return chain_of([side for side, _ in chain], [cut for _, cut in chain[1:] if cut is not None])


def _placed(finding: SeamFinding, item: Item, shown: Shown, rate: Fraction) -> SeamFinding:
    """A finding in a clip, which counts its pictures, on the frame of the film where it begins."""
    at = picture_frame(shown.clip, shown.pictures.start + finding.frame, rate, item.speed)
    first = item.retiming.source(item.source_range).start
    inside = min(max(0, at - first), len(item.source_range) - 1)
    return replace(finding, frame=item.record_start + inside)
