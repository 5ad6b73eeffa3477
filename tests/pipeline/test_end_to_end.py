"""The real pipeline through DVC, at a tiny budget: everything runs, and what changes is all that runs again."""

import json
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from pipeline.colour_images import part as colour
from pipeline.conditional_vae import part as conditional
from pipeline.experiment.measuring import FINAL_METRICS
from pipeline.experiment.precisions import by_precision
from pipeline.jobs.closure import OUTSIDE, ROOT, closure
from pipeline.known_factors import part as disentanglement
from pipeline.latent_spaces import part as latent_analysis
from pipeline.model_family import part as objectives
from pipeline.pages.reading import read_figures, read_records
from pipeline.pages.rendering import parts_of
from pipeline.pages.study import Study as Shown
from pipeline.records.kinds import KINDS
from pipeline.vq_vae import part as vector_quantised
from tests.pipeline.study import ROOT_STAGES, locked, stages_run
from tfvae.evaluation.metrics import METRICS

NETWORKS = ("mlp", "cnn")


def in_a_checkout():
    if not shutil.which("git"):
        return False
    command = ["git", "ls-files", "--error-unmatch", "dvc.yaml"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not in_a_checkout(), reason="copies the files that Git tracks")


@pytest.fixture(scope="module")
def lock(study):
    """The stages of dvc.lock."""
    return locked(study)


def read(study, name):
    return json.loads((study.root / "metrics" / f"{name}.json").read_text(encoding="utf-8"))


def assert_summary(summary, seeds):
    assert set(summary) == {"mean", "sd", "n", "values"} and summary["n"] == len(summary["values"]) == seeds
    assert summary["mean"] == pytest.approx(np.mean(summary["values"]))
    if seeds == 1:
        assert summary["sd"] is None
    else:
        assert summary["sd"] == pytest.approx(np.std(summary["values"], ddof=1))


def test_one_command_runs_every_stage_once(finished):
    study, output = finished
    ran = re.findall(r"^Running stage '([^']+)'", output, flags=re.MULTILINE)
    listed = study.dvc("stage", "list", "--name-only", "--all").stdout.split()
    assert sorted(ran) == sorted(listed) and tuple(ran[:2]) == ROOT_STAGES
    assert {name.split("@")[0] for name in ran} == {
        "fingerprint", "dataset-report",
        "check-parameters", "download", "train-fid-classifier", "preliminary-grid", "pareto-select", "main-experiments",
        "stick-breaking", "augmented-sampling", "manifolds", "variants", "figures", "summarize", "headline",
        "legacy-experiments", "legacy-offsets", "latent-analysis", "latent-figures", "conditional",
        "conditional-figures", "vector-quantised", "vector-quantised-figures", "colour", "colour-figures",
        "import-images", "own-images", "own-figures", "own-report", "pretrained", "objectives", "objectives-figures",
        "hyperparameter-search", "search-figures",
        "disentanglement", "disentanglement-figures",
    }  # fmt: skip


def test_nothing_runs_a_second_time(study):
    before = study.imports.read_text(encoding="utf-8")
    again = study.dvc("repro")
    assert again.returncode == 0 and stages_run(again.stdout) == set()
    assert "Data and pipelines are up to date." in again.stdout
    assert study.imports.read_text(encoding="utf-8") == before


def test_records_of_the_classifier_and_the_search(study):
    classifier = read(study, "train-fid-classifier/digits")
    assert set(classifier) == {"accuracy", "fid_floor", "fid_mean_image", "tvd_floor", "max_class_gap_floor"}
    assert 0 <= classifier["accuracy"] <= 1 and classifier["fid_floor"] < classifier["fid_mean_image"]
    for network, names in (("mlp", ["e0-d0", "e1-d0"]), ("cnn", ["e0-d0"])):
        grid = read(study, f"preliminary-grid/digits-{network}")
        assert set(grid) == {"dataset", "network", "precision", "beta", "steps", "seeds", "candidates"}
        assert [candidate["name"] for candidate in grid["candidates"]] == names
        for candidate in grid["candidates"]:
            measured = {"fid", "tvd", "max_class_gap", "max_class_gap_without_class_zero", "loss", "mse", "kl"}
            assert set(candidate) == {"name", "parameters", *measured} and candidate["parameters"] > 0
            for name in measured:
                assert_summary(candidate[name], 1)
        search = read(study, f"architectures/digits-{network}")
        assert set(search) == {
            "dataset", "network", "searched_on", "precision", "grid", "objectives", "candidates", "front", "runs",
            "noise_sd", "consistent", "decided_by", "long", "selected", "architecture",
        }  # fmt: skip
        assert set(search["front"]) <= set(names) and search["selected"] in search["front"]
        assert len(search["runs"]) >= 3 and all(len(run["fid"]) == 4 for run in search["runs"])
        assert search["architecture"]["name"] == search["selected"]


def test_records_of_the_experiments(study):
    head = {
        "dataset", "network", "architecture", "posterior", "likelihood", "beta", "steps", "batch_size", "learning_rate",
        "precision", "seeds",
    }  # fmt: skip
    for network in NETWORKS:
        names = {f"main-experiments/digits-{network}-{beta}": beta for beta in (1, 0.2)}
        for name, beta in {**names, f"stick-breaking/digits-{network}": 1}.items():
            record, sticks = read(study, name), name.startswith("stick")
            assert head <= set(record) and set(FINAL_METRICS) <= set(record)
            assert (record["dataset"], record["network"], record["beta"]) == ("digits", network, beta)
            assert record["posterior"] == ("stick_breaking" if sticks else "diagonal_gaussian")
            for metric in FINAL_METRICS:
                assert_summary(record[metric], len(record["seeds"]))
            assert record["fid_relative"]["mean"] == pytest.approx(
                record["fid"]["mean"] / read(study, "train-fid-classifier/digits")["fid_mean_image"]
            )
            if sticks:
                assert len(record["sticks"]) == 4 and sum(record["sticks"]) == pytest.approx(1, abs=1e-4)
            for seed in record["seeds"]:
                folder = study.root / "models" / name / f"seed-{seed}"
                history = pd.read_csv(folder / "history.csv")
                assert list(history) == ["step", "loss", "distortion", "kl", "fid", "tvd", "max_class_gap"]
                assert len(history) == (20 if sticks else 4) and history["step"].iloc[-1] == record["steps"]
                assert json.loads((folder / "config.json").read_text())["network"] == network


def test_records_of_the_samplers(study):
    samplers = {"prior", "scaled", "shifted", "shifted_fit", "gaussian", "mixture"}
    for beta in (1, 0.2):
        record = read(study, f"augmented-sampling/digits-mlp-{beta}")
        assert set(record) == {
            "dataset", "network", "beta", "precision", "seeds", "scale", "shift", "components", "samplers",
        }  # fmt: skip
        assert record["beta"] == beta and set(record["samplers"]) == samplers
        for metrics in record["samplers"].values():
            assert {*METRICS, "precision", "recall", "density", "coverage", "blank_share"} <= set(metrics)
            for summary in metrics.values():
                assert_summary(summary, 1)


def test_the_record_of_the_variants(study):
    record = read(study, "variants/digits")
    assert list(record["models"]) == ["dense-0", "dense-1", "sticks-50-1", "convolutional-0.2", "dense-end-0.2"]
    for model in record["models"].values():
        for metric in (model["mse"], model["neighbour_error"]["5"], model["samplers"]["scaled"]["blank_share"]):
            assert_summary(metric, 1)
    with np.load(study.root / "metrics" / "figure-data" / "variants" / "digits" / "samples.npz") as samples:
        assert len(samples.files) == 15 and {samples[name].shape for name in samples.files} == {(9, 28, 28, 1)}


def test_records_of_the_thesis_s_protocol(study):
    record = read(study, "legacy-experiments/digits-mlp")
    assert set(record["models"]) == set(record["ablation"]) == {"0.2", "clamped_stick_breaking"}
    assert set(record["ablation"]["0.2"]) == {"epsilons", "losses", "tvd_classes", "reference_features"}
    for metrics in (*record["models"].values(), *record["ablation"]["0.2"].values()):
        for name in ("loss", "mse", "beta_x_kl", "fid", "fid_scaled", "tvd_max"):
            assert_summary(metrics[name], 1)
    [variant] = record["augmented"]
    assert variant["name"] == "bernoulli-0.001-8" and 0 < record["test_contrast"] < 1
    for sampler in ("prior", "scaled", "mixture", "reconstructions"):
        assert_summary(variant[sampler]["fid"], 1)
        assert 0 <= variant[sampler]["contrast"]["mean"] <= 1
    assert list(record["grid"]) == ["e0-d0", "e1-d0"]
    assert_summary(record["grid"]["e1-d0"]["tvd_max"], 1)
    models = study.root / "models" / "legacy-experiments" / "digits-mlp"
    assert not [path.name for path in models.iterdir() if path.name.startswith("grid")]
    folder = models / "0.2-epsilons" / "seed-0"
    assert pd.read_csv(folder / "history.csv")["step"].tolist() == [4, 8]


def test_records_of_the_latent_spaces_and_of_the_conditional_models(study):
    latent, compared = read(study, "latent-analysis/digits"), read(study, "conditional/digits")
    for name, described in latent["models"].items():
        for metric in ("validation_loss", "silhouette", "linear_probe_accuracy", "active_units"):
            assert_summary(described[metric], 1)
        assert set(described["neighbour_error"]) == {"3", "5", "10"}
        assert ("kl_per_dimension" in described) == (name != "auto_encoder")
    # As many as the document of these models prints, for the encoder and the decoder.
    printed = {"auto_encoder": 238_510 + 239_284, "vae": 241_520 + 239_284, "conv_vae": 584_308 + 339_649}
    assert {name: described["parameters"] for name, described in latent["models"].items()} == printed
    likelihood = latent["likelihood"]
    assert likelihood["negative_log_likelihood"]["mean"] < likelihood["negative_elbo"]["mean"]
    assert set(compared["models"]) == {"vae", "conditional_vae"}
    for metric in ("agreement", "cas", "cas_ceiling", "fid", "loss"):
        assert_summary(compared["models"]["conditional_vae"][metric], 1)
    trials = pd.read_csv(study.root / "plots" / "trials" / "digits.csv")
    for model, described in compared["models"].items():
        losses, search = trials["loss"][trials["model"] == model], described["search"]
        assert search["trials"] == len(losses) == 2
        assert search["best"]["loss"] == pytest.approx(losses.min())
        assert search["first"]["batch_size"] == 256 and search["first"]["loss"] == pytest.approx(losses.iloc[0])


def test_records_of_the_quantised_models_and_of_colour_images(study):
    compared, colour = read(study, "vector-quantised/digits"), read(study, "colour/flower_patches")
    assert set(compared["models"]) == {"vae-2", "beta-vae-3", "vq-vae-4-5"}
    for model in (compared["real"], *compared["models"].values()):
        for sampled in model["samplers"].values():
            for metric in ("inception_score", "inception_score_few", "fid", "kid", "coverage", "tvd", "cas"):
                assert_summary(sampled[metric], 1)
    assert set(compared["models"]["vae-2"]["samplers"]) == {"prior", "regions"}
    for metric in ("perplexity", "dead_codes", "nats_per_code", "mse", "class_agreement"):
        assert_summary(compared["models"]["vq-vae-4-5"][metric], 1)
    assert colour["features"] == "random" and colour["fid_floor"] < colour["fid_mean_image"]
    assert [model["beta"] for model in colour["models"].values()] == [1, 4]
    assert_summary(colour["models"]["4"]["fid"], 1)


def test_every_record_has_all_names_of_its_type(study):
    metrics = study.root / "metrics"
    for name, kind in KINDS.items():
        if name == "reproduction":  # it concerns other datasets than that of this study
            continue
        paths = [*(metrics / name).glob("*.json"), *metrics.glob(f"{name}.json")]
        assert paths, name
        for path in paths:
            TypeAdapter(kind).validate_json(path.read_bytes())


def test_every_record_of_models_says_their_precision(study):
    paths = [path for path in (study.root / "metrics").rglob("*.json") if "fid-classifier" not in str(path)]
    assert len(paths) > 10
    for path in paths:
        found = by_precision([(path.stem, json.loads(path.read_text(encoding="utf-8")))])
        assert list(found) == ["float32"], path


def test_the_summary_is_that_of_the_parameter_beta(study):
    summary = read(study, "summary/digits")
    assert summary == {network: read(study, f"main-experiments/digits-{network}-1") for network in NETWORKS}
    table = (study.root / "metrics" / "tables" / "digits.md").read_text(encoding="utf-8")
    assert "0.2-VAE" in table and "SB-CVAE" in table


def test_pictures_and_curves_are_there(study):
    folders = {"digits": 12, "objectives/digits": 9, "disentanglement/dots": 3, "latent-analysis/digits": 9,
               "conditional/digits": 7, "vector-quantised/digits": 11, "colour/flower_patches": 7}  # fmt: skip
    found = {name: list((study.root / "plots" / name).glob("*.png")) for name in folders}
    assert all(len(found[name]) >= least for name, least in folders.items())
    pictures = [path for paths in found.values() for path in paths]
    for path in pictures:
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG\r\n\x1a\n") and content.endswith(b"IEND\xaeB`\x82") and len(content) > 2000
    curves = pd.read_csv(study.root / "plots" / "curves" / "digits.csv")
    assert set(curves["network"]) == set(NETWORKS)
    with np.load(study.root / "metrics" / "figure-data" / "manifolds" / "digits-cnn" / "manifolds.npz") as grids:
        assert {grids[name].shape for name in grids.files} == {(3, 3, 28, 28, 1)}
        assert {name.split("|")[0] for name in grids.files} == {"beta_1", "stick_breaking"}


def test_the_page_holds_the_records_of_the_study(study):
    page = study.root / "plots" / "report-digits.html"
    text = page.read_text(encoding="utf-8")
    shown = f"{read(study, 'main-experiments/digits-mlp-0.2')['fid']['mean']:.2f}"
    assert re.search(rf'href="../metrics/main-experiments/digits-mlp-0.2.json"[^>]*>{shown}</a>', text)
    for address in re.findall(r'href="([^#"][^"]*)"', text):
        assert address == "data:," or (page.parent / address).is_file(), address


def test_further_models_have_what_the_page_of_the_whole_study_shows(study):
    modules = {
        "objectives/digits": objectives, "disentanglement/dots": disentanglement,
        "latent-analysis/digits": latent_analysis, "conditional/digits": conditional,
        "vector-quantised/digits": vector_quantised, "colour/flower_patches": colour,
    }  # fmt: skip
    plots = study.root / "plots"
    records = read_records([study.root / "metrics" / f"{name}.json" for name in modules], plots)
    assert len(parts_of(Shown("study", "", records, {}), modules.values())) == len(modules)
    for name, module in modules.items():
        assert set(module.CAPTIONS) <= set(read_figures(plots / name, plots)), name


def test_git_keeps_records_and_pictures_and_dvc_the_rest(study):
    kept = study.run("git", "ls-files", "--others", "--exclude-standard").stdout.split()
    folders = (
        "metrics/summary/", "metrics/main-experiments/", "metrics/fid-classifier/", "metrics/figure-data/",
        "plots/digits/", "plots/curves/",
    )  # fmt: skip
    for folder in folders:
        assert any(name.startswith(folder) for name in kept), folder
    assert not any(name.startswith(("data/", "models/")) for name in kept)


def test_what_stages_import_while_they_run_is_in_their_fingerprint(study, lock):
    """The closure is computed from the syntax tree; here it is compared with the processes, workers included."""
    imported = {}
    for line in study.imports.read_text(encoding="utf-8").splitlines():
        command, module = line.split("\t")
        imported.setdefault(f"python {command}", set()).add(module)
    assert set(imported) == {stage["cmd"] for stage in lock.values()}
    left_out = closure("pipeline.params.loading", outside=()).files  # what only validates, and what it imports for that
    for name, stage in lock.items():
        codes = [entry["path"] for entry in stage["deps"] if entry["path"].startswith("metrics/code/")]
        assert len(codes) == (name != "fingerprint"), name
        listed = {line.split()[0] for path in codes for line in (study.root / path).read_text().splitlines()}
        for module in imported[stage["cmd"]] if codes else ():
            base = module.replace(".", "/") if module.startswith("pipeline") else f"src/{module.replace('.', '/')}"
            file = f"{base}.py"
            if (study.root / file).is_file() and not file.endswith("/registry.py") and file not in left_out:
                assert file in listed or file.startswith(OUTSIDE), f"{name} imports {file}"
