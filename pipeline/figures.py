"""Stage figures: every picture of a dataset's study, and its training curves as one table for `dvc plots`."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.drawing import write_figures
from pipeline.experiment.joins import of_networks
from pipeline.names import NETWORK_TITLES
from pipeline.records.experiment import ClassifierFloors
from pipeline.records.thesis import AugmentedSampling, BetaVAE, Search, StickBreakingVAE, Variants
from pipeline.stage import Beta, DatasetName, Parameters
from pipeline.thesis.figures import Study, curves_table, draw, read_run
from tfvae.plotting.manifolds import column_names
from tfvae.plotting.style import beta_text


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    betas: list[Beta],
    data: Path,
    metrics: Path,
    figures: Path,
    curves: Path,
) -> None:
    """Draw every figure of one dataset; write them and the table of training curves."""
    arrays, settings = read_dataset(data, dataset), parameters.manifolds.common
    experiments = of_networks(metrics / "main-experiments", dataset, betas)
    sticks, augmented = metrics / "stick-breaking", of_networks(metrics / "augmented-sampling", dataset, betas)
    runs = [read_run(path, BetaVAE, metrics / "figure-data" / "main-experiments") for path in experiments]
    shown = metrics / "figure-data" / "stick-breaking"
    runs += [read_run(path, StickBreakingVAE, shown) for path in of_networks(sticks, dataset)]
    folders = of_networks(metrics / "figure-data" / "manifolds", dataset, ending="")
    manifolds = [files.read_npz(folder / "manifolds.npz") for folder in folders]
    searches = [files.read_json(path, Search) for path in of_networks(metrics / "architectures", dataset)]
    grids = parameters.preliminary_grid
    study = Study(
        dataset=dataset,
        images=arrays["x_train"],
        labels=arrays["y_train"],
        searches=searches,
        grids={one["network"]: grids.of(one["searched_on"], one["network"]) for one in searches},
        runs=runs,
        augmented=[files.read_json(path, AugmentedSampling) for path in augmented],
        manifolds=dict(zip(NETWORK_TITLES, manifolds, strict=True)),
        manifold_columns=column_names(settings.scale, settings.shift),
        variants=files.read_json(metrics / "variants" / f"{dataset}.json", Variants),
        variant_samples=files.read_npz(metrics / "figure-data" / "variants" / dataset / "samples.npz"),
        classifier=files.read_json(metrics / "train-fid-classifier" / f"{dataset}.json", ClassifierFloors),
    )
    write_figures(draw(study), figures, study.note)
    table = curves_table(study.runs)
    files.write_csv(curves, table.assign(beta=[beta_text(beta) for beta in table["beta"]]))


if __name__ == "__main__":
    stage.run(main)
