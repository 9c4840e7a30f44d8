"""What is known of a film's sound without mixing it again: the report of a mix made before, or what needs no measuring.

A report is kept by all that it says anything of: sounds, shots, channels. What becomes of the mix afterwards (its
loudness) and what a storyboard accepts are no part of it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

from stitcher.content_key import Exclusions, all_but, content_key
from stitcher.media.files import write_whole
from stitcher.rendering.cache import Cache
from stitcher.rendering.context import RenderContext
from stitcher.rendering.segments import Plan
from stitcher.sound.mix import NOT_IN_KEY, plan_mix
from stitcher.sound.report import Finding, Levels, MixReport, StemReport
from stitcher.sound.result import SoundResult
from stitcher.stems.cut_music import cut_music
from stitcher.stems.quick_findings import past_end, settled_findings
from stitcher.storyboard.choices import FindingKind
from stitcher.timeline.model import Cue
from stitcher.timeline.picture import Transition

_RECIPE = 2
_SUFFIX, _MIX_SUFFIX = ".report", ".mixreport"
"""Of reports of all stems, and of those of the mix alone."""
_NAMED: Exclusions = {**NOT_IN_KEY, Cue: frozenset(), Transition: all_but(Transition, "frames")}
"""A report names cues and their shots, which decide nothing of how a mix sounds."""
_UNMEASURED = ("stems", *(kind for kind in get_args(FindingKind) if kind not in ("past-end", "cut-music")))


def keep_report(plan: Plan, report: MixReport, context: RenderContext) -> None:
    """Keep the report of a whole mix, of its stems or without them, for `known_report`."""
    if (key := _key(plan)) is None:
        return

    def work(temp: Path) -> dict[str, Any]:
        stems = tuple(replace(stem, path=None) for stem in report.stems)
        findings = tuple(replace(finding, accepted=None) for finding in report.findings)
        kept = asdict(replace(report, after=None, stems=stems, findings=findings))
        write_whole(temp, json.dumps(kept).encode(), durable=False)
        return {}

    context.cache.make(key, _SUFFIX if report.stems else _MIX_SUFFIX, work, cancel=context.stop)


def known_report(plan: Plan, cache: Cache, made: SoundResult | None = None) -> MixReport | None:
    """What is known of a film's sound; `None` where it has none. `made` is the film's own, measured as it was made."""
    spec, timeline = plan.delivery.sound, plan.timeline
    if spec is None or not timeline.cues:
        return None
    key = _key(plan)
    entry = None if key is None else cache.find(key, _SUFFIX) or cache.find(key, _MIX_SUFFIX)
    if entry is None:
        report = MixReport(
            stems=(),
            before=Levels(),
            after=None,
            target=spec.loudness,
            target_lufs=None,
            gain_db=0.0,
            limited=False,
            findings=settled_findings(timeline, [*past_end(timeline, timeline.cues), *cut_music(timeline)]),
            not_measured=_UNMEASURED,
        )
    else:
        report = _read(json.loads(entry.path.read_bytes()))
        findings = settled_findings(timeline, report.findings)
        report = replace(report, target=spec.loudness, gain_db=0.0, limited=False, findings=findings)
    return report if made is None else as_made(report, made)


def as_made(report: MixReport, made: SoundResult) -> MixReport:
    """The report with the levels of the film itself instead of those of a mix of the same sounds."""
    before, after = (
        known
        if own is None
        else replace(
            known or Levels(),
            integrated_lufs=own.integrated_lufs,
            true_peak_dbtp=own.true_peak_dbtp,
            range_lu=own.range_lu,
        )
        for known, own in ((report.before, made.before), (report.after, made.after))
    )
    if made.sample_peak_dbfs is not None:
        before = replace(before or Levels(), sample_peak_dbfs=made.sample_peak_dbfs)
    return replace(report, before=before or Levels(), after=after, gain_db=made.gain_db, limited=made.limited)


def _key(plan: Plan) -> str | None:
    spec, timeline = plan.delivery.sound, plan.timeline
    if spec is None:
        return None
    shots = [(item.shot, item.record_start) for item in timeline.items]
    return content_key(
        "mix report",
        _RECIPE,
        plan_mix(timeline.cues, timeline.samples),
        spec.channels,
        shots,
        (timeline.transitions, timeline.rate, timeline.start_frame, timeline.drop_frame, timeline.title),
        excluded=_NAMED,
    )


def _read(values: dict[str, Any]) -> MixReport:
    stems = tuple(StemReport(**(stem | {"levels": Levels(**stem["levels"])})) for stem in values["stems"])
    return MixReport(
        **(
            values
            | {
                "stems": stems,
                "before": Levels(**values["before"]),
                "findings": tuple(Finding(**finding) for finding in values["findings"]),
                "not_measured": tuple(values["not_measured"]),
                "dual_mono": tuple(values["dual_mono"]),
            }
        )
    )
