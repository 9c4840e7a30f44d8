"""A film of many shots in every format for editors, beside OpenTimelineIO's adapters where they are installed.

python -m bench.handover_peers BOARD    prints one JSON document: seconds of the processor, by format

The adapters are given a timeline that is in memory already; ours begin with the film as it was laid out.
"""

from __future__ import annotations

import json
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import opentimelineio as otio

import stitcher
from bench.footage import FOOTAGE, ffmpeg
from stitcher.exporters.cut import Place, handover_of
from stitcher.exporters.registry import exporter_names, find_exporter

PEERS = {"otio": "otio_json", "fcp7": "fcp_xml", "edl": "cmx_3600", "fcpxml": "fcpx_xml", "mlt": "mlt"}
"""Our formats, and the adapters that write the same."""
BARE = ("stems", "captions", "poster", "reference", "other-size")


def board(count: int, folder: Path) -> Path:
    """A storyboard of so many small clips, each a file of its own, a third of them under dissolves."""
    FOOTAGE.mkdir(parents=True, exist_ok=True)
    one = FOOTAGE / "handover.mp4"
    if not one.exists():
        ffmpeg(
            *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=24:d=5", "-c:v", "libx264", "-preset", "ultrafast"),
            *("-crf", "30", str(one)),
        )
    content = one.read_bytes()
    folder.mkdir(parents=True)
    lines = ["stitcher: 1", "title: Bench", "defaults: {transition: cut}", "shots:"]
    for number in range(count):
        # A box that no player looks into makes each file another.
        own = struct.pack(">I4sI", 12, b"free", number)
        (folder / f"clip-{number:04}.mp4").write_bytes(content + own)
        dissolve = ", transition: {kind: dissolve, duration: 12f}" if number and number % 3 == 0 else ""
        lines.append(f"  - {{id: s{number}, clip: clip-{number:04}.mp4, in: 12f, out: 4.5s{dissolve}}}")
    path = folder / "film.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def exporting(path: Path, editor: str) -> list[str]:
    """The command that hands a film over with its media linked, and nothing encoded."""
    bare = [word for part in BARE for word in ("--without", part)]
    out = str(path.parent / editor)
    return [sys.executable, "-m", "stitcher", "export", str(path), "--to", editor, "-o", out, *bare]


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def measured(path: Path) -> dict[str, float]:
    """Seconds of the processor for each format, ours and theirs."""
    film = stitcher.lay_out(stitcher.load(path))
    place = Place(path.parent / "media")
    found = {"cut to cut": _seconds(lambda: handover_of(film, place=place))}
    handover = handover_of(film, place=place)
    # What pyaaf2 takes for each shot is seen in a shorter film.
    shots = len(handover.video[0].items)
    for name in (name for name in exporter_names() if name != "aaf" or shots <= 1000):
        exporter = find_exporter(name)
        found[name] = _seconds(lambda exporter=exporter: exporter.export(handover))  # type: ignore[misc]  # mypy cannot tell what a default of a lambda is
    content = find_exporter("otio").export(handover).files[0].content.decode()
    there = set(otio.adapters.available_adapter_names())
    for ours, theirs in PEERS.items():
        if theirs in there:
            timeline: Any = otio.adapters.read_from_string(content, "otio_json")
            if theirs == "cmx_3600":
                # It writes one track, and alters what it is given.
                del timeline.tracks[1:]
            found[f"{ours}, OTIO's {theirs}"] = _seconds(
                lambda timeline=timeline, theirs=theirs: otio.adapters.write_to_string(timeline, theirs)  # type: ignore[misc]  # mypy cannot tell what a default of a lambda is
            )
    return found


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]))))
