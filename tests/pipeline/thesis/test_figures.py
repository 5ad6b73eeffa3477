"""The stages figures and summarize, run on a small made-up study."""

import hashlib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from pipeline import figures, files, summarize
from pipeline.records.kinds import KINDS
from pipeline.records.thesis import BetaVAE
from pipeline.thesis.figures import read_run
from tests.pipeline.pages.small_study import variants_record

BETAS, SEEDS, STEPS = (0.2, 1, 2), (3, 4, 5), (10, 20)
RECORDS = ("main-experiments", "stick-breaking", "augmented-sampling")
METRICS = ("loss", "kl", "mse", "fid", "fid_relative", "tvd")
CURVES = ("loss", "distortion", "kl", "fid", "tvd", "max_class_gap")


@pytest.fixture(autouse=True)
def coarse(monkeypatch):
    """Draw with a ninth of the pixels: what is drawn is under test here, not how finely."""
    monkeypatch.setattr("tfvae.plotting.style.DPI", 50)


def summary(*values):
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return {"mean": float(np.mean(values)), "sd": sd, "n": len(values), "values": [float(v) for v in values]}


def pictures(*shape):
    return np.random.default_rng(0).integers(0, 256, (*shape, 28, 28, 1), dtype=np.uint8)


def write_run(root, kind, name, network, posterior, beta):
    folder, record = root / "metrics" / "figure-data" / kind / name, root / "metrics" / kind / f"{name}.json"
    rows = [
        {"step": step, **{metric: beta + seed + step for metric in CURVES}, "seed": seed}
        for seed in reversed(SEEDS)
        for step in STEPS
    ]
    files.write_csv(folder / "history.csv", pd.DataFrame(rows))
    shown = {"originals": pictures(10), "reconstructions": pictures(10), "frames": pictures(3, 9)}
    files.write_npz(folder / "samples.npz", {**shown, "scales": np.array([1.0, 5.0, 30.0])})
    extra = {"sticks": [0.5, 0.3, 0.2], "concentration": 1.0} if posterior == "stick_breaking" else {}
    head = {"dataset": "digits", "network": network, "posterior": posterior, "beta": beta, "seeds": list(SEEDS)}
    metrics = {metric: summary(*(beta + seed for seed in SEEDS)) for metric in METRICS}
    files.write_json(record, {**head, **metrics, **extra})
    return record


def write_network(root, network):
    """Write the records of a network and what figures show of its models; return the records of its beta-VAEs."""
    name, metrics = f"digits-{network}", root / "metrics"
    runs = [write_run(root, "main-experiments", f"{name}-{beta}", network, "diagonal_gaussian", beta) for beta in BETAS]
    write_run(root, "stick-breaking", name, network, "stick_breaking", 1)
    for beta in BETAS:
        shares = {"precision": summary(0.9, 0.8), "coverage": summary(0.5, 0.4), "blank_share": summary(0, 0)}
        samplers = {name: {"fid": summary(20, 21), **shares} for name in ("prior", "scaled", "shifted")}
        content = {"network": network, "beta": beta, "scale": 30, "shift": 2, "samplers": samplers}
        files.write_json(metrics / "augmented-sampling" / f"{name}-{beta}.json", content)
    keys = [f"{model}|{column}" for model in ("beta_1", "stick_breaking") for column in ("plain", "scaled")]
    grids = {key: pictures(2, 2) for key in keys}
    files.write_npz(metrics / "figure-data" / "manifolds" / name / "manifolds.npz", grids)
    search = {
        "dataset": "digits", "network": network, "searched_on": "digits", "front": ["e0-d0"], "selected": "e0-d0",
        "candidates": [{"name": "e0-d0", "fid": 1.0, "tvd": 0.1}, {"name": "e1-d0", "fid": 2.0, "tvd": 0.2}],
        "runs": [{"candidate": "e0-d0", "seed": 0, "steps": [1, 2], "fid": [3.0, 2.0], "tvd": [0.2, 0.1]}],
        "noise_sd": {"fid": 0.1, "tvd": 0.01}, "consistent": {"fid": True, "tvd": False},
        "architecture": {"name": "e9-d9"},
    }  # fmt: skip
    files.write_json(metrics / "architectures" / f"{name}.json", search)
    return runs


@pytest.fixture
def study(tmp_path):
    """Arguments of the stage, with the files in the folders that they name, and the beta-VAEs' records."""
    runs = [record for network in ("cnn", "mlp") for record in write_network(tmp_path, network)]
    # What another beta left there is no part of the study.
    write_run(tmp_path, "main-experiments", "digits-mlp-9", "mlp", "diagonal_gaussian", 9)
    variants = variants_record("digits")
    files.write_json(tmp_path / "metrics" / "variants" / "digits.json", variants)
    samples = {f"{model}|{row}": pictures(9) for model in variants["models"] for row in ("prior", "scaled", "mixture")}
    files.write_npz(tmp_path / "metrics" / "figure-data" / "variants" / "digits" / "samples.npz", samples)
    labels = np.arange(12, dtype=np.uint8) % 10
    data = {"x_train": pictures(12), "y_train": labels, "x_test": pictures(12), "y_test": labels}
    files.write_npz(tmp_path / "data.npz", data)
    classifier = {"fid_floor": 0.5, "fid_mean_image": 300.0}
    files.write_json(tmp_path / "metrics" / "train-fid-classifier" / "digits.json", classifier)
    arguments = {
        "dataset": "digits",
        "betas": [1, 2, 0.2, 1],  # the chosen beta is one of the study's fixed ones
        "data": tmp_path / "data.npz",
        "metrics": tmp_path / "metrics",
        "figures": tmp_path / "plots",
        "curves": tmp_path / "curves.csv",
    }
    return SimpleNamespace(arguments=arguments, runs=runs, **arguments)


@pytest.fixture
def parameters():
    grid = SimpleNamespace(of=lambda dataset, network: SimpleNamespace(seeds=[0], steps=1200))
    manifolds = SimpleNamespace(common=SimpleNamespace(scale=100.0, shift=2.0))
    return SimpleNamespace(beta=1, manifolds=manifolds, preliminary_grid=grid)


def sizes(study, parameters):
    """Return {name: (width, height)} of all figures, drawn anew."""
    figures.main(parameters, **study.arguments)
    found = {}
    for path in study.figures.iterdir():
        with Image.open(path, formats=["PNG"]) as picture:
            found[path.stem] = picture.size
    return found


def test_every_figure_is_written_and_says_below_where_models_are_of_two_precisions(study, parameters):
    before = sizes(study, parameters)
    per_network = (
        "training-curves", "stick-breaking", "samples", "reconstructions", "manifolds", "pareto", "periods",
    )  # fmt: skip
    expected = {f"{name}-{network}" for name in per_network for network in ("mlp", "cnn")}
    expected |= {"dataset", "variants", "augmented-sampling", "fid-by-beta", "overview"}
    assert set(before) == expected and {path.suffix for path in study.figures.iterdir()} == {".png"}
    for path in (study.metrics / "main-experiments").glob("digits-mlp-*.json"):
        precision = "float32" if path.stem.endswith("-2") else "bfloat16"
        files.write_json(path, {**files.read_json(path), "precision": precision})
    after = sizes(study, parameters)
    taller = {name for name, (width, height) in after.items() if height > before[name][1] and width == before[name][0]}
    joining = {f"{name}-mlp" for name in ("training-curves", "stick-breaking", "samples", "reconstructions")}
    assert taller == {*joining, "augmented-sampling", "fid-by-beta"}  # the overview shows the other network
    assert {name for name in after if after[name] != before[name]} == taller


def drawn(study, parameters, monkeypatch):
    """Return {name: figure} of all figures."""
    kept = {}
    monkeypatch.setattr(figures, "write_figures", lambda drawn, folder, note: kept.update(drawn))
    figures.main(parameters, **study.arguments)
    return kept


def test_a_search_says_its_steps_and_who_selected(study, parameters, monkeypatch):
    for network in ("mlp", "cnn"):
        path = study.metrics / "architectures" / f"digits-{network}.json"
        named = {"architecture": {"name": "e1-d0"}} if network == "cnn" else {"searched_on": "mnist"}
        files.write_json(path, {**files.read_json(path), **named})
    shown = drawn(study, parameters, monkeypatch)
    own, other = (shown[f"pareto-{network}"] for network in ("cnn", "mlp"))
    legend = [text.get_text() for text in own.legends[0].get_texts()]
    assert "used from here on: e1-d0, rank 2 of 2 by FID, 2 by TVD; the search itself chooses e0-d0" in legend
    assert own.axes[0].get_title(loc="left") == "after 1,200 training steps, one seed each"
    assert "searched on MNIST" in other.axes[0].get_title(loc="left")
    assert "searched on MNIST" in shown["periods-mlp"].get_suptitle()
    # The mean image of another dataset says nothing of this search.
    assert [sum("mean image" in text.get_text() for text in one.axes[0].texts) for one in (own, other)] == [1, 0]


def test_black_samples_are_told_of_their_model_alone(study, parameters, monkeypatch):
    folder = study.metrics / "figure-data" / "main-experiments" / "digits-cnn-1"
    arrays = files.read_npz(folder / "samples.npz")
    arrays["frames"][-1] = 0
    files.write_npz(folder / "samples.npz", arrays)
    record = study.metrics / "augmented-sampling" / "digits-cnn-1.json"
    content = files.read_json(record)
    content["samplers"]["scaled"]["blank_share"] = summary(0.25, 0.35)
    files.write_json(record, content)
    shown = drawn(study, parameters, monkeypatch)
    panels = {axes.get_title(loc="left"): axes.texts for axes in shown["augmented-sampling"].axes}
    told = {name: [text.get_text() for text in texts] for name, texts in panels.items()}
    assert [name for name, texts in told.items() if "blank" in texts] == ["cnn, β = 1"] and "0.30" in told["cnn, β = 1"]
    assert [axes.get_xlabel() for axes in shown["samples-cnn"].axes].count("9 of 9 black") == 1


def test_curves_hold_every_history_once(study, parameters, monkeypatch):
    monkeypatch.setattr(figures, "draw", lambda study: ())
    figures.main(parameters, **study.arguments)
    table = pd.read_csv(study.curves, dtype={"beta": str})
    assert ",".join(table.columns) == "step,network,posterior,beta,seed,loss,distortion,kl,fid,tvd"
    assert len(table) == 2 * (len(BETAS) + 1) * len(SEEDS) * len(STEPS)
    assert not table.duplicated().any()
    assert sorted(table["beta"].unique()) == ["0.2", "1", "2"]
    row = table[
        (table["network"] == "cnn") & (table["posterior"] == "diagonal_gaussian") & (table["beta"] == "0.2")
    ].iloc[3]
    assert (row["seed"], row["step"], row["kl"]) == (4, 20, pytest.approx(24.2))


def test_runs_are_in_ascending_beta_with_dense_networks_first(study, parameters, monkeypatch):
    drawn = []
    monkeypatch.setattr(figures, "draw", lambda study: drawn.append(study) or ())
    figures.main(parameters, **study.arguments)
    [shown] = drawn
    of_network = {network: [run.record["beta"] for run in shown.of(network)] for network in shown.networks}
    assert list(of_network) == ["mlp", "cnn"] and list(of_network.values()) == [[*BETAS, 1]] * 2
    for network in of_network:
        assert [run.record["beta"] for run in shown.of(network, "diagonal_gaussian")] == list(BETAS)
        assert [run.record["posterior"] for run in shown.of(network, "stick_breaking")] == ["stick_breaking"]


def test_samples_are_the_first_and_the_last_frames(study):
    run = read_run(study.runs[0], BetaVAE, study.metrics / "figure-data" / study.runs[0].parent.name)
    frames = pictures(3, 9)
    np.testing.assert_array_equal(run.samples["plain"], frames[0])
    np.testing.assert_array_equal(run.samples["scaled"], frames[2])
    assert run.scale == 30


def test_a_run_has_the_figure_data_that_are_named_like_its_record(study):
    for path, beta in zip(study.runs, [*BETAS, *BETAS], strict=True):
        run = read_run(path, KINDS[path.parent.name], study.metrics / "figure-data" / path.parent.name)
        assert run.record["beta"] == beta and (run.curves["beta"] == beta).all()
        np.testing.assert_allclose(run.curves["kl"], beta + run.curves["seed"] + run.curves["step"])


def test_a_study_without_one_of_its_runs_is_refused(study, parameters):
    study.runs[0].unlink()
    with pytest.raises(files.Damaged, match=study.runs[0].name):
        figures.main(parameters, **study.arguments)


def test_summary_and_tables_are_written(study, parameters, tmp_path, capsys):
    summarized, tables = tmp_path / "summary.json", tmp_path / "tables.md"
    summarize.main(
        parameters, dataset="digits", betas=study.betas, metrics=study.metrics, summary=summarized, tables=tables,
        digests=tmp_path / "digests.txt",
    )  # fmt: skip
    written = files.read_json(summarized)
    assert list(written) == ["mlp", "cnn"]
    assert written["cnn"] == files.read_json(study.metrics / "main-experiments" / "digits-cnn-1.json")
    text = tables.read_text(encoding="utf-8")
    assert text.count("| 1-CVAE |") == 2  # all models, augmented sampling; the beta named twice counts once
    assert "| FID | 4.20 | 0.2-CVAE |" in text and "9-VAE" not in text
    assert "Digits: all models" in capsys.readouterr().out
    digests = dict(line.split() for line in (tmp_path / "digests.txt").read_text(encoding="utf-8").splitlines())
    records = [path for path in sorted(study.metrics.rglob("*.json")) if path.parent.name in RECORDS]
    expected = {path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in records}
    assert digests == {name: digest for name, digest in expected.items() if not name.endswith("-9.json")}
