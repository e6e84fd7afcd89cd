"""A hundred thousand hostile texts: nothing throws, nothing but a right number is welcome, both languages agree."""

import json
import random
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaikukortti.rules import identitycode, localverdict, number
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.localverdict import Mode
from kaikukortti.rules.number import Elsewhere, Malformed, Own, Problem, Reading
from kaikukortti.rules.verdict import CardFacts, VerdictClass
from tests import hostiletexts, tree
from tests.factories import NOW
from tests.hostiletexts import MASKS, PREFIXES, WORST

COUNT = 100_000
SEED = 20261122
READER = tree.ROOT / "tests" / "js" / "hostile.mjs"
CARD = CardFacts(CardKind.PERSONAL, State.ACTIVE, date(2026, 1, 1), date(2027, 12, 31))
VISIT = localverdict.visit_of(None, moment=NOW)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Return the texts, and among them some right numbers."""
    chance = random.Random(SEED)
    right = [number.make(chance.choice(PREFIXES), chance.choice) for _ in range(100)]
    return [*WORST, *right, *hostiletexts.drawn(SEED, COUNT)]


@pytest.fixture(scope="module")
def known(texts: list[str]) -> set[str]:
    """Return the numbers of cards: those that were drawn right."""
    return set(texts[len(WORST) : len(WORST) + 100])


@pytest.fixture(scope="module")
def read_here(texts: list[str], known: set[str]) -> list[list[Any]]:
    """Return what Python says of each text, in the shape of hostile.mjs."""
    return [_answer(text, known) for text in texts]


@pytest.mark.slow
def test_both_languages_say_the_same(texts: list[str], known: set[str], read_here: list[list[Any]], tmp_path: Path):
    file = tmp_path / "texts.json"
    asked = {"texts": texts, "prefixes": PREFIXES, "masks": MASKS, "known": sorted(known), "moment": NOW.isoformat()}
    file.write_text(json.dumps(asked), encoding="ascii")
    done = subprocess.run(["node", str(READER), str(file)], capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    read_there = json.loads(done.stdout)
    assert len(read_there) == len(texts) > COUNT
    rows = zip(texts, read_here, read_there, strict=True)
    differing = [f"{text!r}: {here} here, {there} there" for text, here, there in rows if here != there]
    assert not differing, tree.listing(differing[:20], f"{len(differing)} texts are read in two ways:")


@pytest.mark.slow
def test_only_a_right_number_is_welcome(texts: list[str], known: set[str], read_here: list[list[Any]]):
    classes = [VerdictClass(answer[2]) for answer in read_here]
    for text, answer, klass in zip(texts, read_here, classes, strict=True):
        allowed = (
            {VerdictClass.WELCOME} if answer[0].get("number") in known else {VerdictClass.TECHNICAL, VerdictClass.CHECK}
        )
        assert klass in allowed, repr(text)
    assert min(classes.count(klass) for klass in (VerdictClass.TECHNICAL, VerdictClass.CHECK)) > COUNT // 10


@pytest.mark.slow
def test_no_identity_code_comes_through(texts: list[str], read_here: list[list[Any]]):
    refused = 0
    for text, (reading, *_rest) in zip(texts, read_here, strict=True):
        kept = reading.get("number") or reading.get("code") or reading.get("text") or ""
        assert not identitycode.holds_one(kept), repr(text)
        refused += reading.get("problem") == Problem.IDENTITY
    assert refused > COUNT // 50


def _answer(text: str, known: set[str]) -> list[Any]:
    reading = number.read(text, PREFIXES, MASKS)
    found = CARD if isinstance(reading, Own) and reading.number in known else None
    live = localverdict.judge(reading, found, VISIT, list_days=0)
    practice = localverdict.judge(reading, None, VISIT, list_days=0, mode=Mode.PRACTICE)
    told = [said for one in (live, practice) for said in (one.klass.value, one.reason and one.reason.value)]
    return [_plain(reading), number.candidate(text), *told]


def _plain(reading: Reading) -> dict[str, Any]:
    match reading:
        case Own() | Elsewhere():
            return dict(vars(reading))
        case Malformed(problem, positions, text):
            return {"kind": "malformed", "problem": problem.value, "positions": list(positions), "text": text}
