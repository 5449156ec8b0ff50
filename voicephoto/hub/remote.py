"""The hub on the network: what it states about a model, and the bytes of its files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from voicephoto import __version__
from voicephoto.errors import MissingError, UsageError, VoicephotoError
from voicephoto.hub.files import ModelFile
from voicephoto.hub.manifest import Model
from voicephoto.hub.release import Release

if TYPE_CHECKING:
    import httpx2

_SECONDS = 20
"""Without an answer or a further byte for so long, the connection counts as broken."""

_KEPT = "what is there already is kept"


class Remote:
    """A hub, spoken to with huggingface_hub; no account, no telemetry, and no other host than its own.

    Files come over plain HTTP with ranges, not over Xet, so that every byte can be resumed and verified here.
    """

    def __init__(self, endpoint: str | None = None) -> None:
        import httpx2
        from huggingface_hub import constants, set_client_factory

        # Its telemetry tells what is installed, and asks the hub for a list on its own account.
        constants.HF_HUB_DISABLE_TELEMETRY = True
        if constants.is_offline_mode():
            raise UsageError("HF_HUB_OFFLINE forbids every connection; nothing was changed; unset it to pull models")
        self.endpoint = endpoint or constants.ENDPOINT
        try:
            self._origin = _origin(httpx2.URL(self.endpoint))
        except httpx2.InvalidURL:
            raise UsageError(
                f"{self.endpoint!r} is no address of a hub; nothing was changed; mend HF_ENDPOINT"
            ) from None
        set_client_factory(
            lambda: httpx2.Client(
                follow_redirects=True,
                timeout=_SECONDS,
                # A connection that is kept may have been closed by the other side just as it is used again.
                limits=httpx2.Limits(max_keepalive_connections=0),
                event_hooks={"request": [self._only_here]},
            )
        )

    def _only_here(self, request: "httpx2.Request") -> None:
        """Refuse any host but the hub's own and those on which it is known to keep large files."""
        url = request.url
        known = url.scheme == "https" and f".{url.host}".endswith((".huggingface.co", ".hf.co"))
        if not known and _origin(url) != self._origin:
            raise MissingError(
                f"{self.endpoint} sends on to another host, {url.scheme}://{url.netloc.decode()}, and that is not "
                f"followed; {_KEPT}; check HF_ENDPOINT and your network, or try again later"
            )

    def release(self, model: Model) -> Release:
        """What is published as `model` at its revision; the hub is asked for what the manifest does not pin.

        Raises MissingError where the hub cannot be reached, or has something else than the manifest pins.
        """
        if all(file.size and file.sha256 for file in model.files):
            return Release(model.name, model.source, model.revision, model.files)
        from huggingface_hub import HfApi

        with self._understood(model.source):
            hub = HfApi(self.endpoint, token=False, library_name="voicephoto", library_version=__version__)
            info = hub.model_info(model.source, revision=model.revision, files_metadata=True, timeout=_SECONDS)
            folder = f"{model.subfolder}/" if model.subfolder else ""
            stated = [
                ModelFile(
                    name=file.rfilename.removeprefix(folder),
                    size=file.lfs.size if file.lfs else file.size,
                    sha256=file.lfs.sha256 if file.lfs else None,
                    blob=None if file.lfs else file.blob_id,
                )
                for file in info.siblings or ()
                if file.rfilename.startswith(folder)
            ]
            files = model.admit(stated, f"{model.source} on {self.endpoint}")
            if not info.sha or not all(file.size and (file.sha256 or file.blob) for file in files):
                raise ValueError("a file without size or hash")
        return Release(model.name, model.source, info.sha, files)

    def fetch(
        self, model: Model, release: Release, file: ModelFile, target: Path, progress: Callable[[int], None]
    ) -> None:
        """Bring `target` to the full size of `file`, from where it ends; `progress` is told how many bytes it has.

        A broken connection is taken up again as long as each brings something. Raises VoicephotoError where one does
        not; what has come is kept.
        """
        from huggingface_hub import hf_hub_url

        url = hf_hub_url(
            model.source, file.name, subfolder=model.subfolder, revision=release.commit, endpoint=self.endpoint
        )
        size = file.size or 0
        have, before = _length(target), -1
        while have < size:
            if have <= before:
                raise VoicephotoError(
                    f"the connection broke after {have:,} of {size:,} bytes of {file.name}; they are kept; "
                    f"run voicephoto models pull {model.name} again, and it goes on from there"
                )
            self._go_on(url, target, have, size, progress)
            have, before = _length(target), have

    def _go_on(self, url: str, target: Path, have: int, size: int, progress: Callable[[int], None]) -> None:
        import httpx2
        from huggingface_hub import get_session

        # What is compressed on the way cannot be resumed.
        headers = {"User-Agent": f"voicephoto/{__version__}", "Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        with self._understood(target.name), get_session().stream("GET", url, headers=headers) as answer:
            answer.raise_for_status()
            if answer.status_code != httpx2.codes.PARTIAL_CONTENT:
                have = 0
            with target.open("ab" if have else "wb", buffering=0) as out, suppress(httpx2.TransportError):
                # As it comes: a larger chunk that is being filled would be lost with the connection.
                for chunk in answer.iter_raw():
                    out.write(chunk)
                    have += len(chunk)
                    progress(have)
                    if have > size:
                        break

    @contextmanager
    def _understood(self, what: str) -> Iterator[None]:
        """Say in one line what a request for `what` came to."""
        import httpx2

        try:
            yield
        except httpx2.HTTPError as error:
            # HfApi's errors and httpx2's own have an answer in common, where there was one.
            answer = getattr(error, "response", None)
            if answer is None:
                raise MissingError(
                    f"no connection to {self.endpoint} ({error or type(error).__name__}); {_KEPT}; connect and pull "
                    "again, or bring the model from another machine: voicephoto models import FOLDER"
                ) from None
            mend = "a newer voicephoto may know where it went" if answer.status_code == 404 else "try again later"
            raise MissingError(
                f"{self.endpoint} does not give {what} (it answers {answer.status_code}); {_KEPT}; {mend}"
            ) from None
        except (KeyError, TypeError, ValueError) as error:
            raise MissingError(
                f"{self.endpoint} does not answer as a hub does ({type(error).__name__}); {_KEPT}; "
                "check your network and HF_ENDPOINT"
            ) from None


def _origin(url: "httpx2.URL") -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
