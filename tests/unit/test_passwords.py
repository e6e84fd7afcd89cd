"""What a new password has to be: long enough, not on everybody's list, not made of its owner's own name."""

import pytest

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
