"""Contenders as the measuring process sees them: one or more worker processes that run only when told to."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_LAST_WORDS = 2000


class WorkerFailed(RuntimeError):
    """A worker ended before it answered."""


class Contender:
    """`processes` equal workers, started together and asked together.

    Args:
        module: a module of `benchmarks.workers`.
        options: given to each worker, with "worker" (0, 1, ...) beside them.
        processes: how many.
        python: the interpreter.
        errors: where the workers' standard error goes.
    """

    def __init__(
        self,
        module: str,
        options: Mapping[str, Any],
        errors: Path,
        processes: int = 1,
        python: str = sys.executable,
    ) -> None:
        self.module, self._errors = module, errors
        start = perf_counter()
        self._workers = [self._start(python, {**options, "worker": number}) for number in range(processes)]
        try:
            self.greetings = [self._read(worker) for worker in self._workers]
        except BaseException:
            self.close()
            raise
        self.start_seconds = perf_counter() - start

    def ask(self, request: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the workers' replies to one request, which they answer side by side."""
        for worker in self._workers:
            assert worker.stdin is not None
            worker.stdin.write(json.dumps(request) + "\n")
        for worker in self._workers:
            assert worker.stdin is not None
            worker.stdin.flush()
        return [self._read(worker) for worker in self._workers]

    def images_per_second(self, steps: int) -> float:
        """Return all workers' images divided by the time of the slowest, over `steps` steps of each."""
        replies = self.ask({"steps": steps})
        return sum(reply["images"] for reply in replies) / max(reply["seconds"] for reply in replies)

    @property
    def pids(self) -> list[int]:
        """The workers' process ids."""
        return [worker.pid for worker in self._workers]

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.kill()
            worker.communicate()

    def _start(self, python: str, options: Mapping[str, Any]) -> "subprocess.Popen[str]":
        command: Sequence[str] = (python, "-m", f"benchmarks.workers.{self.module}", json.dumps(options))
        with self._errors.open("ab") as errors:
            return subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def _read(self, worker: "subprocess.Popen[str]") -> dict[str, Any]:
        assert worker.stdout is not None
        line = worker.stdout.readline()
        if not line:
            words = self._errors.read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:]
            raise WorkerFailed(f"The worker {self.module} ended early. Its last words:\n{words}")
        reply: dict[str, Any] = json.loads(line)
        return reply
