"""Every sentence the assistant says, in short words that sound right aloud."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from voicephoto.dialogue.intent import Asked
from voicephoto.dialogue.phrases import (
    NUMBERS,
    PREPOSITIONS,
    as_sentence,
    listed,
    say_day,
    say_number,
    say_place,
    with_the,
)
from voicephoto.dialogue.session import PAGE
from voicephoto.errors import VoicephotoError
from voicephoto.library import Photo, trips
from voicephoto.search import Order, PhotoQuery, Results, spoken_days

NOTHING_SAID = "I haven't said anything yet."
NOTHING_SHOWN = "There is no photo on the screen yet. Tell me what you would like to see."
NO_MORE = "That's all of them."
MORE_THAN_SHOWN = "There are more of them than I can go through. Tell me when or where they were taken."
NO_BACK = "There is nothing before this."
LAST_ONE = "That was the last one."
FIRST_ONE = "This is the first one."
AFRESH = "Okay, let's start afresh."
OKAY = ("Okay.", "All right.")
OFFER_EVERYWHERE = "Shall I look in all your photos?"
OUT_OF_SCOPE = (
    "I only know about your photos. Ask me, for example, for pictures of your last trip.",
    "I can only look through your photos. Tell me what they show, or when or where you took them.",
)

_RECALLED = 4
"""Times, or places, that are named one by one."""
_ARTICLES = ("a", "an", "the", "my", "our", "some", "someone", "me", "us")
_NOT_PLURAL = (
    "grass",
    "dress",
    "glass",
    "christmas",
    "tennis",
    "bus",
    "cactus",
    "class",
    "chess",
    "swiss",
    "paris",
    "gas",
)


def found(results: Results) -> str:
    """What a search found, saying back how it was understood."""
    query = results.query
    if results.status == "none":
        if query.ids is not None:
            return f"I found no {query.text or 'photos'}{_circumstances(query)} among these."
        if not results.considered:
            return f"You have no photos{_circumstances(query)}."
        if not query.text:
            return f"I found no photos{_circumstances(query)}."
        return f"I found nothing that looks like {query.text}{_circumstances(query)}."
    if results.status == "maybe":
        return (
            f"I'm not sure, but {'this comes' if len(results.hits) == 1 else 'these come'} closest to {_named(query)}."
        )
    photos = min(results.pictures, query.limit or results.pictures)
    more = results.more and not query.limit and photos > 1
    said = f"more than {_count(_round(photos), query)}" if more else _count(photos, query)
    return as_sentence(f"{said}{_circumstances(query)}") + _rest(results) + _alike(results)


def counted(results: Results) -> str:
    """How many photos there are of something."""
    if results.status == "none":
        return found(results)
    if results.status == "maybe":
        closest = "This comes" if len(results.hits) == 1 else "These come"
        return f"I'm not sure that you have any. {closest} closest to {_named(results.query)}."
    return f"You have {_count(results.total, results.query)}{_circumstances(results.query)}."


def have(photos: int) -> str:
    return f"You have {photos:,} photo{'s' if photos != 1 else ''}."


def how_many(photos: int) -> str:
    return as_sentence(f"{say_number(photos)} photo{'s' if photos != 1 else ''}")


def similar(photos: int) -> str:
    return "These look most like it." if photos else "There is no other photo to compare it with."


def more(now: int, left: int) -> str:
    say = f"Here {'is' if now == 1 else 'are'} {say_number(now)} more"
    return f"{say}, and {left:,} are left." if left else f"{say}."


def back(photos: Sequence[Photo]) -> str:
    return f"Back to the {say_number(len(photos))} photos." if len(photos) > 1 else "Here it is again."


def slideshow(photos: int) -> str:
    return f"Here is the first of {say_number(photos)}. Say next to go on." if photos > 1 else "There is only this one."


def shown(photo: Photo, among: Sequence[Photo]) -> str:
    """One photo, brought into focus: where and when, shortly."""
    facts = [
        photo.place.city or photo.place.name if photo.place else "",
        say_day(photo.captured) if photo.captured else "",
    ]
    said = ", ".join(filter(None, facts))
    return f"{said}." if said else f"Number {among.index(photo) + 1} of {len(among)}."


def no_such_photo(count: int) -> str:
    return f"There {'is only one photo' if count == 1 else f'are only {say_number(count)} photos'} on the screen."


def none_shows(text: str) -> str:
    if text.partition(" ")[0] in PREPOSITIONS:
        return f"None of these is {text}."
    return f"None of these looks like {text}." if text else "None of these fits."


def help_with(examples: Sequence[str]) -> str:
    """What can be said, by examples of the sentences."""
    first, *others = examples
    return f"Tell me what your photos show, when or where: for example, {first}. Then ask on: {listed(others, 'or')}?"


def unreadable(error: VoicephotoError) -> str:
    return f"I can't open the file of this photo: {error}."


def recollection(results: Results, asked: Asked, order: Order, today: date) -> str:
    """When, or where, something was that one asks for by what photos show of it: "when was I in Rome"."""
    if results.status != "confident":
        return found(results)
    if asked == "where":
        return _recalled_places(results.photos)
    return _recalled_days(results.photos, order, today, counted=asked == "how_often")


def _recalled_days(photos: Sequence[Photo], order: Order, today: date, *, counted: bool) -> str:
    times = [_on(*days, today) for days in trips(photo.captured.date() for photo in photos if photo.captured)]
    if not times:
        return "I found some, but none of them says when it was taken."
    if order == "newest":
        return f"The last time was {times[-1]}."
    if order == "oldest":
        return f"The first time was {times[0]}."
    if len(times) <= _RECALLED:
        often = {1: "once", 2: "twice"}.get(len(times), f"{say_number(len(times))} times")
        return f"That was {often}: {listed(times)}." if counted else f"That was {listed(times)}."
    return f"That was {say_number(len(times))} times: the first time {times[0]}, the last time {times[-1]}."


def _recalled_places(photos: Sequence[Photo]) -> str:
    towns = Counter(say_place(photo.place) for photo in photos if photo.place)
    countries = Counter(with_the(photo.place.country) for photo in photos if photo.place and photo.place.country)
    if not towns:
        return "I found some, but none of them says where it was taken."
    if len(towns) <= _RECALLED:
        names = [name for name, _ in towns.most_common()]
        if len(countries) == 1:
            names = [*(name.split(", ")[0] for name in names[:-1]), names[-1]]
        return f"That was in {listed(names)}."
    named = [name for name, _ in countries.most_common(_RECALLED)]
    others = len(countries) - _RECALLED
    if others > 0:
        named.append(f"{say_number(others)} more countr{'y' if others == 1 else 'ies'}")
    return (
        f"That was in {say_number(len(towns))} places in {listed(named)}, most often in {towns.most_common(1)[0][0]}."
    )


def _on(from_: date, until: date, today: date) -> str:
    """Days with their preposition: "on June 14, 2024", "from May 3 to 9, 2024", "in June 2026"."""
    said = spoken_days(from_, until, today)
    if until - from_ == timedelta(days=1):
        return f"on {said}"
    return f"from {said}" if " to " in said else f"in {said}"


def _count(count: int, query: PhotoQuery) -> str:
    """ "three sunsets", "one photo of a dog", "twelve photos with a boat"."""
    text, number = query.text, say_number(count)
    photos = f"{number} photo{'s' if count != 1 else ''}"
    if not text:
        return photos
    words = text.lower().split()
    if words[0] in PREPOSITIONS or words[0].endswith("ing"):
        return f"{photos} {text}" if words[0] in PREPOSITIONS else f"{photos} of {text}"
    plain = not set(words) & {*PREPOSITIONS, "and", "or", "of"} and words[0] not in (*_ARTICLES, *NUMBERS)
    plural = words[-1].endswith("s") and words[-1] not in _NOT_PLURAL
    return f"{number} {text}" if plain and plural and count != 1 and len(words) <= 3 else f"{photos} of {text}"


def _round(count: int) -> int:
    """Rounded down to what somebody would say who has not counted on."""
    step = 100 if count >= 200 else 10 if count > 20 else 1
    return (count - 1) // step * step or 1


def _named(query: PhotoQuery) -> str:
    return f"{query.text or 'that'}{_circumstances(query)}"


def _circumstances(query: PhotoQuery) -> str:
    """Everything of a query but its text, as it goes on after the noun."""
    parts = []
    if query.album:
        parts.append(f"in the album {query.album}")
    if query.places:
        parts.append(f"{'in' if query.when else 'from'} {listed([with_the(place) for place in query.places], 'or')}")
    if query.when:
        parts.append(query.when if query.when.startswith(("since", "before")) else f"from {query.when}")
    if query.camera:
        parts.append(f"taken with the {query.camera}")
    if query.orientation:
        parts.append(f"in {query.orientation} format")
    if query.without or query.without_places:
        parts.append(f"without {listed((*query.without, *query.without_places), 'or')}")
    if query.without_days:
        parts.append(f"but not from {listed([days.spoken for days in query.without_days], 'or')}")
    said = " ".join(parts)
    return f" {said}" if said else ""


def _rest(results: Results) -> str:
    order = {"newest": " The newest come first.", "oldest": " The oldest come first.", "relevance": ""}[
        results.query.order
    ]
    if len(results.hits) > PAGE:
        return f" Here are the {'first' if order else 'best'} {say_number(PAGE)}."
    return order if len(results.hits) > 1 and (results.query.text or results.query.limit) else ""


def _alike(results: Results) -> str:
    """How many photos are not shown because one that is shown stands for them."""
    count = sum(len(hit.alike) for hit in results.hits)
    return f" {say_number(count).capitalize()} more {'is' if count == 1 else 'are'} nearly the same." if count else ""
