"""What is on display, as a page is told of it."""

from collections.abc import Mapping
from dataclasses import replace

from voicephoto.dialogue import Reply
from voicephoto.library import Photo, Summary
from voicephoto.search import PhotoQuery
from voicephoto.web.messages import Chip, Library, PhotoShown, Shown


def shown(reply: Reply, versions: Mapping[int, str]) -> Shown:
    """The photos that a reply puts on display; `versions` are those of their files, by id."""
    screen = reply.screen
    if screen is None:
        return Shown(status=reply.status)
    numbers = {photo.id: number for number, photo in enumerate(screen.shown, 1)}
    return Shown(
        photos=tuple(photo_shown(photo, numbers.get(photo.id), versions.get(photo.id, "")) for photo in screen.photos),
        focus=reply.focus.id if reply.focus else None,
        cut=screen.cut,
        status=reply.status,
        chips=chips(screen.query),
    )


def photo_shown(photo: Photo, number: int | None, version: str) -> PhotoShown:
    when = _when(photo)
    where = photo.place.name if photo.place else ""
    described = photo.caption or ", ".join(photo.keywords[:5])
    circumstances = ", ".join(filter(None, (where, when)))
    return PhotoShown(
        id=photo.id,
        number=number,
        version=version,
        width=photo.width,
        height=photo.height,
        when=when,
        where=where,
        camera=photo.camera or "",
        album=photo.album or "",
        caption=photo.caption or "",
        name=photo.path.name.encode("utf-8", "replace").decode(),
        alt=": ".join(filter(None, (described, circumstances))) or "a photo of which nothing is known",
    )


def _when(photo: Photo) -> str:
    """ "14 June 2026, 18:30"; midnight is that of a photo whose day alone is known. A file's own time is no capture."""
    moment = photo.captured
    if moment is None:
        return ""
    clock = f", {moment:%H:%M}" if (moment.hour, moment.minute, moment.second) != (0, 0, 0) else ""
    return f"{moment.day} {moment:%B %Y}{clock}"


def chips(query: PhotoQuery) -> tuple[Chip, ...]:
    """The parts of a query that may be taken away one by one."""
    # Where nothing is looked for the newest come first anyway.
    usual = ("relevance",) if query.text else ("relevance", "newest")
    parts = [
        ("text", query.text),
        ("dates", query.when if query.from_ or query.until else ""),
        *((f"place {place}", place) for place in query.places),
        *((f"without {thing}", f"without {thing}") for thing in query.refused),
        ("camera", query.camera or ""),
        ("album", query.album or ""),
        ("orientation", query.orientation or ""),
        ("order", "" if query.order in usual else f"{query.order} first"),
        ("limit", "" if query.limit is None else f"at most {query.limit}"),
    ]
    return tuple(Chip(id=id_, text=text) for id_, text in parts if text)


def without(query: PhotoQuery, chip: str) -> PhotoQuery:
    """The query without the part that a chip stands for; unchanged where it has none."""
    kind, _, name = chip.partition(" ")
    match kind:
        case "text":
            return replace(query, text="")
        case "dates":
            return replace(query, from_=None, until=None, when="")
        case "place":
            return replace(query, places=tuple(place for place in query.places if place != name))
        case "without":
            return replace(
                query,
                without=tuple(thing for thing in query.without if thing != name),
                without_places=tuple(place for place in query.without_places if place != name),
                without_days=tuple(days for days in query.without_days if days.spoken != name),
            )
        case "camera":
            return replace(query, camera=None)
        case "album":
            return replace(query, album=None)
        case "orientation":
            return replace(query, orientation=None)
        case "order":
            return replace(query, order="relevance")
        case "limit":
            return replace(query, limit=None)
    return query


def library(summary: Summary) -> Library:
    """What there is, and what one may ask for first."""
    return Library(
        photos=summary.photos,
        earliest=summary.earliest.isoformat() if summary.earliest else None,
        latest=summary.latest.isoformat() if summary.latest else None,
        examples=tuple(_examples(summary)) if summary.photos else (),
    )


def _examples(summary: Summary) -> list[str]:
    """Questions that this library has an answer to, as far as its own facts tell."""
    towns = [name.split(", ")[0] for name in summary.places]
    countries = list(dict.fromkeys(name.split(", ")[-1] for name in summary.places))
    examples = [f"Show me photos from {place}" for place in (countries[:1] or [])]
    if summary.latest is not None:
        examples.append(f"Show me photos from {summary.latest:%B %Y}")
    examples += [f"How many photos do I have from {town}?" for town in towns[1:2]]
    examples += ["Show me a sunset", "Show me people laughing", "What can I say?"]
    return examples[:6]
