"""Run a study with all cores busy: `python -m pipeline.ahead [stage ...]`, in place of `dvc repro`.

DVC runs one stage after another, each in a process of its own. Here the jobs of all stages whose inputs exist run side
by side, in processes that live as long as the run; a stage whose jobs are done is run by DVC, which finds every result
and records it. In the end `dvc repro` has nothing to do.
"""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from importlib import import_module
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline import files, stage
from pipeline.jobs.closure import closure
from pipeline.jobs.executors import Executor, Local
from pipeline.jobs.forecast import Forecast
from pipeline.jobs.resumable import CHECKPOINTS, Pending, Round, planning
from pipeline.jobs.settings import refuse_other_arithmetic
from pipeline.jobs.stages import StageFailed, Stages
from pipeline.jobs.times import committed, costs
from pipeline.params.loading import ParameterError
from tfvae.errors import Refused

_POLL_SECONDS = 0.2
_TOGETHER = 4  # stages that are collected before jobs of those below them start: DVC writes its lock once for them
_ASKS_FOR_JOBS = "pipeline/jobs/resumable.py"


def asks_for_jobs(command: str) -> bool:
    """Return whether a stage's command is a module that may ask for jobs."""
    _, dash, name, *_ = [*command.split(), "", "", ""]
    return dash == "-m" and _ASKS_FOR_JOBS in closure(name, outside=()).files


def plan(command: str) -> list[Round]:
    """Return the rounds of jobs of a stage's command, up to the first with one missing; nothing is written.

    Raises what the stage raises: a parameter, a file or a refused input may be at fault.
    """
    if not asks_for_jobs(command):
        return []
    _, _, name, *line = command.split()
    with files.read_only(), redirect_stdout(StringIO()), planning() as rounds, suppress(Pending, files.ReadOnly):
        stage.call(import_module(name).main, line)
    return rounds


class Run:
    """One run: stages become ready, their jobs run, and DVC collects them.

    Args:
        stages: what is to be done.
        executor: where jobs run.
        forecast: how long they may take, and the bar that shows it.
    """

    def __init__(self, stages: Stages, executor: Executor, forecast: Forecast) -> None:
        self._stages, self._executor, self._forecast = stages, executor, forecast
        self._running: dict[str, dict[int, Any]] = {}
        self._asked: dict[str, set[str]] = {}

    def to_the_end(self) -> None:
        """Run every stage that has changed.

        Raises:
            StageFailed: if one ends with an error.
            Exception: an error of a job, or of planning one.
        """
        complete: list[str] = []
        next_ones = self._stages.ready()
        while next_ones or complete or self._running:
            complete += [name for name in next_ones if not self._started(name)]
            if complete:
                self._stages.run(complete[:_TOGETHER], self._collected)
                complete = complete[_TOGETHER:]
                next_ones = self._stages.ready() + self._ended()
            elif not (next_ones := self._ended()):
                time.sleep(_POLL_SECONDS)

    def _collected(self, name: str) -> None:
        self._forecast.collected(name)
        self._look()

    def _started(self, name: str) -> bool:
        """Start the missing jobs of a stage, and return whether there are any."""
        rounds = plan(self._stages.command(name))
        if not rounds or not rounds[-1].missing:
            return False
        keys = {rounds[-1].keys[position] for position in rounds[-1].missing}
        if keys == self._asked.get(name):
            raise RuntimeError(f"{name}: its jobs have ended, but their results are not in {CHECKPOINTS.folder}")
        self._asked[name] = keys
        self._running[name] = self._executor.start(rounds[-1])
        self._forecast.started(name, rounds[-1])
        return True

    def _ended(self) -> list[str]:
        """Return the stages whose jobs are all done, each once."""
        self._look()
        done = [name for name, futures in self._running.items() if not futures]
        for name in done:
            del self._running[name]
        return done

    def _look(self) -> None:
        for name, futures in self._running.items():
            for position, future in [*futures.items()]:
                if done := future.done():
                    self._executor.finish(futures.pop(position))
                self._forecast.progress(name, position, self._executor.amount(future), done=done)
        self._forecast.waiting(self._stages.waiting)


def listed(stages: Stages) -> list[dict[str, Any]]:
    """Return the jobs of the stages that are ready: key, stage, label, amount, unit and state of each."""
    return [
        {
            "key": key, "stage": name, "label": one.label, "amount": amount, "unit": one.unit,
            "state": CHECKPOINTS.state(key) if position in one.missing else "done",
        }
        for name in stages.listed(asks_for_jobs)
        for one in plan(stages.command(name))
        for position, (key, amount) in enumerate(zip(one.keys, one.amounts, strict=True))
    ]  # fmt: skip


def _arguments(line: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="*", help="as `dvc repro` takes them; all if none is given")
    parser.add_argument("--list", action="store_true", help="show the jobs of the stages that are ready, and run none")
    parser.add_argument("--json", action="store_true", help="as --list, for programs")
    parser.add_argument("--allow-missing", action="store_true", help="skip unchanged stages whose outputs are missing")
    parser.add_argument("--executor", choices=("local", "dask", "slurm"), default="local", help="where jobs run")
    parser.add_argument("--address", help="of Dask's scheduler, such as tcp://head:8786; without, a cluster here")
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="settings of Dask or Slurm")
    return parser.parse_args(line)


def _executor(name: str, address: str | None, settings: Sequence[str]) -> Executor:
    """Return an executor; only those of clusters have settings, whose values are read as YAML."""
    if name == "local":
        if address or settings:
            raise Refused("--address and --set are for the executors dask and slurm")
        return Local()
    from pipeline.jobs.dask import Dask
    from pipeline.jobs.slurm import Slurm

    pairs = [setting.partition("=") for setting in settings]
    if wrong := [key for key, equals, _ in pairs if not (key and equals)]:
        raise Refused(f"--set takes NAME=VALUE. Received: {wrong[0]!r}")
    try:
        values = {key: YAML(typ="safe").load(value) for key, _, value in pairs}
    except YAMLError as error:
        raise Refused(f"--set takes values as in YAML: {' '.join(str(error).split())}") from error
    if name == "dask":
        return Dask(address, values)
    if address:
        raise Refused("--address is for the executor dask")
    return Slurm(str(values.pop("cluster", "slurm")), values)


def main(line: Sequence[str] | None = None) -> None:
    """Run the command; status 1 and one message if a stage, a file or a parameter is at fault."""
    from dvc.exceptions import DvcException

    arguments = _arguments(line)
    for kind in (signal.SIGTERM, signal.SIGHUP):  # of a scheduler, or a terminal that is closed: end as after Ctrl-C
        if signal.getsignal(kind) != signal.SIG_IGN:  # as nohup wants it
            signal.signal(kind, signal.default_int_handler)
    try:
        refuse_other_arithmetic(os.environ)
        stages = Stages(arguments.stages, allow_missing=arguments.allow_missing)
        if arguments.json:
            print(json.dumps(listed(stages), indent=2))
        elif arguments.list:
            for job in listed(stages):
                amount = f"{job['amount']:g} {job['unit']}"
                print(f"{job['key'][:12]}  {job['state']:7}  {amount:>16}  {job['stage']:40}  {job['label']}")
        else:
            executor = _executor(arguments.executor, arguments.address, arguments.set)
            CHECKPOINTS.prune()
            known = [*committed(), *costs(CHECKPOINTS.notes().values())]
            asking = {name for name in stages.waiting if asks_for_jobs(stages.command(name))}
            with Forecast(stages.waiting, executor.cores(), known, asking) as forecast:
                try:
                    Run(stages, executor, forecast).to_the_end()
                finally:
                    executor.close()
    except KeyboardInterrupt:
        sys.exit("interrupted: what was reached is kept; the same command goes on from there")
    except (DvcException, StageFailed, ParameterError, OSError, RuntimeError, Refused) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
