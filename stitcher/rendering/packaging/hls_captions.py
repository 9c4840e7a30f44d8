"""Captions of an HLS stream: a playlist of one WebVTT file for each track, in a group of the master playlist.

Nothing is hidden by edit lists there, so that the picture begins `lead` after the stream does; `X-TIMESTAMP-MAP` says
so of the captions (RFC 8216, 3.5).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from stitcher.captions.track import UNDETERMINED, CaptionTrack
from stitcher.captions.webvtt import write_webvtt
from stitcher.timebase import format_decimal, round_half_up

_CLOCK = 90_000
GROUP = "captions"


def write_captions(
    tracks: Sequence[CaptionTrack], folder: Path, *, rate: Fraction, frames: int, lead: Fraction
) -> Iterator[str]:
    """Write each track into a folder of its own; gives the lines of the master playlist."""
    seconds = frames / rate
    for number, track in enumerate(tracks, 1):
        place = folder / f"captions{number}"
        place.mkdir()
        text = write_webvtt(track.captions, rate, blocks=track.blocks)
        begins = f"WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:{round_half_up(lead * _CLOCK)}"
        (place / "captions.vtt").write_text(begins + text.removeprefix("WEBVTT"), encoding="utf-8")
        playlist = [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{math.ceil(seconds)}",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            f"#EXTINF:{format_decimal(seconds, 6)},",
            "captions.vtt",
            "#EXT-X-ENDLIST",
        ]
        (place / "index.m3u8").write_text("\n".join(playlist) + "\n", encoding="utf-8")
        language = f',LANGUAGE="{track.language}"' if track.language != UNDETERMINED else ""
        yield (
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{GROUP}",NAME="{track.label}"{language},DEFAULT=NO,AUTOSELECT=YES,'
            f'FORCED=NO,URI="{place.name}/index.m3u8"'
        )
