"""The fields of requests as the types of the official SDK name them."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

ENDPOINTS = (
    "image_to_video", "text_to_video", "text_to_image", "video_to_video", "character_performance", "video_upscale",
    "image_upscale", "sound_effect", "text_to_speech", "speech_to_speech", "voice_isolation", "voice_dubbing",
    "video_to_audio", "video_to_hdr",
)  # fmt: skip


@dataclass(frozen=True)
class Fields:
    """What one model takes at one endpoint."""

    required: frozenset[str]
    optional: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Every field."""
        return self.required | self.optional


def sdk_fields() -> dict[tuple[str, str], Fields]:
    """By endpoint and model."""
    found: dict[tuple[str, str], Fields] = {}
    for endpoint in ENDPOINTS:
        module = importlib.import_module(f"runwayml.types.{endpoint}_create_params")
        root = getattr(module, "".join(part.title() for part in endpoint.split("_")) + "CreateParams")
        for kind in get_args(root) or (root,):
            required, names = set[str](), set[str]()
            models: tuple[str, ...] = ()
            for name, hint in get_type_hints(kind, include_extras=True).items():
                alias, inner, needed = _unwrapped(name, hint)
                names.add(alias)
                if needed:
                    required.add(alias)
                if name == "model":
                    models = get_args(inner)
            for model in models:
                found[endpoint, model] = Fields(frozenset(required), frozenset(names - required))
    return found


def _unwrapped(name: str, hint: Any) -> tuple[str, Any, bool]:
    needed = False
    while (origin := get_origin(hint)) is not None and (origin is Annotated or "Required" in str(origin)):
        if origin is Annotated:
            name = next((part.alias for part in get_args(hint)[1:] if getattr(part, "alias", None)), name)
        else:
            needed = True
        hint = get_args(hint)[0]
    return name, hint, needed
