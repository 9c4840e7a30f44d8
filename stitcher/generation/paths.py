"""Paths and file names of takes, relative to the project. Pure.

    takes/harbour/1.mp4               take 1, byte for byte as it came
    takes/harbour/1.start.png         the picture it was started from
    takes/harbour/1.last.png          its last frame (`1.first.png`, `1.frame-23.png` where a shot starts from that)
    takes/harbour/1.animatic.mp4      what stands in for take 1 (and so for any other provider's own takes)
    takes/harbour/image-1.png         a start image that was generated
    takes/harbour/harbour.voice-1.wav the voice in its own sound, taken out of it
    takes/door/door.take-1.wav        take 1 of a sound of the storyboard; its suffix says what came
    takes/door/door.take-1.sent-0a1b….flac    the sound it was made from, taken out of another file
    takes/harbour/1.2160p.mp4         take 1 enlarged, and `1.2160p.part-2.mp4` a piece of it

Names are made of a shot's id only where every file system takes it as it is.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stitcher.generation.take import Purpose, Take

LEDGER = "takes.ledger"
FOLDER = "takes"
MAIN = "runway"
"""The provider whose takes bear no name but their number."""
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(-.*)?")
_LONGEST_SLUG = 30
SOUND_SUFFIXES = {
    "wav": ".wav",
    "mp3": ".mp3",
    "flac": ".flac",
    "ogg": ".ogg",
    "mov": ".m4a",
    "aac": ".aac",
    "matroska": ".mka",
}
"""By demuxer: the suffix a sound gets that came as that."""


def ledger_path(project: Path) -> Path:
    """Where the ledger of a project's folder lies: beside the storyboard."""
    return project / LEDGER


def shot_folder(shot: str) -> str:
    """The folder of a shot's takes: `takes/` and the id, or a slug of it with a hash where the id is not plain.

    Two shots never share one, not even where capitals do not count or letters are composed differently.
    """
    if _PLAIN.fullmatch(shot) and not _RESERVED.fullmatch(shot):
        return f"{FOLDER}/{shot}"
    ascii_only = unicodedata.normalize("NFKD", shot).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:_LONGEST_SLUG].strip("-")
    # A plain id cannot end in `~` and eight digits, so no slug is ever somebody's own id.
    return (
        f"{FOLDER}/{slug or 'shot'}~{hashlib.sha256(shot.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    )


def take_file(
    shot: str,
    number: int,
    purpose: Purpose,
    provider: str,
    *,
    variant: str = "",
    piece: int | None = None,
    extension: str = "",
) -> str:
    """The name of a take's file; `piece` counts from 0 and is `None` for something whole."""
    maker = _maker(provider)
    folder = shot_folder(shot)
    match purpose:
        case "start-image":
            return f"{folder}/image-{number}{maker}{extension or '.png'}"
        case "upscale":
            part = "" if piece is None else f".part-{piece + 1}"
            large = re.sub(r"[^a-z0-9]+", "", variant.lower()) or "large"
            return f"{folder}/{number}.{large}{part}{maker}{extension or '.mp4'}"
        case "sound":
            # Sounds keep their file names where editors get them, so those say whose they are.
            slug = PurePosixPath(folder).name
            return f"{folder}/{slug}.{variant or 'take'}-{number}{maker}{extension or '.wav'}"
        case "take" | "edit":
            return f"{folder}/{number}{maker}{extension or '.mp4'}"


def place_of(take: Take, extension: str = "") -> str:
    """The name of the file of a take of the ledger, wherever it is now; `extension` by what a sound came as."""
    # A service enlarges in pieces, which are joined later; other upscalers give the whole.
    piece = take.piece if take.purpose == "upscale" and take.provider == MAIN else None
    return take_file(
        take.shot,
        take.number,
        take.purpose,
        take.provider,
        variant=take.variant,
        piece=piece,
        extension=extension,
    )


def arriving_of(take: Take) -> str:
    """The name a take's file is fetched under: one that no other task of any ledger has."""
    place = PurePosixPath(place_of(take))
    digest = hashlib.sha256(f"{take.provider} {take.task_id}".encode()).hexdigest()[:12]
    return str(place.with_name(f"{place.stem}.task-{digest}{place.suffix}"))


def sent_sound_file(take_place: str, sha256: str) -> str:
    """The name of the sound that was taken out of a file with that hash, to make a take of it that goes to a place."""
    place = PurePosixPath(take_place)
    return str(place.with_name(f"{place.stem}.sent-{sha256[:12]}.flac"))


def frame_file(shot: str, number: int, provider: str, which: str) -> str:
    """The name of a picture that belongs to a take: `start`, or which of its own (`first`, `last`, `frame-23`)."""
    maker = _maker(provider)
    return f"{shot_folder(shot)}/{number}{maker}.{which}.png"


def _maker(provider: str) -> str:
    # Providers number their takes apart, so only one of them may go without its name.
    return "" if provider == MAIN else f".{re.sub(r'[^a-z0-9-]+', '', provider.lower()) or 'other'}"
