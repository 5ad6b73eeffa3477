"""The figures of vector-quantised and of colour models, from records and pictures made up."""

import numpy as np
import pytest

from pipeline.colour_images import figures as colour_figures
from pipeline.vq_vae import figures as vector_quantised_figures
from pipeline.vq_vae import names as model_names
from tfvae.evaluation.summaries import summarize

DIMS, CODES, SEEDS = (8, 16), (10, 128), 3
BETAS = (1, 4)
rng = np.random.default_rng(0)


def images(*shape):
    return rng.integers(0, 256, shape, dtype=np.uint8)


def summaries(names, count=SEEDS):
    return {name: summarize(rng.uniform(1, 9, count)) for name in names}


SAMPLES = ("inception_score", "inception_score_few", "fid", "cas")


def vector_quantised_record():
    def model(samplers=("prior",), count=SEEDS, **own):
        return {"steps": {"model": 300}, **own, "samplers": {name: summaries(SAMPLES, count) for name in samplers}}

    models = {
        f"vq-vae-{dim}-{size}": model(
            count=SEEDS if (dim, size) == (16, 128) else 1, latent_dim=dim, codes=size,
            **summaries(("mse", "perplexity", "nats_per_code"), 1),
        )
        for dim in DIMS for size in CODES
    }  # fmt: skip
    models |= {"vae-2": model(("prior", "regions"), latent_dim=2, beta=1), "vae-8": model(latent_dim=8, beta=1)}
    models |= {"beta-vae-2": model(latent_dim=2, beta=2)}
    real = {
        **summaries(("inception_score", "inception_score_few")),
        "samplers": {"training_images": summaries(SAMPLES)},
    }
    head = {"dataset": "mnist", "images": 10000, "few_images": 1000, "shown": "vq-vae-16-128"}
    return {**head, "real": real, "models": models}


def vector_quantised_pictures():
    pictures = {"originals": images(10, 28, 28, 1), "labels": rng.integers(0, 10, 300)}
    for model, found in vector_quantised_record()["models"].items():
        quantised = "codes" in found
        for sampler in found["samplers"]:
            pictures[f"{model}|samples-{sampler}"] = images(200 if quantised else 36, 28, 28, 1)
        pictures[f"{model}|reconstructions"] = images(10, 28, 28, 1)
        if quantised:
            pictures[f"{model}|codes"] = rng.integers(0, found["codes"], (10, 7, 7))
        else:
            pictures[f"{model}|plane"] = rng.normal(size=(300, 2))
    return pictures


def colour_record():
    names = ("recall", "fid", "mse", "kl")
    models = {str(beta): {"beta": beta, **summaries(names)} for beta in BETAS}
    head = {
        "dataset": "flower_patches",
        "seeds": [0, 1, 2],
        "features": "random",
        "fid_floor": 0.5,
        "fid_mean_image": 8.0,
    }
    return {**head, "models": models}


def colour_pictures():
    sizes = {"samples": (36,), "originals": (10,), "reconstructions": (10,), "traversals": (8, 9), "ends": (2,)}
    sizes |= {"interpolation": (9,)}
    return {f"{beta}|{name}": images(*size, 32, 32, 3) for beta in BETAS for name, size in sizes.items()}


@pytest.mark.parametrize(
    ("module", "record", "pictures", "more", "names"),
    [
        (
            vector_quantised_figures, vector_quantised_record, vector_quantised_pictures, (),
            {"inception-score", "inception-score-few", "fid", "cas", "codes", "samples-vq-vae", "samples",
             "reconstructions", "latents-vae", "latents-beta-vae", "sweep"},
        ),
        (
            colour_figures, colour_record, colour_pictures, (images(100, 32, 32, 3),),
            {"dataset", "samples", "reconstructions", "traversals", "interpolation", "recall", "fid", "mse", "kl"},
        ),
    ],
    ids=["vector-quantised", "colour"],
)  # fmt: skip
def test_every_figure_is_drawn_once(module, record, pictures, more, names):
    drawn = [name for name, figure in module.draw(record(), pictures(), *more) if figure.get_axes()]
    assert sorted(drawn) == sorted(names)


def test_scores_have_titles_and_directions_of_their_own():
    drawn = dict(vector_quantised_figures.draw(vector_quantised_record(), vector_quantised_pictures()))
    scores = {name: drawn[name] for name in ("inception-score", "inception-score-few", "fid", "cas")}
    assert len({figure.get_suptitle() for figure in scores.values()}) == len(scores)
    lower = {name: "lower is better" in figure.axes[0].get_xlabel() for name, figure in scores.items()}
    assert lower == {"inception-score": False, "inception-score-few": False, "fid": True, "cas": False}
    assert "circular" in scores["cas"].get_supxlabel() and "circular" not in scores["fid"].get_supxlabel()


def test_squares_of_one_photograph_are_said_to_be_so():
    drawn = dict(colour_figures.draw(colour_record(), colour_pictures(), images(100, 32, 32, 3)))
    assert "one photograph" in drawn["interpolation"].get_supxlabel()
    assert "photograph to another" not in drawn["interpolation"].get_suptitle()


@pytest.mark.parametrize(
    ("model", "sampler", "expected"),
    [("vae-2", "prior", "VAE, D = 2"), ("vae-2", "regions", "VAE, D = 2, by regions"),
     ("beta-vae-16", "prior", "β-VAE, D = 16"), ("vq-vae-8-128", "prior", "VQ-VAE, D = 8, K = 128")],
)  # fmt: skip
def test_models_are_named(model, sampler, expected):
    assert model_names.label(model, sampler) == expected
