"""The catalogue of faults (security.md §5.3): what breaks, what must hold all the same, and what shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults import (
    backups,
    badlines,
    ceilings,
    fulldisk,
    heldlock,
    killing,
    netcut,
    offline,
    oldbackup,
    powercut,
    reconnect,
    serverloss,
    stormrun,
    syncing,
    turnedclock,
)
from tests.faults.finding import Finding, Scene

BOTH, SQLITE, POSTGRESQL = ("sqlite", "postgresql"), ("sqlite",), ("postgresql",)


@dataclass(frozen=True)
class Fault:
    """One entry. It is shown by `run`, or by `tests` that pytest runs; `why_not` says why one is no fault of ours."""

    number: str
    breaks: str
    holds: str
    run: Callable[[Scene], Finding] | None = None
    engines: tuple[str, ...] = BOTH
    tests: tuple[str, ...] = ()
    why_not: str = ""


OUTBOX, NETWORK, TABLET = (
    f"tests/browser/test_{name}.py::" for name in ("offline_outbox", "faults_network", "faults_tablet")
)
ONCE = "all that was acknowledged is there, once (I1, I2)"
WHOLE = "all that was acknowledged is there, once, and the database is whole (I1, I2, I7)"
REFUSED = "what cannot be kept is refused with 503, nothing that was acknowledged is lost (I1)"

CATALOGUE = (
    Fault("F1", "SIGKILL of workers and service under twenty doors", WHOLE, killing.run),
    Fault(
        "F1-STORM",
        "kills, cuts, clocks, blocks, a revocation, all at once, on the tablets' scripts",
        WHOLE,
        stormrun.run,
    ),
    Fault(
        "F2",
        "power cut: the disc as it is at that moment",
        "no acknowledged visit is missing on it (I1, I7)",
        powercut.run,
    ),
    Fault("F3", "the disc is full", REFUSED, fulldisk.run),
    Fault("F4", "files may not grow, no more may be opened", REFUSED, ceilings.run_files),
    Fault("F5", "every sync fails", "nothing is acknowledged without a sync (I1)", syncing.run_errors),
    Fault("F6", "the order of write, sync, answer", "each yes follows a sync", syncing.run_order, SQLITE),
    Fault(
        "F7",
        "the server's clock: +1 h, -1 h, +400 d, stopped",
        "quota, blocks, sessions, codes (I3, I5)",
        turnedclock.run,
    ),
    Fault(
        "F8",
        "the tablet's clock jumps",
        "times are right or asked about (I1, I4)",
        tests=(TABLET + "test_a_wrong_clock_changes_no_time_and_a_turned_one_is_asked_about",),
    ),
    Fault("F9", "the cable is pulled (network namespace)", ONCE + ", and the queue drains (I9)", netcut.run),
    Fault(
        "F10", "the answer is lost after the commit", "the retry gets the same receipt (I2)", badlines.run_lost_answers
    ),
    Fault(
        "F11", "slow lines, three of ten lost, out of order", ONCE + ", no gap is left (I4)", badlines.run_slow_lines
    ),
    Fault(
        "F12",
        "no network in mid-scan, tab killed after green",
        "nothing that was green is lost (I1)",
        tests=(
            OUTBOX + "test_tab_killed_right_after_welcome_loses_nothing",
            NETWORK + "test_forty_scans_from_a_cold_start_arrive_once_with_their_first_times",
        ),
    ),
    Fault(
        "F13",
        "the browser's storage is full or emptied",
        "no green without storage, and a warning",
        tests=(
            OUTBOX + "test_full_storage_is_a_technical_fault_and_never_a_welcome",
            OUTBOX + "test_storage_that_the_browser_emptied_is_named_and_healed_by_one_tap",
            TABLET + "test_storage_that_is_emptied_loses_nothing_that_was_sent",
        ),
    ),
    Fault("F14", "PostgreSQL stops at once and starts, under load", WHOLE, serverloss.run_stops, POSTGRESQL),
    Fault("F15", "PostgreSQL ends connections, has none left", REFUSED, serverloss.run_connections, POSTGRESQL),
    Fault("F16", "another process holds the lock for 30 s", REFUSED, heldlock.run),
    Fault(
        "F17",
        "two tablets, one card, both offline",
        "both honoured, one counts, the other is asked about",
        tests=(NETWORK + "test_two_tablets_read_one_card_without_a_network",),
    ),
    Fault(
        "F18",
        "ten offline tablets, twenty places, a hundred cards",
        "none over the quota unflagged (I3)",
        offline.run_quota,
    ),
    Fault(
        "F19",
        "a block during an outage",
        "honoured and asked about; none let in that is known (I5)",
        offline.run_blocks,
    ),
    Fault(
        "F20",
        "version N-1 beside N, migration under load, the way back",
        "no loss, under 0.1 % errors (I1, I7)",
        tests=("tests/test_upgrades.py",),
    ),
    Fault("F21", "no memory left, killed for it", "nothing that was acknowledged is lost (I1)", ceilings.run_memory),
    Fault("F22", "backup while writing; cut short, one bit turned", "restored equal; each harm seen", backups.run),
    Fault(
        "F23", "an old backup is put back, tablets resend", "what the tablets keep is there again (I1)", oldbackup.run
    ),
    Fault(
        "F24",
        "the trail is locked",
        "no look without a row (I6)",
        tests=("tests/web/test_trail_closed.py",),
    ),
    Fault("F25", "the signer is down", "", why_not="cards carry numbers, no signatures: there is no signer"),
    Fault(
        "F26",
        "a new version of the page while visits wait",
        "the queue survives (I1, I4)",
        tests=(OUTBOX + "test_new_version_waits_until_nothing_waits_and_the_screen_is_idle",),
    ),
    Fault(
        "F28",
        "fifty tablets come back at once with 2,000 visits",
        "all there in 5 min, p95 under 2 s (I9)",
        reconnect.run,
    ),
)


def find(numbers: list[str]) -> list[Fault]:
    """Return the entries of these numbers, all for none. Raises ValueError for one that is not there."""
    known = {fault.number: fault for fault in CATALOGUE}
    wrong = [number for number in numbers if not any(name.split("-")[0] == number or name == number for name in known)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} is not in the catalogue: {', '.join(known)}")
    return [fault for fault in CATALOGUE if not numbers or {fault.number, fault.number.split("-")[0]} & set(numbers)]
