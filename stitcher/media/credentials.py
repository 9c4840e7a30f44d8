"""Whether a file carries Content Credentials (C2PA), which say who made it and are signed over its very bytes."""

from __future__ import annotations

import os
from pathlib import Path

_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_MOST_BOXES = 10_000


def has_credentials(path: Path, demuxer: str) -> bool:
    """Whether one of the outermost boxes of an MP4 or MOV file is a C2PA manifest; `False` for other containers.

    Only the boxes' heads are read. A file whose boxes do not add up has none as far as can be seen.
    """
    if demuxer != "mov":
        return False
    with path.open("rb", buffering=0) as file:
        end, at = os.fstat(file.fileno()).st_size, 0
        for _ in range(_MOST_BOXES):
            file.seek(at)
            head = file.read(32)
            if len(head) < 8:
                return False
            size, kind, content = int.from_bytes(head[:4], "big"), head[4:8], head[8:]
            if size == 1:
                size, content = int.from_bytes(head[8:16], "big"), head[16:]
            if kind == b"jumb" or (kind == b"uuid" and content[:16] == _UUID):
                return True
            # 0 is a box that goes on to the file's end.
            if size < 8 or at + size >= end:
                return False
            at += size
    return False
