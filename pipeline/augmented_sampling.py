"""Stage augmented-sampling: the same trained models sampled in six ways."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import Arrays, read_model, read_yardstick
from pipeline.experiment.summaries import summarize_nested
from pipeline.jobs.resumable import run_resumable
from pipeline.records.thesis import AugmentedSampling
from pipeline.stage import Beta, DatasetName, NetworkName, Parameters
from pipeline.thesis.samplers import Sampling

MEASURE = "pipeline.thesis.samplers:measure"


def read_models(folder: Path, arrays: Arrays) -> list[Sampling]:
    """Return every model of a dataset below `folder`, in ascending seed."""
    seeds = sorted(int(path.name.removeprefix("seed-")) for path in files.matching(folder, "seed-*"))
    return [Sampling(*read_model(folder / f"seed-{seed}", arrays), seed) for seed in seeds]


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
    """Sample one configuration's models; write the record: summaries over the seeds."""
    settings = parameters.augmented_sampling.of(dataset, network)
    arrays = read_dataset(data, dataset)
    jobs, yardstick = read_models(models, arrays), read_yardstick(arrays, classifier)
    precision, seeds = jobs[0].configuration["precision"], [job.seed for job in jobs]
    head = {"dataset": dataset, "network": network, "beta": beta, "precision": precision, "seeds": seeds}
    amounts, label = [6] * len(jobs), f"sampling {dataset} {network} beta {beta}"
    shared = (yardstick, settings)
    metrics = run_resumable(MEASURE, jobs, shared, amounts=amounts, label=label, unit="sampler")
    transforms = {name: getattr(settings, name) for name in ("scale", "shift", "components")}
    files.write_json(record, {**head, **transforms, "samplers": summarize_nested(metrics)}, AugmentedSampling)


if __name__ == "__main__":
    stage.run(main)
