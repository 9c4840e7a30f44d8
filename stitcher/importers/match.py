"""Which clip of one cut is which of another: by shot, by file, by the file's name. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath

from stitcher.exporters.edl import plain
from stitcher.exporters.names import UniqueNames
from stitcher.importers.cut import CutClip, CutMedia
from stitcher.importers.film_view import FilmView
from stitcher.importers.own_sound import OwnSounds


def matched(before: FilmView, after: FilmView) -> tuple[int | None, ...]:
    """For each clip of `after` the index of what it was before; `None` for a new one."""
    was = before.track.clips
    free = set(range(len(was)))
    found: list[int | None] = [None] * len(after.track.clips)
    for told, tell in ((_shot_words, _by_shot), (_file_words, _by_file), (_name_words, _by_name)):
        places: dict[str, list[int]] = {}
        for index, clip in enumerate(was):
            for word in told(clip, before.ids[index]):
                places.setdefault(word, []).append(index)
        for index, clip in enumerate(after.track.clips):
            if found[index] is not None:
                continue
            alike = {one for word in told(clip, clip.shot or clip.name) for one in places.get(word, ())}
            same = [one for one in alike & free if tell(before, one, clip)]
            if same:
                best = min(same, key=lambda one: (_distance(was[one], clip), abs(one - index)))
                found[index] = best
                free.discard(best)
    return tuple(found)


def _shot_words(clip: CutClip, name: str) -> frozenset[str]:
    return frozenset({name, clip.name})


def _file_words(clip: CutClip, name: str) -> frozenset[str]:
    return _keys(clip.media)


def _name_words(clip: CutClip, name: str) -> frozenset[str]:
    if clip.media is None:
        return frozenset({f"text:{clip.text or ''}"})
    return _keys(clip.media) | _names(clip.media)


def _by_shot(before: FilmView, index: int, clip: CutClip) -> bool:
    was = before.track.clips[index]
    if before.ids[index] not in (clip.shot, clip.name):
        return False
    # A name alone, which any clip may have, tells of a shot where it is the shot's file as well, or no other's.
    return bool(clip.shot) or same_media(was, clip) or not _known(before, clip)


def _known(before: FilmView, clip: CutClip) -> bool:
    return any(one.media is not None and same_media(one, clip) for one in before.track.clips)


def _by_file(before: FilmView, index: int, clip: CutClip) -> bool:
    return bool(_keys(before.track.clips[index].media) & _keys(clip.media))


def _by_name(before: FilmView, index: int, clip: CutClip) -> bool:
    was = before.track.clips[index]
    if was.media is None:
        return clip.media is None and (was.text or "") == (clip.text or "")
    return same_media(was, clip)


def _distance(was: CutClip, clip: CutClip) -> float:
    """How far apart what they show of their file is."""
    return abs(float(was.start - clip.start))


def _keys(media: CutMedia | None) -> frozenset[str]:
    """What tells a file from all others."""
    if media is None:
        return frozenset()
    told = {
        f"sha256:{media.sha256}" if media.sha256 else "",
        f"path:{media.address}" if media.address else "",
    }
    return frozenset(told - {""})


@lru_cache(maxsize=16_384)
def _names(media: CutMedia | None) -> frozenset[str]:
    """What a file may be called, in hand-overs and out of them."""
    if media is None:
        return frozenset()
    stems = {
        PurePosixPath(name).stem.casefold() for name in (media.name, media.original, media.address) if name
    }
    return frozenset(stems | {PurePosixPath(safe_name(stem)).stem.casefold() for stem in stems})


class KnownFiles:
    """The files of a cut, found by checksum, else by name."""

    def __init__(self, media: Iterable[CutMedia]) -> None:
        self._by_key: dict[str, set[CutMedia]] = {}
        for one in media:
            for key in (*_keys(one), *_names(one)):
                self._by_key.setdefault(key, set()).add(one)

    def same_as(self, media: CutMedia) -> CutMedia | None:
        """The one that it is; `None` where there is none, or several go by its name."""
        for keys in (_keys(media), _names(media)):
            found = set().union(*(self._by_key.get(key, ()) for key in keys))
            if found:
                return found.pop() if len(found) == 1 else None
        return None


def safe_name(name: str) -> str:
    """What a hand-over calls a file of that name, if it has no other of the same."""
    return UniqueNames().file_name(name)


def same_media(was: CutClip, clip: CutClip) -> bool:
    """Whether both show the same file, whose place may be another."""
    if _keys(was.media) & _keys(clip.media):
        return True
    return bool(_names(was.media) & _names(clip.media))


def drawn_sides(before: FilmView, place: int, after: FilmView, index: int) -> tuple[bool, bool]:
    """Of a shot in both cuts: which of them shows what stitcher drew of it for a hand-over."""
    was, now = before.track.clips[place], after.track.clips[index]
    return (
        _is_drawn(after.ids[index], was, now, of_film=after.cut.laid_out and not before.cut.laid_out),
        _is_drawn(before.ids[place], now, was, of_film=before.cut.laid_out and not after.cut.laid_out),
    )


def _is_drawn(shot: str, clip: CutClip, other: CutClip, *, of_film: bool) -> bool:
    """Whether a clip is drawn: its cut says so, or it is called after the shot where a film has another file."""
    if clip.media is None:
        return False
    stem = PurePosixPath(clip.media.name).stem.casefold()
    drawn = PurePosixPath(safe_name(f"{shot}.mov")).stem.casefold()
    if clip.drawn_from is not None and stem.startswith(drawn):
        return True
    return of_film and not same_media(clip, other) and stem in (shot.casefold(), drawn)


def stays_off(was: CutClip, now: CutClip) -> bool:
    """Whether a clip that was switched off is black, which is all that some formats have of it."""
    return not was.enabled and now.media is None and not now.text


def moved(places: Sequence[int | None]) -> frozenset[int]:
    """Those of a row of former places that are not where they were: as few as make the others stand in order."""
    placed = [(index, place) for index, place in enumerate(places) if place is not None]
    ends: list[int] = []
    """By length less one: the lowest former place in which a rising row of that length ends."""
    lengths: dict[int, int] = {}
    for index, place in placed:
        lengths[index] = at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    kept: set[int] = set()
    wanted, below = len(ends) - 1, None
    for index, place in reversed(placed):
        if lengths[index] == wanted and (below is None or place < below):
            kept.add(index)
            wanted, below = wanted - 1, place
    return frozenset(index for index, _ in placed if index not in kept)


def sound_matches(before: Sequence[CutClip], after: Sequence[CutClip]) -> tuple[int | None, ...]:
    """For each sound of `after` the index of what it was before; `None` for a new one."""
    free = dict.fromkeys(range(len(before)))
    found: list[int | None] = [None] * len(after)
    for by_name in (True, False):
        for index, sound in enumerate(after):
            if found[index] is not None:
                continue
            same = [
                one
                for one in free
                if same_media(before[one], sound) and (not by_name or before[one].name == sound.name)
            ]
            if same:
                best = min(same, key=lambda one: abs(before[one].record.start - sound.record.start))
                found[index] = best
                del free[best]
    return tuple(found)


def with_own_sounds(before: FilmView, after: FilmView) -> tuple[FilmView, FilmView]:
    """Two cuts, each of which knows the own sounds of its shots also where what it shows of one was drawn.

    What is drawn has no sound: it is played from the shot's own file, as only the other cut says.
    """
    for index, place in enumerate(matched(before, after)):
        if place is None or not any(drawn_sides(before, place, after, index)):
            continue
        one, other = before.sounds.by_clip.get(place), after.sounds.by_clip.get(index)
        if one is not None and other is None:
            after = _with_own_sound(after, index, (before, place, one))
        elif other is not None and one is None:
            before = _with_own_sound(before, place, (after, index, other))
    return before, after


def _with_own_sound(view: FilmView, index: int, known: tuple[FilmView, int, CutClip]) -> FilmView:
    """The cut, with the own sound of a shot found that the other cut has."""
    other, place, own = known
    record, rate = view.track.clips[index].record, view.cut.rate
    begins = own.media_time(other.track.clips[place].record.start, other.cut.rate)
    for sound in view.sounds.others:
        covers = sound.record.start <= record.start + 1 and sound.record.stop >= record.stop - 1
        in_step = abs(sound.media_time(record.start, rate) - begins) <= own.speed / rate
        named = plain(sound.name) == plain(own.name)
        if sound.enabled and covers and same_media(own, sound) and (named or in_step):
            others = tuple(one for one in view.sounds.others if one is not sound)
            return replace(view, sounds=OwnSounds({**view.sounds.by_clip, index: sound}, others))
    return view
