"""The words of "What I share" in the five readings of the holder's own pages. The easy Finnish and the Russian are ours
and not read by an expert yet, as the frame of the pages says.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import force_locale

from kaikukortti.followup.models.episodes import Scope
from kaikukortti.web.followup.own.ownreading import Reading
from kaikukortti.web.language import _


@dataclass(frozen=True)
class SharedWords:
    """Every word of the page but names and days; {day}, {names} and {unit} are filled in."""

    title: str
    lead: str
    nothing: str
    nothing_text: str
    who: str
    what: str
    since: str
    until: str
    earlier: str
    earlier_none: str
    stop: str
    stop_text: str
    stopped: str
    looks: str
    looks_text: str
    nobody: str
    when: str
    looker: str
    scopes: Mapping[Scope, str]


_EASY = SharedWords(
    title="Mitä jaan",
    lead="Tällä sivulla näet, kenelle näytät kortin käytön.",
    nothing="Et näytä kortin käyttöä kenellekään.",
    nothing_text="Sinun ei ole pakko. Kortti ja palvelut toimivat samalla tavalla.",
    who="Kuka saa katsoa",
    what="Mitä hän näkee",
    since="Mistä alkaen",
    until="Mihin asti",
    earlier="Aiemmat päivät, jotka valitsit",
    earlier_none="Et valinnut aiempia päiviä.",
    stop="Lopeta näyttäminen",
    stop_text="Voit lopettaa milloin vain. Silloin yhteys poistetaan heti.",
    stopped="Nyt et näytä kortin käyttöä. Yhteys on poistettu.",
    looks="Kuka on katsonut",
    looks_text="Jokainen katsominen näkyy tässä.",
    nobody="Kukaan ei ole katsonut.",
    when="Milloin",
    looker="Kuka",
    scopes={
        Scope.COUNT: "Kuinka monta kertaa olet käyttänyt korttia",
        Scope.KINDS: "Kuinka monta kertaa ja millaisissa paikoissa",
        Scope.TIMELINE: "Kuinka monta kertaa, millaisissa paikoissa ja minä päivinä",
    },
)

_RUSSIAN = SharedWords(
    title="Кому я показываю",
    lead="Здесь видно, кому вы показываете, как пользуетесь картой.",
    nothing="Вы никому этого не показываете.",
    nothing_text="Это не обязательно. Карта и услуги остаются такими же.",
    who="Кто может смотреть",
    what="Что видно",
    since="С какого дня",
    until="До какого дня",
    earlier="Прошлые дни, которые вы выбрали",
    earlier_none="Прошлые дни вы не выбирали.",
    stop="Больше не показывать",
    stop_text="Это можно отменить в любой момент. Связь с картой сразу удаляется.",
    stopped="Теперь вы ничего не показываете. Связь с картой удалена.",
    looks="Кто смотрел",
    looks_text="Здесь видно каждый просмотр.",
    nobody="Никто не смотрел.",
    when="Когда",
    looker="Кто",
    scopes={
        Scope.COUNT: "Сколько раз вы пользовались картой",
        Scope.KINDS: "Сколько раз и в каких местах",
        Scope.TIMELINE: "Сколько раз, в каких местах и в какие дни",
    },
)

_WRITTEN = {"easy": _EASY, "ru": _RUSSIAN}


def words(reading: Reading) -> SharedWords:
    """Return the words of a reading."""
    if reading.code in _WRITTEN:
        return _WRITTEN[reading.code]
    with force_locale(reading.locale):
        return _of_catalogue()


def _of_catalogue() -> SharedWords:
    return SharedWords(
        title=_("What I share"),
        lead=_("Here you see to whom you show how you use your card."),
        nothing=_("You show the use of your card to nobody."),
        nothing_text=_("You need not. The card and your services are the same either way."),
        who=_("Who may look"),
        what=_("What is shown"),
        since=_("From"),
        until=_("Until"),
        earlier=_("Earlier days that you chose"),
        earlier_none=_("You chose no earlier days."),
        stop=_("Stop showing"),
        stop_text=_("You can stop at any time. The link is deleted at once."),
        stopped=_("You show nothing any more. The link has been deleted."),
        looks=_("Who has looked"),
        looks_text=_("Each look is seen here."),
        nobody=_("Nobody has looked."),
        when=_("When"),
        looker=_("Who"),
        scopes={
            Scope.COUNT: _("How many times you have used the card"),
            Scope.KINDS: _("How many times and in what kinds of places"),
            Scope.TIMELINE: _("How many times, in what kinds of places and on which days"),
        },
    )
