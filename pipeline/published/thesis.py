"""Counterparts of the figures of the thesis under our own protocol ("corrected") and the thesis's ("legacy")."""

from collections.abc import Mapping

from pipeline.published.places import Counterpart, Entry, Place
from pipeline.published.references import Figure

ORIGIN = "000_thesis"
VOID_REASON = (
    "features of the real images come from the MNIST classifier, those of the generated images from the Fashion-MNIST "
    "classifier"
)
CLAMPED = "clamped_stick_breaking"
PUBLISHED = {"steps": 5000}  # of each model of the thesis's main experiments
# Candidates of the thesis's Pareto fronts by position in the grid, in ascending FID: the order in which both
# architectures that it chose (13, 20) have the lowest FID of their long training.
FRONTS = {"mlp": (11, 13), "cnn": (20, 8, 22)}

_VAE, _STICKS = r"(?P<network>mlp|cnn)", r"sb-(?P<network>mlp|cnn)"
_GRID, _FRONT = r"(?P<network>mlp|cnn)-grid(?P<grid>\d+)", r"(?P<network>mlp|cnn)-pareto(?P<front>\d+)"

ENTRIES = (
    Entry(ORIGIN, _VAE, "loss", "main-experiments", "loss", "loss"),
    Entry(ORIGIN, _VAE, "beta_x_kl", "main-experiments", "kl", "beta_x_kl"),
    Entry(ORIGIN, _VAE, "mse_sum", "main-experiments", "mse", "mse"),
    Entry(ORIGIN, _VAE, "fid", "main-experiments", "fid", "fid"),
    Entry(ORIGIN, _VAE, "fid_z_x100", "augmented-sampling", "samplers/scaled/fid", "fid_scaled"),
    Entry(ORIGIN, _STICKS, "loss", "stick-breaking", "loss", "loss"),
    Entry(ORIGIN, _STICKS, "kl", "stick-breaking", "kl", "beta_x_kl"),
    Entry(ORIGIN, _STICKS, "mse_sum", "stick-breaking", "mse", "mse"),
    Entry(ORIGIN, _STICKS, "fid", "stick-breaking", "fid", "fid"),
    Entry(ORIGIN, _GRID, "fid", "preliminary-grid", "candidates/{candidate}/fid"),
    Entry(ORIGIN, _GRID, "tvd_max", "preliminary-grid", "candidates/{candidate}/max_class_gap"),
    Entry(ORIGIN, _FRONT, "fid", "pareto-select", "long/{candidate}/fid"),
    Entry(ORIGIN, "fid-classifier", "test_accuracy", "train-fid-classifier", "accuracy"),
)


def counterpart(entry: Entry, figure: Figure, parts: Mapping[str, str]) -> Counterpart:
    """Return the counterpart of a figure.

    Args:
        entry: the row of `ENTRIES` that means it.
        figure: what was published.
        parts: the named parts of its model: "network", and "grid" or "front" (a position).
    """
    network = parts.get("network")
    keys = tuple(entry.keys.format(candidate=candidate(parts)).split("/"))
    beta = None if "front" in parts else figure.beta
    factor = figure.beta if figure.metric == "beta_x_kl" and figure.beta is not None else 1.0
    corrected = Place(entry.stage, figure.dataset, network, beta, keys, factor)
    remark = VOID_REASON if figure.comparable == "void" else ""
    if not entry.legacy:
        return Counterpart(corrected, remark=remark)
    model = CLAMPED if figure.beta is None else f"{figure.beta:g}"
    legacy = Place("legacy-experiments", figure.dataset, network, None, ("models", model, entry.legacy))
    described = Place("legacy-experiments", figure.dataset, network, None, ())
    return Counterpart(corrected, legacy, remark, described=described, published=PUBLISHED)


def candidate(parts: Mapping[str, str]) -> str:
    """Return our name of the architecture at a position of the thesis's grid or front, "" without a position.

    Its dense candidates pair encoder and decoder of the same index; its convolutional ones are the product of six
    encoders with four decoders, the decoder changing first.
    """
    if "front" in parts:
        index = FRONTS[parts["network"]][int(parts["front"])]
    elif "grid" in parts:
        index = int(parts["grid"])
    else:
        return ""
    encoder, decoder = (index, index) if parts["network"] == "mlp" else divmod(index, 4)
    return f"e{encoder}-d{decoder}"
