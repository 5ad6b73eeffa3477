"""A copy of the project with a study so small that the whole of it runs in a test."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from PIL import Image
from ruamel.yaml import YAML

from pipeline.jobs.closure import ROOT
from pipeline.params.schema import FILE_OF, FILES
from tests.pipeline.warm import warm_python

# Written by stages, or of no use to them.
LEFT_OUT = ("metrics/", "plots/", "tests/", "dvc.lock")
# What the copy leaves out: betas, in paths such as models/main-experiments/digits-mlp-0.5.
OMITTED = re.compile(r"-(0\.5|2|5)(\.json)?$")
MINE = "pictures/it's mine"  # the folder of a user's own images
ROOT_STAGES = ("fingerprint", "check-parameters")

# Runs in every Python process of the study, as Python imports `sitecustomize` from the path by itself: it notes which
# modules of the project the processes of a stage try to import. Workers inherit the stage's command line.
RECORDER = """
import os, sys
if sys.orig_argv[1:2] == ["-m"] and sys.orig_argv[2].startswith("pipeline."):
    os.environ["STUDY_STAGE"] = " ".join(sys.orig_argv[1:])
if "STUDY_STAGE" in os.environ:
    def note(event, arguments):
        if event == "import" and arguments[0].split(".")[0] in ("pipeline", "tfvae"):
            with open(os.environ["STUDY_IMPORTS"], "a", encoding="utf-8") as file:
                file.write(os.environ["STUDY_STAGE"] + "\\t" + arguments[0] + "\\n")
    sys.addaudithook(note)
"""


@dataclass(frozen=True)
class Study:
    """A repository of Git and DVC at `root`; `imports` notes what its stages import."""

    root: Path
    imports: Path
    environment: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository."""
        return subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a line of the shell in the repository."""
        return self.run("bash", "-c", command)

    def dvc(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dvc in the repository."""
        return self.run(sys.executable, "-m", "dvc", *arguments)

    def ahead(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `pipeline.ahead` in the repository."""
        return self.run(sys.executable, "-m", "pipeline.ahead", *arguments)

    def planned(self) -> set[str]:
        """Return the names of the stages that `dvc repro` would run.

        `dvc repro --dry` knows neither the followers of a stage whose outputs would change nor stages whose inputs do
        not exist yet: here they are the stages that `dvc status` finds changed, and all that the graph puts behind
        them. Behind check-parameters nothing changes, because what it writes is constant; behind fingerprint what
        depends on a file there that has changed.
        """
        status, graph = self.dvc("status", "--json"), self.dvc("dag", "--dot")
        assert status.returncode == graph.returncode == 0, status.stderr + graph.stderr
        edges = re.findall(r'"([^"]+)" -> "([^"]+)"', graph.stdout)
        planned, waiting = set(), list(json.loads(status.stdout))
        while waiting:
            name = waiting.pop()
            if name not in planned:
                planned.add(name)
                waiting += [behind for stage, behind in edges if stage == name not in ROOT_STAGES]
        return planned

    def parameter(self, key: str, value: Any) -> Any:
        """Return a context in which one parameter, named by its dotted key, has another value."""
        return self.changed(_file_of(key), lambda text: _edited(text, _setter(key, value)))

    def set_parameter(self, key: str, value: Any) -> None:
        """Give one parameter, named by its dotted key, another value."""
        _rewrite(self.root / _file_of(key), _setter(key, value))

    @contextmanager
    def changed(self, file: str, change: Callable[[str], str]) -> Iterator[None]:
        """Change a text file for as long as the context lasts; the fingerprints follow a change of code."""
        path = self.root / file
        before = path.read_text(encoding="utf-8")
        after = change(before)
        assert after != before, f"{file}: nothing was changed"
        path.write_text(after, encoding="utf-8")
        try:
            self._fingerprint(path)
            yield
        finally:
            path.write_text(before, encoding="utf-8")
            self._fingerprint(path)

    def _fingerprint(self, path: Path) -> None:
        if path.suffix == ".py":
            done = self.run(sys.executable, "-m", "pipeline.fingerprint", "--code", "metrics/code")
            assert done.returncode == 0, done.stderr

    def outputs(self) -> dict[str, bytes]:
        """Return the content of everything that the stages behind check-parameters wrote."""
        files = (path for folder in ("data", "metrics", "models", "plots") for path in (self.root / folder).rglob("*"))
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in files
            if path.is_file() and path.name not in ("parameters-checked", ".gitignore")
        }


def finished_study(folder: Path) -> tuple[Study, str]:
    """Return a study after its first `dvc repro`, and what that said; test processes share one in `folder`.

    Jobs run one after another in the process of their stage, which has TensorFlow from its beginning. Nobody changes
    this study: `copied` makes copies.

    Raises:
        RuntimeError: if a stage fails.
    """
    said = folder / "output.txt"
    with FileLock(f"{folder}.lock"):
        if not said.exists():
            study = make_study(folder)
            with warm_python(folder / "warm", study.environment) as environment:
                done = replace(study, environment=environment).dvc("repro")
            shutil.rmtree(folder / "warm")
            if done.returncode:
                raise RuntimeError(f"The study fails:\n{done.stdout}\n{done.stderr}")
            said.write_text(done.stdout, encoding="utf-8")
    return _opened(folder), said.read_text(encoding="utf-8")


def copied(study: Study, folder: Path) -> Study:
    """Return a copy of a study in `folder`."""
    shutil.copytree(study.root.parent, folder, dirs_exist_ok=True, symlinks=True)
    return _opened(folder)


def cloned(study: Study, folder: Path) -> Study:
    """Commit all that Git keeps of a study; return its clone in `folder`, without data, models and DVC's cache."""
    shutil.copytree(study.root.parent / "home" / "recorder", folder / "home" / "recorder")
    for command in (
        ["add", "--all"],
        ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost", "commit", "--quiet", "--message", "Study"],
        ["clone", "--quiet", str(study.root), str(folder / "study")],
    ):
        done = study.run("git", *command)
        assert done.returncode == 0, done.stderr
    return _opened(folder)


def _opened(folder: Path) -> Study:
    home = folder / "home"
    return Study(folder / "study", home / "imports.txt", environment(home))


def locked(study: Study) -> dict[str, Any]:
    """Return the stages of dvc.lock, whose order is that in which they first ran."""
    stages: dict[str, Any] = YAML(typ="safe").load((study.root / "dvc.lock").read_text(encoding="utf-8"))["stages"]
    return stages


def trainings(output: str) -> int:
    """Return how many models an output of `dvc repro` says were trained."""
    counts = re.findall(r": (\d+) trained, \d+ already there", output)
    assert counts
    return sum(map(int, counts))


def stages_run(output: str) -> set[str]:
    """Return the names of the stages that an output of `dvc repro` or `pipeline.ahead` says it runs."""
    return set(re.findall(r"^(?:Running s|S)tage '([^']+)'(?::| has run)", output, flags=re.MULTILINE))


def make_study(folder: Path) -> Study:
    """Copy the project to `folder`, as Git and DVC see it, with tiny budgets for the digits alone."""
    root, home = folder / "study", folder / "home"
    for name in _sources():
        if not name.startswith(LEFT_OUT):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    _rewrite_parameters(root)
    _write_pictures(root / MINE)
    _rewrite(root / "architectures.yaml", shrink_architectures)
    _rewrite(root / "dvc.yaml", shrink_pipeline)
    (home / "recorder").mkdir(parents=True)
    (home / "recorder" / "sitecustomize.py").write_text(RECORDER, encoding="utf-8")
    study = _opened(folder)
    assert study.run("git", "init", "--quiet").returncode == 0
    return study


def _write_pictures(folder: Path) -> None:
    """Write pictures of several sizes, whose names need care."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(100):
        size = (10 + number % 7, 12 + number % 3, 3)
        Image.fromarray(rng.integers(0, 256, size, np.uint8)).save(folder / f"it's number {number:03}.png")


def shrink_parameters(content: Any) -> None:
    """Leave the digits alone, with networks and budgets that show only that everything works."""
    content.update(datasets=["digits"], searched=["digits"], transferred=[], beta=1)
    for kind in ("objectives", "latent", "conditional", "vector_quantised"):
        content[f"{kind}_datasets"] = ["digits"]
    content.update(colour_datasets=["flower_patches"], classified=["digits"], fetched=["digits", "flower_patches"])
    _shrink_known_factors(content)
    content["transfer_architecture"]["source"] = "digits"
    content["train_fid_classifier"]["digits"]["steps"] = 20
    content["precision"] = "float32"  # the same on every processor
    common = {
        "preliminary_grid": {},
        "hyperparameter_search": {"startup_trials": 2},
        "pareto_select": {"periods": 4},
        "main_experiments": {"periods": 4},
        "stick_breaking": {"periods": 20, "sticks": 4},
        "augmented_sampling": {"components": 2, "neighbours": 3},
        "manifolds": {"betas": [1], "points": 3},
        "variants": {"periods": 4},
        "legacy_experiments": {"components": 2},
        "pretrained": {},
        "objectives": {
            "encoder": [8],
            "decoder": [8],
            "latent_dim": 3,
            "components": 2,
            "flow_steps": 10,
            "importance_samples": 2,
        },
        "latent_analysis": {"importance_samples": 2},
        "conditional": {"seeds": [0]},
    }
    for section, values in common.items():
        for name in [name for name in content[section] if name not in ("common", "digits")]:
            del content[section][name]
        content[section]["common"].update(values)
    for network, candidates, steps in (("mlp", "all", 20), ("cnn", ["e0-d0"], 8)):
        budgets = {
            "preliminary_grid": {"steps": steps, "images": 60, "candidates": candidates},
            "pareto_select": {"period_steps": steps // 4, "long_steps": steps, "images": 60},
            "main_experiments": {"seeds": [0], "steps": steps},
            # Long enough for a process to be killed meanwhile.
            "stick_breaking": {"seeds": [0, 1], "steps": 3000} if network == "mlp" else {"seeds": [0], "steps": 20},
            "augmented_sampling": {"images": 60, "neighbour_images": 60},
            "manifolds": {"steps": 10},
            "pretrained": {"steps": 4, "images": 60, "neighbour_images": 60},
            "legacy_experiments": {"architecture": "e0-d0", "seeds": [0], "period_steps": 4, "steps": 8, "images": 60},
        }
        for section in ("main_experiments", "stick_breaking"):
            budgets[section].update(period_images=60, images=60)
        for section, values in budgets.items():
            content[section]["digits"][network].update(values)
    for model in content["variants"]["digits"]["models"].values():
        model.update(steps=20 if model["network"] == "mlp" else 8)
    content["legacy_experiments"]["digits"]["mlp"].update(
        ablated=["epsilons"],
        augmented=[{"likelihood": "bernoulli", "learning_rate": 0.001, "steps": 8}],
        grid="all",
    )
    content["objectives"]["digits"].update(
        models=["vae"], seeds=[0], steps=10, images=60, neighbour_images=60, fitted=60,
        probe_images=100, likelihood_images=20,
    )  # fmt: skip
    content["latent_analysis"]["digits"].update(validation_images=1300, probe_images=100, tsne_images=60)
    for budget in ("dense", "convolutional", "binary"):
        content["latent_analysis"]["digits"][budget].update(seeds=[0], epochs=1, batch_size=64)
    searched = {"waves": 2, "wave": 2, "rungs": [2, 4], "images": 60, "confirmed": 1, "seeds": [1]}
    content["hyperparameter_search"]["digits"].update(searched)
    small = {"trials": 2, "epochs": [1, 10], "images": 80, "classifier_steps": 5, "tsne_images": 60}
    content["conditional"]["digits"].update(small)
    _shrink_quantised(content)
    content["user_datasets"] = {"mine": {"path": MINE, "height": 8, "width": 10, "channels": 3, "fit": "crop"}}
    content["own_images"]["common"].update(seeds=[0], betas=[1], components=2)
    content["own_images"]["small"].update(latent_dim=3, steps={"mlp": 4, "cnn": 4}, images=60, neighbour_images=15)


def _shrink_known_factors(content: Any) -> None:
    """Leave two models on the smallest images."""
    content["disentanglement_datasets"] = ["dots"]
    section = content["disentanglement"]
    del section["sprites"]
    section["common"].update(encoder=[8], decoder=[8], latent_dim=3, dci_trees=2, train_draws=60, test_draws=20)
    section["common"].update(draw_images=8, batch_size=32)
    for name, method in section["common"]["methods"].items():
        method["strengths"] = [2] if name in ("vae", "factor_vae") else []
    section["dots"].update(seeds=[0, 1], steps=10)


def _shrink_quantised(content: Any) -> None:
    """Leave one model of each kind, and colour images of 16x16."""
    quantised, colour = content["vector_quantised"], content["colour"]
    for name in ("mnist", "flowers102"):
        quantised.pop(name, None)
        colour.pop(name, None)
    quantised["common"].update(
        seeds=[0], sweep_seeds=[0], latent_dims=[2], beta_latent_dims=[3], quantised_latent_dims=[4], codes=[5],
        shown_latent_dim=4, shown_codes=5,
    )  # fmt: skip
    quantised["common"]["prior"].update(channels=4, depth=2)
    quantised["digits"].update(
        steps=4, quantised_steps=4, prior_steps=4, images=80, few_images=40, neighbour_images=60, projected_images=60,
        classifier_steps=4,
    )  # fmt: skip
    colour["common"].update(seeds=[0], betas=[1, 4], latent_dim=9)
    colour["flower_patches"].update(steps=4, images=60, neighbour_images=60)
    colour["flower_patches"]["preparation"].update(size=16)


def shrink_architectures(content: Any) -> None:
    """Leave two dense candidates and a convolutional one."""
    content["mlp"].update(candidates=["e0-d0", "e1-d0"], encoders={"e0": [8], "e1": [16, 8]}, decoders={"d0": [8]})
    content["cnn"].update(
        candidates=["e0-d0"],
        encoders={"e0": [{"filters": 4, "kernel": 4, "stride": 4}]},
        decoders={"d0": {"reshape": [7, 7, 4], "layers": [{"filters": 4, "kernel": 4, "stride": 4}]}},
    )


def shrink_pipeline(content: Any) -> None:
    """Leave the parameter beta and 0.2 of the betas, and one network of the thesis's protocol.

    What is published concerns other datasets than the one that is left.
    """
    del content["stages"]["reproduction"]
    content["stages"]["legacy-experiments"]["matrix"]["network"] = ["mlp"]
    for stage in content["stages"].values():
        if "beta" in stage.get("matrix", {}):
            stage["matrix"]["beta"] = ["${beta}", 0.2]
        if "cmd" in stage:
            stage["cmd"] = stage["cmd"].replace("${beta} 0.2 0.5 2 5", "${beta} 0.2")
            stage["deps"] = [path for path in stage["deps"] if not OMITTED.search(path)]
    del content["stages"]["report"]  # it joins the pages of other datasets than the one that is left
    content["plots"] = [plot for plot in content["plots"] if all(name.startswith("digits") for name in plot)]


def _rewrite_parameters(root: Path) -> None:
    """Shrink the parameters of all files, which the change sees as one mapping."""
    contents = {name: _yaml().load((root / name).read_text(encoding="utf-8")) for name in FILES}
    whole = {section: value for content in contents.values() for section, value in content.items()}
    shrink_parameters(whole)
    for name, content in contents.items():
        content.update({section: whole[section] for section in content})
        with (root / name).open("w", encoding="utf-8") as file:
            _yaml().dump(content, file)


def _file_of(key: str) -> str:
    return FILE_OF[key.split(".")[0]]


def _setter(key: str, value: Any) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        *sections, name = key.split(".")
        for section in sections:
            content = content[section]
        content[name] = value

    return change


def _sources() -> list[str]:
    """Return the files of the project that Git tracks or would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a study's commands, with its settings and caches in `home`."""
    # A hook of Git, a user's settings of DVC, or the `make` that runs the tests must not reach into the copy.
    outer = ("GIT_", "DVC_", "TFVAE_", "MAKE", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    return {
        **kept,
        "DVC_GLOBAL_CONFIG_DIR": str(home / "dvc-global"),
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(home / "dvc-site"),
        "DVC_SYSTEM_CONFIG_DIR": str(home / "dvc-system"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": str(home / "recorder"),
        "STUDY_IMPORTS": str(home / "imports.txt"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TFVAE_WORKERS": "1",  # in the process of the stage: every further one takes seconds to import TensorFlow
    }


def _rewrite(path: Path, change: Callable[[Any], None]) -> None:
    path.write_text(_edited(path.read_text(encoding="utf-8"), change), encoding="utf-8")


def _edited(text: str, change: Callable[[Any], None]) -> str:
    content = _yaml().load(text)
    change(content)
    stream = StringIO()
    _yaml().dump(content, stream)
    return stream.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = 10_000
    return yaml
