"""`python -m stitcher.standin`: the command `stitcher stand-in`, with the same options."""

import runpy
import sys

if __name__ == "__main__":
    sys.argv.insert(1, "stand-in")
    runpy.run_module("stitcher", run_name="__main__")
