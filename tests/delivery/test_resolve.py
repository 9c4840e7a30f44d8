"""Presets become numbers: sizes, groups, levels and limits for a given film."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from stitcher.delivery.load import list_presets, load_preset
from stitcher.delivery.packaging_settings import HlsSettings
from stitcher.delivery.preset import Citation, Rung
from stitcher.delivery.resolve import gop_frames, resolve
from stitcher.delivery.spec import DeliverySpec
from stitcher.errors import PlanError, PresetError
from stitcher.formats.containers import ContainerName
from stitcher.media.clip import Colour
from stitcher.storyboard.choices import SoundLayout
from tests.delivery.material import HDR, film
from tests.factories import make_clip

NTSC = Fraction(30000, 1001)


def option(delivery: DeliverySpec, name: str) -> str:
    options = delivery.picture.options
    return options[options.index(name) + 1]


@pytest.mark.parametrize(
    ("gop", "rate", "frames"),
    [
        ("fps/2", Fraction(24), 12),
        ("fps/2", NTSC, 15),
        ("2s", NTSC, 60),
        ("0.5s", Fraction(25), 13),
        (12, NTSC, 12),
    ],
)
def test_groups_are_counted_in_frames(gop: int | str, rate: Fraction, frames: int) -> None:
    assert gop_frames(gop, rate) == frames


def test_a_fixed_size_stays() -> None:
    picture = resolve(load_preset("youtube-1080p"), film()).picture
    assert (picture.width, picture.height) == (1920, 1080)


def test_source_is_the_films_own_size() -> None:
    picture = resolve(load_preset("master-prores-hq"), film(size=(1584, 672))).picture
    assert (picture.width, picture.height) == (1584, 672)


def test_half_is_even() -> None:
    picture = resolve(load_preset("draft"), film(size=(1280, 722))).picture
    assert (picture.width, picture.height) == (640, 360)


def test_upright_presets_fill_by_cropping() -> None:
    assert resolve(load_preset("shorts"), film()).picture.fit == "crop"


def test_the_level_and_the_buffer_grow_above_30_frames() -> None:
    slow = resolve(load_preset("youtube-1080p"), film(rate=NTSC))
    fast = resolve(load_preset("youtube-1080p"), film(rate=Fraction(60)))
    assert (option(slow, "-level:v"), option(slow, "-maxrate")) == ("4.0", "16000k")
    assert (option(fast, "-level:v"), option(fast, "-maxrate")) == ("4.2", "24000k")


def test_a_film_without_cues_is_silent() -> None:
    assert resolve(load_preset("youtube-1080p"), film(sound=False)).sound is None


def test_sound_is_as_the_preset_says() -> None:
    sound = resolve(load_preset("youtube-1080p"), film()).sound
    assert sound is not None
    assert (sound.encoder, sound.options, sound.channels, sound.sample_rate) == (
        "aac",
        ("-b:a", "384k"),
        2,
        48000,
    )


@pytest.mark.parametrize(("rate", "row"), [(Fraction(25), "ebu-r128"), (NTSC, "atsc-a85")])
def test_broadcast_loudness_follows_the_rate(rate: Fraction, row: str) -> None:
    sound = resolve(load_preset("broadcast-xdcam50"), film(rate=rate)).sound
    assert sound is not None
    assert sound.loudness == row


def test_a_rate_the_format_cannot_carry_is_refused() -> None:
    with pytest.raises(PlanError, match="25 or 30000/1001"):
        resolve(load_preset("broadcast-xdcam50"), film())


@pytest.mark.parametrize("preset", ["master-dnxhr-hqx", "avid-dnxhr-opatom"])
def test_a_size_the_codec_cannot_carry_is_refused(preset: str) -> None:
    with pytest.raises(PlanError, match="256x120 at least, and this film's are 160x90"):
        resolve(load_preset(preset), replace(film(), width=160, height=90))


def test_hdr_is_refused_for_sources_without() -> None:
    with pytest.raises(PlanError, match="HDR"):
        resolve(load_preset("youtube-2160p-hdr"), film())


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_hdr_keeps_the_sources_transfer(transfer: str) -> None:
    clip = make_clip(
        colour=replace(HDR, transfer=transfer), codec="hevc", pixel_format="yuv420p10le", bit_depth=10
    )
    picture = resolve(load_preset("youtube-2160p-hdr"), film(clip)).picture
    assert picture.colour.transfer == transfer


def test_a_film_too_long_for_the_platform_is_said_aloud() -> None:
    long = make_clip(frames=24 * 601)
    assert any("600 seconds" in note for note in resolve(load_preset("tiktok"), film(long)).notes)


def test_a_film_too_large_for_the_platform_is_said_aloud() -> None:
    long = make_clip(frames=24 * 300)
    assert any("300 MB" in note for note in resolve(load_preset("reels"), film(long)).notes)


def test_a_film_within_the_limits_has_no_notes() -> None:
    assert resolve(load_preset("tiktok"), film()).notes == ()


def test_hls_is_made_from_a_lossless_film() -> None:
    delivery = resolve(load_preset("hls"), film())
    assert "qp=0" in option(delivery, "-x264-params")
    assert isinstance(delivery.packaging, HlsSettings)
    assert delivery.packaging.ladder[0] == Rung(size=(416, 234), kbps=145, max_fps=30)


def test_a_hardware_encoder_that_works_is_used() -> None:
    working = frozenset({"h264_nvenc"})
    delivery = resolve(load_preset("youtube-1080p"), film(), encoder="nvenc", encoders=working)
    assert delivery.picture.encoder == "h264_nvenc"
    assert option(delivery, "-cq") == "16"
    assert delivery.notes == ()


def test_a_hardware_encoder_that_does_not_work_falls_back_aloud() -> None:
    delivery = resolve(load_preset("youtube-1080p"), film(), encoder="qsv")
    assert delivery.picture.encoder == "libx264"
    assert delivery.notes == ("h264_qsv does not work on this machine; libx264 is used instead.",)


def test_a_codec_without_hardware_falls_back_aloud() -> None:
    delivery = resolve(load_preset("master-prores-hq"), film(), encoder="nvenc")
    assert any("nvenc has no prores encoder" in note for note in delivery.notes)


def test_master_copy_keeps_to_software() -> None:
    delivery = resolve(
        load_preset("master-copy"), film(), encoder="nvenc", encoders=frozenset({"h264_nvenc"})
    )
    assert delivery.picture.encoder == "libx264"
    assert any("nvenc is not used" in note for note in delivery.notes)


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(PresetError, match="nvenc, qsv, vaapi, videotoolbox"):
        resolve(load_preset("youtube-1080p"), film(), encoder="quick")


class TestMasterCopy:
    def resolved(self, *clips: object, **film_options: object) -> DeliverySpec:
        return resolve(load_preset("master-copy"), film(*clips, **film_options))  # type: ignore[arg-type]  # passed on

    def test_copies_sources_of_the_films_size_and_rate(self) -> None:
        picture = self.resolved(make_clip()).picture
        assert (picture.copy_sources, picture.codec, picture.colour) == (True, "h264", Colour())

    def test_encodes_when_the_film_has_another_size(self) -> None:
        assert not self.resolved(make_clip(), size=(1920, 1080)).picture.copy_sources

    def test_takes_the_format_of_most_frames(self) -> None:
        few = make_clip(codec="hevc", frames=10)
        many = make_clip(path="/footage/other.mp4", frames=240)
        assert self.resolved(few, many).picture.codec == "h264"

    def test_takes_the_parameter_sets_of_most_frames(self) -> None:
        from stitcher.delivery.match_source import match_sources

        odd = make_clip(parameter_sets=b"\x01odd", frames=10)
        usual = make_clip(path="/footage/other.mp4", frames=240)
        assert match_sources(film(odd, usual)).like == usual

    @pytest.mark.parametrize(
        ("codec", "container", "encoder", "copied"),
        [
            ("h264", "mp4", "libx264", True),
            ("hevc", "mp4", "libx265", True),
            ("prores", "mov", "prores_ks", True),
            ("dnxhd", "mov", "dnxhd", False),
            ("mjpeg", "mov", "mjpeg", True),
            ("mpeg2video", "mov", "mpeg2video", True),
            ("av1", "mp4", "libsvtav1", False),
            ("vp9", "webm", "libvpx-vp9", False),
            ("theora", "mp4", "libx264", False),
        ],
    )
    def test_knows_each_codec(self, codec: str, container: str, encoder: str, copied: bool) -> None:
        delivery = self.resolved(make_clip(codec=codec))
        assert (delivery.container, delivery.picture.encoder) == (container, encoder)
        assert delivery.picture.copy_sources is copied

    def test_dnxhr_is_copied_where_plain_dnxhd_is_not(self) -> None:
        clip = make_clip(codec="dnxhd")
        clip = replace(clip, video=replace(clip.video, profile="DNXHR HQX"))
        assert self.resolved(clip).picture.copy_sources

    def test_says_when_it_cannot_keep_the_codec(self) -> None:
        assert any("theora" in note for note in self.resolved(make_clip(codec="theora")).notes)

    @pytest.mark.parametrize(
        ("codec", "sound"), [("h264", "aac"), ("prores", "pcm_s24le"), ("vp9", "libopus")]
    )
    def test_sound_goes_with_the_container(self, codec: str, sound: str) -> None:
        spec = self.resolved(make_clip(codec=codec)).sound
        assert spec is not None
        assert spec.encoder == sound


def test_no_preset_of_ours_puts_opus_where_it_is_heard_early() -> None:
    for _, preset in list_presets():
        assert preset.sound is None or (preset.container.value, preset.sound.codec.value) != ("mp4", "opus")


@pytest.mark.parametrize(
    ("container", "told"), [("mp4", True), ("mov", True), ("webm", False), ("mkv", False)]
)
def test_opus_in_mp4_is_told(container: ContainerName, told: bool) -> None:
    web = load_preset("web-av1")
    assert web.sound is not None
    preset = web.model_copy(
        update={
            "container": Citation(container),
            "sound": web.sound.model_copy(update={"codec": Citation("opus")}),
        }
    )
    notes = resolve(preset, film(sound=True)).notes
    assert any("early in Chromium" in note for note in notes) is told


@pytest.mark.parametrize(
    ("preset", "options"),
    [
        pytest.param("youtube-1080p", ("-b:a", "512k"), id="at the rate that its receiver asks for"),
        pytest.param("master-prores-hq", (), id="PCM"),
        pytest.param("broadcast-xdcam50", (), id="mono tracks"),
        pytest.param("master-copy", ("-b:a", "512k"), id="beside the sources' pictures"),
    ],
)
def test_surround_goes_to_receivers_that_take_it(preset: str, options: tuple[str, ...]) -> None:
    spec = resolve(load_preset(preset), film(rate=Fraction(25)), channels="5.1").sound
    assert spec is not None
    assert (spec.channels, spec.options) == (6, options)


@pytest.mark.parametrize("preset", ["reels", "tiktok", "x-1080p", "hls", "vimeo-1080p", "shorts"])
def test_surround_is_refused_where_it_is_not_taken(preset: str) -> None:
    with pytest.raises(PresetError, match=rf"^{preset} takes no 5\.1 sound"):
        resolve(load_preset(preset), film(), channels="5.1")


def test_what_takes_surround_has_stereo_unless_asked() -> None:
    layouts: tuple[SoundLayout | None, ...] = (None, "stereo", "mono")
    specs = [resolve(load_preset("youtube-1080p"), film(), channels=asked).sound for asked in layouts]
    assert [spec.channels for spec in specs if spec is not None] == [2, 2, 1]
