"""What the jobs of each stage have cost, and what a run on more cores would take: `python -m pipeline.times`.

Times stand beside results, not in them: equal bytes do not promise equal times. They are seconds of one core, counted
by the processes that trained and measured; DVC's own time and that of pictures and pages is not among them.
"""

import argparse
import sys
from collections.abc import Container, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from pipeline import files
from pipeline.jobs.resumable import CHECKPOINTS
from pipeline.jobs.simulation import Simulated, simulate
from pipeline.jobs.stages import Stages
from pipeline.jobs.times import COSTS, Cost, committed, costs, write_costs
from pipeline.pages.costs import by_family, processors
from pipeline.pages.embedding import update
from tfvae.errors import Refused
from tfvae.plotting.style import figure_to_png, grid_axes, new_figure, styled


def table(known: Sequence[Cost]) -> str:
    """Return a Markdown table with a row for each kind of stage: jobs, and minutes of a core by what they did."""
    lines = ["| stage | jobs | training | measuring |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {jobs} | {minutes:.1f} | {more:.1f} |" for name, jobs, minutes, more in by_family(known)]
    return "\n".join([*lines, "", f"Minutes of one core. Processor: {processors(known)}."])


def merged(elsewhere: Sequence[Cost], here: Sequence[Cost], stages: Container[str]) -> list[Cost]:
    """Return the costs of stages that there are: those of this machine, and the committed ones of all others."""
    costs = {
        cost.stage: [one for one in known if one.stage == cost.stage] for known in (elsewhere, here) for cost in known
    }
    return [cost for name in sorted(costs) if name in stages for cost in costs[name]]


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
    """Print the table: of what was computed here, and else of the committed times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write them to {COSTS}, from which remaining times come")
    parser.add_argument("--simulate", type=_cores, nargs="+", default=[], metavar="CORES", help="runs on so many cores")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="a picture of the simulated runs")
    parser.add_argument("--document", type=Path, metavar="MD", help="put the tables between their marks in a document")
    parser.add_argument("stages", nargs="*", help="that are simulated, as `dvc repro` takes them; all if none is given")
    from dvc.exceptions import DvcException

    arguments = parser.parse_args()
    try:
        elsewhere, here = committed(), costs(CHECKPOINTS.notes().values())
        known, above = merged(elsewhere, here, Stages([]).above()), Stages(arguments.stages).above()
        texts = [table(known) if known else "Nothing has been computed here, and there are no committed times."]
        if arguments.write:
            write_costs(COSTS, known)
        if arguments.simulate and known:
            runs = [simulate(above, known, cores) for cores in arguments.simulate]
            texts.append(simulations(runs))
            if arguments.plot:
                files.write_bytes(arguments.plot, figure_to_png(picture(runs)))
        print("\n\n".join(texts))
        if arguments.document:
            update(arguments.document, "times", "\n\n".join(texts), check=False)
    except (DvcException, Refused, OSError, ValueError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
