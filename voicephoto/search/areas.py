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
    "Santorini": "Firá|Oía|Mesariá|Emporeío", "Cinque Terre": "Vernazza|Riomaggiore|Monterosso al Mare|Manarola|Corniglia",
    "the Lake District": "Windermere|Keswick|Ambleside|Staveley|Grasmere|Coniston", "the Algarve": "Faro",
    "the Amalfi Coast": "Amalfi|Positano|Ravello|Praiano|Minori|Maiori|Atrani|Furore|Cetara|Vietri sul Mare|Conca dei Marini",
    "Zanzibar": "Zanzibar|Zanzibar Urban/West|Zanzibar Central/South|Zanzibar North", "the Azores": "Azores",
    "Yorkshire": "North Yorkshire|East Riding of Yorkshire|City of York|City and Borough of Leeds|Kirklees|Calderdale|Bradford|"
    "City and Borough of Wakefield|Sheffield|Barnsley|Doncaster|Rotherham",
    "Sussex": "East Sussex|West Sussex|Brighton and Hove", "the Scottish Highlands": "Highland", "the Hebrides": "Eilean Siar",
    "Orkney": "Orkney Islands", "Shetland": "Shetland Islands", "the Isles of Scilly": "Isles of Scilly",
    "Fez": "Fes|Fès|Fez", "Cologne": "Köln|Koeln", "Washington DC": "Washington, D.C.|Washington",
    "Europe": "Albania|Andorra|Austria|Belarus|Belgium|Bosnia and Herzegovina|Bulgaria|Croatia|Cyprus|Czechia|Denmark|Estonia|Finland|"
    "France|Germany|Greece|Hungary|Iceland|Ireland|Italy|Kosovo|Latvia|Liechtenstein|Lithuania|Luxembourg|Malta|Moldova|Monaco|"
    "Montenegro|Netherlands|North Macedonia|Norway|Poland|Portugal|Romania|San Marino|Serbia|Slovakia|Slovenia|Spain|Sweden|"
    "Switzerland|Ukraine|United Kingdom|Vatican City",
    "Asia": "Afghanistan|Armenia|Azerbaijan|Bangladesh|Bhutan|Brunei|Cambodia|China|Georgia|Hong Kong|India|Indonesia|Iran|Iraq|Israel|"
    "Japan|Jordan|Kazakhstan|Kuwait|Kyrgyzstan|Laos|Lebanon|Macao|Malaysia|Maldives|Mongolia|Myanmar|Nepal|North Korea|Oman|Pakistan|"
    "Palestine|Philippines|Qatar|Saudi Arabia|Singapore|South Korea|Sri Lanka|Syria|Taiwan|Tajikistan|Thailand|Turkmenistan|"
    "United Arab Emirates|Uzbekistan|Vietnam|Yemen",
    "Africa": "Algeria|Angola|Benin|Botswana|Burkina Faso|Burundi|Cameroon|Cape Verde|Chad|Egypt|Eritrea|Eswatini|Ethiopia|Gabon|Gambia|"
    "Ghana|Guinea|Ivory Coast|Kenya|Lesotho|Liberia|Libya|Madagascar|Malawi|Mali|Mauritania|Mauritius|Morocco|Mozambique|Namibia|Niger|"
    "Nigeria|Rwanda|Senegal|Seychelles|Sierra Leone|Somalia|South Africa|Sudan|Tanzania|Togo|Tunisia|Uganda|Zambia|Zimbabwe",
    "North America": "United States|Canada|Mexico",
}  # fmt: skip
"""What people say, and the gazetteer's names that it covers, as the catalog compares them."""

_AFTER_IN = (
    "Nice", "Bath", "Reading", "Split", "York", "Cork", "Derby", "Lincoln", "Buffalo", "Boulder", "Queens", "Chelsea",
    "Madison", "Jackson", "Rugby", "Bend", "Brandon", "Buffalo", "Side", "Pai", "Flores", "Lech", "Jasper", "Aspen", "Petra", "Jericho",
    "Ella", "Kos", "Leh", "Vail", "Dingle", "Voss", "Seward", "Picton", "Taos", "Broome", "Berat", "Oban",
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
