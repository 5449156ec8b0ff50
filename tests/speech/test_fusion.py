import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.speech import load_sentences
from voicephoto.speech.fusion import END, START, DensityRatio
from voicephoto.speech.language_files import prepare


@pytest.fixture(scope="module")
def ratio(tmp_path_factory: pytest.TempPathFactory) -> DensityRatio:
    model, _ = prepare(load_sentences(), ("Positano",), tmp_path_factory.mktemp("cache"))
    return DensityRatio(model)


def test_what_is_said_to_photos_is_likelier_than_in_english_at_large(ratio: DensityRatio) -> None:
    assert ratio.of_word("photos", ("show", "me")) > 2
    assert ratio.of_word("positano", ("photos", "from")) > ratio.of_word("paris", ("photos", "from"))
    assert ratio.of_word(END, (START, "stop")) > 0


def test_other_words_lose_three_nats_at_most(ratio: DensityRatio) -> None:
    assert ratio.of_word("zyzzyva", (START,)) == pytest.approx(-3.0, abs=0.01)


@given(word=st.sampled_from(["positano", "photos", "sunset", "yesterday"]), length=st.integers(1, 8))
def test_a_beginning_promises_no_less_than_the_word(ratio: DensityRatio, word: str, length: int) -> None:
    assert ratio.of_beginning(word[:length], first=False) >= ratio.of_word(word, ())
    assert ratio.of_beginning(word[:length], first=True) >= ratio.of_word(word, (START,))


def test_a_beginning_that_no_word_has_promises_nothing(ratio: DensityRatio) -> None:
    assert ratio.of_beginning("xqz", first=False) == 0
