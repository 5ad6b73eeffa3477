"""Stage figures: every picture of a dataset's study, and its training curves as one table for `dvc plots`."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.drawing import write_figures
from pipeline.names import NETWORK_TITLES
from pipeline.stage import Parameters
from pipeline.thesis.figures import Study, curves_table, draw, read_run
from pipeline.thesis.runs import Runs
from tfvae.plotting.manifolds import column_names
from tfvae.plotting.style import beta_text


def main(
    parameters: Parameters,
    *,
    dataset: str,
    betas: list[int | float],
    data: Path,
    metrics: Path,
    models: Path,
    figures: Path,
    curves: Path,
) -> None:
    """Draw every figure of one dataset; write them and the table of training curves."""
    arrays, runs = files.read_npz(data), Runs(dataset, betas)
    experiments = [*runs.by_beta(metrics / "main-experiments"), *runs.by_network(metrics / "stick-breaking")]
    manifolds = [files.read_npz(folder / "manifolds.npz") for folder in runs.by_network(models / "manifolds", "")]
    settings = parameters.manifolds.common
    study = Study(
        dataset=dataset,
        images=arrays["x_train"],
        labels=arrays["y_train"],
        searches=[files.read_json(path) for path in runs.by_network(metrics / "architectures")],
        runs=[read_run(path, models) for path in experiments],
        augmented=[files.read_json(path) for path in runs.by_beta(metrics / "augmented-sampling")],
        manifolds=dict(zip(NETWORK_TITLES, manifolds, strict=True)),
        manifold_columns=column_names(settings.scale, settings.shift),
        classifier=files.read_json(metrics / "train-fid-classifier" / f"{dataset}.json"),
    )
    write_figures(draw(study), figures)
    table = curves_table(study.runs)
    files.write_csv(curves, table.assign(beta=[beta_text(beta) for beta in table["beta"]]))


if __name__ == "__main__":
    stage.run(main)
