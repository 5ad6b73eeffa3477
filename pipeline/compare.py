"""Compare the records of the working tree with those of a Git revision: differences, and which exceed seed noise.

`python -m pipeline.compare main` reads the headline; `--targets` names other records.
A change is "clear" where its 95 % interval over seeds leaves out 0, else "within seeds". A line below tells which
models were trained in another precision.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.experiment.differences import Difference, differences
from pipeline.experiment.precisions import changed
from pipeline.records.kinds import read_record
from pipeline.thesis.tables import Table
from tfvae.errors import Refused

HEADLINE = Path("metrics/headline.json")
NOTE = "Of 20 changes that are mere noise, one is called clear: the intervals are not corrected for their number."


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Git here."""
    return subprocess.run(["git", *arguments], capture_output=True, text=True, encoding="utf-8", check=False)


def at_commit(commit: str, path: Path) -> Any:
    """Return the content of a JSON file as a commit has it; None if it has none."""
    name = f"{commit}:./{Path(os.path.relpath(path)).as_posix()}"
    shown = git("show", name)
    if shown.returncode:
        return None
    try:
        return files.parse_json(shown.stdout.encode(), Path(name))
    except ValueError as error:
        raise Refused(f"{name}: {error}") from error


def row(difference: Difference) -> list[str]:
    """Return the cells of a difference: numbers in four significant digits, "-" for none."""
    sides, change, interval = (difference.before, difference.after), difference.change, difference.interval
    return [
        difference.metric,
        *(f"{side.mean:.4g}" if side else "-" for side in sides),
        "-" if change is None else f"{change:+.4g}",
        "{:+.3g} to {:+.3g}".format(*interval) if interval else "-",
        " and ".join(dict.fromkeys(str(side.n) for side in sides if side)),
        difference.verdict,
    ]


def main() -> None:
    """Print a table for each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", nargs="?", default="HEAD", help="what to compare with (default: HEAD)")
    parser.add_argument("--targets", nargs="+", type=Path, default=[HEADLINE], metavar="FILE", help="records to read")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    options = parser.parse_args()
    commit = git("rev-parse", "--verify", "--end-of-options", f"{options.revision}^{{commit}}")
    if commit.returncode:
        sys.exit(f"error: no revision {options.revision}: {commit.stderr.strip()}")
    header = ("metric", options.revision, "now", "change", "95 % interval", "seeds", "verdict")
    for path in options.targets:
        try:
            before = at_commit(commit.stdout.strip(), path)
            after = read_record(path) if path.exists() or before is None else None
        except Refused as error:
            sys.exit(f"error: {error}")
        rows = [row(difference) for difference in differences(before, after)]
        table = Table(path.as_posix(), header, rows, NOTE if rows else "No metric differs.")
        print(table.markdown() if options.markdown else table.plain())
        if line := changed(before, after):
            print(f"{line}\n")


if __name__ == "__main__":
    main()
