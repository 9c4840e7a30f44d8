"""Request validation of the stand-in, in the service's words, kept apart from stitcher's own checks.

The two are written independently on purpose: a mistake in the one is then found by the other. Pure, but for the
sizes of the pictures it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from stitcher.standin.fields import read_fields

Modality: TypeAlias = Literal["video", "image", "audio"]

DATA_URI_CHARACTERS = 5_242_880
DOC_URL = "https://docs.dev.runwayml.com/errors/errors"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GEN4_VIDEO_RATIOS = _words("1280:720 720:1280 1104:832 832:1104 960:960 1584:672")
_GEN4_IMAGE_RATIOS = _words(
    "1024:1024 1080:1080 1168:880 1360:768 1440:1080 1080:1440 1808:768 1920:1080 1080:1920 2112:912 "
    "1280:720 720:1280 720:720 960:720 720:960 1680:720"
)
_VEO_RATIOS = _words("1280:720 720:1280 1920:1080 1080:1920")
_TARGET_RATES = _words("24 25 30 48 50 60 120 23_98 29_97 59_94")
_UPSCALED = _words("720p 1k 2k 4k")
_URI_FIELDS = _words("uri videoUri audioUri imageUri promptImage")


@dataclass(frozen=True, slots=True)
class RequestIssue:
    """One entry of `issues` in a 400."""

    path: tuple[str | int, ...]
    message: str
    code: str = "invalid"

    def wire(self) -> dict[str, object]:
        """As JSON."""
        return {"code": self.code, "path": list(self.path), "message": self.message}


class Refusal(Exception):
    """An answer that is not 2xx, with its JSON."""

    def __init__(self, status: int, error: str, issues: Iterable[RequestIssue] = ()) -> None:
        self.status = status
        self.error = error
        self.issues = tuple(issues)
        super().__init__(error)

    def wire(self) -> dict[str, object]:
        """As JSON."""
        reply: dict[str, object] = {"error": self.error}
        if self.issues:
            reply["issues"] = [issue.wire() for issue in self.issues]
        if self.status == 400:
            reply["docUrl"] = DOC_URL
        return reply


@dataclass(frozen=True, slots=True)
class Rule:
    """What one model takes at one endpoint."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    ratios: frozenset[str] | None = None
    seconds: frozenset[int] | None = None
    aspect: tuple[Fraction, Fraction] | None = None
    """Least and greatest width over height of the first picture."""
    prompt_units: int = 1000
    """UTF-16 code units."""
    one_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    references: tuple[int, int] | None = None
    last_frame: bool = False


_TWO_TO_TEN = frozenset(range(2, 11))
_WIDE = Fraction(1, 2), Fraction("2.358")
_USUAL = Fraction(1, 2), Fraction(2)
_SEED = "seed contentModeration"

_RULES: dict[tuple[str, str], Rule] = {
    ("image_to_video", "gen4_turbo"): Rule(
        _words("model promptImage ratio"),
        _words(f"duration promptText {_SEED}"),
        _GEN4_VIDEO_RATIOS,
        _TWO_TO_TEN,
        _WIDE,
    ),
    ("image_to_video", "gen4.5"): Rule(
        _words("model promptImage promptText ratio duration"),
        _words(f"outputFormat proresProfile {_SEED}"),
        _GEN4_VIDEO_RATIOS,
        _TWO_TO_TEN,
        _USUAL,
    ),
    ("text_to_video", "gen4.5"): Rule(
        _words("model promptText ratio duration"),
        _words(f"outputFormat proresProfile {_SEED}"),
        _words("1280:720 720:1280"),
        _TWO_TO_TEN,
    ),
    ("text_to_image", "gen4_image"): Rule(
        _words("model promptText ratio"),
        _words(f"referenceImages {_SEED}"),
        _GEN4_IMAGE_RATIOS,
        references=(0, 3),
    ),
    ("text_to_image", "gen4_image_turbo"): Rule(
        _words("model promptText ratio referenceImages"),
        _words(_SEED),
        _GEN4_IMAGE_RATIOS,
        references=(1, 3),
    ),
    ("video_to_video", "aleph2"): Rule(
        _words("model videoUri"),
        _words(
            "promptText keyframes seed targetAspectRatio outputFormat proresProfile ratio contentModeration"
        ),
        one_of={"targetAspectRatio": _words("16:9 4:3 3:2 1:1 2:3 3:4 9:16 21:9")},
    ),
    ("character_performance", "act_two"): Rule(
        _words("model character reference"),
        _words(f"ratio bodyControl expressionIntensity {_SEED}"),
        _GEN4_VIDEO_RATIOS,
    ),
    ("video_upscale", "magnific_video_upscaler_creative"): Rule(
        _words("model videoUri"),
        _words("resolution creativity sharpen smartGrain flavor fpsBoost"),
        one_of={"resolution": _UPSCALED, "flavor": _words("vivid natural")},
    ),
    ("video_upscale", "enhance_frame_rate"): Rule(
        _words("model videoUri targetFramerate"), frozenset(), one_of={"targetFramerate": _TARGET_RATES}
    ),
    ("sound_effect", "eleven_text_to_sound_v2"): Rule(
        _words("model promptText"), _words("duration loop"), prompt_units=3000
    ),
    ("text_to_speech", "eleven_multilingual_v2"): Rule(_words("model promptText voice"), frozenset()),
    ("video_to_audio", "mirelo_sfx_2_0"): Rule(
        _words("model videoUri duration"),
        _words("promptText negativePrompt numVariants preserveSpeech format seed"),
    ),
    ("voice_isolation", "eleven_voice_isolation"): Rule(_words("model audioUri"), frozenset()),
}
for _model in ("veo3.1", "veo3.1_fast"):
    _veo = Rule(
        _words("model promptImage ratio"),
        _words("duration promptText audio negativePrompt seed"),
        _VEO_RATIOS,
        frozenset((4, 6, 8)),
        _USUAL,
        last_frame=True,
    )
    _RULES["image_to_video", _model] = _veo
    _RULES["text_to_video", _model] = Rule(
        _words("model promptText ratio"),
        _words("duration audio negativePrompt seed"),
        _VEO_RATIOS,
        frozenset((4, 6, 8)),
    )

_LONGER = {"eleven_v3": 5000, "eleven_v4": 5000}
for _endpoint, _model, _required, _optional in read_fields():
    _units = _LONGER.get(_model, 1000)
    _RULES[_endpoint, _model] = Rule(_words(f"model {_required}"), _words(_optional), prompt_units=_units)

_WITHOUT_MODEL = re.compile(r"generate/(video|image|audio)|recipes/[a-z_]{3,40}")
ENDPOINTS = frozenset(endpoint for endpoint, _ in _RULES)


def is_endpoint(endpoint: str) -> bool:
    """Whether the service makes tasks there."""
    return endpoint in ENDPOINTS or _WITHOUT_MODEL.fullmatch(endpoint) is not None


def modality(endpoint: str) -> Modality:
    """What comes out of an endpoint."""
    if endpoint in ("text_to_image", "image_upscale", "generate/image") or endpoint.endswith("image"):
        return "image"
    if endpoint in (
        "sound_effect", "text_to_speech", "speech_to_speech", "voice_isolation", "voice_dubbing",
        "video_to_audio", "generate/audio",
    ):  # fmt: skip
        return "audio"
    return "video"


MODELS: Mapping[str, Modality] = {model: modality(endpoint) for endpoint, model in sorted(_RULES)}
"""Every model with the pool its tasks wait in."""


def check_body(endpoint: str, body: Mapping[str, object]) -> None:
    """Pass, or raise the `Refusal` the service would answer with."""
    model = body.get("model")
    if _WITHOUT_MODEL.fullmatch(endpoint):
        return
    rule = _RULES.get((endpoint, model)) if isinstance(model, str) else None
    if rule is None:
        known = sorted(name for where, name in _RULES if where == endpoint)
        raise Refusal(
            400,
            "Validation of body failed",
            [RequestIssue(("model",), f"Invalid discriminator value. Expected one of {', '.join(known)}")],
        )
    checks = (
        _fields(rule, body),
        _prompt(rule, body),
        _addresses(body),
        _pictures(rule, body),
        _sounds(body),
    )
    if issues := [issue for check in checks for issue in check]:
        raise Refusal(400, "Validation of body failed", issues)


def _fields(rule: Rule, body: Mapping[str, object]) -> Iterable[RequestIssue]:
    for name in sorted(rule.required - body.keys()):
        yield RequestIssue((name,), "Required", "invalid_type")
    for name in sorted(body.keys() - rule.required - rule.optional):
        yield RequestIssue((name,), f"Unrecognized key: {name!r}", "unrecognized_keys")
    if rule.ratios is not None and "ratio" in body and body["ratio"] not in rule.ratios:
        yield RequestIssue(("ratio",), f"Invalid enum value. Expected {' | '.join(sorted(rule.ratios))}")
    seconds = body.get("duration")
    if rule.seconds is not None and "duration" in body and seconds not in rule.seconds:
        yield RequestIssue(("duration",), f"Expected one of {', '.join(map(str, sorted(rule.seconds)))}")
    seed = body.get("seed")
    if "seed" in body and not (type(seed) is int and 0 <= seed <= 4294967295):
        yield RequestIssue(("seed",), "Number must be an integer from 0 to 4294967295")
    if "contentModeration" in body:
        yield from _moderation(body["contentModeration"])
    for name, allowed in rule.one_of.items():
        if name in body and body[name] not in allowed:
            yield RequestIssue((name,), f"Invalid enum value. Expected {' | '.join(sorted(allowed))}")


def _moderation(given: object) -> Iterable[RequestIssue]:
    if not isinstance(given, Mapping):
        yield RequestIssue(("contentModeration",), "Expected object", "invalid_type")
        return
    for name in sorted(given.keys() - {"publicFigureThreshold"}):
        yield RequestIssue(("contentModeration", name), f"Unrecognized key: {name!r}", "unrecognized_keys")
    if given.get("publicFigureThreshold", "auto") not in ("auto", "low"):
        yield RequestIssue(
            ("contentModeration", "publicFigureThreshold"), "Invalid enum value. Expected auto | low"
        )


def _prompt(rule: Rule, body: Mapping[str, object]) -> Iterable[RequestIssue]:
    prompt = body.get("promptText")
    if prompt is None:
        return
    if not isinstance(prompt, str) or not prompt:
        yield RequestIssue(("promptText",), "String must contain at least 1 character(s)", "too_small")
    elif len(prompt.encode("utf-16-le")) // 2 > rule.prompt_units:
        yield RequestIssue(
            ("promptText",), f"String must contain at most {rule.prompt_units} character(s)", "too_big"
        )


def addresses(value: object, path: tuple[str | int, ...] = ()) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """Every address of a file in a body, with where it stands."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name in _URI_FIELDS and isinstance(part, str):
                yield (*path, name), part
            else:
                yield from addresses(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from addresses(part, (*path, number))


def _addresses(body: Mapping[str, object]) -> Iterable[RequestIssue]:
    for path, uri in addresses(body):
        if uri.startswith("data:"):
            if len(uri) > DATA_URI_CHARACTERS or not re.match(r"data:[\w.+-]+/[\w.+-]+;base64,", uri[:120]):
                yield RequestIssue(path, "String must contain at most 2048 character(s)", "too_big")
            elif uri.startswith("data:image/gif"):
                yield RequestIssue(path, "Unsupported Content-Type image/gif", "custom")
        elif uri.startswith("runway://"):
            continue
        elif not re.match(r"https://[^/\s]+\.[^/\s]+/?", uri) or not 13 <= len(uri) <= 2048:
            yield RequestIssue(path, "Invalid URL: must be https with a domain name", "invalid_string")


def _pictures(rule: Rule, body: Mapping[str, object]) -> Iterable[RequestIssue]:
    given = body.get("promptImage")
    if isinstance(given, list):
        most = 2 if rule.last_frame else 1
        if not 1 <= len(given) <= most:
            yield RequestIssue(("promptImage",), f"Array must contain at most {most} element(s)", "too_big")
        for number, entry in enumerate(given):
            position = entry.get("position") if isinstance(entry, Mapping) else None
            if position not in (("first", "last") if rule.last_frame else ("first",)):
                yield RequestIssue(
                    ("promptImage", number, "position"), "Invalid enum value. Expected 'first'"
                )
    if rule.references is not None:
        references = body.get("referenceImages", [])
        least, most = rule.references
        if not isinstance(references, list) or not least <= len(references) <= most:
            yield RequestIssue(("referenceImages",), f"Array must contain {least} to {most} element(s)")
            return
        for number, entry in enumerate(references):
            tag = entry.get("tag") if isinstance(entry, Mapping) else None
            if tag is not None and not re.fullmatch(r"[a-z][a-z0-9_]{2,15}", str(tag)):
                yield RequestIssue(("referenceImages", number, "tag"), "Invalid tag")


_VOICES = _words(
    "Maya Arjun Serene Bernard Billy Mark Clint Mabel Chad Leslie Eleanor Elias Elliot Grungle Brodie Sandra Kirk "
    "Kylie Lara Lisa Malachi Marlene Martin Miriam Monster Paula Pip Rusty Ragnar Xylar Maggie Jack Katie Noah "
    "James Rina Ella Mariah Frank Claudia Niki Vincent Kendrick Myrna Tom Wanda Benjamin Kiana Rachel"
)
_DUBBED = _words("en hi pt zh es fr de ja ar ru ko id it nl tr pl sv fil ms ro uk el cs da fi bg hr sk ta")


def _sounds(body: Mapping[str, object]) -> Iterable[RequestIssue]:
    voice = body.get("voice")
    if isinstance(voice, Mapping) and voice.get("type") == "runway-preset":
        for name in sorted(voice.keys() - {"type", "presetId"}):
            yield RequestIssue(("voice", name), f"Unrecognized key: {name!r}", "unrecognized_keys")
        if voice.get("presetId") not in _VOICES:
            yield RequestIssue(("voice", "presetId"), "Invalid enum value")
    if "targetLang" in body and body["targetLang"] not in _DUBBED:
        yield RequestIssue(("targetLang",), f"Invalid enum value. Expected {' | '.join(sorted(_DUBBED))}")
    seconds = body.get("duration")
    told = body.get("model") == "eleven_text_to_sound_v2" and seconds is not None
    if told and not (isinstance(seconds, int | float) and 0.5 <= seconds <= 30):
        yield RequestIssue(("duration",), "Number must be from 0.5 to 30")


_SECONDS: Mapping[str, tuple[Fraction | int, int]] = {
    "aleph2": (2, 30),
    "magnific_video_upscaler_creative": (0, 30),
    "enhance_frame_rate": (0, 300),
    "act_two": (3, 30),
    "eleven_voice_isolation": (Fraction(23, 5), 3600),
}


def check_length(body: Mapping[str, object], seconds: Fraction) -> None:
    """Pass, or raise the `Refusal` for an input video this long."""
    least, most = _SECONDS.get(str(body.get("model")), (0, 3600))
    if not least <= seconds <= most:
        message = (
            f"Invalid asset duration. Must be {float(least):g} to {most} seconds. Got {float(seconds):.3f}."
        )
        where = "audioUri" if "audioUri" in body else "videoUri"
        raise Refusal(400, message, [RequestIssue((where,), message, "custom")])


def check_aspect(endpoint: str, body: Mapping[str, object], width: int, height: int) -> None:
    """Pass, or raise the `Refusal` for a first picture of this size."""
    rule = _RULES.get((endpoint, str(body.get("model"))))
    if rule is None or rule.aspect is None:
        return
    least, most = rule.aspect
    shape = Fraction(width, height)
    if shape < least:
        bound = f"at least {float(least)}"
    elif shape > most:
        bound = f"at most {float(most)}"
    else:
        return
    message = f"Invalid asset aspect ratio. width / height ratio must be {bound}. Got {float(shape):.3f}."
    raise Refusal(400, message, [RequestIssue(("promptImage",), message, "custom")])
