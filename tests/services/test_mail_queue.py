"""The queue of e-mail: written with what it is about, sealed, and closed to anything about a holder."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.mailing import kinds, linkseal, queue
from kaikukortti.models.messages import Mail
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import NOW, SECRET_KEY

LINK = "/invitation/salainen-sana-jota-kukaan-ei-nae"


@transactional
def put(**changes):
    queue.put(
        **{
            "kind": "account_disabled_soon",
            "language": "fi",
            "facts": {"day": "2026-12-01"},
            "now": NOW,
            "secret": SECRET_KEY,
            "address": "joku@kaikukortti.example",
            **changes,
        }
    )


def rows() -> list[Mail]:
    db.session.commit()
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id).execution_options(populate_existing=True)))


def test_an_email_is_put_in_with_what_it_is_about_or_not_at_all():
    @transactional
    def breaks():
        queue.put(
            kind="account_disabled_soon",
            language="fi",
            facts={"day": "2026-12-01"},
            now=NOW,
            secret=SECRET_KEY,
            address="joku@kaikukortti.example",
        )
        raise RuntimeError("after it was put in")

    with pytest.raises(RuntimeError):
        breaks()
    assert not rows()
    put()
    assert [(mail.kind, mail.tries, mail.not_before) for mail in rows()] == [("account_disabled_soon", 0, NOW)]


def test_a_link_lies_sealed():
    person = factories.make_person(Role.WORKER)
    facts = {"organisation": "Yksikkö", "days": 7}
    put(kind="invitation", facts=facts, address="", user_id=person.actor.user_id, link=LINK)
    (mail,) = rows()
    assert mail.sealed is not None
    assert b"salainen" not in mail.sealed and "salainen" not in str(mail.facts)
    assert linkseal.unseal(mail.sealed, kind="invitation", secret=SECRET_KEY) == LINK
    assert linkseal.unseal(mail.sealed, kind="password_reset", secret=SECRET_KEY) is None
    assert linkseal.unseal(mail.sealed, kind="invitation", secret=SECRET_KEY[::-1]) is None
    assert linkseal.unseal(mail.sealed[:-1] + b"\0", kind="invitation", secret=SECRET_KEY) is None
    assert linkseal.seal(LINK, kind="invitation", secret=SECRET_KEY) != mail.sealed


def test_a_key_that_is_there_puts_nothing():
    put(key="muistutus:1")
    put(key="muistutus:1", facts={"day": "2026-12-02"})
    put(key="muistutus:2")
    put()
    put()
    assert [(mail.key, mail.facts["day"]) for mail in rows()[:2]] == [
        ("muistutus:1", "2026-12-01"),
        ("muistutus:2", "2026-12-01"),
    ]
    assert len(rows()) == 4


def test_two_who_put_the_same_at_once_put_one(together):
    barrier = threading.Barrier(2)

    def one():
        barrier.wait(5)
        put(key="muistutus:1")

    assert together(one, one) == [None, None]
    assert len(rows()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "gossip"},
        {"facts": {}},
        {"facts": {"day": "2026-12-01", "name": "Maija Mallikas"}},
        {"facts": {"day": "huomenna"}},
        {"address": ""},
        {"user_id": 1},
        {"language": "de"},
        {"link": LINK},
        {"kind": "password_reset", "facts": {"minutes": 10}},
        {"kind": "password_reset", "facts": {"minutes": 10}, "link": "https://evil.example/reset/1"},
        {"kind": "password_reset", "facts": {"minutes": 10}, "link": "//evil.example/reset/1"},
        {"kind": "password_reset", "facts": {"minutes": 10}, "link": "/reset/1\r\nBcc: evil@evil.example"},
        {"kind": "password_reset", "facts": {"minutes": 10}, "link": "/\\evil.example"},
        {
            "kind": "digest_unit",
            "facts": {"organisation": "Yksikkö", "ending": 3, "ended": 0, "unused": 0},  # three cards are too few
        },
    ],
)
def test_what_does_not_belong_into_an_email_is_refused(changes):
    with pytest.raises(ValueError):
        put(**changes)
    assert not rows()


@pytest.mark.parametrize("hide", [str, str.lower, lambda number: f"{number[:5]} {number[5:]}"])
def test_no_text_with_a_card_number_is_taken_in(hide):
    card = factories.make_issued_card()
    for kind, facts in (
        ("accessibility_answer", {"answer": f"Kortti {hide(card.number)} toimii nyt.", "sent_on": "2026-11-01"}),
        ("instruction_due", {"organisation": hide(card.number), "duty": "due"}),
    ):
        with pytest.raises(queue.HolderInMail):
            put(kind=kind, facts=facts)
    assert not rows()


def test_a_number_of_letters_alone_is_not_taken_in_either():
    factories.make_area("EK")
    with pytest.raises(queue.HolderInMail):
        put(kind="instruction_due", facts={"organisation": "Kortti EKWCXASJVHH", "duty": "due"})
    assert not rows()


def test_no_text_with_an_identity_code_is_taken_in():
    facts = {"answer": "Asiakas 131052-308T sai lipun.", "sent_on": "2026-11-01"}
    with pytest.raises(queue.HolderInMail):
        put(kind="accessibility_answer", facts=facts)


def test_unsent_ones_can_be_withdrawn_and_old_ones_forgotten():
    person = factories.make_person(Role.WORKER)
    for minutes in (10, 20):
        put(kind="password_reset", facts={"minutes": minutes}, address="", user_id=person.actor.user_id, link=LINK)
    put()
    assert person.actor.user_id is not None
    transactional(queue.withdraw)(user_id=person.actor.user_id, kinds_of=("password_reset",))
    assert [mail.kind for mail in rows()] == ["account_disabled_soon"]
    assert transactional(queue.forget)(before=NOW + timedelta(days=90)) == 0
    db.session.execute(sa.update(Mail).values(sent_at=NOW))
    db.session.commit()
    assert transactional(queue.forget)(before=NOW) == 0
    assert transactional(queue.forget)(before=NOW + timedelta(seconds=1)) == 1
    assert not rows()


def test_every_kind_says_what_it_is_told():
    assert all(known.facts for known in kinds.KINDS.values())
    assert max(map(len, kinds.KINDS)) <= Mail.kind.type.length
