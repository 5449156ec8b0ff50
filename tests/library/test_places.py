import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicephoto.library import Gazetteer

gazetteer = Gazetteer()


@pytest.mark.parametrize(
    ("position", "name"),
    [
        ((40.6281, 14.4850), "Positano, Italy"),
        ((40.7165, -73.9960), "New York City, United States"),
        ((48.8584, 2.2945), "Paris, France"),
        ((45.5006, 9.1103), "Milan, Italy"),
        ((52.3906, 13.0645), "Potsdam, Germany"),
        ((-33.8568, 151.2153), "Sydney, Australia"),
        ((69.6492, 18.9553), "Tromsø, Norway"),
    ],
)
def test_one_would_name_the_town_or_the_city_whose_quarter_it_is(position: tuple[float, float], name: str) -> None:
    place = gazetteer.locate(*position)
    assert place is not None
    assert place.name == name


def test_far_from_every_town_only_the_country_is_named_and_on_the_ocean_nothing() -> None:
    sahara = gazetteer.locate(27.0, 17.5)
    assert sahara is not None
    assert sahara.city is None
    assert sahara.country == "Libya"
    assert gazetteer.locate(-40.0, -120.0) is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_anywhere_on_earth_there_is_an_answer_or_none(latitude: float, longitude: float) -> None:
    place = gazetteer.locate(latitude, longitude)
    assert place is None or place.country_code


@pytest.mark.parametrize(
    ("said", "name"),
    [("italy", "Italy"), ("the united states", "United States"), ("tuscany", "Tuscany"), ("são paulo", "São Paulo"),
     ("sao paulo", "São Paulo"), ("Holland", "Netherlands"), ("new york", "New York"), ("forest", None), ("us", None), ("the us", "United States"), ("snow", None), ("dogs", None), ("Cornwall", "Cornwall"), ("county kerry", "Kerry"), ("clare", None), ("positano", "Positano"),
     ("chamonix", "Chamonix-Mont-Blanc"), ("side", None)],
)  # fmt: skip
def test_words_that_name_a_place(said: str, name: str | None) -> None:
    assert gazetteer.find(said) == name
