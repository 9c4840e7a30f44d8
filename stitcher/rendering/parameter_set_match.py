"""Makes one decoder configuration of the parameter sets (SPS, PPS) of copied and encoded runs.

A track is configured for its decoder once. Sets that are equal are written once; those of other encoders get numbers of
their own, and packets that name them are written so. Where that cannot be, or is not wanted, the encoder must write the
sources' own sets, or nothing is copied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stitcher.errors import VerifyError
from stitcher.formats.codecs import NAL_CODECS
from stitcher.media.clip import Clip
from stitcher.media.decoder_config import decoder_sets
from stitcher.media.shared_record import share_record
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode import encode_segment
from stitcher.rendering.item_sources import ItemSource
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.rendering.mux_job import PacketRun
from stitcher.rendering.plan import ROOM_FOR_ENCODED, without_copies
from stitcher.rendering.segments import Copied, Plan, Segment
from stitcher.timebase import FrameRange

_SEAM_SECONDS = 3
"""Encoded stretches up to this long are seams."""
_SHARES = frozenset({"libx264", "libx265"})
"""Encoders whose sets stand beside any others that pictures of one format have."""


def reconcile_parameter_sets(plan: Plan, sources: Mapping[int, ItemSource], context: RenderContext) -> Plan:
    """The plan, with every frame encoded where copied and encoded runs cannot stand in one track.

    Where it is not known, a single frame is encoded to find out.
    """
    copied = next((s for s in plan.segments if isinstance(s, Copied)), None)
    if copied is None or not plan.encoded or sources[copied.item].clip.video.intra_only:
        return plan
    picture, clip = plan.delivery.picture, sources[copied.item].clip
    records = tuple(dict.fromkeys(_record(sources, run) for run in plan.segments if isinstance(run, Copied)))
    shares = not picture.one_encoder and clip.video.codec in NAL_CODECS
    if shares and picture.encoder in _SHARES and _can_share(clip, records, room=ROOM_FOR_ENCODED):
        return plan
    expected = decoder_sets(clip.video.codec, clip.video.parameter_sets)
    if picture.seam_options:
        if _sets_of(_encoded(plan, sources, context, options=picture.seam_options)) != expected:
            plan = _without_seam_options(plan)
        elif all(is_seam(plan, segment) for segment in plan.encoded):
            return plan
    ours = _encoded(plan, sources, context, options=picture.options)
    if _sets_of(ours) == expected or (shares and _can_share(clip, (*records, ours.video.parameter_sets))):
        return plan
    note = (
        f"The encoder {picture.encoder} cannot continue the sources' own packets, so every frame was encoded."
    )
    delivery = replace(plan.delivery, notes=(*plan.delivery.notes, note))
    return without_copies(replace(plan, delivery=delivery))


def is_seam(plan: Plan, segment: Segment) -> bool:
    """Whether an encoded stretch is short enough for a preset's own options for seams."""
    return len(segment.record_range) <= _SEAM_SECONDS * plan.timeline.rate


def in_one_track(runs: Sequence[PacketRun]) -> tuple[tuple[PacketRun, ...], bytes | None]:
    """The runs, numbered so that they share a track, and its decoder configuration where that is not the first run's.

    Raises `VerifyError` where there is none.
    """
    first = runs[0].clip.video
    by_sets = {_sets_of(run.clip): run.clip.video.parameter_sets for run in runs}
    if len(by_sets) == 1 or first.intra_only:
        return tuple(runs), None
    try:
        if first.codec not in NAL_CODECS:
            raise ValueError(f"a track of {first.codec} has one header")
        shared = share_record(first.codec, tuple(by_sets.values()))
    except ValueError as exc:
        raise VerifyError(
            f"The film's parts were written under different headers, so they cannot share a track ({exc}); choose a "
            "preset that encodes everything."
        ) from exc
    changes = dict(zip(by_sets, shared.changes, strict=True))
    return tuple(replace(run, numbers=changes[_sets_of(run.clip)]) for run in runs), shared.record


def _sets_of(clip: Clip) -> tuple[bytes, ...] | bytes:
    """What a decoder of a clip is configured by."""
    return decoder_sets(clip.video.codec, clip.video.parameter_sets)


def _record(sources: Mapping[int, ItemSource], copied: Copied) -> bytes:
    return sources[copied.item].clip.video.parameter_sets


def _can_share(clip: Clip, records: tuple[bytes, ...], *, room: int = 0) -> bool:
    """Whether runs with these records can stand in a track, with room for so many more: a clip may be a film of many
    encoders."""
    try:
        return share_record(clip.video.codec, records).room >= room
    except ValueError:
        return False


def _without_seam_options(plan: Plan) -> Plan:
    picture = replace(plan.delivery.picture, seam_options=())
    return replace(plan, delivery=replace(plan.delivery, picture=picture))


def _encoded(
    plan: Plan, sources: Mapping[int, ItemSource], context: RenderContext, *, options: tuple[str, ...]
) -> Clip:
    """One frame, encoded by these options."""
    source = sources[plan.encoded[0].inputs[0].item]
    part = EncodeInput(source.clip, FrameRange(0, 1), matrix=source.matrix, drawn=source.drawn)
    picture = replace(plan.delivery.picture, options=options)
    job = EncodeJob((part,), picture, 1, (plan.timeline.width, plan.timeline.height))
    return encode_segment(job, context.cache.folder, cancel=context.stop).clip
