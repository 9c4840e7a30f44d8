"""A project: a storyboard with its folder, where its ledger and takes are, and the files it names, probed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.errors import InputError, MediaError
from stitcher.generation.estimate import shot_upscale
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.models import Models, load_models
from stitcher.generation.paths import FOLDER, arriving_of, ledger_path
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.sound_wishes import sound_wishes
from stitcher.generation.sounds_in_film import sounds_in_film, with_sounds
from stitcher.generation.start_images import measure_stills, still_paths
from stitcher.generation.take import Take, circled_take
from stitcher.generation.take_lengths import TakeLengths, settle_lengths, sounds_needed
from stitcher.media.clip import Clip, Sound
from stitcher.media.files import remove_temporaries, sha256_file
from stitcher.media.probe import probe, probe_sound
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.storyboard.yaml_reader import read_document
from stitcher.timeline.media_index import MediaIndex


@dataclass(frozen=True, slots=True)
class Project:
    """A storyboard and where things of it are kept."""

    board: Storyboard
    """With the lengths of its takes settled."""
    folder: Path
    """Absolute."""
    models: Models
    lengths: TakeLengths

    @property
    def ledger(self) -> Path:
        """The record of its takes."""
        return ledger_path(self.folder)

    def path(self, file: str) -> Path:
        """A file of the project by its relative name, as the ledger has it."""
        return self.folder / file


def open_project(board: Storyboard, folder: Path | None = None) -> Project:
    """The project of a storyboard: the folder it was loaded from, unless given.

    Raises `InputError` for a storyboard made in Python without a folder, `PresetError` for a bad model file.
    """
    root = folder or (board.path.parent if board.path is not None else None)
    if root is None:
        raise InputError("This storyboard has no file, so its takes have no place: give a project folder.")
    root = root.absolute()
    models = load_models(project=root)
    lengths = _lengths(board, models, root)
    return Project(lengths.board, root, models, lengths)


def _lengths(board: Storyboard, models: Models, folder: Path) -> TakeLengths:
    """The lengths of its takes, by sounds that are probed for it; what is wrong with one is told where it matters."""
    asked, board = board, _with_bought_sounds(board, folder)
    sounds: dict[Path, Sound] = {}
    broken: dict[Path, str] = {}
    for path in sounds_needed(board):
        try:
            sounds[path] = probe_sound(path)
        except MediaError as exc:
            broken[path] = str(exc)
    lengths = settle_lengths(board, models, sounds, broken=broken)
    if board is asked:
        return lengths
    return replace(lengths, board=lengths.board.model_copy(update={"sound": asked.sound}))


def _with_bought_sounds(board: Storyboard, folder: Path) -> Storyboard:
    """The storyboard in which the lines that are bought already are as long as they came."""
    if not board.buys_sounds or not ledger_path(folder).exists():
        return board
    with LedgerReader.view(ledger_path(folder)) as ledger:
        real = [take for take in ledger.takes() if not take.is_animatic]
    return with_sounds(board, sounds_in_film(board, real), folder, MediaIndex())


def folder_of(board: Storyboard | Path | str) -> Path:
    """The project folder of a storyboard, or of a storyboard's file, which may have mistakes.

    A mistake must not keep anybody from their takes. Raises `MediaMissing`, `StoryboardError` for what is no YAML, and
    `InputError` for a storyboard without a file.
    """
    if isinstance(board, Storyboard):
        return open_project(board).folder
    path = Path(board).absolute()
    read_document(path)
    return path.parent


def sweep(folder: Path, takes: Iterable[Take]) -> None:
    """Remove what a killed run left among the takes of a project's folder: half files, and second names of files that
    have their place; for who holds the ledger.

    What has arrived of a take that is still fetched stays, because fetching goes on from there.
    """
    every = tuple(takes)
    arriving = {folder / arriving_of(take) for take in every if take.unfinished}
    fetching = {path for path in arriving if not path.exists()}
    for path in (folder / FOLDER).glob("*/"):
        remove_temporaries(path)
        for part in (*path.glob("*.task-*.part"), *path.glob("*.task-*.part.json")):
            if part.with_name(part.name.removesuffix(".json").removesuffix(".part")) not in fetching:
                with contextlib.suppress(OSError):
                    part.unlink()
    for take in every:
        arrived = folder / arriving_of(take)
        if take.on_disk and take.file is not None and take.task_id is not None and arrived.exists():
            with contextlib.suppress(OSError):
                if sha256_file(folder / take.file) == sha256_file(arrived):
                    arrived.unlink()


def measure(project: Project, takes: Iterable[Take]) -> ProbedFiles:
    """What is known of the files a storyboard names for its takes, and of the takes in the film."""
    board = project.board
    wishes = sound_wishes(board)
    clips: dict[Path, Clip] = {}
    for index, shot in enumerate(board.shots):
        heard = any(wish.made_of == shot.id for wish in wishes)
        if shot.clip is not None and (heard or _is_needed(project, shot.id)):
            with _named_at(board, ("shots", index, "clip")):
                clips[shot.clip] = _probed(shot.clip)
    sounds: dict[Path, Sound] = {}
    for wish in wishes:
        file = wish.asked.source.file if wish.asked.source is not None else None
        if file is None:
            continue
        with _named_at(board, (*wish.where, wish.asked.kind, "file")):
            if wish.asked.kind == "picture":
                clips[file] = _probed(file)
            else:
                sounds[file] = probe_sound(file)
    named = {wish.made_of for wish in wishes}
    for index, cue in enumerate(board.sound):
        if cue.generate is None and cue.file is not None and cue.name in named:
            with _named_at(board, ("sound", index, "file")):
                sounds[cue.file] = probe_sound(cue.file)
    shown = circled_clips(project, takes)
    return ProbedFiles(
        measure_stills(still_paths(board)), MediaIndex(clips=clips, sounds=sounds, takes=shown)
    )


@contextlib.contextmanager
def _named_at(board: Storyboard, location: Location) -> Iterator[None]:
    """Say of a file that cannot be used where the storyboard names it."""
    try:
        yield
    except MediaError as exc:
        if board.path is not None:
            exc.add_note(str(board.issue(location, "it is named here.")))
        raise


def circled_clips(project: Project, takes: Iterable[Take]) -> dict[str, Clip]:
    """The take in the film of every shot that has one, probed. Files that are gone or damaged are left out."""
    known = tuple(takes)
    clips: dict[str, Clip] = {}
    for shot in project.board.shots:
        take = circled_take(take for take in known if take.shot == shot.id)
        if take is not None and take.file is not None and shot.kind == "take":
            try:
                clips[shot.id] = _probed(project.path(take.file))
            except MediaError:
                continue
    return clips


def _is_needed(project: Project, shot_id: str) -> bool:
    """Whether something is made from the clip: a take from a frame of it, an edit, an enlargement."""
    shots = project.board.shots
    for index, shot in enumerate(shots):
        upscale = shot_upscale(project.board, shot)
        if shot.id == shot_id and (shot.edit is not None or upscale is not None):
            return True
        if shot.start is None:
            continue
        if shot.start.shot == shot_id or (shot.start.previous and index and shots[index - 1].id == shot_id):
            return True
    return False


def _probed(path: Path) -> Clip:
    return probe(path)
