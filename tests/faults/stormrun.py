"""The storm on one engine, and what came of it: everything at once between the tablets' own scripts and the service."""

from dataclasses import dataclass
from pathlib import Path

from tests import engines
from tests.faults import tally, world
from tests.faults.cluster import Cluster
from tests.faults.finding import Finding, Scene
from tests.faults.storm import Storm
from tests.faults.tally import Tally

TABLETS = 4
KILL_EVERY_S = 4.0
WHOLE_S = 300.0
FLAWS = {"forgetful": "lost", "renumbering": "doubled"}
CONTROL_S = (15.0, 40.0)


@dataclass(frozen=True)
class Outcome:
    """A run on one engine: the tally, and what was done to everybody in `told`, a line each."""

    tally: Tally
    server_errors: int
    told: list[str]

    @property
    def is_sound(self) -> bool:
        """Return whether every promise was kept, and no call was answered with a fault of the program."""
        return self.tally.is_sound and not self.server_errors


def run(scene: Scene) -> Finding:
    """Let it storm; then over tablets that forget what was not answered, and over tablets that count anew."""
    outcome = _storm(scene, "sound", seconds=scene.seconds(WHOLE_S, least=12))
    found = Finding({"": "; ".join(outcome.told)}, {"server errors": outcome.server_errors})
    known = ("acknowledged", "present", "flagged")
    found.wrong |= {name.replace("_", " "): one for name, one in vars(outcome.tally).items() if name not in known}
    for flaw, symptom in FLAWS.items():
        for seconds in CONTROL_S:  # a flaw shows when a kill meets it
            planted = _storm(scene, f"{flaw}-{seconds:.0f}", seconds=seconds, flaw=flaw)
            found.controls[f"{flaw} tablets, {symptom}"] = getattr(planted.tally, symptom)
            if getattr(planted.tally, symptom):
                break
    return found


def run_on(
    engine: engines.Engine, folder: Path, *, seconds: float, seed: int, flaw: str = "", kill_every: float = KILL_EVERY_S
) -> Outcome:
    """Run on an engine's database, which is emptied first. `flaw` gives the tablets a fault that must be found."""
    engine.empty()
    with world.made(engine.url, folder, tablets=TABLETS) as ground:
        storm = Storm(ground, engine.url, folder, seed=seed, flaw=flaw)
        try:
            storm.rage(seconds, kill_every=kill_every)
            healed = storm.heal()
        finally:
            storm.end()
        with ground.app.app_context():
            found = tally.take(storm.history, quota_evening=ground.quota_evening, quota=world.QUOTA)
    return Outcome(found, sum(wire.statuses[500] for wire in storm.wires), _told(storm, found, healed))


def _storm(scene: Scene, name: str, *, seconds: float, flaw: str = "") -> Outcome:
    folder = scene.folder / name
    folder.mkdir()
    given = {"seconds": seconds, "seed": scene.seed, "kill_every": KILL_EVERY_S if not flaw else KILL_EVERY_S / 2}
    if scene.engine == "sqlite":
        return run_on(engines.SQLite(folder), folder, flaw=flaw, **given)  # type: ignore[arg-type]  # seed is whole
    cluster = Cluster(folder)
    try:
        engine = engines.PostgreSQL(cluster.url, "kaikukortti_faults")
        return run_on(engine, folder, flaw=flaw, **given)  # type: ignore[arg-type]  # seed is whole
    finally:
        cluster.end()


def _told(storm: Storm, found: Tally, healed: float) -> list[str]:
    kills = f"{storm.victim.killed_workers} of workers, {storm.victim.killed_masters} of the service"
    kills += f", {sum(tablet.kills for tablet in storm.tablets)} of tablets"
    fates = sum((wire.fates for wire in storm.wires[1:]), storm.wires[0].fates)
    calls, cuts = fates.total(), sum(wire.cuts for wire in storm.wires)
    harm = ", ".join(f"{fate.value} {times}" for fate, times in sorted(fates.items(), key=lambda item: item[0].value))
    turns = sum(tablet.turns for tablet in storm.tablets)
    errors = sum(wire.statuses[500] for wire in storm.wires)
    return [
        *found.lines(),
        f"kills: {kills}; outages: {storm.outages}; clocks turned: {turns}; cards blocked: {len(storm.world.blocked)}",
        f"calls: {calls}, cut: {cuts} ({harm}); server errors: {errors}; healed in {healed:.0f} s",
        *sorted(set(storm.victim.faults)),
    ]
