"""Speech lengths: how long a text takes to be said, before there is a recording of it."""

from __future__ import annotations

import pytest

from stitcher.timebase import SAMPLE_RATE
from stitcher.timeline.speech_length import LETTERS_A_MINUTE, SpokenLine, speech_length

GETTYSBURG = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, "
    "and dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war, "
    "testing whether that nation, or any nation so conceived and so dedicated, can long endure."
)


def seconds(text: str, language: str | None = None) -> float:
    return speech_length(text, language).samples / SAMPLE_RATE


def test_english_comes_to_the_words_a_minute_of_audiobooks() -> None:
    assert 150 <= 60 * len(GETTYSBURG.split()) / seconds(GETTYSBURG, "en") <= 160


def test_japanese_comes_to_the_characters_a_minute_of_newsreaders() -> None:
    text = "今日は朝から全国で晴れて、気温は三十度を超える見込みです。" * 4
    characters = len(text.replace("、", "").replace("。", ""))
    assert 280 <= 60 * characters / seconds(text, "ja") <= 320


@pytest.mark.parametrize(
    ("text", "language", "least", "most"),
    [
        ("你好，世界。今天天气很好，我们去公园散步吧。", "zh", 4.5, 6.5),
        ("안녕하세요, 반갑습니다. 오늘은 날씨가 아주 좋습니다.", "ko", 4.0, 6.0),
        ("नमस्ते दुनिया। आज मौसम बहुत अच्छा है और हम बाग़ में टहलने जाएँगे।", "hi", 3.8, 6.0),
        ("Все счастливые семьи похожи друг на друга.", "ru", 2.3, 3.6),
        ("صباح الخير، كيف حالك اليوم؟", "ar", 2.3, 4.0),
        ("Guten Morgen! Wie geht es Ihnen?", "de", 2.2, 3.6),
    ],
)
def test_a_language_is_said_at_its_own_pace(text: str, language: str, least: float, most: float) -> None:
    assert least <= seconds(text, language) <= most


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今日は天気がいいですね", "ja"),
        ("今天天气很好", "zh"),
        ("안녕하세요", "ko"),
        ("שלום עולם", "he"),
        ("صباح الخير", "ar"),
    ],
)
def test_a_script_tells_the_language_where_nobody_does(text: str, language: str) -> None:
    assert speech_length(text) == speech_length(text, language)


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("well then", "well, then"),
        ("well, then", "well. then"),
        ("it was 5", "it was 1985"),
        ("it was 300", "it was 327"),
        ("it costs 5", "it costs 5 €"),
        ("it takes 15", "it takes 1.5"),
        ("one two", "one\n\ntwo"),
    ],
)
def test_figures_signs_and_pauses_take_time(shorter: str, longer: str) -> None:
    assert seconds(shorter, "en") < seconds(longer, "en")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("wait", "wait..."),
        ("wait", "  “wait!”  "),
        ("it was 12,500 then", "it was 12500 then"),
        ("cafe\u0301", "café"),
        ("a well-known man", "a wellknown man"),
    ],
)
def test_what_is_not_heard_takes_no_time(one: str, other: str) -> None:
    assert seconds(one, "en") == seconds(other, "en")


@pytest.mark.parametrize("text", ["", "   ", "...", "—!", "🙂"])
def test_a_text_without_words_takes_no_time(text: str) -> None:
    assert speech_length(text, "en").samples == 0


def test_an_estimate_says_how_far_it_may_be_off() -> None:
    length = speech_length(GETTYSBURG, "en")
    assert (length.least, length.most) == pytest.approx((0.75 * length.samples, 1.35 * length.samples), abs=1)
    assert str(speech_length("Mind the door.", "en")) == "about 1.0s (0.8 to 1.4)"


def test_a_region_of_a_language_is_said_as_the_language() -> None:
    assert speech_length("bom dia", "pt-BR") == speech_length("bom dia", "pt")


def test_a_voice_that_was_recorded_is_taken_at_its_own_pace() -> None:
    slow = SpokenLine(GETTYSBURG, round(1.4 * SAMPLE_RATE * seconds(GETTYSBURG, "en")), "en")
    length = speech_length("Mind the door.", "en", [slow])
    assert length.samples == pytest.approx(1.4 * speech_length("Mind the door.", "en").samples, abs=2)
    assert length.lines == 1


def test_the_more_alike_a_voices_lines_are_the_narrower_is_its_range() -> None:
    def line(text: str, pace: float) -> SpokenLine:
        return SpokenLine(text, round(pace * SAMPLE_RATE * seconds(text, "en")), "en")

    texts = ("Mind the door.", "It is open, I think.", "Nobody came in the end.")
    steady = speech_length("Good night.", "en", [line(text, 1.2) for text in texts])
    moody = speech_length(
        "Good night.", "en", [line(text, pace) for text, pace in zip(texts, (0.9, 1.2, 1.5), strict=True)]
    )
    assert steady.most - steady.least < moody.most - moody.least
    assert steady.samples * 1.07 < steady.most


@pytest.mark.parametrize("line", [SpokenLine("...", 48_000), SpokenLine("Hello", 0)])
def test_a_recording_that_tells_no_pace_is_left_out(line: SpokenLine) -> None:
    assert speech_length("Mind the door.", "en", [line]) == speech_length("Mind the door.", "en")


def test_every_listed_pace_is_a_pace() -> None:
    assert all(200 < pace < 1200 for pace in LETTERS_A_MINUTE.values())
