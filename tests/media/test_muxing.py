from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import VerifyError
from stitcher.media.container import opened
from stitcher.media.muxing import muxing
from tests.footage import Footage


def remux(source: Path, out: Path, muxer: str, change: Callable[[Any], None] = lambda _: None) -> None:
    with opened(source, "mov") as container, muxing(out, muxer, {}) as output:
        stream = output.add_stream_from_template(container.streams.video[0], opaque=True)
        for packet in container.demux(container.streams.video[0]):
            if packet.size:
                packet.stream = stream
                change(packet)
                output.mux(packet)


@pytest.mark.parametrize("muxer", ["mp4", "matroska"])
def test_the_same_packets_make_the_same_bytes(footage: Footage, tmp_path: Path, muxer: str) -> None:
    for name in ("a", "b"):
        remux(footage.clip(3), tmp_path / name, muxer)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_the_muxer_refuses_is_told(footage: Footage, tmp_path: Path) -> None:
    def spoil(packet: Any) -> None:
        packet.dts = -packet.dts

    with pytest.raises(VerifyError, match="as mp4"):
        remux(footage.clip(3), tmp_path / "a", "mp4", spoil)


def test_an_error_on_the_way_is_the_one_that_is_told(footage: Footage, tmp_path: Path) -> None:
    def fail(_: Any) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        remux(footage.clip(3), tmp_path / "a", "mp4", fail)
