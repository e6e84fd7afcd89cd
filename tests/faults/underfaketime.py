"""The service as it runs under libfaketime: `python -m tests.faults.underfaketime serve …`.

Debian's libfaketime (0.9.10) makes Python's time.sleep fail, which sleeps until a moment of the monotonic clock. Here
it waits by select(), for a length of time. Nothing else is changed.
"""

import select
import time

from kaikukortti.cli import main


def wait(seconds: float) -> None:
    """Sleep for a length of time, whatever the clocks show."""
    select.select((), (), (), seconds)


if __name__ == "__main__":
    time.sleep = wait  # type: ignore[assignment]  # its argument is positional there
    main()
