"""People at their desks: they sign in, hand out cards and look at figures. Signed out, they sign in again.

The versions differ in how somebody signs in: this one asks for a second step, and to set it up where there is none.
"""

import random
import re
import threading
import time

import pyotp

from tests.upgrades.visitor import NoAnswer, Visitor

ANSWERS = {"birth_year": "1980", "postcode": "53100", "children": "1"}
TICKS = {"is_client": "y", "is_local": "y", "is_tight": "y"}
STEP_S = 30
PAUSE_S = 0.3
HANDED_OUT = re.compile(r"^/cards/\d+/handed-out$")


class SignedOut(Exception):
    """The service asks who this is."""


class Person:
    """Somebody of the staff at a browser. Raises AssertionError where a page is not what it should be."""

    def __init__(self, visitor: Visitor, *, email: str, password: str) -> None:
        self._visitor, self._email, self._password = visitor, email, password
        self._app: pyotp.TOTP | None = None
        self._last_step = 0

    def look(self, page: str) -> None:
        """Open a page. Raises SignedOut, NoAnswer."""
        answer = self._visitor.get(page)
        self._see_who_asks()
        assert answer.status == 200, f"{page} answered {answer.status}"

    def hand_out(self, number: str) -> None:
        """Take a stock card into use. Raises SignedOut, NoAnswer: then it may be in use, or not."""
        self._visitor.get("/cards/new")
        self._see_who_asks()
        self._step({"number": number}, "/cards/new")
        if b'action="/cards/new/answers"' not in self._visitor.answer.body:  # it was printed for another unit
            self._step({"accepts_other_unit": "y"}, "/cards/new")
        self._step(ANSWERS, "/cards/new/answers")
        self._step(TICKS, "/cards/new/hand-out")
        answer = self._visitor.answer
        assert HANDED_OUT.match(answer.path) and answer.status == 200, f"{answer.path} {answer.status}: {answer.text}"

    def sign_in(self) -> None:
        """Sign in as this version or the one before asks for it. Raises NoAnswer."""
        self._visitor.leave()
        self._visitor.submit("/sign-in", {"email": self._email, "password": self._password}, form="/sign-in")
        if self._visitor.answer.path.startswith("/sign-in/code"):
            self._visitor.go_on({"code": self._code()})
        elif self._visitor.answer.path.startswith("/account/factors"):
            self._set_up()
        answer = self._visitor.answer
        assert answer.status == 200 and not answer.path.startswith("/sign-in"), f"{answer.path}: {answer.text}"

    def _step(self, values: dict[str, str], form: str) -> None:
        self._visitor.go_on(values, form=form)
        self._see_who_asks()

    def _see_who_asks(self) -> None:
        answer = self._visitor.answer
        if answer.status == 401 or answer.path.startswith(("/sign-in", "/account/factors")):
            raise SignedOut()

    def _set_up(self) -> None:
        page = self._visitor.get("/account/factors/app").page()
        shown = next((each for each in page.iter("span") if each.get("class") == "typed-code"), None)
        assert shown is not None, f"no secret at {self._visitor.answer.path}"
        self._app = pyotp.TOTP("".join(shown.itertext()).replace(" ", ""))
        self._visitor.go_on({"code": self._code()})

    def _code(self) -> str:
        """Return a code that was not used: of the step before this one, of this or the next, or wait for one."""
        assert self._app is not None, "a code is asked for and no app was set up"
        now = int(time.time()) // STEP_S
        step = max(self._last_step + 1, now - 1)
        if step > now + 1:
            time.sleep((step - now - 1) * STEP_S)
        self._last_step = step
        return self._app.generate_otp(step)


class DeskHistory:
    """Which cards people were told are in use, and what kept them from their work."""

    def __init__(self) -> None:
        self.handed_out: set[str] = set()
        self.sign_ins = 0
        self.surprises: list[str] = []


class Desk(threading.Thread):
    """A person who works all the time. `pages` are looked at; `stock` are the numbers of cards to hand out.

    Between two versions a page of the one is answered by the other now and then: that is a surprise, and one begins
    anew.
    """

    def __init__(
        self, person: Person, history: DeskHistory, *, pages: list[str], stock: list[str], seed: int
    ) -> None:
        super().__init__(daemon=True)
        self._person, self._history, self._pages, self._stock = person, history, pages, stock
        self._chance, self._is_over = random.Random(seed), threading.Event()

    def run(self) -> None:
        """Work until told to end."""
        is_in = False
        while not self._is_over.is_set():
            try:
                if not is_in:
                    self._person.sign_in()
                    self._history.sign_ins += 1
                    is_in = True
                self._work()
            except SignedOut:
                is_in = False
            except NoAnswer:
                pass  # the calls say so
            except AssertionError as surprise:
                self._history.surprises.append(str(surprise))
                is_in = False
            time.sleep(self._chance.uniform(0.2, 1.8) * PAUSE_S)

    def end(self) -> None:
        """Let the person finish what is in hand."""
        self._is_over.set()
        self.join()

    def _work(self) -> None:
        if self._stock and self._chance.random() < 0.4:
            number = self._stock.pop()
            self._person.hand_out(number)
            self._history.handed_out.add(number)
        else:
            self._person.look(self._chance.choice(self._pages))
