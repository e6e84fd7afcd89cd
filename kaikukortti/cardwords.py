"""The words on cards and card sheets, in Finnish and Swedish, with English where a reader may need it.
They are printed matter, the same for every reader, and therefore not part of the interface's translations."""

NAME = "Kaikukortti"
COMMUNITY_NAME = ("Yhteisön", "Kaikukortti")

LAST_DAY = ("Viimeinen voimassaolopäivä", "Sista giltighetsdag / Last day")
CHILDREN = ("Lapset", "Barn / Children")
NUMBER = "Kortin tunnus / Kortets kod / Card number"

HOW_TO_USE = (
    "Näytä kortti tai kerro sen tunnus, kun hankit lipun.",
    "Lippu on maksuton. Korttiin merkityt lapset pääsevät mukaasi.",
    "Voit ottaa mukaan myös avustajan tai tulkin.",
    "Kortti on henkilökohtainen. Ota henkilötodistus mukaan.",
)
HOW_TO_USE_SV = "Visa kortet eller uppge koden när du skaffar biljett. Kortet är personligt."

COMMUNITY_HOW_TO_USE = (
    "Näytä kortti tai kerro sen tunnus, kun hankit liput.",
    "Ryhmän ohjaaja ja alle 16-vuotiaat pääsevät mukaan maksutta.",
    "16 vuotta täyttäneet käyttävät omaa Kaikukorttiaan.",
    "Kortti on yhteisön käytössä. Palauta se käynnin jälkeen.",
)
COMMUNITY_HOW_TO_USE_SV = "Visa kortet eller uppge koden. De som fyllt 16 år använder sitt eget kort."

FOUND = "Löysitkö kortin? Ota yhteyttä, niin kerromme, mihin sen voi viedä."
FOUND_SV = "Har du hittat kortet? Kontakta oss, så berättar vi vart du kan lämna det."
HELP = "Apua / Hjälp"

PRACTICE_NAME = ("Harjoituskortti", "Övningskort", "Practice card")
PRACTICE_USE = (
    "Harjoituskortti: lukemisen harjoitteluun. Käyntejä ei kirjata.",
    "Övningskort: för att öva läsningen. Inga besök registreras.",
    "Practice card: for rehearsing at the door. No visit is recorded.",
)

PRINTING = (
    "Tulosta 100 %:n koossa molemmille puolille, käännä pitkältä sivulta.",
    "Skriv ut i skala 100 %, dubbelsidigt, vänd längs långsidan.",
    "Print at 100 %, on both sides, flip on the long edge.",
)
RULER = "100 mm"
FRONTS = "Etupuolet / Framsidor / Fronts"
BACKS = "Kääntöpuolet / Baksidor / Backs"
