"""Stale takes, which no longer match their storyboard, and in what. Pure.

They are told, and nothing is bought for it; a sound's stand-in, which is free, is made again.

A take is compared by its wish, so that another encoder or decoder makes no difference, only another picture,
another word or another setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import PresetError
from stitcher.generation.edit_and_upscale_requests import edit_fields
from stitcher.generation.models import Models
from stitcher.generation.preflight import ProbedFiles, start_source
from stitcher.generation.request import (
    image_fields,
    parse_ratio,
    shot_model,
    start_image_of,
    take_fields,
    take_request,
)
from stitcher.generation.sound_requests import NOT_ASKED, sound_fields, sound_model, source_sha256
from stitcher.generation.sound_wishes import SoundWish, sound_wishes
from stitcher.generation.start_crop import StartFrame, Still, frame_origin, plan_crop
from stitcher.generation.start_frames import picture_name, start_picture
from stitcher.generation.take import Purpose, Take, circled_take
from stitcher.storyboard.model import Shot, Storyboard
from stitcher.timeline.media_index import MediaIndex


@dataclass(frozen=True, slots=True)
class Drift:
    """A take that was made for something else than what the storyboard says now."""

    take: Take
    differs: tuple[str, ...]
    """In words: `prompt`, `duration 10 → 5`, `start frame`, …"""
    in_film: bool = True
    """Whether the film shows it, or what was made from it."""
    better: Take | None = None
    """Another take of the shot, which does match."""

    @property
    def is_told(self) -> bool:
        """Whether anybody wants to know: stand-ins are told of sounds alone, where they are heard."""
        return not self.take.is_animatic or (self.in_film and self.take.purpose == "sound")

    def __str__(self) -> str:
        text = f"{self.take.label} no longer matches the storyboard ({', '.join(self.differs)})"
        if not self.in_film:
            return f"{text}. It is kept, and is not in the film."
        if self.better is not None:
            return (
                f"{text} and is in the film; take {self.better.number} matches: stitcher takes circle BOARD "
                f"{self.take.shot} {self.better.number}"
            )
        if self.take.is_animatic and self.take.purpose == "sound" and not self.take.circled:
            return f"{text}. It is free, and made again by: stitcher generate BOARD"
        provider = "" if self.take.is_animatic else f" --provider {self.take.provider}"
        return (
            f"{text}. It is kept; for a new one: stitcher generate BOARD --retake {self.take.shot}{provider}"
        )


def find_drift(
    board: Storyboard, models: Models, takes: Iterable[Take], files: ProbedFiles | None = None
) -> tuple[Drift, ...]:
    """Every take on disk that differs from what would be asked for now, in the order of the storyboard."""
    known = tuple(takes)
    drifts: list[Drift] = []
    for index, shot in enumerate(board.shots):
        of_shot = [
            take
            for take in known
            if take.shot == shot.id and take.on_disk and take.purpose not in ("upscale", "sound")
        ]
        differs = {
            take.id: tuple(_differences(board, index, shot, models, take, known, files or ProbedFiles()))
            for take in of_shot
        }
        film = _shown(of_shot)
        shown = film[0] if film else None
        better = [
            take
            for take in of_shot
            if shown is not None
            and take.purpose == shown.purpose
            and not differs[take.id]
            and not take.is_animatic
        ]
        for take in of_shot:
            if differs[take.id]:
                other = better[-1] if better and take == shown else None
                drifts.append(Drift(take, differs[take.id], take in film, other))
    for wish in sound_wishes(board):
        # A voice that was taken out of another file is not heard, and asked for anew by itself.
        own = [take for take in known if wish.is_of(take) and take.on_disk and not wish.variant]
        shown = circled_take(own)
        wrong = {
            take.id: tuple(
                sound_differences(board, wish, models, take, known, (files or ProbedFiles()).media)
            )
            for take in own
        }
        better = [take for take in own if not wrong[take.id] and not take.is_animatic]
        drifts += (
            Drift(take, wrong[take.id], take == shown, better[-1] if better and take == shown else None)
            for take in own
            if wrong[take.id]
        )
    return tuple(drifts)


def _shown(takes: Sequence[Take]) -> tuple[Take, ...]:
    """The take of a shot that the film shows, and what it was made from: the take it is an edit of, a start image."""
    shown = circled_take(takes)
    if shown is None:
        return ()
    images = [take for take in takes if take.purpose == "start-image"]
    edited = [
        take
        for take in takes
        if shown.purpose == "edit" and take.purpose == "take" and take.number == shown.source_number
    ]
    return (shown, *edited, *images[-1:])


def stale_parts(
    board: Storyboard, models: Models, takes: Iterable[Take], provider: str, files: ProbedFiles | None = None
) -> frozenset[tuple[str, Purpose]]:
    """By shot and purpose: what a provider made last and no longer matches the storyboard."""
    known = tuple(takes)
    newest: dict[tuple[str, Purpose], int] = {
        (take.shot, take.purpose): take.id for take in known if take.on_disk and take.provider == provider
    }
    drifted = {drift.take.id for drift in find_drift(board, models, known, files)}
    return frozenset(part for part, take in newest.items() if take in drifted)


def start_origin(
    board: Storyboard, index: int, takes: Iterable[Take], files: ProbedFiles | None = None
) -> tuple[str, tuple[int, int] | None] | None:
    """What the start frame of the shot at `index` is cut from: its origin's hash, and its size if known.

    `None` when the shot has no start, or when what it starts from does not exist yet.
    """
    files = files or ProbedFiles()
    known = tuple(takes)
    shot = board.shots[index]
    start = shot.start
    if start is None:
        return None
    if start.file is not None:
        still = files.stills.get(start.file)
        return (still.sha256, (still.width, still.height)) if isinstance(still, Still) else None
    if start.image is not None:
        made = [
            take for take in known if take.shot == shot.id and take.purpose == "start-image" and take.on_disk
        ]
        return (made[-1].sha256, _asked_size(made[-1])) if made and made[-1].sha256 else None
    source = start_source(board, index)
    if source is None:
        return None
    clip = files.media.clips.get(source.clip) if source.clip is not None and source.edit is None else None
    if clip is not None:
        name = picture_name(clip, start_picture(board, source, clip, start.frame))
        return frame_origin(clip.sha256, name), clip.video.shown_size
    circled = circled_take(take for take in known if take.shot == source.id)
    if circled is None or circled.sha256 is None:
        return None
    measured = files.media.takes.get(source.id)
    if measured is None:
        return frame_origin(circled.sha256, "first" if start.frame == "first" else "last"), board.format.ratio
    name = picture_name(measured, start_picture(board, source, measured, start.frame))
    return frame_origin(circled.sha256, name), measured.video.shown_size


def _asked_size(take: Take) -> tuple[int, int] | None:
    ratio = take.body.get("ratio")
    return parse_ratio(ratio) if isinstance(ratio, str) else None


def _differences(
    board: Storyboard,
    index: int,
    shot: Shot,
    models: Models,
    take: Take,
    takes: tuple[Take, ...],
    files: ProbedFiles,
) -> Iterator[str]:
    try:
        now = _fields(board, shot, models, take)
    except PresetError:
        # The model is gone since: what it made is as good as before, unless another one is asked for.
        name = shot_model(board, shot)
        if take.purpose == "take" and name != take.model:
            yield f"model {take.model} → {name}"
        return
    if now is None:
        yield f"the shot asks for no {take.purpose}"
        return
    named = (*_named(take.body, now), *_files(shot, take, files))
    yield from named
    if take.purpose != "take" or named:
        return
    origin = start_origin(board, index, takes, files)
    if origin is None:
        if shot.start is None and "promptImage" in take.body:
            yield "start frame"
        return
    sha256, size = origin
    crop = None
    if size is not None and board.format.ratio is not None:
        try:
            crop = plan_crop(*size, board.format.ratio)
        except ValueError:
            return
    # Which bytes were sent does not matter to a wish, so any stand-in for the file does.
    cut = Still(Path("start.png"), "-" * 64, "image/png", 1, 1, 1)
    model = models.get(take.model, "video")
    wish = take_request(board, shot, take.number, model, StartFrame(cut, sha256, crop)).wish_sha256
    if wish != take.wish_sha256:
        yield "start frame"


def _fields(board: Storyboard, shot: Shot, models: Models, take: Take) -> dict[str, object] | None:
    """What would be asked for now, without files; `None` when nothing of the kind would."""
    match take.purpose:
        case "take":
            if shot.kind != "take" or shot.clip is not None:
                return None
            return take_fields(board, shot, take.number, models.get(shot_model(board, shot), "video"))
        case "edit":
            return (
                None
                if shot.edit is None
                else edit_fields(board, shot, shot.edit, models.get(shot.edit.model, "edit"))
            )
        case _:
            image = start_image_of(shot)
            return (
                None if image is None else image_fields(board, shot, image, models.get(image.model, "image"))
            )


def _files(shot: Shot, take: Take, files: ProbedFiles) -> Iterator[str]:
    """Pictures, beside the start frame, that are other ones than were sent."""
    image = start_image_of(shot)
    if take.purpose == "start-image" and image is not None:
        paths, word, field = (
            [reference.file for reference in image.references],
            "references",
            "referenceImages",
        )
    elif take.purpose == "edit" and shot.edit is not None:
        paths, word, field = [key.file for key in shot.edit.keyframes], "key frames", "keyframes"
    else:
        return
    stills = [files.stills.get(path) for path in paths]
    now = [still.sha256 for still in stills if isinstance(still, Still)]
    sent = take.body.get(field)
    was = [entry["uri"]["sha256"] for entry in sent] if isinstance(sent, list) else []
    if len(now) == len(paths) and now != was:
        yield word


_WORDS = {
    "promptText": "prompt",
    "targetLang": "language",
    "languageCode": "language",
    "contentModeration": "moderation",
    "audio": "sound",
}
_FILE_FIELDS = ("promptImage", "referenceImages", "videoUri", "audioUri", "keyframes")


def _named(
    was: Mapping[str, object], now: Mapping[str, object], passed_over: Sequence[str] = _FILE_FIELDS
) -> Iterator[str]:
    for key in dict.fromkeys((*was, *now)):
        before, after = was.get(key), now.get(key)
        if key in passed_over or before == after:
            continue
        word = _WORDS.get(key, key)
        plain = all(isinstance(value, str | int | None) for value in (before, after)) and key != "promptText"
        yield f"{word} {_written(before)} → {_written(after)}" if plain else word


def sound_differences(
    board: Storyboard,
    wish: SoundWish,
    models: Models,
    take: Take,
    takes: Sequence[Take],
    media: MediaIndex,
) -> Iterator[str]:
    """In what a sound differs from what would be asked for now."""
    try:
        model = sound_model(board, wish, models)
    except PresetError:
        return
    now = sound_fields(board, wish, model)
    # What it is made from tells its length too.
    passed_over = (*_FILE_FIELDS, *NOT_ASKED, *(["duration"] if wish.asked.source is not None else []))
    for word in _named(take.body, now, passed_over):
        yield word.replace("prompt", "words")
    source = source_sha256(board, wish, takes, media)
    if source is not None and take.start_sha256 is not None and source != take.start_sha256:
        yield "what it is made from"


def _written(value: object) -> str:
    return "none" if value is None else str(value)
