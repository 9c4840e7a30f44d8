"""The stand-in's media made by the animatic provider: the start picture moves as the prompt says."""

from __future__ import annotations

from pathlib import Path

from stitcher.errors import InputError, ToolError
from stitcher.generation.animatic import AnimaticProvider
from stitcher.generation.provider import Asset, Expected, Submission, Succeeded
from stitcher.standin.media import MediaRequest, add_sound, make_media
from stitcher.standin.server import StandIn


def serve_animatics(*, port: int, speed: float, credits_bought: int, shrink: int) -> StandIn:
    """A running stand-in that makes animatics. Raises `ToolError` for a port that cannot be used."""
    for name, given, least, most in (
        ("port", port, 0, 65_535),
        ("speed", speed, 0.01, None),
        ("credits", credits_bought, 0, None),
        ("shrink", shrink, 1, None),
    ):
        if given < least or (most is not None and given > most):
            reach = f"at least {least}" if most is None else f"from {least} to {most}"
            raise InputError(f"stand_in(): {name} must be {reach}, and not {given}.")
    server = StandIn(port=port, speed=speed, credits_bought=credits_bought, shrink=shrink, make=make_moving)
    try:
        return server.start()
    except OSError as exc:
        server.close()
        raise ToolError(f"Port {port} cannot be used: {exc.strerror or exc}. Name another.") from exc


def make_moving(request: MediaRequest) -> Path:
    """An animatic for what is made from a picture or a prompt; the plain maker's file for the rest."""
    if request.modality != "video" or request.video is not None:
        return make_media(request)
    body: dict[str, object] = {"promptText": request.prompt, "duration": int(request.seconds)}
    start = request.start_image
    if start is not None:
        # The bytes came with the request, so what they are is known by looking and not by a hash.
        body["promptImage"] = ({"uri": Asset(start, "", "image/png"), "position": "first"},)
    provider = AnimaticProvider(burn_in=False)
    task = provider.look(provider.submit(Submission("image_to_video", body, request.target.stem)).task_id)
    assert isinstance(task, Succeeded)
    size = (request.width, request.height)
    made = provider.fetch(task, request.target, Expected("video", request.frames, size)).path
    return add_sound(request, made)
