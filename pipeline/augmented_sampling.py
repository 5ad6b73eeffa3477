"""Stage augmented-sampling: the same trained models sampled in six ways."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import Arrays, read_model, read_yardstick
from pipeline.jobs.resumable import run_resumable
from pipeline.stage import Beta, DatasetName, NetworkName, Parameters
from pipeline.thesis.samplers import Sampling
from tfvae.evaluation.summaries import summarize

MEASURE = "pipeline.thesis.samplers:measure"


def read_models(folder: Path, arrays: Arrays) -> list[Sampling]:
    """Return every model of a dataset below `folder`, in ascending seed; all metrics are wanted of the first."""
    seeds = sorted(int(path.name.removeprefix("seed-")) for path in files.matching(folder, "seed-*"))
    models = {seed: read_model(folder / f"seed-{seed}", arrays) for seed in seeds}
    return [Sampling(*model, seed, everything=seed == seeds[0]) for seed, model in models.items()]


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    network: NetworkName,
    beta: Beta,
    models: Path,
    data: Path,
    classifier: Path,
    record: Path,
) -> None:
    """Sample one configuration's models; write the record: FID over all seeds, the rest of the first."""
    settings = parameters.augmented_sampling.of(dataset, network)
    arrays = read_dataset(data, dataset)
    jobs, yardstick = read_models(models, arrays), read_yardstick(arrays, classifier)
    precision, seeds = jobs[0].configuration["precision"], [job.seed for job in jobs]
    head = {"dataset": dataset, "network": network, "beta": beta, "precision": precision, "seeds": seeds}
    amounts, label = [6] * len(jobs), f"sampling {dataset} {network} beta {beta}"
    shared = (yardstick, settings)
    metrics = run_resumable(MEASURE, jobs, shared, amounts=amounts, label=label, unit="sampler")
    samplers = {
        name: {**first, "fid": summarize([of_seed[name]["fid"] for of_seed in metrics])}
        for name, first in metrics[0].items()
    }
    transforms = {name: getattr(settings, name) for name in ("scale", "shift", "components")}
    files.write_json(record, {**head, **transforms, "samplers": samplers})


if __name__ == "__main__":
    stage.run(main)
