"""What was found out, kept between runs: a saving, and never more.

About files, by their real path, inode, size and times of modification and of any change: what probes found, hashes of
films, what the ffmpeg program said of itself. About contents, by their hashes: verdicts on seams, runs that were proven
to decode. A memo that is missing, damaged, of another version or about another state of the file counts as not there,
and nothing fails over it. Small files in the user's cache folder.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import importlib.util
import json
import logging
import os
import time
import zlib
from collections.abc import Sequence
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.content_key import content_key
from stitcher.errors import StitcherError
from stitcher.media.audible_streams import heard_sound
from stitcher.media.clip import AudioStream, Clip, Colour, KeyFrame, Sound, VideoStream
from stitcher.media.files import write_whole
from stitcher.version import __version__

_log = logging.getLogger(__name__)

_FORMAT = 15
_MAX_BYTES = 64 << 20
_CLOCK_NS = 20_000_000


def cache_folder() -> Path:
    """Where everything that can be made again is kept: `STITCHER_CACHE`, or the user's cache folder."""
    if written := os.environ.get("STITCHER_CACHE"):
        return Path(os.path.abspath(written))
    return _user_cache()


@functools.lru_cache(maxsize=1)
def _user_cache() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("stitcher", appauthor=False))


@functools.lru_cache(maxsize=1)
def looker() -> str:
    """Who looks at files here: this stitcher and the FFmpeg libraries PyAV brings.

    PyAV is told by its version, and where and since when it is installed; asking it for its libraries would load them.
    """
    from importlib.metadata import PackageNotFoundError, version

    found = importlib.util.find_spec("av")
    place = found.origin if found is not None and found.origin is not None else ""
    try:
        return f"{_FORMAT} {__version__} {version('av')} {place} {os.stat(place).st_mtime_ns}"
    except (OSError, PackageNotFoundError):
        return f"{_FORMAT} {__version__} {place}"


def _slot(place: Path, facts: os.stat_result, what: str) -> Path:
    real = os.path.realpath(place)
    # The time of the last change of any kind cannot be set back, as that of the content can. What was found depends on
    # who looked, too: another stitcher or another FFmpeg looks again.
    state = (facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
    name = content_key(real, state, what, looker())
    return cache_folder() / "probes" / name[:2] / name[2:34]


def _recall(slot: Path) -> Any:
    try:
        with open(slot, "rb") as file:
            packed = file.read(_MAX_BYTES)
        digest, body = packed[:16], packed[16:]
        if hashlib.blake2b(body, digest_size=16).digest() != digest:
            return None
        unpacker = zlib.decompressobj()
        return json.loads(unpacker.decompress(body, _MAX_BYTES))
    except (OSError, ValueError, zlib.error):
        return None


def _keep(slot: Path, record: Any) -> None:
    body = zlib.compress(json.dumps(record, separators=(",", ":")).encode(), 1)
    with contextlib.suppress(OSError, StitcherError):
        slot.parent.mkdir(parents=True, exist_ok=True)
        write_whole(slot, hashlib.blake2b(body, digest_size=16).digest() + body, durable=False)
        return
    _log.debug("the memo %s could not be written", slot)


def _settled(place: Path, facts: os.stat_result) -> bool:
    # A file written to while it was read, or so lately that the clock of the file system would not show the next
    # write, is looked at again.
    try:
        now = os.stat(place)
    except OSError:
        return False
    same = (now.st_ino, now.st_size, now.st_mtime_ns) == (facts.st_ino, facts.st_size, facts.st_mtime_ns)
    return same and time.time_ns() - facts.st_mtime_ns > _CLOCK_NS


def recall_clip(place: Path, facts: os.stat_result) -> Clip | None:
    """The clip found in this state of the file, or `None`."""
    record = _recall(_slot(place, facts, "clip"))
    try:
        return _to_clip(place, record) if record is not None else None
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def keep_clip(place: Path, facts: os.stat_result, clip: Clip, *, final: bool = False) -> None:
    """Remember a clip; a cache that cannot be written is passed over. `final` is a file nobody writes to any more."""
    if final or _settled(place, facts):
        _keep(_slot(place, facts, "clip"), _from_clip(clip))


def recall_sound(place: Path, facts: os.stat_result) -> Sound | None:
    """The sound found in this state of the file, or `None`."""
    record = _recall(_slot(place, facts, "sounds"))
    try:
        if record is None:
            return None
        streams = [_to_audio(stream) for stream in record["streams"]]
        return heard_sound(place, record["sha256"], record["container"], streams)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def keep_sound(place: Path, facts: os.stat_result, sound: Sound) -> None:
    """Remember the sound of a file."""
    if not _settled(place, facts):
        return
    _keep(
        _slot(place, facts, "sounds"),
        {
            "sha256": sound.sha256,
            "container": sound.container,
            "streams": [_from_audio(stream) for stream in sound.streams],
        },
    )


def recall_sha256(place: Path, facts: os.stat_result) -> str | None:
    """The hash a file had in this state, or `None`."""
    sha256 = _recall(_slot(place, facts, "sha256"))
    return sha256 if isinstance(sha256, str) else None


def keep_sha256(place: Path, facts: os.stat_result, sha256: str, *, final: bool = False) -> None:
    """Remember the hash of a file; `final` as for `keep_clip`."""
    if final or _settled(place, facts):
        _keep(_slot(place, facts, "sha256"), sha256)


def recall_answer(program: Path, facts: os.stat_result, question: str) -> str | None:
    """What a program in this state answered to a question, or `None`."""
    answer = _recall(_slot(program, facts, question))
    return answer if isinstance(answer, str) else None


def keep_answer(program: Path, facts: os.stat_result, question: str, answer: str) -> None:
    """Remember what a program answered."""
    _keep(_slot(program, facts, question), answer)


def recall_word(kind: str, facts: Sequence[object]) -> str | None:
    """The word that was kept about these facts (numbers and texts), or `None`."""
    try:
        return _word_slot(kind, facts).read_text("ascii")
    except (OSError, ValueError):
        return None


def keep_word(kind: str, facts: Sequence[object], word: str) -> None:
    """Keep what was found out about some facts, in a word."""
    slot = _word_slot(kind, facts)
    with contextlib.suppress(OSError, StitcherError):
        slot.parent.mkdir(parents=True, exist_ok=True)
        write_whole(slot, word.encode("ascii"), durable=False)
        return
    _log.debug("the memo %s could not be written", slot)


def _word_slot(kind: str, facts: Sequence[object]) -> Path:
    name = content_key(*facts)
    return cache_folder() / kind / name[:2] / name[2:34]


_FRACTIONS = frozenset(
    (
        "sample_aspect",
        "coded_aspect",
        "rate",
        "average_rate",
        "time_base",
        "start",
        "duration",
        "last_seconds",
    )
)


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return [value.numerator, value.denominator]
    if isinstance(value, bytes):
        return base64.b85encode(value).decode("ascii")
    return value


def _from_clip(clip: Clip) -> dict[str, Any]:
    video = {field.name: _plain(getattr(clip.video, field.name)) for field in fields(VideoStream)}
    # Time stamps rise evenly and pictures sit near their packets: the differences pack small.
    video["pts"] = _differences(clip.video.pts)
    video["display"] = [shown - number for number, shown in enumerate(clip.video.display)]
    video["keys"] = [[key.packet, key.kind] for key in clip.video.keys]
    video["colour"] = [getattr(clip.video.colour, field.name) for field in fields(Colour)]
    return {
        "sha256": clip.sha256,
        "size": clip.size,
        "container": clip.container,
        "video": video,
        "audio": [_from_audio(stream) for stream in clip.audio],
        "has_credentials": clip.has_credentials,
    }


def _to_clip(place: Path, record: dict[str, Any]) -> Clip:
    video = _fractions(record["video"])
    video["pts"] = _sums(video["pts"])
    video["display"] = tuple([number + offset for number, offset in enumerate(video["display"])])
    video["keys"] = tuple([KeyFrame(packet, kind) for packet, kind in video["keys"]])
    video["colour"] = Colour(*video["colour"])
    video["parameter_sets"] = base64.b85decode(video["parameter_sets"])
    for name in ("data_packets", "set_changes", "restarts"):
        video[name] = tuple(video[name])
    audio = tuple([_to_audio(stream) for stream in record["audio"]])
    return Clip(
        place,
        record["sha256"],
        record["size"],
        record["container"],
        VideoStream(**video),
        audio,
        record["has_credentials"],
    )


def _from_audio(stream: AudioStream) -> dict[str, Any]:
    return {field.name: _plain(getattr(stream, field.name)) for field in fields(AudioStream)}


def _to_audio(record: dict[str, Any]) -> AudioStream:
    return AudioStream(**_fractions(record))


def _fractions(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Fraction(*value) if name in _FRACTIONS and value is not None else value
        for name, value in record.items()
    }


def _differences(stamps: tuple[int, ...]) -> list[int]:
    return [stamp - before for before, stamp in zip((0, *stamps), stamps, strict=False)]


def _sums(steps: list[int]) -> tuple[int, ...]:
    total, stamps = 0, []
    for step in steps:
        total += step
        stamps.append(total)
    return tuple(stamps)
