import re

import pytest
from hassil import recognize_best
from hassil.expression import ListReference, RuleReference
from hassil.parse_expression import parse_sentence

from voicephoto.errors import MissingError
from voicephoto.speech import Sentences, load_sentences

SHOWING = {"showing": True}


def understood(sentences: Sentences, text: str, **context: bool) -> tuple[str, dict[str, object]] | None:
    result = recognize_best(text, sentences.intents, intent_context=context, best_slot_name="query")
    if result is None:
        return None
    return result.intent.name, {name: entity.value for name, entity in result.entities.items()}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("stop", "stop"),
        ("that's enough", "stop"),
        ("never mind", "cancel"),
        ("yes please", "yes"),
        ("no thanks", "no"),
        ("next one please", "next"),
        ("previous photo", "previous"),
        ("go back", "back"),
        ("say that again", "repeat"),
        ("what can i say", "help"),
        ("start a slideshow", "slideshow"),
        ("what is in this picture", "describe"),
        ("when was this taken", "ask_metadata"),
        ("where was the second photo taken", "ask_metadata"),
        ("how many photos are there", "count"),
        ("sum up the results", "summarize"),
        ("find more like this one", "similar"),
        ("show number three", "show"),
    ],
)
def test_the_sentences_of_every_day_are_understood(english: Sentences, text: str, intent: str) -> None:
    result = understood(english, text, **SHOWING)
    assert result is not None
    assert result[0] == intent


def test_what_is_wanted_is_left_for_the_query(english: Sentences) -> None:
    result = understood(english, "show me dogs on the beach")
    assert result is not None
    intent, slots = result
    assert intent == "search"
    assert "dogs on the beach" in str(slots["query"])


@pytest.mark.parametrize(("word", "position"), [("first", 1), ("second", 2), ("twelfth", 12), ("last", -1)])
def test_positions_are_numbers(english: Sentences, word: str, position: int) -> None:
    assert understood(english, f"the {word} one", **SHOWING) == ("show", {"position": position})


def test_the_same_text_gives_the_same_digest(english: Sentences) -> None:
    assert load_sentences("en").digest == english.digest
    assert re.fullmatch("[0-9a-f]{64}", english.digest)


def test_the_intents_are_those_of_the_design(english: Sentences) -> None:
    assert set(english.intents.intents) == {
        "search", "refine", "similar", "show", "next", "previous", "more", "back", "describe",
        "ask_photo", "ask_metadata", "count", "summarize", "repeat", "help", "slideshow", "stop",
        "cancel", "yes", "no", "out_of_scope",
    }  # fmt: skip


def test_every_wildcard_says_what_people_fill_it_with(english: Sentences) -> None:
    assert {"query", "question"} <= set(english.spoken)


def test_everything_a_spoken_rule_refers_to_exists(english: Sentences) -> None:
    known = {*english.spoken, *english.intents.expansion_rules, *english.intents.slot_lists, "library"}
    referred = {name for templates in english.spoken.values() for name in re.findall(r"[<{](\w+)[>}]", templates)}
    assert referred
    assert referred <= known


def test_every_spoken_template_can_be_parsed(english: Sentences) -> None:
    for name, templates in english.spoken.items():
        for template in templates.split(","):
            assert template.strip(), f"{name} has an empty alternative"
            assert parse_sentence(template.strip()).expression


def test_every_rule_that_a_sentence_refers_to_exists(english: Sentences) -> None:
    intents = english.intents

    def referred(expression: object) -> set[str]:
        if isinstance(expression, RuleReference):
            return {expression.rule_name}
        if isinstance(expression, ListReference):
            return {expression.list_name}
        return set().union(*(referred(item) for item in getattr(expression, "items", ())))

    sentences = [s for intent in intents.intents.values() for data in intent.data for s in data.sentences]
    assert len(sentences) > 80
    known = {*intents.expansion_rules, *intents.slot_lists}
    for sentence in [*sentences, *intents.expansion_rules.values()]:
        assert referred(sentence.expression) <= known, sentence.text


def test_a_language_without_sentences_is_refused() -> None:
    with pytest.raises(MissingError, match="'tlh'") as caught:
        load_sentences("tlh")
    assert "\n" not in str(caught.value)
