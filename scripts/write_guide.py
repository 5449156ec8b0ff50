"""Write docs/what-you-can-say.md from the sentence templates: `python -m scripts.write_guide`."""

from pathlib import Path

from voicephoto.speech import load_sentences
from voicephoto.speech.sentences.guide import guide

if __name__ == "__main__":
    page = Path(__file__).resolve().parent.parent / "docs" / "what-you-can-say.md"
    page.write_text(guide(load_sentences("en")), encoding="utf-8")
