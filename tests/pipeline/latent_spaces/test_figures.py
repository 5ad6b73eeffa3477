"""Which pictures are drawn of latent spaces and of conditional models, from records alone."""

import numpy as np
import pandas as pd
import pytest

from pipeline import conditional_figures, files, latent_figures
from pipeline.experiment import drawing
from tfvae.evaluation.summaries import summarize
from tfvae.plotting.style import MODEL_COLORS

RNG = np.random.default_rng(0)
TWO = summarize([0.25, 0.5])


@pytest.fixture(autouse=True)
def coarse(monkeypatch):
    """Draw with a ninth of the pixels: what is drawn is under test here, not how finely."""
    monkeypatch.setattr("tfvae.plotting.style.DPI", 50)


def pictures_of(shape, *lengths):
    return RNG.integers(0, 256, (*lengths, *shape), dtype=np.uint8)


@pytest.fixture
def latent_study(tmp_path):
    """What latent-analysis writes."""
    described = {
        "seeds": [0, 1], "silhouette": TWO, "neighbour_error": {"3": TWO, "5": TWO}, "linear_probe_accuracy": TWO,
        "active_units": TWO, "epochs": 4,
    }  # fmt: skip
    models = {name: dict(described) for name in ("auto_encoder", "vae", "conv_vae")}
    for name in ("vae", "conv_vae"):
        models[name]["kl_per_dimension"] = {"1": TWO, "2": TWO}
    pictures, labels = {}, np.arange(60, dtype=np.uint8) % 3
    for name in models:
        arrays = {key: pictures_of((8, 8, 1), 10) for key in ("originals", "reconstructions", "samples")}
        arrays |= {"centroids": pictures_of((8, 8, 1), 3), "traversals": pictures_of((8, 8, 1), 2, 9)}
        arrays |= {"plane": RNG.normal(size=(50, 2)), "silhouettes": RNG.uniform(-1, 1, 60), "labels": labels}
        pictures |= {f"{name}|{key}": array for key, array in arrays.items()}
        for seed in (0, 1):
            history = {"epoch": [1, 2], "loss": [3.0, 2.0], "validation_loss": [3.5, 2.5]}
            files.write_csv(tmp_path / "models" / name / f"seed-{seed}" / "history.csv", pd.DataFrame(history))
    files.write_npz(tmp_path / "models" / "pictures.npz", pictures)
    files.write_json(tmp_path / "mnist.json", {"dataset": "mnist", "models": models})
    return tmp_path


@pytest.fixture
def conditional_study(tmp_path):
    """What conditional writes, of images of another size."""
    folder = tmp_path / "conditional"
    names = ("loss", "fid", "tvd", "kid", "silhouette", "agreement", "cas", "cas_ceiling")
    models = {name: {**dict.fromkeys(names, TWO), "parameters": 9, "multiplications_per_image": 8}
              for name in ("vae", "conditional_vae")}  # fmt: skip
    pictures = {"confusion": np.eye(3, dtype=np.int64)}
    for name in models:
        arrays = {key: pictures_of((16, 16, 1), 10) for key in ("originals", "first_epoch", "last_epoch")}
        arrays |= {"samples": pictures_of((16, 16, 1), 3, 10), "plane": RNG.normal(size=(50, 2))}
        arrays["labels"] = np.arange(50, dtype=np.uint8) % 3
        pictures |= {f"{name}|{key}": array for key, array in arrays.items()}
    files.write_npz(folder / "models" / "pictures.npz", pictures)
    files.write_json(folder / "usps.json", {"dataset": "usps", "seeds": [0, 1], "models": models})
    chosen = {"batch_size": 9, "learning_rate": 0.1, "optimizer": "adam", "latent_dim": [2, 5], "beta": 1, "epochs": 3}
    course = {"trial": [0, 1], "state": ["complete", "pruned"], "share": [1.0, 0.2], "loss": [3.0, 4.0]}
    tables = [pd.DataFrame({"model": name, **course, **chosen}) for name in models]
    files.write_csv(folder / "trials.csv", pd.concat(tables))
    images, labels = pictures_of((16, 16, 1), 6), np.arange(6, dtype=np.uint8) % 3
    files.write_npz(folder / "data.npz", {"x_train": images, "y_train": labels, "x_test": images, "y_test": labels})
    return folder


def drawn_by(module, folder, dataset="mnist", **more):
    figures = folder / "plots"
    module.main(dataset=dataset, models=folder / "models", record=folder / f"{dataset}.json", figures=figures, **more)
    return {path.stem: path.read_bytes() for path in figures.iterdir()}


def heights(drawn):
    """Return the height of each picture, which its file names in bytes 20 to 24."""
    return {name: int.from_bytes(content[20:24], "big") for name, content in drawn.items()}


def test_pictures_of_latent_spaces_and_what_those_of_two_precisions_say_below(latent_study):
    record = files.read_json(latent_study / "mnist.json")
    drawn = []
    for precisions in (("float32", "float32", "float32"), ("float32", "float32", "bfloat16")):
        for model, precision in zip(record["models"].values(), precisions, strict=True):
            model["precision"] = precision
        files.write_json(latent_study / "mnist.json", record)
        drawn.append(drawn_by(latent_figures, latent_study))
    assert set(drawn[0]) == {
        "losses", "reconstructions", "centroids", "prior-samples", "traversals", "tsne", "silhouettes", "latent-use",
        "scores",
    }  # fmt: skip
    assert all(content.startswith(b"\x89PNG") for content in drawn[0].values())
    one, two = map(heights, drawn)
    assert all(two[name] > height for name, height in one.items())


def test_a_vae_has_one_color_in_every_system(latent_study, conditional_study, monkeypatch):
    shown = {}
    monkeypatch.setattr(drawing, "write_figures", lambda drawn, folder, note: shown.update(drawn))
    more = {"trials": conditional_study / "trials.csv", "data": conditional_study / "data.npz", "dataset": "usps"}
    paths = [{"models": one / "models", "record": one / name, "figures": one / "plots"}
             for one, name in ((latent_study, "mnist.json"), (conditional_study, "usps.json"))]  # fmt: skip
    latent_figures.main(dataset="mnist", **paths[0])
    conditional_figures.main(**paths[1], **more)
    colors = {}
    for name in ("scores", "comparison"):
        axes = shown[name].axes[0]
        dots = [line.get_color() for line in axes.lines if line.get_marker() == "o"]
        names = [text.get_text().replace("\n", " ") for text in axes.get_xticklabels()]
        colors[name] = dict(zip(names, dots, strict=True))
    assert colors["scores"]["VAE"] == colors["comparison"]["VAE"] == MODEL_COLORS["vae"]
    assert len({*colors["scores"].values(), *colors["comparison"].values()}) == 4


def test_pictures_of_conditional_models(conditional_study):
    more = {"trials": conditional_study / "trials.csv", "data": conditional_study / "data.npz"}
    drawn = drawn_by(conditional_figures, conditional_study, "usps", **more)
    assert set(drawn) == {
        "dataset", "search", "search-vae", "samples", "samples-vae", "reconstructions-vae",
        "reconstructions-conditional-vae", "latents", "agreement", "comparison",
    }  # fmt: skip
    assert all(content.startswith(b"\x89PNG") for content in drawn.values())
