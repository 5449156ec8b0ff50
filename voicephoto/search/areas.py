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
    "Newfoundland": "Newfoundland and Labrador", "Puglia": "Apulia", "Marrakech": "Marrakesh", "Kashmir": "Jammu and Kashmir",
    "Java": "West Java|East Java|Central Java|Banten|Jakarta|Yogyakarta", "Lombok": "West Nusa Tenggara", "Jeju": "Jeju-do",
    "Sumatra": "North Sumatra|West Sumatra|South Sumatra|Aceh|Riau|Jambi|Bengkulu|Lampung",
    "Borneo": "Sabah|Sarawak|Brunei|East Kalimantan|West Kalimantan|North Kalimantan|South Kalimantan|Central Kalimantan",
    "Sulawesi": "North Sulawesi|South Sulawesi|Central Sulawesi|West Sulawesi|Southeast Sulawesi",
    "Kyushu": "Fukuoka|Kagoshima|Kumamoto|Miyazaki|Nagasaki|Oita|Saga", "Shikoku": "Ehime|Kagawa|Kochi|Tokushima",
    "Tahiti": "Îles du Vent", "Bora Bora": "Leeward Islands", "the Cyclades": "South Aegean", "Sinai": "South Sinai|North Sinai",
    "Cappadocia": "Nevşehir Province|Nevşehir|Kayseri|Aksaray|Niğde Province", "South Tyrol": "Trentino-Alto Adige",
    "Jutland": "Central Jutland|North Denmark|South Denmark", "Dalmatia": "Split-Dalmatia|Zadar|Dubrovnik-Neretva|Šibenik-Knin",
    "Bohemia": "Central Bohemia|Prague|Plzeň Region|Jihočeský kraj|Karlovarský kraj|Královéhradecký kraj|Liberecký kraj|Pardubický",
    "Moravia": "South Moravian|Olomoucký|Zlín|Moravskoslezský|Vysočina", "Dordogne": "Dordogne", "Ardèche": "Ardèche",
    "the Cotswolds": "Gloucestershire", "Snowdonia": "Gwynedd|Conwy", "the Peak District": "Derbyshire", "Costa del Sol": "Málaga",
    "Côte d'Azur": "Provence-Alpes-Côte d'Azur", "the Pacific Northwest": "Washington|Oregon", "Svalbard": "Svalbard|Longyearbyen",
    "the Midwest": "Illinois|Indiana|Iowa|Kansas|Michigan|Minnesota|Missouri|Nebraska|North Dakota|Ohio|South Dakota|Wisconsin",
    "the Deep South": "Alabama|Georgia|Louisiana|Mississippi|South Carolina",
    "Lofoten": "Vågan|Vestvågøy|Flakstad|Moskenes|Værøy|Svolvær|Kabelvåg|Leknes", "Cebu": "Cebu|Cebu City", "Palawan": "Palawan|Puerto Princesa",
    "Skye": "Portree|Broadford|Dunvegan", "the Isle of Skye": "Portree|Broadford|Dunvegan", "Rügen": "Sellin|Binz|Bergen auf Rügen|Sassnitz",
    "Lake Como": "Como|Lecco|Bellagio|Varenna|Menaggio|Tremezzo|Cernobbio|Lenno|Mandello del Lario",
    "Lake Garda": "Sirmione|Riva del Garda|Malcesine|Bardolino|Lazise|Garda|Desenzano del Garda|Limone sul Garda|Peschiera del Garda|Salò",
    "Lake Constance": "Konstanz|Meersburg|Lindau|Friedrichshafen|Bregenz|Überlingen|Romanshorn|Arbon|Kreuzlingen",
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

_OF_PEOPLE = {
    "Afghan": "Afghanistan", "African": "Africa", "Albanian": "Albania", "Algerian": "Algeria", "American": "United States",
    "Argentinian": "Argentina", "Argentine": "Argentina", "Armenian": "Armenia", "Asian": "Asia", "Australian": "Australia",
    "Austrian": "Austria", "Balinese": "Bali", "Basque": "Basque Country", "Bavarian": "Bavaria", "Belgian": "Belgium",
    "Bolivian": "Bolivia", "Bosnian": "Bosnia and Herzegovina", "Brazilian": "Brazil", "British": "United Kingdom",
    "Bulgarian": "Bulgaria", "Cambodian": "Cambodia", "Canadian": "Canada", "Catalan": "Catalonia", "Chilean": "Chile",
    "Chinese": "China", "Colombian": "Colombia", "Cornish": "Cornwall", "Corsican": "Corsica", "Costa Rican": "Costa Rica",
    "Cretan": "Crete", "Croatian": "Croatia", "Cuban": "Cuba", "Cypriot": "Cyprus", "Czech": "Czechia", "Danish": "Denmark",
    "Dutch": "Netherlands", "Ecuadorian": "Ecuador", "Egyptian": "Egypt", "English": "England", "Estonian": "Estonia",
    "Ethiopian": "Ethiopia", "European": "Europe", "Filipino": "Philippines", "Finnish": "Finland", "French": "France",
    "Georgian": "Georgia", "German": "Germany", "Ghanaian": "Ghana", "Greek": "Greece", "Hawaiian": "Hawaii",
    "Hungarian": "Hungary", "Icelandic": "Iceland", "Indian": "India", "Indonesian": "Indonesia", "Iranian": "Iran",
    "Irish": "Ireland", "Israeli": "Israel", "Italian": "Italy", "Jamaican": "Jamaica", "Japanese": "Japan",
    "Jordanian": "Jordan", "Kenyan": "Kenya", "Korean": "South Korea", "Latvian": "Latvia", "Lebanese": "Lebanon",
    "Lithuanian": "Lithuania", "Madagascan": "Madagascar", "Malaysian": "Malaysia", "Maltese": "Malta", "Mexican": "Mexico",
    "Mongolian": "Mongolia", "Moroccan": "Morocco", "Namibian": "Namibia", "Nepalese": "Nepal", "Nepali": "Nepal",
    "Nigerian": "Nigeria", "Norwegian": "Norway", "Pakistani": "Pakistan", "Peruvian": "Peru", "Polish": "Poland",
    "Portuguese": "Portugal", "Romanian": "Romania", "Russian": "Russia", "Sardinian": "Sardinia", "Scandinavian": "Scandinavia",
    "Scottish": "Scotland", "Serbian": "Serbia", "Sicilian": "Sicily", "Singaporean": "Singapore", "Slovak": "Slovakia",
    "Slovenian": "Slovenia", "South African": "South Africa", "Spanish": "Spain", "Sri Lankan": "Sri Lanka", "Swedish": "Sweden",
    "Swiss": "Switzerland", "Taiwanese": "Taiwan", "Tanzanian": "Tanzania", "Thai": "Thailand", "Tibetan": "Tibet",
    "Tunisian": "Tunisia", "Turkish": "Turkey", "Tuscan": "Tuscany", "Ukrainian": "Ukraine", "Venetian": "Venice",
    "Vietnamese": "Vietnam", "Welsh": "Wales",
}  # fmt: skip
"""What is from there, and where that is: "the Italian ones"."""

_BY_NAME = {fold(name).removeprefix("the "): name for name in _AREAS}
_PEOPLES = {fold(people): place for people, place in _OF_PEOPLE.items()}
_TOWNS = {fold(name): name for name in _AFTER_IN}


def area(name: str) -> str | None:
    """The spelling of an area that people name, None where there is none of that name."""
    return _BY_NAME.get(fold(name).removeprefix("the "))


def town_after_in(name: str) -> str | None:
    """The town that is meant by a word directly after "in"."""
    return _TOWNS.get(fold(name))


def home_of(people: str) -> str | None:
    """The place that an adjective is made of, "Italy" for "Italian", as the gazetteer or an area is spelt."""
    return _PEOPLES.get(fold(people))


def covered(places: Sequence[str]) -> tuple[str, ...]:
    """The names that the catalog knows for `places`, areas taken apart, each with the name itself."""
    names = (name for place in places for name in (place, *_AREAS.get(place, "").split("|")) if name)
    return tuple(dict.fromkeys(names))
