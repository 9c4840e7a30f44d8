"""Sidecars: what stands beside a film, named after it: its captions as SRT and WebVTT, and the list of its chapters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stitcher.captions.srt import write_srt
from stitcher.captions.track import UNDETERMINED
from stitcher.captions.webvtt import write_webvtt
from stitcher.delivery.packaging_settings import GifSettings, StillSettings
from stitcher.formats.containers import CONTAINERS
from stitcher.media.files import write_whole
from stitcher.rendering.excerpt import on_its_own_clock
from stitcher.rendering.segments import Plan
from stitcher.timeline.chapters import youtube_list


def sidecars(plan: Plan, out: Path) -> Iterator[tuple[Path, bytes]]:
    """Paths and contents of what stands beside the film at `out`; nothing beside a still or a GIF."""
    timeline, rate = on_its_own_clock(plan.timeline, plan.shown), plan.timeline.rate
    if isinstance(plan.delivery.packaging, StillSettings | GifSettings):
        return
    stem = out.name if CONTAINERS[plan.delivery.container].is_folder else out.stem

    def named(*parts: str) -> Path:
        return out.with_name(".".join((stem, *filter(None, parts))))

    for track in timeline.captions:
        language = "" if track.language == UNDETERMINED else track.language
        name = "-".join(track.name.lower().split())
        yield named(language, name, "srt"), write_srt(track.captions, rate).encode()
        yield named(language, name, "vtt"), write_webvtt(track.captions, rate, blocks=track.blocks).encode()
    if timeline.chapters:
        yield named("chapters", "txt"), youtube_list(timeline.chapters, rate).encode()


def write_sidecars(plan: Plan, out: Path) -> tuple[Path, ...]:
    """Write what stands beside a film, each file whole or not at all. Raises `DiskFull` and `OutputError`."""
    made = []
    for path, content in sidecars(plan, out):
        if not path.is_file() or path.read_bytes() != content:
            write_whole(path, content)
        made.append(path)
    return tuple(made)
