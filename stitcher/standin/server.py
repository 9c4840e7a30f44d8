"""The stand-in server: its settings, its life, and what each request means. HTTP is in `handler`."""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from stitcher.errors import StitcherError
from stitcher.standin.account import Books, ServedTask, TaskTimes
from stitcher.standin.faults import Chooser, Fault, Kind, Script
from stitcher.standin.handler import Handler
from stitcher.standin.media import MakeMedia, decode_data_uri, make_media, plan_media, probe_input
from stitcher.standin.pricing import InputMedia, Price, published_price
from stitcher.standin.rules import (
    MODELS,
    Modality,
    Refusal,
    addresses,
    check_aspect,
    check_body,
    check_length,
)
from stitcher.standin.storage import Storage

_log = logging.getLogger(__name__)

_CONCURRENT: dict[Modality, int | None] = {"video": 3, "image": 5, "audio": 5}
_PATIENCE_S = 2.0
_DAILY: dict[Modality, int | None] = {"video": 1000, "image": 2000, "audio": 2000}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A client that is being kept waiting must not keep the server from closing.
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], service: StandIn) -> None:
        self.service = service
        super().__init__(address, Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that hang up, which is what they are for; log the rest."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            _log.exception("the stand-in failed while answering")


@dataclass(kw_only=True, eq=False)
class StandIn:
    """A Runway of one's own at `url`, from `start` (or `with`) to `close`.

    Made of settings of the account and of time: nothing runs yet. `speed` divides how long tasks take. `key` is the
    only API key let in, any when `None`. `make` makes the media, `price` says what a request costs, `choose` picks
    faults for requests that no `script` covers. `shrink` divides the sides of the media. `clock` counts seconds for
    tasks and for dying addresses.
    """

    port: int = 0
    host: str = "127.0.0.1"
    speed: float = 1.0
    pending_s: float = 2.0
    running_s: float = 20.0
    credits_bought: int = 10_000
    concurrent: Mapping[Modality, int | None] = field(default_factory=_CONCURRENT.copy)
    daily: Mapping[Modality, int | None] = field(default_factory=_DAILY.copy)
    key: str | None = None
    price: Price = published_price
    make: MakeMedia = make_media
    shrink: int = 1
    choose: Chooser | None = None
    address_life_s: float = 86_400.0
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._script = Script(self.choose)
        self._folder = Path(tempfile.mkdtemp(prefix="stitcher-standin-"))
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._making = threading.Lock()
        # One encoder at a time: several would only take the processor from each other and from the client.
        self._encoder = threading.Lock()
        self.stopping = threading.Event()
        self.storage = Storage(self._folder, self.clock, self.address_life_s)
        self.books = Books(
            credits_bought=self.credits_bought,
            concurrent=self.concurrent,
            daily=self.daily,
            pace=TaskTimes(self.pending_s, self.running_s, self.speed),
            clock=self.clock,
        )

    @property
    def url(self) -> str:
        """The base URL for `RUNWAYML_BASE_URL`. Raises `RuntimeError` before `start`."""
        if self._server is None:
            raise RuntimeError("the stand-in has not been started")
        host, port = self._server.server_address[:2]
        return f"http://{host if isinstance(host, str) else host.decode()}:{port}"

    def start(self) -> StandIn:
        """Begin to answer, on a thread of its own. Raises `OSError` when the port is taken."""
        self._server = _Server((self.host, self.port), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="stand-in", daemon=True
        )
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop answering and delete every file. May be called twice."""
        self.stopping.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for task in self.books.tasks:
            if task.maker is not None:
                task.maker.join(_PATIENCE_S * 5)
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> StandIn:
        return self if self._server is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def script(self, kind: Kind, *faults: Fault | None) -> None:
        """The next requests of this kind meet these faults, one each; `None` leaves one in peace."""
        self._script.add(kind, *faults)

    def behave(self) -> None:
        """Forget every fault not yet met."""
        self._script.clear()

    def expire_addresses(self) -> None:
        """Let every output address handed out so far die now; a look at the task gives a new one."""
        self.storage.expire()

    def take_fault(self, kind: Kind) -> Fault | None:
        """The fault for the request being answered."""
        return self._script.take(kind)

    def lets_in(self, key: str) -> bool:
        """Whether this API key is right."""
        return bool(key) and self.key in (None, key)

    def create(self, endpoint: str, body: dict[str, object], resend: int) -> dict[str, object]:
        """Make a task and answer as the service does. Raises `Refusal`."""
        check_body(endpoint, body)
        inputs = self._inputs(body)
        media = InputMedia()
        for field_path, path in inputs.items():
            input_media = probe_input(path)
            if field_path.startswith("promptImage"):
                check_aspect(endpoint, body, input_media.width, input_media.height)
            if input_media.seconds:
                check_length(body, input_media.seconds)
            if field_path in ("videoUri", "audioUri") or media == InputMedia():
                media = input_media
        price = self.price(endpoint, body, media)
        fate = self.take_fault("task")
        task = self.books.book(endpoint, body, price=price, resend=resend, fate=fate, inputs=inputs)
        return {"id": task.id, "estimatedCost": {"credits": price}}

    def _inputs(self, body: dict[str, object]) -> dict[str, Path]:
        inputs: dict[str, Path] = {}
        for path, uri in addresses(body):
            field_path = ".".join(map(str, path))
            if uri.startswith("data:"):
                inputs[field_path] = decode_data_uri(uri, self._folder)
            elif uri.startswith("runway://"):
                inputs[field_path] = self.storage.find_upload(uri)
        return inputs

    def look(self, task_id: str) -> dict[str, object]:
        """The task as JSON, with fresh addresses. Raises `Refusal` 404."""
        task = self.books.find(task_id)
        word, progress = self.books.word(task)
        if word == "SUCCEEDED" and task.output is None:
            self._make_sure(task).join(_PATIENCE_S)
            # Large media take longer than a client waits for an answer: until they are there it is still running.
            word, progress = ("RUNNING", 0.99) if task.output is None else ("SUCCEEDED", 1.0)
            if task.word == "FAILED":
                word = "FAILED"
        reply: dict[str, object] = {
            "id": task.id,
            "status": word,
            "createdAt": f"{task.created_at.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z",
        }
        if word in ("PENDING", "THROTTLED", "RUNNING"):
            reply["estimatedCost"] = {"credits": task.price}
        else:
            reply["cost"] = {"credits": task.charged}
        if word == "RUNNING":
            reply["progress"] = progress
        elif word == "SUCCEEDED" and task.output is not None:
            signed = f"_jwt={self.storage.sign()}"
            reply["output"] = [f"{self.url}/files/{task.id}/{task.output.name}?{signed}"]
        elif word == "FAILED":
            reply["failure"] = task.failure
            if task.code is not None:
                reply["failureCode"] = task.code
        return reply

    def _make_sure(self, task: ServedTask) -> threading.Thread:
        with self._making:
            if task.maker is None:
                task.maker = threading.Thread(target=self._make_media, args=(task,), daemon=True)
                task.maker.start()
            return task.maker

    def _make_media(self, task: ServedTask) -> None:
        with self._encoder:
            if self.stopping.is_set():
                return
            try:
                plan = plan_media(
                    task.endpoint,
                    task.body,
                    task.pool,
                    task.inputs,
                    self._folder,
                    task.id,
                    shrink=self.shrink,
                )
                task.output = self.make(plan)
            except (StitcherError, Refusal, OSError) as exc:
                self.books.cannot_make(task, f"The stand-in could not make the media: {exc}")

    def organization(self) -> dict[str, object]:
        """The reply of GET /v1/organization."""
        return self.books.organization(MODELS)
