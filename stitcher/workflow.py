"""What the commands do, as functions: from a storyboard or a row of clips to a film.

    load ─┐
          ├─ Storyboard ─ lay_out ─ Timeline ─ plan ─ Plan ─ render ─ Film
 assemble ─┘

Each later function also takes what an earlier one would have been given, and does the steps between.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import InputError, MediaError, NotGenerated, StitcherError
from stitcher.inputs.registries import Effects, LoudnessTargets, Transitions

if TYPE_CHECKING:
    import threading
    from concurrent.futures import Executor
    from fractions import Fraction

    from moviepy import VideoClip
    from pydub import AudioSegment

    from stitcher.delivery.preset import Preset
    from stitcher.generation.estimate import Estimate
    from stitcher.generation.events import Listener
    from stitcher.generation.generate import Generated
    from stitcher.generation.provider import Provider
    from stitcher.media.clip import Clip
    from stitcher.rendering.film import Film
    from stitcher.rendering.options import Verify
    from stitcher.rendering.progress import Progress
    from stitcher.rendering.segments import Plan
    from stitcher.rendering.speculative_sound import SoundAhead
    from stitcher.storyboard.loudness import Loudness
    from stitcher.storyboard.model import Storyboard
    from stitcher.timebase import Time
    from stitcher.timeline.media_index import MediaIndex
    from stitcher.timeline.model import Timeline

DEFAULT_PRESET = "master-copy"


def load(
    path: Path | str,
    *,
    variables: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Storyboard:
    """The storyboard in a YAML file, checked: keys, values, references, transitions, effects and loudness.

    `variables` fill `${name}` in its texts, `environment` fills `${env.NAME}` (nothing is taken from the process's
    own environment unless it is given). Raises `StoryboardError` with every issue at once, `MediaMissing` for a
    file that cannot be read. The media it names are not opened yet.
    """
    from stitcher.storyboard.load import load as load_storyboard

    return load_storyboard(
        path,
        variables=variables,
        environment=environment,
        transitions=Transitions(),
        effects=Effects(),
        loudness=LoudnessTargets(Path(path).absolute().parent),
    )


def assemble(
    clips: Iterable[Path | str | VideoClip] | Path | str,
    *,
    transition: str = "match",
    duration: Time | str | None = None,
    music: Path | str | AudioSegment | None = None,
    music_gain: float = 0.0,
    music_fade_in: Time | str | None = None,
    music_fade_out: Time | str | None = None,
    fit: str = "crop",
    conform: str = "nearest",
    sound: str = "keep",
    size: tuple[int, int] | str | None = None,
    fps: Fraction | int | float | str | None = None,
    title: str = "",
    loudness: str | None = None,
) -> Storyboard:
    """The storyboard that shows `clips` in order, joined by `transition`.

    `transition` is `match` (a cut that drops the frame a chained clip repeats), `cut`, `dissolve` or a kind of
    ffmpeg's xfade; `duration` is its length, such as `0.5s` or `12f`. `music` is looped under the whole film,
    `music_gain` is in decibels. `fit` (`crop`, `pad`, `blur`) says how pictures of another shape fill the film,
    `conform` (`nearest`, `blend`) how another rate becomes the film's, `sound` (`keep`, `mute`) what becomes of
    the clips' own sound. `loudness` names a loudness target instead of the preset's.
    A MoviePy clip is written to the cache once, without loss; a pydub segment likewise.

    Raises `InputError` for no clip at all and for arguments that cannot be. Files are not opened yet.
    """
    from stitcher.inputs.interop import clip_file, sound_file
    from stitcher.storyboard.assemble_options import AssembleOptions
    from stitcher.storyboard.cross_checks import unknown_transition
    from stitcher.storyboard.from_clips import storyboard_from_clips

    # One name is a row of one, not of its letters.
    row = [clips] if isinstance(clips, (str, Path)) else clips
    options = AssembleOptions(
        transition=transition,
        duration=duration,
        music=None if music is None else sound_file(music),
        music_gain=music_gain,
        music_fade_in=music_fade_in,
        music_fade_out=music_fade_out,
        fit=fit,
        conform=conform,
        sound=sound,
        size=size,
        fps=fps,
        title=title,
        loudness=loudness,
    )
    board = storyboard_from_clips([clip_file(clip) for clip in row], options)
    # A single clip is joined to nothing, and a slip of the pen would wait for the second one.
    if message := unknown_transition(board.defaults.transition, Transitions()):
        raise InputError(message)
    return board


def estimate(
    board: Storyboard,
    *,
    provider: str = "runway",
    shots: Sequence[str] | None = None,
    retake: Sequence[str] = (),
    project: Path | None = None,
) -> Estimate:
    """What the takes that are still missing will cost. Sends nothing and writes nothing.

    `shots` limits it to some, `retake` names shots of which one more take is wanted. Raises `PresetError` for a model
    that does not exist and `InputError` for a shot that does not.
    """
    from stitcher.generation import generate

    return generate.estimate(board, provider=provider, shots=shots, retake=retake, project=project)


def generate(
    board: Storyboard,
    *,
    provider: str | Provider = "animatic",
    max_credits: int | None = None,
    shots: Sequence[str] | None = None,
    retake: Sequence[str] = (),
    project: Path | None = None,
    progress: Listener | None = None,
    cancel: threading.Event | None = None,
    confirm: Callable[[Estimate], bool] | None = None,
) -> Generated:
    """Make every take that is missing, each paid for once, and fetch what an earlier call left under way.

    `provider` is `animatic` (free, offline), `runway`, the name of an installed one, or one of your own. Nothing is
    sent when the estimate is above `max_credits` (for this call) or the storyboard's `budget` (for all), or when
    `confirm`, called with the estimate, says no. `progress` is called with every `Event`. Setting `cancel` ends it
    with `Interrupted`. Blocks; from asyncio, use `asyncio.to_thread`.

    Takes are kept in `takes` beside the storyboard, or in the folder `project`. Returns when all that was asked for
    is there; otherwise raises the gravest of what went wrong (`GenerateError`, `PreflightError`, `Interrupted`, …)
    with the rest as notes, and the next call goes on from there.
    """
    from stitcher.generation import generate

    return generate.generate(
        board,
        provider=provider,
        max_credits=max_credits,
        shots=shots,
        retake=retake,
        project=project,
        progress=progress,
        cancel=cancel,
        confirm=confirm,
    )


def lay_out(
    board: Storyboard,
    *,
    takes: Mapping[str, Clip] | None = None,
    project: Path | None = None,
    ahead: SoundAhead | None = None,
) -> Timeline:
    """The film on frames. Probes every file the storyboard names and measures its match cuts; both are remembered.

    `takes` are the clips of shots that are generated, by shot; not given, they are the circled takes of the ledger
    beside the storyboard. Which takes its clips are, the ledger in the folder `project` tells, the storyboard's own
    unless given. `ahead`, of `sound_ahead`, is told of the timeline before it is certain.

    Raises `MediaError` for files that cannot be used, `NotGenerated` for shots without a take, and `PlanError` for
    parts that make no film together.
    """
    from stitcher.generation.paths import ledger_path
    from stitcher.inputs.checks import add_media_issues, check_names, check_pictures
    from stitcher.inputs.probe_inputs import probe_inputs
    from stitcher.timeline import layout
    from stitcher.timeline.media_index import MediaIndex

    known = MediaIndex(takes=dict(takes or {}))
    if takes is None and board.path is not None and ledger_path(board.path.parent).exists():
        # A plain row of clips does without the room that knows about takes.
        from stitcher.generation.selects import film_footage

        known = film_footage(board).media()

    def likely(guess: MediaIndex) -> None:
        if ahead is not None:
            # A guess that makes no film is nobody's mistake.
            with suppress(StitcherError):
                ahead.likely(layout.lay_out(board, guess, kinds=Transitions()))

    try:
        media = probe_inputs(board, known, likely=likely)
        timeline = layout.lay_out(board, media, kinds=Transitions())
    except MediaError as exc:
        add_media_issues(board, exc)
        raise
    except NotGenerated as exc:
        from stitcher.generation.selects import why_missing

        for why in why_missing(board) if takes is None else ():
            exc.add_note(why)
        raise
    if ahead is not None:
        ahead.certain(timeline)
    check_names(timeline)
    check_pictures(board, timeline)
    return _with_takes(timeline, project or (board.path.parent if board.path is not None else None))


def _with_takes(timeline: Timeline, project: Path | None) -> Timeline:
    from stitcher.generation.paths import ledger_path

    if project is None or not ledger_path(project).exists():
        return timeline
    from stitcher.generation.ledger_reader import LedgerReader
    from stitcher.generation.provenance import with_takes

    try:
        with LedgerReader.view(ledger_path(project)) as ledger:
            return with_takes(timeline, ledger.takes())
    except StitcherError:
        # Where takes are shown, a ledger that cannot be read was refused before.
        return timeline


def plan(
    film: Storyboard | Timeline,
    *,
    preset: str | Preset = DEFAULT_PRESET,
    encoder: str | None = None,
    project: Path | None = None,
    loudness: Loudness | str | None = None,
) -> Plan:
    """How the film would be made: every frame of it copied or encoded, with the reason. Writes nothing.

    `encoder` asks for a hardware family (`nvenc`, `qsv`, `vaapi`, `videotoolbox`), which is tried first; when it
    does not work here, the software encoder is planned and the plan's notes say so. Presets are also looked for in
    the folder `project`, which is the storyboard's own unless given. `loudness`, the name of a target, counts before
    what the storyboard and the preset say.

    Raises `PresetError`, and what `lay_out` raises.
    """
    from stitcher.rendering.film import prepare
    from stitcher.timeline.model import Timeline

    timeline = film if isinstance(film, Timeline) else lay_out(film)
    return prepare(
        timeline,
        preset=preset,
        encoder=encoder,
        encoders=_working_encoders(encoder),
        project=project or _project(film),
        loudness=loudness,
    )


@contextmanager
def sound_ahead(
    out: Path | str,
    *,
    preset: str | Preset | None = None,
    encoder: str | None = None,
    project: Path | None = None,
    cache: Path | str | None = None,
    loudness: Loudness | str | None = None,
) -> Iterator[SoundAhead]:
    """What `lay_out` may be given so that the sound of the film at `out` is begun before its length is certain.

    The arguments are those `render` will get. Leaving the block ends what still runs.
    """
    from stitcher.rendering import speculative_sound as room

    def planned(timeline: Timeline) -> Plan:
        return plan(
            timeline, preset=preset or DEFAULT_PRESET, encoder=encoder, project=project, loudness=loudness
        )

    place = None if cache is None else Path(os.path.abspath(cache))
    with room.sound_ahead(planned, Path(out), cache=place, project=project) as ahead:
        yield ahead


def render(
    film: Storyboard | Timeline | Plan,
    out: Path | str,
    *,
    preset: str | Preset | None = None,
    encoder: str | None = None,
    project: Path | None = None,
    cache: Path | str | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    verify: Verify = "joins",
    overwrite: bool = True,
) -> Film:
    """Make the film at `out`, whole or not at all, and say what was done.

    `preset` (`master-copy` unless given), `encoder` and `project` are those of `plan`, and go with a storyboard or
    a timeline only. Finished pieces are kept in `cache`, the user's cache folder unless given, so a second render
    makes only what is missing. `executor` runs the encodes; `progress` is called with every `Step`, from several
    threads; setting `cancel` stops with `Interrupted`. `verify="full"` decodes the whole film instead of its joins.

    Raises `OutputError`, `DiskFull`, `ToolError`, `VerifyError`, and what `plan` raises. What stood at `out`
    before stays until the new film has been checked.
    """
    from stitcher.rendering import film as room
    from stitcher.rendering.options import RenderOptions
    from stitcher.rendering.segments import Plan
    from stitcher.storyboard.model import Storyboard

    if isinstance(film, Storyboard):
        place = project or _project(film)
        with sound_ahead(out, preset=preset, encoder=encoder, project=place, cache=cache) as ahead:
            return render(
                lay_out(film, ahead=ahead),
                out,
                preset=preset,
                encoder=encoder,
                project=place,
                cache=cache,
                executor=executor,
                progress=progress,
                cancel=cancel,
                verify=verify,
                overwrite=overwrite,
            )
    if isinstance(film, Plan):
        if preset is not None or encoder is not None:
            raise InputError("A plan has its preset and encoder already: give them to `plan` instead.")
        planned, place = film, project
    else:
        place = project or _project(film)
        planned = plan(film, preset=preset or DEFAULT_PRESET, encoder=encoder, project=place)
    options = RenderOptions(
        cache=None if cache is None else Path(os.path.abspath(cache)),
        executor=executor,
        progress=progress,
        cancel=cancel,
        verify=verify,
        overwrite=overwrite,
        project=place,
    )
    return room.render(planned, Path(out), options)


def _project(film: Storyboard | Timeline) -> Path | None:
    path = getattr(film, "path", None)
    return path.parent if isinstance(path, Path) else None


def _working_encoders(wanted: str | None) -> frozenset[str]:
    if wanted is None:
        return frozenset()
    from stitcher.delivery.hardware import FAMILIES, family_of, working_encoders

    family = wanted if wanted in FAMILIES else family_of(wanted)
    return frozenset() if family is None else working_encoders(family)
