from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicephoto.errors import UsageError
from voicephoto.vision import everyday_queries, everyday_things
from voicephoto.vision.fitting import Captioned, fit, judged, mentions, read_captions, regression

WORDS = ("dog", "cat", "car", "tree", "boat", "house", "zebra", "piano", "volcano", "robot", "igloo", "comet")


class Named:
    """A world of twelve things: a photo's vector is made of what its caption names, and so is a sentence's."""

    dimension = 32

    def encode_texts(self, texts: list[str]) -> np.ndarray:
        return np.stack([_direction(text) for text in texts])


def _direction(text: str) -> np.ndarray:
    random = np.random.default_rng(sum(map(ord, text)))
    vector = random.standard_normal(32) * 0.12
    for number, word in enumerate(WORDS):
        vector[number] += word in text
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def photos(count: int) -> list[Captioned]:
    """Of the first six things one each."""
    shown = [WORDS[number % 6] for number in range(count)]
    return [Captioned(Path(f"{n}.jpg"), (f"a {word} number {n}", f"the {word}")) for n, word in enumerate(shown)]


def test_what_is_there_is_told_from_what_is_not() -> None:
    of = photos(240)
    vectors = np.stack([_direction(photo.captions[0]) for photo in of])
    asked = judged(Named(), of, WORDS)  # type: ignore[arg-type]
    assert [one.words for one in asked] == list(WORDS)
    fitted = fit(Named().encode_texts([f"some {word}" for word in WORDS]), vectors, asked)
    assert (fitted.false_accepts, fitted.false_rejects) == (0, 0)
    dog, robot = Named().encode_texts(["dog", "robot"])
    calibration = fitted.calibration
    standing = calibration.bank.standing(vectors)
    dogs, robots = vectors @ dog, vectors @ robot
    assert calibration.assess(dog, dogs, standing, dogs, 240).present >= calibration.sure
    assert calibration.assess(robot, robots, standing, robots, 240).present < calibration.hopeless
    matches = calibration.probabilities(dog, dogs, standing, dogs) >= 0.5
    assert [bool(match) for match in matches] == ["dog" in photo.captions[0] for photo in of]


def test_captions_that_lack_nothing_cannot_be_fitted_to() -> None:
    of = photos(60)
    vectors = np.stack([_direction(photo.captions[0]) for photo in of])
    with pytest.raises(UsageError, match="nothing was changed; add photos"):
        fit(vectors[:12], vectors, judged(Named(), of, WORDS[:6]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("caption", "words", "there"),
    [
        ("Two dogs run", "dog", True),
        ("a hotdog stand", "dog", False),
        ("A man is riding his bike", "riding a bike", True),
        ("a red and white shirt", "red shirt", False),
        ("A boy shows his shorts", "shoes", False),
        ("a balloon and a cart", "ball", False),
        ("a balloon and a cart", "car", False),
        ("people running", "running", True),
        ("he runs", "running", True),
    ],
)
def test_captions_mention_things_in_either_number(caption: str, words: str, there: bool) -> None:
    assert mentions(caption, words) == there


def test_one_caption_of_five_proves_nothing() -> None:
    captions = ("a dog", "an animal", "something brown", "it runs", "on grass")
    [dog] = judged(Named(), [Captioned(Path("1.jpg"), captions), *photos(20)], ["dog"])  # type: ignore[arg-type]
    assert dog.shows[0] == -1


@settings(deadline=None)
@given(st.integers(0, 100), st.floats(0.1, 0.9))
def test_a_regression_finds_the_direction_that_counts(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    evidence = random.standard_normal((300, 2)).astype(np.float32)
    right = evidence[:, 0] > np.quantile(evidence[:, 0], 1 - share)
    found = regression(evidence, right, np.ones(300))
    assert found.weights[0] > 5 * abs(found.weights[1])
    assert ((found(evidence) >= 0) == right).mean() > 0.9


def test_a_weight_of_two_is_as_good_as_being_there_twice() -> None:
    random = np.random.default_rng(1)
    evidence = random.standard_normal((60, 2)).astype(np.float32)
    right = evidence[:, 0] + random.standard_normal(60) > 0
    weight = np.where(np.arange(60) < 20, 2.0, 1.0)
    weighted = regression(evidence, right, weight)
    doubled = regression(np.concatenate([evidence, evidence[:20]]), np.append(right, right[:20]), np.ones(80))
    assert weighted(evidence) == pytest.approx(doubled(evidence), abs=0.02)


def test_captions_are_read_but_for_those_trained_on(tmp_path: Path) -> None:
    (tmp_path / "one.jpg").touch()
    (tmp_path / "captions.tsv").write_text("split\timage\tcaption\ndev\tone.jpg\tA dog\ntrain\ttwo.jpg\tA cat\n")
    assert read_captions(tmp_path) == [Captioned(tmp_path / "one.jpg", ("A dog",))]


@pytest.mark.parametrize("content", [None, "nonsense\n1\n", "image\tcaption\nmissing.jpg\tA dog\n", "\xff"])
def test_captions_that_cannot_be_used_are_one_clear_line(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "captions.tsv").write_text(content, encoding="latin-1")
    with pytest.raises(UsageError, match="nothing was changed"):
        read_captions(tmp_path)


def test_the_everyday_words_are_each_one_plain_line() -> None:
    for lines in (everyday_queries(), everyday_things()):
        assert len(lines) == len(set(lines)) > 300
        assert all(line == line.strip().lower() for line in lines)
