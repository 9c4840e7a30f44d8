"""A stand-in whose takes say which task and which frame they are, and what tests of chains share."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from PIL import Image

from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.paths import ledger_path
from stitcher.generation.runway.download import Patience
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.generation.runway.settings import make_settings
from stitcher.generation.take import Take
from stitcher.media.ffmpeg_process import feed
from stitcher.standin import MediaRequest, StandIn
from stitcher.standin.media import make_media
from stitcher.storyboard.load import load
from stitcher.storyboard.model import Storyboard
from tests.footage import Unreadable, paint_code, read_code

KEY = "key_canary0123456789abcdef"
SIZE = (1280, 720)
SMALL = (160, 90)
HEAD = 'stitcher: 1\nformat: {ratio: "1280:720", fps: 24}\ndefaults: {duration: 2, model: gen4_turbo}\n'
CHAIN = (
    "  - {id: s1, start: start.png, prompt: one}\n",
    "  - {id: s2, start: previous, prompt: two}\n",
    "  - {id: s3, start: previous, prompt: three}\n",
)
START = (200, 7)
"""The code of the still that chains begin with."""


def code_of(picture: Path) -> tuple[int, int]:
    """Which clip and frame a PNG shows."""
    with Image.open(picture) as image:
        return read_code(np.asarray(image.convert("L").resize(SMALL, Image.Resampling.BOX)))


def at_rest(shots: str) -> str:
    """The same shots from cameras that stand still: their animatics take a quarter of the time."""
    return shots.replace("prompt: ", "prompt: static shot of ")


@cache
def _start_png() -> bytes:
    png = io.BytesIO()
    still = Image.fromarray(paint_code(*START, SMALL)).convert("RGB")
    still.resize(SIZE, Image.Resampling.NEAREST).save(png, "PNG")
    return png.getvalue()


def project(folder: Path, shots: str, head: str = HEAD) -> Storyboard:
    """A storyboard on disk, with the still its chains begin with."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "start.png").write_bytes(_start_png())
    (folder / "board.yaml").write_text(f"{head}shots:\n{shots}")
    return load(folder / "board.yaml")


class Coder:
    """Makes takes whose frame 0 is the start picture and whose other frames say (task, frame)."""

    def __init__(self, cache: Path, lengths: Mapping[int, int], sizes: Mapping[int, tuple[int, int]]) -> None:
        self.cache = cache
        self.lengths = lengths
        self.sizes = sizes
        self.server: StandIn | None = None

    def __call__(self, request: MediaRequest) -> Path:
        if request.modality != "video" or request.video is not None:
            return make_media(request)
        assert self.server is not None
        number = [task.id for task in self.server.books.tasks].index(request.target.stem) + 1
        begin = (number, 0)
        if request.start_image is not None:
            # A painted still has no code.
            with contextlib.suppress(Unreadable):
                begin = code_of(request.start_image)
        frames, size = self.lengths.get(number, request.frames), self.sizes.get(number, SIZE)
        name = f"{number}-{begin[0]}-{begin[1]}-{frames}-{size[0]}.mp4"
        if not (self.cache / name).exists():
            # Another worker may be making the same.
            made = self.cache / f"{request.target.stem}-{os.getpid()}.mp4"
            self._make(made, number, begin, frames, size)
            made.replace(self.cache / name)
        shutil.copyfile(self.cache / name, request.target)
        return request.target

    def _make(
        self, target: Path, number: int, begin: tuple[int, int], frames: int, size: tuple[int, int]
    ) -> None:
        codes = [begin, *((number, frame) for frame in range(1, frames))]
        feed(
            [
                *("-f", "rawvideo", "-pix_fmt", "gray", "-s", "160x90", "-framerate", "24", "-i", "pipe:0"),
                *(
                    "-vf",
                    f"scale={size[0]}:{size[1]}:flags=neighbor:in_range=full:out_range=full,format=yuv420p",
                ),
                *("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-crf", "24"),
                *("-f", "mp4", f"file:{target}"),
            ],
            (_levels(code).tobytes() for code in codes),
        )


def _levels(code: tuple[int, int]) -> np.ndarray:
    # Written as they are meant to lie in the file: the still is full range, a take is not.
    picture = paint_code(*code, SMALL).astype(float)
    return (16 + picture * 219 / 255).round().astype(np.uint8)


def coding_server(
    cache: Path,
    *,
    lengths: Mapping[int, int] = MappingProxyType({}),
    sizes: Mapping[int, tuple[int, int]] = MappingProxyType({}),
    **settings: Any,
) -> StandIn:
    """A stand-in with coded takes; tasks take 20 ms unless told otherwise. `lengths` and `sizes` are those of tasks,
    counted from 1, that come otherwise than asked for.
    """
    coder = Coder(cache, lengths, sizes)
    given: dict[str, Any] = {"make": coder, "pending_s": 0.005, "running_s": 0.015}
    server = StandIn(**(given | settings))
    coder.server = server
    return server


def runway(server: StandIn, *, timeout_s: float = 20.0) -> RunwayProvider:
    """The provider, looking every 20 ms, and patient with nothing but the machine."""
    return RunwayProvider(
        make_settings(KEY, server.url, "0.02"),
        timeout_s=timeout_s,
        patience=Patience(stall_s=timeout_s, failures=3, first_wait_s=0.01),
    )


def takes_of(folder: Path) -> tuple[Take, ...]:
    """Everything in the ledger."""
    with LedgerReader.view(ledger_path(folder)) as ledger:
        return ledger.takes()
