"""Activity of a sound: where in its file something is really heard, and how loud it is there (K-weighted, BS.1770).

A gate with hysteresis that goes by the file's own floor and its own loud parts, so that hiss or room tone between words
is no speech, and a quiet recording is one all the same. Decoded in blocks: memory does not grow with the file.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stitcher.media import probe_cache
from stitcher.media.clip import AudioStream, Sound
from stitcher.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from av.audio.frame import AudioFrame
    from av.filter import Graph
    from numpy.typing import NDArray

    Levels = NDArray[np.float64]

_METHOD = 1
"""Counts changes of how activity is measured; part of what measurements are remembered under."""
_BLOCK = SAMPLE_RATE // 100
"""Samples of which one level is taken to see where something is heard (10 ms)."""
LEVEL_SAMPLES = SAMPLE_RATE // 10
"""Samples of which one level is kept (100 ms)."""

_SILENCE_LUFS = -100.0
_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = 10.0
_FLOOR_SHARE = 0.1
"""A tenth of a file is at most as loud as its floor."""
_ABOVE_FLOOR_DB = 9.0
_BELOW_LOUD_DB = (10.0, 40.0)
"""How far below the loud parts something begins to be heard, at least and at most: sound without any pause is heard
throughout, and what is far below is not."""
_HYSTERESIS_DB = 6.0
"""How much lower it may fall before it is over."""
_BRIDGED_BLOCKS = 10
"""Gaps up to 100 ms are within a word."""
_LEAST_BLOCKS = 3
"""What is shorter than 30 ms is a click."""

K_WEIGHTING = (
    {"b0": "1.53512485958697", "b1": "-2.69169618940638", "b2": "1.19839281085285",
     "a0": "1", "a1": "-1.69065929318241", "a2": "0.73248077421585"},
    {"b0": "1", "b1": "-2", "b2": "1", "a0": "1", "a1": "-1.99004745483398", "a2": "0.99007225036621"},
)  # fmt: skip
"""The two filters of ITU-R BS.1770 at 48 kHz."""


@dataclass(frozen=True, slots=True)
class SoundActivity:
    """Where a sound is heard, and its levels. Samples at 48 kHz, counted from the first that is decoded."""

    ranges: tuple[tuple[int, int], ...]
    """Half-open, in order, apart from each other."""
    levels: tuple[float, ...]
    """LUFS of each `LEVEL_SAMPLES`, all channels together, to a tenth; -100 for silence."""


def measure_activity(sound: Sound, fold: str) -> SoundActivity:
    """Where a sound is heard and how loud, folded to stereo by `fold`, an argument of ffmpeg's `pan`; remembered by
    content.

    Raises `MediaBroken` for a sound that cannot be decoded, `MediaMissing` for a file that is gone.
    """
    folds = {sound.stream: fold}
    if sound.right is not None:
        folds = dict.fromkeys((sound.stream, sound.right), "mono|c0=c0")
    key = [_METHOD, sound.sha256, *((stream.index, by) for stream, by in folds.items())]
    if (known := probe_cache.get("activity", key)) is not None:
        try:
            return _unpacked(known)
        except (ValueError, TypeError, KeyError, zlib.error):
            pass
    activity = _measured(sound, folds)
    probe_cache.put("activity", key, _packed(activity))
    return activity


def _packed(activity: SoundActivity) -> str:
    record = {"ranges": activity.ranges, "levels": [round(10 * level) for level in activity.levels]}
    return base64.b85encode(zlib.compress(json.dumps(record).encode())).decode("ascii")


def _unpacked(word: str) -> SoundActivity:
    record = json.loads(zlib.decompress(base64.b85decode(word)))
    return SoundActivity(
        tuple((int(start), int(stop)) for start, stop in record["ranges"]),
        tuple(level / 10 for level in record["levels"]),
    )


def _measured(sound: Sound, folds: Mapping[AudioStream, str]) -> SoundActivity:
    import numpy as np

    powers = [np.concatenate([np.zeros(0), *_powers(sound, stream, fold)]) for stream, fold in folds.items()]
    total = np.zeros(max(len(power) for power in powers))
    for power in powers:
        total[: len(power)] += power
    coarse = LEVEL_SAMPLES // _BLOCK
    padded = np.pad(total, (0, -len(total) % coarse)).reshape(-1, coarse).mean(axis=1)
    levels = tuple(round(float(level), 1) for level in _lufs(padded))
    return SoundActivity(tuple(active_ranges(_lufs(total))), levels)


def _lufs(power: Levels) -> Levels:
    import numpy as np

    return np.maximum(_SILENCE_LUFS, -0.691 + 10 * np.log10(np.maximum(power, 1e-12)))


def _powers(sound: Sound, stream: AudioStream, fold: str) -> Iterator[Levels]:
    """The power of each 10 ms, K-weighted, all channels together; the last is of what there is."""
    import numpy as np

    rest = np.zeros(0, np.float32)
    for samples in _weighted(sound, stream, fold):
        squares = np.concatenate([rest, np.square(samples).sum(axis=0)])
        whole = len(squares) // _BLOCK * _BLOCK
        yield squares[:whole].reshape(-1, _BLOCK).mean(axis=1, dtype=np.float64)
        rest = squares[whole:]
    if len(rest):
        yield np.array([rest.sum(dtype=np.float64) / _BLOCK])


def _weighted(sound: Sound, stream: AudioStream, fold: str) -> Iterator[NDArray[np.float32]]:
    """`(channels, samples)`, K-weighted, one or two channels at 48 kHz, gaps in the file's clock filled."""
    from av.audio.frame import AudioFrame

    from stitcher.media.container import opened, to_the_end

    with opened(sound.path, sound.container, options=to_the_end(stream.open_ended)) as container:
        source = container.streams[stream.index]
        graph: Graph | None = None
        for packet in container.demux(source):
            for frame in packet.decode():
                if not isinstance(frame, AudioFrame):
                    continue
                if graph is None:
                    graph = _weighting(frame, fold)
                graph.push(frame)
                yield from _pulled(graph)
        if graph is not None:
            graph.push(None)
            yield from _pulled(graph)


def _weighting(first: AudioFrame, fold: str) -> Graph:
    from av.filter import Graph

    graph = Graph()
    chain = [
        graph.add_abuffer(
            sample_rate=first.sample_rate,
            format=first.format.name,
            layout=first.layout.name,
            time_base=first.time_base,
        ),
        graph.add("aformat", sample_fmts="fltp"),
        # It gives a layout to files that have none as well: `biquad` passes their sound on as it is, without a word.
        graph.add("pan", fold),
        graph.add("aresample", f"{SAMPLE_RATE}:async=1:min_hard_comp=0.02"),
    ]
    chain += [graph.add("biquad", **stage) for stage in K_WEIGHTING]
    chain += [graph.add("asetnsamples", n=str(SAMPLE_RATE), p="0"), graph.add("abuffersink")]
    graph.link_nodes(*chain).configure()
    return graph


def _pulled(graph: Graph) -> Iterator[NDArray[np.float32]]:
    import av
    import numpy as np

    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield np.asarray(frame.to_ndarray(), np.float32)


def active_ranges(levels: Levels) -> Iterator[tuple[int, int]]:
    """The ranges, in samples, in which something is heard, of levels (LUFS) of 10 ms each."""
    import numpy as np

    opens, closes = _thresholds(levels)
    # Runs above the lower threshold that reach the upper one somewhere.
    above = np.concatenate([[False], levels > closes, [False]])
    edges = np.flatnonzero(above[1:] != above[:-1])
    begun: list[list[int]] = []
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if levels[start:stop].max() < opens:
            continue
        if begun and start - begun[-1][1] <= _BRIDGED_BLOCKS:
            begun[-1][1] = stop
        else:
            begun.append([start, stop])
    return ((start * _BLOCK, stop * _BLOCK) for start, stop in begun if stop - start >= _LEAST_BLOCKS)


def _thresholds(levels: Levels) -> tuple[float, float]:
    """Where something begins to be heard, and below which it is over."""
    import numpy as np

    loud = gated_loudness(levels)
    if loud is None:
        return 0.0, 0.0
    nearest, farthest = _BELOW_LOUD_DB
    opens = float(np.quantile(levels[levels > _SILENCE_LUFS + 10], _FLOOR_SHARE)) + _ABOVE_FLOOR_DB
    opens = min(max(opens, loud - farthest, _GATE_LUFS), loud - nearest)
    return opens, opens - _HYSTERESIS_DB


def gated_loudness(levels: Levels) -> float | None:
    """The mean of levels by the two gates of BS.1770 (-70 LUFS, and 10 LU below what is above that); `None` where
    nothing is above the first."""
    import numpy as np

    power = 10 ** (levels[levels > _GATE_LUFS] / 10)
    if not power.size:
        return None
    return float(10 * np.log10(power[power > power.mean() / 10 ** (_RELATIVE_GATE_LU / 10)].mean()))
