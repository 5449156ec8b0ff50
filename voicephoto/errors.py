"""What goes wrong, in one line for people: what happened, what was kept, what to do."""


class VoicephotoError(Exception):
    """Something went wrong that a person can understand; the message is the whole story."""

    exit_code = 1


class UsageError(VoicephotoError):
    """The command was given something it cannot use."""

    exit_code = 2


class MissingError(VoicephotoError):
    """Something needed is not there: a model, a library of the system, a device."""

    exit_code = 3
