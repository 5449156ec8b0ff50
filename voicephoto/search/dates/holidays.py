"""Holidays by the names people say, as what comes round once a year.

Fixed days, weekdays of a month and days around Easter are computed here; days of moving calendars and those
of the settings' country come from the `holidays` package, which is imported only when such a name occurs.
"""

import re
import warnings
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple

from voicephoto.search.dates.spans import DAY, Recurring, Span


class _Fixed(NamedTuple):
    month: int
    day: int
    days: int = 1


class _Weekday(NamedTuple):
    month: int
    weekday: int
    nth: int
    """1 is the first in the month, -1 the last."""
    shift: int = 0


class _Easter(NamedTuple):
    first: int
    """Days after Easter Sunday."""
    days: int = 1


class _Orthodox(NamedTuple):
    first: int
    """Days after Orthodox Easter Sunday."""


class _Package(NamedTuple):
    country: str
    name: str
    """Whole words of the package's English name."""
    days: int = 1
    """How many days it lasts, from the first that the package gives."""
    eve: int = 0
    """Days before, for calendars whose days begin in the evening."""


_Rule = _Fixed | _Weekday | _Easter | _Orthodox | _Package

_RULES: dict[str, _Rule] = {
    "christmas|xmas|christmas time|christmastime|christmas holidays": _Fixed(12, 24, 3),
    "christmas day|xmas day|christmas morning": _Fixed(12, 25),
    "christmas eve|xmas eve": _Fixed(12, 24),
    "boxing day": _Fixed(12, 26),
    "new years eve|new year eve|hogmanay": _Fixed(12, 31),
    "new years day|new year day": _Fixed(1, 1),
    "new years|new year": _Fixed(1, 0, 2),
    "epiphany|three kings day|3 kings day": _Fixed(1, 6),
    "groundhog day": _Fixed(2, 2),
    "valentines|valentines day|valentine day|st valentines day|saint valentines day": _Fixed(2, 14),
    "st patricks day|st patrick day|saint patricks day|st paddys day|saint paddys day|paddys day": _Fixed(3, 17),
    "april fools|april fools day": _Fixed(4, 1),
    "earth day": _Fixed(4, 22),
    "may day": _Fixed(5, 1),
    "cinco de mayo": _Fixed(5, 5),
    "juneteenth": _Fixed(6, 19),
    "halloween|haloween|all hallows eve": _Fixed(10, 31),
    "all saints day": _Fixed(11, 1),
    "day of the dead|dia de los muertos": _Fixed(11, 1, 2),
    "bonfire night|guy fawkes night|guy fawkes": _Fixed(11, 5),
    "veterans day|armistice day|remembrance day": _Fixed(11, 11),
    "st nicholas day|saint nicholas day": _Fixed(12, 6),
    "anzac day": _Fixed(4, 25),
    "australia day": _Fixed(1, 26),
    "canada day": _Fixed(7, 1),
    "bastille day": _Fixed(7, 14),
    "mlk day|mlk jr day|martin luther king day|martin luther kings day|martin luther king jr day"
    "|civil rights day": _Weekday(1, 0, 3),
    "presidents day|president day": _Weekday(2, 0, 3),
    "memorial day": _Weekday(5, 0, -1),
    "columbus day|indigenous peoples day": _Weekday(10, 0, 2),
    "thanksgiving|thanksgiving day": _Weekday(11, 3, 4),
    "black friday": _Weekday(11, 3, 4, shift=1),
    "mothers day|mother day": _Weekday(5, 6, 2),
    "fathers day|father day": _Weekday(6, 6, 3),
    "labor day|labour day": _Weekday(9, 0, 1),
    "mardi gras|pancake day|shrove tuesday|fat tuesday": _Easter(-47),
    "ash wednesday": _Easter(-46),
    "lent": _Easter(-46, 46),
    "carnival": _Easter(-52, 6),
    "palm sunday": _Easter(-7),
    "holy week": _Easter(-7, 7),
    "maundy thursday": _Easter(-3),
    "good friday": _Easter(-2),
    "easter saturday": _Easter(-1),
    "easter|easter sunday|easter day": _Easter(0),
    "easter weekend": _Easter(-2, 4),
    "easter monday": _Easter(1),
    "ascension day": _Easter(39),
    "pentecost|whit sunday|whitsun": _Easter(49),
    "whit monday|pentecost monday": _Easter(50),
    "trinity sunday": _Easter(56),
    "corpus christi": _Easter(60),
    "eid al fitr|eid ul fitr|id ul fitr|eid": _Package("MV", "Eid al-Fitr"),
    "eid al adha|eid ul adha|id ul adha|bakr id": _Package("MV", "Eid al-Adha"),
    "sacrifice feast|feast of sacrifice": _Package("MV", "Eid al-Adha"),
    "chinese new year|chinese new years|chinese new years day|chinese lunar new year"
    "|chinese lunar new years day|lunar new year": _Package("SG", "Chinese New Year"),
    "diwali|deepavali|divali": _Package("IN", "Diwali"),
    "holi": _Package("IN", "Holi"),
    "hanukkah|hanukah|chanukah|hannukkah|hanukka": _Package("IL", "Hanukkah", 8, eve=1),
    "passover|pesach": _Package("IL", "Pesach", 7, eve=1),
    "rosh hashanah|rosh hashana": _Package("IL", "Rosh Hashanah", 2, eve=1),
    "yom kippur": _Package("IL", "Yom Kippur", 1, eve=1),
    "purim": _Package("IL", "Purim", 1, eve=1),
    "shavuot": _Package("IL", "Shavuot", 1, eve=1),
    "sukkot|succot|succos": _Package("IL", "Sukkot", 7, eve=1),
    "simchat torah": _Package("IL", "Simchat Torah", 1, eve=1),
    "islamic new year|hijri new year": _Package("MV", "Islamic New Year"),
    "vesak|buddha purnima|buddha day": _Package("SG", "Vesak Day"),
    "dussehra|vijayadashami": _Package("IN", "Dussehra", 4),
    "raksha bandhan|rakhi": _Package("IN", "Raksha Bandhan"),
    "pongal|makar sankranti": _Package("IN", "Makar Sankranti"),
    "vaisakhi|baisakhi": _Package("IN", "Vaisakhi"),
    "ganesh chaturthi": _Package("IN", "Ganesh Chaturthi"),
    "janmashtami": _Package("IN", "Janmashtami"),
    "maha shivaratri|shivaratri": _Package("IN", "Maha Shivaratri"),
    "onam": _Package("IN", "Onam"),
    "orthodox easter|greek easter": _Orthodox(0),
    "orthodox good friday|greek good friday": _Orthodox(-2),
}

_ELSEWHERE: dict[tuple[str, str], _Rule] = {
    ("thanksgiving", "CA"): _Weekday(10, 0, 2),
    ("thanksgiving day", "CA"): _Weekday(10, 0, 2),
    ("mothers day", "GB"): _Easter(-21),
    ("mothers day", "IE"): _Easter(-21),
    ("mothers day", "FR"): _Weekday(5, 6, -1),
    ("fathers day", "DE"): _Easter(39),
    ("fathers day", "AU"): _Weekday(9, 6, 1),
    ("fathers day", "NZ"): _Weekday(9, 6, 1),
    ("fathers day", "IT"): _Fixed(3, 19),
    ("fathers day", "ES"): _Fixed(3, 19),
}

_RULE_OF = {name: rule for names, rule in _RULES.items() for name in names.split("|")}
_LABOR_DAY_IN_SEPTEMBER = ("US", "CA")
_LABOR_DAY = ("labor day", "labour day")

NAMES = sorted((*_RULE_OF, "ramadan"), key=len, reverse=True)
"""What is known by name in every country, the longest first."""

_NATIONAL = re.compile(r"(?:[a-z]+ ){1,4}(?:day|eve|festival|holiday)|ferragosto|koningsdag|midsummer")
_NO_HOLIDAY = re.compile(
    r"(?:the|a|an|my|our|one|1|first|1st|last|next|same|every|this|that|other|all|some|any|each|long|short|nice|"
    r"good|bad|lovely|great|perfect|hot|warm|cold|cool|rainy|sunny|snowy|cloudy|foggy|windy|stormy|grey|gray|misty|"
    r"summer|winter|spring|autumn|fall|wedding|beach|school|birthday|market|sports?|ski|pool|boat|graduation|"
    r"family|bright|dark|clear|beautiful|moving|and|of|in|on|at|from|with|ordinary|busy|lazy|per|present|modern|"
    r"\d+\w*) (?:day|eve|festival|holiday)"
)


def holiday(name: str, country: str) -> Recurring | None:
    """The holiday of that name (words as `read_words` gives them), None if there is none in that country."""
    if name == "ramadan":
        return Recurring("year", _ramadan)
    rule = _ELSEWHERE.get((name, country)) or _RULE_OF.get(name)
    if name in _LABOR_DAY and country not in _LABOR_DAY_IN_SEPTEMBER:
        rule = _Fixed(5, 1)
    if rule is None:
        return _national(name, country)
    return Recurring("year", partial(_occurrence, rule))


def could_be_national(text: str) -> re.Match[str] | None:
    """Words that may name a holiday of one country, such as "independence day"."""
    match = _NATIONAL.search(text)
    return None if match is None or _NO_HOLIDAY.search(match[0]) else match


def weekday_of_month(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday of a month, from its end where nth is negative."""
    if nth > 0:
        first = date(year, month, 1)
        return first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * DAY
    last = date(year + month // 12, month % 12 + 1, 1) - DAY
    return last - ((last.weekday() - weekday) % 7 + 7 * (-nth - 1)) * DAY


def easter_sunday(year: int) -> date:
    """Gregorian Easter by the anonymous algorithm (J. Meeus, Astronomical Algorithms, 1991, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    return date(year, month, (h + weekday - 7 * m + 33 * month + 19) % 32)


def orthodox_easter_sunday(year: int) -> date:
    """Julian Easter (Meeus, chapter 8) as a Gregorian day, from 1900 to 2099: 13 days later."""
    d = (19 * (year % 19) + 15) % 30
    e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    return date(year, month, day + 1) + 13 * DAY


def _occurrence(rule: _Rule, year: int) -> Span | None:
    match rule:
        case _Fixed(month, day, days):
            return _days(date(year, month, 1) + (day - 1) * DAY, days)
        case _Weekday(month, weekday, nth, shift):
            return _days(weekday_of_month(year, month, weekday, nth) + shift * DAY, 1)
        case _Easter(first, days):
            return _days(easter_sunday(year) + first * DAY, days)
        case _Orthodox(first):
            return _days(orthodox_easter_sunday(year) + first * DAY, 1)
        case _Package(country, name, days, eve):
            days_around = (*_calendar(country, year - 1), *_calendar(country, year))
            named = [day for day, title in days_around if re.search(rf"\b{name}\b", title)]
            # What began in December goes on in January, and may begin again in the next one.
            begins = next((day for day in named if day.year == year and day - DAY not in named), None)
            return _days(begins - eve * DAY, days + eve) if begins else None


def _days(first: date, days: int) -> Span:
    return Span(first, first + days * DAY, "day" if days == 1 else "stretch")


def _ramadan(year: int) -> Span | None:
    begins = [day for day, title in _calendar("MV", year) if title.startswith("First Day of Ramadan")]
    if not begins:
        return None
    days = (*_calendar("MV", year), *_calendar("MV", year + 1))
    ends = [day for day, title in days if title == "Eid al-Fitr" and day > begins[0]]
    return Span(begins[0], ends[0]) if ends else None


def _national(name: str, country: str) -> Recurring | None:
    for year in (2024, 2025):
        for _, title in _calendar(country, year):
            if _plain(title) in (name, name.removesuffix(" day"), f"{name} day"):
                return Recurring("year", partial(_national_day, country, title))
    return None


def _national_day(country: str, title: str, year: int) -> Span | None:
    return next((_days(day, 1) for day, other in _calendar(country, year) if other == title), None)


def _plain(title: str) -> str:
    return re.sub(r"[^a-z ]", "", title.lower())


@lru_cache(maxsize=256)
def _calendar(country: str, year: int) -> tuple[tuple[date, str], ...]:
    """(day, English name) of every holiday, in order; empty for a country the package does not know."""
    import holidays

    try:
        entity = getattr(holidays, country)
        english = next((tongue for tongue in entity.supported_languages if tongue.startswith("en")), None)
        kept = _kept(entity.supported_categories)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Years that the package has only estimates for.
            days = entity(years=year, language=english, observed=False, categories=kept)
    except (AttributeError, NotImplementedError, ValueError):
        return ()
    titles = [(day, title) for day, several in sorted(days.items()) for title in several.split("; ")]
    return tuple((day, title.removesuffix(" (estimated)")) for day, title in titles)


def _kept(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Days that people keep, also where shops and offices stay open."""
    return tuple(category for category in categories if category in ("public", "optional", "school"))
