"""Kill a short study at random moments, again and again, and see whether anything is lost: `make soak`.

Each time one process of it is killed without warning: DVC, the stage that runs, or a worker of that stage. Then the
same command goes on. In the end every file must have the bytes of a study that was never interrupted.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from tqdm import tqdm

from tests.pipeline.study import Study, make_study, stages_run

WAIT = 60  # seconds after which a process that should end counts as left behind
STAGE, WORKER = "-m pipeline.", "multiprocessing.spawn"
STEPS = {"steps": 3000, "periods": 20}  # long enough that most kills hit a training


@dataclass
class Soak:
    """What happened.

    Attributes:
        killed: what was killed, in this order.
        repeated: stages that ran again although they were finished.
        left_behind: processes that outlived what they worked for.
        lost: files that differ from those of the study that was not interrupted, or are missing or too many.
    """

    killed: list[str]
    repeated: list[str]
    left_behind: list[str]
    lost: list[str]

    @property
    def survived(self) -> bool:
        """Whether nothing was lost, repeated or left behind."""
        return not (self.repeated or self.left_behind or self.lost)


def soak(folder: Path, kills: int, seed: int, longest: float, targets: tuple[str, ...] = ()) -> Soak:
    """Run a study in two copies below `folder`, one in peace and one with `kills`, and compare.

    Args:
        folder: an empty folder.
        kills: how many processes are killed; fewer if the study ends before.
        seed: decides moments and victims.
        longest: seconds between a start and a kill, at most.
        targets: stages, all if none are named.
    """
    whole, killed = (_prepared(folder / name) for name in ("whole", "killed"))
    first = whole.dvc("repro", *targets)
    if first.returncode != 0:
        raise RuntimeError(f"The study fails without any kill:\n{first.stdout}\n{first.stderr}")
    result, chance = Soak([], [], [], []), random.Random(seed)
    for _ in tqdm(range(kills), desc="kills"):
        done = _finished(killed)
        output, victim, left = _killed_run(killed, chance.uniform(1.0, longest), chance, targets)
        result.repeated += sorted(stages_run(output) & done)
        result.left_behind += left
        if victim is None:
            break
        result.killed.append(victim)
    last = killed.dvc("repro", *targets)
    if last.returncode != 0:
        raise RuntimeError(f"The study does not go on after {result.killed}:\n{last.stdout}\n{last.stderr}")
    one, other = whole.outputs(), killed.outputs()
    result.lost = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return result


def _prepared(folder: Path) -> Study:
    study = make_study(folder)
    for network in ("mlp", "cnn"):
        for section in ("main_experiments", "stick_breaking"):
            study.set_parameter(f"{section}.digits.{network}.steps", STEPS["steps"])
            study.set_parameter(f"{section}.common.periods", STEPS["periods"])
    return study


def _finished(study: Study) -> set[str]:
    """Return the stages that DVC has recorded."""
    lock = study.root / "dvc.lock"
    if not lock.exists():
        return set()
    lines = lock.read_text(encoding="utf-8").splitlines()
    return {line.strip().removesuffix(":") for line in lines if line.startswith("  ") and line[2] not in " -"}


def _killed_run(
    study: Study, delay: float, chance: random.Random, targets: tuple[str, ...]
) -> tuple[str, str | None, list[str]]:
    """Return DVC's output, the victim (None if the study ended first), and the processes left behind."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        command = [sys.executable, "-m", "dvc", "repro", *targets]
        dvc = subprocess.Popen(command, cwd=study.root, env=study.environment, stdout=output, stderr=output)
        try:
            dvc.wait(timeout=delay)
            victim, family = None, []
        except subprocess.TimeoutExpired:
            family = _family(dvc.pid)
            chosen = chance.choice(family)
            victim = _role(chosen, dvc.pid)
            chosen.kill()
        _, alive = psutil.wait_procs(family, timeout=WAIT)
        left = [_role(process, dvc.pid) for process in alive]
        for process in alive:
            process.kill()
        dvc.wait()
        output.seek(0)
        return output.read(), victim, left


def _family(parent: int) -> list[psutil.Process]:
    """Return DVC, its stage and the stage's workers."""
    process = psutil.Process(parent)
    ours = [child for child in process.children(recursive=True) if any(x in _command(child) for x in (STAGE, WORKER))]
    return [process, *ours]


def _role(process: psutil.Process, parent: int) -> str:
    if process.pid == parent:
        return "dvc"
    command = _command(process)
    return "worker" if WORKER in command else command.partition(STAGE)[2].partition(" ")[0]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def main() -> None:
    """Soak the whole short study; status 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        result = soak(Path(folder), arguments.kills, arguments.seed, longest=12.0)
    print(f"killed {len(result.killed)}: {', '.join(result.killed)}")
    for name in ("repeated", "left_behind", "lost"):
        print(f"{name.replace('_', ' ')}: {', '.join(getattr(result, name)) or 'nothing'}")
    print(f"{time.monotonic() - start:.0f} s")
    sys.exit(not result.survived)


if __name__ == "__main__":
    main()
