"""Stage dataset-report: a page for people about one dataset, with all that it needs inside."""

from typing import Any

from pipeline import stage
from pipeline.pages.contents import SECTIONS
from pipeline.pages.reading import address, read_arrays, read_figures, read_records
from pipeline.pages.rendering import page, part, sections_of
from pipeline.pages.study import Study


def main(parameters: Any, arguments: Any) -> None:
    """Write one dataset's page."""
    dataset, home = arguments.dataset, arguments.page.parent
    arrays = read_arrays(arguments.models)
    networks = [name.removeprefix(f"{dataset}-") for name in arrays.get("manifolds", {})]
    study = Study(
        dataset=dataset,
        parameters=address(stage.PARAMETERS, home),
        records=read_records(arguments.records, home),
        figures=read_figures(arguments.figures, home),
        arrays=arrays,
        manifold_settings={network: parameters.manifolds.of(dataset, network) for network in networks},
    )
    content = part(dataset, study.title, sections_of(study, SECTIONS))
    stage.write_bytes(arguments.page, page(f"{study.title}: variational auto-encoders", [content]))


if __name__ == "__main__":
    stage.run(
        main,
        reads={"records": "+", "figures": 1, "models": "+"},
        writes=("page",),
        options=("dataset",),
    )
