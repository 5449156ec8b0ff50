from pathlib import Path

import pytest

from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.dialogue import Understander, replies
from voicephoto.speech import load_sentences
from voicephoto.speech.sentences.guide import guide

PAGE = Path(__file__).resolve().parents[2] / "docs" / "what-you-can-say.md"
EXAMPLES = [
    (kind, example)
    for kind, intent in load_sentences("en").intents.intents.items()
    for example in (intent.data[0].metadata or {}).get("examples", ())
]


@pytest.fixture(scope="module")
def understander(tmp_path_factory: pytest.TempPathFactory) -> Understander:
    return Assembly(Settings(data=tmp_path_factory.mktemp("data"))).understander()


def test_the_page_is_made_from_the_sentences() -> None:
    assert PAGE.read_text(encoding="utf-8") == guide(load_sentences("en")), "run: python -m scripts.write_guide"


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_example_means_what_it_stands_for(understander: Understander, kind: str, example: str) -> None:
    assert understander.understand(example, showing=6 if kind not in ("search", "out_of_scope") else 0).kind == kind


def test_help_is_made_of_examples(understander: Understander) -> None:
    help_ = replies.help_with(understander.examples)
    assert len(understander.examples) >= 3
    assert all(example in help_ for example in understander.examples)
