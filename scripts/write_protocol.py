"""Write docs/protocol.md from the messages themselves: `python -m scripts.write_protocol`."""

import inspect
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from voicephoto.web import messages

_HEAD = """# Between the page and the program

Made from `voicephoto/web/messages.py` by `python -m scripts.write_protocol`; change it there. The WebSocket is at `/ws`; what can be asked over HTTP is at
`/openapi.json`.

"""


def protocol() -> str:
    """The page in Markdown: every message with its fields, first the page's, then the program's."""
    from_page = get_args(get_args(messages.FromPage)[0])
    to_page = get_args(messages.ToPage)
    parts = (messages.PhotoShown, messages.Chip, messages.Shown, messages.Exchange, messages.Library)
    about = inspect.getdoc(messages) or ""
    sections = (
        ("What a page says", from_page),
        ("What a page is told", to_page),
        ("What messages are made of", parts),
    )
    said = [_HEAD, about, "\n"]
    for title, models in sections:
        said.append(f"\n## {title}\n")
        said += [_described(model) for model in models]
    return "".join(said)


def _described(model: type[BaseModel]) -> str:
    kind = model.model_fields.get("type")
    name = f"`{kind.default}`" if kind else model.__name__
    schema = model.model_json_schema()["properties"]
    rows = "".join(
        f"| `{field}` | {_type(schema[field])} | {_cell(info.description or '')} |\n"
        for field, info in model.model_fields.items()
        if field != "type"
    )
    table = f"\n| field | | |\n| --- | --- | --- |\n{rows}" if rows else ""
    return f"\n### {name}\n\n{inspect.getdoc(model)}\n{table}"


def _type(schema: dict[str, object]) -> str:
    """The type of a field in words, from its JSON schema."""
    match schema:
        case {"anyOf": list(choices)}:
            return " or ".join(_type(choice) for choice in choices)
        case {"enum": list(values)}:
            return ", ".join(f"`{value}`" for value in values)
        case {"$ref": str(reference)}:
            return reference.rpartition("/")[2]
        case {"type": "array", "items": dict(item)}:
            return f"list of {_type(item)}"
        case {"type": str(name)}:
            limits = [f"{word} {schema[key]}" for key, word in _LIMITS if key in schema]
            return ", ".join((name, *limits))
    raise ValueError(f"no words for {schema}")


_LIMITS = (("minLength", "at least"), ("maxLength", "at most"), ("minimum", "from"), ("pattern", "like"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    page = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"
    page.write_text(protocol(), encoding="utf-8")
