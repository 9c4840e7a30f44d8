"""A film's sound as files of its own: each stem mixed once and kept, their sum brought to a loudness, all measured.

cues ─ stems, kept in stretches ─┬─ stems DIR, M&E: 24 bit, as they are
                                 └─ sum, kept as a film's mix is ─ gain, limiter ─ mix FILE ─ measured again
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.delivery.load import load_loudness
from stitcher.delivery.spec import UNTOUCHED, LoudnessTarget, SoundSpec
from stitcher.errors import InputError, PlanError, PresetError
from stitcher.media.wav import WavData, wav_data
from stitcher.pictures.png_output import png_target
from stitcher.rendering.context import RenderContext
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.segments import Plan
from stitcher.rendering.soundtrack import encoded_mix
from stitcher.sound.kept_mix import KeptMix, keep_mix
from stitcher.sound.mix import Mix, plan_mix
from stitcher.sound.mixdown import untouched_gain
from stitcher.sound.report import Levels, MixReport, StemReport
from stitcher.sound.stems import MUSIC_AND_EFFECTS, Selection, Stem, select, stems_of
from stitcher.sound.store import Workshop
from stitcher.stems.files import SoundFormat, SoundOutput, check_outputs, format_of, write_sound
from stitcher.stems.findings import Heard, findings_of
from stitcher.stems.known_report import keep_report
from stitcher.stems.levels import Measured, measure
from stitcher.stems.quick_findings import idle_acceptances
from stitcher.stems.report import MixResult
from stitcher.timebase import SAMPLE_RATE
from stitcher.timeline.model import Timeline

_PCM = "pcm_s24le"


@dataclass(frozen=True, slots=True)
class MixOrder:
    """Which files are made of a film's sound."""

    mix: Path | None = None
    stems: Path | None = None
    """A folder."""
    only: tuple[str, ...] = ()
    """Roles or names of stems; all when empty. What is made of some is left at the level it has in the film."""
    format: str | None = None
    plot: Path | None = None

    @property
    def wants_mix(self) -> bool:
        """Whether the mix is made, to be written or to be reported on."""
        return self.mix is not None or self.stems is None


@dataclass(frozen=True, slots=True)
class _Rendered:
    """A stem that has been mixed."""

    stem: Stem
    mix: KeptMix
    measured: Measured


@dataclass(frozen=True, slots=True)
class _Made:
    """The mix at its loudness."""

    source: KeptMix | WavData
    after: Measured
    gain_db: float = 0.0
    limited: bool = False
    notes: tuple[str, ...] = ()


def make_mix(plan: Plan, order: MixOrder, options: RenderOptions) -> MixResult:
    """Make the files of an order, each whole or not at all, and report on the mix.

    Raises `InputError` for a role that nothing has, `PlanError` for a film without sound, `PresetError`, `OutputError`,
    `DiskFull`, `Interrupted`, and what `sound.mixdown.render_sound` raises.
    """
    timeline = plan.timeline
    kind = format_of(order.mix, order.format)
    selection = select(_audible(plan), order.only)
    stems = selection.stems
    spec, target = _loudness(plan, options, some=bool(order.only))
    context = RenderContext.of(options)
    places = _places(order, kind, selection, timeline)
    check_outputs(places, timeline, channels=spec.channels, overwrite=options.overwrite)
    if order.plot is not None:
        png_target(order.plot, timeline.files)
    steps = _Steps(context, len(stems) + 2)
    rendered = _rendered(stems, spec.channels, context, steps)
    mix = _kept(_all_of(stems), spec.channels, context)
    before = measure(mix, context)
    steps.step("measuring")
    notes = [*timeline.notes, *mix.notes]
    made = _at_its_loudness(mix, before, stems, spec, target, context=context) if order.wants_mix else None
    steps.step("writing")
    files = _stem_outputs(order, kind, selection, rendered, context, timeline=timeline, notes=notes)
    written = {one.name: write_sound(one, timeline, context) for one in files}
    path = None
    if made is not None:
        notes += made.notes
        if order.mix is not None:
            path = write_sound(
                SoundOutput(order.mix, "mix", made.source, made.after.levels), timeline, context
            )
    heard = [Heard(one.stem, one.measured.curves.clicks.tolist()) for one in rendered]
    findings, dual_mono = findings_of(timeline, heard, before, context, some=bool(order.only))
    if not order.only:
        notes += idle_acceptances(timeline, findings)
    report = MixReport(
        stems=tuple(_stem_report(one, written.get(_file_name(one.stem, timeline))) for one in rendered),
        before=before.levels,
        after=None if made is None else made.after.levels,
        target=target.name,
        target_lufs=target.integrated_lufs,
        gain_db=0.0 if made is None else made.gain_db,
        limited=made is not None and made.limited,
        findings=findings,
        dual_mono=dual_mono,
    )
    if not order.only:
        keep_report(plan, report, context)
    plot = (
        None
        if order.plot is None
        else _plot(order.plot, plan, rendered, made.after if made else before, report)
    )
    context.cache.prune()
    return MixResult(path, tuple(written.values()), plot, report, tuple(dict.fromkeys(notes)))


def _stem_report(rendered: _Rendered, path: Path | None) -> StemReport:
    stem = rendered.stem
    return StemReport(stem.name, stem.role, len(stem.mix.cues), rendered.measured.levels, path)


def _plot(out: Path, plan: Plan, rendered: Sequence[_Rendered], mix: Measured, report: MixReport) -> Path:
    # Only here: Pillow takes a while to import.
    from stitcher.stems.plot import Lane, plot_mix

    lanes = [Lane(one.stem, one.measured.curves) for one in rendered]
    return plot_mix(out, plan.timeline, lanes, mix, report)


def _audible(plan: Plan) -> tuple[Stem, ...]:
    stems = stems_of(plan.timeline.cues, plan.timeline.samples)
    if not stems:
        raise PlanError("The film has no sound: nothing under 'sound', and no clip whose own sound is kept.")
    return stems


def _loudness(plan: Plan, options: RenderOptions, *, some: bool) -> tuple[SoundSpec, LoudnessTarget]:
    """How the mix is made: channels and loudness of the preset. What is made of some stems keeps its level."""
    spec = plan.delivery.sound
    if spec is None:
        raise PresetError(f"The preset {plan.delivery.preset!r} makes films without sound; choose another.")
    spec = replace(spec, sample_rate=SAMPLE_RATE, mono_tracks=False)
    if some:
        return replace(spec, loudness=UNTOUCHED.name), UNTOUCHED
    target = load_loudness(spec.loudness, project=options.project)
    return spec, target if spec.insist is None else replace(target, insist=spec.insist)


def _file_name(stem: Stem, timeline: Timeline) -> str:
    """What a stem's file is called; what is said says in which language, where the film has several."""
    return f"{stem.name}.{timeline.language}" if timeline.versions and stem.is_spoken else stem.name


def _places(
    order: MixOrder, kind: SoundFormat, selection: Selection, timeline: Timeline
) -> list[SoundOutput]:
    """What will be written, as far as it is known before anything is mixed."""
    places = [] if order.mix is None else [SoundOutput(Path(os.path.abspath(order.mix)), "mix", None, None)]
    if order.stems is not None:
        folder = Path(os.path.abspath(order.stems))
        names = [_file_name(stem, timeline) for stem in selection.written]
        names += [MUSIC_AND_EFFECTS] * selection.music_and_effects
        places += [SoundOutput(folder / f"{name}.{kind}", name, None, None) for name in names]
    # Of names that differ in capitals alone many file systems make one.
    taken = [str(place.path).casefold() for place in places]
    for place, path in zip(places, taken, strict=True):
        if taken.count(path) > 1:
            raise InputError(
                f"Two sounds would both be {str(place.path)!r}; name the mix, or the role, otherwise."
            )
    return places


class _Steps:
    """Tells how far a mix is, a stem a step."""

    def __init__(self, context: RenderContext, total: int) -> None:
        self._context, self._total, self._done = context, total, 0
        context.report("sound", 0, total)

    def step(self, note: str) -> None:
        self._done += 1
        self._context.report("sound", self._done, self._total, note)


def _rendered(
    stems: Sequence[Stem], channels: int, context: RenderContext, steps: _Steps
) -> tuple[_Rendered, ...]:
    # One after another: each is mixed on all cores.
    rendered = []
    for stem in stems:
        mix = _kept(stem.mix, channels, context)
        rendered.append(_Rendered(stem, mix, measure(mix, context)))
        steps.step(stem.name)
    return tuple(rendered)


def _kept(mix: Mix, channels: int, context: RenderContext) -> KeptMix:
    with context.cache.scratch() as scratch:
        return keep_mix(mix, channels, Workshop(Path(scratch), context.cache, context.stop))


def _all_of(stems: Sequence[Stem]) -> Mix:
    return plan_mix((cue for stem in stems for cue in stem.mix.cues), stems[0].mix.film_samples)


def _at_its_loudness(
    mix: KeptMix,
    before: Measured,
    stems: Sequence[Stem],
    spec: SoundSpec,
    target: LoudnessTarget,
    *,
    context: RenderContext,
) -> _Made:
    if target.integrated_lufs is None:
        gain, note = untouched_gain(mix.peak_dbfs, _PCM, target)
        if not gain:
            return _Made(mix, before, notes=(note,) if note else ())
    made = encoded_mix(_all_of(stems), replace(spec, encoder=_PCM, options=()), target, context)
    source = wav_data(made.path)
    result = made.result
    return _Made(source, measure(source, context), result.gain_db, result.limited, result.notes)


def _stem_outputs(
    order: MixOrder,
    kind: SoundFormat,
    selection: Selection,
    rendered: Sequence[_Rendered],
    context: RenderContext,
    *,
    timeline: Timeline,
    notes: list[str],
) -> list[SoundOutput]:
    """The stems' files, and the music-and-effects track; all lowered alike where one would not fit into its file."""
    if order.stems is None:
        return []
    parts: list[tuple[str, KeptMix, Levels]] = [
        (_file_name(one.stem, timeline), one.mix, one.measured.levels)
        for one in rendered
        if one.stem in selection.written
    ]
    if selection.music_and_effects:
        channels = rendered[0].mix.channels
        mix = _kept(_all_of([one.stem for one in rendered if not one.stem.is_spoken]), channels, context)
        parts.append((MUSIC_AND_EFFECTS, mix, measure(mix, context).levels))
    over = max(levels.sample_peak_dbfs or 0.0 for _, _, levels in parts)
    lowered = over + 0.1 if over > 0 else 0.0
    if lowered:
        notes.append(
            f"A stem peaks at {over:+.1f} dBFS, above what 24 bits can hold: all were lowered by {lowered:.1f} dB, "
            "so that they still add up. Lower the cues."
        )
    folder = Path(os.path.abspath(order.stems))
    return [SoundOutput(folder / f"{name}.{kind}", name, mix, levels, lowered) for name, mix, levels in parts]
