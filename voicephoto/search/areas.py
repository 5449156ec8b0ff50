"""Names of areas that are no town, region or country of the gazetteer, and towns whose name is first another word."""

from collections.abc import Sequence

from voicephoto.library import fold

_AREAS = {
    "Mallorca": "Balearic Islands", "Majorca": "Balearic Islands", "Ibiza": "Balearic Islands", "Menorca": "Balearic Islands",
    "Tenerife": "Canary Islands", "Lanzarote": "Canary Islands", "Fuerteventura": "Canary Islands", "Gran Canaria": "Canary Islands",
    "Burgundy": "Bourgogne-Franche-Comté", "Normandy": "Normandy", "Brittany": "Brittany", "Provence": "Provence-Alpes-Côte d'Azur",
    "the French Riviera": "Provence-Alpes-Côte d'Azur", "Alsace": "Grand Est", "Champagne": "Grand Est",
    "Patagonia": "Santa Cruz|Chubut|Río Negro|Neuquén|Region of Magallanes|Aysén|Tierra del Fuego",
    "Scandinavia": "Norway|Sweden|Denmark", "the Baltics": "Estonia|Latvia|Lithuania", "Benelux": "Belgium|Netherlands|Luxembourg",
    "the Balkans": "Croatia|Serbia|Bosnia and Herzegovina|Montenegro|North Macedonia|Albania|Kosovo|Bulgaria|Slovenia",
    "Iberia": "Spain|Portugal", "Lapland": "Lapland|Norrbotten|Finnmark|Troms", "Transylvania": "Cluj|Brașov|Sibiu|Mureș|Alba",
    "Hokkaido": "Hokkaido", "Okinawa": "Okinawa", "Siberia": "Krasnoyarsk|Irkutsk Oblast|Novosibirsk Oblast|Sakha",
    "Indochina": "Vietnam|Laos|Cambodia", "New England": "Maine|Vermont|New Hampshire|Massachusetts|Rhode Island|Connecticut",
    "the Middle East": "Israel|Jordan|Lebanon|Syria|Iraq|Iran|Saudi Arabia|United Arab Emirates|Oman|Qatar|Kuwait|Yemen|Egypt",
    "the Caribbean": "Jamaica|Cuba|Barbados|Bahamas|Dominican Republic|Haiti|Puerto Rico|Trinidad and Tobago|Aruba|Grenada",
    "Central America": "Guatemala|Belize|Honduras|El Salvador|Nicaragua|Costa Rica|Panama",
    "South America": "Argentina|Bolivia|Brazil|Chile|Colombia|Ecuador|Guyana|Paraguay|Peru|Suriname|Uruguay|Venezuela",
    "Southeast Asia": "Thailand|Vietnam|Laos|Cambodia|Malaysia|Singapore|Indonesia|Philippines|Myanmar|Brunei",
    "Fez": "Fes|Fès|Fez",
}  # fmt: skip
"""What people say, and the gazetteer's names that it covers, as the catalog compares them."""

_AFTER_IN = (
    "Nice", "Bath", "Reading", "Split", "York", "Cork", "Derby", "Lincoln", "Buffalo", "Boulder", "Queens", "Chelsea",
    "Madison", "Jackson", "Rugby", "Bend", "Brandon", "Buffalo",
)  # fmt: skip
"""Towns that only "in" and the end of a phrase tell from the word or the name: "beaches in Nice", "a nice beach"."""

_BY_NAME = {fold(name).removeprefix("the "): name for name in _AREAS}
_TOWNS = {fold(name): name for name in _AFTER_IN}


def area(name: str) -> str | None:
    """The spelling of an area that people name, None where there is none of that name."""
    return _BY_NAME.get(fold(name).removeprefix("the "))


def town_after_in(name: str) -> str | None:
    """The town that is meant by a word directly after "in"."""
    return _TOWNS.get(fold(name))


def covered(places: Sequence[str]) -> tuple[str, ...]:
    """The names that the catalog knows for `places`, areas taken apart, each with the name itself."""
    names = (name for place in places for name in (place, *_AREAS.get(place, "").split("|")) if name)
    return tuple(dict.fromkeys(names))
