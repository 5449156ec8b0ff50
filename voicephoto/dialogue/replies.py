"""Every sentence the assistant says, in short words that sound right aloud."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from voicephoto.dialogue.intent import Asked
from voicephoto.dialogue.session import PAGE
from voicephoto.errors import VoicephotoError
from voicephoto.library import Photo, Place, trips
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
_NUMBERS = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_PREPOSITIONS = (
    "with",
    "in",
    "on",
    "at",
    "near",
    "by",
    "under",
    "where",
    "next",
    "behind",
    "without",
    "from",
)
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
    return _sentence(f"{said}{_circumstances(query)}") + _rest(results) + _alike(results)


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
    return _sentence(f"{_number(photos)} photo{'s' if photos != 1 else ''}")


def similar(photos: int) -> str:
    return "These look most like it." if photos else "There is no other photo to compare it with."


def more(now: int, left: int) -> str:
    say = f"Here {'is' if now == 1 else 'are'} {_number(now)} more"
    return f"{say}, and {left:,} are left." if left else f"{say}."


def back(photos: Sequence[Photo]) -> str:
    return f"Back to the {_number(len(photos))} photos." if len(photos) > 1 else "Here it is again."


def slideshow(photos: int) -> str:
    return f"Here is the first of {_number(photos)}. Say next to go on." if photos > 1 else "There is only this one."


def shown(photo: Photo, among: Sequence[Photo]) -> str:
    """One photo, brought into focus: where and when, shortly."""
    facts = [
        photo.place.city or photo.place.name if photo.place else "",
        _date(photo.captured) if photo.captured else "",
    ]
    said = ", ".join(filter(None, facts))
    return f"{said}." if said else f"Number {among.index(photo) + 1} of {len(among)}."


def no_such_photo(count: int) -> str:
    return f"There {'is only one photo' if count == 1 else f'are only {_number(count)} photos'} on the screen."


def none_shows(text: str) -> str:
    return f"None of these looks like {text}." if text else "None of these fits."


def help_with(examples: Sequence[str]) -> str:
    """What can be said, by examples of the sentences."""
    first, *others = examples
    return f"Tell me what your photos show, when or where: for example, {first}. Then ask on: {_listed(others, 'or')}?"


def unreadable(error: VoicephotoError) -> str:
    return f"I can't open the file of this photo: {error}."


def facts(photo: Photo) -> str:
    """What is surely known of a photo, for one that looks at it: "taken on Sunday, July 12, 2026 in Positano, Italy"."""
    when = f"on {photo.captured:%A}, {_date(photo.captured)}" if photo.captured else ""
    where = f"in {_where(photo.place)}" if photo.place else ""
    known = " ".join(filter(None, (when, where)))
    return f"taken {known}" if known else ""


def metadata(photo: Photo, asked: Asked, now: datetime) -> str:
    """When, where or with what a photo was taken, from its metadata alone."""
    match asked:
        case "where":
            if photo.place:
                return f"It was taken in {_where(photo.place)}."
            if photo.latitude is not None and photo.longitude is not None:
                return f"It was taken far from any town, at {_coordinates(photo.latitude, photo.longitude)}."
            return "The photo doesn't say where it was taken."
        case "camera":
            return (
                f"It was taken with {_a(photo.camera)}." if photo.camera else "The photo doesn't say with which camera."
            )
    if photo.taken is None:
        return "I don't know when this was taken."
    if photo.captured is None:
        return f"I don't know when this was taken; the file is from {_date(photo.taken)}."
    if asked == "when_and_where":
        where = f" in {_where(photo.place)}" if photo.place else ", but I don't know where"
        return f"It was taken on {photo.taken:%A}, {_date(photo.taken)}{where}."
    if asked == "how_long_ago":
        return f"It was taken {_ago(photo.taken, now)}, on {_date(photo.taken)}."
    at = (
        ""
        if photo.taken_from == "name" and photo.taken.hour == photo.taken.minute == 0
        else f", at {_clock(photo.taken)}"
    )
    return f"It was taken on {photo.taken:%A}, {_date(photo.taken)}{at}."


def summary(photos: Sequence[Photo], asked: Asked | None) -> str:
    """Where and when the photos on display were taken."""
    places = Counter(_where(photo.place) for photo in photos if photo.place)
    dates = sorted(photo.captured for photo in photos if photo.captured)
    where = _listed([f"{_number(count)} in {place}" for place, count in places.most_common(4)])
    if len(places) == 1 and sum(places.values()) == len(photos):
        where = f"all of them in {next(iter(places))}"
    elif len(places) > 4:
        where += f", and the others in {_number(len(places) - 4)} more places"
    when = ""
    if dates:
        first, last = _date(dates[0]), _date(dates[-1])
        when = f"on {first}" if first == last else f"between {first} and {last}"
    if asked == "where":
        return _sentence(where) if where else "None of them says where it was taken."
    if asked == "when":
        return f"They were taken {when}." if when else "None of them says when it was taken."
    said = f"{_number(len(photos))} photo{'s' if len(photos) != 1 else ''}"
    return _sentence(", ".join(filter(None, (said, f"taken {when}" if when else "", where))))


def recollection(results: Results, asked: Asked, order: Order, today: date) -> str:
    """When, or where, something was that one asks for by what photos show of it: "when was I in Rome"."""
    if results.status != "confident":
        return found(results)
    return _recalled_places(results.photos) if asked == "where" else _recalled_days(results.photos, order, today)


def _recalled_days(photos: Sequence[Photo], order: Order, today: date) -> str:
    times = [_on(*days, today) for days in trips(photo.captured.date() for photo in photos if photo.captured)]
    if not times:
        return "I found some, but none of them says when it was taken."
    if order == "newest":
        return f"The last time was {times[-1]}."
    if order == "oldest":
        return f"The first time was {times[0]}."
    if len(times) <= _RECALLED:
        return f"That was {_listed(times)}."
    return f"That was {_number(len(times))} times: the first time {times[0]}, the last time {times[-1]}."


def _recalled_places(photos: Sequence[Photo]) -> str:
    towns = Counter(_where(photo.place) for photo in photos if photo.place)
    countries = Counter(_in_words(photo.place.country) for photo in photos if photo.place and photo.place.country)
    if not towns:
        return "I found some, but none of them says where it was taken."
    if len(towns) <= _RECALLED:
        names = [name for name, _ in towns.most_common()]
        if len(countries) == 1:
            names = [*(name.split(", ")[0] for name in names[:-1]), names[-1]]
        return f"That was in {_listed(names)}."
    named = [name for name, _ in countries.most_common(_RECALLED)]
    others = len(countries) - _RECALLED
    if others > 0:
        named.append(f"{_number(others)} more countr{'y' if others == 1 else 'ies'}")
    return f"That was in {_number(len(towns))} places in {_listed(named)}, most often in {towns.most_common(1)[0][0]}."


def _on(from_: date, until: date, today: date) -> str:
    """Days with their preposition: "on June 14, 2024", "from May 3 to 9, 2024", "in June 2026"."""
    said = spoken_days(from_, until, today)
    if until - from_ == timedelta(days=1):
        return f"on {said}"
    return f"from {said}" if " to " in said else f"in {said}"


def _count(count: int, query: PhotoQuery) -> str:
    """ "three sunsets", "one photo of a dog", "twelve photos with a boat"."""
    text, number = query.text, _number(count)
    photos = f"{number} photo{'s' if count != 1 else ''}"
    if not text:
        return photos
    words = text.lower().split()
    if words[0] in _PREPOSITIONS or words[0].endswith("ing"):
        return f"{photos} {text}" if words[0] in _PREPOSITIONS else f"{photos} of {text}"
    plain = not set(words) & {*_PREPOSITIONS, "and", "or", "of"} and words[0] not in (*_ARTICLES, *_NUMBERS)
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
        parts.append(f"{'in' if query.when else 'from'} {_listed([_in_words(place) for place in query.places], 'or')}")
    if query.when:
        parts.append(query.when if query.when.startswith(("since", "before")) else f"from {query.when}")
    if query.camera:
        parts.append(f"taken with the {query.camera}")
    if query.orientation:
        parts.append(f"in {query.orientation} format")
    if query.without or query.without_places:
        parts.append(f"without {_listed((*query.without, *query.without_places), 'or')}")
    said = " ".join(parts)
    return f" {said}" if said else ""


def _rest(results: Results) -> str:
    order = {"newest": " The newest come first.", "oldest": " The oldest come first.", "relevance": ""}[
        results.query.order
    ]
    if len(results.hits) > PAGE:
        return f" Here are the {'first' if order else 'best'} {_number(PAGE)}."
    return order if len(results.hits) > 1 and (results.query.text or results.query.limit) else ""


def _alike(results: Results) -> str:
    """How many photos are not shown because one that is shown stands for them."""
    count = sum(len(hit.alike) for hit in results.hits)
    return f" {_number(count).capitalize()} more {'is' if count == 1 else 'are'} nearly the same." if count else ""


def _where(place: Place) -> str:
    return ", ".join(map(_in_words, place.name.split(", ")))


def _in_words(place: str) -> str:
    """A place with the article that English gives it: "the United States"."""
    return (
        f"the {place}" if place.split()[0] in ("United", "Netherlands", "Philippines", "Maldives", "Bahamas") else place
    )


def _a(name: str) -> str:
    return f"{'an' if name[0].upper() in 'AEIO' or name.split()[0] in ('HTC', 'LG', 'HMD') else 'a'} {name}"


def _number(value: int) -> str:
    return _NUMBERS[value] if value < len(_NUMBERS) else f"{value:,}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _listed(names: Sequence[str], joint: str = "and") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joint} {names[-1]}" if names else ""


def _date(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}"


def _clock(moment: datetime) -> str:
    if moment.minute == 0 and moment.hour in (0, 12):
        return "noon" if moment.hour else "midnight"
    hour = moment.hour % 12 or 12
    parts = (
        (5, "at night"),
        (12, "in the morning"),
        (18, "in the afternoon"),
        (22, "in the evening"),
        (24, "at night"),
    )
    part = next(part for until, part in parts if moment.hour < until)
    return f"{hour}:{moment.minute:02} {part}" if moment.minute else f"{hour} o'clock {part}"


def _ago(moment: datetime, now: datetime) -> str:
    """The largest unit that is right to a seventh: 600 days are twenty months and not two years."""
    days = (now.date() - moment.date()).days
    if days < 2:
        return ("today", "yesterday")[max(0, days)]
    sizes = ((365.25, "year"), (30.44, "month"), (7.0, "week"), (1.0, "day"))
    size, unit = next((size, unit) for size, unit in sizes if abs(days - round(days / size) * size) <= days / 7)
    count = round(days / size)
    return f"{'a' if count == 1 else _number(count)} {unit}{'s' if count != 1 else ''} ago"


def _coordinates(latitude: float, longitude: float) -> str:
    north, east = "north" if latitude >= 0 else "south", "east" if longitude >= 0 else "west"
    return f"{abs(latitude):.1f} degrees {north} and {abs(longitude):.1f} degrees {east}"
