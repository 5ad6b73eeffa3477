from pipeline.names import model_name
from pipeline.thesis import tables
from tfvae.evaluation.metrics import metric_titles


def summarized(mean, sd=None, n=1):
    return {"mean": mean, "sd": sd, "n": n, "values": [mean] * n}


def record(network, beta, offset=0.0, posterior="diagonal_gaussian", sd=None):
    n = 1 if sd is None else 3
    values = dict.fromkeys(metric_titles("table"), 0.1)
    values |= {"loss": 40, "kl": 8, "mse": 30, "fid": 25, "fid_relative": 0.05}
    metrics = {name: summarized(value + offset, sd, n) for name, value in values.items()}
    return {"dataset": "mnist", "network": network, "beta": beta, "posterior": posterior, **metrics}


def sampled(network, beta, scaled, prior):
    samplers = {"scaled": {"fid": summarized(scaled)}, "prior": {"fid": summarized(prior, 1.25, 2)}}
    return {"network": network, "beta": beta, "scale": 100.0, "samplers": samplers}


def test_models_have_the_names_of_the_thesis():
    assert model_name(record("mlp", 0.2)) == "0.2-VAE"
    assert model_name(record("cnn", 1)) == "1-CVAE"
    assert model_name(record("mlp", 1, posterior="stick_breaking")) == "SB-VAE"
    assert model_name(record("cnn", 1, posterior="stick_breaking")) == "SB-CVAE"


def test_lowest_table_takes_the_lowest_mean_of_each_metric():
    low, high = record("cnn", 0.2), record("cnn", 5, offset=1.0)
    high["kl"] = summarized(2.344)
    table = tables.lowest_table([high, low], "t")
    assert table.header == ("Metric", "Lowest value", "Model")
    assert table.rows == [
        ("Loss", "40.00", "0.2-CVAE"),
        ("KL divergence", "2.34", "5-CVAE"),
        ("MSE", "30.00", "0.2-CVAE"),
        ("FID", "25.00", "0.2-CVAE"),
    ]
    assert "raw" in table.note


def test_values_table_of_one_model():
    table = tables.values_table(record("mlp", 1, posterior="stick_breaking", sd=0.126), "t")
    assert table.rows == [
        ("Loss", "40.00 ± 0.13"),
        ("KL divergence", "8.00 ± 0.13"),
        ("MSE", "30.00 ± 0.13"),
        ("FID", "25.00 ± 0.13"),
    ]


def test_augmented_table_puts_dense_networks_first_in_ascending_beta():
    table = tables.augmented_table([sampled("cnn", 0.5, 9, 8), sampled("mlp", 2, 7, 6), sampled("mlp", 0.2, 5, 4)], "t")
    assert table.rows == [
        ("0.2-VAE", "5.00", "4.00 ± 1.25"),
        ("2-VAE", "7.00", "6.00 ± 1.25"),
        ("0.5-CVAE", "9.00", "8.00 ± 1.25"),
    ]
    assert "multiplied by 100" in table.note


def test_full_table_has_every_model_with_deviations_only_from_two_seeds_up():
    records = [record("mlp", 1, posterior="stick_breaking"), record("cnn", 0.2), record("mlp", 2, sd=0.5)]
    assert tables.full_table(records, "t").rows == [
        ("2-VAE", "30.00 ± 0.50", "8.00 ± 0.50", "25.00 ± 0.50", "0.0500 ± 0.5000", "0.1000 ± 0.5000", "3"),
        ("SB-VAE", "30.00", "8.00", "25.00", "0.0500", "0.1000", "1"),
        ("0.2-CVAE", "30.00", "8.00", "25.00", "0.0500", "0.1000", "1"),
    ]


def test_a_study_has_the_tables_of_the_thesis_and_each_note_once():
    records = [record(network, beta) for network in ("mlp", "cnn") for beta in (0.2, 1)]
    broken = [record(network, 1, posterior="stick_breaking") for network in ("cnn", "mlp")]
    found = tables.study_tables("mnist", records, broken, [sampled("mlp", 1, 2, 3)])
    assert [table.title for table in found] == [
        "MNIST: all models",
        "MNIST: β-VAE, dense networks",
        "MNIST: β-VAE, convolutional networks",
        "MNIST: SB-VAE, dense networks",
        "MNIST: SB-CVAE, convolutional networks",
        "MNIST: augmented sampling",
    ]
    notes = [table.note for table in found if table.note]
    assert len(notes) == len(set(notes)) == 3


def test_markdown_and_plain_text():
    table = tables.Table("Title", ("Model", "FID"), [("0.2-VAE", "9.00"), ("a", "10.00 ± 1.00")], "Note.")
    assert table.markdown() == (
        "#### Title\n\n| Model | FID |\n| --- | ---: |\n| 0.2-VAE | 9.00 |\n| a | 10.00 ± 1.00 |\n\nNote.\n"
    )
    assert table.plain() == (
        "Title\nModel             FID\n---------------------\n0.2-VAE          9.00\na        10.00 ± 1.00\nNote.\n"
    )


def test_a_summary_is_a_table_of_its_networks():
    table = tables.summary_table({"mlp": record("mlp", 1), "cnn": record("cnn", 1)})
    assert table.title == "MNIST: β = 1" and [row[0] for row in table.rows] == ["1-VAE", "1-CVAE"]


def test_models_of_two_precisions_in_one_table_are_told():
    records = [{**record("mlp", beta), "precision": "bfloat16" if beta < 2 else "float32"} for beta in (0.2, 1, 2)]
    told = "Models were trained in bfloat16, but in float32: 2-VAE."
    assert tables.full_table(records, "t").note == f"{tables.MEANS} {told}"
    assert tables.full_table(records[:2], "t").note == tables.full_table([record("mlp", 1)], "t").note == tables.MEANS
