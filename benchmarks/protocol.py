"""What the measuring process and its workers say to each other: one JSON object per line, over pipes.

A worker prepares itself, says so, then waits. Each request is answered by a reply; the end of its input ends it.
Between requests it blocks in a read, so it takes nothing from the one that is measured. Only the standard library is
used here: the peer's environment imports this module too.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

Handler = Callable[[dict[str, Any]], dict[str, Any]]


class Stopwatch:
    """Times the named parts of a start-up, one after the other."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        """Record the time since the last lap as `name`."""
        now = perf_counter()
        self.seconds[name], self._last = now - self._last, now


def options() -> dict[str, Any]:
    """Return what `benchmarks.contender` gave this worker on its command line."""
    given: dict[str, Any] = json.loads(sys.argv[1])
    return given


def serve(prepare: Callable[[dict[str, Any]], tuple[Handler, Mapping[str, Any]]]) -> None:
    """Run a worker.

    Args:
        prepare: takes the options; returns what answers requests, and what to say first.
    """
    # Libraries print what they like to the standard output; it goes to the standard error instead.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(value: Mapping[str, Any]) -> None:
        replies.write(json.dumps(value) + "\n")
        replies.flush()

    handle, greeting = prepare(options())
    say(greeting)
    for line in sys.stdin:
        say(handle(json.loads(line)))


def timed(function: Callable[[], Any]) -> float:
    """Return the seconds that a call takes."""
    start = perf_counter()
    function()
    return perf_counter() - start
