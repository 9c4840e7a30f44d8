"""Mixdown: a planned mix becomes one encoded file of exactly the film's length, at the loudness asked for.

The mix is kept in stretches (`kept_mix`), and everything here reads those. Without a target they go to the encoder as
they are. With one they are measured, brought to it by one gain (and a limiter, only where something would stick out),
encoded, and the encoded file is measured again, because a codec moves the peaks.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field
from pathlib import Path

from stitcher.delivery.spec import LoudnessTarget, SoundSpec
from stitcher.errors import MediaMissing, PlanError, PresetError, VerifyError
from stitcher.formats.containers import FILE_FORMATS
from stitcher.media.ffmpeg_process import feed, run
from stitcher.media.files import atomic_write
from stitcher.media.wav import bare_samples
from stitcher.sound import graph
from stitcher.sound.channels import BUS_LAYOUTS
from stitcher.sound.encode import LevelledMix, MixEncoder
from stitcher.sound.kept_levels import measure_mix
from stitcher.sound.kept_mix import KeptMix, keep_mix
from stitcher.sound.loudness import (
    GainPlan,
    MeasuredLoudness,
    deviations,
    first_gain_plan,
    is_exhausted,
    is_on_target,
    nearest,
    next_gain_plan,
)
from stitcher.sound.meter import loudness_of, metered
from stitcher.sound.mix import Mix
from stitcher.sound.mix_file import MP4, NO_EDIT_LIST_PRIMING, Destination, SoundFile, sound_file
from stitcher.sound.result import SoundResult
from stitcher.sound.store import Workshop
from stitcher.sound.verify import count_samples

_log = logging.getLogger(__name__)

_ATTEMPTS = 8
_LOUD_GAIN_DB = 20.0
_SAFE_PEAK_DBFS = -1.0
"""To where a mix is lowered that is too high for its encoder: a codec moves the peaks."""


def render_sound(
    mix: Mix,
    spec: SoundSpec,
    target: LoudnessTarget,
    out: Path,
    *,
    work: Workshop,
    into: Destination = MP4,
) -> SoundResult:
    """Encode `mix` to `out` and prove it: exactly the film's samples, and within the target's limits.

    Where the packets go (`into`) and the encoder decide the kind of file, which is forced whatever `out` is called.
    `out` appears only when it is right.

    Raises `VerifyError` when the file is not what was planned, `MediaMissing` for a source that is gone,
    `MediaBroken` for one that does not decode,
    `PresetError` for settings that cannot be, `PlanError` for a film of no length, and what
    `stitcher.media.ffmpeg.run` raises.
    """
    if spec.channels not in BUS_LAYOUTS:
        raise PresetError(
            f"A mix has 1, 2 or 6 channels (mono, stereo, 5.1), not {spec.channels}; correct the preset's sound."
        )
    if mix.film_samples == 0:
        raise PlanError("A film without a frame has no sound to encode.")
    if not into.edit_list and not (spec.encoder in NO_EDIT_LIST_PRIMING or spec.encoder.startswith("pcm_")):
        raise PresetError(
            f"A deliverable without an edit list cannot hide the delay of the encoder {spec.encoder!r}; use aac."
        )
    for cue in mix.cues:
        if not cue.sound.path.is_file():
            raise MediaMissing(
                cue.sound.path, "it is no longer there (or no regular file); put it back or change the cue."
            )
    file = sound_file(spec, into)
    start, stop = mix.heard
    with work.folder() as inner, atomic_write(out, durable=False) as part:
        encoder = MixEncoder(spec, file, start, stop - start, inner)
        kept = keep_mix(mix, spec.channels, inner)
        job = _Job(kept, target, encoder, part=part, out=out, is_excerpt=mix.excerpt is not None)
        return job.untouched() if target.integrated_lufs is None else job.to_target()


@dataclass(frozen=True, slots=True)
class _Job:
    mix: KeptMix
    target: LoudnessTarget
    encoder: MixEncoder
    part: Path
    out: Path
    is_excerpt: bool
    """Whether only some of the mix is encoded."""
    limited: set[GainPlan] = field(default_factory=set)
    """The plan whose limited mix is there, if any."""

    def untouched(self) -> SoundResult:
        notes = list(self.mix.notes)
        peak = self.mix.peak_dbfs
        gain, note = untouched_gain(peak, self._spec.encoder, self.target)
        notes += [note] if note else []
        self._encoded(LevelledMix(self.mix, gain))
        return self._result(notes, gain_db=gain, sample_peak_dbfs=peak)

    def to_target(self) -> SoundResult:
        before = measure_mix(self.mix, self.encoder.work)
        notes = list(self.mix.notes)
        plan = self._first(before, notes)
        if plan is not None:
            plan = self._settled(plan, before)
        if self.is_excerpt:
            # The level is the film's, whatever the excerpt by itself would be measured at.
            self._encoded(self._levelled(plan))
            gain, limited = (plan.gain_db, plan.limit) if plan else (0.0, False)
            return self._result(notes, before=before, gain_db=gain, limited=limited)
        after = self._encode(plan)
        if plan is not None:
            plan, after = self._approached(plan, before, after=after, notes=notes)
        self._note_target(after, plan, notes)
        return self._result(
            notes,
            before=before,
            after=after,
            gain_db=plan.gain_db if plan else 0.0,
            limited=bool(plan and plan.limit),
        )

    def _approached(
        self, plan: GainPlan, before: MeasuredLoudness, after: MeasuredLoudness, notes: list[str]
    ) -> tuple[GainPlan, MeasuredLoudness]:
        """The encoded file at the target, or as near as its peaks allow; `after` is what `plan` came to."""
        tried = [(plan, after)]
        for attempt in range(1, _ATTEMPTS):
            # Half the tolerance is worth one more attempt, not several.
            if is_on_target(after, self.target) if attempt == 1 else not deviations(after, self.target):
                break
            following = next_gain_plan(plan, before, after, self.target)
            if following == plan:
                break
            plan = following
            _log.debug("the sound came out at %s; trying %s", after, plan)
            after = self._encode(plan)
            tried.append((plan, after))
            if is_exhausted(tried):
                break
        wrong = deviations(after, self.target)
        if not wrong:
            return plan, after
        best = nearest(tried, self.target)
        if best is None or self.target.insist:
            raise VerifyError(
                f"The sound cannot be brought to {self.target.name!r}: {' and '.join(wrong)}. "
                "Bring the cues nearer to each other in level, or choose another loudness"
                + (f", or 'loudness: {{target: {self.target.name}, insist: false}}'." if best else ".")
            )
        if best[0] != plan:
            self._encode(best[0])
        notes.append(
            f"The sound is at {best[1].integrated_lufs:.1f} LUFS, as near to {self.target.name!r} "
            f"({self.target.integrated_lufs:.1f}) as its peaks allow; 'insist' under 'loudness' refuses such a film."
        )
        return best

    def _first(self, before: MeasuredLoudness, notes: list[str]) -> GainPlan | None:
        if before.silent:
            notes.append("The film is silent; there is no loudness to set.")
            return None
        if before.integrated_lufs is None:
            notes.append("The sound is too short or too quiet to be measured; no loudness was set.")
        return first_gain_plan(before, self.target, lossy=is_lossy(self._spec.encoder))

    def _settled(self, plan: GainPlan, before: MeasuredLoudness) -> GainPlan:
        """The gain that makes up for the limiter, found without the encoder, which costs three times as much."""
        tried: list[tuple[GainPlan, MeasuredLoudness]] = []
        for _ in range(_ATTEMPTS):
            if not plan.limit:
                break
            measured = loudness_of(list(metered(self._levelled(plan).blocks())))
            tried.append((plan, measured))
            if is_on_target(measured, self.target):
                break
            if is_exhausted(tried):
                return tried[-2][0]
            following = next_gain_plan(plan, before, measured, self.target)
            if following == plan:
                break
            plan = following
        return plan

    def _note_target(self, after: MeasuredLoudness, plan: GainPlan | None, notes: list[str]) -> None:
        if plan is not None and plan.gain_db > _LOUD_GAIN_DB:
            notes.append(f"The mix was raised by {plan.gain_db:.1f} dB; its noise was raised with it.")
        if not self.target.certified:
            notes.append(
                f"Not certified: {self.target.name!r} is measured on dialogue alone, which this meter cannot do."
            )
        if self.target.range_lu is not None and plan is not None:
            low, high = self.target.range_lu
            if not low <= after.range_lu <= high:
                notes.append(
                    f"The loudness range is {after.range_lu:.1f} LU; {low:g} to {high:g} is comfortable."
                )
        if self.target.note:
            notes.append(self.target.note)

    def _levelled(self, plan: GainPlan | None) -> LevelledMix:
        """The mix as a plan has it; limited, it is a file of its own, which stays until the next one is made."""
        if plan is None or not plan.limit:
            return LevelledMix(self.mix, plan.gain_db if plan else 0.0)
        limited = self.encoder.work.scratch / "limited.f32"
        if plan not in self.limited:
            self.limited.clear()
            args = graph.levelled_args(self._spec.channels, self.mix.samples, plan, limited)
            feed(
                args,
                (block.data for block in self.mix.read(0, self.mix.samples)),
                cancel=self.encoder.work.cancel,
            )
            self.limited.add(plan)
        return LevelledMix(bare_samples(limited, self._spec.channels))

    def _encode(self, plan: GainPlan | None) -> MeasuredLoudness:
        self._encoded(self._levelled(plan))
        decoded = self.encoder.work.scratch / "decoded.f32"
        run(
            graph.decode_args(self.part, self._file.demuxer, self._streams, decoded),
            cancel=self.encoder.work.cancel,
        )
        heard = bare_samples(decoded, self._spec.channels)
        return loudness_of(list(metered(LevelledMix(heard).blocks())))

    def _encoded(self, level: LevelledMix) -> None:
        self.encoder.encode(level, self.part)
        self._check_length(count_samples(self.part, self._file.demuxer, self._spec.sample_rate))

    @property
    def _spec(self) -> SoundSpec:
        return self.encoder.spec

    @property
    def _file(self) -> SoundFile:
        return self.encoder.file

    def _check_length(self, samples: tuple[int, ...]) -> None:
        planned = graph.encoded_samples(self.encoder.samples, self._spec)
        doubt = self._spec.sample_rate * FILE_FORMATS[self._file.demuxer].rounding_ms // 1000
        if len(samples) != self._streams or any(abs(count - planned) > doubt for count in samples):
            raise VerifyError(
                f"The encoded sound has {', '.join(map(str, samples)) or 'no'} samples where {planned} were planned; "
                "it was not published."
            )

    @property
    def _streams(self) -> int:
        return self._spec.channels if self._spec.mono_tracks else 1

    def _result(
        self,
        notes: list[str],
        *,
        before: MeasuredLoudness | None = None,
        after: MeasuredLoudness | None = None,
        gain_db: float = 0.0,
        limited: bool = False,
        sample_peak_dbfs: float | None = None,
    ) -> SoundResult:
        return SoundResult(
            path=self.out,
            container=self._file.demuxer,
            codec=self._spec.encoder,
            streams=self._streams,
            channels=self._spec.channels,
            sample_rate=self._spec.sample_rate,
            samples=graph.encoded_samples(self.encoder.samples, self._spec),
            priming_samples=self._file.priming_samples,
            before=before,
            after=after,
            gain_db=gain_db,
            limited=limited,
            sample_peak_dbfs=sample_peak_dbfs,
            notes=tuple(notes),
        )


def untouched_gain(peak_dbfs: float | None, encoder: str, target: LoudnessTarget) -> tuple[float, str]:
    """The gain in dB of a mix without a loudness, and what a report must say of its peak."""
    if peak_dbfs is not None and peak_dbfs > ceiling_dbfs(encoder):
        gain = _SAFE_PEAK_DBFS - peak_dbfs
        return gain, (
            f"The mix peaks at {peak_dbfs:+.1f} dBFS, above what {encoder} can hold: all of it was lowered by "
            f"{-gain:.1f} dB. Lower the cues, or choose how loud the film is ('loudness')."
        )
    if peak_dbfs is not None and peak_dbfs > target.true_peak_dbtp:
        return 0.0, (
            f"The mix peaks at {peak_dbfs:+.1f} dBFS and was left untouched: it may clip when played. "
            "Lower the cues, or choose how loud the film is ('loudness')."
        )
    return 0.0, ""


def ceiling_dbfs(encoder: str) -> float:
    """The highest sample, in dBFS, that comes through an encoder, or is not cut off where it is played."""
    if encoder.startswith("pcm_f"):
        return math.inf
    # FFmpeg's own AAC encoder turns down every window that has a peak above 0.95, and all that is heard in it.
    return -0.5 if encoder == "aac" else 0.0


def is_lossy(encoder: str) -> bool:
    """Whether an encoder gives back other samples than it took."""
    return not encoder.startswith(("pcm_", "flac", "alac"))
