"""A hub on loopback: what the real one answers, as far as pulling a model asks for it."""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

LARGE = 10_000
"""From so many bytes on a file is kept in LFS: with a SHA-256, and on another path, to which the hub sends on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came: its path, the range it asked for, and its headers by their names in small letters."""

    path: str
    range: str | None
    headers: Mapping[str, str]


@dataclass
class Fault:
    """What goes wrong with one file; each of `breaks` ends one answer after so many bytes, the last one all others."""

    breaks: list[int] = field(default_factory=list)
    status: int | None = None
    location: str | None = None
    content: bytes | None = None
    stalls: threading.Event | None = None
    ignores_ranges: bool = False


class StandIn(ThreadingHTTPServer):
    """Has repositories of several commits each; `main` is the last one published."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.repositories: dict[str, dict[str, dict[str, bytes]]] = {}
        self.faults: dict[str, Fault] = {}
        self.asked: list[Asked] = []

    def __enter__(self) -> "StandIn":
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.shutdown()
        self.server_close()

    def publish(self, repository: str, files: dict[str, bytes]) -> str:
        """A new commit of `repository` with `files`; returns its hash."""
        commit = sha1(repr(sorted(files.items())).encode()).hexdigest()
        commits = self.repositories.setdefault(repository, {})
        commits[commit] = commits["main"] = files
        return commit

    def ranges(self, file: str) -> list[str | None]:
        """The ranges that were asked for of the bytes of a file, in order."""
        return [asked.range for asked in self.asked if asked.path.endswith(file) and "/resolve/" not in asked.path]

    def information(self, repository: str, revision: str) -> dict[str, Any]:
        files = self.repositories[repository][revision]
        commit = next(commit for commit, content in self.repositories[repository].items() if content is files)
        siblings = []
        for name, content in files.items():
            blob = sha1(b"blob %d\0" % len(content) + content).hexdigest()
            sibling: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": blob}
            if len(content) >= LARGE:
                sibling["lfs"] = {"size": len(content), "sha256": sha256(content).hexdigest(), "pointerSize": 130}
            siblings.append(sibling)
        return {"id": repository, "sha": commit, "siblings": siblings}


class _Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(
            Asked(path, self.headers["Range"], {name.lower(): value for name, value in self.headers.items()})
        )
        if match := re.fullmatch(r"/api/models/(\w+/[\w.-]+)/revision/(\w+)", path):
            self._information(*match.groups())
        elif match := re.fullmatch(r"/(\w+/[\w.-]+)/(resolve|large)/(\w+)/(.+)", path):
            self._file(*match.groups())
        else:
            self._answer(404)

    def _information(self, repository: str, revision: str) -> None:
        if revision not in self.server.repositories.get(repository, {}):
            self._answer(404, b'{"error": "Repository not found"}')
            return
        self._answer(200, json.dumps(self.server.information(repository, revision)).encode())

    def _file(self, repository: str, how: str, commit: str, name: str) -> None:
        content = self.server.repositories.get(repository, {}).get(commit, {}).get(name)
        fault = self.server.faults.get(name, Fault())
        if content is None or fault.status:
            self._answer(fault.status or 404)
        elif how == "resolve":
            self._answer(302, location=fault.location or f"/{repository}/large/{commit}/{name}")
        else:
            self._bytes(fault.content or content, fault)

    def _bytes(self, content: bytes, fault: Fault) -> None:
        start = 0
        if (asked := self.headers["Range"]) and not fault.ignores_ranges:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(content):
            self._answer(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        rest = content[start:]
        if fault.breaks:
            rest = rest[: fault.breaks.pop(0) if len(fault.breaks) > 1 else fault.breaks[0]]
            self.close_connection = True
        self.wfile.write(rest)
        self.wfile.flush()
        if fault.stalls:
            fault.stalls.wait(60)

    def _answer(self, status: int, content: bytes = b"", location: str | None = None) -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass
