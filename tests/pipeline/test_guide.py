"""docs/experiments.md and README.md, command by command, in a project whose stages take no time."""

import json
import re

import pytest

from tests.documents import documented
from tests.pipeline.skeleton import copied, runner, untracked
from tests.pipeline.study import stages_run, trainings


def models(project):
    return {path.name for path in (project.root / "models" / "main").iterdir()}


def beta(project):
    return json.loads((project.root / "metrics" / "headline.json").read_text())["mnist"]["mlp"]["beta"]


def test_one_change_is_run_and_reviewed(project, run):
    said = run("dvc exp run -S beta=0.3 headline")
    assert {"main-experiments@mnist-0.3", "headline"} <= stages_run(said) and "'download@mnist' didn't change" in said
    lines = re.findall(r"^[-+]\w.*", run("git diff params.yaml"), re.MULTILINE)
    assert lines == ["-beta: 1", "+beta: 0.3"]
    for command in (run("python -m pipeline.compare"), run("python -m pipeline.compare main")):
        assert re.search(r"^mnist\.mlp\.fid +51 +50\.3 ", command, re.MULTILINE)
    assert {"mnist.mlp.fid.mean", "params.yaml"} <= set(run("dvc exp diff").split())
    assert "mnist.mlp.kl.mean" in run("dvc metrics diff") and "params.yaml" in run("dvc params diff")
    run("dvc plots diff")
    assert "workspace" in (project.root / "dvc_plots" / "index.html").read_text(encoding="utf-8")
    run("git add --all && git commit")
    assert project.run("git", "status", "--short").stdout == ""
    kept = project.run("git", "diff", "--name-only", "HEAD~1").stdout.split()
    assert {name.split("/")[0] for name in kept} == {"dvc.lock", "metrics", "params.yaml"}


def test_an_experiment_of_some_stages_is_left_and_applied_with_status_255(project, run):
    said = run("dvc exp run -S beta=0.3 summarize@mnist figures@mnist")
    name = re.search("Reproducing experiment '(.*)'", said)[1]
    assert trainings(said) == 1 and models(project) == {"mnist-0.2", "digits-0.2", "mnist-0.3", "mnist-1", "digits-1"}
    assert stages_run(run("dvc repro -s headline")) == {"headline"} and beta(project) == 0.3
    run("git restore . && dvc checkout")
    assert beta(project) == 1 and models(project) == {f"{data}-{b}" for data in ("mnist", "digits") for b in (1, 0.2)}
    assert untracked(project) == ["metrics/main/mnist-0.3.json"]
    assert name in run("dvc exp list")
    for command in ("dvc exp apply NAME", "dvc checkout"):
        said = run(command, fails=255, NAME=name)
        assert re.search("Checkout failed for following targets:\nmodels/main/digits-0.3\n", said)
        assert "mnist-0.3" in models(project) and "beta: 0.3" in (project.root / "params.yaml").read_text()
    run("dvc repro headline")
    run("dvc checkout")
    run("dvc exp branch NAME BRANCH", NAME=name, BRANCH="kept")
    assert project.run("git", "rev-parse", "kept").returncode == 0
    run("dvc exp remove NAME", NAME=name)
    assert name not in project.run("git", "for-each-ref", "refs/exps").stdout


def test_several_run_side_by_side_in_copies(project, run):
    names = re.findall("Queued experiment '(.*)'", run("dvc exp run --queue -S 'beta=0.3,0.4' headline"))
    assert run("dvc queue status").count("Queued") == 2 == len(names)
    # The pipe holds the line until the workers end, so that nothing has to wait for them.
    project.shell(documented("TFVAE_WORKERS=1 dvc queue start -j 2") + documented("dvc queue start | cat")[-6:])
    assert run("dvc queue status").count("Success") == 2
    assert beta(project) == 1 and project.run("git", "status", "--short").stdout == ""
    assert "main-experiments@mnist-0.3" in stages_run(run("dvc queue logs NAME", NAME=names[0]))
    run("dvc queue stop --kill")
    run("dvc queue remove --all")
    shown = run(r"dvc exp show --no-pager --drop '(?!Experiment|State|beta$|mnist\.mlp\.(fid|kl|mse)\.mean)'")
    assert all(name in shown for name in names) and "mnist.mlp.fid.mean" in shown and "tvd" not in shown


@pytest.fixture
def merging(project, run):
    """The project while a branch of another beta is merged into one of its own."""
    for branch, value in (("mine", 0.3), ("other", 0.4)):
        project.run("git", "checkout", "--quiet", "-b", branch, "main")
        project.dvc("exp", "run", "-S", f"beta={value}", "headline")
        run("git add --all && git commit")
    project.run("git", "checkout", "--quiet", "mine")
    assert "CONFLICT (content): Merge conflict in dvc.lock" in run("git merge other", fails=1)
    return project


def test_a_conflict_has_two_ways_out_and_trains_nothing(merging, run, tmp_path):
    other = copied(merging, tmp_path / "other")
    run("git checkout --ours -- params.yaml dvc.lock metrics plots")
    run("dvc checkout")
    assert stages_run(run("dvc repro headline")) == set() and beta(merging) == 0.3
    run("git add --all && git commit")
    assert merging.run("git", "status", "--short").stdout == ""

    run_there = runner(other)
    run_there("git checkout --theirs -- params.yaml metrics plots")
    assert trainings(run_there("rm dvc.lock && dvc repro")) == 0 and beta(other) == 0.4
    run_there("git add --all && git commit")
    assert "up to date" in run_there("dvc status") and other.run("git", "status", "--short").stdout == ""


def test_a_refused_value_stays_in_the_file_until_it_is_restored(project, run):
    refused = project.dvc("exp", "run", "-S", "beta=-1", "headline")
    assert refused.returncode == 255 and "Received: -1" in refused.stderr
    assert "beta: -1" in (project.root / "params.yaml").read_text()
    run("git restore params.yaml")
    assert project.run("git", "status", "--short").stdout == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-S", "beta=[0.3,0.4]"], "Cannot interpolate data of type 'list'"),
        (["-S", "beta=0.3,0.4"], "without `--queue`"),
        (["-S", "bta=0.3"], "Could not override"),
    ],
)
def test_what_dvc_refuses_at_once_changes_no_file(project, options, message):
    refused = project.dvc("exp", "run", *options, "headline")
    assert refused.returncode == 255 and message in refused.stderr
    assert project.run("git", "status", "--short").stdout == ""


def test_a_stage_named_with_its_beta_is_no_target_of_several(project, run):
    said = run("dvc exp run --queue -S 'beta=0.3,0.4' main-experiments", fails=255)
    assert "is not found" in said and said.count("Queued experiment") == 1
    run("dvc queue remove --all")
    queued = project.dvc("exp", "run", "--queue", "-S", "beta=range(0.1,0.4,0.1)", "headline").stdout
    assert "0.30000000000000004" in queued


def test_another_folder_names_the_file(project):
    record = project.root / "metrics" / "summary" / "digits.json"
    record.unlink()
    assert project.shell("cd metrics && " + documented("dvc repro ../dvc.yaml:summarize@digits")).returncode == 0
    assert record.is_file()
    assert project.shell("cd metrics && dvc repro summarize@digits").returncode == 255
