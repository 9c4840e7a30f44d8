"""Mixdown: a planned mix becomes one encoded file of exactly the film's length, at the loudness asked for.

Without a target everything is one ffmpeg command from the cues to the encoder. With one, the mix is made and
measured, brought to the target by one gain (and a limiter, only where something would stick out), encoded, and the
encoded file is measured again, because a codec moves the peaks.
"""

from __future__ import annotations

import logging
import math
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stitcher.delivery.spec import LoudnessTarget, SoundSpec
from stitcher.errors import MediaMissing, PlanError, PresetError, VerifyError
from stitcher.formats.containers import FILE_FORMATS
from stitcher.media.ffmpeg_process import run
from stitcher.media.files import atomic_write
from stitcher.sound import graph
from stitcher.sound.channels import BUS_LAYOUTS
from stitcher.sound.gain_curve import write_gain_curve
from stitcher.sound.loudness import (
    GainPlan,
    MeasuredLoudness,
    deviations,
    first_gain_plan,
    is_on_target,
    nearest,
    next_gain_plan,
    parse_loudness,
    parse_sample_peak,
)
from stitcher.sound.mix import CueGroup, Mix, Part, sidechain_group, sidechain_keys
from stitcher.sound.mix_file import MP4, NO_EDIT_LIST_PRIMING, Destination, SoundFile, sound_file
from stitcher.sound.result import SoundResult
from stitcher.sound.split_encode import ENCODER as HALVED_ENCODER
from stitcher.sound.split_encode import Halves, halves_of, join_halves
from stitcher.sound.verify import check_sources, count_samples
from stitcher.timeline.model import Cue

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
    scratch: Path,
    cancel: threading.Event | None = None,
    into: Destination = MP4,
) -> SoundResult:
    """Encode `mix` to `out` and prove it: exactly the film's samples, and within the target's limits.

    Where the packets go (`into`) and the encoder decide the kind of file, which is forced whatever `out` is called.
    Work files go to `scratch` and are removed; `out` appears only when it is right.

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
    with _work_folder(scratch) as work, atomic_write(out, durable=False) as part:
        shared = (
            spec.encoder == HALVED_ENCODER
            and file.demuxer == "mov"
            and spec.channels <= 2
            and not spec.mono_tracks
        )
        halves = (
            halves_of(graph.encoded_samples(mix.film_samples, spec) - file.dropped_samples)
            if shared
            else None
        )
        job = _Job(mix, spec, target, file=file, work=work, part=part, out=out, cancel=cancel, halves=halves)
        return job.untouched() if target.integrated_lufs is None else job.to_target(target.integrated_lufs)


@dataclass(frozen=True, slots=True)
class _Job:
    mix: Mix
    spec: SoundSpec
    target: LoudnessTarget
    file: SoundFile
    work: Path
    part: Path
    out: Path
    cancel: threading.Event | None
    halves: Halves | None

    def untouched(self) -> SoundResult:
        notes: list[str] = []
        files = self._prepare(notes)

        def encode(out: Path, span: tuple[int, int] | None, gain_db: float = 0.0) -> str:
            args = graph.encode_mix_args(
                self.mix,
                self.spec,
                files,
                out=out,
                file=self.file,
                span=span,
                gain_db=gain_db,
            )
            return self._notes_of(args, notes)

        report = self._shared_out(encode)
        self._check_length(count_samples(self.part, self.file.demuxer, self.spec.sample_rate))
        peak = parse_sample_peak(report)
        gain = 0.0
        if peak is not None and peak > ceiling_dbfs(self.spec.encoder):
            gain = _SAFE_PEAK_DBFS - peak
            self._shared_out(lambda out, span: encode(out, span, gain))
            self._check_length(count_samples(self.part, self.file.demuxer, self.spec.sample_rate))
            notes.append(
                f"The mix peaks at {peak:+.1f} dBFS, above what {self.spec.encoder} can hold: all of it was lowered by "
                f"{-gain:.1f} dB. Lower the cues, or choose how loud the film is ('loudness')."
            )
        elif peak is not None and peak > self.target.true_peak_dbtp:
            notes.append(
                f"The mix peaks at {peak:+.1f} dBFS and was left untouched: it may clip when played. "
                "Lower the cues, or choose how loud the film is ('loudness')."
            )
        return self._result(notes, gain_db=gain, sample_peak_dbfs=peak)

    def to_target(self, wanted_lufs: float) -> SoundResult:
        notes: list[str] = []
        files = self._prepare(notes)
        mixed = self.work / "mix.w64"
        report = self._notes_of(graph.mix_args(self.mix, self.spec.channels, files, mixed), notes)
        for file in (*files.parts.values(), *files.curves.values()):
            file.unlink(missing_ok=True)
        before = self._read(report, "mix")
        plan = self._first(before, notes)
        if plan is not None:
            plan = self._settled(mixed, plan, before)
        after = self._encode(mixed, plan)
        if plan is not None:
            plan, after = self._approached(mixed, plan, before, after=after, notes=notes)
        self._note_target(after, plan, notes)
        return self._result(
            notes,
            before=before,
            after=after,
            gain_db=plan.gain_db if plan else 0.0,
            limited=bool(plan and plan.limit),
        )

    def _approached(
        self, mixed: Path, plan: GainPlan, before: MeasuredLoudness, after: MeasuredLoudness, notes: list[str]
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
            after = self._encode(mixed, plan)
            tried.append((plan, after))
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
            self._encode(mixed, best[0])
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
        return first_gain_plan(before, self.target, lossy=is_lossy(self.spec.encoder))

    def _settled(self, mixed: Path, plan: GainPlan, before: MeasuredLoudness) -> GainPlan:
        """The gain that makes up for the limiter, found without the encoder, which costs three times as much."""
        for _ in range(_ATTEMPTS):
            if not plan.limit:
                break
            measured = self._read(
                self._run(graph.measure_gain_args(mixed, self.mix.film_samples, plan)), "limited mix"
            )
            if is_on_target(measured, self.target):
                break
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

    def _prepare(self, notes: list[str]) -> graph.WorkFiles:
        """Work files of gain curves, of the long loops and of all groups below the last mix, innermost first."""
        parts: dict[Part, Path] = {}
        curves: dict[Cue, Path] = {}
        sidechains: dict[Cue, tuple[Path, int]] = {}
        work = graph.WorkFiles(parts, curves, sidechains)
        for cue in self.mix.cues:
            if cue.gain_keys and cue not in curves:
                curves[cue] = self.work / f"gain-{len(curves)}.f32"
                write_gain_curve(cue, curves[cue])
        for cue in graph.loops_by_file(self._cues):
            parts[cue] = self.work / f"loop-{len(parts)}.w64"
            self._notes_of(graph.source_args(cue, self.spec.channels, parts[cue]), notes)
        for cue in self.mix.cues:
            if (group := sidechain_group(cue, self.mix.film_samples)) is not None:
                self._mix_groups((group,), work, parts, notes)
                sidechains[cue] = parts[group], group.start_sample
        self._mix_groups(self.mix.parts, work, parts, notes)
        return work

    def _mix_groups(
        self, parts: tuple[Part, ...], work: graph.WorkFiles, files: dict[Part, Path], notes: list[str]
    ) -> None:
        """Add to `files`, which `work` has, those of the groups among the parts."""
        for part in parts:
            if isinstance(part, CueGroup) and part not in files:
                self._mix_groups(part.parts, work, files, notes)
                files[part] = self.work / f"group-{len(files)}.w64"
                self._notes_of(graph.group_args(part, self.spec.channels, work, files[part]), notes)
                for inner in part.parts:
                    if isinstance(inner, CueGroup):
                        files[inner].unlink(missing_ok=True)

    @property
    def _cues(self) -> tuple[Cue, ...]:
        """Those of the mix, and those that they are compressed by."""
        return (*self.mix.cues, *sidechain_keys(self.mix))

    def _notes_of(self, args: list[str], notes: list[str]) -> str:
        """Runs a command that reads sources; returns its report and adds what it says of them to `notes`."""
        report = self._run(args)
        open_ended = {cue.sound.path for cue in self._cues if cue.sound.stream.open_ended}
        messages = check_sources(args, report, open_ended=open_ended)
        notes.extend(message for message in messages if message not in notes)
        return report

    def _encode(self, mixed: Path, plan: GainPlan | None) -> MeasuredLoudness:
        def encode(out: Path, span: tuple[int, int] | None) -> str:
            return self._run(
                graph.encode_work_args(
                    mixed,
                    self.mix.film_samples,
                    plan,
                    spec=self.spec,
                    out=out,
                    file=self.file,
                    span=span,
                )
            )

        self._shared_out(encode)
        self._check_length(count_samples(self.part, self.file.demuxer, self.spec.sample_rate))
        report = self._run(graph.measure_args(self.part, self.file.demuxer, self._streams))
        return self._read(report, "encoded sound")

    def _shared_out(self, encode: Callable[[Path, tuple[int, int] | None], str]) -> str:
        """Run `encode` to the part file: as two halves where that was decided on and works out, else as a whole."""
        if self.halves is None:
            return encode(self.part, None)
        first, second = (self.work / f"half-{n}{self.file.suffix}" for n in (1, 2))
        with ThreadPoolExecutor(1, thread_name_prefix="sound-half") as pool:
            beside = pool.submit(encode, second, self.halves.second)
            report = encode(first, self.halves.first) + beside.result()
        if join_halves(
            first, second, self.halves, out=self.part, file=self.file, edit_list=not self.file.dropped_samples
        ):
            return report
        _log.debug("the two halves of the sound do not fit; it is encoded as a whole")
        return encode(self.part, None)

    def _read(self, report: str, what: str) -> MeasuredLoudness:
        loudness = parse_loudness(report)
        if loudness is None:
            raise VerifyError(
                f"The loudness of the {what} could not be measured; ffmpeg gave no report of it."
            )
        return loudness

    def _check_length(self, samples: tuple[int, ...]) -> None:
        planned = graph.encoded_samples(self.mix.film_samples, self.spec)
        doubt = self.spec.sample_rate * FILE_FORMATS[self.file.demuxer].rounding_ms // 1000
        if len(samples) != self._streams or any(abs(count - planned) > doubt for count in samples):
            raise VerifyError(
                f"The encoded sound has {', '.join(map(str, samples)) or 'no'} samples where {planned} were planned; "
                "it was not published."
            )

    @property
    def _streams(self) -> int:
        return self.spec.channels if self.spec.mono_tracks else 1

    def _run(self, args: list[str]) -> str:
        return run(args, cancel=self.cancel)

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
            container=self.file.demuxer,
            codec=self.spec.encoder,
            streams=self._streams,
            channels=self.spec.channels,
            sample_rate=self.spec.sample_rate,
            samples=graph.encoded_samples(self.mix.film_samples, self.spec),
            priming_samples=self.file.priming_samples,
            before=before,
            after=after,
            gain_db=gain_db,
            limited=limited,
            sample_peak_dbfs=sample_peak_dbfs,
            notes=tuple(notes),
        )


def ceiling_dbfs(encoder: str) -> float:
    """The highest sample, in dBFS, that comes through an encoder, or is not cut off where it is played."""
    if encoder.startswith("pcm_f"):
        return math.inf
    # FFmpeg's own AAC encoder turns down every window that has a peak above 0.95, and all that is heard in it.
    return -0.5 if encoder == "aac" else 0.0


def is_lossy(encoder: str) -> bool:
    """Whether an encoder gives back other samples than it took."""
    return not encoder.startswith(("pcm_", "flac", "alac"))


@contextmanager
def _work_folder(scratch: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sound-", dir=scratch) as folder:
        yield Path(folder)
