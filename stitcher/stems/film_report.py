"""The report of a film's sound, of what was mixed and measured for it; nothing is mixed for the report."""

from __future__ import annotations

from pathlib import Path

from stitcher.rendering.context import RenderContext
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.segments import Plan
from stitcher.sound.report import MixReport
from stitcher.sound.result import SoundResult
from stitcher.stems.known_report import as_made, keep_report, known_report


def film_report(plan: Plan, made: SoundResult | None, options: RenderOptions) -> MixReport | None:
    """What is known of a finished film's sound; `None` where it has none.

    A film with a loudness target was measured as a mix, in the stretches it is kept in, which are looked through once
    more; the stems and sources of any film, and the mix of one without a target, are as they were found before.
    Raises as `stems.levels.measure` does.
    """
    context = RenderContext.of(options).quietly()
    known = known_report(plan, context.cache, made)
    spec, timeline = plan.delivery.sound, plan.timeline
    if known is None or spec is None or made is None or made.before is None or not known.not_measured:
        return known
    # Only here: films without a target do without what counts samples.
    from stitcher.sound.kept_mix import keep_mix
    from stitcher.sound.mix import plan_mix
    from stitcher.sound.store import Workshop
    from stitcher.stems.findings import SEEN_IN_STEMS, mix_findings
    from stitcher.stems.levels import measure

    with context.cache.scratch() as scratch:
        workshop = Workshop(Path(scratch), context.cache, context.stop)
        mix = keep_mix(plan_mix(timeline.cues, timeline.samples), spec.channels, workshop)
        measured = measure(mix, context)
    report = MixReport(
        stems=(),
        before=measured.levels,
        after=None,
        target=spec.loudness,
        target_lufs=None,
        gain_db=0.0,
        limited=False,
        findings=mix_findings(timeline, measured),
        not_measured=("stems", *SEEN_IN_STEMS),
    )
    keep_report(plan, report, context)
    return as_made(report, made)
