"""Records of the further models, made up: what the stages latent-analysis to colour write, and figures beside them."""

import io
from itertools import count

import numpy as np
from PIL import Image

from pipeline import files

FIGURES = {  # one that is shown, and one that is a link
    "objectives": ("fid-grey", "samples-prior-binary"),
    "disentanglement": ("scores", "others"),
    "latent-analysis": ("tsne", "losses"),
    "conditional": ("samples", "reconstructions-vae"),
    "vector-quantised": ("codes", "samples-vq-vae"),
    "colour": ("samples", "mse"),
}


def png(size):
    content = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(content, "PNG")
    return content.getvalue()


def summary(*values):
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return {"mean": float(np.mean(values)), "sd": sd, "n": len(values), "values": [float(value) for value in values]}


class Measured:
    """Summaries of which no two are alike."""

    def __init__(self):
        self._next = count(1)

    def __call__(self, *names, scale=1.0, runs=2):
        drawn = {name: scale * next(self._next) for name in names}
        return {name: summary(*(value + scale * run / 8 for run in range(runs))) for name, value in drawn.items()}


def latent_record(dataset):
    measured, models = Measured(), {}
    for model, runs in {"auto_encoder": 2, "vae": 2, "conv_vae": 1}.items():
        models[model] = {
            "seeds": list(range(runs)), "epochs": 1 + runs, "latent_dim": 10, "parameters": 480_804,
            **measured("validation_loss", "validation_distortion", "validation_kl", runs=runs),
            **measured("silhouette", "linear_probe_accuracy", scale=0.01, runs=runs),
            "silhouette_per_class": measured("0", "1", scale=0.01, runs=runs),
            "neighbour_error": measured("3", "10", scale=0.01, runs=runs),
            **measured("active_units", runs=runs),
        }  # fmt: skip
    models["vae"]["silhouette"] = summary(0.9, 0.9)
    likelihood = {"seeds": [0, 1], "epochs": 3, "latent_dim": 40, "parameters": 676_864, "importance_samples": 1200}
    likelihood |= {"negative_log_likelihood": summary(88.0, 89.0), "negative_elbo": summary(92.0, 93.0)}
    likelihood |= {"best_epoch": summary(2, 3), "training_loss": summary(90.0, 90.5), "validation_loss": summary(94.0)}
    return {"dataset": dataset, "validation_images": 9, "likelihood": likelihood, "models": models}


def conditional_record(dataset):
    measured = Measured()
    names = ("fid", "tvd", "max_class_gap", "fid_relative", "kid", "inception_score", "loss", "distortion", "kl")
    models = {
        name: {"parameters": 1_100_000 + position, "multiplications_per_image": 990_000 + position,
               **measured(*names), **measured("silhouette", scale=0.01)}
        for position, name in enumerate(("vae", "conditional_vae"))
    }  # fmt: skip
    models["conditional_vae"] |= {
        "agreement": summary(0.97, 0.98), "cas": summary(0.91, 0.92), "cas_ceiling": summary(0.96, 0.97),
        "agreement_per_class": {"0": summary(0.99, 0.99), "1": summary(0.93, 0.95), "2": summary(0.98, 0.98)},
    }  # fmt: skip
    first = {"batch_size": 256, "learning_rate": 0.001, "latent_dim": 10, "optimizer": "adam", "beta": 1, "epochs": 10}
    for position, model in enumerate(models.values()):
        best = {**first, "batch_size": 128, "beta": 0.5, "loss": 101.25 + position}
        trials = {"trials": 20 + position, "pruned": 7 + position}
        model["search"] = {**trials, "first": {**first, "loss": 111.5 + position}, "best": best}
    return {"dataset": dataset, "classifier_accuracy": 0.98765, "seeds": [0, 1], "images": 100, "models": models}


def vector_quantised_record(dataset):
    measured = Measured()

    def samples(runs=2):
        names = ("fid", "tvd", "max_class_gap", "fid_relative", "kid", "inception_score", "inception_score_few")
        shares = measured("precision", "recall", "density", "coverage", "cas", "legible", scale=0.01, runs=runs)
        return {**measured(*names, runs=runs), **shares}

    def model(samplers=("prior",), runs=2, **own):
        images = {**measured("mse", "fid_reconstructions", runs=runs), **measured("class_agreement", scale=0.01)}
        samplers = {name: samples(runs) for name in samplers}
        return {"parameters": 123_456, "seeds": list(range(runs)), **own, "samplers": samplers, **images}

    codes = ("perplexity", "dead_codes", "nats_per_code", "nats_per_code_training")
    models = {
        "vq-vae-8-10": model(runs=1, latent_dim=8, codes=10, **measured(*codes, runs=1)),
        "vq-vae-16-128": model(latent_dim=16, codes=128, **measured(*codes)),
        "vae-2": model(("prior", "regions"), latent_dim=2, beta=1, **measured("distortion", "kl", "silhouette")),
        "vae-8": model(latent_dim=8, beta=1, **measured("distortion", "kl", "silhouette")),
        "beta-vae-2": model(latent_dim=2, beta=2, **measured("distortion", "kl", "silhouette")),
    }
    models["vae-2"]["samplers"]["regions"]["fid"] = summary(2.0, 3.0)  # less than from the prior
    real = {"seeds": [0, 1], **measured("inception_score"), "samplers": {"training_images": samples()}}
    head = {"dataset": dataset, "classifier_accuracy": 0.99, "images": 10_000, "few_images": 1000}
    return {**head, "shown": "vq-vae-16-128", "real": real, "models": models}


def colour_record(dataset):
    measured = Measured()
    names = ("fid", "fid_relative", "kid", "mse", "kl", "loss", "fid_reconstructions", "active_units")
    shares = ("precision", "recall", "density", "coverage")
    # Not in ascending beta, and the lowest FID in the middle.
    models = {str(b): {"beta": b, **measured(*names), **measured(*shares, scale=0.01)} for b in (4, 1, 2)}
    models["2"]["fid"] = summary(0.25, 0.5)
    head = {"dataset": dataset, "seeds": [0, 1], "layers": "lean", "latent_dim": 64, "parameters": 1_234_567}
    return {**head, "features": "random", "fid_floor": 0.5, "fid_mean_image": 80.0, "models": models}


def own_record(dataset):
    """Return the record of a user's images without classes; the lowest FID is that of the second of four models."""
    measured, models = Measured(), {}
    names = ("fid", "fid_relative", "kid", "mse", "kl", "loss", "fid_reconstructions", "active_units")
    shares = ("precision", "recall", "density", "coverage")
    for network in ("mlp", "cnn"):
        for beta in (0.2, 1):
            samplers = {name: measured("fid", *shares) for name in ("scaled", "mixture")}
            head = {"network": network, "beta": beta, "steps": 9, "parameters": 1234, "samplers": samplers}
            models[f"{network}-{beta}"] = {**head, **measured(*names), **measured(*shares, scale=0.01)}
    models["mlp-1"]["fid"] = summary(0.25, 0.5)
    head = {"dataset": dataset, "image_shape": [8, 10, 3], "training_images": 1600, "test_images": 400, "classes": 1}
    head |= {"seeds": [0, 1], "latent_dim": 16, "precision": "float32", "scale": 100, "components": 10}
    return {**head, "features": "random", "feature_seed": 7, "fid_floor": 0.5, "fid_mean_image": 80.0, "models": models}


def objectives_record(dataset):
    """Return a record of two models of each kind of pixels, one of which has no likelihood."""
    measured, models = Measured(), {}
    for pixels, name in (("grey", "vae"), ("binary", "vae"), ("binary", "sphere")):
        samplers = {
            one: {**measured("fid"), **measured("precision", "recall", "density", "coverage", scale=0.01)}
            for one in ("prior", "gaussian", "mixture", "copula", "flow")
        }
        model = {
            "model": "vae", "posterior": "diagonal_gaussian", "latent_dim": 20, "pixels": pixels, "beta": 1.0,
            "seeds": [0, 1], "parameters": 123_456, "samplers": samplers,
            **measured("distortion", "kl", "mse", "fid_reconstructions", "active_units"),
            **measured("linear_probe_accuracy", scale=0.01), "neighbour_error": measured("3", "10", scale=0.01),
        }  # fmt: skip
        model["untrained"] = {key: model[key] for key in ("neighbour_error", "linear_probe_accuracy", "active_units")}
        if (pixels, name) == ("binary", "vae"):
            model |= measured("negative_log_likelihood", "negative_elbo")
        models[f"{name}-{pixels}"] = model
    floor = {"neighbour_error": {"3": 0.03, "10": 0.04}, "linear_probe_accuracy": 0.9}
    return {
        "dataset": dataset, "steps": 30, "batch_size": 10, "learning_rate": 0.001, "cooldown_share": 0.5,
        "likelihood": "bernoulli", "encoder": [8], "decoder": [8], "images": 100,
        "components": 10, "importance_samples": 200, "likelihood_images": 100, "probe_images": 100,
        "pixels": {"grey": floor, "binary": floor}, "models": models,
    }  # fmt: skip


SCORES = (
    "beta_vae", "factor_vae", "mig", "sap", "modularity", "explicitness", "disentanglement", "completeness",
    "informativeness",
)  # fmt: skip


def disentanglement_record(dataset):
    """Return a record of three models, the second of the highest MIG, the last one no better than its floors."""
    measured, models = Measured(), {}
    untrained = measured(*SCORES, "udr", scale=0.001)
    for method, strength in (("vae", 1), ("vae", 4), ("tcvae", 4)):
        models[f"{method}-{strength}"] = {
            "method": method, "strength": strength, "seeds": [0, 1], "parameters": 123_456,
            **measured("distortion", "kl"), "kl_per_dimension": measured("1", "2", "3"),
            "scores": measured(*SCORES, "udr", scale=0.001), "above_floors": ["mig", "sap"],
        }  # fmt: skip
    models["vae-4"]["scores"]["mig"] = summary(0.5, 0.75)
    models["tcvae-4"]["above_floors"] = []
    correlations = {one: {other: 0.25 for other in (*SCORES, "udr")} for one in (*SCORES, "udr")}
    correlations["udr"] |= {"mig": 0.5, "sap": None, "udr": 1.0}
    return {
        "dataset": dataset, "factors": {"row": 16, "column": 16}, "steps": 30, "batch_size": 10,
        "learning_rate": 0.001, "cooldown_share": 0.5, "precision": "float32", "likelihood": "bernoulli",
        "latent_dim": 3, "encoder": [8], "decoder": [8], "images": 100, "test_images": 50, "dci_images": 50,
        "dci_trees": 5, "udr_images": 50, "train_draws": 60, "test_draws": 30, "draw_images": 8,
        "pixels": {name: 0.125 for name in SCORES}, "untrained": untrained, "models": models,
        "shown": {"model": "vae-4", "best": 1, "median": 0}, "rank_correlations": correlations,
    }  # fmt: skip


RECORDS = {
    "objectives": (objectives_record, ("mnist", "digits")),
    "disentanglement": (disentanglement_record, ("sprites", "dots")),
    "latent-analysis": (latent_record, ("mnist", "digits")),
    "conditional": (conditional_record, ("mnist", "usps")),
    "vector-quantised": (vector_quantised_record, ("mnist",)),
    "colour": (colour_record, ("flower_patches",)),
}


def write_further(root):
    """Write the records, and figures of all datasets but the digits."""
    for name, (make, datasets) in RECORDS.items():
        for dataset in datasets:
            files.write_json(root / "metrics" / name / f"{dataset}.json", make(dataset))
            for figure in FIGURES[name] if dataset != "digits" else ():
                files.write_bytes(root / "plots" / name / dataset / f"{figure}.png", png((90, 30)))
