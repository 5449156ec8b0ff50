"""What a phrase names: several subjects that must be seen together, or alternatives of which one is enough."""

import re

_AND = re.compile(r",? (?:and also|together with|as well as|along with|and|plus|&) |, ")
_OR = re.compile(r",? or (?:else )?(?:of )?")
_TOGETHER = re.compile(r"^(?:both )|,? (?:together|side by side|in one (?:photo|picture))$")
_PAIRS = re.compile(
    r"\b(?:(?:black|red|blue|green|yellow|white|orange|pink|brown|purple|grey|gray|gold|silver|tan) and \w+|rock and roll"
    r"|fish and chips|bed and breakfast|hide and seek|(?:salt|bread|mac|bride|trick|tic) and \w+|arts and crafts)\b"
)
_MOST = 3


def alternatives(text: str) -> list[str]:
    """ "A cat or a dog" -> "a cat", "a dog"; a phrase without "or" is its only alternative."""
    return [part for part in _OR.split(text) if part.strip()][: _MOST + 1] or [text]


def subjects(text: str) -> list[str]:
    """The subjects of a phrase that names several, else none: "a dog and a cat together" -> "a dog", "a cat".

    "A black and white dog" is one subject, and so is a pair that is always said together.
    """
    plain = _TOGETHER.sub("", text)
    if _PAIRS.search(plain):
        return []
    parts = [part.strip() for part in _AND.split(plain)]
    return parts[:_MOST] if len(parts) > 1 and all(parts) else []
