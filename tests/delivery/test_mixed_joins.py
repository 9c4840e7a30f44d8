"""A film of every kind of join, title and sound, delivered by every preset there is and looked at."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import stitcher
from stitcher.delivery.load import list_presets, load_loudness
from stitcher.delivery.packaging_settings import GifSettings
from stitcher.delivery.preset import Preset
from stitcher.pictures.titles import draw_title
from stitcher.rendering.film import Film
from stitcher.rendering.film_frame import film_frame, title_page
from stitcher.timebase import frames_to_samples, parse_rate
from stitcher.timeline.picture import Title
from tests.footage import Footage, Unreadable, ffmpeg_exe, read_code, run_ffmpeg, tone
from tests.rendering.films import planned

PRESETS = [preset for _, preset in list_presets(environ={"STITCHER_PRESETS": "/nowhere"})]
SIZE = (288, 288)
"""Square, so that every preset has to crop or pad it, and its middle is seen in all."""
HDR = ("tv", "bt2020", "arib-std-b67", "bt2020nc")

BOARD = """
stitcher: 1
format: {{ratio: "288:288", fps: "{rate}"}}
shots:
  - {{id: s1, clip: {one}, out: 5f}}
  - {{id: s2, clip: {two}, out: 5f, transition: {{kind: match, drop: 1}}}}
  - id: s3
    clip: {three}
    in: 1f
    out: 6f
    transition: cut
    overlays: [{{text: Ahab, duration: 3f, size: 0.06}}]
  - {{id: s4, clip: {four}, out: 5f, transition: {{kind: dissolve, duration: 2f}}}}
  - {{id: s5, title: {{text: The End, duration: 4f}}, transition: cut}}
  - {{id: s6, clip: {one}, in: 2f, out: 7f, transition: {{kind: wipeleft, duration: 2f}}}}
sound:
  - {{role: music, file: {music}, gain: -6, loop: true}}
"""
IDS = (1, 2, 3, 4, 0, 1)


def rate_for(preset: Preset) -> Fraction:
    """One the preset takes."""
    return parse_rate(preset.limits.rates.value[0] if preset.limits.rates is not None else 24)


def hurried(preset: Preset) -> Preset:
    """The preset, its encoder at its quickest where pictures are large."""
    size, speed = preset.picture.size.value, preset.picture.speed
    if not isinstance(size, tuple) or max(size) <= 2000 or speed is None:
        return preset
    return preset.model_copy(
        update={"picture": preset.picture.model_copy(update={"speed": replace(speed, value="ultrafast")})}
    )


def board_for(preset: Preset, footage: Footage, folder: Path) -> Path:
    """The storyboard of the film, of HDR clips for presets that ask for them."""
    rate = rate_for(preset)
    hdr = preset.picture.colour.value.startswith("bt2020")
    options = {"codec": "libx265", "pix_fmt": "yuv420p10le", "colour": HDR} if hdr else {}
    # Clips with cuts have a small panel, which survives the crop to an upright picture.
    shape: dict[str, Any] = {
        "frames": 10,
        "rate": rate,
        "size": SIZE,
        "audio": "tone",
        "cuts": (99,),
        **options,
    }
    clips = [footage.clip(number, **shape) for number in (1, 2, 3, 4)]
    named = dict(zip(("one", "two", "three", "four"), clips, strict=True))
    board = folder / "film.yaml"
    music = footage.wav("music", tone(0.4, 200.0))
    board.write_text(BOARD.format(rate=rate, music=music, **named))
    return board


def pictures(path: Path) -> Iterator[np.ndarray]:
    """Every picture of a deliverable's file as luma."""
    options = {"allowed_extensions": "ALL"} if path.suffix == ".m3u8" else {}
    with av.open(str(path), options=options) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="gray")


def shown(made: Film) -> Iterator[np.ndarray]:
    """Every picture of a deliverable, which may be a folder of them."""
    if made.plan.delivery.container == "frames":
        for path in made.paths:
            if path.suffix != ".wav":
                yield from pictures(path)
    else:
        yield from pictures(made.paths[0])


def middle(picture: np.ndarray, made: Film) -> np.ndarray:
    """What is seen of the film in a picture."""
    height, width = picture.shape
    frame = film_frame(SIZE, (width, height), made.plan.delivery.picture.fit)
    seen_width, seen_height = min(width, frame[0]), min(height, frame[1])
    x, y = (width - seen_width) // 2, (height - seen_height) // 2
    return picture[y : y + seen_height, x : x + seen_width]


def code(picture: np.ndarray) -> tuple[int, int] | None:
    try:
        return read_code(picture)
    except Unreadable:
        return None


def heard(made: Film, folder: Path) -> np.ndarray | None:
    """The deliverable's sound as a player decodes it, `(samples, channels)`; `None` where there is none."""
    sounds = [path for path in made.paths if path.suffix == ".wav" or "_a" in path.stem] or [made.paths[0]]
    channels = []
    for path in sounds:
        with av.open(str(path)) as container:
            count = len(container.streams.audio)
        for index in range(count):
            raw = folder / "heard.raw"
            run_ffmpeg("-i", str(path), "-map", f"0:a:{index}", "-ar", "48000", "-f", "f32le", str(raw))
            with av.open(str(path)) as container:
                width = container.streams.audio[index].channels
            channels.append(np.fromfile(raw, np.float32).reshape(-1, width))
    return np.concatenate(channels, axis=1) if channels else None


def loudness(samples: np.ndarray, folder: Path) -> float:
    """Integrated loudness by FFmpeg's meter, LUFS."""
    raw = folder / "measured.raw"
    samples.astype(np.float32).tofile(raw)
    source = ["-f", "f32le", "-ar", "48000", "-ac", str(samples.shape[1]), "-i", str(raw)]
    meter = [ffmpeg_exe(), "-hide_banner", *source, "-af", "ebur128", "-f", "null", "-"]
    said = subprocess.run(meter, capture_output=True, check=True, text=True).stderr
    return float(said.rsplit("I:", 1)[1].split("LUFS")[0])


def assert_pictures(made: Film) -> None:
    """The planned frames, in number and order, and the text where it belongs."""
    timeline, delivery = made.plan.timeline, made.plan.delivery
    wanted = planned(timeline, IDS)
    seen = [middle(picture, made) for picture in shown(made)]
    if delivery.container == "still":
        assert [code(picture) in wanted[timeline.frames // 10 :] for picture in seen] == [True]
        return
    settings = delivery.packaging
    every = timeline.rate / settings.fps if isinstance(settings, GifSettings) else Fraction(1)
    numbers = [int(n * every) for n in range(int(timeline.frames / every))]

    assert len(seen) == len(numbers)
    wrong = [
        (number, wanted[number], found)
        for number, found in zip(numbers, map(code, seen), strict=True)
        if wanted[number] is not None and wanted[number] != found
    ]
    assert wrong == []
    by_number = dict(zip(numbers, seen, strict=True))
    (third,), card = timeline.items[2].overlays, timeline.items[4].source
    assert isinstance(card, Title)
    assert isinstance(third, Title)
    begins, follows = timeline.items[2].record_start, timeline.items[4].record_start
    for number in {begins, begins + 2, begins + 4} & set(numbers):
        assert stands_out(third, by_number[number], made) is (number < begins + 3)
    for number in {follows, follows + 1} & set(numbers):
        assert stands_out(card, by_number[number], made)


def stands_out(title: Title, seen: np.ndarray, made: Film) -> bool:
    """Whether a title's letters are where they belong in what is seen of the film: bright, on dark."""
    height, width = seen.shape
    delivery = made.plan.delivery
    there = replace(delivery, picture=replace(delivery.picture, width=width, height=height))
    page = title_page(made.plan.timeline, there)
    assert (page.width, page.height) == (width, height)
    drawn = draw_title(title, page, 1)[..., 0]
    ink = drawn > 200 if title.kind == "card" else draw_title(title, page, 1)[..., 3] > 230
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return bool(seen[ink].mean() - seen[box][~ink[box]].mean() > 50)


def assert_sound(made: Film, folder: Path) -> None:
    """As long as the film, music all through it and clips' own sound where they are, at the loudness promised."""
    timeline, spec = made.plan.timeline, made.plan.delivery.sound
    samples = heard(made, folder)
    if spec is None:
        assert samples is None
        return
    assert samples is not None
    assert samples.shape[1] == spec.channels
    if made.plan.delivery.container == "hls":
        # Without an edit list the first picture is late by two, and the sound waits for it.
        samples = samples[frames_to_samples(2, timeline.rate) :]
    # Without an edit list, and in Opus, what fills the last packet is heard.
    assert 0 <= len(samples) - timeline.samples <= 1100
    card = timeline.items[4].record_start
    first, second = (frames_to_samples(card + n, timeline.rate) for n in (0, 2))
    assert level(samples[: second - first], 200) > 0.02
    assert level(samples[: second - first], 440) > 0.02
    assert level(samples[first:second], 200) > 0.02
    assert level(samples[first:second], 440) < 0.1 * level(samples[first:second], 200)
    target = load_loudness(spec.loudness)
    if target.integrated_lufs is not None:
        assert loudness(samples[: timeline.samples], folder) == pytest.approx(
            target.integrated_lufs, abs=target.tolerance_lu + 0.2
        )


def level(samples: np.ndarray, hertz: float) -> float:
    """Amplitude of a tone in the first channel."""
    window = np.hanning(len(samples))
    turns = np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / 48_000)
    return float(2 * abs((samples[:, 0] * window * turns).sum()) / window.sum())


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_mixed_joins_are_delivered(preset: Preset, footage: Footage, tmp_path: Path) -> None:
    board = stitcher.load(board_for(preset, footage, tmp_path))
    container = preset.container.value
    suffix = {"source": ".mp4", "still": ".jpg"}.get(container, f".{container}")
    is_folder = container in ("hls", "frames", "mxf_opatom")
    out = tmp_path / ("out" if is_folder else f"out{suffix}")
    made = stitcher.render(
        board,
        out,
        preset=hurried(preset),
        options=stitcher.RenderOptions(cache=tmp_path / "cache", verify="full"),
    )

    assert_pictures(made)
    assert_sound(made, tmp_path)
