"""What is measured of the pictures of a clip, each once, and of its two ends. Pure: pictures in, numbers out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from stitcher.seams.classify import PICTURES_BEFORE
from stitcher.seams.detail import NO_BARS, Bars, Detail, bars_of, detail_of
from stitcher.seams.motion import Flow
from stitcher.seams.scales import halved, size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stitcher.seams.colour import Grid
    from stitcher.seams.motion import Levels
    from stitcher.seams.scales import Luma

SIZE = (192, 108)
"""Width and height in which pictures are compared; `measure` in `repeated_frames` looks at the same."""
_GRID = (16, 9)
_COLOURS = (64, 36)
_NEAR = 12
"""Pictures of each end whose colours are kept."""
_FINE = 4
"""Pictures of each end whose detail is measured: the 2nd, 4th, … from the cut. The very first is a key frame's, which
encoders make of another quality."""
_BLOCKS = (6, 8)


class PictureSource(Protocol):
    """A picture that gives itself in several ways; `stitcher.media.small_pictures` has them."""

    def luma(self, size: tuple[int, int]) -> Luma:
        """Small luma at the clip's own levels."""
        ...

    def rgb(self, size: tuple[int, int]) -> Luma:
        """Small RGB."""
        ...

    def fine(self) -> Luma:
        """Luma in its own size, full range."""
        ...


@dataclass(frozen=True, slots=True)
class ClipMeasure:
    """What was measured of the pictures of a clip that are seen, in order."""

    light: tuple[float, ...]
    """Mean luma of each, 8-bit levels."""
    brightest: tuple[int, ...]
    """Brightest luma of each, once averaged over small areas."""
    steps: tuple[float, ...]
    """What each differs by from the one before (root mean square of levels); one fewer than pictures."""
    moved: tuple[float, ...]
    """How much of that is motion, in the same unit."""
    ways: tuple[tuple[float, float], ...]
    """Mean motion of the whole picture to the right and down, as shares of its width."""
    head: Detail
    """Of its first pictures."""
    tail: Detail
    head_spread: tuple[float, float]
    """How far sharpness and grain differ among the first pictures: largest to smallest less 1, and levels."""
    tail_spread: tuple[float, float]
    bars: Bars
    """Bars that all pictures looked at have."""

    @property
    def pictures(self) -> int:
        """How many there are."""
        return len(self.light)


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """The pictures at one end of what is seen of a clip, in order."""

    luma: tuple[Luma, ...]
    colours: tuple[Grid, ...]


@dataclass(slots=True)
class Measuring:
    """Takes the pictures of a clip, one by one, and remembers no more of them than its ends."""

    turned: bool = False
    """Whether pictures are stored on their side."""
    first: list[Luma] = field(default_factory=list)
    first_colours: list[Grid] = field(default_factory=list)
    last: deque[Luma] = field(default_factory=lambda: deque(maxlen=PICTURES_BEFORE))
    _latest: deque[PictureSource] = field(default_factory=lambda: deque(maxlen=_NEAR))
    _light: list[float] = field(default_factory=list)
    _brightest: list[int] = field(default_factory=list)
    _steps: list[float] = field(default_factory=list)
    _moved: list[float] = field(default_factory=list)
    _ways: list[tuple[float, float]] = field(default_factory=list)
    _bars: list[Bars] = field(default_factory=list)
    _fine: list[Detail] = field(default_factory=list)
    _before: Levels | None = None

    def add(self, picture: PictureSource) -> None:
        """Measure the next picture."""
        number = len(self._light)
        luma = picture.luma(SIZE[::-1] if self.turned else SIZE)
        if number < PICTURES_BEFORE:
            self.first.append(luma)
        if number < _NEAR:
            self.first_colours.append(self._grid(picture))
        if number < 2 * _FINE and number % 2:
            self._fine.append(detail_of(picture.fine()))
        if number % 12 == 0:
            self._bars.append(bars_of(luma))
        self.last.append(luma)
        self._latest.append(picture)
        self._light.append(float(luma.mean()))
        small = halved(luma.astype(np.float32))
        self._brightest.append(int(small.max()))
        if self._before is not None:
            self._add_step(self._before, small)
        self._before = small

    def _add_step(self, before: Levels, small: Levels) -> None:
        change = small - before
        self._steps.append(size(change))
        change -= change.mean()
        flow = Flow(before, _BLOCKS if before.shape[1] >= before.shape[0] else _BLOCKS[::-1])
        self._moved.append(flow.size(change))
        x, y = flow.shift(change)
        self._ways.append((x / before.shape[1], y / before.shape[1]))

    def done(self) -> tuple[ClipMeasure, End, End]:
        """What was measured, and the pictures of both ends."""
        latest = list(self._latest)
        fine = [detail_of(picture.fine()) for picture in latest[-2 : -2 * _FINE - 1 : -2]] or self._fine
        self._bars.append(bars_of(self.last[-1]))
        if not self._fine:
            self._fine, fine = [one := detail_of(latest[0].fine())], [one]
        head, tail = (_middle(side) for side in (self._fine, fine))
        measure = ClipMeasure(
            tuple(round(one, 3) for one in self._light),
            tuple(self._brightest),
            tuple(round(one, 4) for one in self._steps),
            tuple(round(one, 4) for one in self._moved),
            tuple((round(x, 6), round(y, 6)) for x, y in self._ways),
            head,
            tail,
            _spread(self._fine),
            _spread(fine),
            _common(self._bars),
        )
        colours = tuple(self._grid(picture) for picture in latest)
        return measure, End(tuple(self.first), tuple(self.first_colours)), End(tuple(self.last), colours)

    def _grid(self, picture: PictureSource) -> Grid:
        colours = picture.rgb(_COLOURS[::-1] if self.turned else _COLOURS)
        columns, rows = _GRID if colours.shape[1] >= colours.shape[0] else _GRID[::-1]
        down, across = colours.shape[0] // rows, colours.shape[1] // columns
        blocks = colours.reshape(rows, down, columns, across, 3)
        grid: NDArray[np.float64] = blocks.mean(axis=(1, 3))
        return grid


def measured(pictures: Iterable[PictureSource], *, turned: bool = False) -> tuple[ClipMeasure, End, End]:
    """What is measured of some pictures, one at least, and their first and last ones."""
    measuring = Measuring(turned)
    for picture in pictures:
        measuring.add(picture)
    return measuring.done()


def _middle(details: Sequence[Detail]) -> Detail:
    return Detail(
        round(float(np.median([one.sharpness for one in details])), 4),
        round(float(np.median([one.grain for one in details])), 4),
    )


def _spread(details: Sequence[Detail]) -> tuple[float, float]:
    sharp, grain = [one.sharpness for one in details], [one.grain for one in details]
    return (round(max(sharp) / max(min(sharp), 0.01) - 1, 4), round(max(grain) - min(grain), 4))


def _common(bars: Sequence[Bars]) -> Bars:
    """The bars of a clip: none where they come and go."""
    least = np.min(bars, axis=0)
    same = np.max(bars, axis=0) - least < 0.02
    return (*map(float, np.where(same, least, 0.0)),) if len(bars) else NO_BARS  # type: ignore[return-value]  # four of them, as there are sides
