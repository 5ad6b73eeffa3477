"""Experiments with DVC as docs/experiments.md shows them: one, several at once, applied, merged, shared.

The costs in brackets are seconds of one idle core, beside the study that all modules share.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
import time

import psutil
import pytest

from pipeline.jobs.closure import ROOT
from pipeline.params.loading import load_parameters
from pipeline.params.schema import FILES
from tests.documents import documented
from tests.pipeline.pipeline_file import load_yaml, written
from tests.pipeline.study import Study, copied, environment, stages_run, trainings
from tests.pipeline.test_end_to_end import in_a_checkout
from tfvae.training.checkpoints import Checkpoints

pytestmark = pytest.mark.skipif(not in_a_checkout(), reason="copies the files that Git tracks")

GIVE_UP = 600  # seconds, for a queue on a busy machine
TRAINED = "main-experiments"
QUEUE = {"lower": 0.3, "higher": 0.4, "highest": 0.6}


def git(study, *arguments):
    """Run Git and return what it says."""
    done = study.run("git", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def dvc(study, *arguments):
    """Run DVC and return what it says."""
    done = study.dvc(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit(study):
    git(study, "config", "user.name", "Tester")
    git(study, "config", "user.email", "tester@example.org")
    git(study, "add", "--all")
    git(study, "commit", "--quiet", "--message", "The study")


def committed_again(study):
    """Put the working tree back to what the branch `base` has committed."""
    git(study, "checkout", "--quiet", "--force", "base")
    git(study, "clean", "--quiet", "--force", "-d")
    dvc(study, "checkout", "--force", "--quiet")


@pytest.fixture(scope="module")
def shared(finished, tmp_path_factory):
    """A copy of the study, committed; experiments are added to it."""
    study = copied(finished[0], tmp_path_factory.mktemp("experiments"))
    commit(study)
    git(study, "branch", "base")
    git(study, "checkout", "--quiet", "base")
    return study


@pytest.fixture
def project(shared):
    """The copy, with the working tree that was committed."""
    committed_again(shared)
    return shared


def parameters_alone(folder, stage):
    """Return a project, committed, that holds the parameters' files and one stage, which does nothing."""
    study = Study(folder / "study", folder, environment(folder))
    for name in FILES:
        (study.root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, study.root / name)
    (study.root / "dvc.yaml").write_text(f"stages: {{{stage}}}\n", encoding="utf-8")
    git(study, "init", "--quiet")
    dvc(study, "init", "--quiet")
    commit(study)
    return study


def test_setting_a_parameter_changes_one_line_of_its_file(tmp_path):
    """And takes no comment from any. [4]"""
    study = parameters_alone(tmp_path, "look: {cmd: 'true', params: [beta]}")
    changes = {
        "params.yaml": {"beta": 0.3, "datasets": "[digits]", "manifolds.common.points": 11},
        "params/colour_images.yaml": {"colour.common.latent_dim": 65},
        "params/conditional_vae.yaml": {"conditional.common.startup_trials": 6},
        "params/known_factors.yaml": {"disentanglement.common.dci_trees": 21},
        "params/latent_spaces.yaml": {"latent_analysis.common.importance_samples": 201},
        "params/legacy.yaml": {"legacy_experiments.common.scale": 101},
        "params/model_family.yaml": {"objectives.common.components": 12},
        "params/own_images.yaml": {"own_images.common.components": 11},
        "params/pretrained.yaml": {"pretrained.common.neighbours": 6},
        "params/variants.yaml": {"variants.common.periods": 5},
        "params/vq_vae.yaml": {"vector_quantised.common.beta": 3},
        "params/wide_search.yaml": {"hyperparameter_search.common.startup_trials": 9},
    }
    assert changes.keys() == FILES.keys()
    options = [f"{file}:{key}={value}" for file, keys in changes.items() for key, value in keys.items()]
    dvc(study, "exp", "run", *(part for option in options for part in ("-S", option)))
    lines = [line for line in git(study, "diff", "--unified=0").splitlines() if re.match(r"[-+](?![-+]{2} )", line)]
    assert [line.split("#")[0].rstrip() for line in lines] == [
        "-beta: 1", "+beta: 0.3", "-- mnist", "-- fashion_mnist", "-    points: 12", "+    points: 11",
        "-    latent_dim: 64", "+    latent_dim: 65", "-    startup_trials: 5", "+    startup_trials: 6",
        "-    dci_trees: 20", "+    dci_trees: 21",
        "-    importance_samples: 200", "+    importance_samples: 201", "-    scale: 100", "+    scale: 101",
        "-    components: 10", "+    components: 12",
        "-    components: 10", "+    components: 11", "-    neighbours: 5", "+    neighbours: 6",
        "-    periods: 10", "+    periods: 5", "-    beta: 2", "+    beta: 3",
        "-    startup_trials: 8", "+    startup_trials: 9",
    ]  # fmt: skip
    before, after = ([line.partition("#")[2] for line in lines if line[0] == sign] for sign in "-+")
    assert [comment for comment in before if comment] == [comment for comment in after if comment]


@pytest.mark.parametrize(
    ("command", "changed"),
    [
        (
            "dvc exp run -S params/legacy.yaml:legacy_experiments.mnist.cnn.steps=5000 "
            "-S 'params/legacy.yaml:legacy_experiments.mnist.cnn.seeds=[0,1,2]' legacy-experiments@mnist-cnn",
            {"steps": 5000, "seeds": [0, 1, 2]},
        ),
        (
            "dvc exp run -S params/legacy.yaml:legacy_experiments.mnist.cnn.steps=5000 "
            "-S params/legacy.yaml:legacy_experiments.mnist.cnn.grid=all legacy-experiments@mnist-cnn",
            {"steps": 5000, "grid": "all"},
        ),
    ],
    ids=["models", "search"],
)
def test_the_thesis_s_protocol_is_given_its_budget(tmp_path, command, changed):
    stage = (
        "legacy-experiments: {matrix: {dataset: [mnist], network: [cnn]}, cmd: 'true', params: [params/legacy.yaml: ]}"
    )
    study = parameters_alone(tmp_path, stage)
    before = load_parameters(study.root / "params.yaml").legacy_experiments.of("mnist", "cnn").model_dump()
    done = study.shell(documented(command))
    assert done.returncode == 0, done.stderr
    after = load_parameters(study.root / "params.yaml").legacy_experiments.of("mnist", "cnn").model_dump()
    assert after == {**before, **changed}


def test_flowers_102_runs_by_one_command(tmp_path):
    """With the stages of dvc.yaml that it concerns, which only write empty files here. [8]"""
    study, pipeline = Study(tmp_path / "study", tmp_path, environment(tmp_path)), load_yaml("dvc.yaml")["stages"]
    for name in (*FILES, "architectures.yaml"):
        (study.root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, study.root / name)
    stages = {name: pipeline[name] for name in ("download", "colour", "colour-figures")}
    for stage in stages.values():
        outputs = " ".join(written(stage))
        stage["cmd"] = f"mkdir -p $(dirname {outputs}) && touch {outputs}"
    shutil.copytree(ROOT / "metrics" / "code", study.root / "metrics" / "code")
    (study.root / "data").mkdir()
    (study.root / "data" / "parameters-checked").touch()
    (study.root / "dvc.yaml").write_text(json.dumps({"stages": stages}), encoding="utf-8")
    git(study, "init", "--quiet")
    dvc(study, "init", "--quiet")
    commit(study)
    dvc(study, "repro")
    commit(study)
    (study.root / "data" / "mnist.npz").unlink()  # what does not concern it may be missing
    command = documented(
        "dvc exp run --allow-missing -S 'colour_datasets=[flower_patches,flowers102]' "
        "-S 'fetched=[digits,mnist,fashion_mnist,usps,flower_patches,flowers102]' colour-figures"
    )
    ran = stages_run(dvc(study, *shlex.split(command)[1:]))
    assert ran == {f"{name}@flowers102" for name in stages}
    assert (study.root / "plots" / "colour" / "flowers102").exists()
    parameters = load_parameters(study.root / "params.yaml")
    assert parameters.colour_datasets == ["flower_patches", "flowers102"]
    assert parameters.colour.of("flowers102").betas == parameters.colour.of("flower_patches").betas


def test_an_experiment_in_a_copy_changes_nothing_here_until_it_is_applied(project):
    """Of models that are trained already. [10]"""
    command = documented("dvc exp run --temp -S beta=0.3 headline").replace("0.3", "0.2")
    ran = dvc(project, *command.split()[1:], "--name", "known")
    assert "known" in ran and "trained" not in ran
    assert git(project, "status", "--short") == ""
    dvc(project, "exp", "apply", "known")
    assert git(project, "diff", "--numstat", "params.yaml").split()[2:] == ["params.yaml"]
    differences = dvc(project, "exp", "diff")
    assert "params.yaml" in differences and "digits.mlp.kl.mean" in differences
    compared = project.run("python", "-m", "pipeline.compare").stdout
    assert "digits.mlp.kl" in compared
    assert stages_run(dvc(project, "repro", "headline")) == set()


@pytest.fixture(scope="module")
def queued(shared):
    """The copy after a queue of three betas, two at a time. [70]"""
    committed_again(shared)
    for name, beta in QUEUE.items():
        dvc(shared, "exp", "run", "--queue", "--name", name, "-S", f"beta={beta}", TRAINED)
    try:
        # The workers inherit the output: whoever reads it would wait for them.
        command = ["dvc", "queue", "start", "--jobs", "2"]
        subprocess.run(command, cwd=shared.root, env=shared.environment, stdout=subprocess.DEVNULL, check=True)
        end, status = time.monotonic() + GIVE_UP, ""
        while status.count("Success") < len(QUEUE) and "Failed" not in status and time.monotonic() < end:
            time.sleep(2)
            status = dvc(shared, "queue", "status")
        assert status.count("Success") == len(QUEUE), status
    finally:
        shared.dvc("queue", "stop", "--kill")
        kill_processes(shared)
    return shared


def kill_processes(study):
    """Kill all that was started in a study's environment and still runs, such as idle workers of the queue."""
    left = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("STUDY_IMPORTS") == study.environment["STUDY_IMPORTS"]:
                process.kill()
                left.append(process)
        except psutil.Error:
            continue  # it has ended, or is another user's
    psutil.wait_procs(left, timeout=30)


def trained_stages(study):
    """Return the stage of each training that stages have collected, as often as there was one."""
    notes = Checkpoints(study.root / ".checkpoints", 0).notes().values()
    return sorted(note["stage"] for note in notes if note["kind"] == "training")


def test_a_queue_keeps_what_it_has_trained_where_all_find_it(queued):
    """In the main work tree, once for each model. [0]"""
    stages = trained_stages(queued)
    for beta in QUEUE.values():
        assert [stages.count(f"{TRAINED}@digits-{network}-{beta}") for network in ("mlp", "cnn")] == [1, 1]
    assert not [*(queued.root / ".dvc" / "tmp").rglob("*.checkpoint")]


def test_an_experiment_in_a_copy_that_is_killed_goes_on(project):
    """With what it had trained, though its copy is gone. [15]"""
    kept, target = project.root / ".checkpoints", f"{TRAINED}@digits-mlp-0.7"
    before = {*kept.glob("*.checkpoint")}
    line = [sys.executable, "-m", "dvc", "exp", "run", "--temp", "-S", "beta=0.7", target]
    run = subprocess.Popen(line, cwd=project.root, env=project.environment, stdout=subprocess.DEVNULL)
    end = time.monotonic() + GIVE_UP
    while not {*kept.glob("*.checkpoint")} - before:
        assert run.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    kill_processes(project)
    run.wait()
    new = {*kept.glob("*.checkpoint")} - before
    was_trained = any(Checkpoints(kept, 0).kept(path.stem) is not None for path in new)  # else its state is kept
    assert trainings(dvc(project, *line[3:])) == (0 if was_trained else 1)
    assert trained_stages(project).count(target) == 1
    assert git(project, "status", "--short") == ""


@pytest.mark.parametrize(("name", "beta"), QUEUE.items())
def test_a_queue_trains_betas_side_by_side(queued, project, name, beta):
    """And leaves the working tree alone, until one of them is applied. [3]"""
    assert git(project, "status", "--short") == ""
    said = dvc(project, "queue", "logs", name)
    trained = {f"{TRAINED}@digits-{network}-{beta}" for network in ("mlp", "cnn")}
    assert trainings(said) == 2 and trained <= stages_run(said)
    record = project.root / "metrics" / "main-experiments" / f"digits-mlp-{beta}.json"
    models = project.root / "models" / "main-experiments" / f"digits-mlp-{beta}"
    assert not record.exists() and not models.exists()
    dvc(project, "exp", "apply", name)
    assert record.is_file() and (models / "seed-0" / "weights.npz").is_file()
    assert f"+beta: {beta}" in git(project, "diff", "params.yaml").splitlines()
    assert stages_run(dvc(project, "repro", TRAINED)) == set()


@pytest.mark.parametrize(("side", "beta"), [("--ours", 0.3), ("--theirs", 0.4)])
def test_branches_with_other_betas_are_merged_by_taking_one_side(queued, project, side, beta):
    """Nothing is trained again. [3]"""
    for name in ("lower", "higher"):
        dvc(project, "exp", "branch", name, f"{name}-{beta}")
    git(project, "checkout", "--quiet", f"lower-{beta}")
    assert project.run("git", "merge", f"higher-{beta}").returncode != 0
    conflicts = git(project, "diff", "--name-only", "--diff-filter=U").split()
    assert conflicts == ["dvc.lock", "params.yaml"]
    git(project, "checkout", side, "--", *conflicts)
    git(project, "add", *conflicts)
    dvc(project, "checkout")
    assert stages_run(dvc(project, "repro", TRAINED)) == set()
    git(project, "commit", "--quiet", "--no-edit")
    assert git(project, "status", "--short") == ""
    assert f"beta: {beta}" in (project.root / "params.yaml").read_text(encoding="utf-8").splitlines()


def test_models_are_shared_through_a_folder(project, tmp_path):
    """A fresh clone knows what it would run before it has any of them. [6]"""
    git(project, "checkout", "--quiet", "-b", "sharing")
    dvc(project, "remote", "add", "--default", "ours", str(tmp_path / "remote"))
    git(project, "commit", "--quiet", "--all", "--message", "A folder for models")
    dvc(project, "push")
    clone = Study(tmp_path / "clone", tmp_path, environment(tmp_path))
    git(project, "clone", "--quiet", str(project.root), str(clone.root))
    assert not (clone.root / "models").exists()
    assert stages_run(dvc(clone, "repro", "--dry", "--allow-missing")) == set()
    with clone.parameter("beta", 0.2):
        would = dvc(clone, "repro", "--dry", "--allow-missing", "headline")
        assert stages_run(would) == {"check-parameters", "summarize@digits"}  # not what follows from new results
    dvc(clone, "pull")
    assert stages_run(dvc(clone, "repro")) == set()
    models = {path: content for path, content in project.outputs().items() if path.startswith("models/")}
    assert models and models.items() <= clone.outputs().items()
