"""Stage conditional: search for the conditional VAE's best training, then compare it with a VAE trained alike."""

from pathlib import Path

import numpy as np

from pipeline import files, stage
from pipeline.conditional_vae.measuring import LabelledYardstick
from pipeline.conditional_vae.models import plan, plan_search
from pipeline.conditional_vae.record import model_folder, trials_table
from pipeline.conditional_vae.record import record as record_of
from pipeline.experiment.models import read_yardstick
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
    [search] = train_and_measure([search_job], held_out, None, label=f"search {dataset}", functions=SEARCH)
    jobs, training = plan(parameters, dataset, arrays, search.measured, models)
    yardstick = LabelledYardstick(read_yardstick(data, classifier), arrays["y_train"], arrays["y_test"])
    seeds = zip(*jobs.values(), strict=True)
    pairs = [job for of_seed in seeds for job in of_seed]
    results = train_and_measure(pairs, training, yardstick, label=f"conditional {dataset}", functions=COMPARE)
    outcomes = {model: results[position :: len(jobs)] for position, model in enumerate(jobs)}
    files.write_folder(models, model_folder(search, jobs, outcomes))
    files.write_csv(trials, trials_table(search.trained["trials"]))
    accuracy = float(np.mean(yardstick.yardstick.labels == arrays["y_test"]))
    head = {"dataset": dataset, "classifier_accuracy": accuracy}
    files.write_json(record, {**head, **record_of(settings, search, outcomes)})


if __name__ == "__main__":
    stage.run(main)
