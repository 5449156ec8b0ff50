import pytest

from voicephoto.dialogue.languages import other_language


def unknown(word: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("zeig mir fotos vom strand", "German"),
        ("wann wurde das zweite aufgenommen", "German"),
        ("montre-moi des photos de chats", "French"),
        ("fotos del verano pasado", "Spanish"),
        ("mostrami le foto al mare", "Italian"),
        ("mostra-me fotos do verão passado", "Portuguese"),
        ("laat foto's van het strand zien", "Dutch"),
        ("visa bilder från sommaren", "Swedish"),
        ("pokaż zdjęcia z wakacji", "Polish"),
        ("покажи фото моря", "another language"),
        ("海の写真を見せて", "another language"),
        ("أرني صور البحر", "another language"),
    ],
)
def test_a_wish_in_another_language_is_told_by_its_small_words(sentence: str, language: str) -> None:
    assert other_language(sentence, unknown) == language


@pytest.mark.parametrize(
    "sentence",
    [
        "", "dogs", "do you have a cat or a dog", "los angeles", "rio de janeiro", "casa de la playa", "photos of maria de la cruz",
        "a white dove", "photos of müller and søren at the château", "show me pictures of 東京", "the visa for vietnam", "12 34",
    ],
)  # fmt: skip
def test_names_from_elsewhere_are_not_another_language(sentence: str) -> None:
    assert other_language(sentence, unknown) is None


def test_what_the_library_itself_says_may_be_asked_for() -> None:
    assert other_language("анна", unknown) is not None
    assert other_language("анна", lambda word: word == "анна") is None
