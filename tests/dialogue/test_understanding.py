from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.understanding import Reader, labels, outcomes
from voicephoto import hub
from voicephoto.dialogue import Intent, Router, Understander, reading
from voicephoto.errors import UsageError
from voicephoto.library import Gazetteer, fold
from voicephoto.search import PhotoQuery, QueryContext, Wording
from voicephoto.speech import load_sentences
from voicephoto.vision import StarterEncoder

PLACES = {fold(name): name for name in ("Italy", "Greece", "Portugal", "Norway", "New York")}
ENCODER = StarterEncoder(hub.locate("starter"))
CONTEXT = QueryContext(
    now=datetime(2026, 11, 23, 12),
    wording=Wording.load(ENCODER),
    places=lambda words: PLACES.get(fold(words)),
    albums=("Summer camp",),
    cameras=("Canon EOS R6", "Google Pixel 8"),
)
MID_OCTOBER = {"from_": date(2020, 10, 11), "until": date(2020, 10, 21), "when": "October 11 to 20, 2020"}
SUMMER = {"from_": date(2026, 6, 1), "until": date(2026, 9, 1), "when": "June to August 2026"}


@pytest.fixture(scope="module")
def understander() -> Understander:
    sentences = load_sentences("en")
    router = Router.load(ENCODER)
    return Understander(sentences.intents, lambda: CONTEXT, router, sentences.misheard, sentences.stop_over_a_reply)


def test_plain_and_polite_requests_are_read_as_they_are_meant() -> None:
    said = [label for label in labels() if (label["set"], label["part"], label["group"]) == (1, "develop", "plain")]
    read = outcomes(Reader(said), said, [label["text"] for label in said])
    assert len(read) > 300
    assert [outcome.label["text"] for outcome in read if not outcome.everything] == []


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("sunsets", {"text": "sunsets"}),
        ("Show me snowy mountains.", {"text": "snowy mountains"}),
        ("show me sunsets from last summer", {"text": "sunsets", **SUMMER}),
        ("can you find the photos from Italy?", {"places": ("Italy",)}),
        ("I'd like to see photos of the harbor in New York", {"text": "the harbor", "places": ("New York",)}),
        ("do I have any pictures of snow", {"text": "snow"}),
        ("is there a photo of a motorcycle?", {"text": "a motorcycle"}),
        ("are there any pictures of lavender", {"text": "lavender"}),
        ("have you got any photos of rockets", {"text": "rockets"}),
        ("Show me photos of my dog, please.", {"text": "dog"}),
        ("could you please show me a city at night, thank you", {"text": "a city at night"}),
        ("uh, well, so show me cats", {"text": "cats"}),
        ("let's see the milky way", {"text": "the milky way"}),
        ("photos I took last summer with my canon", {"camera": "canon", **SUMMER}),
        ("everything", {}),
        ("show me all my photos", {}),
        ("the last photo I took", {"order": "newest", "limit": 1}),
        ("recent pictures of the dog", {"text": "the dog", "order": "newest"}),
        ("what did I photograph recently", {"order": "newest"}),
    ],
)
@pytest.mark.parametrize("showing", [0, 6])
def test_a_wish_for_photos_is_a_search(
    understander: Understander, sentence: str, wanted: dict[str, Any], showing: int
) -> None:
    assert understander.understand(sentence, showing) == Intent("search", PhotoQuery(**wanted))


@pytest.mark.parametrize(
    ("sentence", "how", "wanted"),
    [
        ("only the ones from Italy", "narrow", {"places": ("Italy",)}),
        ("show me only the ones from Italy", "narrow", {"places": ("Italy",)}),
        ("just the ones with a boat", "narrow", {"text": "a boat"}),
        ("now show me the ones from Greece", "narrow", {"places": ("Greece",)}),
        ("those from last summer", "narrow", SUMMER),
        ("from Italy", "narrow", {"places": ("Italy",)}),
        ("and in Portugal?", "narrow", {"places": ("Portugal",)}),
        ("with a boat", "narrow", {"text": "a boat"}),
        ("show me the newest one", "narrow", {"order": "newest", "limit": 1}),
        ("the oldest of these", "narrow", {"order": "oldest"}),
        ("what about Greece", "change", {"places": ("Greece",)}),
        ("how about last summer", "change", SUMMER),
        ("no, I meant Portugal", "change", {"places": ("Portugal",)}),
        ("without people", "without", {"without": ("people",)}),
        ("but not the ones from Italy", "without", {"without_places": ("Italy",)}),
        ("remove the ones with people", "without", {"without": ("people",)}),
        ("newest first", "newest", {"order": "newest"}),
        ("show me the oldest first", "oldest", {"order": "oldest"}),
    ],
)
def test_with_photos_on_display_a_follow_up_refines(
    understander: Understander, sentence: str, how: Any, wanted: dict[str, Any]
) -> None:
    assert understander.understand(sentence, 6) == Intent("refine", PhotoQuery(**wanted), how=how)


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("only the ones from Italy", {"places": ("Italy",)}),
        ("from Italy", {"places": ("Italy",)}),
        ("what about Greece", {"places": ("Greece",)}),
        ("show me the newest one", {"order": "newest", "limit": 1}),
    ],
)
def test_with_nothing_on_display_the_same_words_are_a_search(
    understander: Understander, sentence: str, wanted: dict[str, Any]
) -> None:
    intent = understander.understand(sentence)
    assert (intent.kind, intent.query) == ("search", PhotoQuery(**wanted))


@pytest.mark.parametrize(
    ("sentence", "kind", "photo"),
    [
        ("show me the second one", "show", 2),
        ("the third one", "show", 3),
        ("and the fourth", "show", 4),
        ("what about the first one?", "show", 1),
        ("only the second one", "show", 2),
        ("number three", "show", 3),
        ("open number 4", "show", 4),
        ("show me photo number two", "show", 2),
        ("show me the last one", "show", 6),
        ("the second to last one", "show", 5),
        ("zoom in", "show", "this"),
        ("make it bigger", "show", "this"),
        ("more like this", "similar", "this"),
        ("find similar photos", "similar", "this"),
        ("show me similar photos to the second one", "similar", 2),
        ("photos like number five", "similar", 5),
        ("describe it", "describe", "this"),
        ("what's in the picture?", "describe", "this"),
        ("tell me about the second photo", "describe", 2),
        ("describe the latest photo", "describe", "newest"),
        ("more like the oldest one", "similar", "oldest"),
    ],
)
def test_one_photo_is_meant(understander: Understander, sentence: str, kind: Any, photo: Any) -> None:
    assert understander.understand(sentence, 6) == Intent(kind, photo=photo)


@pytest.mark.parametrize(
    ("sentence", "asked", "photo"),
    [
        ("When was this taken?", "when", "this"),
        ("when was the second one taken", "when", 2),
        ("what day was it", "when", "this"),
        ("what year is this from", "when", "this"),
        ("where was the first one taken", "where", 1),
        ("where is that", "where", "this"),
        ("where are we", "where", "this"),
        ("in which country is this", "where", "this"),
        ("which camera took this", "camera", "this"),
        ("what was this photo taken with", "camera", "this"),
        ("how long ago was this taken", "how_long_ago", "this"),
        ("how old is the third photo", "how_long_ago", 3),
        ("when was the oldest one taken", "when", "oldest"),
        ("where was the newest photo taken", "where", "newest"),
        ("was that on a weekend", "when", "this"),
        ("is this from 2019", "when", "this"),
    ],
)
def test_metadata_is_asked_for(understander: Understander, sentence: str, asked: Any, photo: Any) -> None:
    assert understander.understand(sentence, 6) == Intent("ask_metadata", photo=photo, asked=asked)


@pytest.mark.parametrize(
    "sentence",
    [
        "is there a dog in the picture",
        "are there any people in this photo",
        "what color is the car",
        "what is she wearing",
        "who is that",
        "is it raining",
        "are they smiling",
        "what is the man holding",
        "can you see a boat",
    ],
)
def test_a_question_about_what_is_seen_goes_to_the_photo_as_it_is(understander: Understander, sentence: str) -> None:
    assert understander.understand(f"{sentence}?", 6) == Intent("ask_photo", photo="this", question=sentence)


@pytest.mark.parametrize(
    ("sentence", "query"),
    [
        ("how many photos do I have", PhotoQuery()),
        ("how many photos do I have of cats", PhotoQuery("cats")),
        ("how many cats are there", PhotoQuery("cats")),
        ("how many pictures did I take last summer", PhotoQuery(**SUMMER)),
        ("count the photos from Italy", PhotoQuery(places=("Italy",))),
        ("how many", None),
        ("how many are there", None),
    ],
)
def test_counting(understander: Understander, sentence: str, query: PhotoQuery | None) -> None:
    assert understander.understand(sentence, 6) == Intent("count", query)


@pytest.mark.parametrize(
    ("sentence", "kind", "asked"),
    [
        ("next", "next", None),
        ("go to the next one", "next", None),
        ("previous photo please", "previous", None),
        ("show me more", "more", None),
        ("show me the rest", "more", None),
        ("go back", "back", None),
        ("where were these taken", "summarize", "where"),
        ("when were they taken", "summarize", "when"),
        ("sum up the results", "summarize", None),
        ("say that again", "repeat", None),
        ("help", "help", None),
        ("what can I say?", "help", None),
        ("start a slideshow", "slideshow", None),
        ("stop", "stop", None),
        ("never mind", "cancel", None),
        ("yes please", "yes", None),
        ("no thank you", "no", None),
    ],
)
def test_short_commands(understander: Understander, sentence: str, kind: Any, asked: Any) -> None:
    assert understander.understand(sentence, 6) == Intent(kind, asked=asked)


@pytest.mark.parametrize("showing", [0, 6])
@pytest.mark.parametrize(
    "sentence",
    [
        "what's the weather tomorrow",
        "set a timer for five minutes",
        "what time is it",
        "tell me a joke",
        "play some music",
        "who is the president of france",
        "hello",
        "thank you",
    ],
)
def test_what_is_not_about_photos_is_out_of_scope(understander: Understander, sentence: str, showing: int) -> None:
    assert understander.understand(sentence, showing) == Intent("out_of_scope")


def test_of_five_hundred_sentences_for_other_assistants_nearly_all_are_out_of_scope(shared_data: Path) -> None:
    everywhere = replace(CONTEXT, places=Gazetteer().find)
    understander = Understander(load_sentences("en").intents, lambda: everywhere, Router.load(ENCODER))
    sentences = (shared_data / "text" / "out_of_scope.txt").read_text(encoding="utf-8").split("\n")
    sentences = [sentence for sentence in sentences if sentence.strip()]
    refused = [sentence for sentence in sentences if understander.understand(sentence).kind == "out_of_scope"]
    assert len(sentences) == 500
    assert len(refused) >= 0.97 * len(sentences)


@pytest.mark.parametrize("sentence", ["", "   ", "?!", "\n", " . ", "um, uh", "\x00\x07"])
def test_an_empty_sentence_is_said_to_be_empty_and_nothing_is_done(understander: Understander, sentence: str) -> None:
    intent = understander.understand(sentence)
    assert (intent.kind, intent.query) == ("out_of_scope", None)
    assert "empty" in intent.problem
    with pytest.raises(UsageError, match=r"empty") as caught:
        understander.find(sentence)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("showing", [0, 6])
@pytest.mark.parametrize(
    "sentence",
    [
        "x", "7", "2019", "12345678901234567890", "a b c", "фотографии кота", "猫の写真", "صور القطط", "\u202egnissim", "🐈🐈🐈",
        "fuck you", "show me the fucking dog", "word " * 5000, "show me " + "very " * 5000 + "big dogs", "{query} <which> [x|y]",
        "'; drop table photos; --", "-", "no no no no", "the the the the", "32/13/2019", "\ud800 surrogate", "a" * 100_000,
    ],
)  # fmt: skip
def test_nothing_that_can_be_typed_is_an_error(understander: Understander, sentence: str, showing: int) -> None:
    assert reading(understander.understand(sentence, showing))["spoken"]


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("show me dogs, no wait, cats", {"text": "cats"}),
        ("show me dogs i mean cats", {"text": "cats"}),
        ("uh could you please show me, no, I meant cats", {"text": "cats"}),
        ("sunsets in Italy, no, Greece", {"text": "sunsets", "places": ("Greece",)}),
        ("dogs from last summer, sorry, cats", {"text": "cats", **SUMMER}),
        ("show me the beach, actually no, show me the mountains", {"text": "the mountains"}),
        ("find the lake, not the lake, the river", {"text": "the river"}),
        ("find me flowers, roses actually", {"text": "roses"}),
        ("dogs, or no, cats", {"text": "cats"}),
        ("dogs from mid October 2021, no, 2020", {"text": "dogs", **MID_OCTOBER}),
    ],
)
def test_a_correction_replaces_what_it_corrects(
    understander: Understander, sentence: str, wanted: dict[str, Any]
) -> None:
    intent = understander.understand(sentence)
    assert (intent.kind, intent.query) == ("search", PhotoQuery(**wanted))


@pytest.mark.parametrize(
    ("heard", "stops"),
    [
        ("stop", True), ("a spot", True), ("the lake stop it", True), ("top", True), ("never mind", True),
        ("show me spot", False), ("show me the bus stop in rome", False), ("only the ones from italy", False), ("", False),
    ],
)  # fmt: skip
def test_over_a_reply_stop_is_understood_also_where_it_was_caught_badly(
    understander: Understander, heard: str, stops: bool
) -> None:
    assert understander.stops(heard) == stops


@pytest.mark.parametrize("sentence", ["only the best ones", "fewer please", "not so many of them"])
def test_of_those_on_display_half_are_fewer(understander: Understander, sentence: str) -> None:
    assert understander.understand(sentence, 7) == Intent("refine", PhotoQuery(limit=4), how="narrow")


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("so me the cat", "the cat"),
        ("fine pictures of flowers", "flowers"),
        ("would you be so kind as to show me the waterfall", "the waterfall"),
        ("I was hoping you could, um, find the, er, old church", "the old church"),
        ("okay, you know what, snowy trees please", "snowy trees"),
    ],
)
def test_courtesies_fillers_and_misheard_words_are_heard_through(
    understander: Understander, sentence: str, text: str
) -> None:
    assert understander.understand(sentence) == Intent("search", PhotoQuery(text))


@pytest.mark.parametrize(
    ("sentence", "photo"),
    [
        ("the left one", 1), ("the one on the right", 6), ("show me the one in the middle", 3), ("number four", 4),
        ("the second one, no, the third one", 3), ("open the last picture", 6), ("show me the forth one", 4),
        ("that one there, the fourth, my eyes are going, make it big", 4), ("open the second if you could", 2),
        ("the third's the best, blow it up", 3), ("show me the second from the left", 2),
        ("show me the second from the right", 5), ("left, I mean right, the right hand one", 6),
    ],
)  # fmt: skip
def test_photos_are_told_by_where_they_are(understander: Understander, sentence: str, photo: int) -> None:
    assert understander.understand(sentence, 6) == Intent("show", photo=photo)


def test_an_impossible_day_is_said_and_nothing_is_done(understander: Understander) -> None:
    intent = understander.understand("show me photos from february 30")
    assert intent.problem.startswith("There is no February 30")
    assert reading(intent)["spoken"] == intent.problem
    with pytest.raises(UsageError, match=r"There is no February 30.*name another day"):
        understander.find("show me photos from february 30")


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("snowy mountains", "snowy mountains"),
        ("show me cats", "cats"),
        ("how many photos of dogs do I have", "dogs"),
        ("turn on the lights", "turn on the lights"),
        ("stop", "stop"),
    ],
)
def test_a_search_command_searches_whatever_the_words_are(understander: Understander, sentence: str, text: str) -> None:
    assert understander.find(sentence) == Intent("search", PhotoQuery(text))


# The neutral reading


def test_the_reading_has_the_agreed_shape(understander: Understander) -> None:
    assert reading(understander.understand("show me sunsets from last summer")) == {
        "intent": "search",
        "query": {
            "text": "sunsets", "from": "2026-06-01", "until": "2026-09-01", "places": [], "without": [],
            "camera": None, "album": None, "order": "relevance", "limit": None,
        },
        "photo": None,
        "spoken": "sunsets, June to August 2026",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "spoken"),
    [
        ("show me the second one", "show photo 2"),
        ("when was this taken", "when this photo was taken"),
        ("only the ones from Italy", "only photos in Italy"),
        ("only the ones from last summer", "only June to August 2026"),
        ("what about Greece", "photos in Greece instead"),
        ("oldest first", "the oldest first"),
        ("how many photos of cats do I have", "how many cats"),
        ("how many photos did I take in Italy", "how many photos in Italy"),
        ("sunsets in Italy or Greece without people", "sunsets in Italy or Greece, without people"),
        ("tell me a joke", "nothing about photos"),
    ],
)
def test_the_reading_in_words(understander: Understander, sentence: str, spoken: str) -> None:
    assert reading(understander.understand(sentence, 6))["spoken"] == spoken


@pytest.mark.parametrize("sentence", ["vertical photos", "more from 2019", "yes, from last year"])
def test_whoever_says_which_photos_wants_to_see_them(understander: Understander, sentence: str) -> None:
    assert understander.understand(sentence, 6).kind in ("search", "refine")


@pytest.mark.parametrize(
    ("sentence", "photo", "beside", "asked"),
    [
        ("are the first and the third taken in the same place", 1, (3,), "where"),
        ("which is older, the first or the second", 1, (2,), "when"),
        ("when were the first two taken", 1, (2,), "when"),
        ("what was the exposure of the second one", 2, (), "exposure"),
        ("what's the file name of this", "this", (), "file"),
        ("how big is the file", "this", (), "file"),
    ],
)
def test_all_that_a_photo_says_of_itself_can_be_asked(
    understander: Understander, sentence: str, photo: Any, beside: tuple[int, ...], asked: Any
) -> None:
    assert understander.understand(sentence, 6) == Intent("ask_metadata", photo=photo, beside=beside, asked=asked)


@pytest.mark.parametrize(
    ("sentence", "asked", "thought"),
    [
        ("is this Italy", "where", PhotoQuery(places=("Italy",))),
        ("was the second one taken in New York", "where", PhotoQuery(places=("New York",))),
        ("was it taken in Italy", "where", PhotoQuery(places=("Italy",))),
        ("isn't that Italy", "where", PhotoQuery(places=("Italy",))),
        ("that's Italy, isn't it", "where", PhotoQuery(places=("Italy",))),
        ("did I take this with my canon", "camera", PhotoQuery(camera="canon")),
    ],
)
def test_what_somebody_thinks_about_a_photo_is_looked_up(
    understander: Understander, sentence: str, asked: Any, thought: PhotoQuery
) -> None:
    understood = understander.understand(sentence, 6)
    assert (understood.kind, understood.asked, understood.thought) == ("ask_metadata", asked, thought)


@pytest.mark.parametrize(
    ("sentence", "photo", "beside"),
    [
        ("compare the first and the third one", 1, (3,)),
        ("what is the difference between number two and number five", 2, (5,)),
        ("which is sharper, the first or the second one", 1, (2,)),
        ("what is she holding in the second one", 2, ()),
    ],
)
def test_photos_that_are_compared(
    understander: Understander, sentence: str, photo: int, beside: tuple[int, ...]
) -> None:
    assert understander.understand(sentence, 6) == Intent("ask_photo", photo=photo, beside=beside, question=sentence)


@pytest.mark.parametrize(
    ("sentence", "asked", "wanted"),
    [
        ("When was I in Greece?", "when", {"places": ("Greece",)}),
        ("so when were we in Portugal again", "when", {"places": ("Portugal",)}),
        ("when did we last go to Norway", "when", {"places": ("Norway",), "order": "newest"}),
        ("When was the first time we went to New York?", "when", {"places": ("New York",), "order": "oldest"}),
        ("where were we last summer", "where", SUMMER),
        ("when did we last see a rainbow", "when", {"text": "a rainbow", "order": "newest"}),
    ],
)
@pytest.mark.parametrize("showing", [0, 6])
def test_a_question_to_the_whole_library_is_a_search_that_is_answered(
    understander: Understander, sentence: str, asked: Any, wanted: dict[str, Any], showing: int
) -> None:
    assert understander.understand(sentence, showing) == Intent("search", PhotoQuery(**wanted), asked=asked)


@pytest.mark.parametrize("sentence", ["where did I put my keys", "when was I born", "when did I last call my sister"])
def test_a_question_that_no_photo_answers_is_out_of_scope(understander: Understander, sentence: str) -> None:
    assert understander.understand(sentence).kind == "out_of_scope"
