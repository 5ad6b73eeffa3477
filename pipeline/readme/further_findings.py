"""What the systems of the other documents achieve, in a few lines, with the records' numbers: a part of a README."""

from collections.abc import Mapping
from math import log
from typing import Any

from pipeline.readme.spreads import spread

Records = Mapping[str, Any]

NEEDED = (
    "latent-analysis/mnist",
    "conditional/mnist",
    "conditional/usps",
    "vector-quantised/mnist",
    "colour/flower_patches",
)


def further_findings(records: Records) -> str:
    """Return a Markdown list.

    Args:
        records: contents of the files that `NEEDED` names.

    Raises:
        KeyError: if a record lacks a number.
    """
    lines = (_latents, _likelihood, _conditional, _accuracy, _quantised, _colour)
    return "\n".join(f"- {line(records)}" for line in lines)


def _latents(records: Records) -> str:
    models = records["latent-analysis/mnist"]["models"]
    loss = [spread(models[name]["validation_loss"]) for name in ("auto_encoder", "vae", "conv_vae")]
    silhouette = [spread(models[name]["silhouette"], 4) for name in ("auto_encoder", "vae", "conv_vae")]
    return (
        "**Latent spaces** (MNIST, 10 latents; auto-encoder, VAE, convolutional VAE): held-out loss "
        f"{loss[0]}, {loss[1]} and {loss[2]} nats (published 84.74, 111.77, 97.33); silhouette of the classes "
        f"{silhouette[0]}, {silhouette[1]} and {silhouette[2]} (published for the two VAEs: 0.1117, 0.1183)."
    )


def _likelihood(records: Records) -> str:
    found = records["latent-analysis/mnist"]["likelihood"]
    return (
        "**Likelihood**: the negative log-likelihood of binarised MNIST is "
        f"{spread(found['negative_log_likelihood'], 2)} nats with {found['importance_samples']} importance samples, "
        f"{spread(found['negative_elbo'], 2)} by the bound alone "
        "(pythae's reproduction of a published VAE: 89.9)."
    )


def _conditional(records: Records) -> str:
    each = {dataset: records[f"conditional/{dataset}"]["models"] for dataset in ("mnist", "usps")}
    agreement = [f"{100 * models['conditional_vae']['agreement']['mean']:.1f} %" for models in each.values()]
    fids = [[spread(models[name]["fid"]) for name in ("conditional_vae", "vae")] for models in each.values()]
    return (
        f"**Conditional VAE** (MNIST, USPS): {agreement[0]} and {agreement[1]} of its samples are of the class that "
        f"was asked for; FID {fids[0][0]} and {fids[1][0]}, of a VAE trained alike {fids[0][1]} and {fids[1][1]}."
    )


def _accuracy(records: Records) -> str:
    models = [records[f"conditional/{dataset}"]["models"]["conditional_vae"] for dataset in ("mnist", "usps")]
    score, ceiling = ([f"{100 * model[name]['mean']:.1f} %" for model in models] for name in ("cas", "cas_ceiling"))
    return (
        f"A classifier trained on these samples alone is right for {score[0]} and {score[1]} of the real test images; "
        f"on as many real images, for {ceiling[0]} and {ceiling[1]}."
    )


def _quantised(records: Records) -> str:
    record = records["vector-quantised/mnist"]
    models = record["models"]
    best = models[record["shown"]]
    steps, plain = best["steps"], models["vae-2"]["steps"]["model"]
    samplers = (best["samplers"]["prior"], *(models["vae-2"]["samplers"][name] for name in ("prior", "regions")))
    score = [spread(sampler["inception_score"], 2) for sampler in samplers]
    return (
        f"**Vector-quantised VAE** (MNIST, 7 x 7 codes out of {best['codes']}, each a vector of {best['latent_dim']} "
        f"numbers): squared error {spread(best['mse'], 2)}; the prior spends {spread(best['nats_per_code'], 3)} nats "
        f"on each code, where guessing evenly costs {log(best['codes']):.2f}. Inception score of its samples "
        f"{score[0]}, of a VAE with two latents {score[1]} ({score[2]} where these are drawn region by region), of "
        f"test images {record['real']['inception_score']['mean']:.2f}. Budgets: {steps['model']:,} steps and "
        f"{steps['prior']:,} of the prior; the VAE {plain:,}."
    )


def _colour(records: Records) -> str:
    record = records["colour/flower_patches"]
    errors, fids = ([spread(record["models"][beta][name]) for beta in ("1", "8")] for name in ("mse", "fid"))
    return (
        f"**Colour** (patches of a photograph): from β = 1 to β = 8 the squared error of reconstructions rises from "
        f"{errors[0]} to {errors[1]}, and FID of samples (features of a random network; the mean image alone: "
        f"{record['fid_mean_image']:.2f}) goes from {fids[0]} to {fids[1]}."
    )
