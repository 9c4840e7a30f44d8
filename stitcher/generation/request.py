"""Requests: a shot and the pictures it starts from, exactly as they are sent. Pure: nothing is read or sent.

A request has two hashes. `sha256` is of exactly what is sent. `wish_sha256` is of what the storyboard asked for: it
names the picture a start frame was cut from instead of the cut, so that it survives a change of encoder.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from stitcher.generation.models import Model
from stitcher.generation.prices import FREE, Amount, Price, price
from stitcher.generation.provider import Asset, Expected, Submission
from stitcher.generation.start_crop import Crop, StartFrame, Still
from stitcher.generation.take import ANIMATIC, Purpose
from stitcher.storyboard.model import Shot, StartImage, Storyboard

MAX_SEED = 4_294_967_295


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """Everything that is asked for one take, still image or piece, and the most it may cost."""

    provider: str
    shot: str
    take: int
    """From 1."""
    purpose: Purpose
    submission: Submission
    """What is sent, in the service's words, with the local files where it wants addresses."""
    price: Price
    """By the table of prices."""
    expected: Expected
    """What must come back."""
    wish_sha256: str
    source_take: int | None = None
    """The take an edit or upscale is made from; `None` for a clip of the storyboard."""
    variant: str = ""
    """For upscales: the height asked for, such as `2160p`; `VOICE` for the voice in a shot's sound."""
    piece: int = 0
    start_file: str | None = None
    """Project-relative name of the picture it starts from."""
    start_sha256: str | None = None
    """Of that picture; of an enlargement or a sound, of the file it is made of."""
    raised: Fraction = Fraction(1)
    """How many times the table's price the service was last seen to take."""

    @property
    def model(self) -> str:
        """The model's name."""
        return self.submission.model

    @property
    def endpoint(self) -> str:
        """Last part of the path."""
        return self.submission.endpoint

    @property
    def canonical(self) -> str:
        """The request as canonical JSON, files as content hashes: what the ledger keeps."""
        return self.submission.canonical

    @property
    def sha256(self) -> str:
        """Of `canonical`."""
        return self.submission.sha256

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Local files that become a data URI or an upload when it is sent."""
        return self.submission.assets

    @property
    def ceiling_credits(self) -> int:
        """The most it may cost."""
        return self.price.raised(self.raised).ceiling

    @property
    def label(self) -> str:
        """For messages."""
        return self.submission.label


def shot_model(board: Storyboard, shot: Shot) -> str:
    """The name of the model that makes a shot's takes."""
    return shot.model or board.defaults.model


def shot_seconds(board: Storyboard, shot: Shot) -> int:
    """How long a shot's takes are asked for; one whose sound says it has its length settled (`take_lengths`)."""
    return shot.duration if isinstance(shot.duration, int) else board.defaults.duration


def shot_takes(board: Storyboard, shot: Shot) -> int:
    """How many takes a shot asks for."""
    return shot.takes if shot.takes is not None else board.defaults.takes


def take_seed(board: Storyboard, shot: Shot, number: int) -> int | None:
    """The seed of a take: the shot's for the first, counted on for the others, since one seed gives one picture."""
    seed = shot.seed if shot.seed is not None else board.defaults.seed
    return None if seed is None else (seed + number - 1) % (MAX_SEED + 1)


def start_image_of(shot: Shot) -> StartImage | None:
    """The still that has to be generated before the shot, if any."""
    return shot.start.image if shot.start is not None else None


def take_fields(board: Storyboard, shot: Shot, number: int, model: Model) -> dict[str, object]:
    """The body of a shot's take without its start frame; enough to know the price. Only fields the model has."""
    fields: dict[str, object] = {"model": model.name}
    if board.format.ratio is not None and model.ratios is not None:
        fields["ratio"] = "{}:{}".format(*board.format.ratio)
    if model.duration is not None:
        fields["duration"] = shot_seconds(board, shot)
    if shot.prompt is not None and model.prompt is not None:
        fields["promptText"] = shot.prompt
    seed = take_seed(board, shot, number)
    if seed is not None and model.seed is not None:
        fields["seed"] = seed
    if model.output.sound:
        fields["audio"] = (shot.sound or board.defaults.sound).keep
    return fields | moderation_field(board, shot, model)


def take_price(board: Storyboard, shot: Shot, model: Model) -> Price:
    """What one take of a shot costs."""
    seconds = Fraction(shot_seconds(board, shot))
    pixels = math.prod(board.format.ratio) if board.format.ratio else None
    return price(model.price, take_fields(board, shot, 1, model), Amount(seconds=seconds, pixels=pixels))


def take_request(
    board: Storyboard,
    shot: Shot,
    number: int,
    model: Model,
    start: StartFrame | None,
    *,
    last: StartFrame | None = None,
    provider: str = "runway",
) -> TakeRequest:
    """The request for take `number` of a shot, from its start frame (and a last one, for models that land on one)."""
    fields = take_fields(board, shot, number, model)
    ends = [(frame, position) for frame, position in ((start, "first"), (last, "last")) if frame is not None]
    if ends:
        fields["promptImage"] = tuple(
            {"uri": still_asset(frame.still), "position": position} for frame, position in ends
        )
    request = new_request(
        Slot(shot.id, number, "take", provider),
        model.endpoint if ends or model.text_endpoint is None else model.text_endpoint,
        fields,
        price=take_price(board, shot, model),
        expected=Expected(
            "video", model.output.frames(Fraction(shot_seconds(board, shot))), board.format.ratio
        ),
        origins={frame.still.sha256: origin_of(frame.origin_sha256, frame.crop) for frame, _ in ends},
    )
    if start is None:
        return request
    return replace(request, start_file=start.file, start_sha256=start.still.sha256)


def image_ratio(image: StartImage, target: tuple[int, int], model: Model) -> str | None:
    """The size to ask a still at: the one given, else the smallest that covers the film in the nearest shape."""
    if image.ratio is not None:
        return "{}:{}".format(*image.ratio)
    if model.ratios is None:
        return None
    shape = Fraction(*target)

    def distance(size: tuple[int, int]) -> tuple[Fraction, bool, int]:
        covers = size[0] >= target[0] and size[1] >= target[1]
        return abs(Fraction(*size) / shape - 1), not covers, math.prod(size)

    sizes = [parse_ratio(text) for text in model.ratios.allowed]
    return "{}:{}".format(*min(sizes, key=distance))


def image_fields(board: Storyboard, shot: Shot, image: StartImage, model: Model) -> dict[str, object]:
    """The body of a start image without its references; enough to know the price."""
    fields: dict[str, object] = {"model": model.name, "promptText": image.prompt}
    if board.format.ratio is not None and (ratio := image_ratio(image, board.format.ratio, model)):
        fields["ratio"] = ratio
    if image.seed is not None and model.seed is not None:
        fields["seed"] = image.seed
    return fields | moderation_field(board, shot, model)


def image_price(board: Storyboard, shot: Shot, image: StartImage, model: Model) -> Price:
    """What one start image costs."""
    return price(model.price, image_fields(board, shot, image, model), Amount())


def image_request(
    board: Storyboard,
    shot: Shot,
    image: StartImage,
    model: Model,
    references: Mapping[str, Still],
    *,
    number: int = 1,
    provider: str = "runway",
) -> TakeRequest:
    """The request for a shot's start image; `references` are its stills by tag."""
    fields = image_fields(board, shot, image, model)
    if image.references:
        fields["referenceImages"] = tuple(
            {"uri": still_asset(references[reference.tag]), "tag": reference.tag}
            for reference in image.references
        )
    ratio = fields.get("ratio")
    return new_request(
        Slot(shot.id, number, "start-image", provider),
        model.endpoint,
        fields,
        price=image_price(board, shot, image, model),
        expected=Expected("image", None, parse_ratio(ratio) if isinstance(ratio, str) else None),
    )


def parse_ratio(text: str) -> tuple[int, int]:
    """`(1280, 720)` for `"1280:720"`."""
    width, _, height = text.partition(":")
    return int(width), int(height)


@dataclass(frozen=True, slots=True)
class Slot:
    """Which file of a film a request is for, and by whom: what tells it from all others of a ledger."""

    shot: str
    take: int = 1
    purpose: Purpose = "take"
    provider: str = "runway"
    variant: str = ""
    piece: int = 0

    @property
    def label(self) -> str:
        """For messages: `shot harbour take 1`."""
        if self.purpose == "sound":
            return (
                f"shot {self.shot} voice {self.take}"
                if self.variant
                else f"sound {self.shot} take {self.take}"
            )
        kind = {"start-image": "start image", "upscale": "upscale of take"}.get(self.purpose, "take")
        return f"shot {self.shot} {kind} {self.take}"


def new_request(
    slot: Slot,
    endpoint: str,
    fields: Mapping[str, object],
    *,
    price: Price,
    expected: Expected,
    origins: Mapping[str, object] = MappingProxyType({}),
) -> TakeRequest:
    """The request with these fields; `origins` says, by the hash of a sent file, what it was cut from."""
    submission = Submission(endpoint, MappingProxyType(dict(fields)), slot.label)
    return TakeRequest(
        provider=slot.provider,
        shot=slot.shot,
        take=slot.take,
        purpose=slot.purpose,
        submission=submission,
        price=FREE if slot.provider == ANIMATIC else price,
        expected=expected,
        wish_sha256=wish_of(submission.canonical, origins),
        variant=slot.variant,
        piece=slot.piece,
    )


def wish_of(canonical: str, origins: Mapping[str, object]) -> str:
    """The hash of what a canonical request asks for, whatever its files were encoded as: `origins` says, by the hash of
    a sent file, what it was cut from, as `origin_of` tells it.
    """

    def put(value: object) -> object:
        match value:
            case {"sha256": str(digest), "type": str()}:
                return origins.get(digest, {"origin": digest})
            case dict():
                return {key: put(part) for key, part in value.items()}
            case list():
                return [put(part) for part in value]
            case _:
                return value

    text = json.dumps(put(json.loads(canonical)), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def origin_of(sha256: str, crop: Crop | None) -> dict[str, object]:
    """What a sent picture was cut from, for `wish_of`."""
    if crop is None:
        return {"origin": sha256}
    return {"origin": sha256, "crop": [crop.x, crop.y, crop.width, crop.height]}


def still_asset(still: Still) -> Asset:
    """A still where a request wants an address."""
    return Asset(still.path, still.sha256, still.media_type)


def shot_moderation(board: Storyboard, shot: Shot) -> str:
    """How strictly public figures are refused in what is made for a shot."""
    return shot.moderation or board.defaults.moderation


def moderation_field(board: Storyboard, shot: Shot, model: Model) -> dict[str, object]:
    """The body's moderation setting, empty for the service's default and for models without one."""
    level = shot_moderation(board, shot)
    if model.moderation is None or level == model.moderation.levels[0]:
        return {}
    return {"contentModeration": {"publicFigureThreshold": level}}
