from __future__ import annotations

import hashlib
import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import MediaRefused
from stitcher.media.clip import Clip, Colour
from stitcher.media.probe import probe, probe_sound
from tests.footage import Footage, run_ffmpeg, tone, write_wav

KINDS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "h264 mp4": (".mp4", {}, "mov", "h264"),
    "h264 mov": (".mov", {}, "mov", "h264"),
    "h264 mkv": (".mkv", {}, "matroska", "h264"),
    "h264 ts": (".ts", {}, "mpegts", "h264"),
    "h264 avi": (".avi", {}, "avi", "h264"),
    "hevc mp4": (".mp4", {"codec": "libx265"}, "mov", "hevc"),
    "hevc mkv": (".mkv", {"codec": "libx265"}, "matroska", "hevc"),
    "hevc ts": (".ts", {"codec": "libx265"}, "mpegts", "hevc"),
    "prores": (".mov", {"codec": "prores_ks"}, "mov", "prores"),
    "dnxhr mxf": (".mxf", {"codec": "dnxhd", "size": (256, 128)}, "mxf", "dnxhd"),
    "vp9 webm": (".webm", {"codec": "libvpx-vp9"}, "matroska", "vp9"),
    "mjpeg avi": (".avi", {"codec": "mjpeg"}, "avi", "mjpeg"),
    "mpeg4 avi": (".avi", {"codec": "mpeg4", "options": ("-bf", "2")}, "avi", "mpeg4"),
    "mpeg2 ts": (".ts", {"codec": "mpeg2video", "options": ("-bf", "2")}, "mpegts", "mpeg2video"),
}
NTSC = Fraction(24000, 1001)


@pytest.fixture(params=KINDS.values(), ids=list(KINDS))
def any_clip(request: pytest.FixtureRequest, footage: Footage) -> tuple[Clip, str, str]:
    suffix, options, container, codec = request.param
    return probe(footage.clip(7, suffix=suffix, frames=30, **options)), container, codec


def test_every_kind_is_counted_and_timed(any_clip: tuple[Clip, str, str]) -> None:
    clip, container, codec = any_clip
    video = clip.video
    assert (clip.container, video.codec) == (container, codec)
    assert (video.frames, video.rate, clip.duration) == (30, 24, Fraction(30, 24))
    assert len(video.pts) == 30
    assert all(earlier < later for earlier, later in itertools.pairwise(video.pts))
    assert sorted(shown for shown in video.display if shown >= 0) == list(range(30))
    assert video.keys[0].packet == 0
    assert video.intra_only == (codec in ("prores", "dnxhd", "mjpeg"))
    assert video.field_order in ("progressive", "unknown")
    assert (video.sample_aspect, video.rotation) == (1, 0)


@pytest.mark.parametrize("rate", [NTSC, Fraction(30000, 1001), Fraction(25), Fraction(60000, 1001)], ids=str)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi", ".webm"])
def test_broadcast_rates_are_exact_in_every_container(footage: Footage, suffix: str, rate: Fraction) -> None:
    codec = {"codec": "libvpx-vp9"} if suffix == ".webm" else {}
    video = probe(footage.clip(3, suffix=suffix, frames=40, rate=rate, **codec)).video
    assert (video.rate, video.average_rate, video.frames) == (rate, rate, 40)


def test_the_content_hash_and_size_are_those_of_the_file(footage: Footage) -> None:
    path = footage.clip(1)
    clip = probe(path)
    content = path.read_bytes()
    assert (clip.sha256, clip.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_key_frames_are_told_by_nal_type_and_not_by_flag(footage: Footage) -> None:
    video = probe(footage.gen4(1)).video
    assert [key.packet for key in video.keys if key.kind == "idr"] == [0]
    assert (video.frames, video.reorder_delay) == (121, 2)
    assert "keyint=250" in video.encoder_settings
    assert video.encoder_settings.startswith("x264 - core")


def test_open_groups_of_hevc_begin_with_cra(footage: Footage) -> None:
    options = ("-preset", "ultrafast", "-bf", "3", "-tag:v", "hvc1", "-x265-params",
               "log-level=error:open-gop=1:keyint=12:min-keyint=12")  # fmt: skip
    video = probe(footage.clip(2, frames=30, codec="libx265", options=options)).video
    assert [key.kind for key in video.keys] == ["idr", "cra", "cra"]
    assert video.encoder_settings.startswith("x265")


def test_frames_an_edit_list_hides_are_no_frames_of_the_clip(footage: Footage, tmp_path: Path) -> None:
    whole = footage.clip(4, frames=49)
    cut = tmp_path / "cut.mp4"
    run_ffmpeg("-ss", "0.3", "-i", str(whole), "-c", "copy", str(cut))
    video = probe(cut).video
    hidden = [packet for packet, shown in enumerate(video.display) if shown < 0]
    assert hidden
    assert video.frames == len(video.display) - len(hidden)
    assert video.frames == 49 - 8


def test_a_stream_that_does_not_start_at_zero_keeps_its_times(footage: Footage) -> None:
    video = probe(footage.clip(4, suffix=".ts", frames=30)).video
    assert video.pts[0] * video.time_base > 1
    assert video.rate == 24


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_rotation_is_clockwise_degrees(footage: Footage, rotation: int) -> None:
    clip = probe(footage.clip(5, size=(160, 96), rotation=rotation))
    assert clip.video.rotation == rotation
    assert clip.video.shown_size == ((96, 160) if rotation in (90, 270) else (160, 96))


def test_a_slanted_picture_is_refused(footage: Footage, tmp_path: Path) -> None:
    path = tmp_path / "slanted.mp4"
    run_ffmpeg("-display_rotation", "30", "-i", str(footage.clip(5)), "-c", "copy", str(path))
    with pytest.raises(MediaRefused, match="turned by"):
        probe(path)


def test_a_mirrored_picture_is_refused(footage: Footage, tmp_path: Path) -> None:
    path = tmp_path / "mirrored.mp4"
    run_ffmpeg("-display_hflip", "-i", str(footage.clip(5)), "-c", "copy", str(path))
    with pytest.raises(MediaRefused, match="mirrored"):
        probe(path)


def test_variable_rate_has_no_rate_but_every_time(footage: Footage) -> None:
    pts = [0, 512, 1024, 2048, 2560, 5120, 5632, 6144]
    path = footage.clip(6, frames=8, pts=pts, time_base=Fraction(1, 12800))
    clip = probe(path)
    assert clip.video.rate is None
    assert [stamp * clip.video.time_base for stamp in clip.video.pts] == [
        Fraction(stamp, 12800) for stamp in pts
    ]
    assert clip.video.average_rate == Fraction(7 * 12800, 6144)


def test_untagged_footage_stays_untagged(footage: Footage) -> None:
    colour = probe(footage.gen4(1)).video.colour
    assert colour == Colour()
    assert colour.untagged


@pytest.mark.parametrize(
    "tags",
    [("tv", "bt709", "bt709", "bt709"), ("pc", "smpte170m", "smpte170m", "smpte170m"),
     ("tv", "bt2020", "smpte2084", "bt2020nc"), ("tv", "bt2020", "arib-std-b67", "bt2020nc")],
    ids=lambda tags: tags[2],
)  # fmt: skip
def test_colour_tags_are_read_by_name(footage: Footage, tags: tuple[str, str, str, str]) -> None:
    # The encoder is told as well: ffmpeg 9 lets the frames' missing primaries and transfer win over its options.
    said = f"colorprim={tags[1]}:transfer={tags[2]}"
    path = footage.clip(8, frames=4, colour=tags, options=("-preset", "ultrafast", "-x264-params", said))
    colour = probe(path).video.colour
    assert (colour.range, colour.primaries, colour.transfer, colour.matrix) == tags
    assert colour.is_hdr == (tags[2] in ("smpte2084", "arib-std-b67"))


def test_ten_bits_are_seen(footage: Footage) -> None:
    video = probe(footage.clip(8, frames=4, codec="libx265", suffix=".mkv", pix_fmt="yuv420p10le")).video
    assert (video.pixel_format, video.bit_depth, video.profile) == ("yuv420p10le", 10, "Main 10")
    assert probe(footage.clip(8)).video.bit_depth == 8


def test_interlaced_footage_is_seen(footage: Footage) -> None:
    assert probe(footage.clip(8, frames=6, interlaced=True, size=(160, 96))).video.field_order in ("tt", "tb")


def test_sample_aspect_is_read(footage: Footage) -> None:
    clip = probe(footage.clip(8, frames=4, sample_aspect=Fraction(4, 3), size=(120, 96)))
    assert clip.video.sample_aspect == Fraction(4, 3)
    assert clip.video.shown_size == (160, 96)


def test_a_sample_aspect_that_only_the_pictures_tell_is_read(footage: Footage, tmp_path: Path) -> None:
    path = tmp_path / "no pasp.mp4"
    content = footage.clip(8, frames=4, sample_aspect=Fraction(4, 3), size=(120, 96)).read_bytes()
    assert content.count(b"pasp") == 1
    path.write_bytes(content.replace(b"pasp", b"free"))
    assert probe(path).video.sample_aspect == Fraction(4, 3)


def test_the_streams_own_words_are_kept(footage: Footage) -> None:
    video = probe(footage.clip(1)).video
    assert (video.codec_tag, video.width, video.height) == ("avc1", 160, 96)
    assert video.parameter_sets[0] == 1
    assert video.level
    assert video.profile


@pytest.mark.parametrize(
    ("suffix", "arguments", "container", "codec"),
    [
        (".wav", (), "wav", "pcm_s16le"),
        (".wav", ("-c:a", "pcm_f32le"), "wav", "pcm_f32le"),
        (".mp3", ("-c:a", "libmp3lame"), "mp3", "mp3"),
        (".mp3", ("-c:a", "libmp3lame", "-id3v2_version", "0", "-write_xing", "0"), "mp3", "mp3"),
        (".aac", ("-c:a", "aac"), "aac", "aac"),
        (".m4a", ("-c:a", "aac"), "mov", "aac"),
        (".opus", ("-c:a", "libopus"), "ogg", "opus"),
        (".ogg", ("-c:a", "libvorbis"), "ogg", "vorbis"),
        (".flac", ("-c:a", "flac"), "flac", "flac"),
        (".aiff", (), "aiff", "pcm_s16be"),
        (".mka", ("-c:a", "flac"), "matroska", "flac"),
        (".caf", ("-c:a", "alac"), "caf", "alac"),
    ],
    ids=[
        "wav",
        "float wav",
        "mp3",
        "bare mp3",
        "adts",
        "m4a",
        "opus",
        "vorbis",
        "flac",
        "aiff",
        "mka",
        "caf",
    ],
)
def test_every_kind_of_sound_is_measured(
    tmp_path: Path, suffix: str, arguments: tuple[str, ...], container: str, codec: str
) -> None:
    wav = write_wav(tmp_path / "source.wav", tone(2))
    path = tmp_path / f"sound{suffix}"
    run_ffmpeg("-i", str(wav), *arguments, str(path))
    sound = probe_sound(path)
    stream = sound.stream
    assert (sound.container, stream.codec) == (container, codec)
    assert (stream.sample_rate, stream.channels, stream.layout) == (48_000, 2, "stereo")
    assert stream.duration is not None
    assert abs(stream.duration - 2) < Fraction(1, 10)
    if codec.startswith("pcm") or codec == "flac":
        assert stream.duration == 2


def test_a_clips_own_sound_is_listed_and_can_be_named(footage: Footage) -> None:
    path = footage.clip(9, audio="tone", suffix=".mov")
    clip = probe(path)
    (stream,) = clip.audio
    assert (stream.codec, stream.index) == ("pcm_s16le", 1)
    assert probe_sound(path, stream=1).stream == stream
    assert probe_sound(path).stream == stream
    with pytest.raises(MediaRefused, match="no sound stream 0; it has 1"):
        probe_sound(path, stream=0)


def test_paths_are_made_absolute(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    path = footage.clip(1)
    monkeypatch.chdir(path.parent)
    assert probe(path.name).path == path


@pytest.mark.parametrize("default", [0, 1])
def test_of_two_pictures_the_one_marked_as_default_is_shown(
    footage: Footage, tmp_path: Path, default: int
) -> None:
    path = tmp_path / "two.mkv"
    clips = (footage.clip(1, frames=5), footage.clip(2, frames=7))
    marks = [part for n in (0, 1) for part in (f"-disposition:v:{n}", "default" if n == default else "0")]
    inputs = [part for clip in clips for part in ("-i", str(clip))]
    run_ffmpeg(*inputs, "-map", "0:v", "-map", "1:v", "-c", "copy", *marks, str(path))
    assert (probe(path).video.index, probe(path).video.frames) == ((0, 5), (1, 7))[default]


def test_a_clip_whose_pictures_carry_exif_is_a_clip_like_others(tmp_path: Path) -> None:
    path = tmp_path / "exif.mov"
    run_ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=24", "-frames:v", "3", "-c:v", "tiff", str(path))
    assert probe(path).video.frames == 3
