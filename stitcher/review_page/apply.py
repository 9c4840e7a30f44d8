"""Decisions of a review page carried out: takes circled in the ledger, markers written into the storyboard's own text.

Everything is settled first and written then, the storyboard before the ledger. What is there already is left as it is,
so a second time changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import InputError, TakeHeld
from stitcher.generation import selects
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.paths import ledger_path
from stitcher.generation.take import Take
from stitcher.media.files import write_whole
from stitcher.one_line import one_line
from stitcher.review_page.decisions import Decisions, ReviewNote, read_decisions
from stitcher.session import lay_out
from stitcher.storyboard.accept import SeamAcceptance
from stitcher.storyboard.edit import BoardText, ListEntry
from stitcher.storyboard.load import parse
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.yaml_reader import read_document
from stitcher.timeline.model import Timeline

_NAME_LETTERS = 60


@dataclass(frozen=True, slots=True)
class AppliedReview:
    """What became of decisions."""

    path: Path
    """The storyboard."""
    changed: tuple[str, ...]
    """What was done, a sentence each."""
    unchanged: int
    """How many decisions ask for nothing that is not so already."""
    left: tuple[str, ...]
    """Decisions about what is no longer there, a sentence each."""

    __repr__ = one_line


@dataclass(frozen=True, slots=True)
class _Mark:
    """A marker that a decision asks for."""

    name: str
    at: str
    note: str = ""

    def entry(self) -> ListEntry:
        """The marker as a storyboard has it."""
        return ListEntry.of({"name": self.name, "at": self.at} | ({"note": self.note} if self.note else {}))


def apply(path: Path, onto: Path, variables: Mapping[str, str] | None = None) -> AppliedReview:
    """Carry out the decisions in a file. Raises as `stitcher.apply_review`."""
    decisions = read_decisions(path)
    text = read_document(onto)
    board = _parsed(text, onto, variables)
    lengths = _lengths(lay_out(board))
    left: list[str] = []
    marks = list(_marks(decisions, lengths, left))
    new = _new_marks(board, marks)
    circles, same = _circles(decisions, onto.parent, lengths, left)
    meant, accepted = _accepted(decisions, board, left)
    if new or meant:
        edited = BoardText(text, onto)
        if new:
            edited.put("markers", [*edited.entries("markers"), *(mark.entry() for mark in new)])
        if meant:
            edited.put("shots", _shots(edited, board, meant))
        written = edited.written()
        _parsed(written, onto, variables)
        write_whole(onto, written.encode())
    for take in circles:
        selects.circle(onto.parent, take.shot, take.number, provider=take.provider)
    changed = (
        *(f"Marker {mark.name!r} at {mark.at}." for mark in new),
        *(
            f"Shot {shot!r} accepts {one.finding!r}: {one.reason}."
            for shot, ones in meant.items()
            for one in ones
        ),
        *(f"{take.label} ({take.provider}) is in the film." for take in circles),
    )
    return AppliedReview(onto, changed, len(marks) - len(new) + same + accepted, tuple(left))


def _parsed(text: str, path: Path, variables: Mapping[str, str] | None) -> Storyboard:
    return parse(text, path=path, variables=variables, environment=os.environ)


def _lengths(timeline: Timeline) -> dict[str, int]:
    """Frames of each shot in the film."""
    return {item.shot: len(item.source_range) for item in timeline.items}


def _marks(decisions: Decisions, lengths: Mapping[str, int], left: list[str]) -> Iterator[_Mark]:
    """The markers that decisions ask for; what is no longer there is added to `left`."""
    for what, verdict, mark in _verdicts(decisions):
        if mark.at not in lengths:
            left.append(f"{what} {verdict}: the film has no shot {mark.at!r} any more.")
        elif verdict == "rejected":
            yield mark
    for note in decisions.notes:
        length = lengths.get(note.shot)
        if length is None:
            left.append(f"Note {_shortened(note.text)!r}: the film has no shot {note.shot!r} any more.")
        elif note.frame >= length:
            left.append(
                f"Note {_shortened(note.text)!r}: it is at frame {note.frame} of the shot {note.shot!r}, which has "
                f"{length} by now."
            )
        else:
            yield _note_mark(note)


def _verdicts(decisions: Decisions) -> Iterator[tuple[str, str, _Mark]]:
    """What each verdict is about, the verdict, and the marker that a rejection is; circles are the ledger's."""
    for shot in decisions.shots:
        yield f"Shot {shot.shot}", shot.verdict, _Mark(f"Rejected: {shot.shot}", shot.shot, shot.reason)
    for take in decisions.takes:
        what = f"take {take.number} ({take.provider}) of {take.shot}"
        if take.verdict == "rejected":
            yield what.capitalize(), take.verdict, _Mark(f"Rejected: {what}", take.shot, take.reason)
    for seam in decisions.seams:
        mark = _Mark(f"Seam to mend: {seam.shot}", seam.shot, seam.reason)
        yield f"Seam before {seam.shot}", seam.verdict, mark


def _accepted(
    decisions: Decisions, board: Storyboard, left: list[str]
) -> tuple[dict[str, list[SeamAcceptance]], int]:
    """By shot: the findings that it is to accept and does not, and how many are accepted already."""
    present = {shot.id: {one.finding for one in shot.accept} for shot in board.shots}
    meant: dict[str, list[SeamAcceptance]] = {}
    same = 0
    for one in decisions.findings:
        if one.shot not in present:
            left.append(f"Accepted {one.finding!r}: the film has no shot {one.shot!r} any more.")
        elif one.finding in present[one.shot]:
            same += 1
        else:
            present[one.shot].add(one.finding)
            reason = " ".join(one.reason.split()) or "accepted in a review"
            meant.setdefault(one.shot, []).append(SeamAcceptance(finding=one.finding, reason=reason))
    return meant, same


def _shots(
    text: BoardText, board: Storyboard, meant: Mapping[str, Sequence[SeamAcceptance]]
) -> list[ListEntry]:
    """The shots of the text, with what they accept now."""
    return [
        entry.altered({"accept": [one.model_dump() for one in (*shot.accept, *meant[shot.id])]})
        if shot.id in meant
        else entry
        for shot, entry in zip(board.shots, text.entries("shots"), strict=True)
    ]


def _note_mark(note: ReviewNote) -> _Mark:
    name = _shortened(note.text)
    parts = [note.text] if name != note.text else []
    if note.point is not None:
        across, down = (round(share * 100) for share in note.point)
        parts.append(f"(at {across} % across and {down} % down the picture)")
    at = f"{note.shot}+{note.frame}f" if note.frame else note.shot
    return _Mark(name, at, "\n".join(parts))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _NAME_LETTERS else f"{line[: _NAME_LETTERS - 1]}…"


def _new_marks(board: Storyboard, marks: Iterable[_Mark]) -> list[_Mark]:
    """Those that the storyboard does not have; one that was moved since, as by a recut, is there all the same."""
    present = [_Mark(one.name, one.at.text, one.note) for one in board.markers]
    wanted = []
    for mark in dict.fromkeys(marks):
        if mark in present:
            present.remove(mark)
        else:
            wanted.append(mark)
    new = []
    for mark in wanted:
        moved = next((one for one in present if (one.name, one.note) == (mark.name, mark.note)), None)
        if moved is None:
            new.append(mark)
        else:
            present.remove(moved)
    return new


def _circles(
    decisions: Decisions, folder: Path, lengths: Mapping[str, int], left: list[str]
) -> tuple[list[Take], int]:
    """The takes that are to be circled and are not, and how many are already.

    A shot that was approved has the take circled that was seen, unless another one was.
    """
    asked = {
        one.shot: (one.provider, one.number)
        for one in decisions.shots
        if one.verdict == "approved" and one.provider is not None and one.number is not None
    }
    asked |= {one.shot: (one.provider, one.number) for one in decisions.takes if one.verdict == "circled"}
    takes: tuple[Take, ...] = ()
    if asked and ledger_path(folder).exists():
        with LedgerReader.view(ledger_path(folder)) as ledger:
            takes = ledger.takes()
    circles, same = [], 0
    for shot, (provider, number) in asked.items():
        if shot not in lengths:
            left.append(f"Circled take {number} ({provider}): the film has no shot {shot!r} any more.")
            continue
        try:
            take = selects.find_take(takes, shot, number, provider)
        except (InputError, TakeHeld) as exc:
            left.append(f"Circled take {number} ({provider}) of {shot}: {exc}")
            continue
        if take.circled:
            same += 1
        else:
            circles.append(take)
    return circles, same
