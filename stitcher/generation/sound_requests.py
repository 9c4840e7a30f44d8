"""Requests for sounds: words, a picture or a sound, exactly as they are sent. Pure: nothing is read or sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from stitcher.generation.edit_and_upscale_requests import json_number
from stitcher.generation.model_facts import SoundMaking
from stitcher.generation.models import Model, Models
from stitcher.generation.prices import Amount, Price, price
from stitcher.generation.prompt_checks import utf16_length
from stitcher.generation.provider import Asset, Expected
from stitcher.generation.request import Slot, TakeRequest, new_request, shot_model, shot_seconds
from stitcher.generation.sound_wishes import SoundWish, shown_clip, sound_wishes
from stitcher.generation.take import Take, circled_take
from stitcher.media.audible_streams import own_sound
from stitcher.storyboard import model as written
from stitcher.storyboard.bought_sound import SoundKind
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import SAMPLE_RATE, format_decimal, seconds_to_samples
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.speech_length import speech_length

MAKING: dict[SoundKind, SoundMaking] = {
    "speech": "speech",
    "effect": "effect",
    "picture": "picture-sound",
    "isolate": "isolation",
    "dub": "dubbing",
}
"""By what a storyboard asks for: what a model must make."""
NOT_ASKED = ("previousText", "nextText")
"""Fields that lead over to other lines: a line is what it was when its neighbour has other words."""
_PADDING = Fraction(1, 10)
_PICTURE = Fraction(1, 24)


def sound_model(board: Storyboard, wish: SoundWish, models: Models) -> Model:
    """The model a sound is asked of. Raises `PresetError` for one that does not exist or makes something else."""
    making = MAKING[wish.asked.kind]
    voice = board.voices.get(wish.asked.voice or "")
    named = wish.asked.model or (voice.model if voice is not None else None)
    return models.get(named or models.default(making), making)


def preset_voice(board: Storyboard, wish: SoundWish) -> str:
    """The service's name of the voice that says a line."""
    name = wish.asked.voice or ""
    voice = board.voices.get(name)
    return voice.preset if voice is not None else name


def spoken_language(board: Storyboard, wish: SoundWish) -> str | None:
    """What a line is spoken in, as far as the storyboard says."""
    return board.language if wish.cue is None else board.spoken_language(wish.cue)


def sound_fields(
    board: Storyboard, wish: SoundWish, model: Model, seconds: Fraction | None = None
) -> dict[str, object]:
    """The body of a sound without its file, which is so long; enough to know the price. Only fields the model has."""
    asked = wish.asked
    fields: dict[str, object] = {"model": model.name, **model.fixed}
    if (words := wish.words) is not None and model.prompt is not None:
        fields["promptText"] = words
    if asked.kind == "speech":
        fields["voice"] = {"type": "runway-preset", "presetId": preset_voice(board, wish)}
        fields |= _neighbours(board, wish) if model.neighbours else {}
    language = spoken_language(board, wish) if asked.kind == "speech" else asked.into
    if language is not None and model.languages is not None:
        fields[model.languages.field] = language_code(model, language)
    lasts = {"effect": asked.duration, "picture": seconds}.get(asked.kind)
    if lasts is not None:
        fields["duration"] = json_number(lasts)
    if asked.loop and model.loops:
        fields["loop"] = True
    if asked.seed is not None and model.seed is not None:
        fields["seed"] = asked.seed
    return fields


def language_code(model: Model, language: str) -> str:
    """A language as a model is told it: without the region, unless it lists that."""
    allowed = model.languages.allowed if model.languages is not None else ()
    return language if language in allowed else language.partition("-")[0].lower()


def _neighbours(board: Storyboard, wish: SoundWish) -> dict[str, object]:
    """What the same voice says just before and after a line, in the same scene."""
    lines = [
        cue
        for cue in board.sound
        if cue.words is not None and cue.generate is not None and cue.generate.voice == wish.asked.voice
    ]
    if wish.cue not in lines:
        return {}
    number = lines.index(wish.cue)
    return {
        key: lines[other].words or ""
        for key, other in (("previousText", number - 1), ("nextText", number + 1))
        if 0 <= other < len(lines) and _same_scene(board, wish.cue, lines[other])
    }


def _same_scene(board: Storyboard, one: written.Cue, other: written.Cue) -> bool:
    """Whether two lines are in one shot or in neighbouring ones; lines at a time of the film are where they are."""
    shots = [shot.id for shot in board.shots]

    def place(cue: written.Cue) -> int | None:
        position = cue.at.resolve(dict.fromkeys(shots, 0)) if cue.at is not None else None
        name = position.name if position is not None and position.base == "shot" else cue.from_
        return shots.index(name) if name in shots else None

    here, there = place(one), place(other)
    return here is None or there is None or abs(here - there) <= 1


def sound_price(board: Storyboard, wish: SoundWish, model: Model, seconds: Fraction | None) -> Price | None:
    """What a sound costs that is made from something so long; `None` where its price goes by a length nobody knows."""
    fields = sound_fields(board, wish, model, seconds)
    lasts = wish.asked.duration if wish.asked.kind == "effect" else seconds
    if model.price.per == "second" and lasts is None and model.price.undecided is None:
        return None
    return price(model.price, fields, Amount(seconds=lasts, characters=utf16_length(wish.words or "")))


def sound_amount(
    board: Storyboard, wish: SoundWish, seconds: Fraction | None, longest: Fraction | None = None
) -> str:
    """What a sound is, in a few words: `84 characters, about 5.1 s`, `3 s`, `about 5.1 s, up to 6.9 s`."""
    if wish.asked.kind == "speech":
        words = wish.words or ""
        about = speech_length(words, spoken_language(board, wish)).samples / SAMPLE_RATE
        return f"{utf16_length(words)} characters, about {about:.1f} s"
    lasts = wish.asked.duration if wish.asked.kind == "effect" else seconds
    if lasts is not None and longest is not None and longest > lasts:
        return f"about {float(lasts):.1f} s, up to {float(longest):.1f} s"
    return "an effect" if lasts is None else f"{format_decimal(lasts, 2)} s"


def sound_request(
    board: Storyboard,
    wish: SoundWish,
    slot: Slot,
    model: Model,
    source: Asset | None,
    *,
    seconds: Fraction | None,
    origin_sha256: str | None = None,
) -> TakeRequest:
    """The request for a sound, made from `source`, which lasts so many seconds and was taken out of a file with the
    hash `origin_sha256`.
    """
    fields = sound_fields(board, wish, model, seconds)
    if source is not None:
        fields["videoUri" if wish.asked.kind == "picture" else "audioUri"] = source
    cost = sound_price(board, wish, model, seconds)
    assert cost is not None
    lasts = {"effect": wish.asked.duration, "picture": seconds, "isolate": seconds}.get(wish.asked.kind)
    request = new_request(
        slot,
        model.endpoint,
        fields,
        price=cost,
        expected=Expected("audio", seconds_to_samples(lasts) if lasts is not None else None),
        origins={} if source is None else {source.sha256: {"origin": origin_sha256}},
    )
    return replace(request, start_sha256=origin_sha256)


def sent_seconds(model: Model, seconds: Fraction) -> Fraction:
    """How long a sound is sent that lasts so long: with silence behind it where the model takes no shorter ones."""
    least = model.input_sound.above_seconds if model.input_sound is not None else None
    return seconds if least is None or seconds > least else least + _PADDING


def source_seconds(
    board: Storyboard,
    wish: SoundWish,
    models: Models,
    takes: Iterable[Take],
    media: MediaIndex,
    *,
    anew: frozenset[str] = frozenset(),
    longest: bool = False,
) -> Fraction | None:
    """How long it lasts what a sound is made from: measured, or as it will be made; `None` where nobody knows.

    What sounds named in `anew` are made as is not there yet, whatever older takes there are. Words that are not
    recorded last as long as is likely, or with `longest` as long as a slow voice says them.
    """
    source = wish.asked.source
    if source is None:
        return None
    if source.file is not None:
        clip = media.clips.get(source.file)
        if wish.asked.kind == "picture":
            return clip.duration if clip is not None else None
        sound = media.sounds.get(source.file)
        return sound.stream.duration if sound is not None else None
    if source.sound is not None:
        return _sound_seconds(board, source.sound, models, tuple(takes), media, anew=anew, longest=longest)
    shot = board.shot(source.shot or "")
    clip = shown_clip(shot, media)
    if clip is not None:
        heard = own_sound(clip).stream.duration if clip.audio and wish.asked.kind != "picture" else None
        return heard or clip.duration
    if shot.kind != "take" or shot.clip is not None:
        return None
    asked = Fraction(shot_seconds(board, shot))
    maker = models.known.get(shot_model(board, shot))
    frames = maker.output.frames(asked) if maker is not None else None
    if maker is None or frames is None or maker.output.fps is None:
        # Takes come a picture longer than asked for, and what it costs is reckoned before they come.
        return asked + _PICTURE
    return Fraction(frames) / maker.output.fps


def source_sha256(board: Storyboard, wish: SoundWish, takes: Iterable[Take], media: MediaIndex) -> str | None:
    """The hash of the file a sound would be made from now; `None` while nobody knows it."""
    source = wish.asked.source
    if source is None:
        return None
    if source.shot is not None:
        clip = shown_clip(board.shot(source.shot), media)
        return clip.sha256 if clip is not None else None
    cue = next((cue for cue in board.sound if source.sound is not None and cue.name == source.sound), None)
    file = source.file if cue is None else cue.file
    if cue is not None and cue.generate is not None:
        take = circled_take(take for take in takes if take.shot == cue.name and take.purpose == "sound")
        return take.sha256 if take is not None else None
    if file is None:
        return None
    found = media.sounds.get(file) or media.clips.get(file)
    return found.sha256 if found is not None else None


def _sound_seconds(
    board: Storyboard,
    name: str,
    models: Models,
    takes: tuple[Take, ...],
    media: MediaIndex,
    *,
    anew: frozenset[str],
    longest: bool,
) -> Fraction | None:
    """How long another sound of the storyboard is."""
    cue = next((cue for cue in board.sound if cue.name == name), None)
    if cue is not None and cue.generate is None and cue.file is not None:
        sound = media.sounds.get(cue.file)
        return sound.stream.duration if sound is not None else None
    wish = next((wish for wish in sound_wishes(board) if wish.name == name and not wish.variant), None)
    if wish is None:
        return None
    take = circled_take(take for take in takes if wish.is_of(take))
    if name not in anew and take is not None and take.frames is not None:
        return Fraction(take.frames, SAMPLE_RATE)
    if wish.asked.kind == "speech":
        said = speech_length(wish.words or "", spoken_language(board, wish))
        return Fraction(said.most if longest else said.samples, SAMPLE_RATE)
    return wish.asked.duration or source_seconds(
        board, wish, models, takes, media, anew=anew, longest=longest
    )
