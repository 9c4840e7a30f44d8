"""The version of stitcher; the build reads it from here."""

__version__ = "0.1.0"
DISTRIBUTION = "stitcher-film"
"""What the package is installed as: `stitcher` is another project on PyPI."""
