"""F14 and F15: PostgreSQL stops at once and starts again, ends connections in mid-work, and has none left to give."""

import random
import time

import sqlalchemy as sa

from tests.faults import stage
from tests.faults.finding import Finding, Scene
from tests.faults.stage import Ground

DOORS = 20
STOPS = 8
DOWN_S = 1.0
ENDED_S = 40.0
CROWD = 200
CROWDED_S = 30.0
FEW = {"max_connections": "8", "superuser_reserved_connections": "3"}
KEPT_BACK = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'kaikukortti' AND pid <> pg_backend_pid()"
)


def run_stops(scene: Scene) -> Finding:
    """Stop the server at once under load, leave it down for a second, start it: each start is a recovery."""
    chance, recovered = random.Random(scene.seed), []
    with stage.grounded(scene, tablets=DOORS) as ground:
        cluster = ground.cluster
        assert cluster is not None
        with stage.served(ground, seed=scene.seed, patience=20) as staged:
            for _ in range(scene.times(STOPS)):
                time.sleep(chance.uniform(0.5, 2))
                cluster.stop(at_once=True)
                time.sleep(DOWN_S)
                cluster.start()
                recovered.append(staged.recover())
            found = staged.close(stops=scene.times(STOPS))
    found.figures["recovered in s, at most"] = max(recovered)
    return found


def run_connections(scene: Scene) -> Finding:
    """End connections in mid-work at drawn moments; then let two hundred tablets ask a server that has few to give."""
    found = _end_connections(scene)
    folder = scene.folder / "crowd"
    folder.mkdir()
    crowded = _crowd(Scene(scene.engine, folder, scene.seed, scene.share))
    found.figures |= {f"crowd: {name}": figure for name, figure in crowded.figures.items()}
    found.wrong |= {f"crowd: {name}": number for name, number in crowded.wrong.items()}
    return found


def _end_connections(scene: Scene) -> Finding:
    chance, ended = random.Random(scene.seed), 0
    with stage.grounded(scene, tablets=DOORS) as ground:
        administrator = _administer(ground)
        with stage.served(ground, seed=scene.seed, patience=20) as staged:
            until = time.monotonic() + scene.seconds(ENDED_S, least=4)
            while time.monotonic() < until:
                time.sleep(chance.uniform(0.1, 0.6))
                with administrator.connect() as connection:
                    busy = chance.random() < 0.7
                    query = sa.text(KEPT_BACK + (" AND state <> 'idle'" if busy else ""))
                    ended += len(connection.execute(query).all())
            return staged.close(connections_ended=ended)


def _crowd(scene: Scene) -> Finding:
    """Let others have most of the connections, so that the service's workers together get fewer than they want."""
    with stage.grounded(scene, tablets=CROWD, cluster_settings=FEW) as ground:
        ground.world.let_go()
        with stage.served(ground, seed=scene.seed, patience=60, service={"words": ["--workers", "2"]}) as staged:
            time.sleep(scene.seconds(CROWDED_S, least=4))
            found = staged.close(doors=CROWD)
    found.wrong["never refused"] = int(not found.figures["refused"])
    return found


def _administer(ground: Ground) -> sa.Engine:
    assert ground.cluster is not None
    return sa.create_engine(ground.cluster.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
