"""Stage conditional: search for the best training of a conditional VAE and of a VAE alike, then compare the two."""

from pathlib import Path

import numpy as np

from pipeline import files, stage
from pipeline.conditional_vae.measuring import Standard
from pipeline.conditional_vae.models import describe, plan, plan_searches, trials_table
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import pictures_of, read_yardstick, write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.records.conditional_vae import Conditional
from pipeline.stage import AnyDatasetName, Parameters

SEARCH = Functions("pipeline.conditional_vae.search:search", "pipeline.conditional_vae.measuring:best")
COMPARE = Functions("pipeline.conditional_vae.training:train", "pipeline.conditional_vae.measuring:measure")


def main(
    parameters: Parameters,
    *,
    dataset: AnyDatasetName,
    data: Path,
    classifier: Path,
    models: Path,
    trials: Path,
    record: Path,
) -> None:
    """Search and compare on one dataset; write models, pictures, trials and the record."""
    settings, arrays = parameters.conditional.of(dataset), read_dataset(data, dataset)
    yardstick, labels = read_yardstick(arrays, classifier), (arrays["y_train"], arrays["y_test"])
    search_jobs, held_out = plan_searches(settings, arrays, dataset, models)
    searches = train_and_measure(SEARCH, search_jobs, held_out, None, label=f"search {dataset}")
    chosen = {search.job.model: search.measured for search in searches}
    jobs, training = plan(settings, arrays, chosen, models)
    budget = {**parameters.train_fid_classifier.common.model_dump(), "steps": settings.classifier_steps}
    score = ClassifierTraining(yardstick.classifier.configuration, **budget)
    standard = Standard(yardstick, *labels, score, settings.tsne_images)
    outcomes = train_and_measure(COMPARE, jobs, training, standard, label=f"conditional {dataset}")
    counts = [outcome.measured["confusion"] for outcome in outcomes if "confusion" in outcome.measured]
    pictures = {**pictures_of(outcomes), "confusion": np.sum(counts, axis=0)}
    write_models(models, [*outcomes, *searches], pictures=pictures)
    files.write_csv(trials, trials_table(searches))
    written = {
        "dataset": dataset,
        "classifier_accuracy": float(np.mean(yardstick.labels == arrays["y_test"])),
        "seeds": settings.seeds,
        "cooldown_share": settings.cooldown_share,
        "precision": settings.precision,
        "images": settings.images,
        "models": describe(outcomes, searches),
    }
    files.write_json(record, written, Conditional)


if __name__ == "__main__":
    stage.run(main)
