"""Plain Swedish for holders."""

from kaikukortti.holdertexts.shape import HolderText, Labels, Part

SWEDISH = HolderText(
    language="sv",
    title="Så använder du Kaikukortet",
    lead="Med kortet får du biljetter gratis.",
    ask=Part(
        "Be om en biljett så här",
        (
            "Välj vart du vill gå.",
            "Ring dit eller gå dit.",
            "Säg: ”Jag vill ha en biljett med Kaikukortet.”",
            "Visa kortet eller säg kortets kod.",
            "Biljetten kostar ingenting för dig.",
        ),
    ),
    parts=(
        Part(
            "Kom ihåg",
            (
                "Kortet är bara ditt. Ge det inte till andra.",
                "Ta också med ett identitetskort eller pass.",
                "Kortet fungerar inte i nätbutiker.",
                "Ibland tar biljetterna slut.",
            ),
        ),
        Part(
            "Barn",
            (
                "Ta med dina egna barn eller barnbarn.",
                "Den som är under 18 år får en gratis biljett.",
                "På kurser gäller kortet inte för barn.",
            ),
        ),
        Part("Assistent eller tolk", ("Assistenten och tolken kommer med gratis.", "Du behöver inget intyg.")),
        Part(
            "Kortet är borta eller har hittats",
            (
                "Är kortet borta? Berätta det där du fick kortet.",
                "De spärrar kortet. Du kan få ett nytt.",
                "Har du hittat kortet igen? Berätta också det.",
                "De kan öppna kortet.",
            ),
        ),
    ),
    labels=Labels(
        number="Ditt korts kod",
        places_near="Platser nära dig",
        places="Platser där kortet fungerar",
        place="Plats",
        street="Adress",
        stop="Busshållplats",
        step_free="In utan trappor",
        yes="ja",
        no="nej",
        unknown="vet inte",
        offer="På gång de närmaste två veckorna",
        no_offer="Fråga platserna vad som är på gång.",
        also_later="också andra dagar",
        at="kl.",
        help="Fråga om hjälp",
        mobile=Part(
            "Kortet i telefonen",
            ("Rikta telefonens kamera mot bilden.", "Kortet fungerar också utan nät."),
        ),
    ),
)
