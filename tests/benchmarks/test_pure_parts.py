import json

import pytest

from benchmarks import machine, plots, report, throughput, training_job
from benchmarks.__main__ import _is_idle
from benchmarks.architectures import training_flops
from benchmarks.load import busy_ticks
from benchmarks.settings import NETWORKS
from benchmarks.spread import medians, ratios, shares, spread


def test_spread_is_the_median_with_the_extremes():
    assert spread([3.0, 1.0, 2.0]) == {"median": 2.0, "low": 1.0, "high": 3.0, "values": [3.0, 1.0, 2.0]}


def test_spread_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        spread([])


def test_ratios_are_taken_round_by_round():
    # The third round was slow for both: its ratio is like the others', that of the medians would not be.
    assert ratios([10.0, 12.0, 2.0], [5.0, 6.0, 1.0])["values"] == [2.0, 2.0, 2.0]


def test_ratios_need_equally_many_rounds():
    with pytest.raises(ValueError):
        ratios([1.0, 2.0], [1.0])


def test_a_missing_peer_has_no_ratio():
    assert ratios([1.0], None) is None
    assert medians({"pythae": None, "notebook": spread([4.0])}) == {"pythae": None, "notebook": 4.0}


def test_shares_of_a_ceiling():
    assert shares(1000.0, 2_000_000, {"product": 4.0}) == {"product": 0.5}


JOB = {
    "start": 2.0,
    "steps": 10,
    "all_steps": 100,
    "compilation": 1.0,
    "training": 1.8,
    "evaluation": 4.0,
    "other": 2.0,
}


def test_shares_of_a_training_job_are_those_of_all_its_steps():
    job = training_job.shares(JOB)
    assert job["seconds"]["training"] == 18.0
    assert job["share_of_steps"] == 18 / 20
    assert job["share_of_evaluation"] == 4 / 27
    assert (job["steps"], job["steps_measured"]) == (100, 10)


def test_flops_of_the_mlp_by_hand():
    encoder = 784 * 175 + 175 * 150 + 150 * 125 + 125 * 100 + 100 * 75 + 75 * 50 + 50 * 25 + 25 * 10
    decoder = 5 * 25 + 25 * 50 + 50 * 75 + 75 * 100 + 100 * 125 + 125 * 150 + 150 * 175 + 175 * 784
    assert training_flops("mlp", 5) == 6 * (encoder + decoder)


def test_flops_of_the_cnn_by_hand():
    encoder = 26 * 26 * 9 * 16 + 12 * 12 * 9 * 16 * 32 + 5 * 5 * 9 * 32 * 63 + 5 * 5 * 63 * 10
    decoder = 5 * 28 * 28 * 32 + 784 * 9 * (32 * 60 + 60 * 48 + 48 * 32 + 32 * 16 + 16 * 1)
    assert training_flops("cnn", 5) == 6 * (encoder + decoder)


def test_busy_time_leaves_out_idle_and_waiting():
    assert busy_ticks("cpu  1 2 4 1000 2000 8 16 32 0 0") == 63


@pytest.mark.parametrize(("load", "idle"), [(None, True), ({"high": 0.05}, True), ({"high": 0.9}, False)])
def test_a_run_on_a_busy_machine_is_no_evidence(load, idle):
    assert _is_idle(load) is idle


def test_a_missing_peer_is_named(tmp_path):
    versions, reason = machine.probe_peer(str(tmp_path / "python"))
    assert versions is None
    assert "missing" in reason


def test_a_broken_peer_is_named(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'No module named pythae' >&2\nexit 1\n")
    python.chmod(0o755)
    assert machine.probe_peer(str(python)) == (None, "it cannot be imported: No module named pythae")


class FakeContender:
    start_seconds = 2.0
    pids = ()

    def __init__(self, module, options, errors, processes=1, python=None):
        assert module != "pythae_loop", "the peer is missing and must not be started"
        self.module, self.processes = module, processes
        self.greetings = [{"import": 1.0, "build": 0.5, "first_step": 0.5}]

    def ask(self, request):
        if self.module == "ceilings":
            names = [f"{kind}_{one}" for kind in ("matrix_product", "convolution") for one in ("float32", "bfloat16")]
            return [dict.fromkeys(names, 100.0)] * self.processes
        images = request["steps"] * 64
        return [{"images": images, "seconds": images / 1000}] * self.processes

    def images_per_second(self, steps):
        return 1000.0 * self.processes

    def close(self):
        pass


@pytest.fixture
def results(monkeypatch, tmp_path):
    from benchmarks.settings import Settings

    monkeypatch.setattr(throughput, "Contender", FakeContender)
    monkeypatch.setattr(throughput, "count_cores", lambda: 2)
    training = {"mlp": {"precision": "float32", "xla": True}, "cnn": {"precision": "bfloat16", "xla": False}}
    measured = throughput.measure(Settings(tmp_path / "x.npy", tmp_path, training, 5, 3.0, None))
    axis = {"1": spread([1.0, 2.0]), "2": spread([2.0, 3.0])}
    axes = {name: axis for name in ("images", "latent_dim", "data", "models_on_1", "models_on_2")}
    return {
        **measured,
        "evaluation": {
            "seconds": {name: spread([0.01]) for name in report.EVALUATION},
            "fid_relative_difference": 1e-12,
        },
        "training_job": {network: training_job.shares(JOB) for network in NETWORKS},
        "growth": {network: axes for network in NETWORKS},
        "settings": {"dataset": "mnist", "batch_size": 64, "rounds": 5, "training": training},
        "machine": machine.describe(),
        "peer": {"versions": None, "reason": "its environment .venv-bench is missing"},
    }


def test_results_have_the_promised_form(results):
    results = json.loads(json.dumps(results))
    assert set(results["ratios"]) == {"mlp", "cnn"}
    for network in NETWORKS:
        assert results["ratios"][network] == {"pythae": None, "notebook": 2.0}
        assert results["images_per_second"][network]["pythae"] is None
        assert len(results["images_per_second"][network]["notebook"]["values"]) == 5
    assert {"processor", "cores", "python", "tensorflow"} <= set(results["machine"])


def test_the_report_names_the_missing_peer(results):
    text = report.to_markdown(results)
    assert "pythae was not measured: its environment .venv-bench is missing" in text
    assert "No GPU was measured" in text


def test_the_report_says_when_the_machine_was_busy(results):
    busy = {**results, "other_load": spread([0.9])}
    assert "too much for these ratios to mean anything" in report.to_markdown(busy)


def test_the_plots_draw(results):
    assert len(plots.throughput(results).axes) == 2
    assert len(plots.growth(results).axes) == 4
