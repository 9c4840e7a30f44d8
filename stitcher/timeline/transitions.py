"""Transitions between items, frames that match cuts drop, and where every item lies in the film."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from stitcher.errors import PlanError
from stitcher.media.clip import Clip
from stitcher.storyboard.cross_checks import unknown_transition
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.picture import DEFAULT_TRANSITION
from stitcher.storyboard.source_map import Location
from stitcher.storyboard.transition_kinds import CUT, TransitionKind, transition_kind
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import picture_frame, source_picture
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.media_index import MediaIndex, Seam, Unsure
from stitcher.timeline.model import Item
from stitcher.timeline.picture import Transition


def seams_to_measure(board: Storyboard, items: Sequence[Item], rate: Fraction) -> tuple[Seam, ...]:
    """The match cuts between two clips whose doubled frame nobody has decided on."""
    seams = []
    for index, (earlier, later) in enumerate(pairwise(items), start=1):
        transition = board.transition_into(index)
        if not transition_kind(transition.kind).drops_repeats or transition.drop != "auto":
            continue
        if _shows_none_twice(board, index):
            continue
        if earlier.clip is not None and later.clip is not None:
            seams.append(
                Seam(
                    earlier.shot,
                    earlier.clip,
                    source_picture(
                        earlier.clip,
                        earlier.retiming.source_frame(earlier.source_range.stop - 1),
                        rate,
                        earlier.speed,
                    ),
                    later_shot=later.shot,
                    later=later.clip,
                    first_picture=source_picture(
                        later.clip, later.retiming.source_frame(later.source_range.start), rate, later.speed
                    ),
                )
            )
    return tuple(seams)


def _shows_none_twice(board: Storyboard, index: int) -> bool:
    """Whether a picture that shot `index` repeats is not to be taken off: it is held on purpose, or not seen twice
    because one of the two fades, or is mirrored or seen in part,
    or plays backwards."""
    earlier, later = board.shots[index - 1], board.shots[index]
    one, other = ((shot.flip, shot.crop, shot.rotate, shot.zoom) for shot in (earlier, later))
    if one != other or earlier.reverse or later.reverse:
        return True
    return earlier.hold is not None or earlier.fade_out is not None or later.fade_in is not None


def join(
    board: Storyboard, items: Sequence[Item], media: MediaIndex, rate: Fraction, kinds: Collection[str] | None
) -> tuple[tuple[Item, ...], tuple[Transition, ...]]:
    """The items in their places, doubled frames taken off, and the transitions between them.

    Raises `PlanError` with every unknown kind and every transition that needs more than a shot has.
    """
    joins = _Joins(board, media, rate, kinds=kinds, issues=IssueCollector(board))
    transitions = []
    kept = list(items)
    for index, (earlier, later) in enumerate(pairwise(items), start=1):
        transition = joins.transition(index, earlier, later)
        transitions.append(transition)
        if transition.dropped_frames:
            kept[index - 1] = _shortened(kept[index - 1], transition.dropped_frames)
    joins.check_lengths(kept, transitions)
    joins.issues.raise_any()

    placed = []
    record = 0
    for index, item in enumerate(kept):
        placed.append(replace(item, record_start=record))
        record += len(item.source_range)
        if index < len(transitions):
            record -= transitions[index].frames
    return tuple(placed), tuple(transitions)


def _shortened(item: Item, frames: int) -> Item:
    """An item without its last frames; text that lasted to its end ends with it."""
    visible = item.source_range
    seen = FrameRange(visible.start, visible.stop - frames)
    overlays = tuple(
        replace(
            text,
            frames=max(min(text.frames, len(seen) - text.start), text.fade_in_frames + text.fade_out_frames),
        )
        for text in item.overlays
    )
    return replace(item, source_range=seen, overlays=overlays)


@dataclass(frozen=True, slots=True)
class _Joins:
    """The joins of one storyboard; `index` is that of the later shot."""

    board: Storyboard
    media: MediaIndex
    rate: Fraction
    kinds: Collection[str] | None
    issues: IssueCollector

    def transition(self, index: int, earlier: Item, later: Item) -> Transition:
        transition = self.board.transition_into(index)
        kind = transition_kind(transition.kind)
        if kind.drops_repeats:
            return self._dropping(kind, index, earlier, later)
        if not kind.overlaps:
            return Transition(kind)
        if self.kinds is not None and (message := unknown_transition(transition, self.kinds)):
            self._add(index, "kind", f"shot {later.shot!r}: {message}")
        frames = (transition.duration or DEFAULT_TRANSITION).to_frames(self.rate)
        if frames < 1:
            self._add(
                index,
                "duration",
                f"shot {later.shot!r}: a transition of {transition.duration} is less than a frame; for none, "
                "write 'cut'.",
            )
        return Transition(kind, frames)

    def _dropping(self, kind: TransitionKind, index: int, earlier: Item, later: Item) -> Transition:
        drop = self.board.transition_into(index).drop
        has = len(earlier.source_range)
        if drop != "auto":
            if drop < has:
                return Transition(kind, dropped_frames=drop)
            self._add(
                index,
                "drop",
                f"shot {earlier.shot!r} has {_frames(has)}: it cannot give up {drop} for the {kind.name} cut "
                f"into {later.shot!r}.",
            )
            return Transition(kind)
        if not (isinstance(earlier.source, Clip) and isinstance(later.source, Clip)):
            return Transition(kind)
        if _shows_none_twice(self.board, index):
            return Transition(kind)
        seam = (earlier.shot, later.shot)
        if seam not in self.media.doubled:
            raise PlanError(f"the seam between {seam[0]!r} and {seam[1]!r} has not been measured.")
        repeated = self.media.doubled[seam]
        if isinstance(repeated, Unsure):
            return Transition(kind, unsure=repeated.reason)
        frames = _frames_of_last(earlier, earlier.source, repeated, self.rate)
        return Transition(kind, dropped_frames=frames if frames < has else 0)

    def check_lengths(self, items: Sequence[Item], transitions: Sequence[Transition]) -> None:
        """Note every shot that is shorter than its transitions."""
        cut = Transition(CUT)
        for index, item in enumerate(items):
            has = len(item.source_range)
            comes_in, goes_out = (
                transitions[number] if 0 <= number < len(transitions) else cut
                for number in (index - 1, index)
            )
            if comes_in.frames + goes_out.frames <= has:
                continue
            if comes_in.frames > has:
                self._add(
                    index,
                    "duration",
                    f"shot {item.shot!r} has {_frames(has)}, and the {comes_in.kind.name} it comes in by "
                    f"needs {_frames(comes_in.frames)}: make the transition shorter or the shot longer.",
                )
            if goes_out.frames > has:
                self._add(
                    index + 1,
                    "duration",
                    f"shot {item.shot!r} has {_frames(has)}, and the {goes_out.kind.name} into "
                    f"{items[index + 1].shot!r} needs {_frames(goes_out.frames)}: make the transition shorter or the "
                    "shot longer.",
                )
            if max(comes_in.frames, goes_out.frames) <= has:
                self._add(
                    index,
                    "duration",
                    f"shot {item.shot!r} has {_frames(has)}, and needs {_frames(comes_in.frames + goes_out.frames)}: "
                    f"{comes_in.frames} for the {comes_in.kind.name} it comes in by and {goes_out.frames} for the "
                    f"{goes_out.kind.name} into {items[index + 1].shot!r}.",
                )

    def _add(self, index: int, key: str, message: str) -> None:
        """Note what is wrong at what the storyboard says of how a shot comes in, on the shot or under the defaults."""
        where: Location = ("shots", index)
        if self.board.shots[index].transition is not None:
            where = ("shots", index, "transition", key)
        elif "transition" in self.board.defaults.model_fields_set:
            where = ("defaults", "transition", key)
        self.issues.add(where, message)


def _frames_of_last(item: Item, clip: Clip, pictures: int, rate: Fraction) -> int:
    """How many frames of the film show the last `pictures` of an item's clip."""
    if not pictures:
        return 0
    *_, end = item.retiming.stretches(item.source_range)
    if end.step != 1:
        # It is frozen on purpose.
        return 0
    last = source_picture(clip, end.source.stop - 1, rate, item.speed)
    frames = end.source.stop - picture_frame(clip, max(0, last + 1 - pictures), rate, item.speed)
    return frames if frames < len(end.frames) or len(end.frames) == len(item.source_range) else 0


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"
