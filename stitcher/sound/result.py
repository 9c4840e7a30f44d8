"""The result of a mixdown: the encoded file, its loudness before and after, and what to report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stitcher.sound.loudness import MeasuredLoudness


@dataclass(frozen=True, slots=True)
class SoundResult:
    """An encoded mix, and what was found out while it was made."""

    path: Path
    container: str
    """The demuxer to force when the file is opened."""
    codec: str
    """The encoder it was made with, by FFmpeg's name."""
    streams: int
    """1, or one mono stream a channel."""
    channels: int
    """Of all streams together."""
    sample_rate: int
    samples: int
    """A channel's length at `sample_rate`, as heard: without what the encoder put before and after it."""
    priming_samples: int
    """Samples the encoder put first, which an edit list (or a codec delay) hides; 0 where none are to be hidden."""
    before: MeasuredLoudness | None = None
    """The mix as measured; `None` when no target was given."""
    after: MeasuredLoudness | None = None
    """The encoded file as measured; `None` when no target was given."""
    gain_db: float = 0.0
    limited: bool = False
    """Whether the limiter had to be used."""
    sample_peak_dbfs: float | None = None
    """Highest sample of the mix, of all its channels; `None` for silence and when a target was given."""
    notes: tuple[str, ...] = ()
    """What a report must say."""
