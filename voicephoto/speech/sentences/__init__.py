"""What people say, as data: one file a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from voicephoto.errors import MissingError

if TYPE_CHECKING:
    from hassil import Intents


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of one language.

    `intents` matches them; `spoken` says, rule by rule, what people say where a sentence leaves room, for
    the language model alone.
    """

    language: str
    intents: "Intents"
    misheard: Mapping[str, str]
    """Regular expressions for what recognisers write, and what was said."""
    stop_over_a_reply: str
    """A regular expression for what they write for "stop" where a reply was spoken over."""
    spoken: Mapping[str, str]
    digest: str
    """Of the file, for what is derived from it and kept."""

    @property
    def places(self) -> tuple[str, ...]:
        """The places that people are expected to name."""
        return tuple(name.strip() for name in self.spoken.get("place", "").split(","))


def load(language: str = "en") -> Sentences:
    """Read the sentences of a language; raises MissingError where there are none."""
    import yaml
    from hassil import Intents

    file = resources.files(__name__).joinpath(f"{language}.yaml")
    if not file.is_file():
        raise MissingError(f"there are no sentences for the language {language!r} yet; English is 'en'")
    text = file.read_text(encoding="utf-8")
    document = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    spoken, misheard = document.pop("spoken"), document.pop("misheard")
    stop = document.pop("stop_over_a_reply")
    return Sentences(language, Intents.from_dict(document), misheard, stop, spoken, sha256(text.encode()).hexdigest())
