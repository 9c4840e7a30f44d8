"""Resolves a preset for a timeline into a `DeliverySpec`: every number settled, nothing opened, nothing run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any, TypeVar

from stitcher.delivery.encoders import (
    BT709,
    CHROMA_PLACED,
    COLOURS,
    EncoderSettings,
    encoder_options,
)
from stitcher.delivery.hardware import (
    FAMILIES,
    family_of,
    hardware_encoder,
    hardware_options,
    hardware_pixel_format,
)
from stitcher.delivery.match_source import match_sources
from stitcher.delivery.packaging_settings import SETTINGS, PackagingSettings
from stitcher.delivery.preset import Citation, Picture, Preset
from stitcher.delivery.spec import DeliverySpec, PictureSpec, SoundSpec
from stitcher.errors import PlanError, PresetError
from stitcher.formats.codecs import CODECS, SOUND_ENCODERS
from stitcher.formats.containers import CONTAINERS, ContainerName
from stitcher.media.clip import Colour
from stitcher.media.pixel_format import pixel_format as described
from stitcher.media.pixel_format import with_alpha
from stitcher.storyboard.choices import CHANNELS, SoundLayout
from stitcher.storyboard.suggest import meant_or_known
from stitcher.timebase import format_rate, frames_to_seconds, parse_rate, round_half_up
from stitcher.timeline.model import Timeline

T = TypeVar("T")

_SURROUND = CHANNELS["5.1"]

_EARLY_OPUS = (
    "Opus in MP4 and MOV is heard 6.5 ms early in Chromium, and longer than the film: take AAC, or WebM."
)


def resolve(
    preset: Preset,
    timeline: Timeline,
    *,
    encoder: str | None = None,
    encoders: frozenset[str] = frozenset(),
    channels: SoundLayout | None = None,
) -> DeliverySpec:
    """How one deliverable of this timeline is made.

    `encoder` asks for a hardware family (`nvenc`, …) or one of its encoders; `encoders` are the hardware encoders
    known to work here. `channels` count before the preset's. What a person must know (limits exceeded,
    fallbacks) is in `notes`.

    Raises `PlanError` for a film the format cannot carry, and `PresetError` for an unknown encoder and for 5.1 where
    the receiver does not take it.
    """
    _refuse_rate(preset, timeline.rate)
    notes = list(preset.notes)
    container: ContainerName
    if preset.picture.codec.for_rate(timeline.rate) == "source":
        match = match_sources(timeline)
        picture = replace(match.picture, one_encoder=preset.picture.one_encoder.value)
        container = match.container
        notes += match.notes
        if encoder is not None and _family(encoder) is not None:
            notes.append(
                f"{encoder} is not used: {preset.name} encodes as the sources were encoded, so that they can be copied."
            )
    else:
        named = preset.container.for_rate(timeline.rate)
        if named == "source":
            raise PresetError(f"{preset.name}: container: 'source' goes only with picture.codec 'source'")
        container = named
        picture, fallback = _picture(preset, timeline, encoder, encoders)
        notes += fallback
    notes += _limit_notes(preset, timeline, picture)
    sound = _sound(preset, timeline, container, channels)
    if sound is not None and sound.encoder == "libopus" and CONTAINERS[container].demuxer == "mov":
        notes.append(_EARLY_OPUS)
    return DeliverySpec(
        preset=preset.name,
        picture=picture,
        sound=sound,
        container=container,
        faststart=preset.faststart.value,
        edit_list=preset.edit_list.value,
        timecode=preset.timecode.value,
        packaging=_packaging(preset, container, timeline.rate),
        text_margins=preset.picture.text_margins.for_rate(timeline.rate),
        notes=tuple(dict.fromkeys(notes)),
    )


def output_size(picture: Picture, timeline: Timeline) -> tuple[int, int]:
    """Width and height in pixels, even: encoders of 4:2:0 refuse odd ones."""
    size = picture.size.for_rate(timeline.rate)
    if isinstance(size, tuple):
        return size
    part = 2 if size == "half" else 1
    return _even(timeline.width // part), _even(timeline.height // part)


def is_too_small(codec: str, size: tuple[int, int]) -> bool:
    """Whether a codec has no pictures so small: DNxHR has none below 256x120."""
    return codec == "dnxhd" and (size[0] < 256 or size[1] < 120)


def _even(side: int) -> int:
    return max(2, side - side % 2)


def gop_frames(gop: int | str, rate: Fraction) -> int:
    """A GOP length in frames, at least 1, from a count, `fps/2` (half a second) or seconds (`2s`)."""
    if isinstance(gop, int):
        return gop
    if parts := re.fullmatch(r"fps/(\d+)", gop):
        return max(1, round_half_up(rate / int(parts[1])))
    return max(1, round_half_up(rate * Fraction(gop.removesuffix("s"))))


def _at(cited: Citation[T] | None, rate: Fraction) -> T | None:
    """The value that holds at a rate, where one is stated."""
    return None if cited is None else cited.for_rate(rate)


def _picture(
    preset: Preset, timeline: Timeline, hardware: str | None, working: frozenset[str]
) -> tuple[PictureSpec, tuple[str, ...]]:
    stated, rate = preset.picture, timeline.rate
    codec = stated.codec.for_rate(rate)
    width, height = output_size(stated, timeline)
    if is_too_small(codec, (width, height)):
        raise PlanError(
            f"{preset.name} makes DNxHR, which has pictures of 256x120 at least, and this film's are {width}x{height}; "
            "give the film a larger size."
        )
    colour = _colour(preset, timeline)
    pixel_format = _pixel_format(preset, timeline)
    if CONTAINERS[preset.container.for_rate(rate)].made == "drawn":
        size = (width, height)
        return lossless_picture(size, rate=rate, colour=colour, pixel_format=pixel_format), ()
    gop = _at(stated.gop, rate)
    settings = EncoderSettings(
        colour=colour,
        profile=_at(stated.profile, rate),
        level=_at(stated.level, rate),
        speed=_at(stated.speed, rate),
        crf=_at(stated.crf, rate),
        bitrate_kbps=_at(stated.bitrate, rate),
        maxrate_kbps=_at(stated.maxrate, rate),
        bufsize_kbps=_at(stated.bufsize, rate),
        gop_frames=None if gop is None or CODECS[codec].intra else gop_frames(gop, rate),
        closed_gop=stated.closed_gop.for_rate(rate),
        bframes=_at(stated.bframes, rate),
        scenecut=stated.scenecut.for_rate(rate),
        params=CHROMA_PLACED if codec == "hevc" and pixel_format.startswith("yuv420") else (),
        extra=stated.options,
    )
    encoder, notes = _encoder(codec, pixel_format, hardware, working)
    family = family_of(encoder)
    if family is not None:
        pixel_format = hardware_pixel_format(family, pixel_format) or pixel_format
    picture = PictureSpec(
        codec=codec,
        encoder=encoder,
        options=encoder_options(encoder, settings) if family is None else hardware_options(encoder, settings),
        pixel_format=pixel_format,
        width=width,
        height=height,
        rate=rate,
        colour=colour,
        codec_tag=_at(stated.tag, rate) or "",
        fit=stated.fill.for_rate(rate),
        steady_rate=stated.bitrate is not None,
    )
    return picture, notes


def _pixel_format(preset: Preset, timeline: Timeline) -> str:
    """The preset's pixel format, with alpha where sources have some and the deliverable can hold it."""
    stated, rate = preset.picture, timeline.rate
    if stated.pixel_format is None:
        raise PresetError(
            f"{preset.name}: picture.pixel_format: is needed with codec {stated.codec.for_rate(rate)!r}"
        )
    named = stated.pixel_format.for_rate(rate)
    profile = _at(stated.profile, rate)
    if preset.container.for_rate(rate) == "frames":
        # zimg, which makes light linear for EXR, takes colours for multiplied by an alpha they are not multiplied by.
        holds = _at(preset.finish.image, rate) not in (None, "exr")
    else:
        holds = stated.codec.for_rate(rate) == "prores" and profile in ("4444", "4444xq")
    # Captions are laid on opaque pictures, and some of a film cannot be so alone.
    transparent = (
        holds and not timeline.burnt_in and any(item.is_transparent(rate) for item in timeline.items)
    )
    return with_alpha(named) if transparent else named


def _family(encoder: str) -> str | None:
    """The hardware family a person named, by itself or by one of its encoders; `None` for a software encoder."""
    if encoder in FAMILIES:
        return encoder
    if (family := family_of(encoder)) is not None:
        return family
    if encoder in ("software", *(codec.encoder for codec in CODECS.values())):
        return None
    raise PresetError(
        f"There is no encoder {encoder!r} to ask for{meant_or_known(encoder, (*FAMILIES, 'software'))}"
    )


def _encoder(
    codec: str, pixel_format: str, hardware: str | None, working: frozenset[str]
) -> tuple[str, tuple[str, ...]]:
    """The encoder to use and, where it is not the one asked for, a note that says so."""
    software = CODECS[codec].encoder
    family = None if hardware is None else _family(hardware)
    if family is None:
        return software, ()
    name = hardware_encoder(family, codec)
    if name is None:
        return software, (f"{family} has no {codec} encoder; {software} is used instead.",)
    if hardware_pixel_format(family, pixel_format) is None:
        return software, (f"{name} does not take {pixel_format} pictures; {software} is used instead.",)
    if name not in working:
        return software, (f"{name} does not work on this machine; {software} is used instead.",)
    return name, ()


def lossless_picture(
    size: tuple[int, int], *, rate: Fraction, colour: Colour, pixel_format: str
) -> PictureSpec:
    """A film that loses nothing, to make other things of: H.264 at quantiser 0, as fast as x264 goes; FFV1 where
    `pixel_format` has alpha, which H.264 has not.
    """
    if described(pixel_format).alpha:
        codec = "ffv1"
        settings = EncoderSettings(colour, level="3", gop_frames=1, extra={"slices": "4"})
    else:
        codec, gop = "h264", gop_frames("2s", rate)
        settings = EncoderSettings(colour, speed="ultrafast", gop_frames=gop, params=(("qp", "0"),))
    encoder = CODECS[codec].encoder
    return PictureSpec(
        codec=codec,
        encoder=encoder,
        options=encoder_options(encoder, settings),
        pixel_format=pixel_format,
        width=size[0],
        height=size[1],
        rate=rate,
        colour=colour,
    )


def _colour(preset: Preset, timeline: Timeline) -> Colour:
    """What the film is in. Raises `PlanError` where HDR is asked of sources that have none."""
    name = preset.picture.colour.for_rate(timeline.rate)
    if name == "bt709":
        return BT709
    colour = match_sources(timeline).picture.colour
    if name == "source":
        return BT709 if colour.untagged else colour
    if not colour.is_hdr:
        raise PlanError(
            f"{preset.name} is for HDR sources and most of this film's are not; use a preset without HDR."
        )
    # The sources' own transfer: turning PQ into HLG is a grading decision.
    return next(known for known in COLOURS.values() if known.transfer == colour.transfer)


def _sound(
    preset: Preset, timeline: Timeline, container: ContainerName, wanted: SoundLayout | None
) -> SoundSpec | None:
    stated, rate = preset.sound, timeline.rate
    own = CONTAINERS[container].sound
    if stated is None or own is None:
        return None
    channels = stated.channels.for_rate(rate) if wanted is None else CHANNELS[wanted]
    if channels == _SURROUND and not (
        stated.surround.for_rate(rate) or stated.channels.for_rate(rate) == _SURROUND
    ):
        raise PresetError(
            f"{preset.name} takes no 5.1 sound; leave 'channels' out, or take a preset that does "
            f"('stitcher presets show {preset.name}' says what its receiver takes)."
        )
    if not timeline.cues and not stated.mono_tracks.value:
        return None
    codec: str = stated.codec.for_rate(rate)
    kbps = _at(stated.bitrate, rate)
    if codec == "source":
        codec, usual = own
        kbps = kbps or usual
    if channels == _SURROUND and kbps is not None:
        kbps = _at(stated.surround_bitrate, rate) or 2 * kbps
    return SoundSpec(
        encoder=SOUND_ENCODERS[codec],
        options=("-b:a", f"{kbps}k") if kbps is not None and not codec.startswith("pcm") else (),
        channels=channels,
        sample_rate=stated.sample_rate.for_rate(rate),
        loudness=stated.loudness.for_rate(rate),
        mono_tracks=stated.mono_tracks.for_rate(rate),
    )


def _packaging(preset: Preset, container: str, rate: Fraction) -> PackagingSettings | None:
    """The settings that a container needs: the preset's, and the usual ones where it states none."""
    model = SETTINGS.get(container)
    if model is None:
        return None
    values: dict[str, Any] = {}
    for name in (field.name for field in fields(model)):
        cited = getattr(preset.finish, name)
        if cited is not None:
            value = cited.for_rate(rate)
            values[name] = Fraction(str(value)) if isinstance(value, float) else value
    return model(**values)


def _refuse_rate(preset: Preset, rate: Fraction) -> None:
    rates = preset.limits.rates
    if rates is None or rate in map(parse_rate, rates.value):
        return
    raise PlanError(
        f"{preset.name} takes {' or '.join(rates.value)} frames a second and this film has {format_rate(rate)}; "
        f"set the film's rate to one of them."
    )


def _limit_notes(preset: Preset, timeline: Timeline, picture: PictureSpec) -> Iterator[str]:
    limits, rate, who = preset.limits, timeline.rate, preset.title
    seconds = float(frames_to_seconds(timeline.frames, rate))
    if limits.min_fps and rate < limits.min_fps.value:
        yield f"{who} takes no less than {limits.min_fps.value:g} frames a second; this film has {format_rate(rate)}."
    if limits.max_fps and rate > limits.max_fps.value:
        yield f"{who} takes no more than {limits.max_fps.value:g} frames a second; this film has {format_rate(rate)}."
    for side in (picture.width, picture.height):
        if limits.min_side and side < limits.min_side.value:
            yield f"{who} takes no side below {limits.min_side.value} pixels; this film has {side}."
        if limits.max_side and side > limits.max_side.value:
            yield f"{who} takes no side above {limits.max_side.value} pixels; this film has {side}."
    if limits.max_seconds and seconds > limits.max_seconds.value:
        yield f"{who} takes at most {limits.max_seconds.value:g} seconds; this film has {seconds:.1f}."
    if limits.max_megabytes:
        rate_kbps = _worst_kbps(preset, rate)
        if rate_kbps is not None and rate_kbps * seconds / 8000 > limits.max_megabytes.value:
            yield (
                f"{who} takes files of at most {limits.max_megabytes.value:g} MB; "
                f"this film may become {rate_kbps * seconds / 8000:.0f} MB."
            )


def _worst_kbps(preset: Preset, rate: Fraction) -> int | None:
    return _at(preset.picture.maxrate or preset.picture.bitrate, rate)
