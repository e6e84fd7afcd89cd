"""What a new password has to be: long enough, not on everybody's list, not made of its owner's own name."""

import threading
import time

import pytest
from argon2 import PasswordHasher

from kaikukortti.signin import guessable, passwords

WORDS = ["Maija Mäkelä-Virtanen", "maija.makela@lappeenranta.example", "Lappeenrannan kaupunginteatteri", "Vo"]


@pytest.mark.parametrize("length", [0, 1, 11, 129, 10_000])
def test_too_short_and_too_long(length):
    with pytest.raises(passwords.PasswordTooShort) as caught:
        passwords.check(("x7 ä" * 2500)[:length])
    assert caught.value.details == {"shortest": 12, "longest": 128}


@pytest.mark.parametrize(
    "password",
    [
        "kaksi kaunista kantelea",
        "seitsemän kissaa katolla",
        "correct horse battery staple",
        "tuulimylly!9xq",
        "938472610583",
        "åäöåäöüßñ ж中",
        "x" * 6 + "yz" * 60 + "qw",
        " a b c d e f g",
        "lumi on musta kuin yö",
        "password on huono",
    ],
)
def test_no_rule_asks_for_kinds_of_characters(password):
    passwords.check(password)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password2026!",
        "PASSWORDPASSWORD",
        "qwertyuiop123",
        "1q2w3e4r5t6y",
        "123456789012",
        "210987654321",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijkl",
        "lumilumilumi",
        "iloveyou!!!!",
        "...welcome...1",
        "sonyericsson",
        "internationally",
        "ｐａｓｓｗｏｒｄ１２３４",
        "dragon123456789",
    ],
)
def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(passwords.PasswordCommon):
        passwords.check(password)


def test_the_list_is_there_whole():
    listed = guessable._listed()
    assert len(listed) == 108_082
    assert {"123456", "password", "qwerty", "1q2w3e4r5t6y", "sonyericsson"} <= listed
    assert all(word == guessable._plain(word) for word in listed)


@pytest.mark.parametrize(
    "password",
    [
        "kaikukortti2026",
        "KaikuKortti!!!1",
        "maija.makela@lappeenranta.example",
        "Mäkelä-Virtanen1",
        "maijamäkelä12",
        "lappeenrannan 7",
        "Kaupunginteatteri26",
        "kaikukortti lappeenranta maija",
        "1234 virtanen 12",
    ],
)
def test_words_about_the_person_are_refused(password):
    assert guessable.is_of_context(password, WORDS)


@pytest.mark.parametrize(
    "password",
    [
        "kaikukortti ja seitsemän siltaa",
        "voimaa tuulesta ja vedestä",
        "maija lähti merelle yöllä",
        "kaksi kaunista kantelea",
    ],
)
def test_a_phrase_may_hold_such_a_word(password):
    assert not guessable.is_of_context(password, WORDS)


def test_the_hash_is_argon2id_with_the_figures_of_the_design():
    known = passwords.hash_of("kaksi kaunista kantelea")
    assert known.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right("kaksi kaunista kantelea", known)
    assert not passwords.is_right("kaksi kaunista kantelea!", known)
    assert (
        not passwords.is_right("", known)
        and not passwords.is_right("kaksi", "broken")
        and not passwords.is_outdated(known)
    )
    assert passwords.is_outdated(PasswordHasher(memory_cost=8_192, time_cost=2, parallelism=1).hash("x"))


def test_without_a_hash_the_dummy_is_verified(monkeypatch):
    verified = []

    class Spy:
        def verify(self, known_hash: str, password: str) -> bool:
            verified.append(known_hash)
            return True

    monkeypatch.setattr(passwords, "_hasher", Spy())
    assert not passwords.is_right("kaksi kaunista kantelea", None), "even where it would fit"
    assert verified == [passwords._DUMMY_HASH] and verified[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_at_most_two_hashes_at_once(monkeypatch):
    at_once: list[int] = []
    running = threading.Semaphore(0)

    class Slow:
        def verify(self, known_hash: str, password: str) -> bool:
            running.release()
            at_once.append(running._value)
            time.sleep(0.02)
            running.acquire()
            return True

        def hash(self, password: str) -> str:
            self.verify("", password)
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=passwords.is_right, args=("x", "y")) for _ in range(6)]
    threads += [threading.Thread(target=passwords.hash_of, args=("x",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(at_once) == 12 and max(at_once) == passwords.AT_ONCE == 2
