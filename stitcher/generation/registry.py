"""Registry of providers by name: those that come with stitcher, and those of other packages by entry point.

    [project.entry-points."stitcher.providers"]
    sketch = "my_package:SketchProvider"

An entry point is a class or a function that is called without arguments and gives a `Provider`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import entry_points

from stitcher.errors import ProviderConfig, StitcherError
from stitcher.generation.options import DEFAULTS, GenerateOptions
from stitcher.generation.provider import Provider
from stitcher.generation.take import ANIMATIC
from stitcher.storyboard.suggest import meant_or_known

GROUP = "stitcher.providers"
_OWN = {
    "animatic": "stitcher.generation.animatic:AnimaticProvider",
    "runway": "stitcher.generation.runway.provider:RunwayProvider.from_environment",
}
"""Known without looking, so that a checkout that was never installed has them too."""


def provider_names() -> tuple[str, ...]:
    """The names of every provider there is."""
    return tuple(dict.fromkeys((*_OWN, *sorted(point.name for point in entry_points(group=GROUP)))))


def find_provider(name: str) -> Provider:
    """The provider of a name, ready to be asked. Raises `ProviderConfig` for one that is unknown or not usable."""
    if name in _OWN:
        return _instance(name, _load(_OWN[name]))
    point = next((point for point in entry_points(group=GROUP) if point.name == name), None)
    if point is None:
        raise ProviderConfig(f"There is no provider {name!r}{meant_or_known(name, provider_names())}")
    try:
        return _instance(name, point.load())
    except (ImportError, AttributeError) as exc:
        raise ProviderConfig(f"The provider {name!r} cannot be loaded from {point.value!r}: {exc}.") from exc


@contextmanager
def open_provider(provider: str | Provider, options: GenerateOptions = DEFAULTS) -> Iterator[Provider]:
    """The provider; one that was made here is closed afterwards. Raises `ProviderConfig` for an unknown name."""
    if not isinstance(provider, str):
        yield provider
    elif provider == ANIMATIC:
        from stitcher.generation.animatic import AnimaticProvider

        yield AnimaticProvider(burn_in=options.burn_in, cancel=options.cancel)
    else:
        opened = find_provider(provider)
        try:
            yield opened
        finally:
            close = getattr(opened, "close", None)
            if callable(close):
                close()


def _load(reference: str) -> Callable[[], object]:
    module, _, attributes = reference.partition(":")
    value: object = import_module(module)
    for attribute in attributes.split("."):
        value = getattr(value, attribute)
    if not callable(value):
        raise ProviderConfig(f"{reference!r} cannot be called.")
    return value


def _instance(name: str, make: Callable[[], object]) -> Provider:
    try:
        provider = make()
    except StitcherError:
        raise
    except Exception as exc:
        raise ProviderConfig(
            f"The provider {name!r} could not be started: {type(exc).__name__}: {exc}."
        ) from exc
    if not isinstance(provider, Provider):
        raise ProviderConfig(f"The provider {name!r} does not keep to stitcher.generation.provider.Provider.")
    if provider.name != name:
        raise ProviderConfig(f"The provider {name!r} calls itself {provider.name!r}; the names must agree.")
    return provider
