"""What date phrases mean, seen from Monday, November 23, 2026."""

from datetime import date, datetime

import pytest

from voicephoto.search.dates import DateRange, ImpossibleDate, find_dates

NOW = datetime(2026, 11, 23, 12, 0)
DAYS = {"anna's birthday": "03-14", "my birthday": "06-02"}

PHRASES = """
last summer                   2026-06-01 2026-09-01 June to August 2026
this summer                   2026-06-01 2026-09-01 June to August 2026
last winter                   2025-12-01 2026-03-01 December 2025 to February 2026
the summer before last        2025-06-01 2025-09-01 June to August 2025
two summers ago               2025-06-01 2025-09-01 June to August 2025
the summer of last year       2025-06-01 2025-09-01 June to August 2025
summer of '69                 1969-06-01 1969-09-01 June to August 1969
early last summer             2026-06-01 2026-07-01 June 2026
in May                        2026-05-01 2026-06-01 May 2026
in December                   2025-12-01 2026-01-01 December 2025
last May                      2026-05-01 2026-06-01 May 2026
this May                      2026-05-01 2026-06-01 May 2026
in May last year              2025-05-01 2025-06-01 May 2025
last year in May              2025-05-01 2025-06-01 May 2025
May 2019                      2019-05-01 2019-06-01 May 2019
2019/05                       2019-05-01 2019-06-01 May 2019
early June                    2026-06-01 2026-06-11 June 1 to 10, 2026
late 2018                     2018-09-01 2019-01-01 September to December 2018
mid-2018                      2018-05-01 2018-09-01 May to August 2018
the end of last year          2025-09-01 2026-01-01 September to December 2025
the second half of 2019       2019-07-01 2020-01-01 July to December 2019
first week of August          2026-08-03 2026-08-10 August 3 to 9, 2026
last weekend of June          2026-06-27 2026-06-29 June 27 to 28, 2026
last Sunday in March          2026-03-29 2026-03-30 Sunday, March 29
the third quarter of 2019     2019-07-01 2019-10-01 July to September 2019
on Friday                     2026-11-20 2026-11-21 Friday, November 20
last Friday                   2026-11-20 2026-11-21 Friday, November 20
last Monday                   2026-11-16 2026-11-17 Monday, November 16
two Fridays ago               2026-11-13 2026-11-14 Friday, November 13
Monday two weeks ago          2026-11-09 2026-11-10 Monday, November 9
wednesday of last week        2026-11-18 2026-11-19 Wednesday, November 18
Sunday morning                2026-11-22 2026-11-23 Sunday, November 22
last night                    2026-11-22 2026-11-24 November 22 to 23, 2026
yesterday                     2026-11-22 2026-11-23 Sunday, November 22
today                         2026-11-23 2026-11-24 Monday, November 23
last week                     2026-11-16 2026-11-23 November 16 to 22, 2026
the weekend before last       2026-11-14 2026-11-16 November 14 to 15, 2026
the last three months         2026-08-23 2026-11-24 August 23 to November 23, 2026
last two months               2026-09-01 2026-11-01 September to October 2026
two years ago                 2024-01-01 2025-01-01 2024
half a year ago               2026-05-01 2026-06-01 May 2026
a year and a half ago         2025-05-01 2025-06-01 May 2025
two and a half years ago      2024-05-01 2024-06-01 May 2024
a month and a half ago        2026-10-05 2026-10-12 October 5 to 11, 2026
a week and a half ago         2026-11-13 2026-11-14 Friday, November 13
the last half year            2026-05-23 2026-11-24 May 23 to November 23, 2026
the past year and a half      2025-05-23 2026-11-24 May 23, 2025 to November 23, 2026
the last two and a half years 2024-05-23 2026-11-24 May 23, 2024 to November 23, 2026
on this day in 2019           2019-11-23 2019-11-24 November 23, 2019
March 3                       2026-03-03 2026-03-04 Tuesday, March 3
the third of May              2026-05-03 2026-05-04 Sunday, May 3
the twenty fifth of december  2025-12-25 2025-12-26 December 25, 2025
4th of July 2019              2019-07-04 2019-07-05 July 4, 2019
2019-05-03                    2019-05-03 2019-05-04 May 3, 2019
12/24/2019                    2019-12-24 2019-12-25 December 24, 2019
on the first                  2026-11-01 2026-11-02 Sunday, November 1
the week of October 6         2026-10-05 2026-10-12 October 5 to 11, 2026
from 3 to 5 march 2020        2020-03-03 2020-03-06 March 3 to 5, 2020
twenty nineteen               2019-01-01 2020-01-01 2019
nineteen eighty four          1984-01-01 1985-01-01 1984
the nineties                  1990-01-01 2000-01-01 the 1990s
the 90s                       1990-01-01 2000-01-01 the 1990s
the early nineties            1990-01-01 1994-01-01 1990 to 1993
last Christmas                2025-12-24 2025-12-27 December 24 to 26, 2025
three Christmases ago         2023-12-24 2023-12-27 December 24 to 26, 2023
Christmas of last year        2025-12-24 2025-12-27 December 24 to 26, 2025
last year's Christmas         2025-12-24 2025-12-27 December 24 to 26, 2025
Christmas morning             2025-12-25 2025-12-26 December 25, 2025
the day after Christmas       2025-12-26 2025-12-27 December 26, 2025
Memorial Day weekend          2026-05-23 2026-05-26 May 23 to 25, 2026
Thanksgiving weekend 2019     2019-11-28 2019-12-02 November 28 to December 1, 2019
Fourth of July weekend        2026-07-04 2026-07-06 July 4 to 5, 2026
Christmas weekend             2025-12-24 2025-12-29 December 24 to 28, 2025
the weekend before Christmas  2025-12-20 2025-12-22 December 20 to 21, 2025
three days after Easter 2019  2019-04-24 2019-04-25 April 24, 2019
Easter 2019                   2019-04-21 2019-04-22 April 21, 2019
orthodox easter 2018          2018-04-08 2018-04-09 April 8, 2018
new year 2019                 2018-12-31 2019-01-02 December 31, 2018 to January 1, 2019
hanukkah 2018                 2018-12-02 2018-12-11 December 2 to 10, 2018
hanukkah 2024                 2024-12-25 2025-01-03 December 25, 2024 to January 2, 2025
hanukkah                      2025-12-14 2025-12-23 December 14 to 22, 2025
diwali 2019                   2019-10-27 2019-10-28 October 27, 2019
independence day 2020         2020-07-04 2020-07-05 July 4, 2020
Anna's birthday               2026-03-14 2026-03-15 Saturday, March 14
my last birthday              2026-06-02 2026-06-03 Tuesday, June 2
on my birthday last year      2025-06-02 2025-06-03 June 2, 2025
between May and August        2026-05-01 2026-09-01 May to August 2026
from June to August 2019      2019-06-01 2019-09-01 June to August 2019
May to August                 2026-05-01 2026-09-01 May to August 2026
may-august 2019               2019-05-01 2019-09-01 May to August 2019
December to February          2025-12-01 2026-03-01 December 2025 to February 2026
between 2015 and 2018         2015-01-01 2019-01-01 2015 to 2018
between Christmas and new year 2025-12-24 2026-01-02 December 24, 2025 to January 1, 2026
from the 4th to the 8th       2026-11-04 2026-11-09 November 4 to 8, 2026
from Monday to Wednesday      2026-11-23 2026-11-26 November 23 to 25, 2026
since September               2026-09-01 - since September 2026
since 2015                    2015-01-01 - since 2015
from 2015 onwards             2015-01-01 - since 2015
after 2015                    2016-01-01 - since 2016
after 2015 but before 2018    2016-01-01 2018-01-01 2016 to 2017
before 2015                   - 2015-01-01 before 2015
before last summer            - 2026-06-01 before June 2026
until 2019                    - 2020-01-01 before 2020
"""


def rows(table: str) -> list[tuple[str, ...]]:
    found = []
    for line in table.strip().splitlines():
        words = line.split()
        at = next(i for i, word in enumerate(words) if i and (word == "-" or _is_day(word)))
        found.append((" ".join(words[:at]), words[at], words[at + 1], " ".join(words[at + 2 :])))
    return found


def _is_day(word: str) -> bool:
    return len(word) == 10 and word[4] == word[7] == "-"


@pytest.mark.parametrize(("phrase", "from_", "until", "spoken"), rows(PHRASES))
def test_reads(phrase: str, from_: str, until: str, spoken: str) -> None:
    (match,) = find_dates(phrase, NOW, named_days=DAYS)
    days = [None if day == "-" else date.fromisoformat(day) for day in (from_, until)]
    assert match.range == DateRange(days[0], days[1], spoken)
    assert phrase[match.start : match.end] == phrase


@pytest.mark.parametrize(
    ("phrase", "from_", "until"),
    [
        ("last summer", "2025-12-01", "2026-03-01"),
        ("winter 2019", "2019-06-01", "2019-09-01"),
        ("in spring", "2026-09-01", "2026-12-01"),
    ],
)
def test_seasons_of_the_south(phrase: str, from_: str, until: str) -> None:
    (match,) = find_dates(phrase, NOW, hemisphere="south")
    assert (str(match.range.from_), str(match.range.until)) == (from_, until)


@pytest.mark.parametrize(
    ("phrase", "country", "day"),
    [
        ("4/7/2019", "US", "2019-04-07"),
        ("4/7/2019", "GB", "2019-07-04"),
        ("mother's day 2018", "US", "2018-05-13"),
        ("mother's day 2018", "GB", "2018-03-11"),
        ("thanksgiving 2018", "CA", "2018-10-08"),
        ("king's day 2018", "NL", "2018-04-27"),
    ],
)
def test_days_of_a_country(phrase: str, country: str, day: str) -> None:
    (match,) = find_dates(phrase, NOW, country=country)
    assert str(match.range.from_) == day


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("30 february", "There is no February 30: February never has more than 29 days."),
        ("photos from february 29 2019", "There is no February 29: February had only 28 days in 2019."),
        ("31/6/2019", "There is no June 31: June never has more than 30 days."),
    ],
)
def test_says_which_day_does_not_exist(phrase: str, said: str) -> None:
    with pytest.raises(ImpossibleDate, match=said):
        find_dates(phrase, NOW)


def test_a_named_day_needs_a_month_and_a_day() -> None:
    with pytest.raises(ImpossibleDate, match=r"wants its month and day"):
        find_dates("on my birthday", NOW, named_days={"my birthday": "in june"})
