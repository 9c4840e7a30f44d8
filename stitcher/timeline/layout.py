"""Layout: a storyboard and the probed facts about its files become a timeline. Pure: no file is opened here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from stitcher.storyboard.model import LowerThird, Storyboard
from stitcher.timeline.anchors import Places, place_markers
from stitcher.timeline.balance import balanced, refuse_unknown_roles
from stitcher.timeline.captions import lay_captions
from stitcher.timeline.chapters import chapter_notes, lay_chapters
from stitcher.timeline.fades import faded, lay_fades
from stitcher.timeline.film_format import film_rate, film_size, start_frame
from stitcher.timeline.hold import hold_notes
from stitcher.timeline.media_index import MediaIndex, Seam
from stitcher.timeline.model import Cue, Timeline
from stitcher.timeline.overlays import lay_film_overlays, overlay_notes
from stitcher.timeline.own_sounds import own_sounds
from stitcher.timeline.placed_cues import placed_cues
from stitcher.timeline.room_tone import room_tone
from stitcher.timeline.shot_match import matched
from stitcher.timeline.shots import lay_shots, shot_clips, shot_pictures
from stitcher.timeline.still_moves import refuse_moves_without_room
from stitcher.timeline.transitions import join, seams_to_measure
from stitcher.timeline.words import substitute_notes, words_of

__all__ = [
    "MediaIndex",
    "Seam",
    "caption_files",
    "clip_files",
    "lay_out",
    "lut_files",
    "match_seams",
    "named_fonts",
    "named_texts",
    "overlay_files",
    "sound_files",
    "still_files",
]


STAND_IN = " (stand-in)"
"""What is added to the names of sounds that only stand in for bought ones."""


def clip_files(board: Storyboard) -> tuple[Path, ...]:
    """Every clip the storyboard shows, each once, in order of appearance."""
    return tuple(
        dict.fromkeys(shot.clip for shot in board.shots if shot.kind == "clip" and shot.clip is not None)
    )


def still_files(board: Storyboard) -> tuple[Path, ...]:
    """Every still the storyboard shows, each once, in order of appearance."""
    return tuple(dict.fromkeys(shot.still for shot in board.shots if shot.still is not None))


def overlay_files(board: Storyboard) -> tuple[Path, ...]:
    """Every picture that lies over a shot or over the film, each once."""
    laid = [*(one for shot in board.shots for one in shot.overlays), *(one for _, one in board.film_overlays)]
    return tuple(dict.fromkeys(one.picture for one in laid if not isinstance(one, LowerThird)))


def sound_files(board: Storyboard) -> tuple[Path, ...]:
    """Every sound file the storyboard places, each once, in order."""
    tone = [board.ambience.file] if board.ambience is not None and board.ambience.file is not None else []
    cues = [cue.file for cue in board.sound if cue.file is not None]
    return tuple(dict.fromkeys([*cues, *tone]))


def named_fonts(board: Storyboard) -> tuple[Path | str, ...]:
    """Every font that a title, an overlay or captions are to be set in, each once: a file's path, or a name."""
    words = [text.font for _, text in words_of(board)]
    styles = [captions.style.font for captions in board.captions]
    return tuple(dict.fromkeys(font for font in (*words, *styles) if font is not None))


def named_texts(board: Storyboard) -> tuple[tuple[Path | str | None, str], ...]:
    """Every text of words on the picture with the font it is to be set in, each once."""
    return tuple(dict.fromkeys((words.font, words.text) for _, words in words_of(board)))


def lut_files(board: Storyboard) -> tuple[Path, ...]:
    """Every look-up table of colours that a grade names, each once."""
    grades = (shot.grade for shot in board.shots if shot.grade is not None)
    return tuple(dict.fromkeys(grade.lut for grade in grades if grade.lut is not None))


def caption_files(board: Storyboard) -> dict[Path, str | None]:
    """Every caption file of the storyboard and of its sounds, in order, with the encoding it is said to be in."""
    named = {one.file: one.encoding for one in board.captions if one.file is not None}
    # A dub's anchors may go by the words of the line it stands for.
    cues = [known for cue in board.sound for known in (cue, cue.own) if known is not None]
    of_sounds = [cue.captions for cue in cues if cue.captions is not None]
    return {**dict.fromkeys(of_sounds), **named}


def match_seams(board: Storyboard, media: MediaIndex) -> tuple[Seam, ...]:
    """The match cuts whose doubled frame has to be measured before `lay_out` can be called.

    Raises what `lay_out` raises about rates and ranges.
    """
    clips = shot_clips(board, media)
    rate = film_rate(board, clips)
    return seams_to_measure(board, lay_shots(board, media, rate), rate)


def lay_out(board: Storyboard, media: MediaIndex, *, kinds: Collection[str] | None = None) -> Timeline:
    """The film on frames. `kinds` are the xfade kinds of the ffmpeg at hand; `None` leaves them unchecked.

    Raises `NotGenerated` for shots without a take and `PlanError` for parts that make no film together, naming
    shot, what it has and what it needs, everything of one step at once.
    """
    pictures = shot_pictures(board, media)
    rate = film_rate(board, pictures)
    width, height = film_size(board, pictures, media.enlarged)
    first_frame = start_frame(board, rate)
    items, transitions = join(board, lay_shots(board, media, rate), media, rate=rate, kinds=kinds)
    refuse_moves_without_room(board, items, (width, height))
    fades = lay_fades(board, items, transitions, rate)
    places = Places.of(items, transitions, rate)
    markers = place_markers(board, items, places)
    places = places.with_markers(markers)
    refuse_unknown_roles(board)
    placed = placed_cues(board, places, media)
    overlays = lay_film_overlays(board, placed.places, media)
    spoken = {number: cue for number, cue in enumerate(placed.cues) if not board.sound[number].mute}
    captions = lay_captions(board, placed.places, spoken, media)
    chapters = lay_chapters(board, items, markers)
    heard = own_sounds(board, items, transitions, rate, media=media, fades=fades)
    own, matches = matched(board, heard, media.activity)
    tone, tones = room_tone(board, items, own, media, rate)
    cues, balance = balanced(board, own + tone, placed.cues, media, rate)
    return Timeline(
        title=board.name,
        rate=rate,
        width=width,
        height=height,
        items=items,
        transitions=transitions,
        cues=tuple(_marked(cue, media) for cue in faded(cues, fades, rate)),
        fades=fades,
        overlays=overlays,
        markers=markers,
        captions=captions.tracks,
        chapters=chapters,
        start_frame=first_frame,
        notes=(
            *hold_notes(items, pictures, rate),
            *substitute_notes(board, media),
            *overlay_notes(items, overlays, rate),
            *placed.notes,
            *matches,
            *tones,
            *balance,
            *captions.notes,
            *chapter_notes(board, chapters, items[-1].record_range.stop, rate),
        ),
        loudness=board.loudness,
        accept=board.accept,
        seam_accept=tuple((shot.id, one) for shot in board.shots for one in shot.accept),
        project=board.path.parent if board.path is not None else None,
        drop_frame=";" in board.format.start,
        language=board.language or "",
    )


def _marked(cue: Cue, media: MediaIndex) -> Cue:
    """The cue, said to be a stand-in where it is one: last of all, so that the storyboard's own names can be told."""
    return replace(cue, name=f"{cue.name}{STAND_IN}") if cue.sound.path in media.stand_ins else cue
