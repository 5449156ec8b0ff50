from datetime import datetime

import pytest

from voicephoto import hub
from voicephoto.dialogue import Router
from voicephoto.search import QueryContext, Wording
from voicephoto.vision import StarterEncoder


@pytest.fixture(scope="module")
def encoder() -> StarterEncoder:
    return StarterEncoder(hub.locate("starter"))


@pytest.fixture(scope="module")
def router(encoder: StarterEncoder) -> Router:
    return Router.load(encoder)


@pytest.fixture(scope="module")
def context(encoder: StarterEncoder) -> QueryContext:
    return QueryContext(datetime(2026, 7, 15, 12), Wording.load(encoder))


@pytest.mark.parametrize(
    ("sentence", "showing", "kind"),
    [
        ("somewhere i must have the goat on the roof, let's have it", 0, "search"),
        ("just those with snow on them i think", 6, "refine"),
        ("enough of these, back to what we had before", 6, "back"),
        ("what on earth is that thing in her hand", 6, "ask_photo"),
        ("remind me again when we took that one", 6, "ask_metadata"),
        ("remind me to buy milk on the way home", 0, "out_of_scope"),
        ("did you feed the cat already", 6, "out_of_scope"),
        ("have you got others like that one", 6, "similar"),
    ],
)
def test_free_wording_has_an_intent(
    router: Router, context: QueryContext, sentence: str, showing: int, kind: str
) -> None:
    odds = router.probabilities(sentence, showing, context)
    assert max(odds, key=lambda each: odds[each]) == kind
    assert sum(odds.values()) == pytest.approx(1.0, abs=1e-4)


def test_nothing_is_no_matter_of_photos(router: Router, context: QueryContext) -> None:
    assert router.probabilities("?!", 0, context)["out_of_scope"] == 1.0


def test_the_same_sentence_always_means_the_same(router: Router, context: QueryContext) -> None:
    one, other = (router.probabilities("the goat on the roof", 0, context) for _ in range(2))
    assert one == other
