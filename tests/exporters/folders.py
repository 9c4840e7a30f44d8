"""Hand-overs on disk of small films whose files are bytes that say which they are."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from stitcher.delivery.editor_preset import find_editor
from stitcher.exporters.cut import Place, handover_of
from stitcher.exporters.folder import HandedOver, write_folder
from stitcher.media.clip import Clip
from stitcher.timeline.model import Timeline
from tests.exporters.films import film_of, music
from tests.factories import make_sound


def on_disk(film: Timeline, where: Path) -> Timeline:
    """The film with files that are there, of bytes that say which they are."""
    where.mkdir(exist_ok=True)
    items = []
    for item in film.items:
        assert isinstance(item.source, Clip)
        path = where / item.source.path.name
        path.write_bytes(path.name.encode() * 100)
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        items.append(replace(item, source=replace(item.source, path=path, sha256=checksum)))
    cues = []
    for cue in film.cues:
        path = where / cue.sound.path.name
        path.write_bytes(b"sound" * 100)
        sound = replace(
            make_sound(path=path, duration=60), sha256=hashlib.sha256(path.read_bytes()).hexdigest()
        )
        cues.append(replace(cue, sound=sound))
    return replace(film, items=tuple(items), cues=tuple(cues))


def small_film(folder: Path) -> Timeline:
    """Two clips with odd names, a dissolve and music."""
    film = film_of(30, 30, overlaps=[6], names=["R&B #1", "夜 100%"])
    return on_disk(replace(film, cues=(music(film, gain_db=-8.0),)), folder / "footage")


def hand_over(film: Timeline, folder: Path, editor: str = "otio", media: str | None = None) -> HandedOver:
    preset = find_editor(editor).preset
    handover = handover_of(film, place=Place(folder / "media", preset.paths.value))
    return write_folder(handover, preset, folder, media=media)  # type: ignore[arg-type]  # any of the choices, by name


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
