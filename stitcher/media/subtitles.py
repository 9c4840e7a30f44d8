"""Subtitle tracks and chapters put into a file that is being written, packet by packet."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, Protocol

import av
from av.container import OutputContainer
from av.packet import Packet, PacketSideData

_HEADER = b"""[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
"""What FFmpeg makes the header of a mov_text track of."""


class _Packet(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def duration(self) -> int: ...
    @property
    def data(self) -> bytes: ...
    @property
    def settings(self) -> str: ...
    @property
    def identifier(self) -> str: ...


class _Track(Protocol):
    @property
    def codec(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def tick(self) -> Fraction: ...
    @property
    def packets(self) -> Sequence[_Packet]: ...


def add_subtitles(output: OutputContainer, track: _Track) -> Iterator[Packet[Any]]:
    """Add a track to a file before its first packet; the iterator gives its packets, to be handed over after that."""
    if track.codec == "mov_text":
        stream: Any = output.add_stream("mov_text")
        stream.codec_context.subtitle_header = _HEADER
        stream.codec_context.time_base = track.tick
    else:
        stream = output.add_mux_stream(track.codec)
    stream.time_base = track.tick
    stream.metadata["language"] = track.language
    if track.name:
        stream.metadata["title"] = track.name

    def packets() -> Iterator[Packet[Any]]:
        for one in track.packets:
            packet = Packet(one.data)
            packet.stream = stream
            packet.time_base = track.tick
            packet.pts = packet.dts = one.start
            packet.duration = one.duration
            packet.is_keyframe = True
            for data in _beside(one.settings, one.identifier):
                packet.set_sidedata(data)
            yield packet

    return packets()


@lru_cache(maxsize=64)
def _beside(settings: str, identifier: str) -> tuple[PacketSideData, ...]:
    """What lies beside a WebVTT packet's text. PyAV makes none, so they are taken from a file that has them."""
    if not settings and not identifier:
        return ()
    text = f"WEBVTT\n\n{identifier or 1}\n00:00.000 --> 00:01.000 {settings}\n-\n"
    with av.open(io.BytesIO(text.encode()), "r", format="webvtt") as source:
        packet = next(packet for packet in source.demux() if packet.size)
        kinds: list[Literal["webvtt_identifier", "webvtt_settings"]] = []
        kinds += ["webvtt_identifier"] if identifier else []
        kinds += ["webvtt_settings"] if settings else []
        return tuple(PacketSideData.from_packet(packet, kind) for kind in kinds)


def set_chapters(output: OutputContainer, chapters: Sequence[tuple[int, int, str]], tick: Fraction) -> None:
    """Give a file chapters before its first packet: where each begins and ends, in ticks, and its title."""
    output.set_chapters(
        [
            {"id": number, "start": start, "end": end, "time_base": tick, "metadata": {"title": title}}
            for number, (start, end, title) in enumerate(chapters, 1)
        ]
    )
