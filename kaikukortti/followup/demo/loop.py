"""Made-up social reports and answers of staff for the demo."""

import random
from datetime import datetime, timedelta

import sqlalchemy as sa

from kaikukortti import partners
from kaikukortti.followup import store
from kaikukortti.followup.models.answers import StaffAnswer
from kaikukortti.followup.models.learning import Phenomenon, ReportStatus, SocialReport, SocialReportStep
from kaikukortti.rules import period, span

REPORTS = (
    (
        120,
        Phenomenon.TRANSPORT,
        "Viimeinen bussi keskustasta lähtee ennen kuin iltanäytös päättyy. Moni jättää lipun ottamatta.",
        "Kaupungin joukkoliikenne",
        ReportStatus.CHANGED,
        "Perjantain vuoro odottaa teatterin loppumista tammikuusta alkaen.",
    ),
    (
        70,
        Phenomenon.COMPANY,
        "Yksin lähteminen on monelle suurin este, vaikka lippu olisi valmiina.",
        "Kulttuuripalvelut",
        ReportStatus.IN_HAND,
        "Kulttuuriluotsit on kutsuttu seuraavaan verkostotapaamiseen.",
    ),
    (
        20,
        Phenomenon.INFORMATION,
        "Asiakkaat kysyvät ohjelmaa paperilla. Kaikilla ei ole nettiä.",
        "Verkoston koordinaattori",
        ReportStatus.RECEIVED,
        "",
    ),
)
WISHES = ("Lisää aikaa tapaamisiin", "Tablettiin isompi teksti", "", "", "", "")


def fill(*, area_id: int, now: datetime, secret: str) -> None:
    """Write three reports in several states, and answers of the last two quarters; nothing where there are some."""
    chance = random.Random(2017)
    units = [row.unit.id for row in partners.list_units(area_id)]
    with store.writing() as session:
        if session.scalar(sa.select(SocialReport.id).where(SocialReport.area_id == area_id).limit(1)) is not None:
            return
        for unit_id, (days, phenomenon, seen, recipient, status, words) in zip(units, REPORTS, strict=False):
            at, is_decided = now - timedelta(days=days), status is ReportStatus.CHANGED
            row = SocialReport(
                area_id=area_id,
                unit_id=unit_id,
                observation=seen,
                phenomenon=phenomenon,
                recipient=recipient,
                status=status,
                reason=words,
                written_at=at,
                decided_at=at + timedelta(days=15) if is_decided else None,
            )
            session.add(row)
            session.flush()
            if words:
                step = {"at": at + timedelta(days=15), "status": status, "words": words}
                session.add(SocialReportStep(report_id=row.id, **step))
        quarter = span.holding(period.day_of(now), span.QUARTER)
        for answered in (quarter.previous, quarter.previous.previous):
            for number in range(18):
                given = {name: min(5, chance.randint(2, 6)) for name in ("first", "second", "third")}
                about = {"area_id": area_id, "is_of_venue": number % 2 == 0, "quarter": answered.first_on}
                session.add(StaffAnswer(**about, **given, wish=chance.choice(WISHES)))
