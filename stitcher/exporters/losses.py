"""What is lost on the way into an editor: a fixed list of names, so that reports can be compared and searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

_T = TypeVar("_T")
LossKind = Literal[
    "bars",
    "channels",
    "conform",
    "disabled",
    "drawn",
    "drop-frame",
    "effect",
    "fade",
    "fit",
    "focus",
    "gain",
    "handles",
    "held",
    "gain-range",
    "loop",
    "markers",
    "name",
    "not-installed",
    "off-grid",
    "overlay-blend",
    "pan",
    "picture-fade",
    "picture-size",
    "pitch",
    "placeholder",
    "rate",
    "processing",
    "reel-time",
    "sound",
    "source-timecode",
    "speed",
    "start",
    "text",
    "transition",
    "unseen",
    "variable-rate",
]

MEANINGS: Mapping[LossKind, str] = {
    "bars": "beside the picture lie blurred parts of itself; in the editor its bars are black",
    "channels": "the editor chooses itself which channels of the file are heard",
    "conform": "neighbouring pictures are blended in the film; the editor shows whole ones unless told otherwise",
    "disabled": "the shot is switched off, which the format cannot say; black stands in its place",
    "drawn": "it was drawn, and lies in media; change it in the storyboard and export again",
    "drop-frame": "the format does not say how timecode counts; set it in the editor",
    "effect": "the effect is not in the hand-over",
    "fade": "the sound comes and goes without its fades",
    "fit": "the picture has another shape than the film; the editor decides how it fills it",
    "focus": "what of a cropped picture stays in view is not in the hand-over; the editor shows its middle",
    "gain": "the sound is at the level it has in its file",
    "gain-range": "the gain is beyond what the format allows, and was limited",
    "handles": "the shot was drawn as long as it is seen, and has no handles",
    "held": "the last picture is held after the file's end; what stands there is the editor's own choice",
    "loop": "the sound is played once, because its file does not tell how long it is",
    "markers": "the format has no place for markers",
    "name": "characters that the format cannot hold were left out of a name",
    "not-installed": "the format is not in the hand-over, because what writes it is not installed",
    "off-grid": "sound lies on samples, and the format on frames: it was moved to the nearest",
    "overlay-blend": "what lies over the shot does not come and go with it where it dissolves, and is there at once",
    "pan": "the sound is in the middle",
    "picture-fade": "the picture comes and goes without its fade",
    "picture-size": "the format does not say how large the picture is; set it in the editor",
    "pitch": "the sound is played faster or slower, and its pitch may change",
    "placeholder": "the shot is not made yet; a stand-in of its length has the name that its take will have, and "
    "exporting again puts the take in its place",
    "processing": "what is done to the sound is in the stems alone",
    "rate": "the clip has another rate than the film; the editor chooses itself which of its pictures are seen",
    "reel-time": "source time is counted at the film's rate, not at the clip's own",
    "sound": "the format holds pictures only; the sound is not in it",
    "source-timecode": "times of the file count from 0, and not from its own timecode",
    "speed": "the clip runs at its own speed",
    "start": "the timeline counts from 00:00:00:00; the format does not say at which timecode the film starts",
    "text": "the text is not in the hand-over; a gap, or the shot without it, stands there",
    "transition": "the editor has no such transition; a cross dissolve of the same length stands there",
    "unseen": "no frame of the shot is seen, and it was left out",
    "variable-rate": "the pictures come at no constant rate; editors count them at the average one",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that an editor will not have as the film has it."""

    kind: LossKind
    where: str = ""
    """The shot, sound or track it is about; empty for the whole film."""
    detail: str = ""

    def __str__(self) -> str:
        return told(MEANINGS[self.kind], where=self.where, detail=self.detail)


def told(meaning: str, *, where: str, detail: str) -> str:
    """What is lost, of what, in one line."""
    what = f"{where}: " if where else ""
    more = f" ({detail})" if detail else ""
    return f"{what}{meaning}{more}"


def unique(losses: Iterable[_T]) -> tuple[_T, ...]:
    """Each loss once, in the order in which they came."""
    return tuple(dict.fromkeys(losses))
