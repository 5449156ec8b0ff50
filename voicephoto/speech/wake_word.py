"""The words that wake the program: microWakeWord's networks, which ship inside their wheel."""

from typing import Literal, Protocol, get_args

from voicephoto.audio import Frame
from voicephoto.errors import MissingError

WakeWordName = Literal["hey jarvis", "okay nabu", "hey mycroft", "alexa"]
WAKE_WORDS: tuple[WakeWordName, ...] = get_args(WakeWordName)


class WakeWord(Protocol):
    """Listens for one word in a stream of frames."""

    def hear(self, frame: Frame) -> bool:
        """Whether the word has just been said; frames come in order, and none is left out."""
        ...


class MicroWakeWord:
    """One of WAKE_WORDS, at the threshold that its makers chose. Raises MissingError where the package is not there."""

    def __init__(self, name: WakeWordName) -> None:
        try:
            from pymicro_wakeword import MicroWakeWord as Network
            from pymicro_wakeword import MicroWakeWordFeatures, Model
        except (ImportError, OSError) as error:
            raise MissingError(
                f"the wake word cannot be listened for ({error}); everything else works; "
                'install voicephoto again, or set listening = "always"'
            ) from None
        self._network = Network.from_builtin(Model(name.replace(" ", "_")))
        self._features = MicroWakeWordFeatures()

    def hear(self, frame: Frame) -> bool:
        said = False
        for features in self._features.process_streaming(frame.samples.tobytes()):
            said = bool(self._network.process_streaming(features)) or said
        if said:
            # Its window still holds the word, which would be heard again with the next frames.
            self._network.reset()
        return said
