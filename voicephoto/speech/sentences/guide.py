"""The page "What you can say", made from the sentence templates themselves."""

from voicephoto.speech.sentences import Sentences

_HEAD = """# What you can say

Made from `voicephoto/speech/sentences/{language}.yaml` by `python -m scripts.write_guide`; change it there. Say it in your own words: these are
the wordings that are matched first, and what fits none of them is scored by the trained fallback. `(a|b)` is a choice, `[a]` may be
left out, `{{query}}` is whatever the photos show, when and where.
"""


def guide(sentences: Sentences) -> str:
    """The page in Markdown: every intent with what it is for, examples, and its wordings."""
    parts = [_HEAD.format(language=sentences.language)]
    for kind, intent in sentences.intents.intents.items():
        metadata = intent.data[0].metadata or {}
        examples = "\n".join(f'- "{example}"' for example in metadata["examples"])
        wordings = "\n".join(str(sentence.text) for data in intent.data for sentence in data.sentences)
        parts.append(
            f"## {kind}\n\n{metadata['about']}\n\n{examples}\n\n"
            f"<details><summary>All wordings</summary>\n\n```\n{wordings}\n```\n\n</details>\n"
        )
    rules = "\n".join(f"<{name}> = {rule.text}" for name, rule in sentences.intents.expansion_rules.items())
    parts.append(f"## The parts of wordings\n\n```\n{rules}\n```\n")
    return "\n".join(parts)
