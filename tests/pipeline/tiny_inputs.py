"""What every stage reads, made up and as small as it may be, in the places that dvc.yaml names for it."""

import shutil

import numpy as np
import pandas as pd
import pytest

from pipeline import files
from pipeline.experiment.datasets import write_dataset
from pipeline.experiment.yardstick import Classifier, Yardstick
from pipeline.jobs.closure import ROOT
from pipeline.jobs.times import write_costs
from pipeline.params.fields import image_shape
from tests.pipeline.model_folders import write_classifier, write_model
from tests.pipeline.pages import decoder_folders, further_records, small_study
from tests.pipeline.pages.found import write_found
from tests.pipeline.pages.further_records import png, summary
from tests.pipeline.pipeline_file import MINE, PARAMETERS
from tests.pipeline.wide_search.made_up import wide_search_record
from tfvae.data.dataset import Dataset

BETAS = sorted({PARAMETERS["beta"], 0.2, 0.5, 2, 5})
COUNTS = {
    "digits": (1437, 360),
    "mine": (80, 20),
    "flower_patches": (20, 10),
}  # others have as many images as flower patches
CURVES = ("loss", "distortion", "kl", "fid", "tvd", "max_class_gap")


def dataset(name):
    """Return a dataset of black images."""
    splits, shape = [], (MINE["height"], MINE["width"], MINE["channels"]) if name == "mine" else image_shape(name)
    for count in COUNTS.get(name, COUNTS["flower_patches"]):
        splits += [np.zeros((count, *shape), np.uint8), np.arange(count, dtype=np.uint8) % 10]
    return Dataset(name, *splits)


def write_inputs(root):
    """Write the inputs of all stages for one of their items, that of the digits where there is one."""
    shutil.copy(ROOT / "architectures.yaml", root)
    for name in PARAMETERS["fetched"]:
        content = dataset(name)
        write_dataset(root / "data" / f"{name}.npz", content)
        classifier = Classifier(
            {"image_shape": list(image_shape(name)), "num_classes": 10}, [np.zeros((64, 10)), np.zeros(10)]
        )
        features = np.zeros((len(content.x_test), 64))
        yardstick = Yardstick(content.x_train, content.x_test, classifier, features, content.y_test, 4.0)
        write_classifier(root / "metrics" / "fid-classifier" / name, yardstick)
    write_dataset(root / "data" / "mine.npz", dataset("mine"))
    for network, beta in (("mlp", 1), ("cnn", 0.2)):  # with the lowest FID
        folder = root / "models" / "own-images" / "mine" / f"{network}-{beta}" / "seed-0"
        decoder_folders.write_folder(folder, (16, 20, 3), network)
    files.write_json(root / "metrics" / "own-images" / "mine.json", further_records.own_record("mine"))
    for figure in ("samples", "traversals"):
        files.write_bytes(root / "plots" / "own-images" / "mine" / f"{figure}.png", png((9, 3)))
    _write_records(root)
    for name in PARAMETERS["datasets"]:
        _write_figure_data(root / "metrics" / "figure-data", name)
        files.write_bytes(root / "plots" / f"report-{name}.html", b"<!-- part:begin -->Body<!-- part:end -->")
    _write_models(root / "models")


def _write_records(root):
    metrics = root / "metrics"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_study, "BETAS", BETAS)
        for name in PARAMETERS["datasets"]:
            small_study.write_dataset(root, name)
            for network in small_study.NETWORKS:
                search = small_study.search_record(name, network)
                search["architecture"] = {"name": "e0-d0", "encoder": [8], "decoder": [8]}
                files.write_json(metrics / "architectures" / f"{name}-{network}.json", search)
                grid = [
                    {**one, "parameters": 9, **{key: summary(one[key]) for key in ("fid", "tvd")}}
                    for one in search["candidates"]
                ]
                content = {"dataset": name, "network": network, "beta": 1, "precision": "float32", "candidates": grid}
                content |= {"seeds": [0], "steps": 9}
                files.write_json(metrics / "preliminary-grid" / f"{name}-{network}.json", content)
            of_beta = {network: small_study.run_record(name, network, 1) for network in small_study.NETWORKS}
            files.write_json(metrics / "summary" / f"{name}.json", of_beta)
    for stage, (make, _) in further_records.RECORDS.items():
        for name in PARAMETERS[f"{stage.partition('-')[0].replace('vector', 'vector_quantised')}_datasets"]:
            files.write_json(metrics / stage / f"{name}.json", make(name))
            files.write_bytes(root / "plots" / stage / name / "figure.png", png((9, 3)))
    for name in PARAMETERS["searched"]:
        content = wide_search_record(name)
        files.write_json(metrics / "hyperparameter-search" / f"{name}.json", content)
    write_found(root)
    files.write_json(metrics / "reproduction.json", small_study.reproduction_record())
    write_costs(metrics / "times.csv", small_study.COSTS)
    for table in ("figures.csv", "claims.csv"):
        lines = (ROOT / "references" / table).read_bytes().splitlines(keepends=True)[:2]
        files.write_bytes(root / "references" / table, b"".join(lines))


def _write_figure_data(folder, name):
    rows = [{"step": step, "seed": seed, **dict.fromkeys(CURVES, 1.0)} for seed in (0, 1) for step in (1, 2)]
    shown = {"originals": small_study.images(10), "reconstructions": small_study.images(10)}
    shown |= {"frames": small_study.images(3, 9), "scales": np.array([1.0, 10.0, 100.0])}
    files.write_npz(folder / "variants" / name / "samples.npz", {"any": np.zeros(3)})
    files.write_npz(folder / "objectives" / name / "pictures.npz", {"any": np.zeros(3)})
    for known in PARAMETERS["disentanglement_datasets"]:
        files.write_npz(folder / "disentanglement" / known / "pictures.npz", {"any": np.zeros(3)})
    for network in small_study.NETWORKS:
        runs = [f"main-experiments/{name}-{network}-{beta}" for beta in BETAS]
        for run in [*runs, f"stick-breaking/{name}-{network}"]:
            files.write_csv(folder / run / "history.csv", pd.DataFrame(rows))
            files.write_npz(folder / run / "samples.npz", shown)


def _write_models(models):
    configuration, weights = {"image_shape": [28, 28, 1], "precision": "float32"}, [np.zeros((3, 2)), np.zeros(2)]
    for beta in BETAS:
        for seed in (0, 1):
            folder = models / "main-experiments" / f"digits-mlp-{beta}" / f"seed-{seed}"
            write_model(folder, configuration, weights)
    for name in ("0.2", "0.2-epsilons"):
        write_model(models / "legacy-experiments" / "digits-mlp" / name / "seed-0", configuration, weights)
    for stage in ("latent-analysis", "conditional", "vector-quantised", "colour", "own-images"):
        for name in ("digits", "flower_patches", "mine"):
            files.write_npz(models / stage / name / "pictures.npz", {"any": np.zeros(3)})
    history = pd.DataFrame({"epoch": [1], "loss": [2.0], "validation_loss": [3.0]})
    for model in ("auto_encoder", "vae", "conv_vae"):
        for seed in (0, 1):
            files.write_csv(models / "latent-analysis" / "digits" / model / f"seed-{seed}" / "history.csv", history)
    models_of = further_records.conditional_record("digits")["models"]
    trials = pd.DataFrame(
        [{"model": name, "trial": 0, "state": "complete", "share": 1.0, **model["search"]["best"]}
         for name, model in models_of.items()]
    )  # fmt: skip
    files.write_csv(models.parent / "plots" / "trials" / "digits.csv", trials)
