"""What changes is all that runs again: parameters, the meaning of code, a metric, a beta and back."""

import json
import re
import shutil

import pytest

from tests.pipeline.study import copied, locked, stages_run, trainings
from tfvae.training.checkpoints import Checkpoints

CHECK = "check-parameters"
AUGMENTED = {f"augmented-sampling@digits-mlp-{beta}" for beta in (1, 0.2)}
REPORT = "dataset-report@digits"
SHOWN = {"figures@digits", "summarize@digits", "headline", REPORT}
COMPARED = {
    f"{stage}{kind}@{dataset}"
    for stage, dataset in (("vector-quantised", "digits"), ("colour", "flower_patches"))
    for kind in ("", "-figures")
}
NETWORKS = ("mlp", "cnn")
TOY = '''"""Mean label of generated images."""

import numpy as np


def toy_metric(labels, reference_labels, num_classes):
    return float(np.mean(labels))
'''
ENTRY = 'METRICS: dict[str, Metric] = {\n    "toy": Metric("tfvae.evaluation.toy:toy_metric", "labels", "Toy title"),\n'


def kept(study, kind):
    """Return the keys of the jobs of a kind that stages have collected."""
    notes = Checkpoints(study.root / ".checkpoints", 0).notes()
    return {key for key, note in notes.items() if note["kind"] == kind}


def add_a_constant(text):
    return f"{text}\nUNUSED = 1\n"


def test_a_parameter_runs_only_what_reads_it(study):
    with study.parameter("augmented_sampling.digits.mlp.neighbour_images", 50):
        assert study.planned() == {CHECK, *AUGMENTED, "variants@digits", *SHOWN}
    with study.parameter("manifolds.digits.cnn.steps", 11):
        assert study.planned() == {CHECK, "manifolds@digits-cnn", "figures@digits", REPORT}
    with study.parameter("variants.digits.models.dense-end.steps", 12):
        assert study.planned() == {CHECK, "variants@digits", "figures@digits", REPORT}


def test_another_precision_trains_everything_but_classifiers(study):
    with study.parameter("precision", "bfloat16"):
        planned = study.planned()
    stages = {name.partition("@")[0] for name in planned}
    trained = {
        "preliminary-grid", "pareto-select", "main-experiments", "stick-breaking", "manifolds", "variants",
        "legacy-experiments", "latent-analysis", "conditional", "vector-quantised", "colour",
    }  # fmt: skip
    assert trained <= stages and not stages & {"fingerprint", "download", "train-fid-classifier"}


def test_a_formula_runs_what_uses_it(study):
    with study.changed("src/tfvae/evaluation/codebook.py", add_a_constant):
        assert study.planned() == {"fingerprint", "vector-quantised@digits", "vector-quantised-figures@digits"}
    with study.changed("src/tfvae/evaluation/precision_recall.py", add_a_constant):
        sampled = {name.replace("mlp", network) for name in AUGMENTED for network in NETWORKS}
        planned = study.planned()
        assert {"fingerprint"} | sampled | SHOWN | COMPARED <= planned
        assert not any(name.startswith(("main-experiments", "stick-breaking", "preliminary-grid")) for name in planned)
    with study.changed("src/tfvae/plotting/sticks.py", add_a_constant):
        assert study.planned() == {"fingerprint", "figures@digits", REPORT}


def test_comments_and_docstrings_run_nothing(study):
    before = study.outputs()
    documented = study.changed(
        "src/tfvae/evaluation/frechet.py", lambda text: re.sub('"""(Return|Fr)', r'"""In other words: \1', text)
    )
    with documented, study.changed("pipeline/stage.py", lambda text: text.replace("\n\n\n", "\n\n\n# A comment.\n", 1)):
        done = study.dvc("repro")
        assert done.returncode == 0 and stages_run(done.stdout) == {"fingerprint"}
        assert study.outputs() == before
    assert stages_run(study.dvc("repro").stdout) == {"fingerprint"}


def test_a_metric_and_a_formula_train_nothing(finished, tmp_path):
    """A new metric stands in records, table and page, and a changed formula in records, of the same models."""
    study = copied(finished[0], tmp_path)
    models = {name: content for name, content in study.outputs().items() if name.endswith("weights.npz")}
    record = study.root / "metrics" / "main-experiments" / "digits-mlp-1.json"
    old = json.loads(record.read_text())["fid"]["mean"]
    toy = study.root / "src" / "tfvae" / "evaluation" / "toy.py"
    toy.write_text(TOY, encoding="utf-8")
    doubled = study.changed(
        "src/tfvae/evaluation/frechet.py", lambda text: text.replace("return max(0.0, ", "return 2 * max(0.0, ")
    )
    registered = study.changed(
        "src/tfvae/evaluation/metrics.py", lambda text: text.replace("METRICS: dict[str, Metric] = {\n", ENTRY)
    )
    with doubled, registered:
        trained = kept(study, "training")
        done = study.ahead("summarize@digits", REPORT)
        assert done.returncode == 0, done.stderr
        assert {"main-experiments@digits-mlp-1", "stick-breaking@digits-cnn"} < stages_run(done.stdout)
        assert kept(study, "training") == trained
        new = json.loads(record.read_text())
        assert new["fid"]["mean"] == pytest.approx(2 * old)
        assert 0 <= new["toy"]["mean"] <= 9
        assert "Toy title" in (study.root / "metrics" / "tables" / "digits.md").read_text(encoding="utf-8")
        assert "Toy title" in (study.root / "plots" / "report-digits.html").read_text(encoding="utf-8")
        after = study.outputs()
        assert {name: after[name] for name in models} == models


def test_models_that_dvc_restored_are_measured_and_not_trained(study):
    """Neither does this need what jobs have kept."""
    name = "stick-breaking@digits-mlp"
    shutil.rmtree(study.root / ".checkpoints")
    shutil.rmtree(study.root / "models" / "stick-breaking" / "digits-mlp")
    before = (study.root / "metrics" / "stick-breaking" / "digits-mlp.json").read_bytes()
    assert study.dvc("checkout", name).returncode == 0
    again = study.dvc("repro", "--force", "--single-item", name)
    assert again.returncode == 0 and trainings(again.stdout) == 0
    assert (study.root / "metrics" / "stick-breaking" / "digits-mlp.json").read_bytes() == before


def test_another_beta_and_back_leaves_everything_as_it_was(finished, tmp_path):

    study = copied(finished[0], tmp_path)
    before, lock = study.outputs(), locked(study)
    new = {
        f"{stage}@digits-{network}-0.3" for stage in ("main-experiments", "augmented-sampling") for network in NETWORKS
    }
    with study.parameter("beta", 0.2):
        assert study.planned() == {CHECK, *SHOWN}
    with study.parameter("beta", 0.3):
        there = study.dvc("repro", "headline", REPORT, "figures@digits")
        assert there.returncode == 0, there.stderr
        assert stages_run(there.stdout) == {CHECK, *new, *SHOWN} and trainings(there.stdout) == 2
        assert json.loads((study.root / "metrics" / "headline.json").read_text())["digits"]["mlp"]["beta"] == 0.3
    back = study.dvc("repro", "headline", REPORT, "figures@digits")
    assert back.returncode == 0 and stages_run(back.stdout) <= {CHECK, *SHOWN}  # DVC kept some of these runs
    after = study.outputs()
    assert {name: after[name] for name in before} == before
    assert all("-0.3" in name for name in after.keys() - before.keys())
    assert {name: stage for name, stage in locked(study).items() if name not in new} == lock


def test_a_model_that_is_trained_again_is_the_same(study):
    before = study.outputs()
    name = "main-experiments@digits-mlp-0.2"
    shutil.rmtree(study.root / ".checkpoints", ignore_errors=True)
    shutil.rmtree(study.root / "models" / "main-experiments" / "digits-mlp-0.2")
    again = study.dvc("repro", "--force", "--single-item", name)
    assert again.returncode == 0 and stages_run(again.stdout) == {name} and trainings(again.stdout) == 1
    after = study.outputs()
    assert {path: after[path] for path in after if "digits-mlp-0.2" in path} == {
        path: before[path] for path in before if "digits-mlp-0.2" in path
    }


def test_bad_parameters_are_refused_before_anything_is_touched(study):
    before = study.outputs()
    assert len(before) > 50
    with study.parameter("beta", -1), study.parameter("main_experiments.digits.mlp.steps", 0):
        refused = study.dvc("repro")
        assert refused.returncode != 0 and stages_run(refused.stdout) <= {"fingerprint", CHECK}
        assert "beta: a number from 0 to 1000 is needed. Received: -1" in refused.stderr
        assert "main_experiments.digits.mlp.steps: input should be greater than" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert study.outputs() == before
