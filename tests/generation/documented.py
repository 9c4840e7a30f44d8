"""The classes that `docs/providers.md` shows, as somebody who copies them has them."""

from __future__ import annotations

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "providers.md"


def documented_python(name: str) -> dict[str, object]:
    """What the block with the class `name` defines; it is short enough to be read."""
    blocks = re.findall(r"```python[^\n]*\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    [code] = [block for block in blocks if f"class {name}" in block]
    assert len([line for line in code.splitlines() if line.strip()]) <= 50
    names: dict[str, object] = {}
    exec(compile(code, str(DOCUMENT), "exec"), names)
    return names
