"""Writes a film: muxes its packet runs and its sound, and proves what came out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stitcher.media.files import sha256_file, sync
from stitcher.rendering.context import RenderContext
from stitcher.rendering.mux import mux
from stitcher.rendering.mux_job import MuxJob
from stitcher.rendering.segments import Plan
from stitcher.rendering.verify import verify_film


def write_film(plan: Plan, job: MuxJob, out: Path, context: RenderContext) -> str:
    """The film at `out`, proven and on the disk; returns its SHA-256. Raises what `mux` and `verify_film` raise."""
    muxed = mux(job, out, context)
    context.report("check", 0, plan.frames)
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as pool:
        synced = pool.submit(_synced, out)
        verify_film(plan, out, job, muxed, context.verify)
        sha256 = synced.result()
    context.report("check", plan.frames, plan.frames)
    return sha256


def _synced(file: Path) -> str:
    """SHA-256 of a file, which is on the disk afterwards."""
    sha256 = sha256_file(file)
    sync(file)
    return sha256
