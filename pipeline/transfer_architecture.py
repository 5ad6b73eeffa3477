"""Stage transfer-architecture: a dataset without a search takes the architecture chosen on another."""

from typing import Any

from pipeline import stage


def main(parameters: Any, arguments: Any) -> None:
    """Copy a search's record under the name of another dataset; "searched_on" keeps saying where it comes from."""
    del parameters  # which dataset is the source stands in dvc.yaml's paths
    stage.write_json(arguments.record, {**stage.read_json(arguments.source), "dataset": arguments.dataset})


if __name__ == "__main__":
    stage.run(main, reads={"source": 1}, writes=("record",), options=("dataset",))
