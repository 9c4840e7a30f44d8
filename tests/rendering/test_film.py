"""Films rendered from pixel-coded footage: every frame that comes out is the right one."""

from __future__ import annotations

import errno
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import stitcher
from stitcher.errors import Interrupted, OutputBusy, OutputError, VerifyError
from stitcher.media import files
from stitcher.media.clip import Clip
from stitcher.media.frames import gray_frames
from stitcher.media.probe import probe
from stitcher.rendering.film import Film, prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.output import locked_output
from stitcher.rendering.segments import Copied
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import Title
from tests.footage import Footage, Unreadable, blend_weight, read_code, run_ffmpeg, tone
from tests.rendering.films import CUT, MATCH, dissolve, film, planned


def made(timeline: Timeline, out: Path, **options: object) -> Film:
    """The rendered film, with a cache of its own beside it."""
    preset = options.pop("preset", "master-copy")
    return render(prepare(timeline, preset=preset), out, RenderOptions(cache=out.parent / "cache", **options))  # type: ignore[arg-type]  # options of any kind, by name


def codes(path: Path) -> list[tuple[int, int] | None]:
    """What every frame of a film says it is; `None` where it says nothing (a blend or a title)."""
    clip = probe(path)
    found: list[tuple[int, int] | None] = []
    for gray in gray_frames(clip, FrameRange(0, clip.video.frames)):
        try:
            found.append(read_code(gray))
        except Unreadable:
            found.append(None)
    return found


def assert_right(path: Path, timeline: Timeline, ids: Sequence[int]) -> None:
    """Every frame seen alone is the planned one. First frames of xfade are still the earlier picture."""
    found = codes(path)
    wanted = planned(timeline, ids)
    assert len(found) == len(wanted)
    wrong = [
        (n, w, f) for n, (w, f) in enumerate(zip(wanted, found, strict=True)) if w is not None and w != f
    ]
    assert wrong == []


@pytest.fixture
def pair(footage: Footage) -> tuple[Clip, Clip]:
    """Two clips of 49 frames with an IDR every 12."""
    options = ("-preset", "veryfast", "-g", "12", "-bf", "2", "-sc_threshold", "0")
    first, second = (probe(footage.clip(n, options=options)) for n in (1, 2))
    return first, second


SOURCES = [
    pytest.param({}, id="h264 as ffmpeg makes it"),
    pytest.param({"options": ("-g", "12", "-bf", "3", "-preset", "veryfast")}, id="short groups"),
    pytest.param({"options": ("-g", "1", "-preset", "veryfast")}, id="h264 intra"),
    pytest.param({"options": ("-g", "250", "-bf", "0", "-preset", "ultrafast")}, id="no B pictures"),
    pytest.param({"options": ("-g", "12", "-bf", "3", "-x264-params", "open-gop=1")}, id="open groups"),
    pytest.param({"suffix": ".mkv"}, id="matroska"),
    pytest.param({"suffix": ".ts"}, id="transport stream"),
    pytest.param({"rate": Fraction(30000, 1001)}, id="29.97"),
    pytest.param({"rate": Fraction(24000, 1001)}, id="23.976"),
    pytest.param({"codec": "libx265", "options": ("-x265-params", "keyint=12:log-level=error")}, id="hevc"),
    pytest.param(
        {"codec": "mpeg2video", "suffix": ".mov", "options": ("-q:v", "3", "-bf", "2")}, id="mpeg 2"
    ),
    pytest.param({"codec": "prores_ks", "suffix": ".mov", "options": ()}, id="prores"),
    pytest.param({"codec": "mjpeg", "suffix": ".mov", "options": ("-q:v", "3")}, id="motion jpeg"),
    pytest.param({"codec": "libx264", "pix_fmt": "yuv420p10le"}, id="10 bit"),
    pytest.param({"audio": "tone"}, id="with sound of its own"),
]


@pytest.mark.parametrize("options", SOURCES)
@pytest.mark.parametrize(
    "joins", [pytest.param((CUT, MATCH), id="cuts"), pytest.param((dissolve(8), dissolve(5)), id="dissolves")]
)
def test_every_frame_is_the_planned_one(
    footage: Footage, tmp_path: Path, options: dict[str, object], joins: tuple[object, ...]
) -> None:
    options = dict(options)
    suffix = str(options.pop("suffix", ".mp4"))
    clips = [probe(footage.clip(n, suffix=suffix, **options)) for n in (1, 2, 3)]
    rate = clips[0].video.rate
    assert rate is not None
    timeline = film(clips, joins, rate=rate)  # type: ignore[arg-type]  # parametrized as objects
    out = tmp_path / f"film{'.mov' if suffix == '.mov' else '.mp4'}"
    result = made(timeline, out, verify="full")
    assert_right(result.paths[0], timeline, (1, 2, 3))


def test_copied_packets_are_the_sources_own(pair: tuple[Clip, Clip], tmp_path: Path) -> None:
    timeline = film(pair, [dissolve(6)])
    result = made(timeline, tmp_path / "film.mp4")
    film_packets = packets(result.paths[0])
    copied = [segment for segment in result.plan.segments if isinstance(segment, Copied)]
    assert len(copied) == 2
    for segment in copied:
        source = packets(pair[segment.item].path)[segment.packet_range.start : segment.packet_range.stop]
        at = segment.record_range.start
        assert film_packets[at : at + len(source)] == source


def packets(path: Path) -> list[bytes]:
    """The picture packets of a file in decode order."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_a_dissolve_blends_by_equal_steps(footage: Footage, tmp_path: Path) -> None:
    dark = probe(footage.clip(1, level=40, frames=25))
    light = probe(footage.clip(2, level=200, frames=25))
    timeline = film([dark, light], [dissolve(10)])
    result = made(timeline, tmp_path / "film.mp4")
    grays = list(gray_frames(probe(result.paths[0]), FrameRange(15, 25)))
    earlier, later = np.full_like(grays[0], 40), np.full_like(grays[0], 200)
    weights = [blend_weight(gray, earlier, later) for gray in grays]
    assert weights == pytest.approx([n / 10 for n in range(10)], abs=0.02)


@pytest.mark.parametrize("kind", ["fadeblack", "fadewhite", "circlecrop"])
def test_dips_stay_within_video_levels(footage: Footage, tmp_path: Path, kind: str) -> None:
    clips = [probe(footage.clip(n, level=level, frames=25)) for n, level in ((1, 60), (2, 200))]
    result = made(film(clips, [dissolve(12, kind)]), tmp_path / "film.mp4")
    clip = probe(result.paths[0])
    lumas = list(gray_frames(clip, FrameRange(0, clip.video.frames)))
    # The codec rings a little at edges; xfade alone would give 0 and 255.
    assert min(luma.min() for luma in lumas) >= 10
    assert max(luma.max() for luma in lumas) <= 241


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["wipeleft", "fadeblack"])
def test_pictures_beyond_black_and_white_keep_that_beside_transitions(
    footage: Footage, tmp_path: Path, kind: str
) -> None:
    """Cameras write lights above 235; a piece that has a transition in it shows them as its neighbours do."""
    clips = [probe(footage.clip(n, level=level, frames=25)) for n, level in ((1, 250), (2, 5))]
    inner = FrameRange(3, 24)
    timeline = film(clips, [dissolve(6, kind)], ranges={0: inner, 1: inner})
    shown = list(gray_frames(probe(made(timeline, tmp_path / "film.mp4").paths[0]), FrameRange(0, 36)))
    assert [round(float(luma.mean())) for luma in (shown[0], shown[14], shown[15], shown[21])] == [
        *(250, 250, 250),
        5,
    ]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["slideleft", "slideup", "revealleft", "revealup"])
def test_a_slide_begins_with_the_earlier_picture_alone(footage: Footage, tmp_path: Path, kind: str) -> None:
    """xfade reads beside the picture in that frame."""
    clips = [probe(footage.clip(n, level=level, frames=12)) for n, level in ((1, 110), (2, 150))]
    timeline = film(clips, [dissolve(6, kind)], ranges={0: FrameRange(0, 12), 1: FrameRange(0, 12)})
    result = made(timeline, tmp_path / "film.mov", preset="master-prores-hq")
    shown = list(gray_frames(probe(result.paths[0]), FrameRange(0, timeline.frames)))
    assert len(shown) == 18
    assert all(abs(luma.astype(int) - 110).max() <= 2 for luma in shown[:7])
    assert len(np.unique(shown[9] > 130)) == 2


@pytest.mark.parametrize(
    ("speed", "rate"),
    [
        pytest.param(Fraction(2), Fraction(24), id="twice as fast"),
        pytest.param(Fraction(1, 2), Fraction(24), id="half as fast"),
        pytest.param(Fraction(1), Fraction(25), id="24 in a film of 25"),
        pytest.param(Fraction(1), Fraction(30000, 1001), id="24 in a film of 29.97"),
        pytest.param(Fraction(3, 2), Fraction(60), id="both"),
        pytest.param(Fraction(7, 3), Fraction(24), id="a speed that divides badly"),
    ],
)
def test_other_rates_and_speeds_show_the_nearest_picture(
    pair: tuple[Clip, Clip], tmp_path: Path, speed: Fraction, rate: Fraction
) -> None:
    timeline = film(pair, [CUT], rate=rate, speed=speed)
    result = made(timeline, tmp_path / "film.mp4")
    assert_right(result.paths[0], timeline, (1, 2))


def test_ranges_of_clips_are_exact(pair: tuple[Clip, Clip], tmp_path: Path) -> None:
    timeline = film(pair, [CUT], ranges={0: FrameRange(5, 41), 1: FrameRange(17, 30)})
    result = made(timeline, tmp_path / "film.mp4")
    assert_right(result.paths[0], timeline, (1, 2))


def test_variable_rate_is_conformed(footage: Footage, tmp_path: Path) -> None:
    stamps = [n * 512 + (170 if n % 3 else 0) for n in range(40)]
    clip = probe(footage.clip(4, frames=40, pts=stamps, time_base=Fraction(1, 12288)))
    assert clip.video.rate is None
    for speed, rate in ((Fraction(1), Fraction(24)), (Fraction(1, 2), Fraction(60))):
        timeline = film([clip], speed=speed, rate=rate)
        result = made(timeline, tmp_path / "film.mp4")
        assert_right(result.paths[0], timeline, (4,))


def test_clips_of_two_encoders_share_one_film(footage: Footage, tmp_path: Path) -> None:
    first = probe(footage.clip(1))
    other = probe(footage.clip(2, options=("-preset", "ultrafast", "-tune", "zerolatency")))
    assert first.video.parameter_sets != other.video.parameter_sets
    timeline = film([first, other], [CUT])
    result = made(timeline, tmp_path / "film.mp4", verify="full")
    assert_right(result.paths[0], timeline, (1, 2))


def test_a_title_card_is_part_of_the_film(pair: tuple[Clip, Clip], tmp_path: Path) -> None:
    title = Title('The "End": 100% [done], it\'s over; ünïcode', 24, fade_in_frames=6)
    timeline = film([pair[0], title], [dissolve(6, "fadeblack")])
    result = made(timeline, tmp_path / "film.mp4")
    assert_right(result.paths[0], timeline, (1, 0))
    last = next(gray_frames(probe(result.paths[0]), FrameRange(timeline.frames - 1, timeline.frames)))
    assert last.max() > 150
    assert np.median(last) < 24


def test_a_second_render_encodes_nothing(pair: tuple[Clip, Clip], tmp_path: Path) -> None:
    timeline = film(pair, [dissolve(6)])
    first = made(timeline, tmp_path / "film.mp4")
    second = made(timeline, tmp_path / "film.mp4")
    assert first.reused_frames == 0
    assert second.reused_frames == second.encoded_frames > 0


def test_a_film_that_stands_already_is_left_as_it_is(pair: tuple[Clip, Clip], tmp_path: Path) -> None:
    timeline = film(pair, [dissolve(6)])
    out = made(timeline, tmp_path / "film.mp4").paths[0]
    before = out.stat()
    made(timeline, out)
    assert (out.stat().st_ino, out.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("how", ["altered", "cut", "gone"])
def test_a_film_that_is_no_longer_what_was_made_is_made_again(
    pair: tuple[Clip, Clip], tmp_path: Path, how: str
) -> None:
    timeline = film(pair, [dissolve(6)])
    out = made(timeline, tmp_path / "film.mp4").paths[0]
    whole = out.read_bytes()
    if how == "gone":
        out.unlink()
    else:
        out.write_bytes(whole[:-9] if how == "cut" else whole[:-9] + bytes(9))
    made(timeline, out)
    assert out.read_bytes() == whole


def test_the_same_film_is_made_twice(pair: tuple[Clip, Clip], tmp_path: Path) -> None:
    timeline = film(pair, [dissolve(6)])
    made(timeline, tmp_path / "a.mp4")
    made(timeline, tmp_path / "b.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_damaged_cache_entry_is_made_again(pair: tuple[Clip, Clip], tmp_path: Path) -> None:
    timeline = film(pair, [dissolve(6)])
    made(timeline, tmp_path / "film.mp4")
    for entry in (tmp_path / "cache").rglob("*.mp4"):
        content = bytearray(entry.read_bytes())
        content[len(content) // 2] ^= 0xFF
        entry.write_bytes(content)
    again = made(timeline, tmp_path / "film.mp4")
    assert again.reused_frames == 0
    assert_right(again.paths[0], timeline, (1, 2))


def test_jobs_may_run_in_other_processes(pair: tuple[Clip, Clip], tmp_path: Path) -> None:
    timeline = film(pair, [dissolve(6)])
    with ProcessPoolExecutor(1) as pool:
        result = made(timeline, tmp_path / "film.mp4", executor=pool)
    assert_right(result.paths[0], timeline, (1, 2))


def test_a_disk_that_fails_while_the_film_is_proven_leaves_the_old_one(
    pair: tuple[Clip, Clip], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "film.mp4"
    out.write_bytes(b"old")
    real, failed = files._sync, list[Path]()

    def fails_once(path: Path, flags: int) -> None:
        # The system tells of a failed write once, to whoever asks first.
        if not failed and path.suffix == ".mp4" and path.parent == tmp_path:
            failed.append(path)
            raise OSError(errno.EIO, "Input/output error")
        real(path, flags)

    monkeypatch.setattr(files, "_sync", fails_once)
    with pytest.raises(OutputError, match="Input/output error"):
        made(film(pair, [MATCH]), out)
    assert failed
    assert out.read_bytes() == b"old"


class TestWhenItCannotBeDone:
    """The old film stays, and nothing is left beside it."""

    def left(self, folder: Path) -> set[str]:
        """Names in the folder but for the cache and the film."""
        return {path.name for path in folder.iterdir()} - {"cache", "film.mp4"}

    def test_cancelling_leaves_the_old_film(self, pair: tuple[Clip, Clip], tmp_path: Path) -> None:
        out = tmp_path / "film.mp4"
        out.write_bytes(b"the old one")
        cancel = threading.Event()
        cancel.set()
        with pytest.raises(Interrupted):
            made(film(pair, [dissolve(6)]), out, cancel=cancel)
        assert out.read_bytes() == b"the old one"
        assert self.left(tmp_path) == set()

    def test_a_source_is_never_overwritten(self, pair: tuple[Clip, Clip], tmp_path: Path) -> None:
        copy = tmp_path / "film.mp4"
        copy.write_bytes(pair[0].path.read_bytes())
        with pytest.raises(OutputError, match="own sources"):
            made(film([probe(copy)]), copy)

    def test_a_missing_folder_is_named(self, pair: tuple[Clip, Clip], tmp_path: Path) -> None:
        with pytest.raises(OutputError, match="does not exist"):
            made(film(pair), tmp_path / "nowhere" / "film.mp4")

    def test_a_second_stitcher_is_turned_away(self, pair: tuple[Clip, Clip], tmp_path: Path) -> None:
        out = tmp_path / "film.mp4"
        with locked_output(out), pytest.raises(OutputBusy, match="process"):
            made(film(pair), out)
        assert self.left(tmp_path) == set()

    def test_a_name_that_does_not_fit_the_preset_is_refused(
        self, pair: tuple[Clip, Clip], tmp_path: Path
    ) -> None:
        with pytest.raises(OutputError, match=r"film\.mp4"):
            made(film(pair), tmp_path / "film.avi")

    def test_a_source_damaged_after_probing_is_found(self, pair: tuple[Clip, Clip], tmp_path: Path) -> None:
        copy = tmp_path / "damaged.mp4"
        content = bytearray(pair[0].path.read_bytes())
        copy.write_bytes(content)
        clip = probe(copy)
        at = content.find(b"mdat") + 1500
        content[at : at + 300] = bytes(300)
        copy.write_bytes(content)
        with pytest.raises(VerifyError, match="damaged"):
            made(film([replace(clip)]), tmp_path / "film.mp4", verify="full")
        assert self.left(tmp_path) == {"damaged.mp4"}


@pytest.mark.parametrize("fit", ["crop", "pad", "blur"])
def test_other_sizes_are_fitted_and_never_stretched(footage: Footage, tmp_path: Path, fit: str) -> None:
    wide = probe(footage.clip(1, size=(640, 384)))
    tall = probe(footage.clip(2, size=(384, 640)))
    timeline = film([wide, tall], [CUT], size=(640, 384), fit=fit)
    result = made(timeline, tmp_path / "film.mp4")
    assert codes(result.paths[0])[:49] == [(1, n) for n in range(49)]
    if fit != "crop":
        # 384 of 640 lines high in 384 lines: 230 columns in the middle.
        pictures = gray_frames(probe(result.paths[0]), FrameRange(49, 98))
        assert [read_code(gray, (205, 0, 230, 384)) for gray in pictures] == [(2, n) for n in range(49)]


def test_turned_clips_stand_upright(footage: Footage, tmp_path: Path) -> None:
    clips = [probe(footage.clip(n, size=(96, 160), rotation=90)) for n in (1, 2)]
    timeline = film(clips, [dissolve(6)])
    assert (timeline.width, timeline.height) == (160, 96)
    result = made(timeline, tmp_path / "film.mp4")
    assert_right(result.paths[0], timeline, (1, 2))


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(24000, 1001)], ids=["24", "23.976"])
def test_sound_ends_with_the_picture_to_the_sample(footage: Footage, tmp_path: Path, rate: Fraction) -> None:
    clips = [footage.clip(n, rate=rate) for n in (1, 2)]
    board = stitcher.assemble(
        clips, transition="dissolve", duration="7f", music=footage.wav("bed", tone(1.3))
    )
    result = stitcher.render(
        board, tmp_path / "film.mp4", options=stitcher.RenderOptions(cache=tmp_path / "cache")
    )
    raw = tmp_path / "heard.raw"
    run_ffmpeg("-i", str(result.paths[0]), "-map", "0:a", "-ac", "1", "-f", "s16le", str(raw))
    assert raw.stat().st_size // 2 == result.plan.timeline.samples


def test_a_clip_of_odd_size_becomes_even_in_a_film(footage: Footage, tmp_path: Path) -> None:
    even, odd = footage.clip(1), tmp_path / "odd.mkv"
    shape = "pad=iw+1:ih+1,format=yuv444p"
    run_ffmpeg("-i", str(even), "-vf", shape, "-c:v", "libx264", "-crf", "10", str(odd))
    size = probe(even).video.shown_size
    timeline = film([probe(odd), probe(even)])
    assert (timeline.width, timeline.height) == size
    assert codes(made(timeline, tmp_path / "film.mp4").paths[0]) == planned(timeline, [1, 1])


def test_a_clip_may_blend_into_itself(footage: Footage, tmp_path: Path) -> None:
    clip = probe(footage.clip(1))
    timeline = film([clip, clip], [dissolve(6)])
    assert made(timeline, tmp_path / "film.mp4", preset="draft").plan.frames == 2 * clip.video.frames - 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "pix_fmt"),
    [
        ("libx264", "yuv444p"),
        ("libx264", "yuv444p10le"),
        ("libx264", "yuv422p10le"),
        ("libx265", "yuv444p"),
        ("libx265", "yuv422p10le"),
    ],
)
def test_films_keep_the_chroma_and_the_depth_of_their_clips(
    footage: Footage, tmp_path: Path, codec: str, pix_fmt: str
) -> None:
    options = {
        "libx264": ("-preset", "ultrafast", "-crf", "16", "-g", "12"),
        "libx265": ("-preset", "ultrafast", "-crf", "16", "-tag:v", "hvc1", "-x265-params",
                    "log-level=error:keyint=12:min-keyint=12"),
    }[codec]  # fmt: skip
    clips = [probe(footage.clip(n, frames=36, codec=codec, pix_fmt=pix_fmt, options=options)) for n in (1, 2)]
    timeline = film(clips, [dissolve(6)])
    done = made(timeline, tmp_path / "film.mp4")
    assert done.copied_frames > 24
    assert probe(tmp_path / "film.mp4").video.pixel_format == pix_fmt
    assert_right(tmp_path / "film.mp4", timeline, (1, 2))
