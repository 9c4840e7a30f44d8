"""Sounds and markers of an existing storyboard changed as a cut has them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stitcher.exporters.levels import Level
from stitcher.importers.automation import changed_keys, with_keys, written_keys
from stitcher.importers.board import BoardWriter
from stitcher.importers.changes import marks_of, says_levels
from stitcher.importers.cues import looped
from stitcher.importers.cut import CutClip, CutMarker
from stitcher.importers.film_view import FilmView
from stitcher.importers.levels import fades_of
from stitcher.importers.losses import Unread
from stitcher.importers.match import sound_matches
from stitcher.importers.own_sound import limited
from stitcher.importers.roles import role_of
from stitcher.storyboard import model as written
from stitcher.storyboard.edit import BoardText, ListEntry
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import round_half_up

_PLACES = ("from", "to", "until", "out", "fit", "pivot", "length", "at", "in")
"""Keys that say where a sound is heard; those that the cut needs are written anew."""


def merge_sounds(text: BoardText, board: Storyboard, before: FilmView, after: BoardWriter) -> None:
    """Give the storyboard the cut's sounds; `before` is the storyboard with the cut's shots, laid out."""
    if not after.cut.sounds:
        return
    rate = after.rate
    olds, news = ([sound for sound, _ in looped(view.sounds.others, rate)] for view in (before, after.view))
    entries = list(text.entries("sound"))
    numbers = _numbers(board, olds)
    kept: dict[int, ListEntry] = {
        number: entry for number, entry in enumerate(entries) if number not in numbers.values()
    }
    added: list[ListEntry] = []
    loops = dict(enumerate(loop for _, loop in looped(after.sounds.others, rate)))
    for index, place in enumerate(sound_matches(olds, news)):
        if place is not None and place in numbers:
            number = numbers[place]
            changes = _cue_changes(board.sound[number], olds[place], news[index], before, after)
            kept[number] = entries[number].altered(changes)
        elif place is None and not _is_muted(board, news[index]):
            added.append(ListEntry.of(after.cues.cue(news[index], loop=loops[index])))
    made = [kept[number] for number in sorted(kept)] + added
    if made != entries:
        text.put("sound", made)


def _numbers(board: Storyboard, sounds: Sequence[CutClip]) -> dict[int, int]:
    """By index of a sound: the number of the storyboard's cue that it is."""
    left = list(enumerate(board.sound))
    found = {}
    for index, sound in enumerate(sounds):
        own = next((one for one in left if not one[1].mute and _name(one[1]) == sound.name), None)
        if own is not None:
            found[index] = own[0]
            left.remove(own)
    return found


def _name(cue: written.Cue) -> str:
    return cue.name or (cue.file.name if cue.file is not None else "")


def _is_muted(board: Storyboard, sound: CutClip) -> bool:
    return not sound.enabled and any(cue.mute and _name(cue) == sound.name for cue in board.sound)


def _cue_changes(
    cue: written.Cue, was: CutClip, now: CutClip, before: FilmView, after: BoardWriter
) -> dict[str, Any]:
    rate = after.rate
    changes: dict[str, Any] = {}
    first = round_half_up((now.start - was.start) * rate)
    if was.record != now.record or first:
        role = role_of(now.role) or str(cue.role)
        changes |= dict.fromkeys(_PLACES) | after.cues.place(now, role, loop=cue.loops)
        changes.pop("loop", None)
    if not now.enabled:
        changes["mute"] = True
    if says_levels(before, after.view):
        old, new = fades_of(was.levels, len(was.record)), fades_of(now.levels, len(now.record))
        louder = new.gain_db - old.gain_db if abs(new.gain_db - old.gain_db) > 0.1 else 0.0
        if louder:
            changes["gain"] = limited(cue.gain + louder, now.name, after.unread)
        if more := changed_keys(was, now, louder):
            own = [Level(round_half_up(key.at.to_seconds(rate) * rate), key.gain) for key in cue.gain_keys]
            changes["gain_keys"] = written_keys(with_keys(own, more)) or None
        for key, one, other in (
            ("fade_in", old.fade_in, new.fade_in),
            ("fade_out", old.fade_out, new.fade_out),
        ):
            if abs(one - other) > 1:
                changes[key] = f"{other}f" if other else None
    return changes


def merge_markers(text: BoardText, board: Storyboard, before: FilmView, after: BoardWriter) -> None:
    """Give the storyboard the cut's markers; a cut that has none says nothing of them."""
    wanted = list(marks_of(after.view))
    if not wanted:
        return
    entries = list(text.entries("markers"))
    present = {(marker.name, marker.frame) for marker in marks_of(before)}
    own = {marker.name for shot in board.shots for marker in shot.markers}
    kept: dict[int, ListEntry] = {}
    for number, marker in enumerate(board.markers):
        same = next((one for one in wanted if one.name == marker.name), None)
        if same is None:
            continue
        wanted.remove(same)
        changes: dict[str, Any] = {}
        if (same.name, same.frame) not in present:
            changes["at"] = after.anchor(same.frame)
        if same.note and same.note != marker.note:
            changes["note"] = same.note
        kept[number] = entries[number].altered(changes)
    new = [_marker(marker, after) for marker in wanted if _is_new(marker, present, own, after)]
    made = [kept[number] for number in sorted(kept)] + new
    if made != entries:
        text.put("markers", made)


def _is_new(marker: CutMarker, present: set[tuple[str, int]], own: set[str], after: BoardWriter) -> bool:
    if marker.name not in own:
        return marker.frame < after.film_end
    if (marker.name, marker.frame) not in present:
        after.unread.append(Unread("shot-marker", marker.name))
    return False


def _marker(marker: CutMarker, after: BoardWriter) -> ListEntry:
    data = {"name": marker.name.strip() or "Marker", "at": after.anchor(marker.frame)}
    return ListEntry.of(data | ({"note": marker.note} if marker.note.strip() else {}))
