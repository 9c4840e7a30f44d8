"""The page that lies in a hand-over: what to open and how, the film's numbers, and what is not as in the film. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill

from stitcher.delivery.editor_preset import EditorPreset
from stitcher.exporters.handover import Handover
from stitcher.exporters.losses import MEANINGS, Loss, LossKind
from stitcher.exporters.parts import Part
from stitcher.timebase import format_decimal, format_rate, frames_to_seconds

_SHOWN = 12
"""Places told of one kind of loss."""


def readme(
    handover: Handover,
    preset: EditorPreset,
    formats: Sequence[tuple[str, Sequence[str], tuple[Loss, ...]]],
    parts: Sequence[Part] = (),
) -> str:
    """The text of README.txt; `formats` are names with their files and what each lost, `parts` what lies beside."""
    lines = [
        handover.title or "Film",
        "",
        f"For {preset.title}.",
        *_numbers(handover),
        "",
        "What to do",
        *(_indented(f"{number}. {step}") for number, step in enumerate(preset.open, start=1)),
        *(_indented(note) for note in preset.notes),
    ]
    if not preset.tried.value:
        lines += [
            "",
            "This has never been opened in that program itself; it was read back by other programs.",
        ]
    lines += ["", "Files", *(f"  {', '.join(files)}  ({name})" for name, files, _ in formats if files)]
    lines += [
        "  media/           clips and sounds, whole, with their handles",
        *_made_again(handover),
        *(f"  {part.place:<16} {part.about}" for part in parts),
        "  MANIFEST.sha256  checksums: sha256sum -c MANIFEST.sha256",
        "",
        "After the folder was moved: stitcher relink FOLDER writes the new place into its timelines.",
        "",
        "What is not as in the film",
        *_losses("in every format", handover.losses),
    ]
    for name, _, losses in formats:
        lines += _losses(f"in {name}", losses)
    if not handover.losses and not any(losses for *_, losses in formats):
        lines.append("  Nothing.")
    return "\n".join(lines) + "\n"


def _numbers(handover: Handover) -> Iterator[str]:
    rate = format_decimal(handover.rate, 3)
    exact = f" ({format_rate(handover.rate)})" if handover.rate.denominator > 1 else ""
    drop = "drop-frame" if handover.drop_frame else "non-drop"
    seconds = format_decimal(frames_to_seconds(handover.frames, handover.rate), 2)
    yield f"Picture {handover.width}x{handover.height} at {rate}{exact} frames a second."
    yield f"Timecode from {handover.timecode(0)}, {drop}; {handover.frames} frames, {seconds} s."


def _made_again(handover: Handover) -> Iterator[str]:
    """Media that the editor would not have decoded as they were."""
    again = [f"{one.file} (from {one.original})" for one in handover.media if one.original]
    if again:
        more = f" and {len(again) - _SHOWN} more" if len(again) > _SHOWN else ""
        yield _indented(
            f"in media/, made again so that {'they are' if len(again) > 1 else 'it is'} decoded, picture for picture: "
            f"{', '.join(again[:_SHOWN])}{more}"
        )


def _losses(where: str, losses: Iterable[Loss]) -> Iterator[str]:
    by_kind: dict[LossKind, list[str]] = {}
    for loss in losses:
        place = f"{loss.where} ({loss.detail})" if loss.detail and loss.where else loss.where or loss.detail
        by_kind.setdefault(loss.kind, []).append(place)
    for kind, places in by_kind.items():
        named = [place for place in places if place]
        more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
        whose = f": {', '.join(named[:_SHOWN])}{more}" if named else ""
        yield _indented(f"{where}, {kind}: {MEANINGS[kind]}{whose}.")


def _indented(text: str) -> str:
    return fill(text, 100, initial_indent="  ", subsequent_indent="    ", break_long_words=False)
