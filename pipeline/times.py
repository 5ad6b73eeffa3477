"""What the jobs of each stage have cost, and what a run on more cores would take: `python -m pipeline.times`.

Times stand beside results, not in them: equal bytes do not promise equal times. They are seconds of one core, counted
by the processes that trained and measured; DVC's own time and that of pictures and pages is not among them.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from pipeline import files
from pipeline.jobs.resumable import CHECKPOINTS
from pipeline.jobs.simulation import Simulated, simulate
from pipeline.jobs.stages import Stages
from pipeline.jobs.times import COSTS, Cost, costs, read_costs, write_costs
from tfvae.errors import Refused
from tfvae.plotting.style import figure_to_png, grid_axes, new_figure, styled


def table(known: Sequence[Cost]) -> str:
    """Return a Markdown table with a row for each kind of stage: jobs, and minutes of a core by what they did."""
    families: dict[str, dict[str, float]] = {}
    for name in dict.fromkeys(cost.stage for cost in known):
        row = families.setdefault(name.partition("@")[0], dict.fromkeys(("jobs", "training", "measuring"), 0.0))
        own = [cost for cost in known if cost.stage == name]
        row["jobs"] += max(cost.jobs for cost in own)  # one that is trained is measured, too
        for cost in own:
            row[cost.kind] += cost.seconds / 60
    lines = ["| stage | jobs | training | measuring |", "|---|--:|--:|--:|"]
    for name, row in sorted(families.items(), key=lambda item: -item[1]["training"] - item[1]["measuring"]):
        lines.append(f"| {name} | {row['jobs']:.0f} | {row['training']:.1f} | {row['measuring']:.1f} |")
    sums = {key: sum(row[key] for row in families.values()) for key in ("jobs", "training", "measuring")}
    lines.append(f"| all | {sums['jobs']:.0f} | {sums['training']:.1f} | {sums['measuring']:.1f} |")
    processors = " or ".join(sorted({cost.processor for cost in known}))
    return "\n".join([*lines, "", f"Minutes of one core. Processor: {processors}."])


def simulations(runs: Sequence[Simulated]) -> str:
    """Return a Markdown table with a row for each simulated run."""
    lines = ["| cores | minutes | occupancy |", "|--:|--:|--:|"]
    return "\n".join([*lines, *(f"| {run.cores} | {run.seconds / 60:.1f} | {run.occupancy:.0%} |" for run in runs)])


@styled
def picture(runs: Sequence[Simulated]) -> Figure:
    """Return a figure of the share of cores at work over the time of each run."""
    figure = new_figure(7, 1.7 * len(runs), "Cores at work", "simulated from the seconds that each stage's jobs took")
    for axes, run in zip(grid_axes(figure, len(runs), 1), runs, strict=True):
        seconds, busy = zip(*run.busy, strict=True)
        axes.fill_between([s / 60 for s in seconds], [cores / run.cores for cores in busy], step="post")
        axes.set(ylim=(0, 1), xlim=(0, None), ylabel=f"of {run.cores}", xlabel="minutes")
    return figure


def _cores(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number above 0 is needed")
    return int(text)


def main() -> None:
    """Print the table of this study, or of the committed one where nothing was computed here."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write them to {COSTS}, from which remaining times come")
    parser.add_argument("--simulate", type=_cores, nargs="+", default=[], metavar="CORES", help="runs on so many cores")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="a picture of the simulated runs")
    parser.add_argument("stages", nargs="*", help="that are simulated, as `dvc repro` takes them; all if none is given")
    from dvc.exceptions import DvcException

    arguments = parser.parse_args()
    here = costs(CHECKPOINTS.notes().values())
    try:
        known = here or read_costs(COSTS)
    except Refused as error:
        sys.exit(f"error: {error}")
    print(table(known) if known else "Nothing has been computed here, and there are no committed times.")
    if arguments.write and here:
        write_costs(COSTS, here)
    if arguments.simulate and known:
        try:
            above = Stages(arguments.stages).above()
        except DvcException as error:
            sys.exit(f"error: {error}")
        runs = [simulate(above, known, cores) for cores in arguments.simulate]
        print(f"\n{simulations(runs)}")
        if arguments.plot:
            files.write_bytes(arguments.plot, figure_to_png(picture(runs)))


if __name__ == "__main__":
    main()
