"""Hashes of passwords and keys: Argon2id, as dear where there is nothing to compare with, never many at once."""

import threading
import time

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kaikukortti.signin import hashing


def test_the_hash_is_argon2id_with_the_figures_of_the_design():
    known = hashing.hash_of("kaksi kaunista kantelea")
    assert known.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashing.is_right("kaksi kaunista kantelea", known)
    assert not hashing.is_right("kaksi kaunista kantelea!", known)
    assert (
        not hashing.is_right("", known)
        and not hashing.is_right("kaksi", "broken")
        and not hashing.is_outdated(known)
    )
    assert hashing.is_outdated(PasswordHasher(memory_cost=8_192, time_cost=2, parallelism=1).hash("x"))


def test_without_a_hash_the_dummy_is_verified(monkeypatch):
    verified = []

    class Spy:
        def verify(self, known_hash: str, password: str) -> bool:
            verified.append(known_hash)
            return True

    monkeypatch.setattr(hashing, "_hasher", Spy())
    assert not hashing.is_right("kaksi kaunista kantelea", None), "even where it would fit"
    assert verified == [hashing._DUMMY_HASH] and verified[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


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

    monkeypatch.setattr(hashing, "_hasher", Slow())
    threads = [threading.Thread(target=hashing.is_right, args=("x", "y")) for _ in range(6)]
    threads += [threading.Thread(target=hashing.hash_of, args=("x",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(at_once) == 12 and max(at_once) == hashing.AT_ONCE == 2


def test_the_dummy_costs_what_a_hash_costs_and_is_nobodys():
    assert not hashing.is_outdated(hashing._DUMMY_HASH), "the same figures, lengths and kind"
    assert len(hashing._DUMMY_HASH) == len(hashing.hash_of("kaksi kaunista kantelea"))
    with pytest.raises(VerifyMismatchError):  # read, reckoned and compared, not refused for its shape
        hashing._hasher.verify(hashing._DUMMY_HASH, "kaksi kaunista kantelea")
    assert hashing._nobodys() != hashing._nobodys()
