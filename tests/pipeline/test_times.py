"""The tables and the picture of what jobs cost."""

from pipeline.jobs.simulation import simulate
from pipeline.jobs.times import Cost
from pipeline.pages import costs
from pipeline.pages.study import Study
from pipeline.pages.values import Record
from pipeline.times import merged, picture, simulations, table
from tests.pipeline.pages.small_study import COSTS
from tfvae.plotting.style import figure_to_png


def test_a_job_that_is_trained_and_measured_is_one():
    assert table(COSTS).splitlines() == [
        "| stage | jobs | training | measuring |",
        "|---|--:|--:|--:|",
        "| sampling | 5 | 0.0 | 10.0 |",
        "| grid | 4 | 2.5 | 0.5 |",
        "| all | 9 | 2.5 | 10.5 |",
        "",
        "Minutes of one core. Processor: P or Q.",
    ]


def test_simulated_runs_are_a_table_and_a_picture():
    runs = [simulate({"sampling@x": []}, COSTS, cores) for cores in (1, 10)]
    assert simulations(runs).splitlines()[2:] == ["| 1 | 10.1 | 100% |", "| 10 | 2.0 | 49% |"]
    figure = picture(runs)
    assert [axes.get_ylabel() for axes in figure.axes] == ["of 1", "of 10"]
    assert figure_to_png(figure).startswith(b"\x89PNG")


def test_what_was_computed_here_replaces_the_committed_times_of_its_stage():
    here = [Cost("grid@x", "training", 3, 30, 80.0, "R")]
    assert merged(COSTS, here, {"grid@x", "grid@y"}) == [*here, COSTS[2]]
    assert merged(COSTS, [], {"sampling@x"}) == COSTS[3:]


def test_the_page_has_the_same_table():
    record = Record("times", "", "../metrics/times.csv", {"costs": COSTS})
    content = costs.content(Study("study", "", [record], {}))
    shown = [[value.text for value in row] for row in content["data"].rows]
    assert shown == [[cell.strip() for cell in line.strip("|").split("|")] for line in table(COSTS).splitlines()[2:5]]
    assert content["processors"] == "P or Q"
    assert costs.content(Study("study", "", [], {})) is None
