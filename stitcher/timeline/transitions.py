"""How items become a film: transitions, the doubled frame at a match cut, and where everything lies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from stitcher.errors import PlanError
from stitcher.media.clip import Clip
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.picture import DEFAULT_TRANSITION
from stitcher.storyboard.source_map import Location
from stitcher.storyboard.suggest import did_you_mean
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import picture_frame, source_picture
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.media_index import MediaIndex, Seam, Unsure
from stitcher.timeline.model import Item, Transition


def seams_to_measure(board: Storyboard, items: Sequence[Item], rate: Fraction) -> tuple[Seam, ...]:
    """The match cuts between two clips whose doubled frame nobody has decided on."""
    seams = []
    for index, (earlier, later) in enumerate(pairwise(items), start=1):
        wanted = board.transition_into(index)
        if wanted.kind != "match" or wanted.drop != "auto":
            continue
        if earlier.clip is not None and later.clip is not None:
            seams.append(
                Seam(
                    earlier.shot,
                    earlier.clip,
                    source_picture(earlier.clip, earlier.source_range.stop - 1, rate, earlier.speed),
                    later.shot,
                    later.clip,
                    source_picture(later.clip, later.source_range.start, rate, later.speed),
                )
            )
    return tuple(seams)


def join(
    board: Storyboard, items: Sequence[Item], media: MediaIndex, rate: Fraction, kinds: Collection[str] | None
) -> tuple[tuple[Item, ...], tuple[Transition, ...]]:
    """The items in their places, doubled frames taken off, and the transitions between them.

    Raises `PlanError` with every unknown kind and every transition that needs more than a shot has.
    """
    issues = IssueCollector(board)
    transitions = []
    kept = list(items)
    for index in range(1, len(items)):
        transition = _transition(board, index, items, media, rate, kinds, issues)
        transitions.append(transition)
        if transition.dropped_frames:
            kept[index - 1] = _shortened(kept[index - 1], transition.dropped_frames)
    _check_lengths(board, kept, transitions, issues)
    issues.raise_any()

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


def _where(board: Storyboard, index: int, *keys: str) -> Location:
    """What the storyboard says of how shot `index` comes in, on the shot or under the defaults."""
    if board.shots[index].transition is not None:
        return ("shots", index, "transition", *keys)
    if "transition" in board.defaults.model_fields_set:
        return ("defaults", "transition", *keys)
    return ("shots", index)


def _transition(
    board: Storyboard,
    index: int,
    items: Sequence[Item],
    media: MediaIndex,
    rate: Fraction,
    kinds: Collection[str] | None,
    issues: IssueCollector,
) -> Transition:
    wanted = board.transition_into(index)
    earlier, later = items[index - 1], items[index]
    if wanted.kind == "cut":
        return Transition("cut")
    if wanted.kind == "match":
        return _match(board, index, earlier, later, media, rate, issues)
    kind = wanted.xfade or "fade"
    if kinds is not None and kind not in kinds:
        hint = did_you_mean(wanted.kind, {"cut", "match", "dissolve", *kinds})
        issues.add(
            _where(board, index, "kind"),
            f"shot {later.shot!r}: ffmpeg knows no transition {wanted.kind!r}{hint or '.'}",
        )
    frames = (wanted.duration or DEFAULT_TRANSITION).to_frames(rate)
    if frames < 1:
        issues.add(
            _where(board, index, "duration"),
            f"shot {later.shot!r}: a transition of {wanted.duration} is less than a frame; for none, write 'cut'.",
        )
    return Transition(kind, frames)


def _match(
    board: Storyboard,
    index: int,
    earlier: Item,
    later: Item,
    media: MediaIndex,
    rate: Fraction,
    issues: IssueCollector,
) -> Transition:
    wanted = board.transition_into(index).drop
    has = len(earlier.source_range)
    if wanted != "auto":
        if wanted >= has:
            issues.add(
                _where(board, index, "drop"),
                f"shot {earlier.shot!r} has {_frames(has)}: it cannot give up {wanted} for the match cut "
                f"into {later.shot!r}.",
            )
            return Transition("match")
        return Transition("match", dropped_frames=wanted)
    if not (isinstance(earlier.source, Clip) and isinstance(later.source, Clip)):
        return Transition("match")
    seam = (earlier.shot, later.shot)
    if seam not in media.doubled:
        raise PlanError(f"the seam between {seam[0]!r} and {seam[1]!r} has not been measured.")
    found = media.doubled[seam]
    if isinstance(found, Unsure):
        return Transition("match", unsure=found.reason)
    frames = _frames_of_last(earlier, earlier.source, found, rate)
    return Transition("match", dropped_frames=frames if frames < has else 0)


def _frames_of_last(item: Item, clip: Clip, pictures: int, rate: Fraction) -> int:
    """How many frames of the film show the last `pictures` of an item's clip."""
    if not pictures:
        return 0
    last = source_picture(clip, item.source_range.stop - 1, rate, item.speed)
    return item.source_range.stop - picture_frame(clip, max(0, last + 1 - pictures), rate, item.speed)


def _check_lengths(
    board: Storyboard, items: Sequence[Item], transitions: Sequence[Transition], issues: IssueCollector
) -> None:
    for index, item in enumerate(items):
        has = len(item.source_range)
        comes_in = transitions[index - 1] if index else Transition("cut")
        goes_out = transitions[index] if index < len(transitions) else Transition("cut")
        if comes_in.frames + goes_out.frames <= has:
            continue
        # The words of the storyboard: it may say `dissolve` where xfade says `fade`.
        into = board.transition_into(index).kind if index else "cut"
        onward = board.transition_into(index + 1).kind if index < len(transitions) else "cut"
        if comes_in.frames > has:
            issues.add(
                _where(board, index, "duration"),
                f"shot {item.shot!r} has {_frames(has)}, and the {into} it comes in by "
                f"needs {_frames(comes_in.frames)}: make the transition shorter or the shot longer.",
            )
        if goes_out.frames > has:
            issues.add(
                _where(board, index + 1, "duration"),
                f"shot {item.shot!r} has {_frames(has)}, and the {onward} into {items[index + 1].shot!r} "
                f"needs {_frames(goes_out.frames)}: make the transition shorter or the shot longer.",
            )
        if max(comes_in.frames, goes_out.frames) <= has:
            issues.add(
                _where(board, index, "duration"),
                f"shot {item.shot!r} has {_frames(has)}, and needs {_frames(comes_in.frames + goes_out.frames)}: "
                f"{comes_in.frames} for the {into} it comes in by and {goes_out.frames} for the "
                f"{onward} into {items[index + 1].shot!r}.",
            )


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"
