"""The columns of the two shapes, with the headings by which each is known in Finnish, English and Swedish."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its key here, the heading that an export writes, and other headings that mean the same."""

    key: str
    heading: str
    others: str
    needed: bool = False

    @property
    def words(self) -> frozenset[str]:
        """Return all headings, as `plain` makes them."""
        return frozenset({plain(self.heading), *map(plain, self.others.split(";"))})


USES = (
    Column("date", "Päivä", "pvm;päivämäärä;käyttöpäivä;käynnin päivä;date;date of use;day;datum;dag", needed=True),
    Column("venue", "Kohde", "kohteen nimi;käyttökohde;paikka;venue;venue name;besöksmål;mål", needed=True),
    Column("event", "Tapahtuma", "tapahtuman nimi;event;event name;evenemang"),
    Column("category", "Kategoria", "luokka;ala;käyttöluokka;category;kategori"),
    Column(
        "card", "Kortti", "kortin numero;korttinumero;kortin koodi;korttikoodi;card;card code;card number;kort;kortkod"
    ),
    Column("adults", "Aikuiset", "aikuisia;käytöt aikuiset;aikuisten käytöt;adults;uses adults;vuxna"),
    Column("children", "Lapset", "lapsia;käytöt lapset;lasten käytöt;children;uses children;barn"),
    Column("assistants", "Avustajat", "avustajia;assistants;assistenter"),
    Column("interpreters", "Tulkit", "tulkkeja;interpreters;tolkar"),
    Column("record", "Tunniste", "kirjauksen tunniste;record;record id;id;post"),
)
CARDS = (
    Column(
        "number",
        "Kortin numero",
        "numero;korttinumero;kortti;koodi;kortin koodi;korttikoodi;card number;number;card;"
        "card code;code;kortnummer;kortkod",
        needed=True,
    ),
    Column("unit", "Kortinjakaja", "yksikkö;toimipiste;jakaja;unit;issuer;enhet;kortutdelare", needed=True),
    Column(
        "first_on",
        "Alkupäivä",
        "ensimmäinen päivä;myöntöpäivä;luovutuspäivä;rekisteröity;voimassa alkaen;first day;"
        "issue date;issued;valid from;första dag",
        needed=True,
    ),
    Column(
        "last_on",
        "Viimeinen päivä",
        "loppupäivä;päättymispäivä;voimassa asti;viimeinen voimassaolopäivä;last day;" "valid until;valid to;sista dag",
    ),
    Column("birth_year", "Syntymävuosi", "birth year;year of birth;födelseår"),
    Column("postcode", "Postinumero", "kotipostinumero;postcode;postal code;zip;postnummer"),
    Column("children", "Lapset", "lapsia;lasten määrä;alaikäiset lapset;children;number of children;barn"),
    Column("gender", "Sukupuoli", "gender;kön"),
    Column("life_situation", "Elämäntilanne", "life situation;livssituation"),
    Column("language", "Kieli", "language;språk"),
    Column("kind", "Laji", "kortin laji;tyyppi;korttityyppi;kind;card kind;type;slag;korttyp"),
    Column("renewed_on", "Uusittu", "uusimispäivät;renewed;renewed on;förnyat"),
    Column("state", "Tila", "kortin tila;state;status;läge"),
    Column("replaces", "Korvaa kortin", "korvattu kortti;replaces;replaces card;ersätter"),
)


def plain(text: str) -> str:
    """Return a heading or a word of a list so that spelling, case and blanks make no difference."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".:")


def find(columns: Iterable[Column], headings: Sequence[str]) -> dict[str, int]:
    """Return where each column stands by its key; the first of two alike."""
    words = [plain(heading) for heading in headings]
    found = {}
    for column in columns:
        place = next((at for at, word in enumerate(words) if word in column.words), None)
        if place is not None:
            found[column.key] = place
    return found
