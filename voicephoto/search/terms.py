"""Words that mean the same in every sentence: numbers, what photos are called, and who makes cameras."""

from collections.abc import Sequence

from voicephoto.library import fold

NUMBERS = {
    word: number
    for number, word in enumerate(
        (
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        ).split(),
        1,
    )
} | {word: 10 * tens for tens, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)}

PHOTOS = r"(?:photos?|pictures?|images?|shots?|pics?|photographs?|snaps?|snapshots?|piccies)"

_BRANDS = frozenset(
    (
        "iphone ipad canon nikon sony pixel samsung galaxy gopro olympus fuji fujifilm leica panasonic lumix "
        "dji kodak pentax ricoh huawei xiaomi motorola nokia hasselblad casio"
    ).split()
)


def cameras_named(name: str, cameras: Sequence[str]) -> str | None:
    """The words of `name` that a camera of the library, or a well-known brand, is called by."""
    words = fold(name)
    if not words:
        return None
    for camera in cameras:
        if f" {words} " in f" {fold(camera)} ":
            return words
    return words if words.split()[0] in _BRANDS or words.replace(" ", "") in _BRANDS else None
