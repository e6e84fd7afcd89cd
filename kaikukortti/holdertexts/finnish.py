"""Easy Finnish for holders. Not read by an easy-language editor yet."""

from kaikukortti.holdertexts.shape import HolderText, Labels, Part

FINNISH = HolderText(
    language="fi",
    title="Näin käytät Kaikukorttia",
    lead="Saat kortilla lippuja ilmaiseksi.",
    ask=Part(
        "Pyydä lippu näin",
        (
            "Valitse, minne haluat mennä.",
            "Soita sinne tai mene paikan päälle.",
            "Sano: ”Haluan lipun Kaikukortilla.”",
            "Näytä kortti tai kerro kortin tunnus.",
            "Lippu ei maksa sinulle mitään.",
        ),
    ),
    parts=(
        Part(
            "Muista nämä",
            (
                "Kortti on vain sinun. Älä anna sitä muille.",
                "Ota mukaan myös henkilökortti tai passi.",
                "Kortti ei toimi verkkokaupassa.",
                "Joskus liput loppuvat.",
            ),
        ),
        Part(
            "Lapset",
            (
                "Ota mukaan omat lapsesi tai lapsenlapsesi.",
                "Alle 18-vuotias saa lipun ilmaiseksi.",
                "Kursseille lapset eivät pääse kortilla.",
            ),
        ),
        Part(
            "Avustaja tai tulkki",
            ("Avustaja ja tulkki pääsevät mukaan ilmaiseksi.", "Et tarvitse todistusta."),
        ),
        Part(
            "Kortti katosi tai löytyi",
            (
                "Katosiko kortti? Kerro siitä sinne, mistä sait sen.",
                "Työntekijä sulkee kortin. Voit saada uuden kortin.",
                "Löytyikö kortti taas? Kerro siitäkin.",
                "Työntekijä voi avata kortin.",
            ),
        ),
    ),
    labels=Labels(
        number="Korttisi tunnus",
        places_near="Paikkoja lähellä sinua",
        places="Paikkoja, joissa kortti toimii",
        place="Paikka",
        street="Osoite",
        stop="Bussipysäkki",
        step_free="Sisään ilman portaita",
        yes="kyllä",
        no="ei",
        unknown="ei tiedossa",
        offer="Mitä on tulossa kahden viikon aikana",
        no_offer="Kysy paikoista, mitä on tulossa.",
        also_later="myös muulloin",
        at="klo",
        help="Kysy apua",
        mobile=Part(
            "Kortti puhelimessa",
            ("Osoita kuvaa puhelimen kameralla.", "Kortti toimii myös ilman nettiä."),
        ),
    ),
)
