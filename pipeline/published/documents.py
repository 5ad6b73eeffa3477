"""Counterparts of the figures of other documents than the thesis, in the records of the stage `latent-analysis`.

Nothing of these documents has a defect that we repeat on purpose, so there is no legacy protocol.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.published.places import Counterpart, Entry, Place
from pipeline.published.references import Figure

STAGE = "latent-analysis"
# The documents' names of models and metrics, where our record has others.
NAMES = {
    "ae": "auto_encoder",
    "conv": "conv_vae",
    "conv-vae": "conv_vae",
    "train_loss": "training_loss",
    "val_loss": "validation_loss",
    "val_recon": "validation_distortion",
    "val_kl": "validation_kl",
    "recon": "validation_distortion",
    "kl": "validation_kl",
    "params": "parameters",
}
# Settings of the documents' models, by the names of our record, as far as these are known.
PUBLISHED: dict[str, dict[str, Any]] = {
    "001_latent": {
        "latent_dim": 10,
        "epochs": 30,
        "batch_size": 100,
        "learning_rate": 0.001,
        "cooldown_share": 0,
        "precision": "float32",
    },
    "pythae": {"latent_dim": 40, "importance_samples": 200},
}
_PERCENT = 100.0
_OF_MODEL = "models/{model}/{metric}"

ENTRIES = (
    Entry("001_latent", r"(?P<model>ae|vae|conv-vae)", r"(?P<metric>(train|val)_(loss|recon|kl))", STAGE, _OF_MODEL),
    Entry("001_latent", r"(?P<model>vae|conv-vae)", r"(?P<metric>silhouette)", STAGE, _OF_MODEL),
    Entry(
        "001_latent",
        r"(?P<model>ae|vae|conv)-(encoder|decoder)",
        r"(?P<metric>params)",
        STAGE,
        _OF_MODEL,
        remark="our record counts the whole model: shown is its count less what was published for the other half",
    ),
    Entry(
        "pythae",
        r"vae nll200 static-binary",
        r"obtained|reference",
        STAGE,
        "likelihood/negative_log_likelihood",
        remark="our images are binarised by draws of our own, not those of the published binary files; our model is "
        "trained for our budget, where the published script's learning rate falls until epoch 1,000",
    ),
    Entry(
        "pythae",
        r"iwae50 .*",
        r"obtained|reference",
        built=False,
        remark="training by the importance-weighted bound; our importance sampling only evaluates",
    ),
    Entry("pythae", r"vamp500 .*", r"obtained|reference", built=False, remark="a mixture of posteriors as prior"),
    Entry("pythae", r"svae .*", r"obtained|reference", built=False, remark="latents on a sphere"),
    Entry(
        "pythae",
        r"rae_.*",
        r"obtained|reference",
        built=False,
        remark="auto-encoders with a regularised decoder; our FIDs do not use the features of Inception either",
    ),
    Entry(
        "pythae",
        r"vqvae",
        r"seconds_.*",
        remark="a time on a V100 GPU; our records hold no times",
    ),
    Entry(
        "nalisnick",
        r"gauss-(?P<model>vae)",
        r"knn(?P<k>\d+)_error_pct",
        STAGE,
        "models/{model}/neighbour_error/{k}",
        remark="quoted at second hand; ours has 10 latents in the place of 50, and classifies each test image by the "
        "other test images",
    ),
    Entry(
        "nalisnick",
        r"sb-vae",
        r"knn\d+_error_pct",
        remark="quoted at second hand; the neighbours of our stick-breaking latents are not measured",
    ),
    Entry(
        "YannDubs",
        r"VAE",
        r"(?P<metric>kl|recon)",
        STAGE,
        "models/conv_vae/{metric}",
        remark="a near quantity: ours is of 28 x 28 pixels and held-out images, the published one of 32 x 32 pixels "
        "and the first batch of training images, which its log divides by the number of batches",
    ),
    Entry(
        "YannDubs",
        r"betaH",
        r"kl|recon",
        remark="no beta-VAE of ours has ten latents, binary cross-entropy and a beta of 4",
    ),
    Entry("YannDubs", r"betaB .*", r"kl|recon", built=False, remark="an objective with a growing capacity"),
    Entry("YannDubs", r"btcvae|factor", r"kl|recon", built=False, remark="objectives that weight total correlation"),
)


def counterpart(entry: Entry, figure: Figure, parts: Mapping[str, str]) -> Counterpart:
    """Return the counterpart of a figure.

    Args:
        entry: the row of `ENTRIES` that means it.
        figure: what was published.
        parts: the named parts of its model and metric: "model", "metric", "k" (of neighbours).
    """
    if not entry.stage:
        return Counterpart(remark=entry.remark, built=entry.built)
    keys = tuple(entry.keys.format_map({name: NAMES.get(part, part) for name, part in parts.items()}).split("/"))
    factor = _PERCENT if figure.metric.endswith("_pct") else 1.0
    corrected = Place(entry.stage, figure.dataset, None, None, keys, factor)
    if figure.metric == "params":  # which no training changes
        return Counterpart(corrected, remark=entry.remark)
    # In a record, a model's settings stand beside its metrics.
    described = replace(corrected, keys=keys[:-1])
    published = PUBLISHED.get(figure.origin, {})
    return Counterpart(corrected, remark=entry.remark, described=described, published=published)
