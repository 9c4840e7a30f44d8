"""Frame rate conform: which picture of a source is seen at which frame of the film, when rates or speed differ.

One rule, which is also that of ffmpeg's `setpts=(PTS-STARTPTS)/SPEED,fps=RATE:round=near`: every picture falls on
the film frame nearest to its time (halves later), and a film frame shows the last picture that fell on it or
before it. The last picture is seen for as long as it lasts.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from fractions import Fraction

from stitcher.media.clip import Clip
from stitcher.timebase import round_half_up


def picture_frame(clip: Clip, picture: int, film_rate: Fraction, speed: Fraction = Fraction(1)) -> int:
    """The source-clock frame on which picture `picture` (display order) falls."""
    video = clip.video
    # The filter keeps times in the file's time base, so what `speed` leaves over is cut off there.
    ticks = (video.pts[picture] - video.pts[0]) * speed.denominator // speed.numerator
    return round_half_up(ticks * video.time_base * film_rate)


def film_frames(clip: Clip, film_rate: Fraction, speed: Fraction = Fraction(1)) -> int:
    """How many film frames the whole clip fills; 0 for one sped up to nothing."""
    filled = round_half_up(clip.duration / speed * film_rate)
    # A picture may be said to last less than a frame; at the clip's own rate each has one.
    one_by_one = clip.video.rate == film_rate and speed == 1
    return max(filled, clip.video.frames) if one_by_one else filled


def moving_frames(clip: Clip, film_rate: Fraction, speed: Fraction = Fraction(1)) -> int:
    """How many film frames the clip fills before its last picture is shown for longer than the others."""
    evenly = replace(clip, video=replace(clip.video, last_seconds=None))
    return min(film_frames(clip, film_rate, speed), film_frames(evenly, film_rate, speed))


def source_picture(clip: Clip, frame: int, film_rate: Fraction, speed: Fraction = Fraction(1)) -> int:
    """The picture (display order) seen at source-clock `frame`; raises `IndexError` outside the clip."""
    if not 0 <= frame < film_frames(clip, film_rate, speed):
        raise IndexError(f"{clip.name} has no film frame {frame}")
    pictures = range(clip.video.frames)
    return (
        bisect_right(pictures, frame, key=lambda picture: picture_frame(clip, picture, film_rate, speed)) - 1
    )


def frame_at(clip: Clip, seconds: Fraction, film_rate: Fraction, speed: Fraction = Fraction(1)) -> int:
    """The source-clock frame boundary nearest to a time of the clip as it plays unsped."""
    return round_half_up(seconds / speed * film_rate)


def seconds_of_picture(clip: Clip, picture: int) -> Fraction:
    """When picture `picture` begins, from the clip's first; the clip's end for the one after the last."""
    video = clip.video
    if picture >= video.frames:
        return clip.duration + (picture - video.frames) / video.average_rate
    return (video.pts[picture] - video.pts[0]) * video.time_base
