"""Settings: config.toml, then VOICEPHOTO_* variables, then flags; the later wins."""

import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
import tomlkit
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    create_model,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from voicephoto.errors import MissingError, UsageError

_PREFIX = "VOICEPHOTO_"


@dataclass(frozen=True, slots=True)
class OnThePage:
    """Marks a setting that may be changed on the page while the program runs: it opens no door and names no file."""


class Settings(BaseSettings):
    """Everything a person may set; each field is a key of config.toml."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    data: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("voicephoto"),
        description="folder of the catalog, the index and downloaded models",
    )
    hemisphere: Annotated[Literal["auto", "north", "south"], OnThePage()] = Field(
        default="auto", description="whose summer is meant; auto looks where your photos were taken"
    )
    country: Annotated[str, StringConstraints(pattern="^[A-Za-z]{2}$", to_upper=True), OnThePage()] = Field(
        default="US", description="two letters; its holidays and its order of dates"
    )
    named_days: dict[str, str] = Field(
        default_factory=dict,
        description='your own days as "MM-DD", for instance {"anna\'s birthday" = "03-14"}',
    )
    recognizer: str = Field(
        default="auto",
        description='what hears: the best model that is here ("auto"), "starter", a model by its name or its folder, '
        'or a Wyoming server on your network ("wyoming://host:port")',
    )
    voice: str = Field(
        default="auto",
        description="what replies: as for the recognizer, or an espeak-ng voice such as en-us or en-gb+f3",
    )
    voice_rate: Annotated[float, OnThePage()] = Field(
        default=1.0, ge=0.5, le=2.0, description="how fast it speaks, 1 as it is made for"
    )
    voice_volume: Annotated[float, OnThePage()] = Field(
        default=1.0, gt=0.0, le=2.0, description="how loud it speaks, 1 as it is made for"
    )
    encoder: str = Field(
        default="starter",
        description="what compares photos with words: starter, or a model by its name or its folder; it takes over when it has "
        "looked at all photos, and has a cut-off (voicephoto models calibrate)",
    )
    answerer: str = Field(
        default="auto",
        description='what looks at a photo: the best model that is here ("auto"), "starter", a model by its name or its folder, '
        'or a chat server on your network, with its model ("http://host:port/v1#model")',
    )
    microphone: str | None = Field(
        default=None, description="its name or a part of it; the system's default where unset"
    )
    speaker: str | None = Field(default=None, description="its name or a part of it; the system's default where unset")
    interruption: Annotated[Literal["full", "stop", "off"], OnThePage()] = Field(
        default="full",
        description='what speaking over a reply does: stops it, only with words such as "stop", or nothing',
    )
    listening: Annotated[Literal["always", "wake word", "key"], OnThePage()] = Field(
        default="always",
        description="when it listens: always, after the wake word, or after a key or a button is pressed",
    )
    wake_word: Annotated[Literal["hey jarvis", "okay nabu", "hey mycroft", "alexa"], OnThePage()] = Field(
        default="hey jarvis", description="what wakes it where it listens after the wake word"
    )
    follow_up_seconds: Annotated[float, OnThePage()] = Field(
        default=8,
        ge=0,
        allow_inf_nan=False,
        description="how long it goes on listening after a reply, before it has to be woken again",
    )
    earcons: Annotated[bool, OnThePage()] = Field(
        default=True, description="short sounds that say heard, working and not understood"
    )
    offline: bool = Field(default=False, description="never open a network connection")
    port: int = Field(default=8150, ge=0, le=65535, description="on which the page is served; 0 takes one that is free")
    web_hosts: tuple[str, ...] = Field(
        default=(), description="names under which a reverse proxy serves the page, such as photos.example.org"
    )
    session_minutes: Annotated[float, OnThePage()] = Field(
        default=10, gt=0, allow_inf_nan=False, description="silence after which a conversation starts afresh"
    )

    _file: Path = PrivateAttr(default_factory=lambda: _own_file())

    @property
    def file(self) -> Path:
        """The config.toml that they were read from, or would be if it were there."""
        return self._file

    @field_validator("data")
    @classmethod
    def _at_home(cls, data: Path) -> Path:
        return data.expanduser()

    @field_validator("web_hosts")
    @classmethod
    def _without_more(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", host, re.ASCII):
                raise ValueError(f"{host!r} wants to be a name alone, without https:// and port")
        return tuple(host.lower() for host in hosts)

    @field_validator("named_days")
    @classmethod
    def _of_a_calendar(cls, days: dict[str, str]) -> dict[str, str]:
        for name, day in days.items():
            try:
                # A leap year, as a birthday may be the 29th of February.
                datetime.strptime(f"2000-{day}", "%Y-%m-%d")
            except ValueError:
                raise ValueError(f"{name!r} wants its month and day, such as 03-14, not {day!r}") from None
        return days

    @property
    def awaited_word(self) -> str | None:
        """What has to be said before it listens; None where nothing has to be."""
        return self.wake_word if self.listening == "wake word" else None

    @property
    def catalog(self) -> Path:
        return self.data / "catalog.sqlite"

    @property
    def models(self) -> Path:
        return self.data / "models"

    @property
    def cache(self) -> Path:
        return self.data / "cache"


def load_settings(file: Path | None = None, **flags: Any) -> Settings:
    """Read the settings from `file` (default: config.toml of the platform's configuration folder).

    Flags that are None do not count. Raises UsageError for a file that is missing though named, or wrong.
    """
    if file is not None and not file.is_file():
        raise UsageError(f"the settings file {file} does not exist; nothing was changed; check --config")
    path = file or _own_file()

    class _Sources(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=path)

    try:
        settings = _Sources(**{name: value for name, value in flags.items() if value is not None})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML ({error}); nothing was changed; mend or move it") from None
    except SettingsError as error:
        raise UsageError(f"a VOICEPHOTO_ variable is wrong: {error}; nothing was changed; write it as JSON") from None
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"the setting {name!r} is wrong: {first['msg'].lower()}; nothing was changed; "
            f"look at {path} and the VOICEPHOTO_ variables"
        ) from None
    settings._file = path
    return settings


def _own_file() -> Path:
    return platformdirs.user_config_path("voicephoto") / "config.toml"


# What may be changed on the page

CHANGEABLE = {
    name: field
    for name, field in Settings.model_fields.items()
    if any(isinstance(mark, OnThePage) for mark in field.metadata)
}
_Changes: type[BaseModel] = create_model(
    "_Changes",
    __config__=ConfigDict(extra="forbid", strict=True),
    **{name: (field.annotation, field) for name, field in CHANGEABLE.items()},  # type: ignore[call-overload]
)


def fixed_by(name: str) -> str | None:
    """The variable that sets this setting, whatever the file says; None where none does."""
    return next(
        (set_ for set_, value in os.environ.items() if value and set_.upper() == f"{_PREFIX}{name.upper()}"), None
    )


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as they are kept. Raises ValidationError for a value, or a setting, that the page may not give."""
    return _Changes.model_validate(changes).model_dump(exclude_unset=True)


def keep(settings: Settings, changes: Mapping[str, Any]) -> None:
    """Write checked changes into the file of the settings; its comments, other keys and permissions stay as they are.

    Raises UsageError for a file that is wrong and MissingError for one that cannot be written, which stays as it was.
    """
    file = settings.file.resolve()
    partial = file.with_name(f"{file.name}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            load_settings(file)
        document = tomlkit.parse(file.read_bytes().decode() if file.exists() else "")
        document.update(changes)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as growing:
            os.fchmod(descriptor, file.stat().st_mode & 0o777 if file.exists() else 0o600)
            growing.write(tomlkit.dumps(document).encode())
            growing.flush()
            os.fsync(descriptor)
        partial.replace(file)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise MissingError(
            f"the settings cannot be written to {file} ({error.strerror}); nothing was changed; "
            "check its permissions and free space"
        ) from None
