"""A project with the names of ours, whose stages take no time: DVC and Git do with it what they do with ours."""

import shutil
from collections.abc import Callable
from pathlib import Path

from pipeline.jobs.closure import ROOT
from tests.documents import documented
from tests.pipeline.study import Study, environment

SETTINGS = (".dvc/.gitignore", ".dvc/plots", ".dvcignore", ".gitignore")
# Not the one of this checkout, to which somebody may have added a folder for models.
CONFIG = "[core]\n    analytics = false\n    autostage = false\n    check_update = false\n"
PARAMETERS = "beta: 1\nsteps: 10\n"
# What stands in for the code. A model that is there is taken as it is, as by our stages.
WORK = """
import json, pathlib, sys
job, beta, *paths = sys.argv[1:]
for path in map(pathlib.Path, paths):
    path.parent.mkdir(parents=True, exist_ok=True)
    number = {"mean": 50 + float(beta), "sd": 1.0}
    headline = {"mnist": {"mlp": {"beta": float(beta), "n": 3, "fid": number, "kl": number, "mse": number}}}
    if job == "train" and path.is_dir():
        print(path, ": 0 trained, 1 already there", sep="")
    elif job == "train":
        path.mkdir()
        (path / "weights.npz").write_text(beta)
        print(path, ": 1 trained, 0 already there", sep="")
    elif path.suffix == ".csv":
        row = f"mlp,diagonal_gaussian,{beta},0"
        path.write_text(f"network,posterior,beta,seed,step,loss\\n{row},0,9\\n{row},1,{beta}\\n")
    else:
        path.write_text(json.dumps(headline))
"""
CHECK = """
import os, re, sys
beta = re.search("^beta: (.*)", open("params.yaml").read(), re.M)[1]
os.makedirs("data", exist_ok=True)
float(beta) >= 0 or sys.exit(f"error: beta: a number from 0 to 1000 is needed. Received: {beta}")
open("data/parameters-checked", "w").write("checked")
"""
DVC = """
stages:
  check-parameters:
    cmd: python check.py
    deps: [check.py, params.yaml]
    outs: [data/parameters-checked]
  download:
    matrix: {dataset: [mnist, digits]}
    cmd: python work.py write 0 data/${item.dataset}.npz
    deps: [work.py, data/parameters-checked]
    outs: ["data/${item.dataset}.npz"]
  main-experiments:
    matrix: {dataset: [mnist, digits], beta: ["${beta}", 0.2]}
    cmd: >-
      python work.py train ${item.beta} models/main/${item.dataset}-${item.beta} &&
      python work.py write ${item.beta} metrics/main/${item.dataset}-${item.beta}.json
    params: [steps]
    deps: [work.py, "data/${item.dataset}.npz"]
    outs:
      - models/main/${item.dataset}-${item.beta}: {persist: true}
      - metrics/main/${item.dataset}-${item.beta}.json: {cache: false}
  figures:
    matrix: {dataset: [mnist, digits]}
    cmd: python work.py draw ${beta} plots/curves/${item.dataset}.csv plots/${item.dataset}.png
    deps: ["metrics/main/${item.dataset}-${beta}.json"]
    params: [beta]
    outs:
      - plots/curves/${item.dataset}.csv: {cache: false}
      - plots/${item.dataset}.png: {cache: false}
  summarize:
    matrix: {dataset: [mnist, digits]}
    cmd: python work.py write ${beta} metrics/summary/${item.dataset}.json
    deps: ["metrics/main/${item.dataset}-${beta}.json"]
    params: [beta]
    outs: ["metrics/summary/${item.dataset}.json": {cache: false}]
  headline:
    cmd: python work.py write ${beta} metrics/headline.json
    deps: [metrics/summary]
    params: [beta]
    metrics: [metrics/headline.json: {cache: false}]
  reproduction:
    cmd: python work.py write 0 metrics/reproduction.json
    deps: [metrics/summary]
    outs: [metrics/reproduction.json: {cache: false}]
  report:
    cmd: python work.py write 0 plots/report.html
    deps: [metrics/reproduction.json, metrics/summary]
    outs: [plots/report.html: {cache: false}]
plots:
  - mnist-loss: {template: by_beta, x: step, y: {plots/curves/mnist.csv: loss}}
"""


def skeleton(folder: Path) -> Study:
    """Make the project in `folder`, before its first run and without Git."""
    project = _opened(folder)
    for name in SETTINGS:
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy2)(ROOT / name, project.root / name)
    texts = {".dvc/config": CONFIG, "params.yaml": PARAMETERS, "work.py": WORK, "check.py": CHECK, "dvc.yaml": DVC}
    for name, text in texts.items():
        (project.root / name).write_text(text, encoding="utf-8")
    return project


def copied(project: Study, folder: Path) -> Study:
    """Return a copy of a project in `folder`."""
    shutil.copytree(project.root, folder / "study")
    return _opened(folder)


def cloned(project: Study, folder: Path) -> Study:
    """Return a clone of a project in `folder`, without models, data and DVC's cache."""
    done = project.run("git", "clone", "--quiet", str(project.root), str(folder / "study"))
    assert done.returncode == 0, done.stderr
    return _opened(folder)


def committed(project: Study) -> None:
    """Commit all that Git keeps of a project, on the branch main at first."""
    for command in ("init --quiet --initial-branch main", "add --all", "commit --quiet --message Study"):
        done = project.run("git", *command.split())
        assert done.returncode == 0, done.stderr


def runner(project: Study) -> Callable[..., str]:
    """Return a function that runs a command of the documentation, with its exit status, and returns what it says."""

    def run(command: str, fails: int = 0, **words: str) -> str:
        done = project.shell(documented(command, **words))
        assert done.returncode == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def untracked(project: Study) -> list[str]:
    """Return the files that Git neither tracks nor ignores."""
    return project.run("git", "ls-files", "--others", "--exclude-standard").stdout.split()


def _opened(folder: Path) -> Study:
    """Return the project in `folder`, with our library of stages and an author, who types into the editor of Git."""
    person = {f"GIT_{role}_{key}": "a@b" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    ours = {"PYTHONPATH": str(ROOT), "GIT_CEILING_DIRECTORIES": str(folder), "GIT_EDITOR": "echo The study >"}
    home = folder / "home"
    return Study(folder / "study", home / "imports.txt", environment(home) | person | ours)
