"""Pictures cut out of clips look like the films that are made of them."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from stitcher.media import frames
from stitcher.media.clip import Clip, Colour
from stitcher.media.frame_decoder import decode_frames, decode_progressive
from stitcher.media.probe import probe
from stitcher.timebase import FrameRange
from tests.footage import run_ffmpeg
from tests.rendering.test_colour import BT709, HLG, PQ, Patch, Triple, hlg_of, pq_of, rgb_of, shown, yuv


def patch(light: Triple, colour: Colour, path: Path) -> Clip:
    """A flat clip of so many nits of red, green and blue in BT.2020."""
    signal = hlg_of(np.array(light)) if colour == HLG else pq_of(np.array(light))
    return Patch(yuv(signal, colour, 10), colour, "yuv420p10le").write(path)


@pytest.mark.parametrize("colour", [HLG, PQ], ids=["HLG", "PQ"])
def test_sdr_white_in_hdr_is_light_and_no_longer_white(tmp_path: Path, colour: Colour) -> None:
    picture = frames.last_frame(patch((203, 203, 203), colour, tmp_path / "a.mkv"))
    # Mobius takes 1 to 0.663, which a display of gamma 2.4 is given as 0.843.
    assert picture.dtype == np.uint8
    assert picture.reshape(-1, 3).mean(axis=0) == pytest.approx([215, 215, 215], abs=1.5)


@pytest.mark.slow
@pytest.mark.parametrize("colour", [HLG, PQ], ids=["HLG", "PQ"])
@pytest.mark.parametrize(
    "light",
    [(0, 0, 0), (5, 5, 5), (60, 60, 60), (900, 900, 900), (100, 60, 30), (60, 200, 90), (80, 40, 300)],
)
def test_a_still_of_hdr_is_what_an_sdr_film_shows(tmp_path: Path, light: Triple, colour: Colour) -> None:
    clip = patch(light, colour, tmp_path / "a.mkv")
    still = frames.frame(clip, 1)[8, 8] / 255
    film = rgb_of(shown(clip, BT709, tmp_path, name="yuv444p10le"), "bt709")
    assert tuple(still) == pytest.approx(film, abs=2.5 / 255)


def woven(path: Path, *, first: str = "top", frames_: int = 30) -> Clip:
    """A clip of moving pictures, two fields each."""
    run_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=160x96:r=50", "-frames:v", str(2 * frames_)),
        *("-vf", f"tinterlace=interleave_{first},setfield={first[0]}ff", "-r", "25"),
        *("-c:v", "mpeg2video" if first == "bottom" else "libx264", "-flags", "+ilme+ildct"),
        *("-g", "9", *(("-q:v", "2") if first == "bottom" else ("-crf", "10", "-preset", "ultrafast"))),
        *("-frames:v", str(frames_), str(path)),
    )
    return probe(path)


def comb(luma: np.ndarray) -> float:
    """How far rows lie beside the mean of their neighbours."""
    rows = luma.astype(int)
    return float(np.abs(2 * rows[1:-1] - rows[:-2] - rows[2:]).mean())


def film_lumas(clip: Clip, folder: Path) -> list[np.ndarray]:
    run_ffmpeg(
        *("-i", str(clip.path), "-vf", "bwdif=mode=send_frame", "-fps_mode", "passthrough"),
        *("-c:v", "ffv1", str(folder / "whole.mkv")),
    )
    with av.open(str(folder / "whole.mkv")) as container:
        return [picture.to_ndarray()[: picture.height] for picture in container.decode(video=0)]


def lumas(clip: Clip, wanted: FrameRange) -> list[np.ndarray]:
    return [
        picture.to_ndarray()[: picture.height]
        for picture in decode_progressive(
            clip, wanted
        )  # before RGB, where rounding would blur what is compared
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("first", "suffix"), [("top", ".mp4"), ("bottom", ".mov"), ("bottom", ".mpg")])
def test_interlaced_pictures_are_deinterlaced_as_in_films(tmp_path: Path, first: str, suffix: str) -> None:
    clip = woven(tmp_path / f"i{suffix}", first=first)
    assert clip.video.is_interlaced
    film = film_lumas(clip, tmp_path)
    last = clip.video.frames - 1
    for wanted in (FrameRange(1, 2), FrameRange(8, 12), FrameRange(9, 10), FrameRange(last, last + 1)):
        found = lumas(clip, wanted)
        assert len(found) == len(wanted)
        for picture, number in zip(found, range(wanted.start, wanted.stop), strict=True):
            assert np.abs(picture.astype(int) - film[number]).max() <= 2


def test_a_still_of_interlaced_pictures_is_not_combed(tmp_path: Path) -> None:
    clip = woven(tmp_path / "i.mp4", frames_=8)
    raw = [
        picture.to_ndarray()[: picture.height]
        for picture in decode_frames(clip, FrameRange(0, clip.video.frames))
    ]
    last = clip.video.frames - 1
    assert comb(lumas(clip, FrameRange(last, last + 1))[0]) < 0.75 * comb(raw[last])
    assert len(list(frames.frames(clip, FrameRange(0, last + 1)))) == last + 1


def test_a_single_interlaced_picture_is_deinterlaced_by_itself(tmp_path: Path) -> None:
    clip = woven(tmp_path / "i.mp4", frames_=1)
    (raw,) = (picture.to_ndarray()[: picture.height] for picture in decode_frames(clip, FrameRange(0, 1)))
    (whole,) = lumas(clip, FrameRange(0, 1))
    assert comb(whole) < 0.9 * comb(raw)
