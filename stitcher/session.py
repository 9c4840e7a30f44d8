"""From a storyboard to a film: its files probed, laid out as a timeline, planned, rendered.

The sound of a film is mixed speculatively while its match seams are still measured (`rendering.speculative_sound`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import (
    InputError,
    MediaError,
    NotGenerated,
    PlanError,
    PresetError,
    StitcherError,
)
from stitcher.inputs.registries import Transitions
from stitcher.rendering.options import DEFAULTS, RenderOptions
from stitcher.rendering.progress import LOOK, FilmShare, Told, telling

if TYPE_CHECKING:
    from moviepy import VideoClip

    from stitcher.delivery.preset import Preset
    from stitcher.media.clip import Clip
    from stitcher.rendering.film import Film
    from stitcher.rendering.segments import Plan
    from stitcher.rendering.speculative_sound import SpeculativeMix
    from stitcher.seam_report.report import FilmSeams
    from stitcher.sound.report import MixReport
    from stitcher.stems.make import MixOrder
    from stitcher.stems.report import MixResult
    from stitcher.storyboard.choices import CaptionOutput, SoundLayout
    from stitcher.storyboard.loudness import Loudness
    from stitcher.storyboard.model import Delivery, Storyboard
    from stitcher.timebase import Time
    from stitcher.timeline.media_index import MediaIndex
    from stitcher.timeline.model import Timeline
    from stitcher.timeline.reframe import Reframing

Part = tuple["str | Time | None", "str | Time | None"]
"""From where to where: shots, times or other anchors; `None` for the film's own beginning and end."""
DEFAULT_PRESET = "master-copy"
_BEFORE_STEMS = 0.8
"""How much of a film with stems is done once the film itself is."""


@dataclass(frozen=True, slots=True)
class Order:
    """A film to be made: to which preset, where, and how loud."""

    preset: str | Preset | None
    """`None` for the one that keeps the clips' own format."""
    file: Path
    loudness: Loudness | None = None
    """Of this one alone; `None` leaves it to the storyboard and the preset."""
    encoder: str | None = None
    channels: SoundLayout | None = None
    """`None` leaves it to the preset."""
    captions: tuple[CaptionOutput, ...] | None = None
    """How they go out with this one; `None` leaves it to each."""
    stems: Path | None = None
    """A folder for the stems of its sound."""
    languages: tuple[str, ...] | None = None
    """The first is heard, others are further sound tracks; `None` for the film as it is."""
    stem_tracks: bool = False
    """Whether each stem is a further sound track."""
    part: Part | None = None
    """From where to where in the film; `None` for all of it."""
    reframing: Reframing | None = None
    """How its shots are framed; `None` for as they say."""

    @classmethod
    def of(cls, delivery: Delivery, *, encoder: str | None = None) -> Order:
        """What a storyboard's delivery asks for; it has a preset and a file."""
        from stitcher.timeline.reframe import Reframing

        return cls(
            delivery.preset,
            delivery.file or Path(),
            delivery.loudness,
            encoder=encoder,
            channels=delivery.channels,
            captions=delivery.captions,
            stems=delivery.stems,
            languages=delivery.languages,
            stem_tracks=delivery.stem_tracks,
            reframing=Reframing.of(delivery),
        )

    def plan(self, timeline: Timeline, project: Path | None) -> Plan:
        """Its plan."""
        from stitcher.timeline.captions import with_outputs
        from stitcher.timeline.languages import with_languages

        film = with_outputs(with_languages(timeline, self.languages), self.captions)
        if self.reframing is not None:
            film = self.reframing.applied(film)
        if self.stem_tracks:
            from stitcher.sound.stems import stem_tracks

            film = replace(film, sound_tracks=(*film.sound_tracks, *stem_tracks(film)))
        return plan(
            film,
            self.preset,
            encoder=self.encoder,
            project=project,
            loudness=self.loudness,
            channels=self.channels,
            part=self.part,
        )


def lay_out(
    board: Storyboard,
    *,
    takes: Mapping[str, Clip] | None = None,
    stand_ins: Mapping[str, Clip] | None = None,
    enlarged: bool = True,
    project: Path | None = None,
    ahead: SpeculativeMix | None = None,
    options: RenderOptions = DEFAULTS,
) -> Timeline:
    """The timeline of a storyboard; `ahead` is told of it before it is certain, where measuring takes a while.

    `stand_ins` are shown where a shot has no take, and `enlarged` says whether larger files are shown where there are
    some. Of the `options` those count that say where to tell how far it is, and when to stop.
    """
    from stitcher.generation.recorded_takes import with_recorded_takes
    from stitcher.inputs.checks import check_names, check_pictures, with_all_issues
    from stitcher.timeline.media_index import MediaIndex

    known, notes = MediaIndex(takes=dict(takes or {})), tuple[str, ...]()
    if takes is None:
        known, board, notes = _with_generated(board)
    if stand_ins:
        known = replace(known, takes={**stand_ins, **known.takes})
    if not enlarged:
        known = replace(known, enlarged={})

    try:
        timeline = _probed_and_laid_out(board, known, ahead, options)
    except (MediaError, PlanError) as exc:
        raise with_all_issues(board, exc) from exc.__cause__
    except NotGenerated as exc:
        from stitcher.generation.selects import why_missing

        for why in why_missing(board) if takes is None else ():
            exc.add_note(why)
        raise
    if ahead is not None:
        ahead.certain(timeline)
    check_names(timeline)
    check_pictures(board, timeline)
    again = partial(
        lay_out,
        takes=takes,
        stand_ins=stand_ins,
        enlarged=enlarged,
        project=project,
        options=replace(options, progress=None),
    )
    versions = _versions(board, again)
    notes = (*notes, *timeline.notes)
    return with_recorded_takes(
        replace(timeline, project=project or timeline.project, notes=notes, versions=versions)
    )


def _probed_and_laid_out(
    board: Storyboard, known: MediaIndex, ahead: SpeculativeMix | None, options: RenderOptions
) -> Timeline:
    from stitcher.inputs.probe_inputs import probe_inputs
    from stitcher.timeline import layout

    def likely(guess: MediaIndex) -> None:
        if ahead is not None:
            # A guess that makes no film is nobody's mistake.
            with suppress(StitcherError):
                ahead.likely(layout.lay_out(board, guess, kinds=Transitions()))

    with telling(options.progress) as told:
        looked = None if told is None else told.looked
        media = probe_inputs(board, known, likely=likely, cancel=options.cancel, looked=looked)
    return layout.lay_out(board, media, kinds=Transitions())


def _with_generated(board: Storyboard) -> tuple[MediaIndex, Storyboard, tuple[str, ...]]:
    """What is known of generated takes and sounds, the storyboard with those sounds in it, and what to say of them."""
    from stitcher.generation.paths import ledger_path
    from stitcher.timeline.media_index import MediaIndex

    folder = board.path.parent if board.path is not None else None
    # A plain row of clips does without the room that knows about takes.
    if folder is None or not (board.buys_sounds or ledger_path(folder).exists()):
        return MediaIndex(), board, ()
    from stitcher.generation.selects import film_footage

    footage = film_footage(board)
    return footage.media(), footage.board(board, folder), footage.notes


def _versions(board: Storyboard, laid_out: Callable[[Storyboard], Timeline]) -> tuple[Timeline, ...]:
    """The film in each of its other languages."""
    if not any(cue.dubs for cue in board.sound):
        return ()
    from stitcher.storyboard.dub import dub_languages, in_language

    return tuple(laid_out(in_language(board, language)) for language in dub_languages(board))


def plan(
    film: Storyboard | Timeline,
    preset: str | Preset | None = None,
    *,
    encoder: str | None = None,
    project: Path | None = None,
    loudness: Loudness | str | None = None,
    channels: SoundLayout | None = None,
    part: Part | None = None,
) -> Plan:
    """The plan of a film, with presets looked for beside its storyboard unless `project` names another folder."""
    from stitcher.delivery.hardware import working_encoders_for
    from stitcher.rendering.film import prepare
    from stitcher.storyboard.model import Storyboard

    timeline = timeline_of(film)
    board = film if isinstance(film, Storyboard) else None
    if board is not None and (framing := _framing(board, preset)) is not None:
        timeline = framing.applied(timeline)
    with nullcontext() if board is None else located(board):
        whole = prepare(
            timeline,
            preset=preset or DEFAULT_PRESET,
            encoder=encoder,
            encoders=working_encoders_for(encoder),
            project=project or timeline.project,
            loudness=loudness,
            channels=channels,
        )
    return whole if part is None else part_of(whole, part)


def part_between(places: Sequence[str | Time | None] | None) -> Part | None:
    """The part from one place to another. Raises `InputError` unless there are two."""
    if places is None:
        return None
    if len(places) != 2:
        raise InputError(f"part must be two places, from where to where, and not {len(places)}.")
    return places[0], places[1]


def part_of(whole: Plan, part: Part) -> Plan:
    """The plan of a part of a film. Raises `InputError` for places that are not in it, and for a part of a part."""
    from stitcher.rendering.plan import part_of as plan_of_part
    from stitcher.timeline.part import part_range

    if whole.whole is not None:
        raise InputError("The plan is of a part of the film already; plan all of it, and give that.")
    return plan_of_part(whole, part_range(whole.timeline, *part))


def frame_at(
    film: Storyboard | Timeline | Plan, at: str | Time, order: Order, options: RenderOptions = DEFAULTS
) -> Path:
    """A frame of the film of an order, at the order's file; its preset is passed over where `film` is a plan."""
    from stitcher.rendering.one_frame import write_frame
    from stitcher.rendering.segments import Plan
    from stitcher.storyboard.model import Storyboard
    from stitcher.timeline.part import frame_of

    board = film if isinstance(film, Storyboard) else None
    if board is not None:
        order = _as_delivered(board, order)
    timeline = timeline_of(film)
    project = options.project or timeline.project
    with nullcontext() if board is None else located(board):
        planned = film if isinstance(film, Plan) else order.plan(timeline, project)
    settled = replace(options, project=project, cache=absolute(options.cache))
    return write_frame(planned, frame_of(timeline, at), order.file, settled)


def _framing(board: Storyboard, preset: str | Preset | None) -> Reframing | None:
    """How the storyboard's first delivery of a preset is framed; `None` where it has none."""
    return _as_delivered(board, Order(preset, Path())).reframing if isinstance(preset, str) else None


def _as_delivered(board: Storyboard, order: Order) -> Order:
    """The order as the storyboard's first delivery of its preset has it, of any where it has none."""
    for one in board.deliver:
        if one.preset is not None and order.preset in (None, one.preset):
            return replace(Order.of(one, encoder=order.encoder), file=order.file, stems=None)
    return order


def render(film: Storyboard | Timeline | Plan, order: Order, options: RenderOptions = DEFAULTS) -> Film:
    """The film of an order; its preset, loudness and encoder are passed over where `film` is a plan already."""
    from stitcher.storyboard.model import Storyboard

    with telling(options.progress) as told:
        options = replace(options, progress=told)
        if not isinstance(film, Storyboard):
            return _render(film, order, options, told)
        order = replace(order, reframing=order.reframing or _framing(film, order.preset))
        with located(film), laid_out_early(film, order, options) as timeline:
            return _render(timeline, order, options, None if told is None else told.part(LOOK, 1))


def _render(film: Timeline | Plan, order: Order, options: RenderOptions, told: Told | None) -> Film:
    from stitcher.rendering.film import render as carry_out
    from stitcher.rendering.segments import Plan

    project = options.project or timeline_of(film).project
    if not isinstance(film, Plan):
        planned = order.plan(film, project)
    else:
        planned = film if order.part is None else part_of(film, order.part)
    settled = replace(options, project=project, cache=absolute(options.cache), progress=told)
    of_film = told if told is None or order.stems is None else told.part(0, _BEFORE_STEMS)
    film_made = carry_out(planned, order.file, replace(settled, progress=of_film))
    if order.stems is not None:
        from stitcher.stems.make import MixOrder

        of_stems = None if told is None else told.part(_BEFORE_STEMS, 1)
        made = mix(planned, MixOrder(stems=order.stems), replace(settled, progress=of_stems))
        notes = tuple(dict.fromkeys((*film_made.notes, *made.notes)))
        film_made = replace(film_made, stems=made.stems, notes=notes)
    if planned.whole is not None:
        # What is known of its sound is known of all of it.
        return film_made
    from stitcher.seam_report.report import known_findings
    from stitcher.stems.film_report import film_report

    return replace(
        film_made,
        report=film_report(planned, film_made.sound, settled),
        seam_findings=known_findings(planned.timeline),
    )


def sound_report(plan: Plan, cache: Path | None = None) -> MixReport | None:
    """What is known of a film's sound without mixing or measuring it; `None` where it has none."""
    from stitcher.rendering.cache import Cache
    from stitcher.stems.known_report import known_report

    return known_report(plan, Cache.at(cache))


def mix(film: Storyboard | Timeline | Plan, order: MixOrder, options: RenderOptions = DEFAULTS) -> MixResult:
    """The sound of a film as files of its own; of a film that is no plan yet, with what `master-copy` has."""
    with telling(options.progress) as told:
        shared = None if told is None else FilmShare({"sound": 1}, told)
        return _mix(film, order, replace(options, progress=shared))


def _mix(film: Storyboard | Timeline | Plan, order: MixOrder, options: RenderOptions) -> MixResult:
    from stitcher.media.files import made_folders
    from stitcher.rendering.segments import Plan
    from stitcher.stems.make import make_mix
    from stitcher.stems.other_lines import other_lines

    planned = film if isinstance(film, Plan) else plan(film, project=options.project)
    project = options.project or planned.timeline.project
    settled = replace(options, project=project, cache=absolute(options.cache))
    if order.stems is None:
        return make_mix(planned, order, settled)
    with made_folders([order.stems / "stem"]):
        made = make_mix(planned, order, settled)
        for other in other_lines(planned, order):
            lines = make_mix(other, replace(order, mix=None, plot=None, only=("dialogue",)), settled)
            notes = tuple(dict.fromkeys((*made.notes, *lines.notes)))
            made = replace(made, stems=(*made.stems, *lines.stems), notes=notes)
        return made


def measure_seams(timeline: Timeline, options: RenderOptions = DEFAULTS) -> FilmSeams:
    """What the joins and clips of a film show; tells of each shot that was looked at."""
    from stitcher.rendering.progress import Step
    from stitcher.seam_report.report import report_seams

    total = len(timeline.items)
    with telling(options.progress) as told:
        looked = None if told is None else told.part(LOOK, 1)

        def tell(done: int) -> None:
            if looked is not None:
                looked(Step("look", done, total, "shots", share=done / max(1, total)))

        return report_seams(timeline, done=tell, cancel=options.cancel)


def timeline_of(film: Storyboard | Timeline | Plan) -> Timeline:
    """The timeline of a film, laid out now if it is not yet."""
    from stitcher.rendering.segments import Plan
    from stitcher.storyboard.model import Storyboard

    if isinstance(film, Storyboard):
        return lay_out(film)
    return film.timeline if isinstance(film, Plan) else film


def to_moviepy(timeline: Timeline) -> VideoClip:
    """The film as a MoviePy clip, with its sound mixed now."""
    from stitcher.pictures.moviepy_clip import to_moviepy as picture_clip

    clip: VideoClip = picture_clip(timeline)
    if timeline.cues:
        from stitcher.rendering.moviepy_mix import film_audio

        clip = clip.with_audio(film_audio(timeline))
    return clip


@contextmanager
def located(board: Storyboard, preset: str = "") -> Iterator[None]:
    """Add to what is wrong with a preset, or with a film as it would deliver it, where the storyboard says it."""
    try:
        yield
    except PlanError as exc:
        issues = [board.issue(one.location, one.message) if one.location else one for one in exc.issues]
        raise PlanError(issues) from exc
    except PresetError as exc:
        for number, delivery in enumerate(board.deliver):
            if delivery.preset == preset:
                raise PresetError(str(board.issue(("deliver", number, "preset"), str(exc)))) from exc
        raise


@contextmanager
def laid_out_early(board: Storyboard, order: Order, options: RenderOptions) -> Iterator[Timeline]:
    """The timeline of a storyboard, with the sound of the film that is made first begun before it is certain.

    What still runs of a wrong guess ends at once, that of a right one with the block.
    """
    from stitcher.rendering.speculative_sound import speculative_mix

    project = options.project or (board.path.parent if board.path is not None else None)
    with speculative_mix(
        lambda timeline: order.plan(timeline, project),
        order.file,
        cache=absolute(options.cache),
        project=project,
    ) as ahead:
        yield lay_out(board, project=project, ahead=ahead, options=options)


def absolute(folder: Path | None) -> Path | None:
    """The folder from the root, if there is one."""
    return None if folder is None else folder.absolute()
