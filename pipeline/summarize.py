"""Stage summarize: the record of the chosen beta for each network, and the tables of the whole study of a dataset."""

from hashlib import sha256
from itertools import chain
from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.joins import of_networks
from pipeline.names import NETWORK_TITLES
from pipeline.records.thesis import AugmentedSampling, BetaVAE, StickBreakingVAE
from pipeline.stage import Beta, DatasetName, Parameters
from pipeline.thesis.tables import study_tables


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    betas: list[Beta],
    metrics: Path,
    summary: Path,
    tables: Path,
    digests: Path,
) -> None:
    """Write and print one dataset's tables, write its summary, and its records' digests: one file to depend on."""
    folder = metrics / "main-experiments"
    kinds = {
        BetaVAE: of_networks(folder, dataset, betas),
        StickBreakingVAE: of_networks(metrics / "stick-breaking", dataset),
        AugmentedSampling: of_networks(metrics / "augmented-sampling", dataset, betas),
    }
    chosen = [files.read_json(path, BetaVAE) for path in of_networks(folder, dataset, [parameters.beta])]
    listed = study_tables(dataset, *([files.read_json(path, kind) for path in kinds[kind]] for kind in kinds))
    files.write_json(summary, dict(zip(NETWORK_TITLES, chosen, strict=True)))
    files.write_bytes(tables, "\n".join(table.markdown() for table in listed).encode())
    lines = [f"{path.as_posix()} {sha256(path.read_bytes()).hexdigest()}\n" for path in chain(*kinds.values())]
    files.write_bytes(digests, "".join(lines).encode())
    print("\n".join(table.plain() for table in listed))


if __name__ == "__main__":
    stage.run(main)
