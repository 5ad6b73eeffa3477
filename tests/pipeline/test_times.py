"""The tables and the picture of what jobs cost."""

from pipeline.jobs.simulation import simulate
from pipeline.jobs.times import Cost
from pipeline.times import picture, simulations, table
from tfvae.plotting.style import figure_to_png

KNOWN = [
    Cost("grid@x", "measuring", 3, 3, 30.0, "P"),
    Cost("grid@x", "training", 3, 30, 90.0, "P"),
    Cost("grid@y", "training", 1, 30, 60.0, "Q"),
    Cost("sampling@x", "measuring", 5, 30, 600.0, "P"),
]


def test_a_job_that_is_trained_and_measured_is_one():
    assert table(KNOWN).splitlines() == [
        "| stage | jobs | training | measuring |",
        "|---|--:|--:|--:|",
        "| sampling | 5 | 0.0 | 10.0 |",
        "| grid | 4 | 2.5 | 0.5 |",
        "| all | 9 | 2.5 | 10.5 |",
        "",
        "Minutes of one core. Processor: P or Q.",
    ]


def test_simulated_runs_are_a_table_and_a_picture():
    runs = [simulate({"sampling@x": []}, KNOWN, cores) for cores in (1, 10)]
    assert simulations(runs).splitlines()[2:] == ["| 1 | 10.1 | 100% |", "| 10 | 2.0 | 49% |"]
    figure = picture(runs)
    assert [axes.get_ylabel() for axes in figure.axes] == ["of 1", "of 10"]
    assert figure_to_png(figure).startswith(b"\x89PNG")
