"""Files of a hand-over as AAF has them: a clip for bins, the file it lies in, and the reel whose timecode it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from aaf2.mobid import MobID

from stitcher.exporters.aaf_parts import MediaKind, Parts, mob_id, rational
from stitcher.exporters.handover import MediaFile
from stitcher.exporters.xml_text import file_url
from stitcher.timebase import nominal_rate, round_half_up

_DAY = 24 * 3600
_PICTURE = 1
"""The slot of pictures in every mob; channels follow."""
_TIMECODE = 1000


@dataclass(slots=True)
class MediaMobs:
    """Makes the mobs of files, each once."""

    parts: Parts
    film: Fraction
    """The film's rate."""
    known: dict[str, MobID] = field(default_factory=dict)
    """By name in the hand-over: the clip for bins."""

    def source(self, media: MediaFile, channel: int | None = None) -> tuple[MobID, int]:
        """The mob and slot of a file's pictures, or of one of its channels, counted through all its streams."""
        if media.file not in self.known:
            self.known[media.file] = self._add(media)
        return self.known[media.file], _PICTURE if channel is None else _PICTURE + 1 + channel

    def _add(self, media: MediaFile) -> MobID:
        reel = self._reel(media) if media.size is not None else None
        create, mobs = self.parts.file.create, self.parts.file.content.mobs
        file = create.SourceMob(media.file)
        file.mob_id = mob_id(f"file:{media.sha256}:{media.file}")
        mobs.append(file)
        file.descriptor = self._descriptor(media)
        master = create.MasterMob(media.file)
        master.mob_id = mob_id(f"clip:{media.sha256}:{media.file}")
        mobs.append(master)
        for number, kind in _slots(media):
            upstream = (reel, number) if reel is not None and kind == "picture" else None
            start = media.start_frame if upstream is not None else 0
            for mob, chain, begins in ((file, upstream, start), (master, (file.mob_id, number), 0)):
                slot = self.parts.slot(mob, number, media.rate)
                slot.segment = self.parts.clip(kind, begins, media.frames, chain)
        self.parts.tagged(master["UserComments"], {"Original name": media.name})
        return master.mob_id

    def _reel(self, media: MediaFile) -> MobID:
        """What the file was taken from: its name is the reel's, and its timecode counts from 0 on."""
        tape = self.parts.file.create.SourceMob(media.reel)
        tape.mob_id = mob_id(f"reel:{media.sha256}:{media.reel}")
        self.parts.file.content.mobs.append(tape)
        tape.descriptor = self.parts.file.create.TapeDescriptor()
        base = nominal_rate(media.rate)
        slot = self.parts.slot(tape, _PICTURE, media.rate)
        slot.segment = self.parts.clip("picture", 0, _DAY * base, None)
        slot = self.parts.slot(tape, _TIMECODE, media.rate)
        slot.segment = self.parts.file.create.Timecode(base, drop=media.drop_frame, length=_DAY * base)
        return tape.mob_id

    def _descriptor(self, media: MediaFile) -> Any:
        create = self.parts.file.create
        streams = [self._sound_descriptor(media, channels) for channels in media.channels]
        if media.size is not None:
            streams.insert(0, self._picture_descriptor(media, media.size))
        if len(streams) == 1:
            made = streams[0]
        else:
            made = create.MultipleDescriptor()
            made["SampleRate"].value = rational(media.rate)
            made.length = media.frames
            made["FileDescriptors"].extend(streams)
        locator = create.NetworkLocator()
        locator["URLString"].value = file_url(media.address)
        made["Locator"].append(locator)
        return made

    def _picture_descriptor(self, media: MediaFile, size: tuple[int, int]) -> Any:
        made = self.parts.file.create.CDCIDescriptor()
        made["SampleRate"].value = rational(media.rate)
        made.length = media.frames
        made["StoredWidth"].value, made["StoredHeight"].value = size
        made["ImageAspectRatio"].value = f"{size[0]}/{size[1]}"
        made["FrameLayout"].value = "FullFrame"
        made["VideoLineMap"].value = [42, 0]
        made["ComponentWidth"].value = 8
        made["HorizontalSubsampling"].value = 2
        return made

    def _sound_descriptor(self, media: MediaFile, channels: int) -> Any:
        made = self.parts.file.create.PCMDescriptor()
        samples = round_half_up(media.frames * media.sample_rate / media.rate)
        bytes_each = 3
        made["SampleRate"].value = media.sample_rate
        made["AudioSamplingRate"].value = media.sample_rate
        made["Channels"].value = channels
        made["QuantizationBits"].value = 8 * bytes_each
        made["BlockAlign"].value = channels * bytes_each
        made["AverageBPS"].value = channels * bytes_each * media.sample_rate
        made.length = samples
        return made


def _slots(media: MediaFile) -> Iterator[tuple[int, MediaKind]]:
    if media.size is not None:
        yield _PICTURE, "picture"
    for channel in range(sum(media.channels)):
        yield _PICTURE + 1 + channel, "sound"
