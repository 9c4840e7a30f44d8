"""The public functions, one for what each command does; Python's `stitcher.NAME` is this module's `NAME`.

    load ─┐
          ├─ Storyboard ─ lay_out ─ Timeline ─ plan ─ Plan ─ render ─ Film
 assemble ─┘

Each later function also takes what an earlier one would have been given, and does the steps between. An argument that
cannot be right ends in an `InputError` or another `StitcherError`. Folders that outputs are named in are made.
"""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stitcher.arguments import checked
from stitcher.errors import InputError
from stitcher.generation.options import GenerateOptions
from stitcher.media.files import made_folders
from stitcher.rendering.options import RenderOptions
from stitcher.storyboard.assemble_options import AssembleOptions

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from fractions import Fraction

    from moviepy import VideoClip
    from numpy import ndarray
    from pydub import AudioSegment

    from stitcher.deliveries import Delivered
    from stitcher.delivery.catalogue import LoudnessEntry, PresetCatalogue, PresetEntry
    from stitcher.delivery.editor_preset import EditorEntry
    from stitcher.delivery.preset import Preset
    from stitcher.diagnosis import Diagnosis
    from stitcher.editor_import.compare import CutDiff
    from stitcher.editor_import.new_board import Imported
    from stitcher.exporters.folder import HandedOver
    from stitcher.exporters.relink import Relinked
    from stitcher.generation.estimate import Estimate
    from stitcher.generation.generate import Generated
    from stitcher.generation.provider import Provider
    from stitcher.generation.take import Take
    from stitcher.generation.take_list import TakeList
    from stitcher.media.clip import Clip, Sound
    from stitcher.media.limits import Limits
    from stitcher.rendering.film import Film
    from stitcher.rendering.segments import Plan
    from stitcher.review_page.apply import AppliedReview
    from stitcher.review_page.make import ReviewPage
    from stitcher.review_page.serve import ReviewServer
    from stitcher.seam_report.report import FilmSeams
    from stitcher.standin import StandIn
    from stitcher.stems.report import MixResult
    from stitcher.storyboard.loudness import Loudness
    from stitcher.storyboard.model import Storyboard
    from stitcher.storyboard_check import Check
    from stitcher.tables.films import RowFilm
    from stitcher.tables.options import TableOptions
    from stitcher.tables.report import TableResult
    from stitcher.timebase import Time
    from stitcher.timeline.model import Timeline


@checked
def load(
    path: Path | str,
    *,
    variables: Mapping[str, str] | None = None,
    variables_file: Path | str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Storyboard:
    """The storyboard in a YAML file, checked: keys, values, references, transitions, effects and loudness.

    `variables` fill `${name}` in its texts, before those of `variables_file` (TOML, JSON or YAML); `environment` fills
    `${env.NAME}` (nothing is taken from the process's own environment unless it is given). Raises `StoryboardError`
    with every issue at once, missing files and unknown presets among them; `MediaMissing` where the storyboard itself
    cannot be read. Media are not opened yet, and where nothing else is wrong not looked for.
    """
    from stitcher.inputs.boards import Boards
    from stitcher.storyboard.variables import check_variable_name, load_variables

    given = {} if variables is None else variables
    for name in given:
        check_variable_name(name)
    from_file = {} if variables_file is None else load_variables(Path(variables_file))
    filling = ChainMap(given, from_file)  # type: ignore[arg-type]  # it is only read
    return Boards.read(path).filled(filling, environment)


@checked
def assemble(
    clips: Iterable[Path | str | VideoClip] | Path | str,
    *,
    transition: str | None = None,
    duration: Time | str | None = None,
    music: Path | str | AudioSegment | ndarray[Any, Any] | None = None,
    size: tuple[int, int] | str | None = None,
    fps: Fraction | int | float | str | None = None,
    options: AssembleOptions | None = None,
) -> Storyboard:
    """The storyboard that shows `clips` in order, joined by `transition`.

    `transition` is `match` unless given (a cut that drops the frame a chained clip repeats), `cut`, `dissolve` or a
    kind of ffmpeg's xfade; `duration` is its length, such as `0.5s` or `12f`. `music` is looped under the whole film.
    What is given here counts before the same in `options`, which has the rest. A MoviePy clip is written to the cache
    once, without loss; a pydub segment and an array of samples at 48 kHz likewise (`sound_file`).

    Raises `InputError` for no clip at all and for arguments that cannot be. Files are not opened yet.
    """
    from stitcher.inputs.interop import clip_file, sound_file
    from stitcher.inputs.registries import Transitions
    from stitcher.storyboard.cross_checks import unknown_transition
    from stitcher.storyboard.from_clips import storyboard_from_clips

    given: dict[str, Any] = {"transition": transition, "duration": duration, "size": size, "fps": fps}
    if music is not None:
        given["music"] = sound_file(music)
    settled = replace(
        options or AssembleOptions(), **{name: value for name, value in given.items() if value is not None}
    )
    # One name is a row of one, not of its letters.
    row = [clips] if isinstance(clips, (str, Path)) else clips
    board = storyboard_from_clips([clip_file(clip) for clip in row], settled)
    # A single clip is joined to nothing, and a slip of the pen would wait for the second one.
    if message := unknown_transition(board.defaults.transition, Transitions()):
        raise InputError(message)
    return board


@checked
def sound_file(sound: AudioSegment | ndarray[Any, Any], *, rate: int = 48_000) -> Path:
    """A sound made in Python as a file that a cue can play, kept in the cache by its content.

    A pydub `AudioSegment` keeps its rate and its bits. A numpy array is `(samples,)` or `(samples, channels)`, of
    floats (full scale is 1; more is kept), `int16` or `int32`, and has `rate` samples a second; the file holds 32-bit
    floats.

    Raises `InputError` for what is no sound, `DiskFull` and `OutputError`.
    """
    from stitcher.inputs.interop import sound_file as write_sound

    return write_sound(sound, rate)


@checked
def new_project(folder: Path | str, *, title: str = "") -> tuple[Path, Path]:
    """Write a commented storyboard that renders as it is, and its schema beside it; returns where both are.

    Raises `OutputError` where there is a storyboard already.
    """
    from stitcher.inputs.new_project import new_project as write_project

    return write_project(Path(folder), title)


@checked
def demo_projects(folder: Path | str) -> tuple[Path, Path]:
    """The demo's storyboards: of clips that come with stitcher, and of prompts, copied into `folder`.

    Raises `InputError` where the demo's clips are not installed.
    """
    from stitcher.inputs.new_project import demo_projects as write_projects

    return write_projects(Path(folder))


@checked
def check(board: Storyboard, *, preset: str | None = None, options: RenderOptions | None = None) -> Check:
    """The films that a storyboard makes, planned for every delivery (or for `preset`), or what is not generated yet.

    The `options` say where to tell how far it is, and when to stop. Raises `PreflightError` for what a model would
    refuse of the takes that are missing, and what `plan` raises.
    """
    from stitcher.storyboard_check import check as check_board

    return check_board(board, preset, options or RenderOptions())


@checked
def notes(board: Storyboard) -> tuple[str, ...]:
    """What its films will not have, one sentence each: what this version cannot do, takes that no longer match."""
    from stitcher.storyboard_check import take_notes, unsupported_notes

    return (*unsupported_notes(board), *take_notes(board))


@checked
def estimate(
    board: Storyboard,
    *,
    provider: str = "runway",
    shots: Sequence[str] | None = None,
    retake: Sequence[str] = (),
    project: Path | None = None,
    max_credits: int | None = None,
    strict: bool = False,
) -> Estimate:
    """What the takes and sounds that are still missing will cost. Sends nothing and writes nothing.

    `shots` limits it to some shots, and sounds by their names; `retake` names those of which one more take is wanted.
    Raises `PresetError` for a model that does not exist and `InputError` for a shot that does not. With `strict`,
    raises what `generate` would raise before it sends anything: `PreflightError`, and `BudgetExceeded` above
    `max_credits` or the storyboard's budget.
    """
    from stitcher.generation import generate

    if not strict:
        return generate.estimate(board, provider=provider, shots=shots, retake=retake, project=project)
    return generate.strict_estimate(
        board, provider=provider, shots=shots, retake=retake, project=project, max_credits=max_credits
    )


@checked
def generate(
    board: Storyboard,
    *,
    provider: str | Provider = "animatic",
    shots: Sequence[str] | None = None,
    retake: Sequence[str] = (),
    max_credits: int | None = None,
    confirm: Callable[[Estimate], bool] | None = None,
    options: GenerateOptions | None = None,
) -> Generated:
    """Make every take and sound that is missing, each paid for once, and fetch what an earlier call left under way.

    `provider` is `animatic` (free, offline), `runway`, the name of an installed one, or one of your own. Nothing is
    sent when the estimate is above `max_credits` (for this call) or the storyboard's `budget` (for all), or when
    `confirm`, called with the estimate, says no (`Interrupted`). Blocks; from asyncio, use `asyncio.to_thread`.

    Takes are kept in `takes` beside the storyboard, or in the folder `options.project`. Returns when all that was asked
    for is there; otherwise raises the gravest of what went wrong (`GenerateError`, `PreflightError`, `Interrupted`, …)
    with the rest as notes, and the next call goes on from there.
    """
    from stitcher.generation.approval import Approval
    from stitcher.generation.generate import generate as run_generate

    return run_generate(
        board,
        provider=provider,
        shots=shots,
        retake=retake,
        approval=Approval(max_credits, confirm),
        options=options or GenerateOptions(),
    )


@checked
def upscale(
    board: Storyboard,
    *,
    by: str | None = None,
    to: str | None = None,
    shots: Sequence[str] | None = None,
    max_credits: int | None = None,
    confirm: Callable[[Estimate], bool] | None = None,
    options: GenerateOptions | None = None,
) -> Generated:
    """Upscale the circled takes and the clips of a film, frame for frame, never animatics; films show the results.

    `by` (`local`, `runway`, an installed upscaler) and `to` (`1080p`, `2160p`) are the storyboard's unless given.
    Money is bounded, and everything is kept and raised, as by `generate`.
    """
    from stitcher.generation.approval import Approval
    from stitcher.generation.upscale_run import upscale as run_upscale

    return run_upscale(
        board,
        by=by,
        to=to,
        shots=shots,
        approval=Approval(max_credits, confirm),
        options=options or GenerateOptions(),
    )


@checked
def rescue(board: Storyboard, *, options: GenerateOptions | None = None) -> Generated:
    """Fetch every take that was accepted and is not on disk yet, and do nothing else. Costs nothing.

    Raises as `generate` does.
    """
    from stitcher.generation import rescue

    return rescue.rescue(board, options=options or GenerateOptions())


@checked
def adopt(board: Storyboard, shot: str, task_id: str, *, options: GenerateOptions | None = None) -> Generated:
    """Say which task a request of unknown outcome became, and fetch it. Costs nothing.

    Raises `InputError` when the shot has no such request, the service no such task, or another take owns it.
    """
    from stitcher.generation import rescue

    return rescue.adopt(board, shot, task_id, options=options or GenerateOptions())


@checked
def adopt_none(
    board: Storyboard,
    shot: str,
    *,
    confirm: Callable[[str], bool],
    options: GenerateOptions | None = None,
) -> Take:
    """Say that a request of unknown outcome was never booked: it counts as nothing from then on.

    `confirm` is called with what speaks for it; when it says no, nothing changes (`Interrupted`).
    """
    from stitcher.generation.rescue import never_made

    return never_made(board, shot, confirm=confirm, options=options or GenerateOptions())


@checked
def retry(
    board: Storyboard,
    shot: str,
    accept_second_charge: int,
    *,
    max_credits: int | None = None,
    options: GenerateOptions | None = None,
) -> Generated:
    """Ask again for the one request of a shot that was, or may have been, charged for nothing.

    It costs `accept_second_charge` credits at most. Raises `InputError` when there is no such take or it may cost more,
    and what `generate` raises.
    """
    from stitcher.generation import rescue
    from stitcher.generation.approval import Approval

    options = options or GenerateOptions()
    return rescue.retry(board, shot, accept_second_charge, approval=Approval(max_credits), options=options)


@checked
def takes(
    board: Storyboard,
    *,
    shots: Sequence[str] | None = None,
    project: Path | None = None,
    sheet: Path | str | None = None,
) -> TakeList:
    """Every take of a storyboard, or of some `shots`: its file, its cost, its history, and whether it is in the film.

    `sheet` is where a PNG with a row of frames for each is written. Raises `LedgerError`, `OutputError`, `InputError`.
    """
    from stitcher.generation.take_list import list_takes

    with made_folders([sheet]):
        return list_takes(board, shots=shots, project=project, sheet=None if sheet is None else Path(sheet))


@checked
def circle_take(
    board: Storyboard | Path | str, shot: str, number: int, *, provider: str | None = None
) -> Take:
    """Put a take into the film. `board` may be the storyboard's file, which may have mistakes; so below.

    `provider` tells takes of one number apart; the real one is meant unless it is given. Raises `InputError` for a take
    that is not there.
    """
    from stitcher.generation import project, selects

    return selects.circle(project.folder_of(board), shot, number, provider=provider)


@checked
def remove_take(
    board: Storyboard | Path | str,
    shot: str,
    number: int,
    *,
    provider: str | None = None,
    upscale: str | None = None,
    confirm: Callable[[Take], bool] | None = None,
) -> tuple[Take, tuple[Path, ...]]:
    """Delete a take's files; its record and what it cost stay. Returns it and what was deleted.

    With `upscale`, a height such as `1080p`, it is what enlarged the take to that; the same may be made again.

    When `confirm`, called with the take, says no, nothing is deleted (`Interrupted`).
    """
    from stitcher.generation import project, selects

    return selects.remove(
        project.folder_of(board), shot, number, provider=provider, upscale=upscale, confirm=confirm
    )


@checked
def accept_take(
    board: Storyboard | Path | str, shot: str, number: int, *, provider: str | None = None
) -> tuple[Take, tuple[str, ...]]:
    """Take a file that arrived whole, and was not what was asked for, for the take.

    Returns it and what a person should know of it. Raises `InputError` when nothing of that number is held.
    """
    from stitcher.generation import held_takes, project, selects

    folder = project.folder_of(board)
    take, remark = held_takes.accept(folder, shot, number, provider=provider)
    return take, tuple(filter(None, (remark, selects.film_remark(folder, take))))


@checked
def decline_take(
    board: Storyboard | Path | str, shot: str, number: int, *, provider: str | None = None
) -> Take:
    """Do without a file that arrived whole, and was not what was asked for. It stays, and so does its cost.

    Raises `InputError` when nothing of that number is held.
    """
    from stitcher.generation import held_takes, project

    return held_takes.decline(project.folder_of(board), shot, number, provider=provider)


@checked
def stand_in(*, port: int = 0, speed: float = 10.0, credits: int = 10_000, shrink: int = 1) -> StandIn:  # noqa: A002  # as in the command
    """A local server that speaks Runway's API, makes animatics and costs nothing, running until it is closed.

    `speed` divides how long tasks take, `shrink` the sides of all media. Raises `ToolError` for a port in use.
    """
    from stitcher.standin.animated_media import serve_animatics

    return serve_animatics(port=port, speed=speed, credits_bought=credits, shrink=shrink)


@checked
def lay_out(
    board: Storyboard, *, takes: Mapping[str, Clip] | None = None, project: Path | None = None
) -> Timeline:
    """The film on frames. Probes every file the storyboard names and measures its match cuts; both are remembered.

    `takes` are the clips of shots that are generated, by shot; not given, they are the circled takes of the ledger
    beside the storyboard. Which takes its clips are, the ledger in the folder `project` tells, the storyboard's own
    unless given.

    Raises `MediaError` for files that cannot be used, `NotGenerated` for shots without a take, and `PlanError` for
    parts that make no film together.
    """
    from stitcher import session

    return session.lay_out(board, takes=takes, project=project)


@checked
def plan(
    film: Storyboard | Timeline,
    *,
    preset: str | Preset | None = None,
    encoder: str | None = None,
    project: Path | None = None,
    loudness: Loudness | str | None = None,
    channels: Literal["mono", "stereo", "5.1"] | None = None,
    part: Sequence[str | Time | None] | None = None,
) -> Plan:
    """How the film would be made: every frame of it copied or encoded, with the reason. Writes nothing.

    `preset` is `master-copy` unless given. `encoder` asks for a hardware family (`nvenc`, `qsv`, `vaapi`,
    `videotoolbox`), which is tried first; when it does not work here, the software encoder is planned and the plan's
    notes say so. Presets are also looked for in the folder `project`, which is the storyboard's own unless given.
    `loudness`, the name of a target, counts before what the storyboard and the preset say; so does
    `channels`: `mono`, `stereo` or `5.1`, where the preset's receiver takes it. `part` limits it as in `render`.

    Raises `PresetError`, and what `lay_out` raises.
    """
    from stitcher import session

    return session.plan(
        film,
        preset,
        encoder=encoder,
        project=project,
        loudness=loudness,
        channels=channels,
        part=session.part_between(part),
    )


@checked
def render(
    film: Storyboard | Timeline | Plan,
    out: Path | str,
    *,
    preset: str | Preset | None = None,
    encoder: str | None = None,
    part: Sequence[str | Time | None] | None = None,
    options: RenderOptions | None = None,
) -> Film:
    """Make the film at `out`, whole or not at all, and say what was done.

    `preset` and `encoder` are those of `plan`, and go with a storyboard or a timeline only. Finished pieces are kept in
    the cache, so a second render makes only what is missing.

    `part` is from where to where it is made: `("snow", "planet")` from the beginning of one shot to the end of another,
    or times and other anchors (`"12s"`, `"00:00:12:00"`, `"door+1.5s"`), `None` for an end of the film. Every frame
    and sample is the film's, at its loudness; where the part begins or ends within a blend, it does so with a cut.

    Raises `OutputError`, `DiskFull`, `ToolError`, `VerifyError`, `Interrupted`, and what `plan` raises. What stood at
    `out` before stays until the new film has been checked.
    """
    from stitcher import session
    from stitcher.rendering.segments import Plan

    if isinstance(film, Plan) and (preset is not None or encoder is not None):
        raise InputError("A plan has its preset and encoder already: give them to `plan` instead.")
    order = session.Order(preset, Path(out), encoder=encoder, part=session.part_between(part))
    with made_folders([out]):
        return session.render(film, order, options or RenderOptions())


@checked
def render_table(
    path: Path | str,
    table: Path | str,
    out: Path | str,
    *,
    each: Callable[[RowFilm], object] | None = None,
    how: TableOptions | None = None,
    options: RenderOptions | None = None,
) -> TableResult:
    """Make a film for each row of a table: its columns are variables of the storyboard at `path`, and of `out`.

    The table is CSV (commas, semicolons, tabs), JSON lines, JSON, TOML, YAML or Parquet (with pyarrow). `out` has a
    column in it, `out/${slug}.mp4`; beside the films go `report.json` and `report.csv`. `how` says which rows, and how
    many films at a time. `each` is called with each film as it is done; one that fails is among them with its error
    and does not stop the others. What films share is made once, and a second call makes only what is missing or
    changed.

    All rows are checked before anything is made: raises `IssuesError` with every bad row and its line, two films of
    one name and films outside of the folder among them; `DiskFull`, `OutputError`, and what `load` raises.
    """
    from stitcher.tables.options import DEFAULTS
    from stitcher.tables.render import render_table as make_films

    return make_films(
        Path(path),
        Path(table),
        os.fspath(out),
        each=each,
        how=how or DEFAULTS,
        options=options or RenderOptions(),
    )


@checked
def frame_at(
    film: Storyboard | Timeline | Plan,
    at: str | Time,
    out: Path | str,
    *,
    preset: str | Preset | None = None,
    encoder: str | None = None,
    options: RenderOptions | None = None,
) -> Path:
    """Write the frame of the film that is seen at a time as a PNG, with all that is on it; returns where it is.

    `at` is a time (`"12s"`, `"288f"`, `"00:00:12:00"`), a shot or another anchor. The frame has the size, titles and
    captions of the deliverable; of a storyboard, unless `preset` is given, its first one. It is without an
    encoder's losses, and no frame is made that it does not need.

    Raises `InputError` for a time outside the film, `OutputError`, and what `render` raises.
    """
    from stitcher import session

    order = session.Order(preset, Path(out), encoder=encoder)
    with made_folders([out]):
        return session.frame_at(film, at, order, options or RenderOptions())


@checked
def open_file(path: Path | str) -> None:
    """Open a film or a picture in the program that the system has for it. Raises `ToolError` where there is none."""
    from stitcher.media.open_file import open_file as open_with_player

    open_with_player(Path(path))


@checked
def mix(
    film: Storyboard | Timeline | Plan,
    out: Path | str | None = None,
    *,
    stems: Path | str | None = None,
    only: Sequence[str] = (),
    format: str | None = None,  # noqa: A002  # as the command line says
    plot: Path | str | None = None,
    options: RenderOptions | None = None,
) -> MixResult:
    """A film's sound as files of its own, each whole or not at all, and a report: how loud, and what sounds wrong.

    `out` is the mix at the loudness of the plan (of `master-copy`, unless `film` is a plan), 24-bit broadcast WAV or
    FLAC by its name. `stems` is a folder for a file of each role, as long as the film and at the level it has before
    the mix's gain and limiter, and `me`, all of them but dialogue; `format` is theirs, `wav` or `flac`. `only` limits
    both to some roles (`me` for all but dialogue), which then keep their level. `plot` is a PNG of it all. With
    neither `out` nor `stems` the mix is only measured.

    Raises `InputError` for a role that nothing has, `PlanError` for a film without sound, and what `render` raises.
    """
    from stitcher import session
    from stitcher.stems.make import MixOrder

    order = MixOrder(
        mix=None if out is None else Path(out),
        stems=None if stems is None else Path(stems),
        only=(only,) if isinstance(only, str) else tuple(only),
        format=format,
        plot=None if plot is None else Path(plot),
    )
    with made_folders([out, plot]):
        return session.mix(film, order, options or RenderOptions())


@checked
def deliver(
    board: Storyboard,
    *,
    preset: str | None = None,
    encoder: str | None = None,
    each: Callable[[Delivered], object] | None = None,
    options: RenderOptions | None = None,
) -> tuple[Delivered, ...]:
    """Make every film under the storyboard's `deliver`, or those of `preset`, and say what became of each.

    `each` is called with each as it is done. One that fails is among them with its error and does not stop the others.
    Folders that deliveries name are made. Raises `InputError` when there is nothing to deliver, and what `lay_out`
    raises.
    """
    from stitcher import deliveries

    done = []
    for one in deliveries.deliver(board, preset=preset, encoder=encoder, options=options or RenderOptions()):
        done.append(one)
        if each is not None:
            each(one)
    return tuple(done)


@checked
def export(
    film: Storyboard | Timeline,
    to: str,
    folder: Path | str,
    *,
    media: Literal["link", "copy", "transcode"] | None = None,
    without: Iterable[str] = (),
    size: Literal["film", "original"] = "film",
    options: RenderOptions | None = None,
) -> HandedOver:
    """Hand a film over to an editor: a folder with its timeline, media, lists, the film small, and a page to read.

    It is whole or not there at all, and what has not changed of an older one keeps its files. `to` is an editor
    (`resolve`, `premiere`, `avid`, …; `stitcher presets` lists them); `media` is `link`, `copy` or `transcode` instead
    of its own way. `without` leaves out `stems`, `captions`, `poster`, `reference`, `other-size` (shots in the size
    that timelines do not refer to) or `placeholders` (for shots that are not made yet: without, they are refused).
    `size` says which files timelines refer to where shots were enlarged. What is not as in the film is named in the
    result's `losses`. Raises `PresetError` for an unknown editor, `OutputError` for a folder with anything else in it,
    `DiskFull`, and what `lay_out` and `render` raise.
    """
    from stitcher.editor_export.export import export as hand_over
    from stitcher.editor_export.order import ExportOrder

    place = Path(os.path.abspath(folder))
    order = ExportOrder(to, place, media, frozenset(without), size)
    with made_folders([place]):
        return hand_over(film, order, options or RenderOptions())


@checked
def relink(folder: Path | str) -> Relinked:
    """Write the place where a hand-over lies now into its timelines, in the way in which they name media already.

    Returns which timelines changed, and which media they name that are not there. Nothing else in them changes, and a
    second call changes nothing. Raises `InputError` for a folder that is no hand-over, `OutputError` and `DiskFull`.
    """
    from stitcher.exporters.relink import relink_folder

    return relink_folder(Path(os.path.abspath(folder)))


@checked
def import_cut(
    cut: Path | str,
    out: Path | str,
    *,
    rate: Fraction | int | float | str | None = None,
    media: Sequence[Path | str] = (),
    overwrite: bool = False,
    onto: Path | str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Imported:
    """Write the storyboard of a cut that an editor made: `.otio`, `.otioz`, FCP 7 XML, FCPXML or an edit list.

    `onto` is a storyboard that the cut was made from (with its `variables`): what changed is changed in it, prompts,
    takes and comments stay, and `left` of the result is what is still different.

    `rate` is that of an edit list, which does not say it; without it that of its clips counts. The cut's files are
    looked for where it says, beside it, and in the folders `media`. What could not be read is named in the result's
    `unread`. Raises `InputError` for what is no cut, `OutputError` where `out` is there already and `overwrite` is not
    given, and `MediaMissing`.
    """
    from stitcher.editor_import import new_board
    from stitcher.timebase import parse_rate

    exact = None if rate is None else parse_rate(rate)
    folders = [Path(folder) for folder in media]
    with made_folders([out]):
        if onto is None:
            return new_board.import_cut(Path(cut), Path(out), rate=exact, media=folders, overwrite=overwrite)
        from stitcher.editor_import.onto import Request, import_onto

        return import_onto(Request(Path(cut), Path(onto), Path(out), exact, folders, overwrite, variables))


@checked
def diff(
    before: Storyboard | Path | str,
    after: Storyboard | Path | str,
    *,
    rate: Fraction | int | float | str | None = None,
    media: Sequence[Path | str] = (),
    markers: Path | str | None = None,
) -> CutDiff:
    """What is different between two storyboards or cuts, in any mix: shots, transitions, sounds, markers.

    `rate` and `media` are those of `import_cut`, for both. `markers` is a `.csv` or an `.edl` of markers that is
    written too, one for each difference, in the time of `after`. Raises what `import_cut`, `load` and `lay_out` raise.
    """
    from stitcher.editor_import import compare
    from stitcher.timebase import parse_rate

    with made_folders([markers]):
        return compare.diff(
            *(Path(one) if isinstance(one, str) else one for one in (before, after)),
            rate=None if rate is None else parse_rate(rate),
            media=[Path(folder) for folder in media],
            markers=None if markers is None else Path(markers),
        )


@checked
def probe(path: Path | str, *, limits: Limits | None = None) -> Clip:
    """What is in a video file, counted and not guessed; remembered until the file changes.

    Raises `MediaMissing`, `MediaRefused` (no clip, or above a cap) or `MediaBroken`.
    """
    from stitcher.media.probe import probe as probe_clip

    return probe_clip(path, limits=limits)


@checked
def probe_sound(path: Path | str, *, limits: Limits | None = None) -> Sound:
    """The first sound stream of a file. Raises as `probe` does."""
    from stitcher.media.probe import probe_sound as probe_first

    return probe_first(path, limits=limits)


@checked
def last_frame(clip: Clip | Path | str, out: Path | str, *, matrix: str | None = None) -> Path:
    """Write the last picture of a clip as a PNG, without loss and as a player shows it; returns where it is.

    `matrix` is the colour matrix to assume (`bt709`, `smpte170m`, …) whatever the file says; a file that says
    nothing is BT.709. Raises `MediaError`, `OutputError` and `DiskFull`.
    """
    from stitcher.pictures.png_output import write_last_frame

    probed = probe(clip) if isinstance(clip, (Path, str)) else clip
    with made_folders([out]):
        return write_last_frame(probed, out, matrix=matrix)


@checked
def picture_notes(clip: Clip) -> tuple[str, ...]:
    """What is done to the pictures of a clip where they become PNGs, in sentences; none for most clips."""
    from stitcher.pictures.png_output import picture_notes as notes_of

    return notes_of(clip)


@checked
def contact_sheet(
    film: Storyboard | Timeline | Plan, out: Path | str, *, options: RenderOptions | None = None
) -> tuple[Path, ...]:
    """Write a PNG with a row for each shot: its first, middle and last frame, time codes, and how it is joined.

    Above them is the wave of the film's mix, with each sound under it where it lies; the mix is kept in the cache of
    the `options`. Of a plan, what its deliverable cuts away is dark. Returns where the pages are: `out`, and for long
    films `out` with `-2`, `-3` and so on. Raises `OutputError`, `DiskFull`, and what `lay_out` and `mix` raise.
    """
    from stitcher import session
    from stitcher.pictures.contact_sheet import contact_sheet as draw
    from stitcher.pictures.png_output import png_target
    from stitcher.rendering.auto_focus import framing_of
    from stitcher.stems.film_wave import film_wave
    from stitcher.storyboard.model import Storyboard
    from stitcher.timeline.model import Timeline

    timeline, window = session.timeline_of(film), None
    if not isinstance(film, (Storyboard, Timeline)):
        timeline, window = framing_of(film)
    with made_folders([out]):
        target = png_target(out, timeline.files)
        return draw(timeline, target, film_wave(timeline, options or RenderOptions()), window)


@checked
def seam_picture(film: Storyboard | Timeline | Plan, shot: str, out: Path | str) -> Path:
    """Write a PNG of how a shot joins the one before: two frames of each clip as it is, and below as in the film.

    Returns where it is. Raises `InputError` where no two clips are joined by a cut or a match cut, `OutputError`,
    `DiskFull`, and what `lay_out` raises.
    """
    from stitcher import session
    from stitcher.pictures.png_output import png_target
    from stitcher.pictures.seam_picture import seam_picture as draw

    timeline = session.timeline_of(film)
    with made_folders([out]):
        target = png_target(out, timeline.files)
        draw(timeline, shot, target)
    return target


@checked
def review(
    board: Storyboard, out: Path | str, *, single_file: bool = False, options: RenderOptions | None = None
) -> ReviewPage:
    """Write the page that a film is judged on: a folder `out`, or with `single_file` one HTML file.

    It has the film and the takes of shots that have several, small; both sides of each seam with their difference; the
    sound along time. It needs no network and no server. Raises `OutputError` for a folder that holds anything but an
    older page, `OutputBusy`, `DiskFull`, and what `lay_out` and `render` raise.
    """
    from stitcher.review_page.make import make_page

    place = Path(os.path.abspath(out))
    with made_folders([place]):
        return make_page(board, place, single_file=single_file, options=options or RenderOptions())


@checked
def serve_review(
    board: Storyboard, *, options: RenderOptions | None = None
) -> AbstractContextManager[ReviewServer]:
    """A context in which the page of `review` is served, to this machine alone, at its `url`, which works once.

    Decisions are written as they are made, to the file beside the storyboard that `decisions` of it names. Raises on
    entry what `review` raises, and `InputError` for a storyboard without a file, or where that file is no such file.
    """
    from stitcher.review_page.make import serve_page

    return serve_page(board, options or RenderOptions())


@checked
def apply_review(
    decisions: Path | str, board: Storyboard | Path | str, *, variables: Mapping[str, str] | None = None
) -> AppliedReview:
    """Carry out what was decided on a review page: circles in the ledger, markers in the storyboard's file.

    The second time nothing changes. What was decided about shots, takes and frames that are no longer there is listed
    in the result's `left`. Raises `InputError` for what is no file of decisions, `LedgerError`, `OutputError`, and what
    `load` and `lay_out` raise; then nothing was changed in the storyboard.
    """
    from stitcher.review_page.apply import apply
    from stitcher.storyboard.model import Storyboard

    file = board.path if isinstance(board, Storyboard) else Path(board)
    if file is None:
        raise InputError("This storyboard has no file that markers could be written into.")
    return apply(Path(decisions), Path(os.path.abspath(file)), variables)


@checked
def measure_seams(
    film: Storyboard | Timeline, *, plot: Path | str | None = None, options: RenderOptions | None = None
) -> FilmSeams:
    """What shows of the joins of a film and is wrong with the pictures of its clips, measured.

    Each finding has its kind, its value and unit, and the threshold it is above; what a shot's `accept` names is in
    `accepted`. Clips are measured as they come, before grading and reframing, and only as far as they are seen. Every
    clip is decoded once, and remembered by its content. `plot` is a PNG to draw the measures into, along the film.
    Of the `options` those count that say where to tell how far it is, and when to stop. Raises `MediaBroken` for a
    clip that cannot be decoded, `OutputError`, `DiskFull`, and what `lay_out` raises.
    """
    from stitcher import session

    timeline = session.timeline_of(film)
    with made_folders([plot]):
        found = session.measure_seams(timeline, options or RenderOptions())
        if plot is not None:
            from stitcher.seam_report.plot import plot_seams

            plot_seams(Path(plot), timeline, found)
    return found


@checked
def to_moviepy(film: Storyboard | Timeline) -> VideoClip:
    """The film as a MoviePy clip with its sound, to go on with there.

    Pictures are made when asked for; the sound is mixed at once, at the levels the cues have. Raises `InputError`
    for a transition that is no blend, and what `lay_out` and `render` raise.
    """
    from stitcher import session

    return session.to_moviepy(session.timeline_of(film))


@checked
def schema(out: Path | str | None = None) -> dict[str, Any]:
    """The JSON Schema of storyboards, for editors that complete and check YAML; written to `out` too, if given."""
    from stitcher.inputs.new_project import write_schema
    from stitcher.storyboard.schema import json_schema

    if out is not None:
        with made_folders([out]):
            write_schema(Path(out))
    return json_schema()


@checked
def presets(*, project: Path | None = None) -> PresetCatalogue:
    """The delivery presets, loudness targets and editors of the package, the user and the folder `project`.

    Raises `PresetError` at the first file that is none.
    """
    from stitcher.delivery.catalogue import list_all

    return list_all(project)


@checked
def find_preset(name: str, *, project: Path | None = None) -> PresetEntry | LoudnessEntry | EditorEntry:
    """A delivery preset, loudness target or editor, with every value's source. Raises `PresetError`."""
    from stitcher.delivery.catalogue import find_entry

    return find_entry(name, project)


@checked
def doctor() -> Diagnosis:
    """What is found on this machine: versions, what its ffmpeg can do, working encoders, the cache, fonts."""
    from stitcher.diagnosis import diagnose

    return diagnose()
