"""Rules of stream copy: which of a source's packets may stand in a film as they are. Pure; reads what the probe found.

Packets are stored in decode order and shown in another. A run of packets can be lifted out when

- it begins at an IDR, after which nothing refers to anything before it, or at HEVC's CRA, without the pictures that are
  stored behind that and shown before it (`media.broken_link`);
- it ends at a *clean tail*: the pictures decoded so far are exactly the pictures shown so far. Cutting
  elsewhere leaves a picture out, or keeps one that is shown after the cut;
- it ends before packets with parameter sets that the clip's header does not have: those would hold for the rest of
  the film.

    decode   I0 P3 B1 B2 P6 B4 B5        clean tails after 1, 4 and 7 packets
    display  0  3  1  2  6  4  5
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile, zip_longest

from stitcher.delivery.match_encoder import source_tag
from stitcher.delivery.spec import PictureSpec, same_matrix
from stitcher.formats.codecs import NAL_CODECS
from stitcher.media.clip import Clip, VideoStream
from stitcher.timebase import FrameRange, format_rate
from stitcher.timeline.model import Item
from stitcher.timeline.picture import StillPicture

_PLAIN_JPEG = frozenset({"", "mjpg", "jpeg"})
"""What containers call pictures that any other may call otherwise."""


def copyable_run(video: VideoStream, pictures: FrameRange) -> tuple[FrameRange, FrameRange] | None:
    """The longest run of whole packets inside `pictures` (in display order).

    Returns (pictures, packets), both half-open, or `None` when no picture can be copied. Where the first is a CRA,
    packets of pictures shown before it are among them (`leading_packets`).
    """
    # Where the last picture is held, the film has frames for which there is no packet.
    pictures = pictures.intersection(FrameRange(0, video.frames))
    if not pictures:
        return None
    if video.intra_only:
        packets = _intra_packets(video, pictures)
        packets = packets.intersection(FrameRange(0, video.configured_packets))
        return (FrameRange(pictures.start, pictures.start + len(packets)), packets) if packets else None
    for key in video.keys:
        if key.kind != "idr" and not (key.kind == "cra" and video.codec == "hevc"):
            continue
        first = video.display[key.packet]
        if first < pictures.start:
            continue
        if first >= pictures.stop or key.packet >= video.configured_packets:
            return None
        leading = leading_packets(video, key.packet) if key.kind == "cra" else 0
        begin = key.packet + leading
        most = min(pictures.stop - first, video.configured_packets - begin)
        order = (first, *video.display[begin + 1 : begin + max(1, most)])
        length = _clean_length(order) if most > 0 else 0
        if length:
            return FrameRange(first, first + length), FrameRange(key.packet, begin + length)
    return None


def leading_packets(video: VideoStream, key: int) -> int:
    """How many packets right behind a key packet are of pictures shown before it."""
    behind = takewhile(lambda picture: picture < video.display[key], video.display[key + 1 :])
    return sum(1 for _ in behind)


def _intra_packets(video: VideoStream, pictures: FrameRange) -> FrameRange:
    if video.display == tuple(range(len(video.display))):
        return pictures
    order = video.display
    first = order.index(pictures.start)
    return FrameRange(first, first + len(pictures))


def _clean_length(order: Sequence[int]) -> int:
    """How many pictures, in decode order, are exactly the first, the one shown after it, …; 0 when none are."""
    clean, first = 0, order[0]
    highest = first - 1
    for count, picture in enumerate(order, start=1):
        if picture < first:
            break
        highest = max(highest, picture)
        if highest == first + count - 1:
            clean = count
    return clean


def decode_start(video: VideoStream, picture: int) -> int:
    """The last picture (display order) at or before `picture` from which on every picture decodes, and which a
    demuxer that is asked for its stamp does not pass; 0 if unsure.

    An encoded part starts decoding there and counts from there. A CRA serves too: what is shown after it does
    not refer before it. Asking a demuxer for `picture` itself would not do: it goes by decode times, so it may land
    on a key frame that is stored earlier and shown later.
    """
    starts: Sequence[int] = range(picture + 1)
    if not video.intra_only:
        starts = [
            video.display[key.packet]
            for key, after in zip_longest(video.keys, video.keys[1:])
            if key.kind in ("idr", "cra")
            and video.decodes_from(key.packet)
            and (after is None or after.packet - key.packet > video.reorder_delay)
        ]
    last = bisect_left(starts, picture + 1) - 1
    # Of pictures with one stamp a cut there would keep them all.
    while last >= 0 and starts[last] > 0 and video.pts[starts[last] - 1] == video.pts[starts[last]]:
        last -= 1
    return max(0, starts[last]) if last >= 0 else 0


def reencode_reason(item: Item, spec: PictureSpec) -> str | None:
    """Why an item's own packets cannot be used under `spec`, for people; `None` when they can."""
    if not isinstance(item.source, Clip):
        return "it is a still" if isinstance(item.source, StillPicture) else "it is a title"
    if not spec.copy_sources:
        return spec.why_no_copies
    return (
        _treatment(item)
        or _other_format(item.source.video, spec)
        or _other_colour(item, item.source.video, spec)
        or _other_packets(item.source.video, spec)
        or (
            None
            if _has_configured(item.source.video, item.retiming.source(item.source_range))
            else RECONFIGURED
        )
    )


def _treatment(item: Item) -> str | None:
    """What is done to all of an item's pictures."""
    if item.effects:
        return f"it has the effect {item.effects[0].name}"
    if item.flip is not None:
        return "it is mirrored"
    if item.look.changes:
        return f"its picture is changed ({item.look})"
    if item.retiming.backwards_from is not None:
        return "it plays backwards"
    return f"it plays at {item.speed} times its speed" if item.speed != 1 else None


def _other_format(video: VideoStream, spec: PictureSpec) -> str | None:
    """How the pictures differ from the film's in codec, rate, size or pixels."""
    if video.codec != spec.codec:
        return f"it is {video.codec}, the film is {spec.codec}"
    if video.rate != spec.rate:
        rate = format_rate(video.rate) if video.rate is not None else "a variable rate"
        return f"it has {rate} frames a second, the film {format_rate(spec.rate)}"
    if (video.width, video.height) != (spec.width, spec.height):
        return f"it is {video.width}x{video.height}, the film {spec.width}x{spec.height}"
    if video.rotation:
        return f"it is stored turned by {video.rotation} degrees"
    if not video.is_square:
        return "its pixels are not square"
    if video.pixel_format != spec.pixel_format:
        return f"its pictures are {video.pixel_format}, the film's {spec.pixel_format}"
    if video.is_interlaced:
        return "it is interlaced"
    return None


def _other_colour(item: Item, video: VideoStream, spec: PictureSpec) -> str | None:
    if video.colour.with_range != spec.colour.with_range:
        return "its colour description differs from the film's"
    if video.colour.untagged and same_matrix(item.matrix) != same_matrix(spec.matrix):
        return f"its colour matrix is {same_matrix(item.matrix)}, the film's {same_matrix(spec.matrix)}"
    return None


def _other_packets(video: VideoStream, spec: PictureSpec) -> str | None:
    """How the packets are not such as stand in films."""
    if video.codec in NAL_CODECS and video.parameter_sets[:1] != b"\x01":
        return "its packets are in transport stream form; put it into MP4 or MOV to have it copied"
    if video.undecodable:
        return "it was cut out of a stream, and pictures at its beginning cannot be decoded"
    if video.data_packets or -1 in video.display:
        return "its container hides some of its frames"
    if video.intra_only and source_tag(video) != spec.codec_tag:
        return f"it is of kind {source_tag(video)}, the film of kind {spec.codec_tag}"
    if video.codec == "mjpeg" and video.codec_tag.lower() not in _PLAIN_JPEG:
        return f"its pictures are a kind of JPEG that goes by {video.codec_tag} alone"
    return None


RECONFIGURED = "it was joined of parts with other parameter sets than its header's"
"""Why packets from the first of `VideoStream.set_changes` on are not copied."""


def is_reconfigured(video: VideoStream, pictures: FrameRange) -> bool:
    """Whether some of these pictures lie where the header's parameter sets do not hold."""
    return any(picture in pictures for picture in video.display[video.configured_packets :])


def _has_configured(video: VideoStream, pictures: FrameRange) -> bool:
    return not video.set_changes or any(
        picture in pictures for picture in video.display[: video.configured_packets]
    )
