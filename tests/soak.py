"""Kill a short study at random moments, again and again, and see whether anything is lost: `make soak`.

Each time one process of it is killed without warning: DVC, the stage that runs, or a worker of that stage. Then the
same command goes on. In the end every file must have the bytes of a study that was never interrupted.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml
from dvc.schema import COMPILED_LOCKFILE_SCHEMA
from tqdm import tqdm
from voluptuous import Invalid

from tests.pipeline.study import Study, locked, make_study, stages_run

WAIT = 60  # seconds after which a process that should end counts as left behind
STAGE, WORKER = "-m pipeline.", "multiprocessing.spawn"
STEPS, PERIODS = 3000, 20


@dataclass
class Soak:
    """What happened.

    Attributes:
        killed: what was killed, in this order.
        repeated: stages that ran again although they were finished.
        left_behind: processes that outlived what they worked for.
        mended: how often DVC, killed while it wrote its list of locks or dvc.lock, left it unreadable.
        lost: files that differ from those of the study that was not interrupted, or are missing or too many.
    """

    killed: list[str]
    repeated: list[str]
    left_behind: list[str]
    lost: list[str]
    mended: int

    @property
    def survived(self) -> bool:
        """Whether nothing was lost, repeated or left behind."""
        return not (self.repeated or self.left_behind or self.lost)


def killed_study(
    study: Study, whole: Study, kills: int, seed: int, longest: float, commands: Sequence[str] = ("dvc repro",)
) -> Soak:
    """Run a study with kills, and compare.

    Args:
        study: the same study as `whole` in another folder, not run yet.
        whole: the study that was not interrupted.
        kills: how many processes are killed; fewer if the study ends before.
        seed: decides moments and victims.
        longest: seconds between a start and a kill, at most.
        commands: modules and their arguments that go on with the study, in turn; the last one also ends it.
    """
    result, chance = Soak([], [], [], [], 0), random.Random(seed)
    for kill in tqdm(range(kills), desc="kills"):
        done = _finished(study)
        command = commands[kill % len(commands)]
        output, victim, left = _killed_run(study, command, chance.uniform(1.0, longest), chance)
        result.repeated += sorted(stages_run(output) & done)
        result.left_behind += left
        result.mended += mended(study)
        if victim is None:
            break
        result.killed.append(victim)
    run_to_the_end(study, commands[-1])
    result.lost = differences(whole, study)
    return result


def prepared(folder: Path) -> Study:
    """Return a study in `folder` whose trainings are long enough to be hit."""
    study = make_study(folder)
    study.environment["TFVAE_WORKERS"] = "2"
    for section in ("main_experiments", "stick_breaking"):
        study.set_parameter(f"{section}.common.periods", PERIODS)
        for network in ("mlp", "cnn"):
            study.set_parameter(f"{section}.digits.{network}.steps", STEPS)
    return study


def run_to_the_end(study: Study, command: str = "dvc repro") -> None:
    """Run a study by a module and its arguments.

    Raises:
        RuntimeError: if a stage fails.
    """
    done = study.run(sys.executable, "-m", *command.split())
    if done.returncode != 0:
        raise RuntimeError(f"The study fails:\n{done.stdout}\n{done.stderr}")


def differences(whole: Study, other: Study) -> list[str]:
    """Return the names of outputs that are not the same, byte by byte, in a whole study and in one of some stages."""
    stages = locked(whole)
    paths = [out["path"] for name in locked(other) for out in stages.get(name, {}).get("outs", ())]
    first, second = whole.outputs(), other.outputs()
    expected = {name for name in first if any(name == path or name.startswith(f"{path}/") for path in paths)}
    return sorted(name for name in expected | second.keys() if first.get(name) != second.get(name))


def mended(study: Study) -> int:
    """Remove what DVC, killed while it wrote it, left unreadable, as the README advises, and return how much it was."""
    broken = [name for name, readable in DVC_FILES.items() if not readable(study.root / name)]
    for name in broken:
        (study.root / name).unlink()
    return len(broken)


def _is_json(path: Path) -> bool:
    try:
        return not path.exists() or isinstance(json.loads(path.read_text(encoding="utf-8")), dict)
    except ValueError:
        return False


def _is_lock(path: Path) -> bool:
    try:
        return not path.exists() or bool(COMPILED_LOCKFILE_SCHEMA(yaml.safe_load(path.read_text(encoding="utf-8"))))
    except (yaml.YAMLError, Invalid):
        return False


# Files that DVC writes in place, and whether one is as DVC can read it.
DVC_FILES = {".dvc/tmp/rwlock": _is_json, "dvc.lock": _is_lock}


def _finished(study: Study) -> set[str]:
    """Return the stages that DVC has recorded."""
    lock = study.root / "dvc.lock"
    if not lock.exists():
        return set()
    lines = lock.read_text(encoding="utf-8").splitlines()
    return {line.strip().removesuffix(":") for line in lines if line.startswith("  ") and line[2] not in " -"}


def _killed_run(study: Study, command: str, delay: float, chance: random.Random) -> tuple[str, str | None, list[str]]:
    """Return the command's output, the victim (None if the study ended first), and the processes left behind."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        line = [sys.executable, "-m", *command.split()]
        dvc = subprocess.Popen(line, cwd=study.root, env=study.environment, stdout=output, stderr=output)
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
    command = _command(process)
    if process.pid == parent:
        return "ahead" if STAGE in command else "dvc"
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
        whole = prepared(Path(folder) / "whole")
        run_to_the_end(whole)
        # So the kills meet all of the study, however fast the machine is: between two of them passes a share of it.
        longest = max(12.0, 2 * (time.monotonic() - start) / arguments.kills)
        killed = prepared(Path(folder) / "killed")
        commands = ("dvc repro", "pipeline.ahead")
        result = killed_study(killed, whole, arguments.kills, arguments.seed, longest, commands)
    print(f"killed {len(result.killed)}: {', '.join(result.killed)}")
    for name in ("repeated", "left_behind", "lost"):
        print(f"{name.replace('_', ' ')}: {', '.join(getattr(result, name)) or 'nothing'}")
    print(f"files of its own that DVC left unreadable, and that were removed: {result.mended}")
    print(f"{time.monotonic() - start:.0f} s")
    sys.exit(not result.survived)


if __name__ == "__main__":
    main()
