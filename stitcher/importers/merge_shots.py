"""Shots of an existing storyboard changed as a cut has them; what did not change keeps every letter. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stitcher.errors import InputError
from stitcher.exporters.picture_keys import PictureKeys, begun_later
from stitcher.importers.board import BoardWriter, speed_text
from stitcher.importers.changes import same_blend, says_levels, trims
from stitcher.importers.film_view import FilmView
from stitcher.importers.levels import fades_of
from stitcher.importers.losses import Unread
from stitcher.importers.match import drawn_sides, matched, same_media, stays_off
from stitcher.importers.own_sound import limited, own_sound_data
from stitcher.importers.roles import role_of
from stitcher.storyboard.edit import BoardText, ListEntry
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.picture import DEFAULT_TRANSITION
from stitcher.storyboard.transition_kinds import CUT, transition_kind
from stitcher.timebase import round_half_up

_MADE_FROM = ("prompt", "start", "model", "duration", "seed", "takes", "moderation", "edit", "title")


@dataclass(frozen=True, slots=True)
class ShotMerger:
    """Changes the shots of one storyboard."""

    board: Storyboard
    before: FilmView
    """The storyboard as it is laid out."""
    after: BoardWriter
    """The cut."""
    dropped: frozenset[str]
    """Shots of which a match cut takes frames off the end."""

    def merge(self, text: BoardText) -> None:
        """Give the storyboard the cut's shots."""
        entries = dict(zip((shot.id for shot in self.board.shots), text.entries("shots"), strict=True))
        places = matched(self.before, self.after.view)
        changes = [self._changes(index, place, places) for index, place in enumerate(places)]
        self._pin_ends(places, changes)
        taken = {name.casefold() for name in entries}
        made: list[ListEntry] = []
        kept: set[str] = set()
        for index, place in enumerate(places):
            if place is None:
                made.append(ListEntry.of(self._new(index, taken)))
                continue
            name = self.before.ids[place]
            made.append(entries[name].altered(changes[index]))
            made += self._unseen(name, entries, kept)
            kept.add(name)
        text.put("shots", made)

    def _unseen(self, name: str, entries: Mapping[str, ListEntry], kept: set[str]) -> list[ListEntry]:
        """The shots after one of which no frame is seen: the cut cannot tell of them."""
        ids = [shot.id for shot in self.board.shots]
        found = []
        for following in ids[ids.index(name) + 1 :]:
            if following in self.before.ids or following in kept:
                break
            kept.add(following)
            found.append(entries[following])
        return found

    def _new(self, index: int, taken: set[str]) -> dict[str, Any]:
        data = self.after.shot(index, keys=self._inherited(index))
        name, number = data["id"], 2
        while data["id"].casefold() in taken:
            data["id"], number = f"{name[:58]}-{number}", number + 1
        taken.add(data["id"].casefold())
        if index and (blend := self.after.transition(index)) != self._usual():
            data["transition"] = blend
        elif index:
            data.pop("transition", None)
        clip = self.after.film.clips[index]
        usual = self.board.defaults
        for key, said, here in (("fit", clip.fit, usual.fit), ("conform", clip.conform, usual.conform)):
            data.pop(key, None)
            if said not in (None, here):
                data[key] = said
        if clip.media is not None and "sound" not in data:
            heard = index in self.after.sounds.by_clip
            if heard != self.board.defaults.sound.keep:
                data["sound"] = "keep" if heard else "mute"
        return data

    def _inherited(self, index: int) -> PictureKeys:
        """How a shot is seen of which a new one is another part."""
        clip = self.after.film.clips[index]
        for place, name in enumerate(self.before.ids):
            was = self.before.track.clips[place]
            if name in (clip.shot, clip.name) and same_media(was, clip):
                rate = self.after.rate
                first, now = (
                    one.track.clips[at].media_time(one.track.seen(at).start, rate)
                    for one, at in ((self.before, place), (self.after.view, index))
                )
                return begun_later(was.keys or (), round_half_up((now - first) * rate / clip.speed))
        return ()

    def _usual(self) -> str | None:
        """The transition that shots have which say nothing, where it is a plain cut."""
        return CUT.name if transition_kind(self.board.defaults.transition.kind) == CUT else None

    def _changes(self, index: int, place: int | None, places: tuple[int | None, ...]) -> dict[str, Any]:
        """What has to be written of one shot that was there before."""
        if place is None:
            return {}
        was, now = self.before.track.clips[place], self.after.film.clips[index]
        changes: dict[str, Any] = {}
        hidden = stays_off(was, now)
        drawn = any(drawn_sides(self.before, place, self.after.view, index))
        if was.enabled != now.enabled and not hidden:
            changes["enabled"] = None if now.enabled else False
        if not hidden:
            changes |= self._picture(index, place, drawn=drawn)
            if was.media is not None and now.enabled and was.enabled:
                changes |= self._own_sound(index, place)
        return changes | self._join(index, places) | self._start(index, places)

    def _start(self, index: int, places: tuple[int | None, ...]) -> dict[str, Any]:
        """What a take is made from, by name where another shot stands before it now.

        Raises `InputError` for a shot that is gone and that another is made from.
        """
        place = places[index]
        assert place is not None
        ids = [shot.id for shot in self.board.shots]
        shot = self.board.shot(self.before.ids[place])
        start = shot.start
        if start is None or not (start.previous or start.shot):
            return {}
        source = start.shot or ids[ids.index(shot.id) - 1]
        left = {self.before.ids[one] for one in places if one is not None}
        if source in self.before.ids and source not in left:
            raise InputError(
                f"The cut has left out {source!r}, whose frame the take of {shot.id!r} is made from: keep it in the "
                f"cut, or give {shot.id!r} a still as its 'start'."
            )
        earlier = places[index - 1] if index else None
        if start.shot or (earlier is not None and self.before.ids[earlier] == source):
            return {}
        data = start.model_dump(exclude_unset=True, mode="json")
        data.pop("previous")
        return {"start": {"shot": source, **data}}

    def _picture(self, index: int, place: int, *, drawn: bool) -> dict[str, Any]:
        shot = self.board.shot(self.before.ids[place])
        was, now = self.before.track.clips[place], self.after.film.clips[index]
        head, tail = trims(self.before, self.after.view, place, index)
        if now.media is not None and not drawn and not same_media(was, now):
            if shot.kind == "take":
                self.after.unread.append(Unread("replaced", shot.id, now.media.name))
                return {}
            trim = self.after.trim(index)
            ends = {key: trim.get(key) for key in ("in", "out", "hold")}
            return {"clip": self.after.path(now.media, shot.id), **dict.fromkeys(_MADE_FROM), **ends}
        if shot.title is not None:
            text = now.text if now.media is None and now.text and now.text != was.text else None
            title = shot.title.model_dump(exclude_unset=True, mode="json")
            if tail:
                title["duration"] = f"{len(self.after.film.seen(index))}f"
            return {"title": {**title, **({"text": text} if text else {})}} if tail or text else {}
        if drawn or now.media is None:
            if head or tail:
                self.after.unread.append(Unread("drawn", shot.id))
            return {}
        return self._ends(index, place, head=head, tail=tail)

    def _ends(self, index: int, place: int, *, head: int, tail: int) -> dict[str, Any]:
        """Where it begins and ends in its file, and how fast it is, as far as that has changed."""
        was, now = self.before.track.clips[place], self.after.film.clips[index]
        trim = self.after.trim(index) if head or tail or was.speed != now.speed else {}
        changes: dict[str, Any] = {}
        if was.speed != now.speed:
            changes["speed"] = None if now.speed == 1 else speed_text(now.speed)
            head = tail = 1
        elif head:
            keys = was.keys or ()
            later = begun_later(keys, head)
            changes |= {key: json.loads(value) for key, value in later if (key, value) not in keys}
        if head:
            changes["in"] = trim.get("in")
        if tail:
            changes |= {"out": trim.get("out"), "hold": trim.get("hold")}
        return changes

    def _own_sound(self, index: int, place: int) -> dict[str, Any]:
        one, other = self.before.sounds.by_clip.get(place), self.after.sounds.by_clip.get(index)
        shot = self.board.shot(self.before.ids[place])
        effective = shot.sound or self.board.defaults.sound
        if not self.after.cut.sounds:
            return {}
        if one is not None and other is None:
            return {"sound": "mute"}
        if one is None and other is not None:
            unread = self.after.unread
            data = own_sound_data(self.after.film, index, other, role_of(other.role), unread)
            return {"sound": data or "keep"}
        if one is None or other is None or not says_levels(self.before, self.after.view):
            return {}
        old, new = (fades_of(sound.levels, len(sound.record)).gain_db for sound in (one, other))
        if abs(old - new) <= 0.1:
            return {}
        written = effective.model_dump(exclude_unset=True, mode="json")
        return {"sound": {**written, "gain": limited(effective.gain + new - old, shot.id, self.after.unread)}}

    def _same_join(self, index: int, places: tuple[int | None, ...]) -> bool:
        """Whether a shot still comes in from the shot before it, in the same way and at the same pictures."""
        place, earlier = places[index], places[index - 1] if index else None
        if not index or place is None or earlier is None or earlier != place - 1:
            return False
        one, other = self.before.track.blend_at(place - 1), self.after.film.blend_at(index - 1)
        after = self.after.view
        ends = trims(self.before, after, earlier, index - 1)[1]
        begins = trims(self.before, after, place, index)[0]
        return same_blend(one, other, after) and not ends and not begins

    def _join(self, index: int, places: tuple[int | None, ...]) -> dict[str, Any]:
        place = places[index]
        assert place is not None
        shot = self.board.shot(self.before.ids[place])
        if not index:
            return {"transition": None} if shot.transition is not None else {}
        if self._same_join(index, places):
            return {}
        wanted = self.after.transition(index)
        effective = shot.transition or self.board.defaults.transition
        kind = transition_kind(effective.kind)
        rate = self.after.rate
        if wanted == CUT.name:
            return {} if kind == CUT else {"transition": CUT.name}
        frames = (effective.duration or DEFAULT_TRANSITION).to_frames(rate) if kind.overlaps else 0
        blend = self.after.film.blend_at(index - 1)
        same_kind = blend is not None and (
            kind == transition_kind(blend.kind)
            or (self.after.cut.kinds is not None and kind.overlaps and kind.name not in self.after.cut.kinds)
        )
        if blend is None or (same_kind and frames == blend.frames):
            return {}
        return {"transition": {**wanted, "kind": kind.name} if same_kind else wanted}

    def _pin_ends(self, places: tuple[int | None, ...], changes: list[dict[str, Any]]) -> None:
        """Write down where shots end of which a match cut took frames that is none any more."""
        for index, place in enumerate(places):
            if place is None or self.before.ids[place] not in self.dropped:
                continue
            last = index + 1 == len(places)
            if not last and self._same_join(index + 1, places):
                continue
            if self.after.film.clips[index].media is not None:
                trim = self.after.trim(index)
                changes[index] |= {"out": trim.get("out"), "hold": trim.get("hold")}
