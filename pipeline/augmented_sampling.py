"""Stage augmented-sampling: the same trained models sampled in six ways.

"prior": as trained; "scaled": latents times a large factor, the thesis's augmented sampling; "shifted": latents plus a
constant, its "+2"; "shifted_fit": latents moved to the mean of the aggregated posterior; "gaussian" and "mixture":
densities fitted to samples of the aggregated posterior (Ghosh et al., 2020, https://arxiv.org/abs/1903.12436).
"""

from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files, stage
from pipeline.experiment.measuring import Meter
from pipeline.experiment.yardstick import Yardstick, read_yardstick
from pipeline.jobs.resumable import run_resumable
from pipeline.stage import Parameters
from tfvae.evaluation.summaries import summarize
from tfvae.training.jobs import Progress


def sampled_latents(generator: Any, x_train: np.ndarray, settings: Any, seed: int) -> dict[str, np.ndarray]:
    """Return latents (images, D) of every sampler."""
    from tfvae import randomness
    from tfvae.sampling.fitted import fit_gaussian, fit_mixture, fitted_shift
    from tfvae.sampling.transforms import scaled, shifted

    prior = generator.prior_latents(settings.images, "augmented sampling")
    chosen = randomness.generator(seed, "aggregated posterior").permutation(len(x_train))[: settings.images]
    aggregated = generator.posterior_latents(x_train[chosen], "aggregated posterior")

    def drawn(sampler: Any, name: str) -> np.ndarray:
        return np.asarray(sampler.sample(settings.images, randomness.generator(seed, name)), np.float32)

    return {
        "prior": prior,
        "scaled": scaled(prior, settings.scale),
        "shifted": shifted(prior, settings.shift),
        "shifted_fit": shifted(prior, fitted_shift(aggregated) - prior.mean(axis=0)),
        "gaussian": drawn(fit_gaussian(aggregated), "gaussian"),
        "mixture": drawn(fit_mixture(aggregated, settings.components, seed), "mixture"),
    }


def measure(
    job: tuple[dict[str, Any], list[np.ndarray], int, bool], shared: tuple[Yardstick, Any], progress: Progress
) -> dict[str, Any]:
    """Return {sampler: metrics} of one model; precision and recall only where asked for."""
    from tfvae.evaluation.precision_recall import precision_recall_density_coverage
    from tfvae.models.vae import build_vae
    from tfvae.sampling.generation import Generator
    from tfvae.training.runtime import use_one_core

    use_one_core()
    (configuration, weights, seed, everything), (yardstick, settings) = job, shared
    model = build_vae(configuration)
    model.set_weights(weights)
    generator, meter = Generator(model, seed), Meter(yardstick)
    metrics: dict[str, Any] = {}
    for name, latents in sampled_latents(generator, yardstick.x_train, settings, seed).items():
        images = generator.images(latents)
        if everything:
            metrics[name] = meter.final(images)
            few = slice(settings.neighbour_images)
            real, generated = yardstick.features[few], meter.extract(images[few])[0]
            metrics[name].update(precision_recall_density_coverage(real, generated, settings.neighbours))
        else:
            metrics[name] = {"fid": meter.distance(images)}
        progress.report(1)
    return metrics


def read_models(folder: Path) -> list[tuple[dict[str, Any], list[np.ndarray], int, bool]]:
    """Return (configuration, weights, seed, whether it is the first) of every model below `folder`."""
    directories = sorted(folder.glob("seed-*"), key=lambda path: int(path.name.removeprefix("seed-")))
    return [
        (
            files.read_json(directory / "config.json"),
            files.read_weights(directory / "weights.npz"),
            int(directory.name.removeprefix("seed-")),
            position == 0,
        )
        for position, directory in enumerate(directories)
    ]


def main(
    parameters: Parameters,
    *,
    dataset: str,
    network: str,
    beta: int | float,
    models: Path,
    data: Path,
    classifier: Path,
    record: Path,
) -> None:
    """Sample one configuration's models; write the record: FID over all seeds, the rest of the first."""
    settings = parameters.augmented_sampling.of(dataset, network)
    yardstick = read_yardstick(data, classifier)
    models = read_models(models)
    label = f"sampling {dataset} {network} beta {beta}"
    measured = run_resumable(
        "pipeline.augmented_sampling:measure",
        models,
        (yardstick, settings),
        amounts=[6] * len(models),
        label=label,
        unit="sampler",
    )
    samplers = {
        name: {**first, "fid": summarize([metrics[name]["fid"] for metrics in measured])}
        for name, first in measured[0].items()
    }
    head = {"dataset": dataset, "network": network, "beta": stage.number(beta)}
    seeds = [seed for _, _, seed, _ in models]
    settled = {name: getattr(settings, name) for name in ("scale", "shift", "components")}
    files.write_json(record, {**head, "seeds": seeds, **settled, "samplers": samplers})


if __name__ == "__main__":
    stage.run(main)
