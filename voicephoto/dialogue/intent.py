"""What somebody wants, as the rest of the program sees it."""

from dataclasses import dataclass
from typing import Any, Literal

from voicephoto.dialogue.phrases import PREPOSITIONS
from voicephoto.search import How, PhotoQuery

Kind = Literal[
    "search", "refine", "similar", "show", "next", "previous", "more", "back", "describe", "ask_photo",
    "ask_metadata", "count", "summarize", "repeat", "help", "slideshow", "stop", "cancel", "yes", "no",
    "out_of_scope",
]  # fmt: skip
Reference = int | Literal["this", "newest", "oldest"]
Ending = Literal["complete", "open", "unknown"]
Asked = Literal["when", "where", "when_and_where", "camera", "how_long_ago", "how_often", "exposure", "file"]


@dataclass(frozen=True, slots=True)
class Intent:
    """One sentence, understood.

    `photo` is a position in what is shown, from 1 on, the "newest" or "oldest" of it, or "this", the one in focus; `beside` are the positions that it is
    compared with. `how` belongs to refine,
    `asked` to ask_metadata, summarize and a search that is a question ("when was I in Rome"); `thought` is the place or the camera that somebody asks about ("is this
    Paris"); `question` is the sentence itself where a photo has to be looked at.
    `problem` is a sentence to say instead of doing anything, for what cannot be ("February 30").
    """

    kind: Kind
    query: PhotoQuery | None = None
    photo: Reference | None = None
    beside: tuple[int, ...] = ()
    how: How | None = None
    asked: Asked | None = None
    thought: PhotoQuery | None = None
    question: str = ""
    problem: str = ""


_SPOKEN = {
    "similar": "photos like {0}", "show": "show {0}", "next": "the next photo", "previous": "the photo before",
    "more": "more photos", "back": "back to what was shown before", "describe": "describe {0}",
    "ask_photo": "look at {0}", "repeat": "say it again", "help": "what can be said", "slideshow": "one after the other",
    "stop": "stop", "cancel": "start afresh", "yes": "yes", "no": "no", "out_of_scope": "nothing about photos",
    "summarize": "sum up what is shown",
}  # fmt: skip
_ASKED = {
    "when": "when {0} was taken", "where": "where {0} was taken", "camera": "which camera took {0}",
    "how_long_ago": "how long ago {0} was taken", "when_and_where": "when and where {0} was taken",
    "exposure": "how {0} was exposed", "file": "which file {0} is",
}  # fmt: skip


def reading(intent: Intent) -> dict[str, Any]:
    """The neutral reading that `explain --json` prints."""
    return {
        "intent": intent.kind,
        "query": intent.query.as_json() if intent.query else None,
        "photo": intent.photo,
        "spoken": intent.problem or _spoken(intent),
    }


def _spoken(intent: Intent) -> str:
    if intent.kind == "count":
        return f"how many {intent.query.spoken()}" if intent.query else "how many photos"
    if intent.kind == "refine" and intent.query is not None:
        if intent.how in ("newest", "oldest"):
            return f"the {intent.how} first"
        said = intent.query.spoken().removeprefix("photos, ")
        return {"narrow": f"only {said}", "change": f"{said} instead"}.get(intent.how or "", said)
    if intent.kind == "show" and intent.query is not None:
        said = intent.query.spoken()
        if not intent.query.text:
            return f"show the one{said.removeprefix('photos')}"
        return f"show the one {said}" if said.split()[0] in PREPOSITIONS else f"show the one with {said}"
    if intent.query is not None:
        return intent.query.spoken()
    which = f"photo {intent.photo}" if isinstance(intent.photo, int) else f"the {intent.photo} photo"
    which = "this photo" if intent.photo in ("this", None) else which
    if intent.beside:
        *others, last = intent.photo, *intent.beside
        which = f"photos {', '.join(map(str, others))} and {last}"
    if intent.kind == "ask_metadata" and intent.asked:
        said = _ASKED[intent.asked].format(which)
        return said.replace(" was ", " were ") if intent.beside else said
    return _SPOKEN.get(intent.kind, intent.kind).format(which)
