"""Use a trained model: encode images, reconstruct them, draw new ones, score them; or export the model.

MODEL is a folder with config.json and weights.npz, or the name of one in ./pretrained. The same command gives the same
bytes. The exit status is 0, 1 if a file or the computation is at fault, or 2 if the command line is.
"""

import argparse
import sys
from collections.abc import Sequence

from tfvae.command import embed, export, reconstruct, sample, score
from tfvae.errors import Refused

_Raw = argparse.RawDescriptionHelpFormatter  # which keeps the lines
COMMANDS = {"embed": embed, "export": export, "reconstruct": reconstruct, "sample": sample, "score": score}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of a line, that of this process if None; return the exit status."""
    given = _parser().parse_args(argv)
    try:
        print(given.run(given))
    except KeyboardInterrupt:
        return 130
    except (OSError, Refused) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tfvae", description=__doc__, formatter_class=_Raw)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        summary = (module.__doc__ or "").partition("\n")[0]
        command = commands.add_parser(name, help=summary, description=module.__doc__, formatter_class=_Raw)
        command.add_argument("model", metavar="MODEL", help="a folder, or the name of one in ./pretrained")
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser
