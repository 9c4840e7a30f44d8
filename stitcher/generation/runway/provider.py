"""Runway as a provider: one request is one request, and every answer is kept before it is judged.

The SDK would send a create up to three times after a dropped connection, a time-out or a 500, and without end
along a redirect, each time for money. Here it may not retry, not follow, and not reuse a connection that may be
half dead.
"""

from __future__ import annotations

import inspect
import logging
import math
import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from stitcher.errors import (
    BadRequest,
    DownloadFailed,
    NoClearAnswer,
    NotSent,
    ProviderConfig,
    ProviderUnavailable,
    Rejected,
    StitcherError,
)
from stitcher.generation.provider import (
    Accepted,
    Account,
    Expected,
    Fetched,
    Gone,
    Submission,
    Succeeded,
    Task,
)
from stitcher.generation.runway import wire
from stitcher.generation.runway.client import Network, make_client
from stitcher.generation.runway.download import Downloader, Patience
from stitcher.generation.runway.poll import Pace
from stitcher.generation.runway.settings import Settings, read_settings
from stitcher.generation.runway.uploads import Placeholder, Uploads
from stitcher.redact import redact

if TYPE_CHECKING:
    from runwayml import RunwayML

_log = logging.getLogger(__name__)

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
_ENDPOINT = re.compile(r"[a-z_]{3,40}(/[a-z_]{3,40})?")
# A connection that never came about carried nothing.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.ProxyError,
)


class RunwayProvider:
    """Runway's developer API. Implements `stitcher.generation.provider.Provider`."""

    name = "runway"
    paid = True

    def __init__(
        self,
        settings: Settings,
        *,
        timeout_s: float = 60.0,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        network: Network | None = None,
    ) -> None:
        """`transport` carries what goes to the API, `network` what goes to storage and from outputs."""
        network = replace(network or Network(), allow_loopback=settings.local)
        self._settings = settings
        self._timeout = httpx.Timeout(connect=15.0, read=timeout_s, write=timeout_s, pool=15.0)
        self._transport = transport
        self._lock = threading.Lock()
        self._timing = network.timing
        self._looked: dict[str, float] = {}
        self._client: RunwayML | None = None
        self._uploads = Uploads(self._placeholder, network)
        self._downloads = Downloader(network, patience=patience)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> RunwayProvider:
        """The provider the environment describes. Raises `ProviderConfig` or `InputError`, and sends nothing."""
        return cls(read_settings(os.environ if environ is None else environ))

    @property
    def pace(self) -> Pace:
        """How often to look at tasks, as the settings say."""
        return Pace(interval_s=self._settings.poll_s, slowest_s=max(120.0, self._settings.poll_s))

    @property
    def _secrets(self) -> tuple[str, ...]:
        return (self._settings.key,)

    def __repr__(self) -> str:
        return f"RunwayProvider({self._settings.base_url!r})"

    def close(self) -> None:
        """Let go of connections. The provider cannot be used after."""
        with self._lock:
            if self._client is not None:
                self._client.close()

    def __enter__(self) -> RunwayProvider:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _sdk(self) -> RunwayML:
        with self._lock:
            if self._client is None:
                self._client = self._make_sdk()
            return self._client

    def _make_sdk(self) -> RunwayML:
        # Imported late: it takes longer than everything else here together.
        from runwayml import RunwayML

        # A proxy from the environment must not come between us and a stand-in on this machine: http to it would
        # show the proxy the key.
        client = make_client(
            timeout=self._timeout, trust_env=not self._settings.local, transport=self._transport
        )

        class Client(RunwayML):
            def platform_headers(self) -> dict[str, str]:
                # The SDK would ask `uname` for these, a child that is given our whole environment, the key in it.
                return {}

        return Client(
            api_key=self._settings.key,
            base_url=self._settings.base_url,
            timeout=self._timeout,
            max_retries=0,
            http_client=client,
        )

    def prepare(self, request: Submission) -> Submission:
        """The same request with an address for every file: inside the request, or uploaded."""
        addresses = {
            asset.sha256: self._uploads.address(asset) for asset in request.assets if asset.uri is None
        }
        return request.with_addresses(addresses) if addresses else request

    def submit(self, request: Submission) -> Accepted:
        """Ask for one generation, once: exactly one POST leaves, whatever happens to it."""
        try:
            body = self.prepare(request).wire()
            send = self._create_call(request.endpoint, body)
        except (Rejected, ProviderConfig):
            raise
        except StitcherError as exc:
            raise NotSent(f"The request was not sent: {exc}") from exc
        try:
            answer = self._answer(send)
        except httpx.HTTPError as exc:
            what = redact(f"{type(exc).__name__}: {exc}", self._secrets)
            if isinstance(exc, _NOT_SENT):
                raise NotSent(f"Runway was not reached ({what}). Nothing was sent; try again later.") from exc
            raise NoClearAnswer(f"The connection failed after the request may have left ({what})") from exc
        return wire.read_create(answer.status_code, answer.content, self._secrets)

    def look(self, task_id: str) -> Task:
        """Where the task stands. Waits first when it was looked at a moment ago."""
        if not wire.is_task_id(task_id):
            return Gone(task_id)
        self._pause(task_id)
        answer = self._free(lambda sdk: sdk.get(f"/v1/tasks/{task_id}", cast_to=httpx.Response))
        task = wire.read_task(task_id, answer.status_code, answer.content, self._secrets)
        _log.debug("task %s is %s", task_id, task.status)
        return task

    def fetch(self, task: Succeeded, target: Path, expected: Expected, *, index: int = 0) -> Fetched:
        """Put output number `index` at `target`, whole and checked."""

        def fresh() -> str:
            again = self.look(task.task_id)
            if not isinstance(again, Succeeded):
                raise DownloadFailed(f"task {task.task_id} is now {again.status}")
            return _output(again, index)

        return self._downloads.fetch(_output(task, index), target, expected, fresh=fresh)

    def cancel(self, task_id: str) -> None:
        """Stop the task if it is under way; erases a finished one. A task that is not there is no error."""
        if not wire.is_task_id(task_id):
            return
        answer = self._free(
            lambda sdk: sdk.delete(
                f"/v1/tasks/{task_id}", cast_to=httpx.Response, options={"headers": {"Accept": "*/*"}}
            )
        )
        if answer.status_code == 404 or 200 <= answer.status_code < 300:
            return
        # Read for its error: an answer that says nothing about the task raises.
        wire.read_task(task_id, answer.status_code, answer.content, self._secrets)

    def account(self) -> Account:
        """Balance and limits of the account behind the key."""
        answer = self._free(lambda sdk: sdk.get("/v1/organization", cast_to=httpx.Response))
        return wire.read_account(answer.status_code, answer.content, self._secrets)

    def _pause(self, task_id: str) -> None:
        """Wait as long as the service asks for between two looks at one task, whatever the second is for."""
        with self._lock:
            now = self._timing.clock()
            due = max(now, self._looked.get(task_id, -math.inf) + self._settings.poll_s)
            self._looked[task_id] = due
        if due > now:
            self._timing.sleep(due - now)

    def _placeholder(self, filename: str) -> Placeholder:
        body = {"filename": filename, "type": "ephemeral"}
        answer = self._free(lambda sdk: sdk.post("/v1/uploads", cast_to=httpx.Response, body=body))
        return wire.read_placeholder(answer.status_code, answer.content, self._secrets)

    def _create_call(self, endpoint: str, body: dict[str, object]) -> Callable[[RunwayML], httpx.Response]:
        """The SDK's own method for an endpoint, with fields it does not know yet passed on as they are."""
        if not _ENDPOINT.fullmatch(endpoint):
            raise BadRequest(f"{endpoint!r} is not an endpoint; nothing was sent.")
        resource: Any = self._sdk
        for part in endpoint.split("/"):
            resource = getattr(resource, part, None)
        if not (hasattr(resource, "with_raw_response") and hasattr(resource, "create")):
            return lambda sdk: sdk.post(f"/v1/{endpoint}", cast_to=httpx.Response, body=body)
        parameters = inspect.signature(resource.create).parameters
        arguments: dict[str, object] = {}
        extra: dict[str, object] = {}
        for name, value in body.items():
            argument = _HUMP.sub(r"_\1", name).lower()
            if argument in parameters and not argument.startswith("extra_") and argument != "timeout":
                arguments[argument] = value
            else:
                extra[name] = value

        def send(_: RunwayML) -> httpx.Response:
            try:
                raw = resource.with_raw_response.create(**arguments, extra_body=extra or None)
            except TypeError as exc:
                raise BadRequest(f"The SDK refused the request before sending it: {exc}.") from exc
            response: httpx.Response = raw.http_response
            return response

        return send

    def _answer(self, send: Callable[[RunwayML], httpx.Response]) -> httpx.Response:
        """The answer to one request, whatever its status. Raises `httpx.HTTPError` when there is none."""
        from runwayml import APIConnectionError, APIError, APIStatusError

        try:
            return send(self._sdk)
        except APIStatusError as exc:
            return exc.response
        except APIConnectionError as exc:
            cause = exc.__cause__
            failure = (
                cause
                if isinstance(cause, httpx.HTTPError)
                else httpx.ReadError(f"{type(cause).__name__}: {cause}")
            )
        except APIError as exc:
            failure = httpx.ReadError(f"{type(exc).__name__}: {exc}")
        # Raised out here, where the SDK's wrapper around the very same error is no longer in hand.
        raise failure

    def _free(self, send: Callable[[RunwayML], httpx.Response]) -> httpx.Response:
        """The answer to a request that costs nothing. Raises `ProviderUnavailable` when there is none."""
        try:
            return self._answer(send)
        except httpx.HTTPError as exc:
            what = redact(f"{type(exc).__name__}: {exc}", self._secrets)
            raise ProviderUnavailable(
                f"Runway was not reached ({what}). Nothing was bought by that; try again later."
            ) from exc


def _output(task: Succeeded, index: int) -> str:
    if index >= len(task.urls):
        raise DownloadFailed(f"Task {task.task_id} has {len(task.urls)} outputs, no number {index}.")
    return task.urls[index]
