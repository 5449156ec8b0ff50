"""What a model that looks at photos is asked, in the words that it reads."""

from collections.abc import Sequence

DESCRIBE = "What does this photo show?"
_STYLE = "Answer in one or two short plain sentences, as said aloud. If it cannot be seen, say that you are not sure."


def prompt(question: str, facts: Sequence[str]) -> str:
    """The question after what is known of each photo, in their order, "" where nothing is, and before how to answer it.

    "taken in Rome" becomes "This photo was taken in Rome."
    """
    told = [
        f"{'This photo' if len(facts) == 1 else f'Photo {number}'} was {fact}."
        for number, fact in enumerate(facts, 1)
        if fact
    ]
    return " ".join([*told, f"{question[:1].upper()}{question[1:].rstrip(' ?.!')}?", _STYLE])
