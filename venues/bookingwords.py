"""The words by which a booking is picked up at the door: everyday Finnish nouns, easy to say and hard to mishear.

No names of people, nothing about money or illness, no two that differ by one letter. Who has which is in bookings.py.
"""

import secrets
from collections.abc import Set

WORDS = tuple("""
    ahven ananas ankka ankkuri anorakki antilooppi apila appelsiini aprikoosi asema auringonkukka aurinko avain avokado
    bambu banaani banjo basilika bussi daalia delfiini domino essu fagotti flamingo galaksi gaselli gepardi graniitti
    greippi haapa haarukka haitari hame hamsteri hanhi hanska harakka harava harja harppu hattu hauki haukka helikopteri
    herne herukka hevonen hiekka hillo hirvi huilu huivi hunaja huopa huuliharppu huvila hylje hylly ikkuna ilves
    jaguaari jakkara jalkapallo jogurtti joutsen juna juusto kaakao kaappi kahvi kahvila kajakki kakku kaktus kameli
    kamera kampa kangas kanootti kantele karamelli kardemumma karpalo kartta karuselli karviainen kastelukannu
    kasvihuone kataja kattila kauha kaulin kehys keinu keinutuoli keksi kelkka kellari kello kenguru kerma kettu kiikari
    kilpikonna kimalainen kinnas kioski kirja kirjasto kirsikka kissankello kitara klarinetti koala koira komeetta
    kompassi kookos koripallo korkki korppu kotilo kristalli krookus ksylofoni kuisti kukkakaali kukko kukkula kupari
    kuppi kurki kurkku kurpitsa kuura kuutamo kvartsi laatikko laituri lakana lakritsi lamppu lanka lanttu lapanen lapio
    lasagne lato laukku lautanen lautasliina lautta lehmus lehtikaali leija leijona leinikki lentokone lentopallo letku
    liima liitu liivi limetti limonadi linssi lipasto lisko lohi lokki luistin lumihiutale lumipallo lumiukko lusikka
    luumu luuta lyhty magneetti maila maissi majakka majava makaroni maljakko mandariini mandoliini mango mansikka
    marakassi marmori marsipaani marsu matto mehu mekko meloni meripihka mikseri mopo moppi muikku munakoiso munkki
    mustikka mutteri myssy nalle nappi narsissi nauris navetta neilikka nektariini neula niitty norppa nukke nuotio
    nuudeli oboe ohra omena orava oregano orkidea paahdin palapeli pallo palmu panda pannu papaija paperi paprika
    papukaija paristo parveke pasuuna patonki patsas peili peippo peitto pelargoni pelikaani pellava penkki pensseli
    perhonen persikka persilja peruna pesukarhu peura piano pihlaja piirakka pinaatti pingviini piparkakku pipo pippuri
    pitsi pizza planeetta polku porkkana poro portti postimerkki potkulauta pronssi puhelin puikko puisto pulkka pulla
    punajuuri puolukka purje purkki puuro puutarha puuvilla pyyhe raastin radio raitiovaunu raketti rappunen rapu rasia
    ratas reppu retiisi retkikeitin riikinkukko riisi rinkeli robotti rosmariini ruiskukka rullalauta rumpu ruoho rusina
    ruukku ruuvi saapas saarni saha sahrami saippua saksofoni salaatti salkku sammal sandaali saniainen sanko satama
    sateenkaari sateenvarjo saukko sauna seepra selleri shakki siemen siika siili siirappi silkki simpukka sinappi
    sipuli sitruuna skootteri sohva solki solmio sora spagetti strutsi sudenkorento sukka suklaa suksi sumu suppilo
    sushi taateli taimen takki talli tamburiini tandem tapetti tarjotin taskulamppu taulu teippi teltta terassi termos
    tiainen tiikeri tikapuut tikka timjami toffee tomaatti torni torttu tossu traktori trampoliini triangeli trumpetti
    tulppaani tunneli tunturi tuoli tuuba tuulimylly tyyny ukkonen ukulele ullakko unikko uuni vaahtera vaaka vadelma
    vaneri vanilja varis varpunen varsa vasara vaunu vene verho verkko vetoketju veturi vihko viikuna viivain villa
    villapaita viulu vohveli voikukka
    """.split())


def choose(used: Set[str]) -> str:
    """Return a word by chance that nobody has; when all are taken, one with a number behind it."""
    turn = 1
    while not (free := [word for word in (_numbered(word, turn) for word in WORDS) if word not in used]):
        turn += 1
    return secrets.choice(free)


def _numbered(word: str, turn: int) -> str:
    return word if turn == 1 else f"{word} {turn}"
