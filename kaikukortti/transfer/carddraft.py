"""What a row of cards says, before the register is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kaikukortti.errors import DomainError
from kaikukortti.profiles import Gender, HomeLanguage, LifeSituation
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import number, period
from kaikukortti.rules.card import CardKind, State, Validity
from kaikukortti.transfer import cells
from kaikukortti.transfer.cells import Impossible, Problem, Reading
from kaikukortti.transfer.columns import plain
from kaikukortti.transfer.rowfile import Line
from kaikukortti.transfer.seen import Seen

LONGEST_MONTHS = 61  # from today to a card's last day
SILENT = "ei halua kertoa;ei vastausta;ei tiedossa;does not want to say;not told;unknown;vill inte säga;-"
GENDERS = {
    Gender.WOMAN: "woman;nainen;kvinna;female",
    Gender.MAN: "man;mies;male",
    Gender.OTHER: "other;muu;annan;annat",
}
SITUATIONS = {
    LifeSituation.JOB_SEEKER: "työtön työnhakija;työtön;arbetslös;unemployed",
    LifeSituation.WORK_ACTIVITY: "kuntouttava työtoiminta;kuntouttavassa työtoiminnassa",
    LifeSituation.STUDENT: "opiskelija;studerande;student",
    LifeSituation.LOW_INCOME: "pienituloinen;osa-aikatyö;pienituloinen työntekijä;låginkomsttagare",
    LifeSituation.ENTREPRENEUR: "yrittäjä;företagare",
    LifeSituation.SICK_LEAVE: "sairausloma;sairauslomalla;kuntoutustuki;sjukledig",
    LifeSituation.DISABILITY_PENSION: "työkyvyttömyyseläke;invalidpension",
    LifeSituation.OLD_AGE_PENSION: "vanhuuseläke;eläkeläinen;ålderspension;pensionär",
    LifeSituation.HOME_WITH_CHILDREN: "kotona lasten kanssa;hoitovapaa;hemma med barn",
    LifeSituation.FAMILY_CARER: "omaishoitaja;närståendevårdare",
    LifeSituation.NEWCOMER: "kotoutuja;kotoutumisvaiheessa;turvapaikanhakija;nyanländ",
    LifeSituation.SERVICE: "varusmies;siviilipalvelus;varus- tai siviilipalveluksessa;beväring",
    LifeSituation.OTHER: "muu;annan;other",
}
LANGUAGES = {
    HomeLanguage.FINNISH: "suomi;finska;finnish",
    HomeLanguage.SWEDISH: "ruotsi;svenska;swedish",
    HomeLanguage.RUSSIAN: "venäjä;ryska;russian",
    HomeLanguage.ENGLISH: "englanti;engelska;english",
    HomeLanguage.OTHER: "muu;annat;other",
}
KINDS = {
    CardKind.PERSONAL: "henkilökohtainen;henkilökortti;personligt;personal",
    CardKind.COMMUNITY: "yhteisö;yhteisökortti;gruppkort;community",
}
STATES = {
    State.ACTIVE: "käytössä;voimassa;aktiivinen;päättynyt;in use;valid;ended;i bruk",
    State.SUSPENDED: "tauolla;paused;pausad",
    State.BLOCKED: "suljettu;kadonnut;blocked;lost;spärrad",
    State.RETURNED: "palautettu;returned;återlämnad",
    State.REPLACED: "korvattu;replaced;ersatt",
    State.ANONYMISED: "anonymisoitu;anonymised;anonymiserad",
}


def _words(choices: Mapping[Any, str]) -> dict[str, str]:
    found = {
        plain(word): choice.value for choice, words in choices.items() for word in [choice.value, *words.split(";")]
    }
    return {**dict.fromkeys(map(plain, SILENT.split(";")), ""), **found}


WORDS = {
    "gender": _words(GENDERS),
    "life_situation": _words(SITUATIONS),
    "language": _words(LANGUAGES),
    "kind": _words(KINDS),
    "state": _words(STATES),
}


_OPTIONAL = ("last_on", "birth_year", "postcode", "children", "renewed_on", "replaces", *WORDS)


@dataclass(frozen=True)
class CardDraft:
    """A row of cards. `last_on` is None where the area's rules say it; `renewed_on` are the first days of renewals.

    `birth_year` and `postcode` are empty for a community card. `first_row` is the row in which the number stood first.
    """

    row: int
    problems: tuple[Problem, ...] = ()
    number: str = ""
    unit: str = ""
    first_on: date = date.min
    last_on: date | None = None
    birth_year: int = 0
    postcode: str = ""
    children: int = 0
    gender: Gender | None = None
    life_situation: LifeSituation | None = None
    language: HomeLanguage | None = None
    kind: CardKind = CardKind.PERSONAL
    renewed_on: tuple[date, ...] = ()
    state: State = State.ACTIVE
    replaces: str = ""
    first_row: int = 0
    replaced_row: int | None = None


def read(line: Line, seen: Seen, *, today: date) -> CardDraft:
    """Return what a row says."""
    given = {**dict.fromkeys(_OPTIONAL, ""), **line.cells}
    reading = Reading()
    reading.take(cells.check, given)
    said = {} if reading.problems else {**_choices(given, reading), **_days(given, reading, today=today)}
    if said:
        said |= _holder(given, reading, said)
        for column in ("number", "unit"):
            reading.take(_filled, given[column], column)
    if reading.problems:
        return CardDraft(line.number, tuple(reading.problems))
    _, first_row = seen.note(number.candidate(given["number"]), line.number)
    return CardDraft(
        row=line.number,
        number=given["number"],
        unit=plain(given["unit"]),
        replaces=given["replaces"],
        first_row=first_row,
        replaced_row=seen.first_row(number.candidate(given["replaces"])) if given["replaces"] else None,
        **said,
    )


def _choices(given: Mapping[str, str], reading: Reading) -> dict[str, Any]:
    """Return what the words of lists stand for."""
    found = {key: reading.take(cells.word, given[key], key, words) for key, words in WORDS.items()}
    kinds = {"gender": Gender, "life_situation": LifeSituation, "language": HomeLanguage}
    return {
        "kind": CardKind(found["kind"] or CardKind.PERSONAL),
        "state": State(found["state"] or State.ACTIVE),
        **{key: kind(word) if (word := found[key]) else None for key, kind in kinds.items()},
    }


def _days(given: Mapping[str, str], reading: Reading, *, today: date) -> dict[str, Any]:
    first_on = reading.take(cells.past_day, given["first_on"], "first_on", today=today)
    last_on = reading.take(cells.day, given["last_on"], "last_on") if given["last_on"] else None
    read_days = [reading.take(cells.day, text, "renewed_on") for text in given["renewed_on"].split()]
    renewed = [day for day in read_days if day is not None]
    if first_on is not None:
        reading.take(_check_days, first_on, last_on, renewed, today=today)
    return {"first_on": first_on, "last_on": last_on, "renewed_on": tuple(renewed)}


def _holder(given: Mapping[str, str], reading: Reading, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was told about the holder: nothing of a community card and of one whose holder has been forgotten."""
    children = reading.take(cells.number, given["children"], "children", most=card_rules.MOST_CHILDREN)
    birth_year = reading.take(cells.number, given["birth_year"], "birth_year", most=9_999)
    postcode = given["postcode"] and given["postcode"].zfill(card_rules.POSTCODE_LENGTH)  # a workbook drops zeros
    is_personal = said["kind"] is CardKind.PERSONAL
    is_known = is_personal and said["state"] is not State.ANONYMISED
    if is_known and said["first_on"] and birth_year is not None:
        reading.take(_check_profile, given["birth_year"], birth_year, postcode, said["first_on"])
    return {
        "children": children if is_personal else 0,
        "birth_year": birth_year if is_known else 0,
        "postcode": postcode if is_known else "",
    }


def periods(draft: CardDraft, days: Validity) -> list[Validity]:
    """Return a card's days of use one after the other: from handing out, then from each renewal."""
    begins = (days.first_on, *draft.renewed_on)
    ends = (*(day - timedelta(days=1) for day in draft.renewed_on), days.last_on)
    return [Validity(first, last) for first, last in zip(begins, ends, strict=True)]


def _filled(text: str, column: str) -> None:
    if not text:
        raise Impossible("empty", column)


def _check_days(first_on: date, last_on: date | None, renewed: list[date], *, today: date) -> None:
    if last_on is not None and last_on < first_on:
        raise Impossible("day_before_first", "last_on", last_on.isoformat())
    if last_on is not None and last_on > period.add_months(today, LONGEST_MONTHS):
        raise Impossible("day_far", "last_on", last_on.isoformat())
    steps = [first_on, *renewed, *([] if last_on is None else [last_on])]
    if renewed and (last_on is None or any(after <= before for before, after in zip(steps, steps[1:], strict=False))):
        raise Impossible("renewals_order", "renewed_on")


def _check_profile(text: str, birth_year: int, postcode: str, first_on: date) -> None:
    if not text:
        raise Impossible("empty", "birth_year")
    try:
        card_rules.check_birth_year(birth_year, today=first_on)
    except DomainError as error:
        raise Impossible(error.code, "birth_year", text) from None
    try:
        card_rules.check_postcode(postcode)
    except DomainError as error:
        raise Impossible(error.code if postcode else "empty", "postcode", postcode) from None
