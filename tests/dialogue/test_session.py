from dataclasses import replace
from pathlib import Path

import pytest

from voicephoto.dialogue.session import PAGE, Session
from voicephoto.library import Photo
from voicephoto.search import PhotoQuery


def photos(count: int, first: int = 1) -> tuple[Photo, ...]:
    return tuple(
        Photo(number, Path(f"/photos/{number}.jpg"), None, None, 64, 48, None, None, None, None, None, None, ())
        for number in range(first, first + count)
    )


@pytest.fixture
def session() -> Session:
    return Session()


def test_a_conversation_begins_with_nothing_on_display(session: Session) -> None:
    assert session.screen is None
    assert session.back() is None
    assert session.said == ""


def test_a_page_is_shown_of_many(session: Session) -> None:
    screen = session.show(PhotoQuery("boats"), photos(30))
    assert screen.shown == photos(PAGE)
    assert replace(screen, start=24).shown == photos(6, first=25)
    assert session.screen == screen


def test_bringing_a_photo_into_focus_turns_to_its_page(session: Session) -> None:
    screen = session.show(PhotoQuery("boats"), photos(30))
    focused = screen.focused(screen.photos[13])
    assert focused.focus == screen.photos[13]
    assert focused.shown == photos(PAGE, first=PAGE + 1)


def test_back_goes_out_of_a_photo_first_and_then_to_the_photos_before(session: Session) -> None:
    boats = session.show(PhotoQuery("boats"), photos(5))
    session.turn_to(boats.focused(boats.photos[1]))
    cats = session.show(PhotoQuery("cats"), photos(2, first=50))
    session.turn_to(cats.focused(cats.photos[0]))
    assert session.back() == cats
    assert session.back() == boats
    assert session.back() is None
    assert session.screen == boats


def test_back_never_leads_to_a_search_that_found_nothing(session: Session) -> None:
    boats = session.show(PhotoQuery("boats"), photos(5))
    session.show(PhotoQuery("elephants"), ())
    session.show(PhotoQuery("cats"), photos(2))
    assert session.back() == boats


def test_after_a_search_that_found_nothing_back_leads_to_what_was_shown_before(session: Session) -> None:
    boats = session.show(PhotoQuery("boats"), photos(5))
    session.show(PhotoQuery("elephants"), ())
    assert session.back() == boats


def test_turning_to_a_page_is_not_a_step_to_go_back(session: Session) -> None:
    screen = session.show(PhotoQuery("boats"), photos(30))
    session.turn_to(replace(screen, start=PAGE))
    assert session.back() is None


def test_a_long_conversation_remembers_its_latest_screens(session: Session) -> None:
    for number in range(1, 201):
        session.show(PhotoQuery(f"query {number}"), photos(1, first=number))
    steps = 0
    while session.back() is not None:
        steps += 1
    assert 40 <= steps <= 60


def test_starting_afresh_forgets_everything(session: Session) -> None:
    session.show(PhotoQuery("boats"), photos(5))
    session.said = "Five boats."
    session.clear()
    assert (session.screen, session.said, session.back()) == (None, "", None)
