"""The files of a small made-up study, in the folders of the real one, and the pages made of them."""

from types import SimpleNamespace

import numpy as np

from pipeline import dataset_report, files, report, stage
from pipeline.experiment.configuration import vae
from pipeline.jobs.times import Cost, write_costs
from tests.pipeline.pages import further_records
from tests.pipeline.pages.found import quoted_figures, write_found
from tests.pipeline.pages.further_records import png, summary
from tfvae.evaluation.metrics import metric_titles

DATASETS, NETWORKS, BETAS = ("mnist", "fashion_mnist"), ("mlp", "cnn"), (0.2, 1, 5)
EXPLORED, LATENTS = "mnist", 2  # the dataset whose page has models to explore
LISTS = {"objectives": "objectives", "disentanglement": "disentanglement", "latent": "latent-analysis",
         "conditional": "conditional", "vector_quantised": "vector-quantised", "colour": "colour"}  # fmt: skip
SCALES = (1.0, 10.0, 100.0)
METRICS = ("loss", "kl", "mse", *metric_titles("page"))
FIGURES = {
    "dataset": (60, 50), "overview": (90, 30), "fid-by-beta": (90, 30), "augmented-sampling": (90, 40),
    "variants": (90, 60), "pareto-mlp": (60, 40), "training-curves-cnn": (60, 40), "manifolds-mlp": (60, 60),
}  # fmt: skip
COSTS = [
    Cost("grid@x", "measuring", 3, 3, 30.0, "P"),
    Cost("grid@x", "training", 3, 30, 90.0, "P"),
    Cost("grid@y", "training", 1, 30, 60.0, "Q"),
    Cost("sampling@x", "measuring", 5, 30, 600.0, "P"),
]


def run_record(dataset, network, beta, posterior="diagonal_gaussian"):
    # The squared error falls with beta, so that the order of the rows is not that of the numbers; 100 > 20 > 9.
    values = {metric: summary(100 / beta, 100 / beta + 1) for metric in METRICS}
    head = {"dataset": dataset, "network": network, "posterior": posterior, "beta": beta, "steps": 40, "seeds": [0, 1],
            "precision": "float32" if beta == 5 else "bfloat16"}  # fmt: skip
    return {**head, "learning_rate": 0.001, "architecture": "e0-d0", **values}


def augmented_record(dataset, network, beta):
    fids = {"prior": 50, "scaled": 40 if beta == 0.2 else 60, "shifted": 70, "mixture": 45}
    shares = {name: summary(0.1, 0.3) for name in ("tvd", "precision", "coverage", "blank_share")}
    samplers = {name: {"fid": summary(fid - 1, fid + 1), **shares} for name, fid in fids.items()}
    head = {"dataset": dataset, "network": network, "beta": beta, "scale": 100.0, "shift": 2.0}
    return {**head, "components": 10, "seeds": [0, 1], "samplers": samplers}


def variants_record(dataset):
    """Return a record of two variants; the seeds of the second are far apart."""
    models = {}
    for variant, changes, low, high in (("dense", {}, 50, 52), ("sticks", {"sticks": 9, "concentration": 5.0}, 30, 90)):
        fids = {"prior": (low, high), "scaled": (low + 100, high + 100), "mixture": (low - 20, high - 20)}
        shares = {name: summary(0.5, 0.52) for name in ("precision", "recall", "coverage", "blank_share")}
        models[f"{variant}-0.2"] = {
            "variant": variant, "changes": changes, "network": "mlp", "posterior": "diagonal_gaussian", "beta": 0.2,
            "steps": 40, "precision": "bfloat16", "seeds": [0, 1], "mse": summary(20, 21), "kl": summary(9, 9.5),
            "samplers": {name: {"fid": summary(*values), **shares} for name, values in fids.items()},
            "neighbour_error": {"3": summary(0.1, 0.11), "10": summary(0.2, 0.3)},
        }  # fmt: skip
    return {"dataset": dataset, "scale": 100.0, "components": 10, "models": models}


def search_record(dataset, network):
    candidates = [{"name": f"e{i}-d0", "fid": 10.0 - i, "tvd": 0.1 * (i + 1)} for i in range(3)]
    return {
        "dataset": dataset, "network": network, "searched_on": "mnist", "candidates": candidates, "front": ["e2-d0"],
        "consistent": {"fid": True, "tvd": False}, "decided_by": ["fid"],
        "selected": "e2-d0", "architecture": {"name": "e0-d0"},
    }  # fmt: skip


def reproduction_record():
    shared = {"origin": "000_thesis", "dataset": "mnist", "source": "table 6.5", "comparable": "yes", "note": "one run"}
    figures = [
        {"line": 2, "model": "mlp", "beta": 0.2, "metric": "fid", "published": 141.7186, "legacy": summary(140, 142),
         "corrected": summary(69, 71), "verdict": "legacy only", "explained_by": ["noise_of_steps"], "reason": ""},
        {"line": 3, "model": "sb-mlp", "beta": None, "metric": "kl", "published": 10.1346,
         "legacy": summary(10.1346, 10.1346), "corrected": summary(3, 4), "verdict": "disagrees", "explained_by": [],
         "reason": ""},
        {"line": 4, "model": "cnn", "beta": 5, "metric": "fid", "published": 98.1643, "legacy": None, "corrected": None,
         "verdict": "void", "explained_by": [], "reason": "<the wrong classifier>"},
    ]  # fmt: skip
    effect = {"dataset": "mnist", "network": "mlp", "model": "0.2", "switch": "noise", "from": "frozen", "to": "fresh"}
    shifts = {"mse": (-1.0, True), "fid": (-9.0, True), "kl": (50.0, None)}
    effects = [
        {**effect, "metric": metric, "legacy": summary(99, 101), "alone": summary(100 + shift), "shift": shift,
         "clear": clear}
        for metric, (shift, clear) in shifts.items()
    ]  # fmt: skip
    ways = {name: {"fid": summary(80, 82), "contrast": summary(0.8)} for name in ("prior", "scaled")}
    ways |= {name: {"fid": summary(40), "contrast": summary(0.9)} for name in ("mixture", "reconstructions")}
    trained = {
        "dataset": "mnist", "name": "short_training", "likelihood": "squared_error", "learning_rate": 1e-4,
        "steps": 5000, "seeds": [0], "mse": summary(30), "kl": summary(9), **ways, "test_contrast": 0.95,
    }  # fmt: skip
    return {
        "counts": {"000_thesis": {"legacy only": 1, "disagrees": 1, "void": 1}},
        "by_chance": {"000_thesis": {"legacy only": 0.5, "same order": 0.75, "disagrees": 0.75, "void": 1.0}},
        "searches": [
            {
                "dataset": "mnist",
                "network": "mlp",
                "metric": "fid",
                "candidates": 17,
                "spearman": 0.19,
                "interval": [-0.32, 0.62],
                "within_factor": 17,
                "by_chance": 16.5,
            },
            {
                "dataset": "mnist",
                "network": "cnn",
                "metric": "fid",
                "candidates": 3,
                "spearman": None,
                "interval": None,
                "within_factor": 1,
                "by_chance": 1.0,
            },
        ],
        "claims": [
            {
                "line": 2,
                "origin": "004_quantised",
                "dataset": "mnist",
                "claim": "high",
                "statement": "It is <high>",
                "source": "5",
                "comparison": "best",
                "verdict": "agrees",
                "reason": "of 1,000 samples",
                "ours": [
                    {"place": "vector-quantised/mnist:a", "value": summary(8, 9)},
                    {"place": "vector-quantised/mnist:b", "value": "adam"},
                ],
            },
            {
                "line": 3,
                "origin": "002_colour",
                "dataset": "flowers102",
                "claim": "colour",
                "statement": "Colourful",
                "source": "goal",
                "comparison": None,
                "verdict": "not measured",
                "reason": "never run",
                "ours": [],
            },
        ],
        "figures": [*({**shared, **figure} for figure in figures), *quoted_figures(**shared)],
        "effects": effects,
        "augmented": [trained],
    }


def images(*shape):
    return np.random.default_rng(sum(shape)).integers(0, 256, (*shape, 8, 8, 1), dtype=np.uint8)


def write_pretrained(folder, network):
    """Write a folder of a model of 8x8 pixels with few latents; of its weights there are only the decoder's."""
    decoders = {"mlp": [16], "cnn": {"reshape": [4, 4, 4], "layers": [{"filters": 4, "kernel": 4, "stride": 2}]}}
    shapes = {"mlp": [(LATENTS, 16), 16, (16, 64), 64], "cnn": [(LATENTS, 64), 64, (4, 4, 4, 4), 4, (3, 3, 4, 1), 1]}
    encoder = {"mlp": [16], "cnn": [{"filters": 4, "kernel": 3, "stride": 1}]}
    values = {"posterior": {"name": "diagonal_gaussian", "latent_dim": LATENTS}, "likelihood": "squared_error"}
    configuration = vae((8, 8, 1), network, encoder[network], decoders[network], **values, precision="float32")
    draws = np.random.default_rng(len(shapes[network]))
    files.write_json(folder / "config.json", configuration)
    files.write_weights(folder / "weights.npz", [draws.normal(0, 0.5, shape) for shape in shapes[network]])


def write_dataset(root, dataset):
    """Write what the stages would; return the arguments of dataset-report."""
    shown = root / "metrics" / "figure-data"
    contents = {f"train-fid-classifier/{dataset}": {"accuracy": 0.99, "fid_floor": 0.5, "fid_mean_image": 300.0,
                                                    "tvd_floor": 0.012, "max_class_gap_floor": 0.006}}  # fmt: skip
    for network in NETWORKS:
        write_pretrained(root / "pretrained" / f"{dataset}-{network}", network)
        contents[f"architectures/{dataset}-{network}"] = search_record(dataset, network)
        contents[f"stick-breaking/{dataset}-{network}"] = {
            **run_record(dataset, network, 1, "stick_breaking"), "concentration": 1.0, "sticks": [0.6, 0.36, 0.04],
        }  # fmt: skip
        for beta in BETAS:
            name = f"{dataset}-{network}-{beta}"
            contents[f"main-experiments/{name}"] = run_record(dataset, network, beta)
            contents[f"augmented-sampling/{name}"] = augmented_record(dataset, network, beta)
            arrays = {"frames": images(len(SCALES), 9), "scales": np.asarray(SCALES)}
            files.write_npz(shown / "main-experiments" / name / "samples.npz", arrays)
        kinds = [(model, column) for model in ("beta_1", "stick_breaking") for column in ("plain", "scaled")]
        grids = {f"{model}|{column}": images(3, 3 + i)[:, :3] for i, (model, column) in enumerate(kinds)}
        files.write_npz(shown / "manifolds" / f"{dataset}-{network}" / "manifolds.npz", grids)
        files.write_json(shown / "manifolds" / f"{dataset}-{network}" / "manifolds.json", {"precision": "bfloat16"})
    contents[f"variants/{dataset}"] = variants_record(dataset)
    for name, size in FIGURES.items():
        files.write_bytes(root / "plots" / dataset / f"{name}.png", png(size))
    for name, content in contents.items():
        files.write_json(root / "metrics" / f"{name}.json", content)
    return {
        "dataset": dataset,
        "betas": [BETAS[-1], *BETAS],  # the chosen beta is one of the study's fixed ones
        "metrics": root / "metrics",
        "figures": root / "plots" / dataset,
        "pretrained": [root / "pretrained" / f"{dataset}-{network}" for network in NETWORKS],
        "page": root / "plots" / f"report-{dataset}.html",
    }


def parameters():
    settings = SimpleNamespace(seed=0, betas=(1,), points=3, scale=100.0, shift=2.0, steps=30)
    lists = {f"{name}_datasets": further_records.RECORDS[stage][1] for name, stage in LISTS.items()}
    return SimpleNamespace(beta=1, manifolds=SimpleNamespace(of=lambda dataset, network: settings), **lists)


def write_pages(root, leftovers=False):
    """Write a study below `root`, and what an earlier one left, and make its pages; return the joint one's path."""
    files.write_bytes(root / stage.PARAMETERS, b"beta: 1\n")
    pages, metrics = [], root / "metrics"
    if leftovers:
        files.write_json(metrics / "main-experiments" / "mnist-mlp-0.3.json", run_record("mnist", "mlp", 0.3))
        files.write_json(metrics / "colour" / "usps.json", further_records.colour_record("usps"))
    for dataset in DATASETS:
        arguments = write_dataset(root, dataset)
        if dataset != EXPLORED:
            arguments["pretrained"] = []
        dataset_report.main(parameters(), **arguments)
        pages.append(arguments["page"])
    page = root / "plots" / "report.html"
    files.write_json(metrics / "reproduction.json", reproduction_record())
    write_costs(metrics / "times.csv", COSTS)
    further_records.write_further(root)
    report.main(
        parameters(),
        dataset_pages=pages,
        records=[metrics / stage for stage in further_records.RECORDS],
        findings=write_found(root),
        reproduction=metrics / "reproduction.json",
        times=metrics / "times.csv",
        figures=[root / "plots" / name for name in (*DATASETS, *further_records.RECORDS)],
        page=page,
    )
    return page
