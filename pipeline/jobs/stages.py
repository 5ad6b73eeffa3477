"""DVC's stages that targets stand on: which are ready, which have changed, and how they run."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dvc.stage import Stage

_PATIENCE = 3600  # seconds, for another command of DVC
_INTERRUPTED = ("exited with -2", "exited with 130")


class StageFailed(Exception):
    """A stage ended with an error; the message is what it said."""


class Stages:
    """The stages of targets and all above them, in the repository of the working directory.

    Args:
        targets: as `dvc repro` takes them; all stages if there are none.
        allow_missing: take a stage whose outputs are missing but otherwise unchanged for finished, as `dvc repro
            --allow-missing` does.

    Raises:
        dvc.exceptions.DvcException: if there is no such target, or dvc.yaml is wrong.
    """

    def __init__(self, targets: Sequence[str], *, allow_missing: bool = False) -> None:
        from dvc.repo import Repo

        # Other commands of DVC may hold its lock for seconds.
        self._repo, self._allow_missing = Repo(_wait_for_lock=True), allow_missing
        graph = self._repo.index.graph
        found = [stage for target in targets for stage in self._repo.stage.collect(target, with_deps=True, graph=graph)]
        chosen = {stage.addressing: stage for stage in (found if targets else graph)}
        self._stages: dict[str, Stage] = chosen
        self._above = {name: {above.addressing for above in graph.successors(stage)} for name, stage in chosen.items()}
        self.waiting = set(chosen)
        self._told: set[str] = set()

    def command(self, name: str) -> str:
        """Return the command line of a stage."""
        return str(self._stages[name].cmd)

    def above(self) -> dict[str, set[str]]:
        """Return {stage: the stages that it stands on} of all that the targets need."""
        return self._above

    def ready(self) -> list[str]:
        """Return the stages that have changed and whose inputs are there now, each once; unchanged ones are done."""
        found: set[str] = set()
        while True:
            able = {name for name in self.waiting - self._told - found if not self._above[name] & self.waiting}
            unchanged = {name for name in able if not self._changed(name)}
            self.waiting -= unchanged
            found |= able - unchanged
            if not unchanged:  # else what stands below them may be able now
                self._told |= found
                return sorted(found)

    def listed(self, asks_for_jobs: Callable[[str], bool]) -> list[str]:
        """Return the changed stages that ask for jobs and whose inputs exist, while no stage above them asks for jobs.

        What is to run before them, such as check-parameters, is taken for done: nothing runs.
        """
        changed = {name for name in self._stages if self._changed(name)}
        asking = {name for name in changed if asks_for_jobs(self.command(name))}
        return sorted(
            name
            for name in asking
            if not self._above[name] & asking and all(dep.exists for dep in self._stages[name].deps)
        )

    def run(self, names: Sequence[str], tell: Callable[[str], None]) -> None:
        """Run stages as `dvc repro --single-item` does, but write dvc.lock once; `tell` gets the name of each.

        Raises:
            StageFailed: if one ends with an error; those before it are recorded.
        """
        from dvc.exceptions import DvcException

        done: list[Stage] = []
        with (
            self._repo.lock,
            self._repo.scm_context(quiet=True),
            tempfile.TemporaryFile("w+", errors="replace") as output,
        ):
            try:
                for name in names:
                    output.seek(0)
                    output.truncate()
                    stage = self._stages[name]
                    with _into(output.fileno()):
                        self._patiently(partial(stage.reproduce, **self._options(name)))
                    done.append(stage)
                    self.waiting.remove(name)
                    tell(name)
            except DvcException as error:
                if str(error).endswith(_INTERRUPTED):
                    raise KeyboardInterrupt from error
                output.seek(0)
                raise StageFailed(f"{name}: {error}\n{output.read()}".strip()) from error
            finally:
                if done:  # DVC takes a second or two to read and write the whole file
                    with _into(output.fileno()):
                        done[0].dvcfile._lockfile.dump_stages(done)

    def _changed(self, name: str) -> bool:
        with self._repo.lock:
            return bool(self._patiently(partial(self._stages[name].changed, **self._options(name))))

    def _patiently(self, function: Callable[[], Any]) -> Any:
        """Return what `function` returns, as soon as no other command of DVC works on the same files.

        That command needs the repository's lock, which is held here, to end: it may have it between two tries.
        """
        from dvc.lock import LockError

        for _ in range(_PATIENCE):
            try:
                return function()
            except LockError:
                self._repo.lock.unlock()
                try:
                    time.sleep(1)
                finally:
                    self._repo.lock.lock()
        return function()

    def _options(self, name: str) -> dict[str, Any]:
        upstream = [self._stages[above] for above in self._above[name]]
        return {"allow_missing": self._allow_missing, "upstream": upstream}


@contextmanager
def _into(file: int) -> Iterator[None]:
    """Send what this process and its children say into a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    try:
        os.dup2(file, 1)
        os.dup2(file, 2)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, descriptor)
            os.close(copy)
