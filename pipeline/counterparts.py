"""What each published figure is compared with: data, and the look-up of values in our records.

A counterpart names up to two places in the records of the stages. "corrected" is our own protocol; "legacy" is the
thesis's, whose record (stage `legacy-experiments`, one per dataset and network) is

    {"dataset", "network", "architecture", "precision", "batch_size", "period_steps", "steps", "seeds",
     "published", "corrected": {switch: its value},
     "models": {"<beta>" or "clamped_stick_breaking": {"loss", "mse", "beta_x_kl", "fid", "fid_scaled", "tvd_max",
                "mse_trained_noise" (of test images, with the frozen noise of training)}},
     "ablation": {model, as above: {switch: the same metrics, with this one switch corrected}},
     "not_ablated": switches that this network's budget left out,
     "test_contrast", "augmented": see `pipeline.reproduction`},

each metric a summary over seeds, the losses as `tfvae.evaluation.legacy.printed_losses` takes them. "ablation" has the
switch "losses", so the values on the test images, for every model.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.references import Figure

VOID_REASON = (
    "features of the real images come from the MNIST classifier, those of the generated images from the Fashion-MNIST "
    "classifier"
)
CLAMPED = "clamped_stick_breaking"
# Candidates of the thesis's Pareto fronts by position in the grid, in ascending FID: the order in which both
# architectures that it chose (13, 20) have the lowest FID of their long training.
FRONTS = {"mlp": (11, 13), "cnn": (20, 8, 22)}


@dataclass(frozen=True)
class Place:
    """A value in a record: the record's stage and what it is of, and the keys that lead to it.

    Args:
        stage: its name in dvc.yaml.
        dataset, network, beta: what the record is of; None where the stage does not have one per network or beta.
        keys: names of entries, one inside the other; in a list, an element is found by its name.
        factor: what the values are multiplied by to mean what was published.
    """

    stage: str
    dataset: str
    network: str | None
    beta: float | None
    keys: tuple[str, ...]
    factor: float = 1.0


@dataclass(frozen=True)
class Counterpart:
    """Places of our values, and why there are none, or why the figure is void."""

    corrected: Place | None = None
    legacy: Place | None = None
    remark: str = ""

    @property
    def built(self) -> bool:
        """Whether the project has such a system."""
        return self.corrected is not None or self.legacy is not None


@dataclass(frozen=True)
class Entry:
    """One row of the table: which figures (origin, model and metric, the model as a regular expression), and where.

    Args:
        stage: whose records have our value; "" where no system of ours exists yet.
        keys: separated by slashes; {candidate} is the architecture.
        legacy: the metric in the legacy record; "" where it has none.
        remark: what the missing system is.
    """

    origin: str
    model: str
    metric: str
    stage: str = ""
    keys: str = ""
    legacy: str = ""
    remark: str = ""


_VAE, _STICKS = r"(?P<network>mlp|cnn)", r"sb-(?P<network>mlp|cnn)"
_GRID, _FRONT = r"(?P<network>mlp|cnn)-grid(?P<grid>\d+)", r"(?P<network>mlp|cnn)-pareto(?P<front>\d+)"

ENTRIES = (
    Entry("000_thesis", _VAE, "loss", "main-experiments", "loss", "loss"),
    Entry("000_thesis", _VAE, "beta_x_kl", "main-experiments", "kl", "beta_x_kl"),
    Entry("000_thesis", _VAE, "mse_sum", "main-experiments", "mse", "mse"),
    Entry("000_thesis", _VAE, "fid", "main-experiments", "fid", "fid"),
    Entry("000_thesis", _VAE, "fid_z_x100", "augmented-sampling", "samplers/scaled/fid", "fid_scaled"),
    Entry("000_thesis", _STICKS, "loss", "stick-breaking", "loss", "loss"),
    Entry("000_thesis", _STICKS, "kl", "stick-breaking", "kl", "beta_x_kl"),
    Entry("000_thesis", _STICKS, "mse_sum", "stick-breaking", "mse", "mse"),
    Entry("000_thesis", _STICKS, "fid", "stick-breaking", "fid", "fid"),
    Entry("000_thesis", _GRID, "fid", "preliminary-grid", "candidates/{candidate}/fid"),
    Entry("000_thesis", _GRID, "tvd_max", "preliminary-grid", "candidates/{candidate}/max_class_gap"),
    Entry("000_thesis", _FRONT, "fid", "pareto-select", "long/{candidate}/fid"),
    Entry("000_thesis", "fid-classifier", "test_accuracy", "train-fid-classifier", "accuracy"),
    Entry("001_latent", r"(ae|vae|conv-vae)", r"(train|val)_(loss|recon|kl)", remark="models of ten latents"),
    Entry("001_latent", r"(vae|conv-vae)", "silhouette", remark="separation of classes in the latent space"),
    Entry("001_latent", r"(ae|vae|conv)-(encoder|decoder)", "params", remark="networks of that document"),
    Entry("pythae", r".* (static|dynamic)-binary", "obtained|reference", remark="likelihood by importance sampling"),
    Entry("pythae", r"rae_.*", "obtained|reference", remark="regularised auto-encoders"),
    Entry("pythae", "vqvae", r"seconds_.*", remark="vector-quantised models"),
    Entry("nalisnick", r"(gauss|sb)-vae", r"knn\d+_error_pct", remark="classification of latents"),
    Entry("YannDubs", "VAE|betaH", "kl|recon", remark="models of images of 32 x 32 pixels"),
    Entry("YannDubs", "betaB .*|btcvae|factor", "kl|recon", remark="disentangling objectives"),
)


def entries_of(figure: Figure) -> list[Entry]:
    """Return the rows of `ENTRIES` that mean a figure: exactly one, if the table is right."""
    return [
        entry
        for entry in ENTRIES
        if entry.origin == figure.origin
        and re.fullmatch(entry.model, figure.model)
        and re.fullmatch(entry.metric, figure.metric)
    ]


def counterpart(figure: Figure) -> Counterpart:
    """Return what a figure is compared with.

    Raises:
        ValueError: if not exactly one row of `ENTRIES` means it.
    """
    found = entries_of(figure)
    if len(found) != 1:
        raise ValueError(f"line {figure.line}: {len(found)} counterparts for {figure.model!r}, {figure.metric!r}")
    entry = found[0]
    remark = VOID_REASON if figure.comparable == "void" else entry.remark
    if not entry.stage:
        return Counterpart(remark=remark)
    match = re.fullmatch(entry.model, figure.model)
    parts = match.groupdict() if match else {}
    network = parts.get("network")
    keys = tuple(entry.keys.format(candidate=candidate(parts)).split("/"))
    beta = None if parts.get("front") else figure.beta
    factor = figure.beta if figure.metric == "beta_x_kl" and figure.beta is not None else 1.0
    corrected = Place(entry.stage, figure.dataset, network, beta, keys, factor)
    model = CLAMPED if figure.beta is None else f"{figure.beta:g}"
    legacy = Place("legacy-experiments", figure.dataset, network, None, ("models", model, entry.legacy))
    return Counterpart(corrected, legacy if entry.legacy else None, remark)


def candidate(parts: Mapping[str, str | None]) -> str:
    """Return our name of the architecture at a position of the thesis's grid or front, "" without a position.

    Its dense candidates pair encoder and decoder of the same index; its convolutional ones are the product of six
    encoders with four decoders, the decoder changing first.
    """
    network, position, place = parts.get("network"), parts.get("grid"), parts.get("front")
    if place is not None:
        index = FRONTS[str(network)][int(place)]
    elif position is not None:
        index = int(position)
    else:
        return ""
    encoder, decoder = (index, index) if network == "mlp" else divmod(index, 4)
    return f"e{encoder}-d{decoder}"


def values(place: Place | None, records: Mapping[tuple[Any, ...], Any]) -> list[float]:
    """Return our values over the seeds at a place, none where there is no such record or entry.

    Args:
        place: where to look.
        records: {(stage, dataset, network, beta): record}.
    """
    if place is None:
        return []
    found = records.get((place.stage, place.dataset, place.network, place.beta))
    for key in place.keys:
        found = _entry(found, key)
    if isinstance(found, Mapping):
        found = found.get("values")
    numbers = found if isinstance(found, Sequence) else [] if found is None else [found]
    return [place.factor * float(number) for number in numbers]


def _entry(content: Any, key: str) -> Any:
    if isinstance(content, Mapping):
        return content.get(key)
    if isinstance(content, Sequence):
        named = (part for part in content if key in (part.get("name"), part.get("candidate")))
        return next(named, None)
    return None
