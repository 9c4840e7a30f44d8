"""Build the exact request for a sound: what it is made from found, and its sound taken out and kept beside the take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from stitcher.errors import MediaError, MediaRefused
from stitcher.generation.boundary_frames import check_kept
from stitcher.generation.edit_and_upscale_requests import clip_asset
from stitcher.generation.need import Need
from stitcher.generation.paths import sent_sound_file, take_file
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.project import Project
from stitcher.generation.provider import Asset, Provider
from stitcher.generation.refusals import no_sound_source
from stitcher.generation.request import Slot, TakeRequest
from stitcher.generation.sound_requests import sent_seconds, sound_model, sound_request
from stitcher.generation.sound_wishes import SoundWish, sound_wishes
from stitcher.generation.start_crop import UPLOAD_BYTES
from stitcher.generation.take import Take, circled_take
from stitcher.media.audible_streams import own_sound
from stitcher.media.clip import Clip, Sound
from stitcher.media.files import atomic_write, disk_errors, sha256_file
from stitcher.media.probe import probe, probe_sound
from stitcher.media.sound_extract import extract_sound


def build_sound_request(
    project: Project, need: Need, takes: tuple[Take, ...], files: ProbedFiles, provider: Provider
) -> TakeRequest:
    """The request for a sound whose sources are there. Writes the sound that is sent beside the take.

    Raises `SourceMissing` when a source is not there, `MediaError` for one that cannot be used, `FfmpegFailed`,
    `DiskFull` and `OutputError`.
    """
    board = project.board
    wish = sound_wishes(board)[need.index]
    model = sound_model(board, wish, project.models)
    slot = Slot(wish.name, need.number, "sound", provider.name, wish.variant)
    if wish.asked.source is None:
        return sound_request(board, wish, slot, model, None, seconds=None)
    clip, number = _Sources(project, wish, takes, files, provider).find()
    if isinstance(clip, Clip) and wish.asked.kind == "picture":
        request = sound_request(
            board, wish, slot, model, clip_asset(clip), seconds=clip.duration, origin_sha256=clip.sha256
        )
        return replace(request, source_take=number)
    if isinstance(clip, Clip) and not clip.audio:
        raise MediaRefused(clip.path, f"has no sound, so nothing can be made of it for {wish.name}.")
    sound = own_sound(clip) if isinstance(clip, Clip) else clip
    place = take_file(wish.name, need.number, "sound", provider.name, variant=wish.variant)
    least = sent_seconds(model, sound.stream.duration or Fraction(0))
    path = project.path(sent_sound_file(place, clip.sha256))
    if not path.exists():
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path, once=True) as temp:
            extract_sound(sound, temp, at_least=least)
    sent = probe_sound(path)
    if path.stat().st_size > UPLOAD_BYTES:
        raise MediaRefused(path, f"is over {UPLOAD_BYTES // 1024 // 1024} MB, more than can be sent: cut it.")
    asset = Asset(path, sha256_file(path), "audio/flac")
    seconds = sent.stream.duration or Fraction(0)
    request = sound_request(board, wish, slot, model, asset, seconds=seconds, origin_sha256=clip.sha256)
    return replace(request, source_take=number)


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where what a sound is made from is."""

    project: Project
    wish: SoundWish
    takes: tuple[Take, ...]
    files: ProbedFiles
    provider: Provider

    def find(self) -> tuple[Clip | Sound, int | None]:
        """The file, and the number of the take it is."""
        source = self.wish.asked.source
        assert source is not None
        if source.file is not None:
            found: Clip | Sound | None = self.files.media.sounds.get(source.file)
            if self.wish.asked.kind == "picture":
                found = self.files.media.clips.get(source.file)
            return self._known(source.file, found), None
        if source.shot is not None:
            shot = self.project.board.shot(source.shot)
            if shot.clip is not None and shot.edit is None:
                return self._known(shot.clip, self.files.media.clips.get(shot.clip)), None
            take = self._take([take for take in self.takes if take.shot == shot.id])
            return probe(self.project.path(take.file or "")), take.number
        cue = next(cue for cue in self.project.board.sound if cue.name == source.sound)
        if cue.generate is None and cue.file is not None:
            return self._known(cue.file, self.files.media.sounds.get(cue.file)), None
        take = self._take([take for take in self.takes if take.shot == cue.name and take.purpose == "sound"])
        return probe_sound(self.project.path(take.file or "")), take.number

    def _take(self, takes: list[Take]) -> Take:
        take = circled_take(takes)
        if take is None or take.file is None:
            raise no_sound_source(self.wish, self.provider.name, stand_in=False)
        if self.provider.paid and take.is_animatic:
            raise no_sound_source(self.wish, self.provider.name, stand_in=True)
        check_kept(self.project.path(take.file), take.sha256)
        return take

    def _known(self, path: Path, found: Clip | Sound | None) -> Clip | Sound:
        if found is None:
            raise MediaError(path, "was not probed.")
        return found
