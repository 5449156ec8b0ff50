"""Where torch computes, and what it needs to start."""

import logging
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from voicephoto.errors import MissingError

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

_STARTING = Lock()
_OPERATORS: "list[torch.library.Library]" = []
"""Kept because torch forgets them with the object."""

Model = TypeVar("Model")
Given = TypeVar("Given")
Result = TypeVar("Result")


def prepare_torch() -> None:
    """Make torchvision importable also where it was built for another torch; raises MissingError without torch.

    On the processor torch is often installed without CUDA and torchvision with it. Its operators then do not load, and
    its import ends at the first one that it registers, although only its transforms are needed: the names are enough.
    """
    with _STARTING:
        try:
            import torchvision  # type: ignore[import-untyped]  # noqa: F401
        except ImportError as error:
            raise MissingError(
                f"{error.name or 'torch'} is not installed; what ships with voicephoto goes on; "
                "run: pip install 'voicephoto[full]'"
            ) from None
        except RuntimeError:
            import torch

            declared = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
            for name in ("nms", "qnms"):
                signature = f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
                declared.define(signature)  # type: ignore[no-untyped-call]
            _OPERATORS.append(declared)


def best_device() -> str:
    """ "cuda" where there is a usable GPU, else "cpu"."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def processor_dtype() -> "torch.dtype":
    """bfloat16 where the processor computes with it, else float32.

    With AMX, ViT-B-32 embeds four times as many photos in bfloat16, and no cosine changes by 0.001; a processor
    without such instructions emulates it, slower than float32.
    """
    import torch

    return torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16") else torch.float32


class Placed(Generic[Model]):
    """A model on a device, loaded when it is first needed; where the device fails it goes on on the processor for good.

    `load` makes it for a device; `what` names it in a sentence: "the image model".
    """

    def __init__(self, load: Callable[[str], Model], device: str | None, what: str) -> None:
        self._load = load
        self._device = device
        self._what = what
        self._model: Model | None = None
        self._lock = Lock()

    def run(self, work: Callable[[Model, Given], Result], given: Given) -> Result:
        """What the model makes of `given` by `work`, one at a time.

        Raises MissingError where the processor fails as well.
        """
        with self._lock:
            # A GPU that is lost or full, and a torch that was built without one, tell it by these two.
            try:
                return work(self._placed(), given)
            except (RuntimeError, AssertionError) as error:
                if self._device == "cpu":
                    raise self._failed(error) from None
                log.warning(
                    "%s cannot use %s (%s); it goes on on the processor", self._what, self._device, first_line(error)
                )
            self._model, self._device = None, "cpu"
            try:
                return work(self._placed(), given)
            except RuntimeError as error:
                raise self._failed(error) from None

    def _placed(self) -> Model:
        if self._model is None:
            prepare_torch()
            self._device = self._device or best_device()
            self._model = self._load(self._device)
        return self._model

    def _failed(self, error: Exception) -> MissingError:
        return MissingError(
            f"{self._what} failed ({first_line(error)}); your photos and catalog are untouched; "
            "try again, or choose a smaller model"
        )


def first_line(error: Exception) -> str:
    """The first line of what torch says, which goes on for many."""
    return next(iter(str(error).splitlines()), type(error).__name__)
