"""Inputs of a storyboard, probed: all that laying out has to know of files, measured and remembered between runs."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from stitcher.captions.track import CaptionFile
from stitcher.errors import Interrupted, MediaRefused
from stitcher.inputs.fonts import with_fonts
from stitcher.media import probe_cache
from stitcher.media.clip import Clip, Sound
from stitcher.storyboard import model as written
from stitcher.storyboard.model import Storyboard
from stitcher.timeline.balance import sounds_to_measure
from stitcher.timeline.layout import (
    caption_files,
    clip_files,
    lut_files,
    match_seams,
    overlay_files,
    sound_files,
    still_files,
)
from stitcher.timeline.media_index import LutFile, MediaIndex, Seam, StillFile, Unsure
from stitcher.timeline.own_sounds import sounds_backwards

_log = logging.getLogger(__name__)

_METHOD = 3
"""Counts changes of how `measure` judges seams; part of what remembered verdicts are filed under. Here, so that
looking one up does without numpy."""
_WORTH_GUESSING = 3
_MAX_CAPTION_BYTES = 16 * 1024 * 1024
_WORKERS = min(4, os.cpu_count() or 1)

_Stream = tuple[Path, int | None]
"""A sound file and the number of its stream, `None` for the one players play."""

Looked = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and of what: files, sounds or seams."""

_Key = TypeVar("_Key")
_Found = TypeVar("_Found")


def probe_inputs(
    board: Storyboard,
    known: MediaIndex | None = None,
    *,
    likely: Callable[[MediaIndex], None] | None = None,
    cancel: threading.Event | None = None,
    looked: Looked | None = None,
) -> MediaIndex:
    """The facts `lay_out` needs. `known` is what is known already, which is all about generated takes. `likely` is
    called with what will probably be found, where finding it out takes a while. Setting `cancel` ends it after
    the files under way; `looked` is called with how many are done, of how many so far, and of what.

    Raises `MediaError` for the first file that cannot be used, and what `lay_out` raises about rates and ranges,
    and `Interrupted`.
    """
    from stitcher.media.beats import beats
    from stitcher.media.onsets import onsets
    from stitcher.media.probe import probe, probe_sound
    from stitcher.media.sound_activity import measure_activity
    from stitcher.sound.channels import stereo_fold

    files = _Count("files", looked, cancel)
    media = replace(
        known or MediaIndex(),
        clips=_each(clip_files(board), probe, files),
        stills=_each(still_files(board), look_into_still, files),
        overlays=_each(overlay_files(board), look_into_overlay, files),
        sounds=_each(sound_files(board), probe_sound, files),
        luts=_each(lut_files(board), look_into_lut, files),
        captions={path: read_caption_file(path, encoding) for path, encoding in caption_files(board).items()},
    )
    media = with_fonts(board, media)
    sounds_heard = _Count("sounds", looked, cancel)
    media = replace(
        media,
        backwards=_each(
            sounds_backwards(board, media), lambda sound: _turned_over(sound, cancel), sounds_heard
        ),
    )
    media = replace(
        media,
        onsets=_each(_pivots(board), lambda which: _strikes(media, which, onsets), sounds_heard),
        beats=_each(_aligned(board), lambda which: _strikes(media, which, beats), sounds_heard),
    )
    sounds = sounds_to_measure(board, media)
    measured = _each(sounds, lambda sound: measure_activity(sound, stereo_fold(sound)), sounds_heard)
    media = replace(media, activity={**media.activity, **measured})
    return with_seams(board, media, likely, _Count("seams", looked, cancel))


def _turned_over(sound: Sound, cancel: threading.Event | None) -> Sound:
    """The sound backwards, in a file of the cache."""
    from stitcher.media.probe import probe_sound
    from stitcher.sound.backwards import backwards_file

    return probe_sound(backwards_file(sound, probe_cache.cache_folder() / "backwards", cancel=cancel))


class _Count:
    """Counts what is done of the files, sounds or seams that are looked into, and tells it."""

    def __init__(
        self, what: str, looked: Looked | None = None, cancel: threading.Event | None = None
    ) -> None:
        self._what, self._looked, self._cancel = what, looked, cancel
        self._done = self._total = 0
        self._lock = threading.Lock()

    def expect(self, more: int) -> None:
        """There are more to come."""
        self._total += more
        if more and self._looked is not None:
            self._looked(self._done, self._total, self._what)

    def one_more(self) -> None:
        """One is done."""
        with self._lock:
            self._done += 1
            if self._looked is not None:
                self._looked(self._done, self._total, self._what)

    def check_cancelled(self) -> None:
        """Raise `Interrupted` once it is to end."""
        if self._cancel is not None and self._cancel.is_set():
            raise Interrupted


def _pivots(board: Storyboard) -> tuple[_Stream, ...]:
    """The sounds that are placed by their first strong onset, each once."""
    return _streams(cue for cue in board.sound if cue.pivot == "onset")


def _aligned(board: Storyboard) -> tuple[_Stream, ...]:
    """The sounds that are placed by their beats, each once."""
    return _streams(cue for cue in board.sound if cue.align is not None)


def _streams(cues: Iterable[written.Cue]) -> tuple[_Stream, ...]:
    return tuple(dict.fromkeys((cue.file, cue.stream) for cue in cues if cue.file is not None))


def _strikes(
    media: MediaIndex, which: _Stream, find: Callable[[Sound], tuple[Fraction, ...]]
) -> tuple[Fraction, ...]:
    """What is found in the stream of a sound."""
    from stitcher.media.audible_streams import numbered

    sound, number = media.sounds[which[0]], which[1]
    if number is not None and number > len(sound.streams):
        # Laying out refuses it, with the line.
        return ()
    return find(sound if number is None else numbered(sound, number))


def with_seams(
    board: Storyboard,
    media: MediaIndex,
    likely: Callable[[MediaIndex], None] | None = None,
    count: _Count | None = None,
) -> MediaIndex:
    """`media` with a verdict on every match cut that is left to measuring; `likely` as for `probe_inputs`."""
    seams = match_seams(board, media)
    by_shots = {(seam.earlier_shot, seam.later_shot): seam for seam in seams}
    recalled = {
        shots: 1 if shots in media.chained and _whole(seam) else _recall(seam)
        for shots, seam in by_shots.items()
    }
    verdicts = {shots: known for shots, known in recalled.items() if known is not None}
    unknown = [shots for shots in by_shots if shots not in verdicts]
    if likely is not None and len(unknown) >= _WORTH_GUESSING:
        # The seams of a film are mostly alike.
        first = verdicts[unknown[0]] = _measured(by_shots[unknown[0]])
        likely(replace(media, doubled={**dict.fromkeys(unknown, first), **media.doubled, **verdicts}))
        unknown = unknown[1:]
    verdicts |= _each(unknown, lambda shots: _measured(by_shots[shots]), count or _Count("seams"))
    return replace(media, doubled={**media.doubled, **verdicts})


def _whole(seam: Seam) -> bool:
    """Whether the clips meet at the very end of one and the very beginning of the other."""
    return seam.last_picture == seam.earlier.video.frames - 1 and seam.first_picture == 0


def _measured(seam: Seam) -> int | Unsure:
    """How many pictures the later clip of a seam repeats, or why that cannot be told; remembered."""
    from stitcher.seams.repeated_frames import measure

    measured = measure(seam.earlier, seam.last_picture, seam.later, seam.first_picture)
    _log.debug(
        "seam %s/%s: repeats %s, %s", seam.earlier_shot, seam.later_shot, measured.repeats, measured.reason
    )
    verdict = Unsure(measured.reason) if measured.repeats is None else measured.repeats
    word = f"unsure {verdict.reason}" if isinstance(verdict, Unsure) else str(verdict)
    probe_cache.put("seams", _facts(seam), word)
    return verdict


def _each(items: Iterable[_Key], find: Callable[[_Key], _Found], count: _Count) -> dict[_Key, _Found]:
    keys = list(items)
    count.expect(len(keys))

    def found(key: _Key) -> _Found:
        count.check_cancelled()
        one = find(key)
        count.one_more()
        return one

    if len(keys) < 2:
        return {key: found(key) for key in keys}
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="stitcher-probe_inputs") as pool:
        futures = [pool.submit(found, key) for key in keys]
        try:
            return {key: future.result() for key, future in zip(keys, futures, strict=True)}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def read_caption_file(path: Path, encoding: str | None = None) -> CaptionFile:
    """What a caption file holds. Raises `MediaError`."""
    from stitcher.captions.read import read_captions
    from stitcher.media.files import check_regular

    stat = check_regular(path)
    if stat.st_size > _MAX_CAPTION_BYTES:
        raise MediaRefused(path, f"is larger than captions of a film can be ({stat.st_size} bytes).")
    return read_captions(path.read_bytes(), path, encoding)


def look_into_still(path: Path) -> StillFile:
    """Size and content of a picture. Raises `MediaError` for what is none, or cannot be read to its end."""
    from stitcher.media.files import sha256_file
    from stitcher.media.stills import open_still

    picture = open_still(path)
    return StillFile(picture.size, sha256_file(path), picture.has_transparency_data)


def look_into_overlay(path: Path) -> Clip | StillFile:
    """What is known of a picture or a clip that lies over others. Raises `MediaError`."""
    from stitcher.media.files import check_regular
    from stitcher.media.probe import probe
    from stitcher.media.sniff import sniff

    check_regular(path)
    kind = sniff(path)
    if kind.holds == "still":
        return look_into_still(path)
    if kind.holds != "media":
        raise MediaRefused(
            path, f"is {kind.label}, which cannot lie over a picture; name a PNG, a WebP or a clip."
        )
    return probe(path)


def look_into_lut(path: Path) -> LutFile:
    """Kind and content of a look-up table of colours. Raises `MediaError` for what is none."""
    from stitcher.media.files import sha256_file
    from stitcher.pictures.cube import read_cube

    return LutFile(read_cube(path).dimensions, sha256_file(path))


def _facts(seam: Seam) -> list[object]:
    return [_METHOD, seam.earlier.sha256, seam.last_picture, seam.later.sha256, seam.first_picture]


def _recall(seam: Seam) -> int | Unsure | None:
    word = probe_cache.get("seams", _facts(seam)) or ""
    if word.startswith("unsure "):
        return Unsure(word.removeprefix("unsure "))
    return int(word) if word.isascii() and word.isdigit() else None
