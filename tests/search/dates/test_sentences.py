"""Which words of a sentence are its dates: [in brackets], prepositions included."""

import re
from datetime import datetime

import pytest

from voicephoto.search.dates import find_dates

NOW = datetime(2026, 11, 23, 12, 0)

WITH_DATES = """
show me photos [from last summer]
dogs at the beach [in the summer of 2018]
pictures [of last winter] in the mountains
photos [taken in May 2019] with Anna
photos [that were taken in 2019] with Anna
the photos [we took last weekend] in Rome
find cats [between May and August] by the sea
everything [since 2015] with a bicycle
what did I do [on Christmas day]
photos [of the 4th of July] parade
[sunday's] lunch
[yesterday's] dinner
[2019] beach photos
[june] photos
and [june]?
what about [last year]?
snow [in December]
photos [from May] [or June]
[2018] [and 2019]
sunset [on a sunday in june]
[all summer]
[sometime last year]
show me [independence day 2020]
one morning [in june]
photos [from this morning]
the pallets that turned up [monday]
[tuesday] i parked by the mill
[sunday], when we fed the ducks
[boxing day] walk
brunch [on mother's day], burnt eggs
a mother's day card
[last night's] fireworks
[the june just gone]
the comet [in october two years ago]
is there anything [from the eighth]
what did we get up to [last weekend]
the setup [pre 2020]
snow [in ninety six]
in ninety minutes
dreadlocks [in the noughties]
[from the third of march up to the ninth]
[13 04 2022] vaccination card
before and after, [april last year]
in the city at night
a summer dress
the dog in a summer dress
in summer clothes
a winter coat
March of the penguins
spring rolls and a spring roll
under the christmas tree
easter bunny
a halloween costume
sunday roast
kids who fall on the grass
may I see the dog
no one may see
who may be smiling
people on the march
april and her dog
photos with june
the second one
the first one
on the first floor
on second thought
the last one
the last five photos
the last day of school
the last week of school
my last year at school
a man in his forties
in her twenties
a 1920s dress
80s hairstyle
every christmas
a sunday in the park
a rainy sunday
the sun
24/7 shop
IMG_2019
between 3 and 5 people
an hour ago
5000 summers ago
500 years ago
blade runner 2049
the end of the day
"""


@pytest.mark.parametrize("marked", WITH_DATES.strip().splitlines())
def test_finds_the_words_of_dates(marked: str) -> None:
    text = re.sub(r"[\[\]]", "", marked)
    found = [text[match.start : match.end] for match in find_dates(text, NOW)]
    assert found == re.findall(r"\[(.*?)\]", marked)


def test_two_places_may_name_one_date() -> None:
    first, second = find_dates("Christmas in Paris in 2018", NOW)
    assert first.range == second.range
    assert first.range.spoken == "December 24 to 26, 2018"


def test_no_phrase_goes_on_in_the_next_sentence() -> None:
    spoken = [match.range.spoken for match in find_dates("Photos from May! Last year I was ill.", NOW)]
    assert spoken == ["May 2026", "2025"]
