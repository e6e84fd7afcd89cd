"""F5 and F6: no visit is acknowledged before it is synced, and none whose sync has failed."""

import time
from dataclasses import replace

import psutil

from tests.faults import stage
from tests.faults.finding import Finding, Scene
from tests.faults.stage import Ground, Stage
from tests.faults.tracing import Call, Trace

SYNCS = ("fdatasync", "fsync")
FAILING_S = 6.0
ROUNDS = 3
ORDER_S = 20.0
ASKED, ACCEPTED = "POST /door/api/scans", "HTTP/1.1 200"
DOORS = 4


def run_errors(scene: Scene) -> Finding:
    """Let every sync fail for some seconds, several times."""
    with stage.grounded(scene, tablets=DOORS) as ground:
        with stage.served(ground, seed=scene.seed, patience=20) as staged:
            told = failed = 0
            for place in range(scene.times(ROUNDS)):
                time.sleep(1)
                log = scene.folder / f"errors-{place}.log"
                words = ("-e", f"trace={','.join(SYNCS)}", "-e", f"inject={','.join(SYNCS)}:error=EIO")
                trace = Trace(_writers(staged), log, *words)
                # What was synced before the first failure may still be on its way to the door.
                time.sleep(0.5)
                begun = time.monotonic()
                time.sleep(FAILING_S)
                told += staged.doors.heard.since(begun)
                failed += sum(call.has_failed for call in trace.end())
                _restart(ground)
                staged.recover()
            found = staged.close(rounds=scene.times(ROUNDS), syncs_that_failed=failed)
    found.wrong |= {"acknowledged without a sync": told, "never failed": int(not failed)}
    return found


def run_order(scene: Scene) -> Finding:
    """Watch what a worker asks of the kernel between reading a visit and answering it; then one that does not sync."""
    found = _watch(scene, is_weak=False)
    folder = scene.folder / "weak"
    folder.mkdir()
    planted = _watch(replace(scene, folder=folder), is_weak=True)
    found.controls["synchronous=NORMAL, answered before a sync"] = planted.wrong["answered before a sync"]
    return found


def _watch(scene: Scene, *, is_weak: bool) -> Finding:
    service = {"module": stage.WEAKENED} if is_weak else None
    with stage.grounded(scene, tablets=DOORS) as ground:
        with stage.served(ground, seed=scene.seed, service=service, own_share=0, patience=20) as staged:
            calls = "trace=fdatasync,fsync,pwrite64,recvfrom,sendto,read,write"
            trace = Trace(staged.victim.workers, scene.folder / "order.log", "-e", calls)
            time.sleep(scene.seconds(ORDER_S, least=3))
            answered, early = _count_early(trace.end())
            found = staged.close(answers_watched=answered)
    found.wrong |= {"answered before a sync": early, "nothing watched": int(not answered)}
    return found


def _count_early(calls: list[Call]) -> tuple[int, int]:
    """Return how many visits were answered with a yes, and how many of these before the log of writes was synced."""
    state: dict[int, str] = {}
    answered = early = 0
    for call in calls:
        if call.name in ("recvfrom", "read") and ASKED in call.text:
            state[call.thread] = "asked"
        elif call.thread not in state:
            continue
        elif call.name == "pwrite64" and "-wal>" in call.text:
            state[call.thread] = "written"
        elif call.name in SYNCS and "-wal>" in call.text and not call.has_failed:
            state[call.thread] = "synced"
        elif call.name in ("sendto", "write") and ACCEPTED in call.text:
            answered += 1
            early += state.pop(call.thread) != "synced"
    return answered, early


def _writers(staged: Stage) -> list[int]:
    """Return the processes that sync: ours on SQLite, the server and what it starts on PostgreSQL."""
    cluster = staged.ground.cluster
    if cluster is None:
        return staged.victim.workers
    server = psutil.Process(cluster.process_id)
    return [server.pid, *(child.pid for child in server.children(recursive=True))]


def _restart(ground: Ground) -> None:
    """Start PostgreSQL anew, which a disc that does not sync has stopped or left in the middle of its recovery."""
    if ground.cluster is not None:
        ground.cluster.stop(at_once=True)
        ground.cluster.start()
