import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voicephoto.assembly import Assembly
from voicephoto.config import Settings
from voicephoto.dialogue import Dialogue, Reply, Understander, replies
from voicephoto.library import index

Ask = Callable[[str], Reply]

LAST_SUMMERS_SUNSETS = {
    "Italy/positano", "Italy/sorrento", "Italy/amalfi", "Greece/santorini", "Portugal/lagos",
}  # fmt: skip
ITALIAN_SUNSETS = {"Italy/positano", "Italy/sorrento", "Italy/amalfi"}
CATS = {"Home/chelsea", "Home/chelsea awake"}


class Clock:
    """A clock that is set by hand, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def understander(demo_parts: Assembly) -> Understander:
    return demo_parts.understander()


@pytest.fixture
def ask(demo_parts: Assembly, understander: Understander, clock: Clock) -> Ask:
    """A conversation that has just begun: a sentence in, a reply out."""
    parts = demo_parts
    dialogue = Dialogue(understander, parts.succession.sight, parts.photos, forget_after=lambda: 600, clock=clock)
    return lambda sentence: dialogue.respond(dialogue.understand(sentence))


def names(reply: Reply) -> list[str]:
    return [f"{photo.path.parent.name}/{photo.path.stem}" for photo in reply.photos]


def test_a_conversation_from_a_season_to_one_photo_and_back(ask: Ask) -> None:
    sunsets = ask("Show me sunsets from last summer.")
    assert sunsets.status == "confident"
    assert set(names(sunsets)[:4]) <= LAST_SUMMERS_SUNSETS
    assert " from June to August " in sunsets.say

    italian = ask("Only the ones from Italy.")
    assert set(names(italian)[:2]) < ITALIAN_SUNSETS
    assert {photo.place.country for photo in italian.photos if photo.place} == {"Italy"}
    assert " in Italy from June to August " in italian.say
    assert italian.focus is None

    second = ask("Show me the second one.")
    focus = italian.photos[1]
    assert second.focus == focus
    assert second.photos == italian.photos
    assert focus.taken
    assert focus.place
    day = f"{focus.taken:%B} {focus.taken.day}, {focus.taken.year}"
    assert second.say == f"{focus.place.city}, {day}."

    when = ask("When was this taken?")
    assert when.say.startswith(f"It was taken on {focus.taken:%A}, {day}, at 8:")
    assert when.say.endswith(" in the evening.")
    assert ask("And where was it taken?").say == f"It was taken in {focus.place.city}, Italy."
    assert ask("Which camera took this?").say == f"It was taken with a {focus.camera}."
    assert ask("Where was the first one taken?").focus == italian.photos[0]

    ask("Show me the second one.")
    similar = ask("More like this.")
    assert similar.say == "These look most like it."
    assert focus not in similar.photos
    assert len(similar.photos) == 12

    again = ask("Go back.")
    assert again.photos == italian.photos
    assert again.focus is None
    assert ask("Go back.").photos == sunsets.photos

    assert ask("How many photos do I have?").say == "You have 36 photos."
    weather = ask("What's the weather tomorrow?")
    assert (weather.say, weather.status) == (replies.OUT_OF_SCOPE[0], "none")
    assert weather.photos == sunsets.photos


def test_a_count_shows_what_it_counted(ask: Ask) -> None:
    reply = ask("How many photos do I have of cats?")
    assert set(names(reply)) <= CATS
    assert reply.say == ("You have two cats." if len(reply.photos) == 2 else "You have one photo of cats.")
    assert ask("How many are there?").say == ("Two photos." if len(reply.photos) == 2 else "One photo.")


def test_what_is_not_there_is_said_and_nothing_is_shown(ask: Ask) -> None:
    reply = ask("Show me photos of elephants.")
    assert (reply.say, reply.photos, reply.status) == ("I found nothing that looks like elephants.", (), "none")
    assert ask("Show me photos from Iceland.").say == "You have no photos from Iceland."


def test_a_refinement_that_finds_nothing_keeps_what_is_on_display(ask: Ask) -> None:
    sunsets = ask("sunsets")
    nothing = ask("Only the ones from Iceland.")
    assert (nothing.say, nothing.status) == ("You have no photos from Iceland.", "none")
    assert nothing.photos == sunsets.photos
    assert set(names(ask("Only the ones from Italy."))[:2]) < ITALIAN_SUNSETS


def test_follow_ups_narrow_change_and_take_away(ask: Ask) -> None:
    ask("Show me photos from Italy.")
    assert names(ask("What about Norway?")) == ["Norway/aurora"]
    assert set(names(ask("No, I meant Germany."))) >= {"Bavaria/forest", "Home/dahlia"}
    bavaria = ask("But not the ones from Hamburg.")
    assert set(names(bavaria)) == {"Bavaria/autumn", "Bavaria/forest", "Bavaria/meadow"}
    oldest = ask("Oldest first.")
    assert oldest.photos == tuple(sorted(bavaria.photos, key=lambda photo: str(photo.taken)))
    assert ask("Show me the newest one.").photos == oldest.photos[-1:]


def test_photos_found_by_their_looks_can_be_refined_too(ask: Ask) -> None:
    ask("Show me sunsets from Greece.")
    similar = ask("Find similar photos.")
    newest = ask("Newest first.")
    assert sorted(names(newest)) == sorted(names(similar))
    italian = ask("Only the ones from Italy.")
    assert names(italian) == [name for name in names(newest) if name.startswith("Italy/")]
    nothing = ask("Only the ones from Iceland.")
    assert nothing.say == "I found no photos from Iceland among these."
    assert nothing.photos == italian.photos


def test_after_nothing_was_found_only_the_ones_begins_anew(ask: Ask) -> None:
    assert not ask("Show me photos from Iceland.").photos
    assert {name.partition("/")[0] for name in names(ask("Only the ones from Italy."))} == {"Italy"}


def test_many_photos_come_in_pages(ask: Ask) -> None:
    first = ask("Show me everything.")
    assert len(first.photos) == 12
    assert first.say == "36 photos. Here are the first twelve."
    second = ask("Show me more.")
    assert second.say == "Here are twelve more, and 12 are left."
    assert not set(second.photos) & set(first.photos)
    assert ask("Show me the first one.").focus == second.photos[0]
    third = ask("More.")
    assert third.say == "Here are twelve more."
    end = ask("More.")
    assert (end.say, end.photos) == (replies.NO_MORE, third.photos)


def test_one_photo_after_the_other(ask: Ask) -> None:
    found = ask("Show me photos from Bavaria.")
    assert len(found.photos) == 3
    assert ask("Previous.").say == replies.FIRST_ONE
    shown = [ask("Next.") for _ in range(4)]
    assert [reply.focus for reply in shown[:3]] == list(found.photos)
    assert (shown[3].say, shown[3].focus) == (replies.LAST_ONE, found.photos[2])
    assert ask("Previous.").focus == found.photos[1]
    assert ask("Show me the last one.").focus == found.photos[2]
    slideshow = ask("Start a slideshow.")
    assert (slideshow.say, slideshow.focus) == ("Here is the first of three. Say next to go on.", found.photos[0])


def test_a_photo_that_is_not_on_display_cannot_be_shown(ask: Ask) -> None:
    found = ask("Show me photos from Bavaria.")
    reply = ask("Show me number twenty.")
    assert (reply.say, reply.status) == ("There are only three photos on the screen.", "none")
    assert reply.photos == found.photos


@pytest.mark.parametrize(
    "sentence",
    ["Show me the second one.", "When was this taken?", "Next.", "More.", "Describe it.", "Where were these taken?"],
)
def test_with_nothing_on_display_there_is_nothing_to_ask_about(ask: Ask, sentence: str) -> None:
    assert ask(sentence) == Reply(replies.NOTHING_SHOWN, status="none")


def test_when_and_where_is_never_guessed(ask: Ask) -> None:
    ask("Show me photos from the Home album.")
    last = ask("Show me the last one.")
    assert last.focus is not None
    assert last.focus.path.name == "hubble.png"
    assert last.say == "Number 7 of 7."
    assert ask("When was this taken?").say.startswith("I don't know when this was taken; the file is from ")
    assert ask("Where was it taken?").say == "The photo doesn't say where it was taken."
    assert ask("Which camera took it?").say == "The photo doesn't say with which camera."


def test_the_photos_on_display_are_summed_up(ask: Ask) -> None:
    first, *_, last = sorted(photo.taken for photo in ask("Show me photos from Bavaria.").photos if photo.taken)
    where = ask("Where were these taken?")
    assert where.say.startswith("One in ")
    assert where.say.count("Germany") == 3
    span = f"between {first:%B} {first.day}, {first.year} and {last:%B} {last.day}, {last.year}"
    assert ask("When were they taken?").say == f"They were taken {span}."
    assert ask("Sum up the results.").say.startswith(f"Three photos, taken {span}, one in ")


def test_a_photo_is_looked_at(ask: Ask) -> None:
    ask("Show me photos from Zermatt.")
    assert ask("Is there a mountain in it?").say.startswith("Yes")
    assert not ask("Is there a pizza in the picture?").say.startswith("Yes")
    described = ask("Describe it.")
    assert described.say.startswith(("I think it shows", "I can't tell"))
    assert described.focus is not None
    assert described.focus.path.stem == "zermatt"


def test_the_last_words_are_said_again_and_the_display_stays(ask: Ask) -> None:
    assert ask("Say that again.").say == replies.NOTHING_SAID
    found = ask("Show me photos from Bavaria.")
    assert ask("Say that again.") == found
    assert ask("Stop.").say == ""
    assert ask("Say that again.").say == found.say


def test_starting_over_forgets_the_photos(ask: Ask) -> None:
    ask("Show me photos from Bavaria.")
    assert ask("Start over.") == Reply(replies.AFRESH)
    assert ask("The second one.").say == replies.NOTHING_SHOWN
    assert ask("Go back.").say == replies.NO_BACK


def test_after_a_long_silence_a_conversation_begins_afresh(ask: Ask, clock: Clock) -> None:
    found = ask("Show me photos from Bavaria.")
    clock.now += 599
    assert ask("Show me the second one.").focus == found.photos[1]
    clock.now += 599
    assert ask("Show me the third one.").focus == found.photos[2]
    clock.now += 601
    assert ask("Show me the second one.") == Reply(replies.NOTHING_SHOWN, status="none")


def test_a_day_that_no_calendar_has_changes_nothing_on_display(ask: Ask) -> None:
    found = ask("Show me photos from Bavaria.")
    reply = ask("Show me photos from February 30.")
    assert reply.say.startswith("There is no February 30")
    assert (reply.status, reply.photos) == ("none", found.photos)


def test_a_file_that_is_gone_is_said_when_somebody_looks_closer(
    demo_parts: Assembly, demo_library: Any, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(demo_library.folder / "Alps", tmp_path / "photos" / "Alps"))
    parts = Assembly(Settings(data=tmp_path / "data"))
    index([tmp_path / "photos"], parts.catalog, demo_parts.encoder)
    dialogue = Dialogue(parts.understander(), parts.succession.sight, parts.photos)
    found = dialogue.respond(dialogue.understand("photos from Zermatt"))
    assert names(found) == ["Alps/zermatt"]
    (copy / "zermatt.jpg").unlink()
    reply = dialogue.respond(dialogue.understand("describe it"))
    assert reply.say == "I can't open the file of this photo: no such file or directory."
    assert (reply.status, reply.focus) == ("none", found.photos[0])
    assert dialogue.respond(dialogue.understand("where was it taken")).say == "It was taken in Zermatt, Switzerland."


def test_nothing_found_with_a_date_offers_to_look_everywhere(ask: Ask) -> None:
    nothing = ask("Show me cats from Norway.")
    assert nothing.status == "none"
    assert nothing.say.endswith(replies.OFFER_EVERYWHERE)
    assert set(names(ask("Yes please."))) == CATS
    assert ask("Yes.").say == replies.OKAY[0]


def test_a_turn_ends_with_the_encoder_that_it_began_with(
    demo_parts: Assembly, demo_library: Any, understander: Understander, tmp_path: Path
) -> None:
    alps = Assembly(Settings(data=tmp_path))
    index([demo_library.folder / "Alps"], alps.catalog, alps.encoder)
    # One for the conversation, and one for each turn.
    sights = iter([demo_parts.sight, demo_parts.sight, alps.sight])
    dialogue = Dialogue(understander, lambda looks: next(sights), demo_parts.photos)
    assert dialogue.respond(dialogue.understand("Show me cats from Norway.")).say.endswith(replies.OFFER_EVERYWHERE)
    assert dialogue.respond(dialogue.understand("Yes please.")).status == "none"


def test_an_offer_is_for_the_next_sentence_only(ask: Ask) -> None:
    ask("Show me cats from Norway.")
    bavaria = ask("Show me photos from Bavaria.")
    assert ask("Yes.").photos == bavaria.photos


def test_one_photo_is_named_by_what_it_shows(ask: Ask) -> None:
    ask("Show me photos from the Home album.")
    assert names(ask("Show me the one with the motorcycle.")).count("Home/motorcycle") == 1
    assert ask("When was it taken?").focus is not None


def test_what_is_shown_can_be_counted_by_what_it_is(ask: Ask) -> None:
    ask("Show me sunsets from last summer.")
    counted = ask("How many of these are from Italy?")
    assert set(names(counted)) == ITALIAN_SUNSETS
    assert counted.say.startswith("You have three sunsets in Italy")


def test_a_journey_is_the_days_of_a_trip(ask: Ask) -> None:
    norway = ask("Show me photos from Norway.")
    trip = ask("Show me photos from when we were in Norway.")
    assert trip.photos == norway.photos
    assert "from your trip to Norway, " in trip.say


def test_what_was_not_found_is_asked_for_again_with_one_thing_changed(ask: Ask) -> None:
    assert not ask("Show me photos from Norway from the nineties.").photos
    assert names(ask("No, I meant in Germany.")) == []
    assert ask("What about since 1990?").photos


def test_words_mean_something_as_things_stand(demo_parts: Assembly, understander: Understander) -> None:
    parts = demo_parts
    dialogue = Dialogue(understander, parts.succession.sight, parts.photos)
    assert not dialogue.means_something("what")
    assert not dialogue.means_something("go back")
    assert dialogue.means_something("dogs")
    assert dialogue.means_something("stop")
    dialogue.respond(dialogue.understand("photos from Bavaria"))
    assert dialogue.means_something("go back")
    assert not dialogue.means_something("what")
