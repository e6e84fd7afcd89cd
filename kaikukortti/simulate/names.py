"""Area and units of the demo network, from domain.md §7. `is_demo` marks what is inferred there."""

from dataclasses import dataclass

AREA = ("Etelä-Karjala", "Södra Karelen", "South Karelia")
PREFIX = "EK"
TOWN = "Lappeenranta"
MUNICIPALITIES = (
    "Imatra",
    "Lappeenranta",
    "Lemi",
    "Luumäki",
    "Parikkala",
    "Rautjärvi",
    "Ruokolahti",
    "Savitaipale",
    "Taipalsaari",
)
HELP_ADDRESS = "kaikukortti.example/apu"
HELP_PHONE = "05 000 0000"
POSTCODES = ("53100", "53200", "53300", "53500", "53550", "53600", "53650", "53810", "53850", "53900")


@dataclass(frozen=True)
class DemoUnit:
    """A unit of the demo, with the e-mail name of its worker."""

    name_fi: str
    name_sv: str
    name_en: str
    mailbox: str
    is_demo: bool


UNITS = (
    DemoUnit(
        "Työvoiman palvelukeskus", "Servicecentret för arbetskraft", "Employment service centre", "tyovoima", False
    ),
    DemoUnit("Vanhussosiaalityö", "Socialarbete för äldre", "Social work for older people", "vanhus", False),
    DemoUnit("Vammaispalvelut", "Handikappservice", "Disability services", "vammais", False),
    DemoUnit(
        "Kuntouttava päivätoiminta", "Rehabiliterande dagverksamhet", "Rehabilitative day activities", "paiva", False
    ),
    DemoUnit("Aikuissosiaalityö", "Vuxensocialarbete", "Adult social work", "aikuis", True),
    DemoUnit(
        "Mielenterveys- ja päihdepalvelut",
        "Mentalvårds- och missbrukstjänster",
        "Mental health and substance services",
        "mielenterveys",
        True,
    ),
    DemoUnit("Maahanmuuttopalvelut", "Invandrartjänster", "Immigrant services", "maahanmuutto", True),
    DemoUnit("Etsivä nuorisotyö", "Uppsökande ungdomsarbete", "Outreach youth work", "nuoriso", True),
    DemoUnit("Palvelukeskus Iso apu", "Servicecentret Iso apu", "Service centre Iso apu", "isoapu", True),
)
