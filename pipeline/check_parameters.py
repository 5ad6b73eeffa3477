"""Stage check-parameters: refuse wrong parameter files before anything is touched."""

import argparse
import sys
from pathlib import Path

from pipeline import files
from pipeline.params.loading import ParameterError, load_architectures, load_parameters
from pipeline.params.precision import emulates_bfloat16

_ACCEPTED = b"The parameters are valid.\n"


def main() -> None:
    """Check all parameter files; with --marker, write a constant file that later stages depend on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parameters", type=Path, required=True, help="params.yaml, beside the folder `params`")
    parser.add_argument("--architectures", type=Path, required=True)
    parser.add_argument("--marker", type=Path)
    arguments = parser.parse_args()
    try:
        parameters = load_parameters(arguments.parameters)
        load_architectures(arguments.architectures, parameters)
        if emulates_bfloat16(parameters):
            print("warning: the parameters pin bfloat16, which this machine may only emulate; float32 may be faster")
        if arguments.marker is None:
            print(f"{arguments.parameters}, {arguments.architectures}: valid")
        else:
            files.write_bytes(arguments.marker, _ACCEPTED)
    except (ParameterError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
