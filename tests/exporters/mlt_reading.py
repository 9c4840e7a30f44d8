"""What an MLT XML document says is played when, read as MLT reads it: playlists of runs and blanks, films in films."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from stitcher.exporters.cut import handover_of
from stitcher.exporters.exporter import Exporter
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from tests.exporters.films import Shown


@dataclass(frozen=True)
class Run:
    """A part of a producer, where the film plays it."""

    producer: str
    record: FrameRange
    source: FrameRange
    entry: ET.Element


def mlt_of(film: Timeline, exporter: Exporter) -> ET.Element:
    return ET.fromstring(exporter.export(handover_of(film)).files[0].content)


def properties(element: ET.Element | None) -> dict[str, str]:
    assert element is not None
    return {str(part.get("name")): part.text or "" for part in element.findall("property")}


def runs(playlist: ET.Element | None) -> Iterator[Run]:
    assert playlist is not None
    at = 0
    for part in playlist:
        if part.tag == "blank":
            at += int(part.attrib["length"])
        elif part.tag == "entry":
            source = FrameRange(int(part.attrib["in"]), int(part.attrib["out"]) + 1)
            yield Run(part.attrib["producer"], FrameRange(at, at + len(source)), source, part)
            at += len(source)


def shown_by(root: ET.Element, playlist: str, without: Collection[str] = ()) -> list[Shown]:
    """What is seen of each clip of a playlist whose dissolves are films of their own of two runs."""
    names = {one.attrib["id"]: properties(one).get("stitcher:name", "") for one in root.findall("producer")}
    parts: list[Shown] = []
    for run in runs(root.find(f"playlist[@id='{playlist}']")):
        if run.producer in names:
            parts.append(Shown(names[run.producer], run.record, run.source))
            continue
        for track in root.findall(f"tractor[@id='{run.producer}']/track"):
            source = FrameRange(int(track.attrib["in"]), int(track.attrib["out"]) + 1)
            parts.append(Shown(names[track.attrib["producer"]], run.record, source))
    return _joined([part for part in parts if part.shot not in without])


def _joined(parts: list[Shown]) -> list[Shown]:
    whole: dict[str, Shown] = {}
    for part in sorted(parts, key=lambda part: part.record.start):
        before = whole.get(part.shot)
        if before is None:
            whole[part.shot] = part
            continue
        assert (before.record.stop, before.source.stop) == (part.record.start, part.source.start)
        whole[part.shot] = replace(
            before,
            record=FrameRange(before.record.start, part.record.stop),
            source=FrameRange(before.source.start, part.source.stop),
        )
    return list(whole.values())
