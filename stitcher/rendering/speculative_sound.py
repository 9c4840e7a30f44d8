"""Speculative mix: begins a film's sound while its match cuts are still being measured.

Whether a match cut drops a frame decides the film's length, and so its sound. But the cuts of one film are mostly
alike: once the first is measured, the rest can be guessed, and the encode of the sound, which is what a copied film
waits for, need not wait for them. A wrong guess is stopped and costs nothing but the processor's time; a right one
is found in the cache, under the name it would have had anyway.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import StitcherError
from stitcher.media.ffmpeg import find
from stitcher.media.ffmpeg_check import check
from stitcher.rendering.cache import Cache
from stitcher.rendering.context import RenderContext
from stitcher.rendering.output import container_for
from stitcher.rendering.segments import Plan
from stitcher.rendering.soundtrack import make_soundtrack
from stitcher.timeline.model import Timeline

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class SpeculativeMix:
    """What `lay_out` tells of the timeline: first as it will probably be, then as it is."""

    plan: Callable[[Timeline], Plan]
    out: Path
    cache: Cache
    project: Path | None
    _guess: Timeline | None = None
    _stop: threading.Event | None = None
    _thread: threading.Thread | None = None

    def likely(self, timeline: Timeline) -> None:
        """Begin with the sound of a film that will probably be like this."""
        if self._thread is not None or not timeline.cues:
            return
        self._guess, self._stop = timeline, threading.Event()
        self._thread = threading.Thread(target=self._make, args=(timeline, self._stop), name="sound ahead")
        self._thread.start()

    def certain(self, timeline: Timeline) -> None:
        """Go on if this is what was guessed, and stop otherwise."""
        if timeline != self._guess:
            self.end()

    def end(self) -> None:
        """Stop what still runs."""
        if self._thread is not None and self._stop is not None:
            self._stop.set()
            self._thread.join()

    def _make(self, timeline: Timeline, stop: threading.Event) -> None:
        try:
            check(find())
            plan = self.plan(timeline)
            make_soundtrack(
                plan, container_for(plan, self.out), RenderContext(self.cache, stop, project=self.project)
            )
        except StitcherError as exc:
            # Whatever is wrong will be said, with its place, when it is the film's turn.
            _log.debug("the sound was not made ahead: %s", exc)


@contextmanager
def speculative_mix(
    plan: Callable[[Timeline], Plan], out: Path, *, cache: Path | None, project: Path | None
) -> Iterator[SpeculativeMix]:
    """A `SpeculativeMix` for one film, which ends with the block. Asks ffmpeg its version meanwhile."""
    ahead = SpeculativeMix(plan, out, Cache.at(cache), project)
    # That is waiting, mostly, and clips are probed meanwhile. Nobody waits for it who does not need the answer.
    threading.Thread(target=_ask_ffmpeg, name="ask ffmpeg", daemon=True).start()
    try:
        yield ahead
    finally:
        ahead.end()


def _ask_ffmpeg() -> None:
    # Whoever needs it will say that it is missing.
    with suppress(StitcherError):
        find()
