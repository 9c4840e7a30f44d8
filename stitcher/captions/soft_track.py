"""Soft tracks: captions as the packets of a subtitle track, in the codec that a container has for them. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from stitcher.captions.srt import srt_text
from stitcher.captions.timing import milliseconds
from stitcher.captions.track import CaptionTrack, Screen, screens
from stitcher.captions.webvtt import webvtt_text
from stitcher.captions.words import Span, Words, has_tag, joined, plain
from stitcher.formats.languages import container_language

SubtitleCodec = Literal["mov_text", "subrip", "webvtt"]
_STYLE_BITS = {"b": 1, "i": 2, "u": 4}
_FONT, _FONT_SIZE, _WHITE = 1, 16, 0xFFFFFFFF
"""What the track's header says: its one font, and how it is drawn where nothing else is said."""


@dataclass(frozen=True, slots=True)
class SubtitlePacket:
    """One packet; times in the track's ticks."""

    start: int
    duration: int
    data: bytes
    settings: str = ""
    """WebVTT's cue settings, which lie beside the text."""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class SubtitleTrack:
    """A subtitle track as it goes into a container."""

    codec: SubtitleCodec
    language: str
    """Three letters."""
    name: str
    tick: Fraction
    """Seconds."""
    packets: tuple[SubtitlePacket, ...]


def soft_track(
    track: CaptionTrack, codec: SubtitleCodec, rate: Fraction, *, quicktime: bool
) -> SubtitleTrack:
    """The captions as a track of that codec; `quicktime` is for a MOV file, which has words of its own for languages.

    MP4's has one text at a time: captions that overlap are shown together, and its muxer puts nothing between them. The
    others hold captions as they are, to the millisecond.
    """
    language = container_language(track.language, quicktime=quicktime)
    if codec == "mov_text":
        texts = (
            SubtitlePacket(screen.record.start, len(screen.record), _mov_text(_together(screen)))
            for screen in screens(track.captions)
        )
        return SubtitleTrack(codec, language, track.name, 1 / rate, tuple(texts))
    packets = []
    for one in track.captions:
        start, stop = (milliseconds(frame, rate) for frame in (one.record.start, one.record.stop))
        if codec == "subrip":
            packets.append(SubtitlePacket(start, stop - start, srt_text(one).encode()))
        else:
            text = webvtt_text(one.words).encode()
            packets.append(SubtitlePacket(start, stop - start, text, one.settings, one.identifier))
    return SubtitleTrack(codec, language, track.name, Fraction(1, 1000), tuple(packets))


def _together(screen: Screen) -> Words:
    spans: list[Span] = []
    for one in screen.captions:
        spans += [Span("\n"), *one.words] if spans else one.words
    return joined(spans)


def _mov_text(words: Words) -> bytes:
    """A sample of 3GPP timed text: the text, and a box with the styles of its letters."""
    text = plain(words).encode()
    records, at = [], 0
    for span in words:
        bits = sum(bit for name, bit in _STYLE_BITS.items() if has_tag(span, name))
        if bits:
            records.append(struct.pack(">HHHBBI", at, at + len(span.text), _FONT, bits, _FONT_SIZE, _WHITE))
        at += len(span.text)
    sample = struct.pack(">H", len(text)) + text
    if records:
        body = b"styl" + struct.pack(">H", len(records)) + b"".join(records)
        sample += struct.pack(">I", len(body) + 4) + body
    return sample
