"""Shots of a storyboard as timeline items with their source ranges, before transitions move anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from stitcher.errors import NotGenerated, PlanError
from stitcher.media.clip import Clip
from stitcher.storyboard import model as written
from stitcher.storyboard.model import LowerThird, Shot, Storyboard, TitleCard
from stitcher.storyboard.source_map import Location
from stitcher.timebase import FrameRange, Time, format_decimal
from stitcher.timeline.conform import film_frames, frame_at, seconds_of_picture
from stitcher.timeline.focus import Focus, focus_of
from stitcher.timeline.hold import held, held_frames
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.look import SMALLEST, UNGRADED, ColourGrade, Look, Lut
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Item
from stitcher.timeline.name_lists import listed
from stitcher.timeline.overlays import OverlayLayout
from stitcher.timeline.picture import Effect, PictureOverlay, StillPicture, Title
from stitcher.timeline.reframe import with_focus
from stitcher.timeline.retiming import FrozenFrame, Retiming
from stitcher.timeline.words import Words, title_of


def shot_clips(board: Storyboard, media: MediaIndex) -> tuple[tuple[str, Clip], ...]:
    """(shot, clip) of every shot that has footage, in order.

    Raises `NotGenerated` naming every shot whose take, and every sound whose file, does not exist yet, `PlanError` for
    a clip not probed.
    """
    missing = [shot.id for shot in board.shots if shot.kind == "take" and shot.id not in media.takes]
    bare = bool(missing)
    missing += [cue.name or cue.role for cue in board.sound if cue.file is None]
    missing += [shot for shot in media.unvoiced if shot not in missing]
    if missing:
        names = listed([repr(name) for name in missing])
        verb, pronoun = ("is", "it") if len(missing) == 1 else ("are", "them")
        otherwise = ", or give the shot a 'clip'" if bare else ""
        raise NotGenerated(
            f"{names} {verb} not generated yet: make {pronoun} with 'stitcher generate BOARD'{otherwise}.",
            missing,
        )
    clips = []
    for shot in board.shots:
        if shot.kind == "take":
            clips.append((shot.id, media.takes[shot.id]))
        elif shot.clip is not None:
            clip = media.clips.get(shot.clip)
            if clip is None:
                raise PlanError(f"shot {shot.id!r}: {str(shot.clip)!r} has not been probed.")
            clips.append((shot.id, clip))
    return tuple(clips)


def shot_pictures(board: Storyboard, media: MediaIndex) -> tuple[tuple[str, Clip], ...]:
    """As `shot_clips`, with the enlarged pictures of those that have one."""
    return tuple((shot, media.enlarged.get(shot, clip)) for shot, clip in shot_clips(board, media))


def lay_shots(board: Storyboard, media: MediaIndex, rate: Fraction) -> tuple[Item, ...]:
    """One item a shot, all at record 0. Raises `PlanError` with everything that does not fit its clip."""
    clips = dict(shot_clips(board, media))
    issues = IssueCollector(board)
    layers = [
        _ShotLayout(board, index, shot, media=media, rate=rate, issues=issues)
        for index, shot in enumerate(board.shots)
    ]
    items = [layer.item(clips.get(layer.shot.id)) for layer in layers]
    issues.raise_any()
    return tuple(item for item in items if item is not None)


@dataclass(frozen=True, slots=True)
class _ShotLayout:
    """Lays out one shot, and notes what is wrong with it under the storyboard's own keys."""

    board: Storyboard
    index: int
    shot: Shot
    media: MediaIndex
    rate: Fraction
    issues: IssueCollector

    def item(self, clip: Clip | None) -> Item | None:
        if self.shot.title is not None:
            item: Item | None = self._title(self.shot.title)
        elif self.shot.still is not None:
            item = self._still(self.shot.still)
        else:
            item = self._clip(clip) if clip is not None else None
        return item if item is None or self.shot.enabled else _black(item)

    def _title(self, card: TitleCard) -> Item:
        frames = card.duration.to_frames(self.rate)
        if frames < 1:
            self._add(("title", "duration"), f"{card.duration} is less than a frame.")
        whole = FrameRange(0, max(1, frames))
        return Item(
            shot=self.shot.id,
            source=self._text(card, frames, ("title",)),
            available_range=whole,
            source_range=whole,
            record_start=0,
            effects=self._effects(),
            overlays=self._overlays(whole),
        )

    def _still(self, path: Path) -> Item:
        shot, known, move = self.shot, self.media.stills.get(path), self.shot.move
        if known is None:
            raise PlanError(f"shot {shot.id!r}: {str(path)!r} has not been looked into.")
        frames = shot.duration.to_frames(self.rate) if isinstance(shot.duration, Time) else 0
        if frames < 1:
            self._add(("duration",), f"{shot.duration} is less than a frame.")
        whole = FrameRange(0, max(1, frames))
        look = self._look(known.size)
        # What is in the picture is moved over; its colours are graded as those of every shot are.
        moved = replace(look, grade=UNGRADED)
        still = StillPicture(path, known.sha256, moved.seen(known.size), len(whole), look=moved)
        if move is not None:
            still = replace(still, zoom=move.zoom, pan=move.pan, ease=move.ease)
        item = Item(
            shot=shot.id,
            source=still,
            available_range=whole,
            source_range=whole,
            record_start=0,
            fit=shot.fit or self.board.defaults.fit,
            effects=self._effects(),
            overlays=self._overlays(whole),
            flip=shot.flip,
            look=Look(grade=look.grade),
        )
        if shot.focus is not None and len(shot.focus) > 1:
            self._add(("focus",), "the view over a still goes with 'move': give its 'focus' one point.")
        return with_focus(item, self._focus(whole))

    def _clip(self, clip: Clip) -> Item | None:
        shot, speed = self.shot, self.shot.speed or Fraction(1)
        available = FrameRange(0, film_frames(clip, self.rate, speed))
        if not available:
            self._add(("speed",), f"at this speed nothing is left of {clip.name} ({_length(clip)}).")
            return None
        begin, end = available.start, available.stop
        good = True
        if shot.in_ is not None:
            seconds = clip_seconds(shot.in_, clip)
            begin = frame_at(clip, seconds, self.rate, speed)
            if seconds >= clip.duration or begin >= available.stop:
                self._add(("in",), f"'in' is {shot.in_}, and {clip.name} has {_length(clip)}.")
                good = False
        if shot.out is not None:
            seconds = clip_seconds(shot.out, clip)
            end = min(frame_at(clip, seconds, self.rate, speed), available.stop)
            if seconds > clip.duration:
                self._add(("out",), f"'out' is {shot.out}, and {clip.name} has {_length(clip)}.")
                good = False
        if good and begin >= end:
            self._add(
                ("out" if shot.out is not None else "in",),
                f"nothing is left between 'in' ({'0s' if shot.in_ is None else shot.in_}) "
                f"and 'out' ({'the end' if shot.out is None else shot.out}).",
            )
            good = False
        if not good:
            return None
        retiming = self._retiming(FrameRange(begin, end), available)
        seen = end - begin + retiming.longer_by
        frames = held_frames(self.board, self.index, seen, self.media, self.rate)
        if shot.reverse:
            begin = available.stop - end
            if frames:
                last = FrozenFrame(begin + seen - retiming.longer_by - 1, frames)
                retiming, seen, frames = replace(retiming, frozen=(*retiming.frozen, last)), seen + frames, 0
        visible = FrameRange(begin, begin + seen + frames)
        available = FrameRange(0, available.stop + retiming.longer_by + frames)
        larger = self.media.enlarged.get(shot.id)
        return Item(
            shot=shot.id,
            source=held(larger or clip, frames, self.rate, speed),
            available_range=available,
            source_range=visible,
            record_start=0,
            speed=speed,
            fit=shot.fit or self.board.defaults.fit,
            focus=self._focus(visible),
            conform=shot.conform or self.board.defaults.conform,
            effects=self._effects(),
            overlays=self._overlays(visible),
            matrix=shot.matrix or self.media.matrices.get(shot.id),
            original=clip if larger is not None else None,
            flip=shot.flip,
            retiming=retiming,
            look=self._look(clip.video.shown_size),
        )

    def _focus(self, visible: FrameRange) -> Focus:
        focus = focus_of(self.shot.focus or self.board.defaults.focus, self.rate, visible.start)
        for number, (before, key) in enumerate(pairwise(focus.keys), start=1):
            if self.shot.focus is not None and key.frame <= before.frame:
                self._add(("focus", number, "at"), "key frames of the focus come one after another.")
            elif self.shot.focus is not None and key.frame > visible.stop:
                frame = key.frame - visible.start
                self._add(("focus", number, "at"), f"it has {len(visible)} frames, and this is at {frame}.")
        return focus

    def _retiming(self, seen: FrameRange, available: FrameRange) -> Retiming:
        """How the shot shows these frames of its clip in another order, or some for longer."""
        backwards = available.stop - 1 if self.shot.reverse else None
        begin = available.stop - seen.stop if self.shot.reverse else seen.start
        frozen: list[FrozenFrame] = []
        for number, freeze in enumerate(self.shot.freeze or ()):
            at, frames = freeze.at.to_frames(self.rate), freeze.duration.to_frames(self.rate)
            if at >= len(seen):
                self._add(("freeze", number, "at"), f"it has {len(seen)} frames, and this is at {at}.")
            elif frames < 1:
                self._add(("freeze", number, "duration"), f"{freeze.duration} is less than a frame.")
            elif frozen and begin + at <= frozen[-1].frame:
                self._add(("freeze", number, "at"), "frozen frames come one after another.")
            else:
                frozen.append(FrozenFrame(begin + at, frames))
        return Retiming(backwards, tuple(frozen))

    def _look(self, size: tuple[int, int]) -> Look:
        """What the shot makes of its picture, which has that size."""
        shot, grade = self.shot, self._grade()
        look = Look(rotate=shot.rotate or 0.0, zoom=shot.zoom or 1.0, grade=grade)
        if shot.crop is None:
            return look
        edges = (shot.crop.left, shot.crop.top, shot.crop.right, shot.crop.bottom)
        shares = [
            Fraction(str(edge)) if edge < 1 else Fraction(int(edge), side)
            for edge, side in zip(edges, size * 2, strict=True)
        ]
        left, top, right, bottom = shares
        for side, least, taken in (("right", size[0], left + right), ("bottom", size[1], top + bottom)):
            if least * (1 - taken) < SMALLEST:
                opposite = {"right": "left", "bottom": "top"}[side]
                self._add(
                    ("crop", side if getattr(shot.crop, side) else opposite),
                    f"fewer than {SMALLEST} of {least} pixels are left between '{opposite}' and '{side}' of 'crop'.",
                )
                return look
        return replace(look, crop=(left, top, right, bottom))

    def _grade(self) -> ColourGrade:
        written = self.shot.grade
        if written is None:
            return ColourGrade()
        lut = None
        if written.lut is not None:
            known = self.media.luts[written.lut]
            lut = Lut(written.lut, known.sha256, known.dimensions)
        return ColourGrade(written.temperature, written.exposure, written.contrast, written.saturation, lut)

    def _effects(self) -> tuple[Effect, ...]:
        return tuple(Effect(effect.name, effect.arguments) for effect in self.shot.effects)

    def _overlays(self, visible: FrameRange) -> tuple[Title | PictureOverlay, ...]:
        laid = (
            self._text_over(one, len(visible), ("overlays", number))
            if isinstance(one, LowerThird)
            else self._picture_over(one, len(visible), ("overlays", number))
            for number, one in enumerate(self.shot.overlays)
        )
        return tuple(one for one in laid if one is not None)

    def _text_over(self, third: LowerThird, has: int, keys: Location) -> Title | None:
        start = third.at.to_frames(self.rate)
        frames = third.duration.to_frames(self.rate) if third.duration is not None else has - start
        if start >= has:
            self._add((*keys, "at"), f"it has {has} frames, and this begins at {start}.")
        elif frames < 1 or start + frames > has:
            lasts = f"lasts from {start} to {start + frames}"
            self._add((*keys, "duration"), f"it has {has} frames, and this {lasts}.")
        else:
            return self._text(third, frames, keys)
        return None

    def _picture_over(self, one: written.PictureOverlay, has: int, keys: Location) -> PictureOverlay | None:
        layout, who = OverlayLayout(self.media, self.rate, self.issues), f"shot {self.shot.id!r}"
        start, here = one.at.to_frames(self.rate), ("shots", self.index, *keys)
        seen = layout.seen(here, one, FrameRange(0, has), start=start, stop=None, who=who)
        return None if seen is None else layout.picture(here, one, seen, who=who)

    def _text(self, words: Words, frames: int, keys: Location) -> Title:
        title = title_of(words, frames, self.media, self.rate)
        fades = title.fade_in_frames + title.fade_out_frames
        if fades > frames >= 1:
            self._add(
                (*keys, "fade_out" if title.fade_out_frames else "fade_in"),
                f"its fades need {fades} frames, and the text is seen for {frames}.",
            )
        if isinstance(words.font, str) and (said := self.media.unknown_fonts.get(words.font)):
            self._add((*keys, "font"), said)
        return title

    def _add(self, keys: Location, message: str) -> None:
        self.issues.add(("shots", self.index, *keys), f"shot {self.shot.id!r}: {message}")


def _black(item: Item) -> Item:
    """What stands in the place of a shot that is switched off."""
    whole = FrameRange(0, len(item.source_range))
    return Item(item.shot, Title("", len(whole)), whole, whole, record_start=0, hidden=item)


def clip_seconds(time: Time, clip: Clip) -> Fraction:
    """A time on the clip's own clock: its frames are the clip's pictures, whatever the film's rate is."""
    if not time.seconds:
        return seconds_of_picture(clip, time.frames)
    return time.to_seconds(clip.video.average_rate)


def _length(clip: Clip) -> str:
    return f"{clip.video.frames} frames, {format_decimal(clip.duration, 3)}s"
