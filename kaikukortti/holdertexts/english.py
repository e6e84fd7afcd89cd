"""Plain English for holders."""

from kaikukortti.holdertexts.shape import HolderText, Labels, Part

ENGLISH = HolderText(
    language="en",
    title="How to use your Kaikukortti card",
    lead="With the card you get free tickets.",
    ask=Part(
        "Ask for a ticket like this",
        (
            "Choose where you want to go.",
            "Call the place or go there.",
            "Say: “I would like a ticket with Kaikukortti.”",
            "Show the card or tell its number.",
            "The ticket costs you nothing.",
        ),
    ),
    parts=(
        Part(
            "Remember",
            (
                "The card is yours alone. Do not give it to others.",
                "Take an identity card or passport with you too.",
                "The card does not work in web shops.",
                "Sometimes tickets run out.",
            ),
        ),
        Part(
            "Children",
            (
                "Take your own children or grandchildren along.",
                "Under 18s get a free ticket.",
                "The card does not bring children to courses.",
            ),
        ),
        Part("Assistant or interpreter", ("An assistant or interpreter comes in free.", "You need no proof.")),
        Part(
            "The card is lost or found",
            (
                "Is the card lost? Tell the place that gave it to you.",
                "They close the card. You can get a new one.",
                "Have you found the card again? Tell them that too.",
                "They can open the card.",
            ),
        ),
    ),
    labels=Labels(
        number="Your card number",
        places_near="Places near you",
        places="Places where the card works",
        place="Place",
        street="Address",
        stop="Bus stop",
        step_free="Way in without steps",
        yes="yes",
        no="no",
        unknown="not known",
        offer="What is on in the next two weeks",
        no_offer="Ask the places what is on.",
        also_later="on other days too",
        at="at",
        help="Ask for help",
        mobile=Part(
            "The card on your phone",
            ("Point your phone's camera at the picture.", "The card works without a network too."),
        ),
    ),
)
