"""MoviePy looks for programs when it is imported; they are shown no key."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
import os, subprocess
popen = subprocess.Popen.__init__
def noting(self, args, *rest, **options):
    shown = os.environ if options.get("env") is None else options["env"]
    print("child", "canary" in str(dict(shown)))
    popen(self, args, *rest, **options)
subprocess.Popen.__init__ = noting
from stitcher.pictures.effects import effect_names
effect_names()
print("kept", os.environ["RUNWAYML_API_SECRET"])
"""


def test_programs_that_moviepy_looks_for_are_not_given_the_key() -> None:
    environment = os.environ | {"RUNWAYML_API_SECRET": "key_canary"}
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert set(told[:-1]) == {"child False"}
    assert told[-1] == "kept key_canary"
