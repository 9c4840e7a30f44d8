"""Gain, fades and ducking of each format, applied as its reader applies them, held against our own stem."""

from __future__ import annotations

import json
import subprocess
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from math import log10, pi
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree as ET

import aaf2
import numpy as np
import pytest
import rpp

import stitcher
from stitcher.exporters.aaf import AafExporter
from stitcher.exporters.cut import handover_of
from stitcher.exporters.fcp7_xml import Fcp7XmlExporter
from stitcher.exporters.fcpxml import FcpxmlExporter
from stitcher.exporters.kdenlive import KdenliveExporter
from stitcher.exporters.mlt import MltExporter
from stitcher.exporters.otio_dialects import PremiereOtioExporter, ResolveOtioExporter
from stitcher.exporters.reaper import ReaperExporter
from stitcher.exporters.shotcut import ShotcutExporter
from stitcher.timeline.model import GainKey, Timeline
from tests.exporters.films import film_of, music
from tests.exporters.mlt_reading import properties
from tests.footage import ffmpeg_exe, tone, write_wav

RATE = Fraction(24)
FRAMES = 120
SKIPPED = 24
"""Frames of the file before what is heard."""
FRAME = 2000
"""Samples."""

Keys = list[tuple[float, float]]
Curve = Callable[[float], float]
"""Decibels by the film's frame."""


def decibels(factor: float) -> float:
    return 20 * log10(max(factor, 1e-6))


def between(keys: Keys, at: float) -> float:
    """Straight lines between keys, level before the first and after the last."""
    after = bisect_right(keys, at, key=lambda key: key[0])
    if after in (0, len(keys)):
        return keys[min(after, len(keys) - 1)][1]
    (first, one), (last, other) = keys[after - 1], keys[after]
    return one + (other - one) * (at - first) / (last - first)


def in_decibels(keys: Iterable[tuple[float, float]], begin: float = 0) -> Curve:
    found = list(keys)
    return lambda frame: between(found, frame + begin)


def in_factors(keys: Iterable[tuple[float, float]], begin: float = 0, unity: float = 1) -> Curve:
    found = list(keys)
    return lambda frame: decibels(between(found, frame + begin) / unity)


def as_mlt(level: str, begin: float) -> Curve:
    """A frame's level from its own key frames, and a straight line to it from that of the frame before."""
    keys = [(float(frame), float(db)) for frame, db in (key.split("=") for key in level.split(";"))]

    def curve(frame: float) -> float:
        whole = int(frame)
        one, other = (10 ** (between(keys, begin + whole + step) / 20) for step in (-1, 0))
        return decibels(one + (other - one) * (frame - whole))

    return curve


def content(film: Timeline, exporter: Any) -> str:
    return exporter.export(handover_of(film)).files[0].content.decode()


def fcp7(film: Timeline) -> Curve:
    keys = ET.fromstring(content(film, Fcp7XmlExporter())).findall(".//track[1]/clipitem/filter//keyframe")
    return in_factors(
        ((float(key.findtext("when") or ""), float(key.findtext("value") or "")) for key in keys), SKIPPED
    )


def fcpxml(film: Timeline) -> Curve:
    keys = ET.fromstring(content(film, FcpxmlExporter())).findall(".//keyframe")
    return in_decibels(
        (
            (
                float(Fraction(key.attrib["time"].rstrip("s")) * RATE),
                float(key.attrib["value"].removesuffix("dB")),
            )
            for key in keys
        ),
        SKIPPED,
    )


def parameters(film: Timeline, exporter: Any, editor: str) -> Any:
    (track,) = [
        one for one in json.loads(content(film, exporter))["tracks"]["children"] if one["kind"] == "Audio"
    ]
    (clip,) = [one for one in track["children"] if one["OTIO_SCHEMA"].startswith("Clip")]
    return clip["effects"][0]["metadata"][editor]["Parameters"]


def resolve(film: Timeline) -> Curve:
    keys = parameters(film, ResolveOtioExporter(), "Resolve_OTIO")[0]["Key Frames"]
    return in_decibels(sorted((float(frame), key["Value"]) for frame, key in keys.items()))


def blender(film: Timeline) -> Curve:
    keys = parameters(film, ResolveOtioExporter(), "Resolve_OTIO")[0]["Key Frames"]
    return in_factors(sorted((float(frame), 10 ** (key["Value"] / 20)) for frame, key in keys.items()))


def premiere(film: Timeline) -> Curve:
    keys = parameters(film, PremiereOtioExporter(), "PremierePro_OTIO")[1]["Keyframes"]
    return in_factors(((key["Position"]["value"], key["Value"]) for key in keys), SKIPPED, 10 ** (-15 / 20))


def mlt(film: Timeline) -> Curve:
    root = ET.fromstring(content(film, MltExporter()))
    return as_mlt(properties(root.find("producer/filter"))["level"], SKIPPED)


def shotcut(film: Timeline) -> Curve:
    root = ET.fromstring(content(film, ShotcutExporter()))
    return as_mlt(properties(root.find("producer/filter"))["level"], 0)


def reaper(film: Timeline) -> Curve:
    """The item's volume, its fades, and the envelopes of take and track, straight in amplitude between points."""
    project = rpp.loads(content(film, ReaperExporter()))
    (track,) = [one for one in project.findall("TRACK") if one.find("NAME")[1] == "Music"]
    item = track.find("ITEM")
    volume = float(item.find("VOLPAN")[1])
    length = float(item.find("LENGTH")[1]) * float(RATE)
    (shape_in, fade_in), (shape_out, fade_out) = (
        (int(item.find(word)[1]), float(item.find(word)[2]) * float(RATE)) for word in ("FADEIN", "FADEOUT")
    )
    envelopes = [
        [(float(point[1]) * float(RATE), float(point[2])) for point in block.findall("PT")]
        for block in (track.find("VOLENV2"), item.find("VOLENV"))
    ]

    def curve(frame: float) -> float:
        factor = volume
        if fade_in:
            factor *= REAPER_FADES[shape_in](min(1.0, frame / fade_in))
        if fade_out:
            factor *= REAPER_FADES[shape_out](min(1.0, (length - frame) / fade_out))
        for points in envelopes:
            factor *= between(points, frame)
        return decibels(factor)

    return curve


REAPER_FADES: dict[int, Callable[[float], float]] = {
    0: lambda x: x,
    7: lambda x: 1 - (1 - x) ** 2 * (2 - pi / 4 - (1 - pi / 4) * (1 - x) ** 2),
}
"""As measured by cohler (forum.cockos.com, thread 262260), without curvature."""


def aaf(film: Timeline) -> Curve:
    """The clip's amplitude, in straight lines between points from 0 to 1 of its length."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "timeline.aaf"
        path.write_bytes(AafExporter().export(handover_of(film)).files[0].content)
        with aaf2.open(str(path), "r") as file:
            (composition,) = file.content.toplevel()
            segment = next(one for one in composition.slots if one.name.startswith("Music")).segment
            # Stereo is a pan of a track, around its clips.
            (clip,) = (
                segment.segments[0] if isinstance(segment, aaf2.components.OperationGroup) else segment
            ).components
            (amplitude,) = clip.parameters
            points = [(point.time * clip.length, point.value) for point in amplitude["PointList"]]
    return in_factors(points)


def kdenlive(film: Timeline) -> Curve:
    root = ET.fromstring(content(film, KdenliveExporter()))
    return as_mlt(properties(root.find("playlist/entry/filter"))["level"], SKIPPED)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Timeline, np.ndarray]:
    """A film with music that is lower, fades both ways and steps back, and our stem of it by samples, in decibels."""
    folder = tmp_path_factory.mktemp("levels")
    source = tone(8.0, hertz=1000)
    wav = write_wav(folder / "tone.wav", source)
    film = film_of(FRAMES, rate=RATE)
    film = replace(
        film,
        cues=(
            music(
                film,
                sound=stitcher.probe_sound(wav),
                in_offset_samples=SKIPPED * FRAME,
                gain_db=-4.0,
                fade_in_samples=36_000,
                fade_in_curve="equal-power",
                fade_out_samples=60_000,
                fade_out_curve="s-curve",
                gain_keys=(GainKey(96_000, 0.0), GainKey(120_000, -10.0), GainKey(160_000, -10.0)),
            ),
        ),
    )
    stitcher.mix(film, stems=folder / "stems", options=stitcher.RenderOptions(cache=folder / "cache"))
    (stem,) = (folder / "stems").rglob("*music*.wav")
    raw = subprocess.run(
        [ffmpeg_exe(), "-v", "error", "-i", stem, "-af", "pan=mono|c0=c0", "-f", "f32le", "-"],
        check=True, capture_output=True, timeout=60,
    ).stdout  # fmt: skip
    # Whole periods of the tone, so that its phase has no say.
    power = np.convolve(np.frombuffer(raw, np.float32).astype(float) ** 2, np.ones(96) / 96, "same")
    return film, 10 * np.log10(np.maximum(power, 1e-9) / (0.5**2 / 2))


@pytest.mark.slow
@pytest.mark.parametrize(
    "read",
    [fcp7, fcpxml, resolve, blender, premiere, mlt, shotcut, kdenlive, reaper, aaf],
    ids=lambda read: read.__name__,
)
def test_levels_are_those_of_our_stem(
    read: Callable[[Timeline], Curve], scored: tuple[Timeline, np.ndarray]
) -> None:
    film, stem = scored
    curve = read(film)

    def at(frame: float) -> float:
        return float(stem[round(frame * FRAME)])

    # Between two frames no key frame can stand, and readers' lines part where a frame makes too much of a difference.
    frames = [
        frame
        for frame in np.arange(1.0, FRAMES - 1, 0.5)
        if at(frame) > -40 and (frame % 1 == 0 or abs(at(frame + 0.5) - at(frame - 0.5)) < 2)
    ]
    assert len(frames) > 200
    off = [(frame, curve(frame) - at(frame)) for frame in frames]
    assert max(abs(by) for _, by in off) <= 0.1, off
