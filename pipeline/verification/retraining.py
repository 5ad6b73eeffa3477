"""Train a part of the study again, in a folder of its own, by the stages that dvc.lock says the records came from.

The folder becomes a small project of DVC: each stage has its command of dvc.lock, reads what Git keeps of the work
tree, and writes below `new/`. So the classifier is trained anew, while models are measured by the committed one, as in
every clone. `pipeline.ahead` runs it, with the work tree's code.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline import files
from pipeline.jobs.times import COSTS, read_costs, write_costs
from pipeline.params.schema import FILES
from pipeline.verification.agreement import LOCK, kept_by_dvc
from tfvae.errors import Refused

# The digits come with scikit-learn. The betas are those of dvc.yaml, whatever the parameter `beta` is.
STAGES = (
    "download@digits",
    "train-fid-classifier@digits",
    "main-experiments@digits-mlp-0.5",
    "main-experiments@digits-mlp-2",
    "main-experiments@digits-cnn-0.5",
    "stick-breaking@digits-mlp",
)
NEW = Path("new")
_PATIENCE = 30.0  # seconds that a run has to end in


class Failed(Exception):
    """The retraining ended with an error, which it has told."""


def outputs(stages: Sequence[str], lock: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the paths that each stage writes.

    Raises:
        Refused: if dvc.lock lacks a stage.
    """
    if missing := [name for name in stages if name not in lock]:
        raise Refused(f"{LOCK} has no stage {', '.join(missing)}: run `dvc repro {' '.join(missing)}`")
    return {name: [entry["path"] for entry in lock[name].get("outs", [])] for name in stages}


def prepare(root: Path, folder: Path, stages: Sequence[str], lock: Mapping[str, Any]) -> None:
    """Write the project of some stages of a work tree into an empty folder."""
    kept_elsewhere = kept_by_dvc(root)
    made = {path for paths in outputs(stages, lock).values() for path in paths}
    project = {}
    for name in stages:
        read = [entry["path"] for entry in lock[name].get("deps", [])]
        given = [path for path in read if not path.startswith(kept_elsewhere)]
        new = {path for path in read if path.startswith(kept_elsewhere) and path in made}
        for path in given:
            _copy(root / path, folder / path)
        written = {entry["path"] for entry in lock[name].get("outs", [])}
        moved = {path: (NEW / path).as_posix() for path in new | written}
        project[_plain(name)] = {
            "cmd": " ".join(moved.get(token, token) for token in lock[name]["cmd"].split()),
            "deps": [*given, *(moved[path] for path in sorted(new))],
            "outs": [{moved[path]: {"cache": False}} for path in sorted(written)],
        }
    for path in FILES:
        _copy(root / path, folder / path)
    with (folder / "dvc.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump({"stages": project}, file)
    (folder / ".dvc").mkdir()
    (folder / ".dvc" / "config").write_text("[core]\nno_scm = true\nanalytics = false\n", encoding="utf-8")
    if (root / COSTS).exists():
        # The bar takes the cost of a stage from one of its family, "x@..." or "x@".
        costs = [cost for cost in read_costs(root / COSTS) if cost.stage in stages]
        known = [replace(cost, stage=f"{_plain(cost.stage)}@") for cost in costs]
        write_costs(folder / COSTS, known)


def retrain(root: Path, folder: Path) -> None:
    """Run the project in a folder, with the code of the work tree and a bar of the remaining time.

    Raises:
        Failed: if a stage fails; it has said why.
    """
    environment = {name: value for name, value in os.environ.items() if name not in ("DVC_ROOT", "DVC_STAGE")}
    environment |= {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join([str(root), str(root / "src")]),
        "PYTHONDONTWRITEBYTECODE": "1",  # into the work tree
        "TFVAE_CHECKPOINTS": str(folder / ".checkpoints"),  # nothing that an earlier run has kept
    }
    command = [sys.executable, "-m", "pipeline.ahead"]
    running = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        status = running.wait()
    except BaseException:
        running.send_signal(signal.SIGINT)  # from a terminal it has come already
        try:
            running.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            running.kill()  # its workers end with it
            running.wait()
        raise
    if status:
        raise Failed("a stage that is trained again ended with the error above")


def _copy(path: Path, target: Path) -> None:
    """Copy a file or a folder."""
    if not path.exists():
        raise files.damaged(path, "it is missing")
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(path, target)


def _plain(name: str) -> str:
    """Return a name that DVC allows for a stage of no matrix."""
    return re.sub(r"[^\w-]", "_", name)
