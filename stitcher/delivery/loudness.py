"""What a loudness file says: one target of the mix, each number with its kind and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from stitcher.delivery.preset import Checked, Citation, Cited, CitedSource
from stitcher.delivery.spec import LoudnessTarget


class LoudnessRow(BaseModel):
    """What a loudness file says."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    preset: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: str
    checked: Checked
    measured: str = ""
    """By what meter, for people."""
    gate: Literal["programme", "dialogue"] = "programme"
    note: str = ""
    insist: bool = False
    """Whether a film that cannot be brought so loud is refused instead of delivered as near as it can be."""
    integrated_lufs: Cited[Annotated[float, Field(ge=-70, le=0)]] | None = None
    tolerance_lu: Cited[Annotated[float, Field(gt=0, le=20)]] = Citation(0.5)
    true_peak_dbtp: Cited[Annotated[float, Field(ge=-20, le=3)]]
    limit_dbtp: Cited[Annotated[float, Field(ge=-20, le=3)]] | None = None
    range_lu: Cited[tuple[float, float]] | None = None
    sources: dict[str, CitedSource] = Field(default_factory=dict)

    def cited(self) -> Iterator[tuple[str, Citation[Any]]]:
        """Every number the file states, with its key."""
        for key in type(self).model_fields:
            value = getattr(self, key)
            if key in self.model_fields_set and isinstance(value, Citation):
                yield key, value

    def target(self) -> LoudnessTarget:
        """The row as the sound room uses it."""
        return LoudnessTarget(
            name=self.name,
            integrated_lufs=self.integrated_lufs.value if self.integrated_lufs else None,
            tolerance_lu=self.tolerance_lu.value,
            true_peak_dbtp=self.true_peak_dbtp.value,
            limit_dbtp=self.limit_dbtp.value if self.limit_dbtp else None,
            gate=self.gate,
            range_lu=self.range_lu.value if self.range_lu else None,
            note=self.note,
            insist=self.insist,
        )
