"""What goes wrong, in one line for people: what happened, what was kept, what to do."""


def one_line(text: str) -> str:
    """`text` with every control character written out ("\\n"), so that no file's name breaks a line or a terminal."""
    return "".join(repr(letter)[1:-1] if ord(letter) < 32 or 127 <= ord(letter) < 160 else letter for letter in text)


class VoicephotoError(Exception):
    """Something went wrong that a person can understand; the message is the whole story."""

    exit_code = 1


class UsageError(VoicephotoError):
    """The command was given something it cannot use."""

    exit_code = 2


class MissingError(VoicephotoError):
    """Something needed is not there: a model, a library of the system, a device."""

    exit_code = 3
