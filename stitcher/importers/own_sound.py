"""Which of a cut's sounds are those of its own clips: heard with their picture, from the same file, in step. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from stitcher.importers.cut import CutClip, CutTrack
from stitcher.importers.levels import fades_of
from stitcher.importers.losses import Unread


@dataclass(frozen=True, slots=True)
class OwnSounds:
    """The sounds of a cut, sorted."""

    by_clip: Mapping[int, CutClip]
    """By index of the film's clips: the sound that goes with its picture."""
    others: tuple[CutClip, ...]
    """The rest, in order of their beginning."""


def sorted_sounds(film: CutTrack, tracks: Sequence[CutTrack], rate: Fraction) -> OwnSounds:
    """Each clip's own sound, as far as it has one, and all other sounds."""
    sounds = sorted(
        (sound for track in tracks for sound in track.clips),
        key=lambda sound: (sound.record.start, sound.record.stop),
    )
    by_file: dict[object, list[CutClip]] = {}
    for sound in sounds:
        by_file.setdefault(_file(sound), []).append(sound)
    own: dict[int, CutClip] = {}
    taken: set[int] = set()
    for index, clip in enumerate(film.clips):
        if clip.media is None or not clip.enabled:
            continue
        for sound in by_file.get(_file(clip), ()):
            if id(sound) not in taken and _in_step(clip, sound, rate):
                own[index] = sound
                taken.add(id(sound))
                break
    return OwnSounds(own, tuple(sound for sound in sounds if id(sound) not in taken))


def _file(clip: CutClip) -> object:
    media = clip.media
    return None if media is None else (media.address or media.name)


def _in_step(clip: CutClip, sound: CutClip, rate: Fraction) -> bool:
    """Whether a sound of the same file covers a clip, to a frame, and is heard when its picture is seen."""
    if sound.speed != clip.speed or not sound.enabled:
        return False
    late = sound.media_time(clip.record.start, rate) - clip.start
    return (
        abs(late) <= clip.speed / rate
        and sound.record.start <= clip.record.start + 1
        and sound.record.stop >= clip.record.stop - 1
    )


def own_sound_data(
    film: CutTrack, index: int, sound: CutClip, role: str | None, unread: list[Unread]
) -> dict[str, object]:
    """What a storyboard says of a clip's own sound; empty where it says nothing."""
    seen, last = film.seen(index), len(film.clips) - 1
    fades = fades_of(sound.levels, len(sound.record))
    lead, tail = seen.start - sound.record.start, sound.record.stop - seen.stop
    blended = film.blend_at(index - 1), film.blend_at(index)
    if fades.moves or (not blended[0] and fades.fade_in > 1) or (not blended[1] and fades.fade_out > 1):
        unread.append(Unread("automation", sound.name))
    if min(lead, tail) < 0 or (lead > 0 and not index) or (tail > 0 and index == last):
        unread.append(Unread("crossing", sound.name))
    if sound.pan:
        unread.append(Unread("pan", sound.name))
    data: dict[str, object] = {}
    if gain := limited(fades.gain_db, sound.name, unread):
        data["gain"] = gain
    if role not in (None, "ambience"):
        data["role"] = role
    if lead > 0 and index:
        data["lead"] = f"{lead}f"
    if tail > 0 and index < last:
        data["tail"] = f"{tail}f"
    return data


def limited(gain_db: float, name: str, unread: list[Unread]) -> float | int:
    """A gain that a storyboard can have, as short as it can be written."""
    allowed = max(-96.0, min(24.0, gain_db))
    if abs(allowed - gain_db) > 0.01:
        unread.append(Unread("gain-range", name))
    rounded = round(allowed, 2)
    return int(rounded) if rounded == int(rounded) else rounded
