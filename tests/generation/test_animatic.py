"""Animatics: as long as the real thing, made like it, and moving as the prompt says."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stitcher.errors import BadRequest
from stitcher.generation.animatic import AnimaticProvider
from stitcher.generation.camera import Camera, read_camera
from stitcher.generation.provider import Asset, Expected, Submission, Succeeded
from stitcher.generation.start_images import measure_still
from stitcher.media import frames
from stitcher.media.clip import Clip
from stitcher.media.container import opened
from stitcher.media.probe import probe
from stitcher.timebase import FrameRange

SIZE = (320, 176)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("still") / "s.png"
    across, down = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    waves = 128 + 60 * np.sin(across / 17) + 50 * np.cos(down / 13 + across / 41)
    Image.fromarray(np.stack([waves, waves[::-1], 255 - waves], axis=-1).astype(np.uint8)).save(path)
    return path


def made(
    still: Path | None,
    prompt: str,
    target: Path,
    *,
    burn_in: bool = False,
    seconds: int = 2,
    frames: int = 49,
) -> Clip:
    body: dict[str, object] = {
        "model": "gen4_turbo",
        "promptText": prompt,
        "duration": seconds,
        "ratio": "320:176",
    }
    if still is not None:
        asset = Asset(still, measure_still(still).sha256, "image/png")
        body["promptImage"] = ({"uri": asset, "position": "first"},)
    provider = AnimaticProvider(burn_in=burn_in)
    task = provider.look(provider.submit(Submission("image_to_video", body, "shot a take 1")).task_id)
    assert isinstance(task, Succeeded)
    provider.fetch(task, target, Expected("video", frames, SIZE))
    return probe(target)


def test_it_has_the_traits_of_a_gen4_file(still: Path, tmp_path: Path) -> None:
    clip = made(still, "dolly in", tmp_path / "a.mp4")
    video = clip.video
    assert (video.frames, video.rate, video.codec, video.profile, video.pixel_format) == (
        49,
        24,
        "h264",
        "High",
        "yuv420p",
    )
    assert clip.audio == ()
    assert (video.colour.matrix, video.colour.range, video.colour.transfer) == (None, None, None)
    assert (video.time_base.denominator, video.reorder_delay) == (12288, 2)
    content = clip.path.read_bytes()
    assert content.index(b"mdat") < content.index(b"moov")
    gaps = np.diff([key.packet for key in video.keys])
    assert len(video.keys) > 1
    assert len(set(gaps.tolist())) == len(gaps)
    with opened(clip.path, clip.container) as container:
        assert len(container.streams) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "frames"), [(5, 121), (10, 242)])
def test_it_is_as_long_as_real_takes_are(still: Path, tmp_path: Path, seconds: int, frames: int) -> None:
    clip = made(still, "static", tmp_path / "a.mp4", seconds=seconds, frames=frames)
    assert clip.video.frames == frames


@pytest.mark.parametrize("prompt", ["dolly in", "zoom out fast", "pan left", "orbit", "handheld tilt up"])
def test_its_first_frame_is_the_start_picture(still: Path, tmp_path: Path, prompt: str) -> None:
    clip = made(still, prompt, tmp_path / "a.mp4", burn_in=True)
    wanted = np.asarray(Image.open(still).convert("RGB")).astype(int)
    assert np.abs(frames.frame(clip, 0).astype(int) - wanted).mean() < 3


def test_it_moves_smoothly_and_not_in_steps(still: Path, tmp_path: Path) -> None:
    clip = made(still, "slow pan right", tmp_path / "a.mp4")
    shown = [picture.astype(int) for picture in frames.frames(clip, FrameRange(0, 49))]
    steps = [np.abs(after - before).mean() for before, after in pairwise(shown)]
    # Whole pixels would be no step at all in most frames, and a jump in some.
    assert min(steps[8:40]) > 0.15
    assert max(steps[8:40]) < 4


def test_a_still_camera_stands_still(still: Path, tmp_path: Path) -> None:
    clip = made(still, "static shot", tmp_path / "a.mp4")
    first, last = frames.frame(clip, 0).astype(int), frames.last_frame(clip).astype(int)
    assert np.abs(first - last).mean() < 1.5


def test_the_same_request_gives_the_same_bytes(still: Path, tmp_path: Path) -> None:
    one = made(still, "pan right", tmp_path / "1.mp4", burn_in=True)
    two = made(still, "pan right", tmp_path / "2.mp4", burn_in=True)
    assert one.sha256 == two.sha256


def test_the_burn_in_is_on_every_frame_but_the_first_and_the_last(still: Path, tmp_path: Path) -> None:
    plain = made(still, "static", tmp_path / "1.mp4")
    burnt = made(still, "static", tmp_path / "2.mp4", burn_in=True)
    foot = slice(SIZE[1] - 18, None)

    def differ(number: int) -> float:
        one, two = (frames.frame(clip, number)[foot].astype(int) for clip in (plain, burnt))
        return float(np.abs(one - two).mean())

    assert differ(0) < 5
    assert differ(48) < 5
    assert differ(24) > 10


def test_a_shot_of_words_alone_gets_a_card(tmp_path: Path) -> None:
    clip = made(None, "a storm at sea", tmp_path / "a.mp4")
    assert frames.frame(clip, 0).std() > 10


def test_what_it_cannot_stand_in_for_is_refused() -> None:
    with pytest.raises(BadRequest, match="video_upscale"):
        AnimaticProvider().submit(Submission("video_upscale", {}))


@pytest.mark.parametrize(
    ("prompt", "field", "sign"),
    [
        ("Slow dolly in over a fishing harbour", "closer", 1),
        ("The camera pushes through the lighthouse door", "closer", 1),
        ("zoom out to reveal the bay", "closer", -1),
        ("The camera pulls back", "closer", -1),
        ("the camera pans slowly to the left", "across", -1),
        ("whip pan right", "across", 1),
        ("tracking shot of a boat", "across", 1),
        ("tilt up to the lamp", "down", -1),
        ("crane down", "down", 1),
        ("orbits around the tower", "orbit", 1),
        ("orbit left around the tower", "orbit", -1),
    ],
)
def test_camera_words_are_understood(prompt: str, field: str, sign: int) -> None:
    assert getattr(read_camera(prompt), field) * sign > 0


def test_slow_is_slower_and_fast_is_faster() -> None:
    slow, usual, fast = (read_camera(f"{word} zoom in").closer for word in ("slow", "", "fast"))
    assert slow < usual < fast


@pytest.mark.parametrize("prompt", ["static shot", "locked-off", "no camera movement", "the camera is still"])
def test_stillness_is_understood(prompt: str) -> None:
    assert read_camera(prompt) == Camera()


def test_no_camera_word_is_a_hint_of_a_push() -> None:
    assert 0 < read_camera("a red boat").closer < 0.1
