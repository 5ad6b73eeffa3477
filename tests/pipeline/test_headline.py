"""The headline numbers: what they are, and that DVC shows them and nothing else as a reviewer's table."""

import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from ruamel.yaml import YAML

from pipeline import files, headline
from pipeline.jobs.closure import ROOT
from tests.pipeline.study import Study, environment

STAGES = YAML(typ="safe", pure=True).load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
SUMMARIES = "metrics/summary/${item.dataset}.json"
# As the stage summarize, without its tables: of each network the record of this beta.
SUMMARIZE = """
import json, sys
dataset, beta = sys.argv[1:]
records = {}
for network in ("mlp", "cnn"):
    with open(f"metrics/main-experiments/{dataset}-{network}-{beta}.json", encoding="utf-8") as file:
        records[network] = json.load(file)
with open(f"metrics/summary/{dataset}.json", "w", encoding="utf-8") as file:
    json.dump(records, file)
"""


def test_the_committed_headline_holds_what_the_seeds_of_the_study_gave(committed):
    content = files.read_json(ROOT / "metrics" / "headline.json")
    assert list(content) == committed["datasets"]
    for dataset, networks in content.items():
        assert list(networks) == ["mlp", "cnn"]
        for network, numbers in networks.items():
            record = files.read_json(ROOT / f"metrics/main-experiments/{dataset}-{network}-{committed['beta']}.json")
            assert [*numbers] == ["beta", "n", "precision", "fid", "fid_relative", "tvd", "kl", "mse"]
            assert (numbers["beta"], numbers["precision"]) == (committed["beta"], record["precision"])
            for metric in headline.METRICS:
                values = record[metric]["values"]
                assert numbers["n"] == len(values) and numbers[metric]["mean"] == pytest.approx(np.mean(values))
                deviation = None if len(values) == 1 else pytest.approx(np.std(values, ddof=1))
                assert numbers[metric]["sd"] == deviation


def test_only_datasets_of_the_study_count_and_in_its_order(tmp_path):
    summaries = ROOT / "metrics" / "summary"
    for datasets in (["mnist", "digits"], ["digits"]):
        headline.main(SimpleNamespace(datasets=datasets), summaries=summaries, headline=tmp_path / "headline.json")
        written = files.read_json(tmp_path / "headline.json")
        assert list(written) == datasets
        assert written["digits"] == files.read_json(ROOT / "metrics" / "headline.json")["digits"]
    with pytest.raises(files.Damaged, match=r"usps\.json: No such file"):
        headline.main(SimpleNamespace(datasets=["usps"]), summaries=summaries, headline=tmp_path / "headline.json")


def test_the_headline_is_the_only_metric_and_git_keeps_all_records_and_pictures():
    assert [name for name, stage in STAGES.items() if "metrics" in stage] == ["headline"]
    for stage in STAGES.values():
        for kind in ("outs", "metrics", "plots"):
            for entry in stage.get(kind, []):
                path, options = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
                assert options.get("cache", True) is not path.startswith(("metrics/", "plots/", "pretrained/")), path


def test_models_persist_where_dvc_keeps_no_run_of_their_stage():
    """It keeps none of a stage with a plain output that it does not cache, such as a record."""
    for stage in STAGES.values():
        for entry in stage.get("outs", []):
            path, options = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
            kept = ("models/", "metrics/fid-classifier/", "metrics/code")
            assert options.get("persist", False) is path.startswith(kept), path


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    """A repository with the committed records, the stage headline, and an experiment with beta 0.2 in its work tree."""
    folder = tmp_path_factory.mktemp("headline")
    root, home = folder / "study", folder / "home"
    shutil.copytree(ROOT / "metrics" / "main-experiments", root / "metrics" / "main-experiments")
    (root / "metrics" / "summary").mkdir()
    shutil.copy2(ROOT / "params.yaml", root / "params.yaml")
    shutil.copytree(ROOT / "params", root / "params")
    (root / "summarize.py").write_text(SUMMARIZE, encoding="utf-8")
    [record] = [one for one in STAGES["summarize"]["outs"] if isinstance(one, dict) and SUMMARIES in one]
    stages = {
        "summarize": {
            "matrix": STAGES["summarize"]["matrix"],
            "cmd": "python summarize.py ${item.dataset} ${beta}",
            "deps": ["metrics/main-experiments"],
            "outs": [record],
        },
        "headline": {**STAGES["headline"], "deps": ["metrics/summary"]},
    }
    with (root / "dvc.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump({"stages": stages}, file)
    study = Study(root, home / "imports.txt", {**environment(home), "PYTHONPATH": str(ROOT)})
    identity = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    for command in (
        ["git", "init", "--quiet"],
        ["dvc", "init", "--quiet"],
        ["dvc", "repro", "--quiet"],
        ["git", "add", "."],
        ["git", *identity, "commit", "--quiet", "--message", "Study"],
        ["dvc", "exp", "run", "--quiet", "--set-param", "beta=0.2"],
    ):
        done = study.run(*command)
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return study


def test_a_changed_beta_is_a_table_that_can_be_read(experiment):
    before = files.read_json(ROOT / "metrics" / "headline.json")
    shown = experiment.dvc("metrics", "diff").stdout
    header, *lines = shown.splitlines()
    assert header.split() == ["Path", "Metric", "HEAD", "workspace", "Change"]
    assert len(lines) <= 80 and max(map(len, shown.splitlines())) <= 100
    cells = {line.split()[1]: line.split() for line in lines}
    assert {line.split()[0] for line in lines} == {"metrics/headline.json"}
    for dataset, networks in before.items():
        for network, numbers in networks.items():
            values = files.read_json(ROOT / f"metrics/main-experiments/{dataset}-{network}-0.2.json")
            assert cells[f"{dataset}.{network}.beta"][2:] == ["1", "0.2", "-0.8"]
            for metric in headline.METRICS:
                row = [float(cell) for cell in cells[f"{dataset}.{network}.{metric}.mean"][2:]]
                old, new = numbers[metric]["mean"], values[metric]["mean"]
                assert row == pytest.approx([old, new, new - old], abs=1e-5)


def test_a_whole_record_is_compared_where_it_is_named(experiment):
    shown = experiment.dvc("metrics", "diff", "--targets", "metrics/summary/mnist.json").stdout
    assert {"mlp.inception_score.mean", "cnn.kid.sd", "mlp.beta"} <= {line.split()[1] for line in shown.splitlines()}


def test_experiments_are_shown_with_the_headline_alone(experiment):
    shown = json.loads(experiment.dvc("exp", "show", "--json").stdout)
    assert {name for entry in shown for name in entry["data"]["metrics"]} == {"metrics/headline.json"}
