"""Makes the parameter sets (SPS, PPS) of copied and encoded runs agree before anything long is encoded.

A track is configured for its decoder once. One frame is encoded to see which sets the encoder writes: the sources'
own, at best; otherwise numbered apart from them, in one record; otherwise nothing is copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stitcher.media.decoder_config import decoder_sets, merge_avcc
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode import EncodedFile, encode_segment
from stitcher.rendering.item_sources import ItemSource
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.rendering.plan import without_copies
from stitcher.rendering.segments import Copied, Plan, Segment
from stitcher.timebase import FrameRange

_SEAM_SECONDS = 3
"""Encoded stretches up to this long are seams."""


def reconcile_parameter_sets(
    plan: Plan, sources: Mapping[int, ItemSource], context: RenderContext
) -> tuple[Plan, bytes | None]:
    """The plan, and the decoder configuration of the film where it is not simply the first run's.

    Where copied and encoded runs meet, the encoder's parameter sets must be the sources', or be numbered apart
    from them. A single frame is encoded to find out.
    """
    copied = next((s for s in plan.segments if isinstance(s, Copied)), None)
    if copied is None or not plan.encoded or sources[copied.item].clip.video.intra_only:
        return plan, None
    source = sources[copied.item].clip.video
    expected = decoder_sets(source.codec, source.parameter_sets)
    trial = _trial(plan, sources[plan.encoded[0].inputs[0].item])
    plan = _with_trusted_seams(plan, trial, expected, context)
    if plan.delivery.picture.seam_options and all(is_seam(plan, segment) for segment in plan.encoded):
        return plan, None
    if parameter_sets_of(_encoded(trial, context)) == expected:
        return plan, None
    plan = _with_picture(plan, seam_options=())
    if plan.delivery.picture.encoder == "libx264":
        apart = _numbered_apart(plan)
        trial = _trial(apart, sources[plan.encoded[0].inputs[0].item])
        ours = _encoded(trial, context).clip.video.parameter_sets
        try:
            return apart, merge_avcc(source.parameter_sets, ours)
        except (ValueError, IndexError):
            pass
    encoder = plan.delivery.picture.encoder
    note = f"The encoder {encoder} cannot continue the sources' own packets, so every frame was encoded."
    delivery = replace(plan.delivery, notes=(*plan.delivery.notes, note))
    return without_copies(replace(plan, delivery=delivery)), None


def _encoded(trial: EncodeJob, context: RenderContext) -> EncodedFile:
    return encode_segment(trial, context.cache.folder, cancel=context.stop)


def is_seam(plan: Plan, segment: Segment) -> bool:
    """Whether an encoded stretch is short enough for a preset's own options for seams."""
    return len(segment.record_range) <= _SEAM_SECONDS * plan.timeline.rate


def _with_trusted_seams(
    plan: Plan,
    trial: EncodeJob,
    expected: tuple[bytes, ...] | bytes,
    context: RenderContext,
) -> Plan:
    """The plan, without its options for seams if they would lead to other parameter sets."""
    picture = plan.delivery.picture
    if not picture.seam_options:
        return plan
    trial = replace(trial, picture=replace(picture, options=picture.seam_options))
    same = parameter_sets_of(_encoded(trial, context)) == expected
    return plan if same else _with_picture(plan, seam_options=())


def _with_picture(plan: Plan, **changes: tuple[str, ...]) -> Plan:
    picture = replace(plan.delivery.picture, **changes)  # type: ignore[arg-type]  # fields that hold options
    return replace(plan, delivery=replace(plan.delivery, picture=picture))


def _trial(plan: Plan, source: ItemSource) -> EncodeJob:
    first = source.origin
    part = EncodeInput(
        source.clip,
        FrameRange(first, first + 1).shifted(-source.origin),
        matrix=source.matrix,
        drawn=source.drawn,
    )
    return EncodeJob((part,), plan.delivery.picture, 1, (plan.timeline.width, plan.timeline.height))


def parameter_sets_of(encoded: EncodedFile) -> tuple[bytes, ...] | bytes:
    """What a decoder of an encoded segment is configured by."""
    return decoder_sets(encoded.clip.video.codec, encoded.clip.video.parameter_sets)


def _numbered_apart(plan: Plan) -> Plan:
    """The plan with parameter sets of number 1 for what we encode; sources have number 0."""
    options = list(plan.delivery.picture.options)
    at = options.index("-x264-params") + 1 if "-x264-params" in options else None
    if at is None:
        options += ["-x264-params", "sps-id=1"]
    else:
        options[at] += ":sps-id=1"
    return _with_picture(plan, options=tuple(options))
