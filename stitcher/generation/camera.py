"""Camera moves in a prompt (pan, tilt, push), as numbers. Pure; words it does not know move nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GAP = r"(?:[ \t]+[\w'’-]+){0,4}?[ \t]+"
"""Up to four words between a verb and its direction, and no punctuation: `pans very slowly to the left`."""
_SIDEWAYS = r"(?:pan|truck|slid|track|swing|sweep|glid|dolly|doll|drift|strafe|mov)(?:s|es|ies|ing|ning|e)?"
_UPWARDS = r"(?:tilt|crane|cran|boom|pedestal|ris|lift|descend|look|mov)(?:s|es|ing|e)?"

_STILL = re.compile(
    r"\b(?:static|locked[- ](?:off|down)|tripod|motionless camera|still camera|fixed (?:camera|shot|frame)"
    r"|(?:no|without) (?:any )?camera (?:movement|motion)"
    r"|camera (?:is |stays |remains |holds )(?:still|fixed|static))\b"
)
_IN = re.compile(
    rf"\b(?:zoom|dolly|push|mov|creep|track|fly|flies|glid|driv|travel)(?:s|es|ies|ing|e)?{_GAP}?"
    r"(?:in|into|in on|closer|forwards?|towards?|through)\b"
    r"|\b(?:zoom|dolly|push|track)[- ]in\b|\bcrash zoom\b|\bpush(?:es|ing)? through\b"
)
_OUT = re.compile(
    rf"\b(?:zoom|dolly|pull|mov|track|fly|flies|back)(?:s|es|ies|ing|e)?{_GAP}?(?:out|back|backwards?|away)\b"
    r"|\b(?:zoom|dolly|pull|track)[- ](?:out|back)\b|\bpulls? (?:out|back|away)\b"
)
_LEFT = re.compile(rf"\b{_SIDEWAYS}{_GAP}?left(?:wards?)?\b|\b(?:pan|truck|whip pan)[- ]left\b")
_RIGHT = re.compile(rf"\b{_SIDEWAYS}{_GAP}?right(?:wards?)?\b|\b(?:pan|truck|whip pan)[- ]right\b")
_UP = re.compile(rf"\b{_UPWARDS}{_GAP}?(?:up|upwards?)\b|\b(?:tilt|crane|pedestal)[- ]up\b|\bcamera rises\b")
_DOWN = re.compile(
    rf"\b{_UPWARDS}{_GAP}?(?:down|downwards?)\b|\b(?:tilt|crane|pedestal)[- ]down\b|\bcamera descends\b"
)
_TRACKING = re.compile(
    r"\b(?:tracking|travelling|following|dolly|side[- ]?scrolling) shot\b|\bcamera follows\b"
)
_PAN = re.compile(r"\b(?:pan|pans|panning)\b")
_TILT = re.compile(r"\b(?:tilt|tilts|tilting)\b")
_ORBIT = re.compile(
    r"\b(?:orbit(?:s|ing)?|arc(?:s|ing)? (?:shot|around)|circl(?:es|ing)(?: around)?|revolv(?:es|ing) around"
    r"|rotat(?:es|ing) around)\b"
)
_LEFT_AFTER = re.compile(r"\b(?:left|counter-?clockwise|anti-?clockwise)\b")
_HAND = re.compile(r"\b(?:hand-?held|shaky|shaking camera)\b")
_SLOW = re.compile(
    r"\b(?:slow|slowly|gentle|gently|subtle|subtly|smooth and slow|barely|gradual|gradually)\b"
)
_FAST = re.compile(r"\b(?:fast|quick|quickly|rapid|rapidly|swift|swiftly|whip|crash)\b")

_CLOSER, _ACROSS, _ORBITS, _SHAKE = 0.044, 0.02, 0.024, 0.004
_IDLE = 0.009
_MOST = 2.6
"""More than this many times five seconds' movement is not shown: nothing of the picture would be left."""


@dataclass(frozen=True, slots=True)
class Camera:
    """How the view moves over a whole take. All zero is a camera that stands still."""

    closer: float = 0.0
    """Natural logarithm of how much larger things get; below 0 for pulling out."""
    across: float = 0.0
    """How far the middle of the view goes to the right, as a share of the width; below 0 to the left."""
    down: float = 0.0
    """How far it goes down, as a share of the height; below 0 up."""
    orbit: float = 0.0
    """How much one side of the view grows against the other: above 0 the camera circles to the right."""
    shake: float = 0.0
    """How far it wavers, as a share of the picture."""

    @property
    def moves(self) -> bool:
        """Whether anything moves at all."""
        return self != Camera()


def read_camera(prompt: str, seconds: float = 5.0) -> Camera:
    """What a prompt's camera words mean for a take of this length.

    A prompt that says nothing of the camera gets a hint of a push in, so that a take can be told from a still; one
    that asks for stillness gets it.
    """
    text = " ".join(prompt.lower().replace("\n", " ").split())
    if _STILL.search(text):
        return Camera()
    length = min(seconds, 5.0 * _MOST)
    pace = (0.5 if _SLOW.search(text) else 1.0) * (1.8 if _FAST.search(text) else 1.0)
    unit = pace * length
    closer = _CLOSER * unit * (bool(_IN.search(text)) - bool(_OUT.search(text)))
    across = _ACROSS * unit * (bool(_RIGHT.search(text)) - bool(_LEFT.search(text)))
    down = _ACROSS * unit * (bool(_DOWN.search(text)) - bool(_UP.search(text)))
    orbit = 0.0
    if _ORBIT.search(text):
        orbit = _ORBITS * unit * (-1 if _LEFT_AFTER.search(text) else 1)
        across = orbit / 2
    if not across and (_TRACKING.search(text) or (_PAN.search(text) and not _LEFT.search(text))):
        across = _ACROSS * unit
    if not down and _TILT.search(text) and not (_UP.search(text) or _DOWN.search(text)):
        down = -_ACROSS * unit
    shake = _SHAKE if _HAND.search(text) else 0.0
    found = Camera(_cap(closer, 0.9), _cap(across, 0.3), _cap(down, 0.3), _cap(orbit, 0.35), shake)
    return found if found.moves else Camera(closer=_IDLE * length)


def _cap(value: float, most: float) -> float:
    return max(-most, min(most, value))
