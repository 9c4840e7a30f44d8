"""What comes out of every preset's encoder, read back by somebody else's reader."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import av
import pytest

from stitcher.delivery.load import list_presets
from stitcher.delivery.parameter_sets import read_avc
from stitcher.delivery.preset import Preset
from stitcher.delivery.resolve import resolve
from stitcher.delivery.spec import DeliverySpec
from stitcher.errors import PlanError
from stitcher.media.ffmpeg import file_url, find
from stitcher.media.ffmpeg_process import run
from tests.delivery.material import HDR, encode, film, nal_types, read
from tests.factories import make_clip

PRESETS = {preset.name: preset for _, preset in list_presets(environ={"STITCHER_PRESETS": "/nowhere"})}
RATES = {"24": Fraction(24), "29.97": Fraction(30000, 1001)}
SMALL = (320, 192)
_RAW = {"h264": "h264", "hevc": "hevc", "mpeg2video": "mpeg2video", "av1": "obu"}
_H273 = {"bt709": (1, 1, 1, 1), "smpte2084": (1, 9, 16, 9)}


def resolved(preset: Preset, rate: Fraction) -> DeliverySpec:
    """The delivery for a film the preset takes: HDR sources where it wants them."""
    hdr = preset.name.endswith("hdr")
    clip = make_clip(
        rate=rate,
        colour=HDR if hdr else None,
        codec="hevc" if hdr else "h264",
        pixel_format="yuv420p10le" if hdr else "yuv420p",
        bit_depth=10 if hdr else 8,
        frames=48,
    )
    return resolve(preset, film(clip, rate=rate))


def takes(preset: Preset, rate: Fraction) -> bool:
    try:
        resolved(preset, rate)
    except PlanError:
        return False
    return True


TAKEN = [
    (preset, rate)
    for preset, rate in itertools.product(PRESETS.values(), RATES.values())
    if takes(preset, rate)
]
CASES = [pytest.param(*case, id=f"{case[0].name} at {format(float(case[1]), '.5g')}") for case in TAKEN]
# Colour that a container cannot add: prores, dnxhd and raw streams carry it themselves.
FIXED = [preset for preset in PRESETS.values() if isinstance(preset.picture.size.value, tuple)]


def muxer_of(codec: str) -> str:
    return _RAW.get(codec, "mov")


@pytest.mark.parametrize(("preset", "rate"), CASES)
def test_the_stream_is_what_the_preset_says(preset: Preset, rate: Fraction, tmp_path: Path) -> None:
    picture = resolved(preset, rate).picture
    muxer = muxer_of(picture.codec)
    facts = read(encode(picture, tmp_path / "film", frames=3, muxer=muxer, size=SMALL), muxer)
    assert facts.codec == picture.codec
    # FFmpeg's ProRes reader gives 4444 in 12 bits, whatever it was written from.
    assert facts.pixel_format.replace("p12le", "p10le") == picture.pixel_format
    if picture.codec_tag and muxer == "mov":
        assert facts.tag == picture.codec_tag
    if picture.colour.transfer is not None and picture.codec != "dnxhd":
        assert facts.colour == _H273[picture.colour.transfer]
    if picture.colour.untagged:
        assert facts.colour[1:] == (2, 2, 2)


PROFILES = {
    "youtube-1080p": "High",
    "youtube-2160p-hdr": "Main 10",
    "web-hevc": "Main 10",
    "web-av1": "Main",
    "master-prores-hq": "HQ",
    "master-prores-4444": "4444",
    "proxy": "Proxy",
    "master-dnxhr-hqx": "DNXHR HQX",
    "media-dnxhr-hqx": "DNXHR HQX",
    "media-dnxhr-lb": "DNXHR LB",
    "media-prores-422": "Standard",
    "avid-dnxhr-opatom": "DNXHR HQX",
    "broadcast-xdcam50": "4:2:2",
}


@pytest.mark.parametrize(("name", "profile"), PROFILES.items())
def test_the_profile_is_what_the_preset_says(name: str, profile: str, tmp_path: Path) -> None:
    picture = resolved(PRESETS[name], RATES["29.97"]).picture
    muxer = muxer_of(picture.codec)
    facts = read(encode(picture, tmp_path / "film", frames=3, muxer=muxer, size=SMALL), muxer)
    assert facts.profile == profile


GROUPED = [
    pytest.param(preset, rate, id=f"{preset.name} at {format(float(rate), '.5g')}")
    for preset, rate in TAKEN
    if preset.picture.gop is not None and preset.picture.codec.value != "av1"
]


@pytest.mark.parametrize(("preset", "rate"), GROUPED)
def test_groups_are_closed_and_no_longer_than_asked(preset: Preset, rate: Fraction, tmp_path: Path) -> None:
    from stitcher.delivery.resolve import gop_frames

    picture = resolved(preset, rate).picture
    assert preset.picture.gop is not None
    longest = gop_frames(preset.picture.gop.for_rate(rate), rate)
    muxer = muxer_of(picture.codec)
    # 50 Mb/s cannot be filled with pictures of stamp size.
    size = None if picture.codec == "mpeg2video" else (160, 96)
    out = encode(picture, tmp_path / "film", frames=longest + 3, muxer=muxer, size=size)
    facts = read(out, muxer)
    gaps = [after - before for before, after in itertools.pairwise((*facts.keys, facts.packets))]
    assert facts.packets == longest + 3
    assert max(gaps) <= longest
    data = out.read_bytes()
    if picture.codec == "h264":
        assert nal_types(data, hevc=False).count(5) == len(facts.keys)
    elif picture.codec == "hevc":
        assert 21 not in nal_types(data, hevc=True), (
            "a clean random access picture may lead pictures of the group before"
        )
    else:
        heads = [data[at + 4 : at + 8] for at in range(len(data) - 8) if data[at : at + 4] == b"\0\0\1\xb8"]
        assert heads
        assert all(head[3] & 0x40 for head in heads), "the closed_gop bit of every group header"


@pytest.mark.slow
def test_av1_has_a_key_frame_every_five_seconds(tmp_path: Path) -> None:
    picture = resolved(PRESETS["web-av1"], RATES["24"]).picture
    facts = read(encode(picture, tmp_path / "film", frames=125, muxer="obu", size=(160, 96)), "obu")
    assert facts.keys == (0, 120)


LARGE = {"youtube-2160p", "youtube-2160p-hdr", "vimeo-2160p"}


@pytest.mark.parametrize(
    "preset",
    [
        pytest.param(preset, id=preset.name, marks=[pytest.mark.slow] if preset.name in LARGE else [])
        for preset in FIXED
    ],
)
def test_fixed_sizes_fit_their_level(preset: Preset, tmp_path: Path) -> None:
    picture = resolved(preset, RATES["29.97"]).picture
    muxer = muxer_of(picture.codec)
    facts = read(encode(picture, tmp_path / "film", frames=4, muxer=muxer, source="color"), muxer)
    assert facts.size == (picture.width, picture.height)
    if preset.picture.level is not None:
        sets = read_avc(facts.extradata)
        assert sets is not None
        assert f"{sets.level / 10:.1f}" == preset.picture.level.for_rate(RATES["29.97"])


@pytest.mark.parametrize("name", ["youtube-1080p", "web-hevc", "web-av1", "master-prores-hq", "draft", "hls"])
def test_levels_of_an_untagged_clip_are_not_converted(name: str, tmp_path: Path) -> None:
    """FFmpeg 8 and later convert untagged pictures when asked for tags on the output; ours are set in the graph."""
    picture = resolved(PRESETS[name], RATES["24"]).picture
    muxer = "mov" if picture.codec not in ("av1", "hevc") else muxer_of(picture.codec)
    raw = tmp_path / "raw.yuv"
    width, height = SMALL
    levels = (74, 100, 212)
    raw.write_bytes(
        b"".join(
            bytes([level]) * (width * height // size) for level, size in zip(levels, (1, 4, 4), strict=True)
        )
        * 2
    )
    tags = "range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    out = tmp_path / "film"
    run([
        *("-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", f"{width}x{height}", "-framerate", "24"),
        *("-i", file_url(raw), "-vf", f"setparams={tags},format={picture.pixel_format},setparams={tags}"),
        *("-c:v", picture.encoder, *picture.options, "-f", muxer, file_url(out)),
    ])  # fmt: skip
    with av.open(str(out), format=muxer) as container:
        frame = next(container.decode(video=0))
    deep = "10" in picture.pixel_format
    found = [
        int.from_bytes(plane[:2], "little") / 4 if deep else plane[0] for plane in map(bytes, frame.planes)
    ]
    assert found == pytest.approx(levels, abs=1.5)


def test_every_encoder_the_presets_need_is_in_this_ffmpeg() -> None:
    needed = {resolved(preset, rate).picture.encoder for preset, rate in TAKEN}
    assert needed <= find().encoders()
