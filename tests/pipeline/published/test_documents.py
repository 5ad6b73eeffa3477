"""Figures that are not of the thesis: each gets the value it should from the record of the stage latent-analysis."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pipeline.experiment.job import Outcome
from pipeline.jobs.closure import ROOT
from pipeline.latent_spaces.models import LAYERS, describe, plan
from pipeline.published.counterparts import counterpart
from pipeline.published.record import NOT_MEASURED, by_key, reproduction
from pipeline.published.references import parse

FIGURES = parse((ROOT / "references" / "figures.csv").read_text(encoding="utf-8"))
OTHERS = [figure for figure in FIGURES if figure.origin != "000_thesis"]
# Weights of the tutorial's models; the other model's number is made up.
SIZES = {"auto_encoder": 238510 + 239284, "vae": 241520 + 239284, "conv_vae": 584308 + 339649, "binary_vae": 10}
HUNDREDS = {"auto_encoder": 100, "vae": 200, "conv_vae": 300}
UNTRIED = {  # models that are built, but were not trained so
    "iwae50 nll5000 static-binary", "vamp500 nll5000 static-binary", "svae nll500 dynamic-binary",
    "rae_l2 fid-inception", "rae_gp fid-inception", "betaB C=25", "btcvae", "factor",
}  # fmt: skip
# Our first seed's values, by origin, model and metric of the figure.
EXPECTED = {
    ("001_latent", "ae", "train_loss"): 100,
    ("001_latent", "vae", "train_loss"): 200,
    ("001_latent", "conv-vae", "train_loss"): 300,
    ("001_latent", "ae", "val_loss"): 101,
    ("001_latent", "vae", "val_loss"): 201,
    ("001_latent", "vae", "val_recon"): 202,
    ("001_latent", "vae", "val_kl"): 203,
    ("001_latent", "vae", "silhouette"): 204,
    ("001_latent", "conv-vae", "val_loss"): 301,
    ("001_latent", "conv-vae", "val_recon"): 302,
    ("001_latent", "conv-vae", "val_kl"): 303,
    ("001_latent", "conv-vae", "silhouette"): 304,
    ("001_latent", "ae-encoder", "params"): 238510,
    ("001_latent", "ae-decoder", "params"): 239284,
    ("001_latent", "vae-encoder", "params"): 241520,
    ("001_latent", "vae-decoder", "params"): 239284,
    ("001_latent", "conv-encoder", "params"): 584308,
    ("001_latent", "conv-decoder", "params"): 339649,
    ("pythae", "vae nll200 static-binary", "obtained"): 400,
    ("pythae", "vae nll200 static-binary", "reference"): 400,
    ("YannDubs", "VAE", "recon"): 302,
    ("YannDubs", "VAE", "kl"): 303,
}


def metrics_of(model, seed):
    """Return numbers that tell model, metric and seed."""
    if model == "binary_vae":
        return {"negative_log_likelihood": 400 + seed, "negative_elbo": 450 + seed}
    value = HUNDREDS[model] + seed / 8
    names = ("validation_loss", "validation_distortion", "validation_kl", "silhouette")
    return {
        **{name: value + position for position, name in enumerate(names, 1)},
        "neighbour_error": {str(k): value + position for position, k in enumerate((3, 5, 10), 5)},
    }


@pytest.fixture
def described(parameters_with):
    """Return the stage's record of MNIST, with the study's budgets and made-up numbers."""
    settings = parameters_with({"precision": "bfloat16"}).latent_analysis.of("mnist")
    jobs = plan(settings, np.zeros((100, 28, 28, 1), np.uint8), Path("models"))
    outcomes = [
        Outcome(
            job,
            "aa",
            {
                "weights": {"": [np.broadcast_to(0.0, SIZES[job.model] - 3), np.zeros(3)]},
                "history": {"": [{"loss": 999.0}, {"loss": HUNDREDS.get(job.model, 0.0)}]},
                "row": {"loss": HUNDREDS.get(job.model, 0.0)},
            },
            {"metrics": metrics_of(job.model, job.training.seed)},
        )
        for job in jobs
    ]
    return {"dataset": "mnist", **describe(outcomes, settings)}


def entries(content):
    """Return the entries of the figures that are not of the thesis, with this record alone, or with none."""
    records = by_key([("latent-analysis", "mnist", content)] if content else [])
    return [entry for entry in reproduction(FIGURES, records, (), {})["figures"] if entry["origin"] != "000_thesis"]


def find(found, origin, model, metric):
    [entry] = [one for one in found if (one["origin"], one["model"], one["metric"]) == (origin, model, metric)]
    return entry


def test_each_figure_gets_its_value_and_no_other_gets_one(described):
    found = entries(described)
    first = {
        (entry["origin"], entry["model"], entry["metric"]): entry["corrected"]["values"][0]
        for entry in found
        if entry["corrected"]
    }
    assert first == pytest.approx(EXPECTED) and len(found) == len(OTHERS) == 47
    assert all(entry["legacy"] is None and entry["explained_by"] == [] for entry in found)
    losses = find(found, "001_latent", "vae", "val_loss")["corrected"]
    assert losses["values"] == [201, 201.125, 201.25]


def test_what_no_run_has_tried_says_why(described):
    for content in (None, described):
        found = [entry for entry in entries(content) if entry["model"] in UNTRIED]
        assert len(found) == sum(figure.model in UNTRIED for figure in OTHERS) > len(UNTRIED)
        assert {entry["verdict"] for entry in found} == {"not measured"}
        assert all(entry["reason"] not in ("", NOT_MEASURED) for entry in found)


def test_without_a_record_of_it_nothing_is_measured():
    counted = Counter((entry["origin"], entry["verdict"]) for entry in entries(None))
    assert counted == {
        ("001_latent", "not measured"): 18,
        ("pythae", "not measured"): 13,
        ("nalisnick", "unverified"): 6,
        ("YannDubs", "not measured"): 10,
    }


def test_the_number_of_weights_must_be_equal_to_the_last(described):
    def verdicts(content):
        return {entry["verdict"] for entry in entries(content) if entry["metric"] == "params"}

    assert verdicts(described) == {"agrees"}
    for model in described["models"].values():
        model["parameters"] += 1
    assert verdicts(described) == {"disagrees"}


@pytest.mark.parametrize(
    ("values", "verdict"),
    [([111.5, 111.9, 112.0], "agrees"), ([115.0, 115.1, 115.2], "disagrees"), ([115.0], "undecided")],
)
def test_the_spread_over_seeds_decides(described, values, verdict):
    described["models"]["vae"]["validation_loss"]["values"] = values
    entry = find(entries(described), "001_latent", "vae", "val_loss")
    assert entry["published"] == 111.773 and entry["verdict"] == verdict


def test_reasons_say_in_how_far_ours_is_another_quantity(described):
    found = entries(described)
    assert find(found, "001_latent", "vae", "silhouette")["reason"] == ""
    told = find(found, "001_latent", "conv-vae", "silhouette")["reason"]
    assert "epochs 10 (published: 30), batch size 50 (published: 100)" in told
    assert "precision bfloat16 (published: float32)" in told and "latent dim" not in told
    assert "other half" in find(found, "001_latent", "conv-encoder", "params")["reason"]
    assert find(found, "pythae", "vqvae", "seconds_100_epochs_v100")["verdict"] == "not measured"
    assert "no times" in find(found, "pythae", "vqvae", "seconds_100_epochs_v100")["reason"]
    assert "32 x 32" in find(found, "YannDubs", "VAE", "kl")["reason"]
    assert "second hand" in find(found, "nalisnick", "gauss-vae", "knn3_error_pct")["reason"]
    likelihood = ("pythae", "vae nll200 static-binary", "obtained")
    assert "samples" not in find(found, *likelihood)["reason"]
    described["likelihood"]["importance_samples"] = 50
    told = find(entries(described), *likelihood)["reason"]
    assert told.startswith("our images are binarised") and told.endswith("importance samples 50 (published: 200)")


def test_the_stage_trains_the_models_that_are_named(described):
    places = [place for figure in OTHERS if (place := counterpart(figure).corrected)]
    of_models = {place.keys[1] for place in places if place.stage == "latent-analysis" and place.keys[0] == "models"}
    assert of_models == set(described["models"]) < set(LAYERS)


def test_neighbours_are_those_of_as_many_sticks_and_gaussian_latents(parameters_with):
    """As shares in our record, of test images; the published ones are percentages."""
    models = {
        f"{name}-1": {"neighbour_error": {str(k): {"values": [base + k / 100]} for k in (3, 5, 10)}}
        for name, base in (("sticks-50", 0.1), ("latents-50", 0.2))
    }
    records = by_key([("variants", "mnist", {"dataset": "mnist", "models": models})])
    found = [entry for entry in reproduction(FIGURES, records, (), {})["figures"] if entry["origin"] == "nalisnick"]
    assert {(entry["model"], entry["metric"]): entry["corrected"]["values"][0] for entry in found} == {
        (model, f"knn{k}_error_pct"): pytest.approx(base + k)
        for model, base in (("sb-vae", 10), ("gauss-vae", 20)) for k in (3, 5, 10)
    }  # fmt: skip
    assert {entry["verdict"] for entry in found} == {"unverified"}
    variants = parameters_with({}).variants.of("mnist").models
    assert variants["sticks-50"].changes == {"sticks": 50, "concentration": 5} and 1 in variants["sticks-50"].betas
    assert variants["latents-50"].changes == {"latent_dim": 50} and 1 in variants["latents-50"].betas
