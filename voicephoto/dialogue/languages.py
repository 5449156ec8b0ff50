"""Whether a sentence is in another language than the one that is understood here."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Language:
    """Words that English lacks: `telling` ones, which people begin to ask with, and `small` ones, which names of places
    and people have too."""

    name: str
    telling: frozenset[str]
    small: frozenset[str]


def _language(name: str, telling: str, small: str) -> _Language:
    return _Language(name, frozenset(telling.split()), frozenset(small.split()))


_LANGUAGES = (
    _language(
        "German",
        "zeig zeige zeigen zeigst mir bitte suche finde bilder fotos wurde wurden gemacht aufgenommen wann welche",
        "und der den dem das ein eine einen einem einer mit ohne vom von im ist sind wo wer ich wir mein meine meinen "
        "meiner unsere letzten letzte letztes alle nicht auf aus zum zur für über am bei sommer jahr",
    ),
    _language(
        "French",
        "montre montrez moi montre-moi montrez-moi cherche trouve affiche quand où été année photographies",
        "des les le la de du une avec sans dans est sont sur mes mon nos nous je dernier dernière tous toutes au aux et",
    ),
    _language(
        "Spanish",
        "muéstrame muestrame muestra muéstrenme enséñame enseñame busca buscar fotos dónde cuándo quiero verano año",
        "los las el la del de con sin una unos unas mis mi nuestro nuestra pasado todas todos está en es por para",
    ),
    _language(
        "Italian",
        "mostrami mostra fammi vedere cerca trova foto dove quando sono estate anno scorsa scorso",
        "della del delle di la dei degli il lo gli con senza una mie mio mia tutte tutti nel nella di al alla per",
    ),
    _language(
        "Portuguese",
        "mostre mostra mostra-me mostre-me procura fotos onde quando quero verão ano",
        "da das dos com sem uma meu minha meus minhas passado todas todos na os as para",
    ),
    _language(
        "Dutch",
        "laat zien toon zoek foto foto's foto’s waar wanneer zomer jaar vorige",
        "van het een met zonder mijn onze alle niet de en op voor aan bij",
    ),
    _language(
        "Swedish",
        "visa bilder bilderna foton hitta när sommaren året förra",
        "från med och utan ett mina min våra alla är på av där",
    ),
    _language(
        "Danish or Norwegian",
        "vis billeder bilder fotos finn hvor når sommeren året sidste forrige",
        "fra med og uten uden et mine min våre vores alle er på av af der",
    ),
    _language("Polish", "pokaż zdjęcia zdjęć znajdź gdzie kiedy lato rok zeszłego", "ze na bez moje mój jest są od"),
    _language("Czech", "ukaž ukaz fotky fotografie najdi kde kdy léto rok minulé", "se na bez moje je jsou od"),
    _language("Turkish", "göster bana fotoğraf fotoğrafları fotoğraflar nerede zaman yaz geçen", "ve ile olan benim bir bu"),
    _language("Finnish", "näytä kuvat kuvia valokuvat missä milloin kesä viime", "ja ilman minun on joissa kanssa"),
    _language("Hungarian", "mutasd mutass képeket képek fotók hol mikor nyár tavalyi", "és az egy nélkül volt nekem"),
)  # fmt: skip
_ENGLISH = frozenset(
    "the of show find with from and my our at on is are what where when who which that these those this was were taken "
    "picture pictures photo image images me without how many did we i a an for to it".split()
)


def other_language(sentence: str, known: Callable[[str], bool]) -> str | None:
    """The language of a sentence in lower case that is surely not English, or "another language"; else None.

    Words that are `known` may stand in any sentence: names of the library.
    """
    words = {word for word in re.findall(r"[\w'’-]+", sentence) if not word.isdigit()}
    strange = [word for word in words if _foreign_letters(word) and not known(word)]
    if 2 * len(strange) > len(words):
        return "another language"
    english = len(words & _ENGLISH)
    for language in sorted(_LANGUAGES, key=lambda each: -_said(each, words)):
        telling = any(not known(word) for word in words & language.telling)
        # "De la Cruz" is a name, "fotos de la playa" a wish.
        if _said(language, words) > max(english, 1 if telling else 2):
            return language.name
    return None


def _said(language: _Language, words: set[str]) -> int:
    return len(words & (language.telling | language.small))


def _foreign_letters(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    others = [letter for letter in letters if not unicodedata.name(letter, "").startswith("LATIN")]
    return 2 * len(others) > len(letters)
