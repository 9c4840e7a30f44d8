"""What can be refused of a sound before a credit is spent. Pure; `preflight` gathers the results."""

from __future__ import annotations

from collections.abc import Iterator

from stitcher.errors import PresetError
from stitcher.generation.models import Model, Models
from stitcher.generation.prompt_checks import check_prompt
from stitcher.generation.sound_requests import (
    language_code,
    preset_voice,
    sound_model,
    source_seconds,
    spoken_language,
)
from stitcher.generation.sound_wishes import SoundWish, shown_clip
from stitcher.generation.start_crop import UPLOAD_BYTES
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.storyboard.suggest import meant_or_known
from stitcher.timebase import format_decimal
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.speech_length import speech_length

Found = Iterator[tuple[Location, str]]


def check_sound(board: Storyboard, wish: SoundWish, models: Models, media: MediaIndex) -> Found:
    """What is wrong with a sound that is to be bought."""
    try:
        model = sound_model(board, wish, models)
    except PresetError as exc:
        yield _at(wish, "model", wish.asked.model), f"{_named(wish)}{exc}"
        return
    for where, message in (
        *_words(wish, model),
        *_voice(board, wish, model),
        *_settings(wish, model),
        *_source(board, wish, model, models, media),
    ):
        yield where, f"{_named(wish)}{message}"


def _at(wish: SoundWish, key: str, value: object) -> Location:
    return (*wish.where, key) if wish.cue is not None and value is not None else wish.where


def _named(wish: SoundWish) -> str:
    return "" if wish.cue is None else f"the sound {wish.name!r}: "


def _words(wish: SoundWish, model: Model) -> Found:
    asked = wish.asked
    key = {"speech": "speech", "effect": "effect", "picture": "prompt"}.get(asked.kind)
    if key is None or wish.cue is None:
        return
    where = (*wish.where, key)
    if asked.kind == "speech" and asked.speech is None:
        where = (*wish.where[:-1], "text")
    words = wish.words or ""
    if asked.kind == "speech" and words.strip() and not speech_length(words).samples:
        yield where, f"there is nothing in {words.strip()[:40]!r} that can be said: write letters or figures."
        return
    for place, message in check_prompt(where, wish.words, model):
        # What is said is no prompt to who wrote it.
        message = message.replace("the prompt has", "it has")
        yield place, message.replace("a prompt with something in it", "something to say")


def _voice(board: Storyboard, wish: SoundWish, model: Model) -> Found:
    if wish.asked.kind != "speech":
        return
    name, preset = wish.asked.voice or "", preset_voice(board, wish)
    if model.voices is not None and preset not in model.voices.allowed:
        known = (*board.voices, *model.voices.allowed) if name not in board.voices else model.voices.allowed
        hint = meant_or_known(preset, known)
        if name in board.voices:
            yield ("voices", name, "preset"), f"{model.name} has no voice {preset!r}{hint}"
        else:
            yield (
                (*wish.where, "voice"),
                f"{preset!r} is neither under 'voices' nor a voice of {model.name}{hint}",
            )
    if model.languages is None and wish.asked.language is not None:
        yield (
            (*wish.where, "language"),
            f"{model.name} is not told a language, it goes by the words: remove it, or choose another model.",
        )
    elif model.languages is not None and (language := spoken_language(board, wish)) is not None:
        yield from _language(wish, model, language, "language")


def _language(wish: SoundWish, model: Model, language: str, key: str) -> Found:
    allowed = model.languages.allowed if model.languages is not None else ()
    code = language_code(model, language)
    if allowed and code not in allowed:
        yield (*wish.where, key), f"{model.name} does not speak {code!r}; it speaks {', '.join(allowed)}."
    elif not allowed and len(code) != 2:
        yield (*wish.where, key), f"{model.name} is told a language by two letters, and {code!r} has none."


def _settings(wish: SoundWish, model: Model) -> Found:
    asked = wish.asked
    if asked.seed is not None and model.seed is None:
        yield (*wish.where, "seed"), f"{model.name} takes no seed: remove it, or choose another model."
    if asked.loop and not model.loops:
        yield (*wish.where, "loop"), f"{model.name} makes no loops: remove 'loop', or choose another model."
    if asked.prompt is not None and model.prompt is None:
        yield (*wish.where, "prompt"), f"{model.name} takes no prompt: remove it, or choose another model."
    if asked.into is not None:
        if model.languages is None:
            yield (*wish.where, "into"), f"{model.name} is not told a language: choose another model."
        else:
            yield from _language(wish, model, asked.into, "into")
    if asked.duration is not None and asked.kind == "effect":
        shown = format_decimal(asked.duration, 2)
        if model.length is None:
            yield (
                (*wish.where, "duration"),
                f"{model.name} takes no duration: remove it, or choose another model.",
            )
        elif not model.length.holds(asked.duration):
            yield (
                (*wish.where, "duration"),
                f"{model.name} makes sounds of {model.length}, not of {shown} s.",
            )


def _source(board: Storyboard, wish: SoundWish, model: Model, models: Models, media: MediaIndex) -> Found:
    asked = wish.asked
    where = (*wish.where, asked.kind) if wish.cue is not None else wish.where
    if asked.source is None:
        return
    clip = None
    if asked.source.shot is not None:
        clip = shown_clip(board.shot(asked.source.shot), media)
        if clip is not None and not clip.audio and asked.kind != "picture":
            yield where, f"the shot {asked.source.shot!r} has no sound to make it from."
            return
    elif asked.source.file is not None:
        clip = media.clips.get(asked.source.file)
    if clip is not None and asked.kind == "picture" and clip.size > UPLOAD_BYTES:
        yield where, f"{clip.name!r} is over {UPLOAD_BYTES // 1024 // 1024} MB: make it smaller, or cut it."
    seconds = source_seconds(board, wish, models, (), media)
    most = model.input_sound.below_seconds if model.input_sound is not None else None
    if seconds is not None and most is not None and seconds >= most:
        has = format_decimal(seconds, 1)
        yield (
            where,
            f"{model.name} takes sounds of less than {format_decimal(most)} s, and this has {has} s: cut it.",
        )
