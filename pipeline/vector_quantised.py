"""Stage vector-quantised: plain, beta- and vector-quantised VAEs, compared by the quality of their samples."""

from dataclasses import fields
from pathlib import Path

import numpy as np

from pipeline import files, stage
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import pictures_of, read_yardstick, write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.summaries import summarize_nested
from pipeline.jobs.resumable import run_resumable
from pipeline.records.vq_vae import VectorQuantised
from pipeline.stage import DatasetName, Parameters
from pipeline.vq_vae.measuring import SHOWN, Standard
from pipeline.vq_vae.models import describe, name_of, plan

FUNCTIONS = Functions("pipeline.vq_vae.training:train", "pipeline.vq_vae.measuring:measure")
MEASURE_REAL = "pipeline.vq_vae.measuring:measure_real"


def main(
    parameters: Parameters, *, dataset: DatasetName, data: Path, classifier: Path, models: Path, record: Path
) -> None:
    """Train and measure one dataset's models; write them, their pictures, and the record."""
    settings, arrays = parameters.vector_quantised.of(dataset), read_dataset(data, dataset)
    yardstick, y_test, seeds = read_yardstick(arrays, classifier), arrays["y_test"], settings.seeds
    of_score = {**parameters.train_fid_classifier.common.model_dump(), "steps": settings.classifier_steps}
    score = ClassifierTraining(yardstick.classifier.configuration, **of_score)
    budget = settings.model_dump(include={field.name for field in fields(Standard)})
    standard = Standard(yardstick, y_test, score, **budget)
    jobs, label = plan(settings, yardstick.x_train.shape[1:], models), f"vector-quantised {dataset}"
    outcomes = train_and_measure(FUNCTIONS, jobs, yardstick.x_train, standard, label=label)
    of_real, label = [(seed, settings.images) for seed in seeds], f"real images {dataset}"
    real = run_resumable(MEASURE_REAL, of_real, standard, amounts=[1] * len(seeds), label=label, unit="seed")
    shown = {"originals": yardstick.x_test[:SHOWN], "labels": y_test[: settings.projected_images]}
    write_models(models, outcomes, pictures={**pictures_of(outcomes), **shown})
    written = {
        "dataset": dataset,
        "classifier_accuracy": float(np.mean(yardstick.labels == y_test)),
        "precision": settings.precision,
        "prior": {"precision": settings.prior.precision},
        "images": settings.images,
        "few_images": settings.few_images,
        "shown": name_of("vq-vae", settings.shown_latent_dim, settings.shown_codes),
        "real": {"seeds": seeds, **summarize_nested(real)},
        "models": describe(outcomes),
    }
    files.write_json(record, written, VectorQuantised)


if __name__ == "__main__":
    stage.run(main)
