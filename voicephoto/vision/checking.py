"""What a model that writes says of a thing being there, checked by the encoder, which cannot be talked into anything."""

import logging
import re
from collections.abc import Iterator, Sequence

from voicephoto.errors import MissingError
from voicephoto.vision.answers import Answerer, Picture, StarterAnswerer, presence

log = logging.getLogger(__name__)

_ABSENT, _PRESENT = 0.01, 0.9
"""The encoder's probabilities that speak against a yes and against a no.

With the starter encoder (`python -m benchmarks.presence`) 1.7 % of what is there has less than the first, and 16 % to 47 % of
what is not; 0.9 % at most of what is not there has more than the second, and 16 % of what is.
"""
_KIND = re.compile(r"(?:(?:an?|the) )?(?!(?:any|every|some|no)\w*\b|another\b|more\b|one\b)[\w'-]+(?: [\w'-]+){0,2}")
"""Things as they were asked of the encoder when it was measured: "a brown dog", not "anybody" or "a man on the left"."""
_YES = re.compile(r"yes\b|there (?:is|are) (?!no\b|not\b)|i (?:can )?see (?!no\b)")
_NO = re.compile(r"no\b|there (?:is|are)(?:n't| not?)\b|i (?:see no|(?:can't|cannot|can not|don't|do not) see)\b")


class CheckedAnswerer:
    """The answers of another answerer; where it is asked for a thing in one photo, and its yes or no is beyond what the
    `second`, which compares, takes for possible, that it is not sure instead."""

    def __init__(self, answerer: Answerer, second: StarterAnswerer) -> None:
        self.name = answerer.name
        self._answerer = answerer
        self._second = second

    def describe(self, photo: Picture) -> Iterator[str]:
        return self._answerer.describe(photo)

    def answer(self, photos: Sequence[Picture], question: str) -> Iterator[str]:
        thing = presence(question)
        if len(photos) > 1 or thing is None or not _KIND.fullmatch(thing):
            yield from self._answerer.answer(photos, question)
            return
        for sentence in self._answerer.answer(photos, question):
            if self._doubtful(photos[0], thing, sentence):
                yield f"I'm not sure whether I see {thing}."
                return
            yield sentence

    def _doubtful(self, photo: Picture, thing: str, sentence: str) -> bool:
        """Whether a sentence claims what the encoder is sure is not so; it is not where the encoder cannot look."""
        said = sentence.lower()
        yes = bool(_YES.match(said))
        if not yes and not _NO.match(said):
            return False
        try:
            probability = self._second.probability(photo, thing)
        except MissingError as error:
            log.warning("%s", error)
            return False
        return probability <= _ABSENT if yes else probability >= _PRESENT
