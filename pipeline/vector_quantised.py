"""Stage vector-quantised: plain, beta- and vector-quantised VAEs, compared by the quality of their samples."""

from pathlib import Path

import numpy as np

from pipeline import files, stage
from pipeline.experiment.models import read_yardstick, seed_folders
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.jobs.resumable import run_resumable
from pipeline.stage import Parameters
from pipeline.vq_vae.measuring import SHOWN, Standard
from pipeline.vq_vae.models import name_of, plan
from pipeline.vq_vae.record import comparison_record

FUNCTIONS = Functions("pipeline.vq_vae.training:train", "pipeline.vq_vae.measuring:measure")
_BUDGET = ("images", "few_images", "neighbours", "neighbour_images", "projected_images", "regions", "region_width")


def main(parameters: Parameters, *, dataset: str, data: Path, classifier: Path, models: Path, record: Path) -> None:
    """Train and measure one dataset's models; write them, their pictures, and the record."""
    settings, y_test = parameters.vector_quantised.of(dataset), files.read_npz(data)["y_test"]
    yardstick, shared = read_yardstick(data, classifier), parameters.train_fid_classifier.common
    training = {name: getattr(shared, name) for name in ("batch_size", "learning_rate", "dropout")}
    budget = {name: getattr(settings, name) for name in _BUDGET}
    standard = Standard(yardstick, y_test, {"steps": settings.classifier_steps, **training}, **budget)
    jobs, label = plan(settings, yardstick.x_train.shape[1:], models), f"vector-quantised {dataset}"
    outcomes = train_and_measure(FUNCTIONS, [job for _, job in jobs], yardstick.x_train, standard, label=label)
    real = run_resumable(
        "pipeline.vq_vae.measuring:measure_real",
        settings.seeds,
        standard,
        amounts=[1] * len(settings.seeds),
        label=f"real images {dataset}",
        unit="seed",
    )
    shown = {"originals": yardstick.x_test[:SHOWN], "labels": y_test[: settings.projected_images]}
    files.write_folder(models, seed_folders(jobs, outcomes, **shown))
    head = {
        "dataset": dataset,
        "classifier_accuracy": float(np.mean(yardstick.labels == y_test)),
        "images": settings.images,
        "few_images": settings.few_images,
        "shown": name_of("vq-vae", settings.shown_latent_dim, settings.shown_codes),
    }
    files.write_json(record, {**head, **comparison_record(jobs, outcomes, settings.seeds, real)})


if __name__ == "__main__":
    stage.run(main)
