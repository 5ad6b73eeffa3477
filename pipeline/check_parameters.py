"""Stage check-parameters: refuse wrong parameter files before anything is touched."""

import argparse
import sys
from pathlib import Path

from pipeline import files
from pipeline.params.loading import ParameterError, load_architectures, load_parameters

_ACCEPTED = b"The parameters are valid.\n"


def main() -> None:
    """Check all parameter files; with --marker, write a constant file that later stages depend on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parameters", type=Path, required=True, help="params.yaml, beside the folder `params`")
    parser.add_argument("--architectures", type=Path, required=True)
    parser.add_argument("--marker", type=Path)
    arguments = parser.parse_args()
    try:
        load_architectures(arguments.architectures, load_parameters(arguments.parameters))
        if arguments.marker is None:
            print(f"{arguments.parameters}, {arguments.architectures}: valid")
        else:
            files.write_bytes(arguments.marker, _ACCEPTED)
    except (ParameterError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
