"""Captions laid out: those of files and those of sounds, moved with what they belong to, on frames of the film.

Nothing is longer than what it belongs to: captions of a sound end with it, and all of them with the film. What is
cut off or not shown for it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from stitcher.captions.legibility import legibility_notes
from stitcher.captions.line_breaks import captions_of, width
from stitcher.captions.track import (
    UNDETERMINED,
    Caption,
    CaptionFile,
    CaptionStyle,
    CaptionTrack,
    FilmCaption,
)
from stitcher.captions.words import Span
from stitcher.errors import PlanError
from stitcher.storyboard import model as written
from stitcher.storyboard.choices import CaptionOutput
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.timebase import SAMPLE_RATE, FrameRange, round_half_up
from stitcher.timeline.anchors import Places
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Cue, Timeline


@dataclass(frozen=True, slots=True)
class CaptionLayout:
    """The captions of a film."""

    tracks: tuple[CaptionTrack, ...]
    notes: tuple[str, ...]
    """What a report must say of them."""


def lay_captions(
    board: Storyboard, places: Places, cues: Mapping[int, Cue], media: MediaIndex
) -> CaptionLayout:
    """The caption tracks of a storyboard; `cues` are its sounds, placed, by their number in it.

    Raises `PlanError` for anchors that cannot be found, and for tracks that are said to go out in two ways.
    """
    layout = _Layout(board, places, media)
    for number, source in enumerate(board.captions):
        layout.add_source(number, source)
    for number, cue in enumerate(board.sound):
        if number in cues:
            layout.add_cue(number, cue, cues[number])
    layout.issues.raise_any()
    return layout.made()


def with_outputs(timeline: Timeline, outputs: tuple[CaptionOutput, ...] | None) -> Timeline:
    """A film all of whose captions go out so; as each says with `None`."""
    if outputs is None:
        return timeline
    return replace(timeline, captions=tuple(replace(one, outputs=outputs) for one in timeline.captions))


@dataclass(slots=True)
class _Draft:
    """A track while it is put together."""

    source: written.Captions
    captions: list[FilmCaption] = field(default_factory=list)
    blocks: dict[str, None] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file's clock lies in the film, and what of the film its captions may be shown in."""

    start: Fraction
    """Seconds of the film."""
    skip: Fraction
    """What the clock says there."""
    tempo: Fraction
    within: FrameRange
    name: str
    """Of the file, or of the sound whose words these are."""


class _Layout:
    def __init__(self, board: Storyboard, places: Places, media: MediaIndex) -> None:
        self.board, self.places, self.media, self.rate = board, places, media, places.rate
        self.issues = IssueCollector(board)
        self.film = FrameRange(0, places.film_frames)
        self.notes: list[str] = []
        self._drafts: dict[tuple[str, str], _Draft] = {}

    def add_source(self, number: int, source: written.Captions) -> None:
        """An entry of `captions`."""
        draft = self._draft(source.language, source.name or "", source)
        for key, other, own in (
            ("as", draft.source.as_, source.as_),
            ("style", draft.source.style, source.style),
        ):
            if other != own:
                self.issues.add(
                    ("captions", number, key),
                    f"captions of one language and name go into one track, and an entry above has another {key!r}: "
                    "make them the same, or give this one a 'name'.",
                )
        font = source.style.font
        if isinstance(font, str) and (said := self.media.unknown_fonts.get(font)):
            self.issues.add(("captions", number, "style", "font"), said)
        if source.file is None:
            return
        start = self._anchor(("captions", number, "at"), source)
        if start is not None:
            place = _Place(start, source.in_.to_seconds(self.rate), Fraction(1), self.film, source.file.name)
            draft.files.append(source.file)
            self._add(draft, self._known(source.file), place)

    def add_cue(self, number: int, cue: written.Cue, placed: Cue) -> None:
        """What a sound's `text` or `captions` say."""
        if cue.text is None and cue.captions is None:
            return
        start = Fraction(placed.start_sample, SAMPLE_RATE)
        stop = Fraction(placed.stop_sample, SAMPLE_RATE)
        frames = FrameRange(round_half_up(start * self.rate), -int(-stop * self.rate // 1))
        within = frames.intersection(self.film)
        draft = self._draft(cue.language, "", None)
        if cue.captions is not None:
            skip = Fraction(placed.in_offset_samples, SAMPLE_RATE)
            place = _Place(start, skip, placed.tempo / placed.stretch, within, cue.captions.name)
            draft.files.append(cue.captions)
            self._add(draft, self._known(cue.captions), place)
        else:
            spoken = _spoken(cue.text or "", stop - start)
            self._add(draft, spoken, _Place(start, Fraction(0), Fraction(1), within, placed.name))

    def _draft(self, language: str | None, name: str, source: written.Captions | None) -> _Draft:
        key = (language or self.board.language or UNDETERMINED, name)
        return self._drafts.setdefault(key, _Draft(source or written.Captions()))

    def _known(self, path: Path) -> CaptionFile:
        file = self.media.captions.get(path)
        if file is None:
            raise PlanError(f"{str(path)!r} has not been read.")
        return file

    def _anchor(self, where: Location, source: written.Captions) -> Fraction | None:
        if source.at is None:
            return Fraction(0)
        position = self.places.position(source.at)
        if isinstance(position, str):
            self.issues.add(where, f"the captions are anchored to {source.at.text!r}: {position}")
            return None
        return Fraction(self.places.sample(position), SAMPLE_RATE)

    def _add(self, draft: _Draft, file: CaptionFile, place: _Place) -> None:
        cut, lost = [], []
        for one in file.captions:
            whole = self._frames(one, place)
            shown = whole.intersection(place.within)
            caption = FilmCaption(shown, one.words, one.settings, one.identifier)
            if not shown:
                lost.append(caption)
                continue
            if shown != whole:
                cut.append(caption)
            draft.captions.append(caption)
        draft.blocks |= dict.fromkeys(file.blocks)
        for such, what in ((cut, "cut off"), (lost, "not shown")):
            if such:
                first = ", ".join(map(str, such[:3])) + (", …" if len(such) > 3 else "")
                where = "the film" if place.within == self.film else "its sound"
                count = "1 caption is" if len(such) == 1 else f"{len(such)} captions are"
                self.notes.append(f"{place.name}: {count} {what}, because {where} ends there: {first}.")
        if file.left_out:
            self.notes.append(
                f"{place.name}: not carried over are {', '.join(file.left_out)}; all words are."
            )

    def _frames(self, one: Caption, place: _Place) -> FrameRange:
        start, stop = (
            round_half_up((place.start + (time - place.skip) / place.tempo) * self.rate)
            for time in (one.start, one.stop)
        )
        return FrameRange(start, max(start + 1, stop))

    def made(self) -> CaptionLayout:
        tracks = []
        for (language, name), draft in self._drafts.items():
            if not draft.captions:
                self.notes.append(
                    f"Captions {language}: there are none; no sound has words in this language."
                )
                continue
            look = draft.source.style
            font = self.media.fonts.get(look.font) if look.font is not None else None
            track = CaptionTrack(
                language=language,
                captions=tuple(sorted(draft.captions, key=lambda one: (one.record.start, one.record.stop))),
                name=name,
                outputs=draft.source.as_,
                style=CaptionStyle(
                    font=None if font is None else font.path,
                    font_sha256=None if font is None else font.sha256,
                    font_face=0 if font is None else font.face,
                    size=look.size,
                    colour=look.colour,
                    background=look.background,
                    position=look.position,
                ),
                blocks=tuple(draft.blocks),
                files=tuple(draft.files),
            )
            tracks.append(track)
            self.notes += legibility_notes(track, self.rate)
        return CaptionLayout(tuple(tracks), tuple(self.notes))


def _spoken(text: str, seconds: Fraction) -> CaptionFile:
    """A spoken text as captions over that long, each as long as it has letters."""
    texts = captions_of(text)
    letters = [max(1, width(one)) for one in texts]
    captions, said = [], 0
    for one, count in zip(texts, letters, strict=True):
        start, said = said, said + count
        a_letter = seconds / sum(letters)
        captions.append(Caption(start * a_letter, said * a_letter, (Span(one),)))
    return CaptionFile(tuple(captions))
