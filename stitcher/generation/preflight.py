"""Preflight checks: all that can be refused before a credit is spent, at once, each with its shot and advice. Pure.

Files were measured before and are handed in as facts; a file that could not be used is a fact too. What is cut
from a start image is decided here, as a box, so that it can be shown, and so that the service never cuts by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from stitcher.errors import Issue, PreflightError, PresetError
from stitcher.generation.edit_and_upscale_checks import check_edit, check_upscale
from stitcher.generation.estimate import shown_size
from stitcher.generation.model_facts import Makes
from stitcher.generation.models import Model, Models
from stitcher.generation.prompt_checks import check_prompt
from stitcher.generation.request import (
    image_ratio,
    parse_ratio,
    shot_model,
    shot_seconds,
    start_image_of,
    take_seed,
)
from stitcher.generation.sound_checks import check_sound
from stitcher.generation.sound_wishes import sound_wishes
from stitcher.generation.start_crop import (
    UPLOAD_BYTES,
    Crop,
    Still,
    is_uploaded,
    lost_share,
    plan_crop,
)
from stitcher.generation.unsupported_fields import image_unheard, take_unheard
from stitcher.storyboard.model import Shot, StartImage, Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.timeline.media_index import MediaIndex

_CITED = re.compile(r"(?<![\w@.])@([A-Za-z]\w*)")
MAX_TAG = 16
MIN_TAG = 3


@dataclass(frozen=True, slots=True)
class ProbedFiles:
    """What is known of the files a storyboard names."""

    stills: Mapping[Path, Still | str] = field(default_factory=dict)
    """Pictures as measured, or in words why one cannot be used."""
    media: MediaIndex = field(default_factory=MediaIndex)
    """Clips of the storyboard, and circled takes, as probed."""


@dataclass(frozen=True, slots=True)
class StartPlan:
    """What will be sent as a shot's first frame."""

    shot: str
    size: tuple[int, int]
    """Of the picture it is cut from, in pixels."""
    crop: Crop | None
    """`None`: it is sent whole."""
    upload: bool | None
    """Whether it must be uploaded first; `None` while the file that is sent has not been made."""

    @property
    def lost(self) -> Fraction:
        """Which part of the picture is cut away, 0 to 1."""
        return lost_share(*self.size, self.crop)

    def __str__(self) -> str:
        if self.crop is None:
            return f"shot {self.shot!r}: the start frame is sent whole ({self.size[0]}x{self.size[1]})."
        return (
            f"shot {self.shot!r}: the start frame is cropped from {self.size[0]}x{self.size[1]} to {self.crop}; "
            f"{float(100 * self.lost):.1f} % is cut away."
        )


@dataclass(frozen=True, slots=True)
class Preflight:
    """Whether a storyboard can be sent, and how its start frames will be cut."""

    issues: tuple[Issue, ...]
    starts: tuple[StartPlan, ...]

    def require(self) -> None:
        """Nothing, when all is well. Raises `PreflightError` with every issue."""
        if self.issues:
            raise PreflightError(self.issues)


def preflight(
    board: Storyboard, models: Models, files: ProbedFiles | None = None, *, shots: Iterable[str] | None = None
) -> Preflight:
    """Everything knowable that is wrong with what the storyboard asks of models. With `shots`, only of those."""
    wanted = None if shots is None else set(shots)
    check = _Check(board, models, files or ProbedFiles())
    for index, shot in enumerate(board.shots):
        if wanted is None or shot.id in wanted:
            check.shot(index, shot)
    for wish in sound_wishes(board):
        if wanted is None or wish.name in wanted:
            for where, message in check_sound(board, wish, models, check.files.media):
                check.add(where, message)
    return Preflight(tuple(check.issues), tuple(check.starts))


def cited_tags(prompt: str) -> tuple[str, ...]:
    """Every `@tag` a prompt cites, once each, in order."""
    return tuple(dict.fromkeys(_CITED.findall(prompt)))


class _Check:
    def __init__(self, board: Storyboard, models: Models, files: ProbedFiles) -> None:
        self.board = board
        self.models = models
        self.files = files
        self.issues: list[Issue] = []
        self.starts: list[StartPlan] = []

    def add(self, location: Location, message: str) -> None:
        """Note an issue: with its shot's name, or, where it lies outside the shots, only once for all of them."""
        if location[0] == "shots" and isinstance(location[1], int):
            message = f"shot {self.board.shots[location[1]].id!r}: {message}"
        issue = self.board.issue(location, message)
        if issue not in self.issues:
            self.issues.append(issue)

    def shot(self, index: int, shot: Shot) -> None:
        here = ("shots", index)
        if shot.kind == "take" and shot.clip is None:
            self._take(index, shot)
        for where, message in (
            *check_edit(self.board, index, shot, self.models, self.files.media),
            *check_upscale(
                self.board, index, shot, self.models, shown_size(self.board, shot, self.files.media)
            ),
        ):
            self.add(where, message)
        if shot.edit is not None:
            for number, key in enumerate(shot.edit.keyframes):
                self._still((*here, "edit", "keyframes", number, "file"), shot, key.file)

    def _model(self, location: Location, shot: Shot, name: str, makes: Makes) -> Model | None:
        try:
            return self.models.get(name, makes)
        except PresetError as exc:
            self.add(location, str(exc))
            return None

    def _take(self, index: int, shot: Shot) -> None:
        here = ("shots", index)
        model = self._model(
            (*here, "model") if shot.model else here, shot, shot_model(self.board, shot), "video"
        )
        image = start_image_of(shot)
        if image is not None:
            self._image(here, (*here, "start", "image"), shot, image)
        if model is None:
            return
        for where, message in (
            *take_unheard(self.board, here, shot, model),
            *_fields(self.board, here, shot, model),
            *check_prompt(
                (*here, "prompt") if shot.prompt is not None else here,
                shot.prompt,
                model,
                from_text=shot.start is None,
            ),
        ):
            self.add(where, message)
        self._start(index, shot, model)

    def _start(self, index: int, shot: Shot, model: Model) -> None:
        here = ("shots", index)
        takes = model.start_image
        if shot.start is None:
            if takes is not None and takes.required:
                self.add(here, f"{model.name} needs a start frame: give the shot a 'start'.")
            return
        where = (*here, "start")
        if takes is None:
            self.add(where, f"{model.name} takes no start frame: remove 'start'.")
            return
        target = self.board.format.ratio
        if target is not None and not takes.min_aspect <= Fraction(*target) <= takes.max_aspect:
            self.add(
                where,
                f"{model.name} takes start frames from {float(takes.min_aspect):g} to "
                f"{float(takes.max_aspect):g} times as wide as high, and {target[0]}:{target[1]} is "
                f"{float(Fraction(*target)):.3f}: use {_others(self.models, model, Fraction(*target))}, or another "
                "ratio.",
            )
        still = self._still(where, shot, shot.start.file) if shot.start.file is not None else None
        if still is not None and still.transparent:
            self.add(
                where,
                f"{still.path.name!r} is transparent in places, and no take is: what would be seen there is up to the "
                "service. Lay it over a background and save it again.",
            )
        size = (still.width, still.height) if still is not None else self._size(index, shot)
        if size is None or target is None:
            return
        try:
            crop = plan_crop(*size, target)
        except ValueError as exc:
            self.add(where, f"{exc}: use a larger picture.")
            return
        upload = None
        if still is not None and crop is None and not still.turned and still.media_type == "image/png":
            upload = is_uploaded(still.size)
        self.starts.append(StartPlan(shot.id, size, crop, upload))

    def _size(self, index: int, shot: Shot) -> tuple[int, int] | None:
        """How large the picture is that a shot starts from, as far as it can be known now."""
        start = shot.start
        assert start is not None
        if start.image is not None:
            drawer = self.models.known.get(start.image.model)
            if drawer is None or self.board.format.ratio is None:
                return start.image.ratio
            ratio = image_ratio(start.image, self.board.format.ratio, drawer)
            return parse_ratio(ratio) if ratio else None
        source = start_source(self.board, index)
        if source is None:
            return None
        media = self.files.media
        clip = media.takes.get(source.id) or (media.clips.get(source.clip) if source.clip else None)
        if clip is not None:
            return clip.video.shown_size
        return self.board.format.ratio if source.clip is None else None

    def _still(self, where: Location, shot: Shot, path: Path) -> Still | None:
        still = self.files.stills.get(path)
        if isinstance(still, str):
            self.add(where, f"{path.name!r} {still}")
            return None
        if still is None:
            return None
        if still.size > UPLOAD_BYTES:
            limit = UPLOAD_BYTES // 1024 // 1024
            self.add(where, f"{path.name!r} is over {limit} MB: make it smaller.")
        return still

    def _image(
        self, here: tuple[str | int, ...], where: tuple[str | int, ...], shot: Shot, image: StartImage
    ) -> None:
        model = self._model((*where, "model"), shot, image.model, "image")
        tags = [reference.tag for reference in image.references]
        for number, reference in enumerate(image.references):
            self._still((*where, "references", number, "file"), shot, reference.file)
            if not MIN_TAG <= len(reference.tag) <= MAX_TAG:
                self.add(
                    (*where, "references", number, "tag"),
                    f"the tag {reference.tag!r} must have {MIN_TAG} to {MAX_TAG} characters.",
                )
        known = f"the references are {', '.join('@' + name for name in tags)}" if tags else "it has none"
        for tag in (tag for tag in cited_tags(image.prompt) if tag not in tags):
            self.add(
                (*where, "prompt"),
                f"the start image's prompt cites @{tag}, and {known}: add a reference or fix the tag.",
            )
        if model is None:
            return
        for location, message in (
            *image_unheard(self.board, here, where, shot, image, model),
            *check_prompt((*where, "prompt"), image.prompt, model),
        ):
            self.add(location, message)
        takes = model.references
        if takes is not None and not takes.min <= len(tags) <= takes.max:
            self.add(
                where,
                f"{model.name} needs {takes.min} to {takes.max} references, and there are "
                f"{len(tags)}: "
                + ("add one, or use gen4_image." if len(tags) < takes.min else "remove some."),
            )
        if image.ratio is not None and model.ratios is not None:
            ratio = "{}:{}".format(*image.ratio)
            if ratio not in model.ratios.allowed:
                self.add((*where, "ratio"), _no_ratio(model, ratio, model.ratios.allowed))
        if image.seed is not None and model.seed is not None and image.seed > model.seed.max:
            self.add((*where, "seed"), f"a seed is a whole number from 0 to {model.seed.max}.")


_GIVES_FRAMES = ("clip", "take")


def start_source(board: Storyboard, index: int) -> Shot | None:
    """The shot whose frame the shot at `index` starts from, or `None`; titles have none to give."""
    start = board.shots[index].start
    if start is None:
        return None
    if start.previous:
        return board.shots[index - 1] if index > 0 and board.shots[index - 1].kind in _GIVES_FRAMES else None
    if start.shot is None:
        return None
    return next((shot for shot in board.shots if shot.id == start.shot and shot.kind in _GIVES_FRAMES), None)


def _fields(
    board: Storyboard, here: tuple[str | int, ...], shot: Shot, model: Model
) -> Iterator[tuple[Location, str]]:
    """What is wrong with a take's size, length and seed."""
    ratio = board.format.ratio
    if ratio is None:
        yield (
            ("format",),
            'the size to make takes at is not given: write format: {ratio: "1280:720"}.',
        )
    elif model.ratios is not None:
        from_text = shot.start is None
        allowed = model.ratios.choices(from_text=from_text)
        written = f"{ratio[0]}:{ratio[1]}"
        if written not in allowed:
            how = " without a start frame" if from_text and written in model.ratios.allowed else ""
            yield ("format", "ratio"), _no_ratio(model, written, allowed, how)
    seconds = shot_seconds(board, shot)
    if model.duration is not None and not model.duration.holds(Fraction(seconds)):
        where = (*here, "duration") if shot.duration is not None else ("defaults", "duration")
        yield where, f"{model.name} makes takes of {model.duration}, not of {seconds}."
    seed = take_seed(board, shot, 1)
    if seed is not None and model.seed is not None and seed > model.seed.max:
        yield (*here, "seed"), f"a seed is a whole number from 0 to {model.seed.max}."


def _no_ratio(model: Model, written: str, allowed: Iterable[str], how: str = "") -> str:
    return f"{model.name} makes no {written}{how}; it makes {', '.join(allowed)}."


def _others(models: Models, unfit: Model, aspect: Fraction) -> str:
    """Models that take a start frame of this shape, as words."""
    fit = [
        name
        for name in models.names("video")
        if name != unfit.name
        and (takes := models.known[name].start_image) is not None
        and takes.min_aspect <= aspect <= takes.max_aspect
    ]
    return " or ".join(fit) if fit else "another model"
