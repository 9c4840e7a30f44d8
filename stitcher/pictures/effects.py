"""MoviePy effects by name: found, built from a storyboard's values, and tried before anything is rendered.

A name without a colon is a class of `moviepy.video.fx`. `module:Attribute` is imported, so it runs that module's
code: only write into a storyboard what you would also run. The attribute is called with the effect's arguments and
must give something that has MoviePy's `apply(clip)`.
"""

from __future__ import annotations

import importlib
import inspect
from functools import lru_cache
from typing import Any

from stitcher.errors import InputError
from stitcher.media.moviepy_import import import_moviepy
from stitcher.storyboard.suggest import did_you_mean
from stitcher.timeline.picture import Effect

_TRIAL_SIZE = (1280, 720)
_TRIAL_SECONDS = 4.0
_ONE_FRAME_S = 1 / 30


def effect_names() -> tuple[str, ...]:
    """MoviePy's own effects, by name."""
    return tuple(sorted(_own()))


@lru_cache(maxsize=1)
def _own() -> dict[str, Any]:
    import_moviepy()
    from moviepy import Effect as Base
    from moviepy.video import fx

    classes = ((name, getattr(fx, name)) for name in dir(fx))
    return {name: kind for name, kind in classes if inspect.isclass(kind) and issubclass(kind, Base)}


def check_effect(effect: Effect) -> None:
    """Raise `InputError` when an effect is unknown, cannot be built from its arguments, or changes the length of
    what it is applied to. It is applied to a plain clip for that; no picture is made.
    """
    import_moviepy()
    from moviepy import ColorClip

    trial = ColorClip(_TRIAL_SIZE, color=(0, 0, 0), duration=_TRIAL_SECONDS)
    _applied(build_effect(effect), effect, trial)


def build_effect(effect: Effect) -> Any:
    """The MoviePy effect itself, ready for `clip.with_effects([...])`. Raises `InputError`."""
    kind = _found(effect.name)
    arguments = dict(effect.arguments)
    try:
        signature = inspect.signature(kind)
    except (TypeError, ValueError):
        signature = None
    if signature is not None:
        try:
            signature.bind(**arguments)
        except TypeError as exc:
            raise InputError(
                f"The effect {effect.name!r} cannot be called like that ({exc}){_near(arguments, signature) or '.'} "
                f"It takes {_parameters(signature)}."
            ) from exc
    try:
        built = kind(**arguments)
    except Exception as exc:  # an effect is anybody's code
        raise InputError(f"The effect {effect.name!r} refuses its arguments: {_said(exc)}.") from exc
    if not callable(getattr(built, "apply", None)):
        raise InputError(
            f"{effect.name!r} gives no MoviePy effect: it needs a method apply(clip) that returns a clip."
        )
    if not callable(getattr(built, "copy", None)):
        raise InputError(f"{effect.name!r} gives no MoviePy effect: derive its class from moviepy.Effect.")
    return built


def apply_to(clip: Any, effects: tuple[Effect, ...]) -> Any:
    """A MoviePy clip with effects on it, in order.

    Raises `InputError` when one cannot be built or applied, or changes the clip's length (the shot's `speed`,
    `in` and `out` do that, so that the film knows). A change of size is allowed.
    """
    for effect in effects:
        clip = _applied(build_effect(effect), effect, clip)
    return clip


def _applied(built: Any, effect: Effect, clip: Any) -> Any:
    try:
        result = clip.with_effects([built])
    except Exception as exc:  # an effect is anybody's code
        raise InputError(f"The effect {effect.name!r} cannot be applied: {_said(exc)}.") from exc
    if result is None or not hasattr(result, "get_frame"):
        raise InputError(f"The effect {effect.name!r} returns no clip from apply(clip).")
    if result.duration is None or abs(result.duration - clip.duration) > _ONE_FRAME_S / 2:
        raise InputError(
            f"The effect {effect.name!r} changes how long a shot lasts, so the film could not be laid out; use the "
            "shot's speed, in and out instead."
        )
    return result


def _found(name: str) -> Any:
    module_name, colon, attribute = name.partition(":")
    if not colon:
        try:
            return _own()[name]
        except KeyError:
            hint = did_you_mean(name, _own())
            raise InputError(
                f"There is no MoviePy effect {name!r}{hint or '.'} An effect of your own is written module:Class."
            ) from None
    if not module_name or not all(part.isidentifier() for part in (*module_name.split("."), attribute)):
        raise InputError(
            f"{name!r} is not the name of an effect; write it module:Class, as in mypkg.fx:Grain."
        )
    import_moviepy()
    try:
        module = importlib.import_module(module_name)
    except Exception as exc:  # importing runs anybody's code
        raise InputError(
            f"The effect {name!r} cannot be imported: {_said(exc)}. Is its module installed, or on PYTHONPATH?"
        ) from exc
    try:
        kind = getattr(module, attribute)
    except AttributeError:
        hint = did_you_mean(attribute, [known for known in dir(module) if not known.startswith("_")])
        raise InputError(f"The module {module_name!r} has no {attribute!r}{hint or '.'}") from None
    if not callable(kind):
        raise InputError(f"{name!r} is no class or function that makes an effect.")
    return kind


def _near(arguments: dict[str, object], signature: inspect.Signature) -> str:
    unknown = next((name for name in arguments if name not in signature.parameters), None)
    return did_you_mean(unknown, signature.parameters) if unknown is not None else ""


def _parameters(signature: inspect.Signature) -> str:
    named = [
        name if parameter.default is parameter.empty else f"{name}={parameter.default!r}"
        for name, parameter in signature.parameters.items()
    ]
    return ", ".join(named) or "no arguments"


def _said(exc: BaseException) -> str:
    text = " ".join(str(exc).split())
    kind = type(exc).__name__
    return f"{kind}: {text[:300].rstrip('.')}" if text else kind
