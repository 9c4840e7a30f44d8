"""Speech length: how long words take to be said, estimated before there is any recording of them. Pure.

Letters are counted at the pace of their language, characters of Chinese, Japanese and Korean at that of theirs; figures
and signs as the words they are read as; punctuation as the pauses it stands for. Where lines of the same voice have
been recorded, their own pace is what counts.

The paces are those of 436 people reading aloud in 17 languages (Trauzettel-Klosinski and Dietz, Investigative
Ophthalmology & Visual Science 53 (2012), 5452, table 2). Alphabets go a fifth slower: English with its pauses comes to
the 150 to 160 words a minute of audiobooks then, as Japanese does to the 300 characters of newsreaders unslowed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from stitcher.timebase import SAMPLE_RATE

LETTERS_A_MINUTE = {
    "ar": 612,
    "de": 920,
    "en": 987,
    "es": 1025,
    "fi": 1078,
    "fr": 998,
    "he": 833,
    "it": 950,
    "ja": 357,
    "nl": 978,
    "pl": 916,
    "pt": 913,
    "ru": 986,
    "sl": 885,
    "sv": 917,
    "tr": 1054,
    "zh": 255,
}
"""By language: letters a minute, spaces left out, when a text is read aloud."""
_USUAL = 930
"""Letters a minute of a language with an alphabet that is not among them: the mean of those that have one."""
_KOREAN_SYLLABLES = 330
"""A minute; between Chinese and Japanese, of which the study has both and not Korean."""
_PERFORMED = 0.8
"""How fast is spoken to be listened to, of how fast an alphabet is read aloud."""

_LESS, _MORE = 0.75, 1.35
"""What the fastest and the slowest of ordinary voices make of an estimate: two deviations of the readers (13 % each)
below it, and somewhat more above it, as acting is slow rather than fast."""
_LEAST_SPREAD, _ONE_LINE_SPREAD = 0.08, 0.15
"""How far a voice is from its own pace in a line: at least, and where only one line of it is known."""

_SHORT_PAUSE, _LONG_PAUSE = 0.25, 0.55
_SHORT = re.compile(r"[,;:،؛、，；：–—]|(?<=\s)-(?=\s)")
_LONG = re.compile(r"(?:[.!?…。！？؟।]+[\"'”’»)\]」』]*(?=\s|$|[^\x00-\x7f])|[。！？…]|\n\s*\n)")
_NUMBER = re.compile(r"\d+(?:[.,:'\u202f\u00a0]\d+)*")
_LETTERS_OF_A_FIGURE = 6
_SYLLABLES_OF_A_FIGURE = 2
"""In Chinese, Japanese and Korean: itself and its place."""
_WORDS_OF_SIGNS = "%‰$€£¥&+=@#§°×÷"
_ENDS = 0.2
"""A voice's coming and going: recordings begin a little before the first word and end after the last."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line that has been recorded, and how long it came out."""

    text: str
    samples: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SpeechLength:
    """How long a line is likely to be, in samples at 48 kHz."""

    samples: int
    least: int
    most: int
    """Of twenty lines one is shorter than `least` or longer than `most`, or thereabouts."""
    lines: int = 0
    """How many recorded lines of the same voice it goes by; 0 where it goes by the language alone."""

    def __str__(self) -> str:
        """In a few words: `about 4.2s (3.2 to 5.7)`, with what it goes by where that is recorded lines."""
        about, least, most = (
            f"{samples / SAMPLE_RATE:.1f}" for samples in (self.samples, self.least, self.most)
        )
        by = f", by {self.lines} recorded line{'s' * (self.lines > 1)} of the voice" if self.lines else ""
        return f"about {about}s ({least} to {most}){by}"


def speech_length(
    text: str, language: str | None = None, recorded: Sequence[SpokenLine] = ()
) -> SpeechLength:
    """How long it takes to say `text` in a language (`en`, `pt-BR`; by its letters where it is not known), by the pace
    of what is `recorded` of the same voice.

    A text of no letters takes no time.
    """
    seconds = _seconds(text, language)
    paces = [
        (expected, line.samples / SAMPLE_RATE)
        for line in recorded
        if line.samples > 0 and (expected := _seconds(line.text, line.language or language))
    ]
    if not paces:
        return _length(seconds, seconds * _LESS, seconds * _MORE)
    pace = sum(took for _, took in paces) / sum(expected for expected, _ in paces)
    spread = _ONE_LINE_SPREAD
    if len(paces) > 1:
        errors = [(took / expected / pace - 1) ** 2 for expected, took in paces]
        spread = max(_LEAST_SPREAD, 2 * math.sqrt(sum(errors) / (len(errors) - 1)))
    took = seconds * pace
    return _length(took, took * max(_LESS / _MORE, 1 - spread), took * (1 + spread), lines=len(paces))


def _length(seconds: float, least: float, most: float, *, lines: int = 0) -> SpeechLength:
    samples, shortest, longest = (round(one * SAMPLE_RATE) for one in (seconds, least, most))
    return SpeechLength(samples, shortest, longest, lines)


def _seconds(text: str, language: str | None) -> float:
    """How long it takes at the language's own pace."""
    text = unicodedata.normalize("NFC", text).strip()
    numbers = _NUMBER.findall(text)
    words = _NUMBER.sub(" ", text)
    paces = _Paces(text, language)
    seconds = sum(paces.letter(letter) for letter in words) + sum(map(paces.number, numbers))
    seconds += sum(paces.number("1") for letter in words if letter in _WORDS_OF_SIGNS)
    if not seconds:
        return 0.0
    spoken = words.rstrip(" \n.!?…。！？؟।,;:\"'”’»)]」』")
    long = len(_LONG.findall(spoken))
    short = len(_SHORT.findall(spoken))
    return seconds + _LONG_PAUSE * long + _SHORT_PAUSE * short + _ENDS


class _Paces:
    """How long each character of a text takes, in seconds."""

    def __init__(self, text: str, language: str | None) -> None:
        spoken = (language or "").partition("-")[0].lower()
        scripts = {_script(letter) for letter in text}
        if not spoken and "kana" in scripts:
            spoken = "ja"
        own = LETTERS_A_MINUTE.get(spoken, _USUAL)
        # In Chinese and Japanese texts, Latin letters are mostly English.
        latin = LETTERS_A_MINUTE["en"] if spoken in ("ja", "zh") else own
        a_minute = {
            "other": latin * _PERFORMED,
            "arabic": (own if spoken not in ("", "he") else LETTERS_A_MINUTE["ar"]) * _PERFORMED,
            "hebrew": (own if spoken not in ("", "ar") else LETTERS_A_MINUTE["he"]) * _PERFORMED,
            "han": LETTERS_A_MINUTE["ja" if spoken == "ja" else "zh"],
            "kana": LETTERS_A_MINUTE["ja"],
            "hangul": _KOREAN_SYLLABLES,
        }
        self._letter = {script: 60 / letters for script, letters in a_minute.items()}
        self._figure = _LETTERS_OF_A_FIGURE * self._letter["other"]
        if spoken in ("ja", "zh", "ko") or scripts & {"han", "kana", "hangul"}:
            self._figure = _SYLLABLES_OF_A_FIGURE * self._letter["han"]

    def letter(self, letter: str) -> float:
        """Of a letter, or a vowel sign of India's and Thailand's scripts; 0 for anything else."""
        kind = unicodedata.category(letter)
        spoken = kind.startswith("L") or (kind.startswith("M") and not unicodedata.combining(letter))
        return self._letter[_script(letter)] if spoken else 0.0

    def number(self, written: str) -> float:
        """Of a number as it is read out: its noughts at the end are one word."""
        figures = re.sub(r"\D", "", written)
        said = len(figures.rstrip("0")) + (figures.endswith("0"))
        # A decimal point and the colon of a time are said, the separators of thousands are not.
        said += bool(re.search(r"[.,:]\d{1,2}$", written))
        return said * self._figure


def _script(letter: str) -> str:
    code = ord(letter)
    if 0x3040 <= code < 0x3100 or 0x31F0 <= code < 0x3200 or 0xFF66 <= code < 0xFFA0:
        return "kana"
    if 0x3400 <= code < 0xA000 or 0xF900 <= code < 0xFB00 or 0x20000 <= code < 0x32000:
        return "han"
    if 0xAC00 <= code < 0xD7B0 or 0x1100 <= code < 0x1200 or 0x3130 <= code < 0x3190:
        return "hangul"
    if 0x0590 <= code < 0x0600:
        return "hebrew"
    return "arabic" if 0x0600 <= code < 0x0780 else "other"
