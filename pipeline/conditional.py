"""Stage conditional: search for the conditional VAE's best training, then compare it with a VAE trained alike."""

from pathlib import Path

import numpy as np

from pipeline import files, stage
from pipeline.conditional_vae.measuring import LabelledYardstick
from pipeline.conditional_vae.models import plan, plan_search
from pipeline.conditional_vae.record import record as record_of
from pipeline.conditional_vae.record import trials_table
from pipeline.conditional_vae.training import CONDITIONAL
from pipeline.experiment.models import model_files, read_yardstick, seed_folders
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.stage import Parameters

SEARCH = Functions("pipeline.conditional_vae.search:search", "pipeline.conditional_vae.measuring:best")
COMPARE = Functions("pipeline.conditional_vae.training:train", "pipeline.conditional_vae.measuring:measure")


def main(
    parameters: Parameters, *, dataset: str, data: Path, classifier: Path, models: Path, trials: Path, record: Path
) -> None:
    """Search and compare on one dataset; write models, pictures, trials and the record."""
    settings, arrays = parameters.conditional.of(dataset), files.read_npz(data)
    search_job, held_out = plan_search(settings, arrays, dataset, models)
    [search] = train_and_measure(SEARCH, [search_job], held_out, None, label=f"search {dataset}")
    jobs, training = plan(parameters, dataset, arrays, search.measured, models)
    yardstick = LabelledYardstick(read_yardstick(data, classifier), arrays["y_train"], arrays["y_test"])
    each, label = [job for _, job in jobs], f"conditional {dataset}"
    outcomes = train_and_measure(COMPARE, each, training, yardstick, label=label)
    by_model = {name: [o for (model, _), o in zip(jobs, outcomes, strict=True) if model == name] for name, _ in jobs}
    confusion = np.sum([outcome.measured["confusion"] for outcome in by_model[CONDITIONAL]], axis=0)
    contents = seed_folders(jobs, outcomes, confusion=confusion)
    files.write_folder(models, {**contents, **model_files("search", search, {}, {})})
    files.write_csv(trials, trials_table(search.trained["trials"]))
    accuracy = float(np.mean(yardstick.yardstick.labels == arrays["y_test"]))
    head = {"dataset": dataset, "classifier_accuracy": accuracy}
    files.write_json(record, {**head, **record_of(settings, search, by_model)})


if __name__ == "__main__":
    stage.run(main)
