"""CPU of a server and its processes: what one has used is counted while it runs and after it has ended."""

import subprocess
import sys
import time
from itertools import pairwise

from kaikukortti.cli import bench_cpu

SERVER = """
import os, time
print("up", flush=True)
while True:
    if os.fork() == 0:
        begun = time.process_time()
        while time.process_time() - begun < 0.06:
            pass
        os._exit(0)
    os.wait()
"""


def test_the_cpu_of_a_server_never_shrinks_when_a_process_of_it_ends():
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None and server.stdout.readline()
        until, seen = time.monotonic() + 1.5, [0.0]
        while time.monotonic() < until:
            seen.append(bench_cpu.of_server(server.pid))
        server.kill()
    lost = max(before - after for before, after in pairwise(seen))
    assert lost < 0.03, "the kernel tells hundredths; each of its processes used six"
    assert seen[-1] > 0.3, "some of them have come and gone"
