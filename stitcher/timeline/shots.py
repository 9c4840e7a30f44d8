"""Each shot of a storyboard as an item with its source range, before joins move anything."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from stitcher.errors import NotGenerated, PlanError
from stitcher.media.clip import Clip
from stitcher.storyboard.model import LowerThird, Shot, Storyboard, TitleCard
from stitcher.storyboard.source_map import Location
from stitcher.timebase import FrameRange, Time, format_decimal
from stitcher.timeline.conform import film_frames, frame_at, seconds_of_picture
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Effect, Item, Title


def shot_clips(board: Storyboard, media: MediaIndex) -> tuple[tuple[str, Clip], ...]:
    """(shot, clip) of every shot that has footage, in order.

    Raises `NotGenerated` naming every shot whose take does not exist yet, `PlanError` for a clip not probed.
    """
    missing = [shot.id for shot in board.shots if shot.kind == "take" and shot.id not in media.takes]
    if missing:
        names = ", ".join(repr(name) for name in missing[:8]) + (
            f" and {len(missing) - 8} more" if missing[8:] else ""
        )
        verb, pronoun = ("is", "it") if len(missing) == 1 else ("are", "them")
        raise NotGenerated(
            f"{names} {verb} not generated yet: make {pronoun} with 'stitcher generate BOARD', or give the "
            "shot a 'clip'.",
            missing,
        )
    found = []
    for shot in board.shots:
        if shot.kind == "take":
            found.append((shot.id, media.takes[shot.id]))
        elif shot.clip is not None:
            clip = media.clips.get(shot.clip)
            if clip is None:
                raise PlanError(f"shot {shot.id!r}: {str(shot.clip)!r} has not been probed.")
            found.append((shot.id, clip))
    return tuple(found)


def shot_pictures(board: Storyboard, media: MediaIndex) -> tuple[tuple[str, Clip], ...]:
    """As `shot_clips`, with the enlarged pictures of those that have one."""
    return tuple((shot, media.enlarged.get(shot, clip)) for shot, clip in shot_clips(board, media))


def lay_shots(board: Storyboard, media: MediaIndex, rate: Fraction) -> tuple[Item, ...]:
    """One item a shot, all at record 0. Raises `PlanError` with everything that does not fit its clip."""
    clips = dict(shot_clips(board, media))
    issues = IssueCollector(board)
    items = []
    for index, shot in enumerate(board.shots):
        where: Location = ("shots", index)
        if shot.title is not None:
            items.append(_title_item(shot, shot.title, media, rate, where, issues))
        elif (item := _clip_item(board, shot, clips[shot.id], media, rate, where, issues)) is not None:
            items.append(item)
    issues.raise_any()
    return tuple(items)


def _title_item(
    shot: Shot, card: TitleCard, media: MediaIndex, rate: Fraction, where: Location, issues: IssueCollector
) -> Item:
    here = (*where, "title")
    frames = card.duration.to_frames(rate)
    if frames < 1:
        issues.add((*here, "duration"), f"shot {shot.id!r}: {card.duration} is less than a frame.")
    title = _title(shot, card, frames, media, rate, here, issues)
    whole = FrameRange(0, max(1, frames))
    return Item(
        shot=shot.id,
        source=title,
        available_range=whole,
        source_range=whole,
        record_start=0,
        effects=_effects(shot),
        overlays=_overlays(shot, whole, media, rate, where, issues),
    )


def _clip_item(
    board: Storyboard,
    shot: Shot,
    clip: Clip,
    media: MediaIndex,
    rate: Fraction,
    where: Location,
    issues: IssueCollector,
) -> Item | None:
    speed = shot.speed or Fraction(1)
    available = FrameRange(0, film_frames(clip, rate, speed))
    if not available:
        issues.add(
            (*where, "speed"),
            f"shot {shot.id!r}: at this speed nothing is left of {clip.name} ({_length(clip)}).",
        )
        return None
    begin, end = available.start, available.stop
    good = True
    if shot.in_ is not None:
        seconds = clip_seconds(shot.in_, clip)
        begin = frame_at(clip, seconds, rate, speed)
        if seconds >= clip.duration or begin >= available.stop:
            issues.add(
                (*where, "in"), f"shot {shot.id!r}: 'in' is {shot.in_}, and {clip.name} has {_length(clip)}."
            )
            good = False
    if shot.out is not None:
        seconds = clip_seconds(shot.out, clip)
        end = min(frame_at(clip, seconds, rate, speed), available.stop)
        if seconds > clip.duration:
            issues.add(
                (*where, "out"),
                f"shot {shot.id!r}: 'out' is {shot.out}, and {clip.name} has {_length(clip)}.",
            )
            good = False
    if good and begin >= end:
        issues.add(
            (*where, "out" if shot.out is not None else "in"),
            f"shot {shot.id!r}: nothing is left between 'in' ({'0s' if shot.in_ is None else shot.in_}) "
            f"and 'out' ({'the end' if shot.out is None else shot.out}).",
        )
        good = False
    if not good:
        return None
    visible = FrameRange(begin, end)
    larger = media.enlarged.get(shot.id)
    return Item(
        shot=shot.id,
        source=larger or clip,
        available_range=available,
        source_range=visible,
        record_start=0,
        speed=speed,
        fit=shot.fit or board.defaults.fit,
        conform=shot.conform or board.defaults.conform,
        effects=_effects(shot),
        overlays=_overlays(shot, visible, media, rate, where, issues),
        matrix=shot.matrix or media.matrices.get(shot.id),
        original=clip if larger is not None else None,
    )


def clip_seconds(time: Time, clip: Clip) -> Fraction:
    """A time on the clip's own clock: its frames are the clip's pictures, whatever the film's rate is."""
    if not time.seconds:
        return seconds_of_picture(clip, time.frames)
    return time.to_seconds(clip.video.average_rate)


def _length(clip: Clip) -> str:
    return f"{clip.video.frames} frames, {format_decimal(clip.duration, 3)}s"


def _effects(shot: Shot) -> tuple[Effect, ...]:
    return tuple(Effect(effect.name, effect.arguments) for effect in shot.effects)


def _title(
    shot: Shot,
    words: TitleCard | LowerThird,
    frames: int,
    media: MediaIndex,
    rate: Fraction,
    where: Sequence[str | int],
    issues: IssueCollector,
) -> Title:
    fade_in, fade_out = words.fade_in.to_frames(rate), words.fade_out.to_frames(rate)
    if fade_in + fade_out > frames >= 1:
        issues.add(
            (*where, "fade_out" if fade_out else "fade_in"),
            f"shot {shot.id!r}: its fades need {fade_in + fade_out} frames, and the text is seen for {frames}.",
        )
    return Title(
        text=words.text,
        frames=frames,
        kind="card" if isinstance(words, TitleCard) else "lower_third",
        start=words.at.to_frames(rate) if isinstance(words, LowerThird) else 0,
        fade_in_frames=fade_in,
        fade_out_frames=fade_out,
        font=str(words.font) if words.font is not None else None,
        font_sha256=media.fonts.get(words.font) if words.font is not None else None,
        size=words.size,
        colour=words.colour,
        background=words.background,
    )


def _overlays(
    shot: Shot,
    visible: FrameRange,
    media: MediaIndex,
    rate: Fraction,
    where: Location,
    issues: IssueCollector,
) -> tuple[Title, ...]:
    titles = []
    for index, third in enumerate(shot.overlays):
        here = (*where, "overlays", index)
        start = third.at.to_frames(rate)
        frames = third.duration.to_frames(rate) if third.duration is not None else len(visible) - start
        if start >= len(visible):
            issues.add(
                (*here, "at"), f"shot {shot.id!r} has {len(visible)} frames, and this begins at {start}."
            )
            continue
        if frames < 1 or start + frames > len(visible):
            issues.add(
                (*here, "duration"),
                f"shot {shot.id!r} has {len(visible)} frames, and this lasts from {start} to {start + frames}.",
            )
            continue
        titles.append(_title(shot, third, frames, media, rate, here, issues))
    return tuple(titles)
