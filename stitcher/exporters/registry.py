"""Who writes a film for editors, by name: the formats that come with stitcher, and others by entry point.

    [project.entry-points."stitcher.exporters"]
    fountain = "my_package:FountainExporter"

An entry point is a class or a function that is called without arguments and gives an `Exporter`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points

from stitcher.errors import ExtraMissing, PresetError
from stitcher.exporters.exporter import Exporter
from stitcher.storyboard.suggest import meant_or_known
from stitcher.version import DISTRIBUTION

GROUP = "stitcher.exporters"
_OWN = {
    "aaf": "stitcher.exporters.aaf:AafExporter",
    "ale": "stitcher.exporters.lists:AleExporter",
    "edl": "stitcher.exporters.edl:EdlExporter",
    "fcp7": "stitcher.exporters.fcp7_xml:Fcp7XmlExporter",
    "fcpxml": "stitcher.exporters.fcpxml:FcpxmlExporter",
    "kdenlive": "stitcher.exporters.kdenlive:KdenliveExporter",
    "markers": "stitcher.exporters.lists:MarkerExporter",
    "mlt": "stitcher.exporters.mlt:MltExporter",
    "otio": "stitcher.exporters.otio:OtioExporter",
    "otio-kdenlive": "stitcher.exporters.otio_dialects:KdenliveOtioExporter",
    "otio-premiere": "stitcher.exporters.otio_dialects:PremiereOtioExporter",
    "otio-resolve": "stitcher.exporters.otio_dialects:ResolveOtioExporter",
    "otioz": "stitcher.exporters.otio:OtiozExporter",
    "reaper": "stitcher.exporters.reaper:ReaperExporter",
    "shotcut": "stitcher.exporters.shotcut:ShotcutExporter",
    "shotlist": "stitcher.exporters.lists:ShotListExporter",
}
"""Known without looking, so that a checkout that was never installed has them too."""


_EXTRAS = {"aaf": ("aaf2", "pyaaf2")}
"""By format: the module that comes with the extra of the same name alone, and what people call it."""


def exporter_names() -> tuple[str, ...]:
    """The names of every format there is."""
    return tuple(dict.fromkeys((*_OWN, *sorted(point.name for point in entry_points(group=GROUP)))))


def find_exporter(name: str) -> Exporter:
    """The exporter of a name. Raises `PresetError` for one that is unknown or keeps not to the Protocol, and
    `ExtraMissing` for one whose extra is not installed.
    """
    point = next((point for point in entry_points(group=GROUP) if point.name == name), None)
    if name not in _OWN and point is None:
        raise PresetError(f"There is no format {name!r}{meant_or_known(name, exporter_names())}")
    value = _OWN.get(name, point.value if point is not None else "")
    try:
        module, _, attribute = value.partition(":")
        exporter = getattr(import_module(module), attribute)()
    except ModuleNotFoundError as exc:
        needed, package = _EXTRAS.get(name, ("", ""))
        if not needed or exc.name != needed:
            raise _not_loaded(name, value, exc) from exc
        raise ExtraMissing(
            f"The format {name!r} is written with {package}, which is not installed: `pip install "
            f"'{DISTRIBUTION}[{name}]'` installs it.",
            name,
        ) from exc
    except Exception as exc:
        raise _not_loaded(name, value, exc) from exc
    if not isinstance(exporter, Exporter) or exporter.name != name:
        raise PresetError(f"{value!r} is no exporter named {name!r} (stitcher.exporters.exporter.Exporter).")
    return exporter


def _not_loaded(name: str, value: str, exc: Exception) -> PresetError:
    return PresetError(f"The format {name!r} cannot be loaded from {value!r}: {type(exc).__name__}: {exc}.")
