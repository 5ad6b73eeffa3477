"""Stage figures: every picture of a dataset's study, and its training curves as one table for `dvc plots`."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.drawing import write_figures
from pipeline.stage import Parameters
from pipeline.thesis.figures import Study, curves_table, draw
from pipeline.thesis.runs import NETWORKS, Runs, read_run
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
    searches, augmented = runs.by_network(metrics / "architectures"), runs.by_beta(metrics / "augmented-sampling")
    experiments = zip(
        [*runs.by_beta(models / "main-experiments", ""), *runs.by_network(models / "stick-breaking", "")],
        [*runs.by_beta(metrics / "main-experiments"), *runs.by_network(metrics / "stick-breaking")],
        strict=True,
    )
    manifolds = runs.by_network(models / "manifolds", "")
    settings = parameters.manifolds.common
    study = Study(
        dataset=dataset,
        images=arrays["x_train"],
        labels=arrays["y_train"],
        searches=[files.read_json(path) for path in searches],
        runs=[read_run(*paths) for paths in experiments],
        augmented=[files.read_json(path) for path in augmented],
        manifolds={
            network: files.read_npz(folder / "manifolds.npz")
            for network, folder in zip(NETWORKS, manifolds, strict=True)
        },
        manifold_columns=column_names(settings.scale, settings.shift),
        classifier=files.read_json(metrics / "train-fid-classifier" / f"{dataset}.json"),
    )
    write_figures(draw(study), figures)
    table = curves_table(study.runs)
    files.write_csv(curves, table.assign(beta=[beta_text(beta) for beta in table["beta"]]))


if __name__ == "__main__":
    stage.run(main)
