"""The findings: the numbers are those of the records, and README.md and docs/findings.md are up to date."""

import copy
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.stats

from pipeline import files
from pipeline.findings.sentences import PARTS, findings, order, shift
from pipeline.jobs.closure import ROOT
from pipeline.pages.embedding import marked
from pipeline.params.loading import load_parameters
from pipeline.published.counterparts import CLAMPED
from pipeline.published.references import parse
from pipeline.readme import __main__ as readme
from pipeline.vq_vae.names import label
from tests.documents import documented
from tests.pipeline.pipeline_file import load_yaml
from tests.pipeline.readme.variant_records import variants_record
from tfvae.evaluation.summaries import summarize

COMMAND = ["findings", str(ROOT / "docs" / "findings.md"), "--parameters", str(ROOT / "params.yaml")]
PARAMETERS = load_parameters(ROOT / "params.yaml")
FIGURES = parse((ROOT / "references" / "figures.csv").read_text(encoding="utf-8"))


def record(name):
    return files.read_json(ROOT / "metrics" / f"{name}.json")


@pytest.mark.parametrize("page", ["README.md", "docs/findings.md"])
def test_a_page_holds_what_the_records_say(page, capsys):
    command = ["findings", str(ROOT / page), *COMMAND[2:], "--metrics", str(ROOT / "metrics"), "--check"]
    assert readme.main(command) == 0, capsys.readouterr().err


def test_the_parts_stand_where_they_belong():
    pages = {"README.md": {"strongest-findings"}, "docs/findings.md": {"findings", "further-findings"}}
    assert {page: set(marked(ROOT / page, PARTS)) for page in pages} == pages
    assert set().union(*pages.values()) == set(PARTS)


def test_the_readme_shows_the_beginnings_of_five():
    strongest = findings("strongest-findings", record, PARAMETERS).splitlines()
    assert [line.partition(". ")[0] for line in strongest] == ["1", "2", "3", "4", "5"]
    bodies = [line.partition(". ")[2] for line in LINES]
    assert all(sum(body.startswith(line.partition(". ")[2]) for body in bodies) == 1 for line in strongest)
    assert all("](" not in line and line.endswith(".") for line in strongest)
    assert not any("(more)" in line for line in LINES)


def test_lines_are_numbered():
    """Two more once the stage variants has run."""
    lines = findings("findings", record, PARAMETERS).splitlines()
    count = 14 if (ROOT / "metrics" / "variants" / "mnist.json").is_file() else 12
    assert [line.split(".")[0] for line in lines] == [str(number) for number in range(1, count + 1)]
    assert all(line.startswith("- ") for line in findings("further-findings", record, PARAMETERS).splitlines())


@pytest.mark.parametrize(("part", "least"), [*zip(PARTS, (80, 20, 15), strict=True)])
def test_every_number_follows_its_record(part, least):
    """Every summary raised by 1000, with a spread of 7: so is every "mean ± sd" in the text; one seed has no spread."""

    def raised(content):
        if isinstance(content, dict):
            if set(content) == {"mean", "sd", "n", "values"}:
                return {**content, "mean": 1000 + content["mean"], "sd": content["sd"] and 7.0}
            return {name: raised(value) for name, value in content.items()}
        return [raised(value) for value in content] if isinstance(content, list) else content

    before = findings(part, record, PARAMETERS)
    after = findings(part, lambda name: raised(record(name)), PARAMETERS)
    pairs = re.findall(r"(-?\d+\.\d+) ± (\d+\.\d+)", before)
    shifted = re.findall(r"(-?\d+\.\d+) ± (\d+\.\d+)", after)
    assert len(pairs) == len(shifted) > least
    for (mean, _), (new, spread) in zip(pairs, shifted, strict=True):
        assert float(new) == pytest.approx(1000 + float(mean), abs=0.06) and float(spread) == 7


def test_published_numbers_are_those_of_the_references():
    text = findings("further-findings", record, PARAMETERS)
    for line in (164, 166, 168, 173, 174, 181, 182):
        [figure] = [figure for figure in FIGURES if figure.line == line]
        assert (f"{figure.value:.2f}" if figure.metric == "val_loss" else f"{figure.value:g}") in text
    obtained, reference = (figure.value for figure in FIGURES if figure.model == "vae nll200 static-binary")
    assert f"A published VAE has {reference}, pythae's reproduction of it {obtained};" in text


LINES = findings("findings", record, PARAMETERS).splitlines()
FURTHER = findings("further-findings", record, PARAMETERS).splitlines()
BETAS = ("0.2", "0.5", "1", "2", "5")


def values(name, *keys):
    """Return a summary's values over seeds."""
    content = record(name)
    for key in keys:
        content = content[key]
    return content["values"]


def welch(ones, others):
    """Return SciPy's interval of how much larger the others are."""
    return scipy.stats.ttest_ind(others, ones, equal_var=False).confidence_interval(0.95)


def fids(dataset, network):
    return {beta: values(f"main-experiments/{dataset}-{network}-{beta}", "fid") for beta in BETAS}


def together(named):
    pairs = itertools.combinations(named, 2)
    return [(one, other) for one, other in pairs if np.prod(welch(named[one], named[other])) <= 0]


def sampled(network, sampler, dataset="mnist", beta="0.2"):
    return values(f"augmented-sampling/{dataset}-{network}-{beta}", "samplers", sampler, "fid")


def means(name):
    """Return {sampler: {metric: mean}} of a record."""
    samplers = record(name)["samplers"]
    return {
        sampler: {metric: value["mean"] for metric, value in metrics.items()} for sampler, metrics in samplers.items()
    }


@pytest.mark.parametrize(
    ("line", "ones", "others"),
    [
        (1, ("legacy-experiments/mnist-mlp", "models", "0.2", "mse"),
         ("legacy-experiments/mnist-mlp", "ablation", "0.2", "losses", "mse")),
        (1, ("legacy-experiments/fashion_mnist-mlp", "models", "0.2", "mse"),
         ("legacy-experiments/fashion_mnist-mlp", "ablation", "0.2", "losses", "mse")),
        (2, ("legacy-experiments/mnist-mlp", "models", "0.2", "beta_x_kl"),
         ("legacy-experiments/mnist-mlp", "ablation", "0.2", "epsilons", "beta_x_kl")),
        (4, ("main-experiments/mnist-mlp-1", "fid"), ("stick-breaking/mnist-mlp", "fid")),
        (4, ("main-experiments/fashion_mnist-mlp-1", "fid"), ("stick-breaking/fashion_mnist-mlp", "fid")),
        (6, ("legacy-experiments/mnist-mlp", "models", CLAMPED, "tvd_max"),
         ("legacy-experiments/mnist-mlp", "ablation", CLAMPED, "tvd_classes", "tvd_max")),
        *((11, (f"augmented-sampling/{dataset}-cnn-{beta}", "samplers", "mixture", "fid"),
           (f"augmented-sampling/{dataset}-cnn-{beta}", "samplers", "prior", "fid"))
          for dataset in ("mnist", "fashion_mnist") for beta in ("0.2", "0.5")),
    ],
)  # fmt: skip
def test_intervals_are_welch_s(line, ones, others):
    ends = re.findall(r"(-?\d+\.\d+) (?:to|and) (\d+\.\d+)", LINES[line - 1].replace(" and ", " ; "))
    expected = tuple(welch(values(*ones), values(*others)))
    assert any((float(low), float(high)) == pytest.approx(expected, abs=0.051) for low, high in ends), (ends, expected)
    assert expected[0] > 0 or line == 4  # the sentence says that the second is larger; in line 4 only on MNIST


def test_pairs_that_seeds_do_not_separate_are_named():
    texts = LINES[7].partition("number: ")[2].split("; ")
    for text, (dataset, network) in zip(
        texts, itertools.product(("mnist", "fashion_mnist"), ("mlp", "cnn")), strict=True
    ):
        pairs = together(fids(dataset, network))
        named = ", ".join(f"{one} and {other}" for one, other in pairs)
        assert f": all pairs separate but {named}" in text if pairs else ": every pair separates" in text
    legacy = {beta: values("legacy-experiments/mnist-mlp", "models", beta, "fid") for beta in BETAS if beta != "1"}
    assert f"separates {6 - len(together(legacy)) or 'none'} of the 6 pairs" in LINES[6]


def test_what_the_headings_say_holds():
    """Words that no template computes: whoever changes the records must read these sentences again."""
    assert len(together(fids("mnist", "mlp"))) <= 1
    for dataset, network in (("mnist", "cnn"), ("fashion_mnist", "mlp"), ("fashion_mnist", "cnn")):
        named, pairs = fids(dataset, network), together(fids(dataset, network))
        assert pairs and not {pair for pair in pairs if "5" in pair}
        assert np.mean(named["5"]) == max(np.mean(of) for of in named.values())
    shares = [
        np.mean(sampled("cnn", "mixture", dataset, beta)) / np.mean(sampled("cnn", "prior", dataset, beta))
        for dataset in ("mnist", "fashion_mnist") for beta in ("0.2", "0.5")
    ]  # fmt: skip
    assert f"leave {100 * min(shares):.0f} to {100 * max(shares):.0f} % of it" in LINES[10] and max(shares) < 0.6
    for name in ("mnist-mlp", "fashion_mnist-mlp"):
        samplers = means(f"augmented-sampling/{name}-0.2")
        assert all(samplers["scaled"][metric] < samplers["prior"][metric] for metric in ("precision", "coverage"))
    conv = means("augmented-sampling/mnist-cnn-0.2")
    assert conv["scaled"]["coverage"] < 0.01 and conv["scaled"]["inception_score"] < 1.01
    assert (
        conv["mixture"]["coverage"] > conv["prior"]["coverage"] and conv["mixture"]["recall"] < conv["prior"]["recall"]
    )
    assert conv["mixture"]["precision"] >= conv["prior"]["precision"]
    for row in record("reproduction")["augmented"]:
        if row["dataset"] != "digits" and row["learning_rate"] == 1e-4:
            assert row["scaled"]["fid"]["mean"] < row["prior"]["fid"]["mean"]
    offsets = [values(f"legacy-offsets/{name}", "models", "0.2", "offset") for name in ("mnist", "fashion_mnist")]
    assert all(0 < np.mean(of) < 1 for of in offsets)
    gaps = values("legacy-experiments/mnist-mlp", "ablation", CLAMPED, "tvd_classes", "tvd_max")
    assert np.mean(gaps) > 0.5
    for name in ("mnist", "usps"):
        models = record(f"conditional/{name}")["models"]
        assert welch(models["conditional_vae"]["fid"]["values"], models["vae"]["fid"]["values"])[0] > 0
    latents = record("latent-analysis/mnist")["models"]
    best = [latents[name]["silhouette"]["mean"] for name in ("auto_encoder", "vae", "conv_vae")]
    assert max(best) == best[0]


def test_the_search_is_ranked_as_scipy_says():
    for network in ("mlp", "cnn"):
        rows = [row for row in record("reproduction")["figures"] if row["model"].startswith(f"{network}-grid")]
        pairs = [(row["published"], row["corrected"]["mean"]) for row in rows if row["metric"] == "fid"]
        found = scipy.stats.spearmanr(*zip(*pairs, strict=True)).statistic
        near = [[0.5 <= published / ours <= 2 for published, _ in pairs] for _, ours in pairs]
        assert f"{found:.2f} (95 % interval" in LINES[11] and f"where {np.trace(near)} FIDs" in LINES[11]
        assert f"and {np.sum(near) / len(pairs):.1f} would" in LINES[11]
        order = sorted(record(f"preliminary-grid/mnist-{network}")["candidates"], key=lambda one: one["fid"]["mean"])
        chosen = record(f"architectures/mnist-{network}")["architecture"]["name"]
        place = [one["name"] for one in order].index(chosen) + 1
        assert f"{chosen} (rank {place} of {len(order)} by FID, " in LINES[11]


@pytest.mark.parametrize(
    ("dense", "convolutional", "title"),
    [
        (True, True, "Our searches rank architectures somewhat like the thesis's"),
        (
            True,
            False,
            "Our dense search ranks architectures somewhat like the thesis's, our shorter convolutional one does",
        ),
        (
            False,
            True,
            "Our convolutional search ranks architectures somewhat like the thesis's, our dense one does not",
        ),
        (False, False, "Our searches do not rank architectures like the thesis's"),
    ],
    ids=["both", "dense", "convolutional", "none"],
)
def test_the_search_is_told_by_its_intervals_and_two_seeds_by_their_orders(dense, convolutional, title):
    content = copy.deepcopy({name: record(name) for name in ("reproduction", "preliminary-grid/mnist-cnn")})
    for row in content["reproduction"]["figures"]:
        if row["metric"] == "fid" and row["model"].split("-grid")[0] in ("mlp", "cnn") and "-grid" in row["model"]:
            alike = dense if row["model"].startswith("mlp") else convolutional
            # Ours in the order of the published ones, or in one that has nothing to do with it.
            row["corrected"] = {"mean": row["published"] if alike else 100 + row["published"] * 1e4 % 97}
    grid = content["preliminary-grid/mnist-cnn"]
    grid["seeds"] = [0, 1]
    for one in grid["candidates"]:
        first = one["fid"]["values"][0]
        one["fid"] = {**one["fid"], "n": 2, "values": [first, 2 * first + 1]}

    line = findings("findings", lambda name: content.get(name) or record(name), PARAMETERS).splitlines()[11]
    assert title in line
    assert "two seeds" in line or "2 seeds" in line
    assert "whose orders correlate with 1.00" in line


def test_the_vector_quantised_line_names_the_best_rival_and_the_epochs():
    [line] = [line for line in FURTHER if "Vector-quantised" in line]
    models = record("vector-quantised/mnist")["models"]
    rivals = {name: model["samplers"]["prior"]["inception_score"]["mean"] for name, model in models.items()
              if not name.startswith("vq")}  # fmt: skip
    best = max(rivals, key=rivals.get)
    assert f"({label(best)}) {rivals[best]:.2f} ±" in line
    batch_size = load_yaml("params/vq_vae.yaml")["vector_quantised"]["common"]["batch_size"]
    epochs = models["vae-2"]["steps"]["model"] * batch_size / 60000
    assert f"the Gaussian ones {epochs:.1f} of the document's 30." in line
    scores = [models[name]["samplers"]["prior"]["inception_score"]["values"] for name in (best, "vq-vae-16-128")]
    ends = re.search(r"The first two differ by (\S+) to (\S+)\.", line).groups()
    assert [float(end) for end in ends] == pytest.approx(list(welch(*scores)), abs=0.0051)


def test_models_of_two_searches_are_said_to_be_searched_alike():
    trial = {"batch_size": 64, "learning_rate": 0.003, "optimizer": "adam", "latent_dim": 20, "beta": 0.5, "epochs": 25}
    first = {**trial, "batch_size": 256, "learning_rate": 0.001, "latent_dim": 10, "epochs": 10}

    def searched(name):
        content = record(name)
        if name.startswith("conditional/"):
            for model, loss in {"vae": 100.25, "conditional_vae": 96.75}.items():
                trials = {"first": {**first, "loss": loss + 9}, "best": {**trial, "loss": loss}}
                content["models"][model]["search"] = {"trials": 16, "pruned": 5, **trials}
        return content

    lines = findings("further-findings", searched, PARAMETERS).splitlines()
    [line] = [line for line in lines if "**Conditional VAE**" in line]
    assert "of a VAE searched alike" in line and "not trained on equal terms" not in line
    assert "96.8 nats with batches of 64, rate 0.003, adam, 20 latents, β = 0.5, 25 epochs, and 96.8" in line
    assert "(batches of 256, rate 0.001, adam), with 10 latents and 10 epochs, has 105.8 and 105.8." in line
    [line] = [line for line in lines if "**Vector-quantised VAE**" in line]
    assert "The dense VAE of the line above, after 25 epochs, has" in line


def test_the_share_of_legible_samples_stands_beside_that_of_training_images():
    def legible(name):
        content = record(name)
        if name.startswith("vector-quantised/"):
            for model in [content["real"], *content["models"].values()]:
                for number, samples in enumerate(model["samplers"].values()):
                    samples["legible"] = summarize([0.5 + number / 8])
            content["models"]["vq-vae-16-128"]["samplers"]["prior"]["legible"] = summarize([0.85, 0.875])
        return content

    [line] = [line for line in findings("further-findings", legible, PARAMETERS).splitlines() if "Vector-quan" in line]
    assert "of the class of 86.2 % of the samples, of 50.0 % of those of the best Gaussian VAE and of 50.0 %" in line


def with_variants(values):
    """Return the lines with made-up records of the stage variants, by their numbers."""

    def made_up(name):
        stage, _, dataset = name.partition("/")
        return variants_record(dataset, values) if stage == "variants" else record(name)

    return dict(enumerate(findings("findings", made_up, PARAMETERS).splitlines(), 1))


def blank(convolution, dense):
    shares = {"convolutional": convolution, "dense-end": dense}
    return {f"{name}-{beta}/scaled/blank_share": share for name, share in shares.items() for beta in (0.2, 1)}


@pytest.mark.parametrize(
    ("values", "heading"),
    [
        (blank([0.98, 0.99], [0.0, 0.02]), "are blank where the decoder ends in a convolution, and are not where"),
        ({**blank([0.98, 0.99], [0.0, 0.02]), "dense-end-1/scaled/blank_share": [0.3, 0.4]}, "but not on it alone"),
        (blank([0.98, 0.99], [0.98, 0.99]), "end does not decide whether"),
        (blank([0.0, 0.0], [0.0, 0.0]), "end does not decide whether"),
    ],
    ids=["one end", "nearly", "both", "none"],
)
def test_the_line_on_the_decoder_s_end_follows_the_records(values, heading):
    line = with_variants({**values, "dense-end-1/prior/fid": [10, 11], "convolutional-1/prior/fid": [50, 51]})[13]
    assert heading in line.split("**")[1]
    shares = [np.mean(values[f"{name}-1/scaled/blank_share"]) for name in ("convolutional", "dense-end")]
    assert line.count("β = 1: {:.1f} % and {:.1f} % (FID".format(*(100 * share for share in shares))) == 2
    assert line.count("below that with the convolution on") == 2 and line.count("not apart from that with the") == 2
    assert "below that with the convolution on MNIST at β = 1 (10.5 ± 0.7; 50.5 ± 0.7)" in line


@pytest.mark.parametrize(
    ("mixture", "heading"),
    [([40, 41], "the prior is no sampler, and one fitted to the latents is"), ([140, 260], "does not mend what")],
)
def test_the_line_on_small_betas_follows_the_records(mixture, heading):
    values = {"dense-0/prior/fid": [200, 201], "dense-0/mixture/fid": mixture, "dense-0.2/mixture/fid": [60, 61]}
    values |= {f"dense-{beta}/prior/fid": [70, 72] for beta in (0.2, 1)} | {"dense-0.05/prior/fid": [90, 92]}
    values |= {"dense-0.05/mixture/fid": [45, 46], "dense-1/mixture/fid": [68, 70]}
    line = with_variants(values)[14]
    assert heading in line.split("**")[1]
    lowest = "0" if mixture[0] == 40 else "0.05"
    assert f"lowest from the prior at β = 0.2, from the mixture at β = {lowest}, whose FID at β = 0 is " in line
    assert line.count("is below that at β = 0.2" if lowest == "0" else "is not apart from that at β = 0.2") == 2
    assert "MNIST, 200.5 ± 0.7 → " in line and "91.0 ± 1.4 → 45.5 ± 0.7 (β = 0.05)" in line


def test_the_line_on_sticks_tells_seeds_that_split_and_errors_beside_the_published_ones():
    values = {"sticks-50-1/prior/fid": [60, 210, 205], "sticks-50-1/3": [0.1, 0.11], "latents-50-1/3": [0.2, 0.21]}
    values |= {"sticks-50-1/5": [0.3, 0.31], "latents-50-1/5": [0.2, 0.21], "sticks-50-2/prior/fid": [90, 91]}
    line = with_variants(values)[4]
    assert "158.3 ± 85.2 (60, 205, 210) (β = 1), 90.5 ± 0.7 (β = 2)" in line
    assert "misclassify 10.5 %, 30.5 %, 150.0 % of the test images" in line
    assert "latents 20.5 %, 20.5 %, 150.0 %, with 5 150.0 %" in line
    assert "are below, above, not apart from those of as many Gaussian latents" in line
    published = [
        [f.value for f in FIGURES if f.model == model and f.origin == "nalisnick"] for model in ("sb-vae", "gauss-vae")
    ]
    for quoted in published:
        assert ", ".join(f"{value:g} %" for value in quoted) in line


def test_the_line_on_the_search_sets_its_choice_beside_the_study_s():
    values = {"selected-1/prior/fid": [40, 41], "convolutional-1/prior/fid": [50, 51]}
    line = with_variants(values)[12]
    steps = PARAMETERS.variants.of("mnist").models["selected"].steps
    assert f"After the same {steps:,} steps (2 seeds) the search's own, e3-d0, has FIDs not apart from those of" in line
    assert "below those of e0-d1 at β = 1 (40.5 ± 0.7; 50.5 ± 0.7)." in line


def test_a_stage_that_has_not_run_is_passed_over_and_a_damaged_record_is_not(tmp_path):
    def without(name):
        return files.read_json(tmp_path / "variants.json") if name.startswith("variants/") else record(name)

    lines = findings("findings", without, PARAMETERS).splitlines()
    assert len(lines) == 12 and "No β below 0.2 was tried." in lines[7]
    (tmp_path / "variants.json").write_bytes(b"{")
    with pytest.raises(files.Damaged, match=r"variants\.json"):
        findings("findings", without, PARAMETERS)


def test_an_interval_of_one_seed_is_refused():
    with pytest.raises(ValueError, match=r"needs two seeds on both sides\. Received: n = 1 and 2"):
        shift(summarize([1.0]), summarize([2.0, 3.0]))


@pytest.mark.parametrize(
    "command",
    [
        documented("python -m pipeline.readme findings README.md"),
        documented("python -m pipeline.readme findings docs/findings.md"),
    ],
)
def test_they_are_put_into_a_page(command, monkeypatch, tmp_path):
    *module, name = command.split()[3:]
    text = (ROOT / name).read_text(encoding="utf-8")
    page = tmp_path / Path(name).name
    page.write_text(re.sub("(?<=findings:begin -->).*?(?=<!--)", "", text, flags=re.DOTALL), encoding="utf-8")
    monkeypatch.chdir(ROOT)
    assert readme.main([*module, str(page)]) == 0
    assert page.read_text(encoding="utf-8") == text


def test_a_missing_record_is_named_and_so_is_a_page_without_marks(tmp_path, capsys):
    page, text = tmp_path / "README.md", "<!-- findings:begin --> untouched <!-- findings:end -->"
    page.write_text(text, encoding="utf-8")
    assert readme.main(["findings", str(page), *COMMAND[2:], "--metrics", str(tmp_path)]) == 1
    assert "legacy-experiments" in capsys.readouterr().err and page.read_text(encoding="utf-8") == text
    page.write_text("untouched", encoding="utf-8")
    assert readme.main(["findings", str(page), *COMMAND[2:], "--metrics", str(ROOT / "metrics")]) == 1
    assert "README.md must hold <!-- findings:begin -->" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "untouched"


def test_a_record_without_a_number_is_one_message(tmp_path, capsys):
    for path in (ROOT / "metrics").rglob("*.json"):
        files.write_json(tmp_path / path.relative_to(ROOT / "metrics"), {})
    assert readme.main([*COMMAND, "--metrics", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def told(word, name, change):
    """Return the line with a word, where `change` has changed one record in place."""

    def changed(wanted):
        content = record(wanted)
        if wanted == name:
            change(content)
        return content

    [line] = [line for line in findings("further-findings", changed, PARAMETERS).splitlines() if word in line]
    return line


@pytest.mark.parametrize(
    ("conv", "words"),
    [
        ([0.131, 0.132, 0.133], "the convolutional VAE's is above the VAE's by {1}."),
        ([0.091, 0.092, 0.093], "the VAE's is above the convolutional VAE's by {0}."),
        ([0.107, 0.117, 0.127], "the convolutional VAE's is not told from the VAE's."),
    ],
    ids=["above", "below", "within seeds"],
)
def test_the_silhouettes_of_the_vaes_are_compared_over_seeds(conv, words):
    def change(content):
        content["models"]["conv_vae"]["silhouette"] = summarize(conv)

    vae, ae = (values("latent-analysis/mnist", "models", name, "silhouette") for name in ("vae", "auto_encoder"))
    line = told("Latent spaces", "latent-analysis/mnist", change)
    ends = ("{:.3f} to {:.3f}".format(*welch(*pair)) for pair in ((conv, vae), (vae, conv)))
    assert words.format(*ends) in line
    for low, high in (welch(vae, ae), welch(conv, ae)):
        assert f"by {low:.3f} to {high:.3f}" in line


def test_the_likelihood_is_that_of_the_best_epochs_and_has_a_rest():
    def change(content):
        content["likelihood"] |= {
            "negative_log_likelihood": summarize([91.0, 91.2]), "best_epoch": summarize([150, 143]),
            "training_loss": summarize([93.0, 93.0]), "validation_loss": summarize([96.0, 96.5]),
        }  # fmt: skip

    line = told("Likelihood", "latent-analysis/mnist", change)
    assert "the one that is best on held-out images (150, 143); there the bound is 93.00 ± 0.00 on training" in line
    assert "and 96.25 ± 0.35 on held-out ones. A published VAE has 89.9" in line
    assert "; 1.2 nats of difference remain." in line


@pytest.mark.parametrize("recall", [0.1, 0.9])
def test_a_falling_fid_of_colour_images_is_told_beside_recall(recall):
    def change(content):
        for beta, fid, share in (("1", 0.2, 0.5), ("8", 0.1, recall)):
            content["models"][beta] |= {"fid": summarize([fid, fid]), "recall": summarize([share, share])}

    line = told("**Colour**", "colour/flower_patches", change)
    assert line.startswith("- **Colour** (not Flowers 102, ") and line.index("recall") < line.index("FID of samples")
    assert f"recall from 0.50 ± 0.00 to {recall:.2f} ± 0.00" in line
    assert ("it falls while recall falls too" in line) == (recall == 0.1)


def test_one_seed_has_no_order():
    two, one = summarize([1.0, 1.1]), summarize([5.0])
    assert order(two, one) == order(one, two) == "with one seed not told from"
    assert order(two, summarize([5.0, 5.1])) == "below"
