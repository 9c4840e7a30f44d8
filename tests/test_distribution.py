"""What is uploaded: a wheel that, installed somewhere else, is the whole of stitcher, under a name that is free."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from stitcher.version import DISTRIBUTION, __version__

ROOT = Path(__file__).resolve().parent.parent


def _said(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    _said(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=ROOT)
    [built] = out.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, and of everything else what this one has."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    packages = Path(
        _said(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    )
    _said(
        *(sys.executable, "-m", "pip", "--python", python),
        *("install", "--quiet", "--no-deps", "--no-index", wheel),
        cwd=folder,
    )
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin"


@pytest.mark.slow
def test_the_wheel_has_a_name_of_its_own_and_the_package_the_short_one(installed: Path, wheel: Path) -> None:
    assert wheel.name == f"stitcher_film-{__version__}-py3-none-any.whl"
    code = (
        "import importlib.metadata as m, stitcher; from pathlib import Path; "
        f"print(m.version({DISTRIBUTION!r}), Path(stitcher.__file__).parents[4])"
    )
    assert _said(installed / "python", "-c", code, cwd=installed).split() == [
        __version__,
        str(installed.parent),
    ]
    assert _said(installed / "stitcher", "--version", cwd=installed) == f"stitcher {__version__}\n"


@pytest.mark.slow
def test_the_wheel_carries_presets_and_the_demo(installed: Path, tmp_path: Path) -> None:
    code = "import stitcher; print(stitcher.find_preset('youtube-1080p').preset.name, *stitcher.demo_projects('demo'))"
    preset, *boards = _said(installed / "python", "-c", code, cwd=tmp_path).split()
    assert preset == "youtube-1080p"
    assert "_fixtures" in boards[0]
    assert {path.suffix for path in Path(boards[0]).parent.iterdir()} >= {".mp4", ".opus", ".yaml"}
