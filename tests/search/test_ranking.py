"""Words beside a photo and what is left to be seen, several subjects, alternatives: in the demo library."""

from collections.abc import Callable

import pytest

from voicephoto.assembly import Assembly
from voicephoto.library import load_image
from voicephoto.search import PhotoQuery, Results

Search = Callable[[str], Results]
CATS = {"chelsea", "chelsea awake"}


@pytest.fixture(scope="module")
def search(demo_parts: Assembly) -> Search:
    return lambda text: demo_parts.sight.searcher.search(PhotoQuery(text))


def names(results: Results) -> set[str]:
    return {photo.path.stem for photo in results.photos}


def test_a_name_beside_the_photo_need_not_be_seen_in_it(search: Search) -> None:
    results = search("chelsea the cat")
    assert results.status == "confident"
    assert names(results) == CATS
    assert all(hit.probability <= 0.95 for hit in results.hits)


def test_but_the_rest_has_to_be(search: Search) -> None:
    assert search("chelsea on a motorcycle").status != "confident"


def test_words_and_looks_together_are_surer_than_each(search: Search) -> None:
    [coffee] = [hit for hit in search("coffee").hits if hit.photo.path.stem == "coffee"]
    assert coffee.probability > 0.95


def test_one_of_the_alternatives_is_enough(search: Search) -> None:
    either = names(search("a motorcycle or snowy mountains"))
    assert either >= names(search("a motorcycle")) | names(search("snowy mountains"))


@pytest.mark.parametrize("text", ["a motorcycle and an elephant", "a motorcycle and a cat together"])
def test_subjects_that_no_photo_has_together_are_not_surely_found(search: Search, text: str) -> None:
    assert search("a motorcycle").status == "confident"
    assert search(text).status != "confident"


def test_the_score_is_the_cosine_of_the_whole_text(search: Search, demo_parts: Assembly) -> None:
    best = search("chelsea the cat").hits[0]
    [photo] = demo_parts.encoder.encode_images([load_image(best.photo.path, side=224)])
    [text] = demo_parts.encoder.encode_texts(["chelsea the cat"])
    assert best.score == pytest.approx(float(photo @ text), abs=0.02)
