"""Balance of the sounds of a film: what is left out, how loud each role is, what steps back under what. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from stitcher.errors import PlanError
from stitcher.media.audible_streams import numbered, own_sound
from stitcher.media.clip import Sound
from stitcher.storyboard import model as written
from stitcher.storyboard.cross_checks import check_levels, check_roles, roles_used
from stitcher.storyboard.model import Storyboard
from stitcher.timeline.ducking import Activity, DuckRule, ducked, heard_ranges, is_under, summed
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import SIDECHAIN_RATIO, Cue, Sidechain
from stitcher.timeline.name_lists import listed
from stitcher.timeline.role_levels import levelled, loudness_of
from stitcher.timeline.shots import shot_clips

_CHANNEL_DB = 0.691 - 3.01
"""From the loudness of a sound that is alike on both sides to the level of each, in dBFS."""

Placed = tuple[Cue, written.Cue | None]
"""A cue with what the storyboard says of it; `None` for a shot's own sound."""


def refuse_unknown_roles(board: Storyboard) -> None:
    """Raise `PlanError` for roles that a storyboard made in Python names and has not."""
    used = roles_used(
        list(enumerate(board.shots)), list(enumerate(board.sound)), board.defaults.sound, board.levels
    )
    if issues := [*check_roles(used, board.roles), *check_levels(board.levels)]:
        raise PlanError(issues)


def sounds_to_measure(board: Storyboard, media: MediaIndex) -> tuple[Sound, ...]:
    """The sounds whose activity decides what is heard, each once: all of them where levels are given, else those that
    others step back under, and clips' own that shall match or give room tone."""
    refuse_unknown_roles(board)
    under = {role for cue in board.sound for rule in cue.duck for role in rule.under}
    gives_tone = board.ambience is not None and board.ambience.file is None
    matches = any((shot.sound or board.defaults.sound).match for shot in board.shots)
    sounds = [
        sound
        for name, sound in _sounds(board, media)
        if board.levels or not {name, board.base_role(name)}.isdisjoint(under)
    ]
    if gives_tone or matches:
        sounds += (sound for _, sound in _own_sounds(board, media))
    if board.levels and board.ambience is not None and board.ambience.file is not None:
        sounds.append(media.sounds[board.ambience.file])
    return tuple(dict.fromkeys(sounds))


def _own_sounds(board: Storyboard, media: MediaIndex) -> Iterator[tuple[str, Sound]]:
    """(role, sound) of the clips that are heard."""
    clips = dict(shot_clips(board, media))
    for shot in board.shots:
        own, clip = shot.sound or board.defaults.sound, clips.get(shot.id)
        if own.keep and clip is not None and clip.audio and (own.stream or 1) <= len(clip.audio):
            sound: Sound | None = media.voices.get(shot.id) or own_sound(clip, own.stream)
            sound = media.backwards.get(own_sound(clip, own.stream)) if shot.reverse else sound
            if sound is not None:
                yield own.role, sound


def _sounds(board: Storyboard, media: MediaIndex) -> Iterator[tuple[str, Sound]]:
    """(role, sound) of all that is heard, streams that do not exist left out."""
    yield from _own_sounds(board, media)
    for cue in board.sound:
        sound = media.sounds.get(cue.file) if cue.file is not None else None
        if sound is None or cue.mute:
            continue
        if cue.stream is None:
            yield cue.role, sound
        elif cue.stream <= len(sound.streams):
            yield cue.role, numbered(sound, cue.stream)


def balanced(
    board: Storyboard, own: Sequence[Cue], placed: Sequence[Cue], media: MediaIndex, rate: Fraction
) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """The cues of a film as they are mixed, and what a report must say of it. `placed` are all of the storyboard's.

    Raises `PlanError` for a sound whose activity counts and was not measured.
    """
    sounds: list[Placed] = [(cue, None) for cue in own]
    sounds += zip(placed, board.sound, strict=True)
    sounds, left_out = _heard(sounds)
    cues, levels = levelled([cue for cue, _ in sounds], board.levels, media.activity)
    rules = [source.duck if source is not None else () for _, source in sounds]
    return balance_by(cues, rules, media.activity, rate), (*left_out, *levels)


def balance_by(
    cues: Sequence[Cue], rules: Sequence[Sequence[written.Duck]], activity: Activity, rate: Fraction
) -> tuple[Cue, ...]:
    """The cues, each stepping back by its own rules while the others are heard."""
    under = {role for own in rules for rule in own for role in rule.under}
    ranges = [tuple(heard_ranges(cue, activity)) if is_under(cue, under) else () for cue in cues]
    mixed = []
    for number, (cue, own, itself) in enumerate(zip(cues, rules, ranges, strict=True)):
        # Of several rules the deepest counts; key frames of its own are no rule, and come on top.
        written_keys, cue = cue.gain_keys, replace(cue, gain_keys=())
        for rule in own:
            others = chain.from_iterable(
                heard
                for other, heard in zip(cues, ranges, strict=True)
                if heard is not itself and is_under(other, rule.under)
            )
            if rule.mode == "keys":
                cue = ducked(cue, DuckRule.of(rule, rate), others)
            else:
                cue = _compressed(
                    cue, rule, (*cues[:number], *cues[number + 1 :]), activity=activity, rate=rate
                )
        mixed.append(replace(cue, gain_keys=summed(written_keys, cue.gain_keys)))
    return tuple(mixed)


def _compressed(
    cue: Cue, rule: written.Duck, others: Sequence[Cue], *, activity: Activity, rate: Fraction
) -> Cue:
    """The cue with a sidechain of the sounds it is under, at a threshold that lowers it by as much as asked where they
    are as loud as they are as a whole."""
    keys = [
        # How they fade is said for each, since what they are of is not part of what is heard.
        replace(
            other,
            gain_keys=(),
            sidechain=None,
            shot=None,
            fade_in_curve=other.fade_in_curve or other.usual_fade,
            fade_out_curve=other.fade_out_curve or other.usual_fade,
        )
        for other in others
        if is_under(other, rule.under)
    ]
    loudness = loudness_of(keys, activity)
    if loudness is None:
        return cue
    threshold = loudness + _CHANNEL_DB - rule.by / (1 - 1 / SIDECHAIN_RATIO)
    times = (rule.attack.to_samples(rate), rule.release.to_samples(rate))
    return replace(cue, sidechain=Sidechain(tuple(keys), threshold, *times))


def _heard(sounds: Sequence[Placed]) -> tuple[list[Placed], tuple[str, ...]]:
    """What is neither muted nor left out because others are heard alone, and what to say of it."""
    muted = [cue.name for cue, source in sounds if source is not None and source.mute]
    heard: list[Placed] = [(cue, source) for cue, source in sounds if source is None or not source.mute]
    alone: list[Placed] = [(cue, source) for cue, source in heard if source is not None and source.solo]
    notes = []
    if alone:
        names = listed([repr(cue.name) for cue, _ in alone])
        notes.append(f"Of all sounds only {names} {_is(len(alone))} heard: 'solo'.")
    elif muted:
        notes.append(f"{listed(list(map(repr, muted)))} {_is(len(muted))} left out: 'mute'.")
    return (alone if alone else heard), tuple(notes)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
