"""What a ComfyUI server can be asked and given without running anything: nodes, models, memory, files."""

from __future__ import annotations

import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ..failures import ServerAwayError
from . import node_inputs
from .address import ServerAddress
from .picture_upload import picture_file
from .server_messages import as_list, clean_text, free_bytes, json_of, object_of
from .transport import CONNECT_TIMEOUT_S, Connection

STEADY_EVERY_S = 0.5
_STEADY_BYTES = 64 * 2**20


class ServerInfo(Connection):
    """A ComfyUI server that is asked, and that holds files."""

    def __init__(self, server: str | ServerAddress, connect_limit_s: float = CONNECT_TIMEOUT_S) -> None:
        super().__init__(server, connect_limit_s)
        self._info: dict[str, Any] = {}
        self._sent: dict[tuple[str, int, int], str] = {}  # path, mtime and size of pictures -> their names there

    is_server = True

    @property
    def place(self) -> str:
        """Return how errors call it."""
        return f"The ComfyUI at {self.name}"

    def forget(self) -> None:
        """Ask again for what is kept of the server: it may be another one now."""
        self._info.clear()
        self._sent.clear()

    # --- questions ---

    def version(self) -> str:
        """Return ComfyUI's version.

        Raises:
            ServerAwayError: Nothing answers there, or it is not a ComfyUI.
            UnusableServerError: It wants a login, or is to be found elsewhere.
        """
        answer = self._ask("GET", "system_stats")
        if answer.status_code == 403:
            raise self._login_needed("It answers with status 403")
        try:
            return str(object_of(answer)["system"].get("comfyui_version", "unknown"))
        except (KeyError, TypeError, AttributeError) as exc:
            raise ServerAwayError(
                f"What answers at {self.name} is not a ComfyUI server",
                why=f"Status {answer.status_code}",
                fix="Check --server",
            ) from exc

    def system(self) -> dict[str, Any]:
        """Return what the server says of itself: ``{"system": {…}, "devices": [{…}]}``."""
        self.version()
        return object_of(self._ask("GET", "system_stats"))

    def queued(self) -> tuple[list[str], list[str]] | None:
        """Return the ids of the prompts that run and that wait, or None where the server does not say."""
        answer = self._ask("GET", "queue")
        data = object_of(answer)
        if answer.status_code != 200 or "queue_running" not in data:
            return None
        running, waiting = (
            [str(entry[1]) for entry in as_list(data.get(key)) if isinstance(entry, list) and len(entry) > 1]
            for key in ("queue_running", "queue_pending")
        )
        return running, waiting

    def model_files(self, folder: str) -> tuple[str, ...]:
        """Return the files of a model folder, by its key; none where the server has no such folder."""
        answer = self._ask("GET", f"models/{folder}")
        names = json_of(answer) if answer.status_code == 200 else []
        return tuple(map(str, names)) if isinstance(names, list) else ()

    def free(self, limit_s: float = 20.0) -> None:
        """Let the server drop its models, and wait until its free memory stands still."""
        self._ask("POST", "free", json={"unload_models": True, "free_memory": True})
        until, last = time.monotonic() + limit_s, -1
        while time.monotonic() < until:
            now = free_bytes(object_of(self._ask("GET", "system_stats")))
            if last >= 0 and abs(now - last) < _STEADY_BYTES:
                return
            last = now
            time.sleep(STEADY_EVERY_S)

    def has_node(self, class_type: str) -> bool:
        """Tell whether the server has a node."""
        return bool(self.node_info(class_type))

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None:
        """Return what a node's combo offers on the server; None where it is not a combo, or unknown there."""
        spec = node_inputs.node_inputs(self.node_info(class_type).get("input", {})).get(input_name)
        return node_inputs.choices(spec) if spec is not None else None

    def node_info(self, class_type: str) -> dict[str, Any]:
        """Return what the server says of a node class, {} where it has none of that name; asked once."""
        if class_type not in self._info:
            answer = self._ask("GET", f"object_info/{class_type}")
            known = object_of(answer) if answer.status_code == 200 else {}
            self._info[class_type] = known.get(class_type) or {}
        return self._info[class_type]

    def all_nodes(self) -> dict[str, Any]:
        """Return what the server says of all its node classes."""
        return object_of(self._ask("GET", "object_info"))

    def replacements(self) -> dict[str, Any]:
        """Return what has taken the place of node classes that are gone; {} from a ComfyUI before 0.15."""
        answer = self._ask("GET", "node_replacements")
        return object_of(answer) if answer.status_code == 200 else {}

    # --- files ---

    def has_file(self, name: str, kind: str) -> bool:
        """Tell whether a file is in the folder ``input``, ``output`` or ``temp``; yes where the server does not say."""
        folder, _, file = name.replace("\\", "/").rpartition("/")
        try:
            answer = self._ask("HEAD", "view", params={"filename": file, "subfolder": folder, "type": kind})
        except ServerAwayError:
            return True
        return answer.status_code not in (400, 403, 404)

    def put_picture(self, path: str) -> str:
        """Put a picture's file into the server's input folder and return its name there; unchanged it is sent once.

        Raises:
            UnreadablePictureError: It cannot be read.
            FitAdError: The server does not take it.
        """
        try:
            found = Path(path).stat()
            key = (str(Path(path).resolve()), found.st_mtime_ns, found.st_size)
        except (OSError, ValueError):
            key = (path, 0, 0)  # reading it says what is wrong
        if key not in self._sent:
            self._sent[key] = self.upload(*picture_file(path))
        return self._sent[key]

    def upload(self, data: bytes, suffix: str = ".png") -> str:
        """Put a picture into the server's input folder and return its name there, as LoadImage takes it.

        The name comes from the content, so that the server recomputes nothing for an unchanged photo.

        Raises:
            FitAdError: The server does not take it.
        """
        name = sha256(data).hexdigest()[:24] + suffix
        answer = self._ask(
            "POST",
            "upload/image",
            files={"image": (name, data)},
            data={"subfolder": "fit_ad", "type": "input", "overwrite": "true"},
        )
        if answer.status_code == 413:
            raise FitAdError(
                f"The photo is too large for the ComfyUI at {self.name}",
                why=f"It has {len(data) / 1e6:.1f} MB; the server, or a proxy before it, accepts less (status 413)",
                fix="Give a smaller one, or raise the limit there (ComfyUI: --max-upload-size; nginx: "
                "client_max_body_size)",
            )
        if answer.status_code != 200:
            raise FitAdError(f"The ComfyUI at {self.name} rejected the photo", why=self.reason(answer))
        stored = object_of(answer)
        folder = stored.get("subfolder") or ""
        return f"{folder}/{stored.get('name', name)}" if folder else str(stored.get("name", name))

    def fetch(self, image: Mapping[str, Any]) -> bytes:
        """Return the file that an entry of an output's ``images`` stands for.

        Raises:
            FitAdError: The server does not have it.
        """
        params = {key: str(image.get(key, "")) for key in ("filename", "subfolder", "type")}
        answer = self._ask("GET", "view", params=params)
        if answer.status_code != 200 or not answer.content:
            raise FitAdError(
                f"The result {clean_text(params['filename'])[:80]} could not be fetched from {self.name}",
                why=self.reason(answer),
            )
        return answer.content

    def companions(self, image: Mapping[str, Any]) -> dict[str, bytes]:
        """Return nothing: a server does not say what lies beside a result."""
        return {}
