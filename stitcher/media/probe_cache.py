"""Cache of probe results and seam verdicts; always safe to delete.

About files, by their real path, inode, size and times of modification and of any change: what probes found, hashes of
films, what the ffmpeg program said of itself. About contents, by their hashes: verdicts on seams, runs that were proven
to decode. An entry that is missing, damaged, of another version or about another state of the file counts as not there,
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
from stitcher.media.audible_streams import audible_sound
from stitcher.media.clip import AudioStream, Clip, Colour, KeyFrame, Sound, VideoStream
from stitcher.media.files import write_whole
from stitcher.version import __version__

_log = logging.getLogger(__name__)

_FORMAT = 18
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
def analyzer_version() -> str:
    """What analyses files here: the versions of this stitcher and of the FFmpeg libraries PyAV brings.

    PyAV is told by its version, and where and since when it is installed; asking it for its libraries would load them.
    """
    from importlib.metadata import PackageNotFoundError, version

    spec = importlib.util.find_spec("av")
    origin = spec.origin if spec is not None and spec.origin is not None else ""
    try:
        return f"{_FORMAT} {__version__} {version('av')} {origin} {os.stat(origin).st_mtime_ns}"
    except (OSError, PackageNotFoundError):
        return f"{_FORMAT} {__version__} {origin}"


def _slot(path: Path, stat: os.stat_result, what: str) -> Path:
    real = os.path.realpath(path)
    # The time of the last change of any kind cannot be set back, as that of the content can. What was found depends on
    # who looked, too: another stitcher or another FFmpeg looks again.
    state = (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
    name = content_key(real, state, what, analyzer_version())
    return cache_folder() / "probes" / name[:2] / name[2:34]


def _read(slot: Path) -> Any:
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


def _write(slot: Path, record: Any) -> None:
    body = zlib.compress(json.dumps(record, separators=(",", ":")).encode(), 1)
    _store(slot, hashlib.blake2b(body, digest_size=16).digest() + body)


def _store(slot: Path, content: bytes) -> None:
    try:
        slot.parent.mkdir(parents=True, exist_ok=True)
        write_whole(slot, content, durable=False)
    except (OSError, StitcherError):
        _log.debug("the cache entry %s could not be written", slot)


def _unchanged(path: Path, stat: os.stat_result) -> bool:
    # A file written to while it was read, or so lately that the clock of the file system would not show the next
    # write, is looked at again.
    try:
        now = os.stat(path)
    except OSError:
        return False
    return same_content(now, stat) and time.time_ns() - stat.st_mtime_ns > _CLOCK_NS


def same_content(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether two states are of one file with the same content, whatever its name."""
    return (one.st_ino, one.st_size, one.st_mtime_ns) == (other.st_ino, other.st_size, other.st_mtime_ns)


def get_clip(path: Path, stat: os.stat_result) -> Clip | None:
    """The clip found in this state of the file, or `None`."""
    record = _read(_slot(path, stat, "clip"))
    try:
        return _to_clip(path, record) if record is not None else None
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def put_clip(path: Path, stat: os.stat_result, clip: Clip, *, final: bool = False) -> None:
    """Remember a clip; a cache that cannot be written is passed over. `final` is a file nobody writes to any more."""
    if final or _unchanged(path, stat):
        _write(_slot(path, stat, "clip"), _from_clip(clip))


def get_sound(path: Path, stat: os.stat_result) -> Sound | None:
    """The sound found in this state of the file, or `None`."""
    record = _read(_slot(path, stat, "sounds"))
    try:
        if record is None:
            return None
        streams = [_to_audio(stream) for stream in record["streams"]]
        return audible_sound(path, record["sha256"], container=record["container"], streams=streams)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def put_sound(path: Path, stat: os.stat_result, sound: Sound) -> None:
    """Remember the sound of a file."""
    if not _unchanged(path, stat):
        return
    _write(
        _slot(path, stat, "sounds"),
        {
            "sha256": sound.sha256,
            "container": sound.container,
            "streams": [_from_audio(stream) for stream in sound.streams],
        },
    )


def carry_over(path: Path, before: os.stat_result) -> None:
    """Keep what was found in a state of a file for its state now, of the same content.

    For who gave it a second name, or took one away: that counts as a change.
    """
    try:
        now = os.stat(path)
    except OSError:
        return
    if not same_content(now, before):
        return
    for what in ("clip", "sounds"):
        with contextlib.suppress(OSError):
            _store(_slot(path, now, what), _slot(path, before, what).read_bytes())


def get_text(path: Path, stat: os.stat_result, what: str) -> str | None:
    """What was said about this state of a file (`sha256`, or a program's answer to a question), or `None`."""
    text = _read(_slot(path, stat, what))
    return text if isinstance(text, str) else None


def put_text(path: Path, stat: os.stat_result, what: str, text: str, *, final: bool = False) -> None:
    """Remember something about a file; `final` as for `put_clip`."""
    if final or _unchanged(path, stat):
        _write(_slot(path, stat, what), text)


def get(kind: str, key: Sequence[object]) -> str | None:
    """The word that was kept under a key of numbers and texts, or `None`."""
    try:
        return _word_slot(kind, key).read_text("ascii")
    except (OSError, ValueError):
        return None


def put(kind: str, key: Sequence[object], word: str) -> None:
    """Keep a word, such as a verdict, under a key of numbers and texts."""
    _store(_word_slot(kind, key), word.encode("ascii"))


def _word_slot(kind: str, key: Sequence[object]) -> Path:
    name = content_key(*key)
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
        "timecode": clip.timecode,
    }


def _to_clip(path: Path, record: dict[str, Any]) -> Clip:
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
        path=path,
        sha256=record["sha256"],
        size=record["size"],
        container=record["container"],
        video=VideoStream(**video),
        audio=audio,
        has_credentials=record["has_credentials"],
        timecode=record["timecode"],
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
