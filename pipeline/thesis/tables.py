"""Tables of a study: from records to Markdown or plain text."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.experiment.formats import mean_and_sd, number
from pipeline.experiment.precisions import mixed
from pipeline.names import NETWORK_TITLES, dataset_title, model_name
from tfvae.evaluation.metrics import metric_titles

THESIS_METRICS = {"loss": "Loss", "kl": "KL divergence", "mse": "MSE", "fid": "FID"}
RAW_KL = (
    "Loss, KL divergence and MSE per image of the test data, the MSE summed over pixels and of one sample of the "
    "posterior. The KL divergence is raw, in nats: the thesis prints it times β."
)
MEANS = (
    "Mean ± standard deviation over the seeds; lower is better, except for KL, in nats per image. A relative FID "
    "of 1 is that of the mean image alone."
)


@dataclass(frozen=True)
class Table:
    """A title, the names of the columns, rows of as many texts, and a note below."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def markdown(self) -> str:
        """Return the table as Markdown below a heading of the fourth level; numbers are aligned on the right."""
        rule = ["---", *["---:"] * (len(self.header) - 1)]
        lines = ["| " + " | ".join(row) + " |" for row in (self.header, rule, *self.rows)]
        parts = [f"#### {self.title}", "\n".join(lines), self.note]
        return "\n\n".join(part for part in parts if part) + "\n"

    def plain(self) -> str:
        """Return the table as text in aligned columns."""
        table = (self.header, *self.rows)
        first, *others = (max(map(len, column)) for column in zip(*table, strict=True))
        header, *rows = ("  ".join([row[0].ljust(first), *map(str.rjust, row[1:], others)]).rstrip() for row in table)
        rule = "-" * (first + sum(2 + width for width in others))
        parts = [self.title, header, rule, *rows, textwrap.fill(self.note, 100)]
        return "\n".join(part for part in parts if part) + "\n"


def lowest_table(records: Sequence[Mapping[str, Any]], title: str) -> Table:
    """Return the thesis's Tables 6.1 to 6.4: for each metric its lowest mean over the seeds, and the model."""
    rows = []
    for metric, name in THESIS_METRICS.items():
        best = min(records, key=lambda record: record[metric]["mean"])
        rows.append((name, number(best[metric]["mean"], metric), model_name(best)))
    return Table(title, ("Metric", "Lowest value", "Model"), rows, RAW_KL)


def values_table(record: Mapping[str, Any], title: str) -> Table:
    """Return the thesis's Tables 6.5 to 6.8: each metric of one model."""
    rows = [(name, mean_and_sd(record[metric], metric)) for metric, name in THESIS_METRICS.items()]
    return Table(title, ("Metric", "Value"), rows, RAW_KL)


def augmented_table(records: Sequence[Mapping[str, Any]], title: str) -> Table:
    """Return the thesis's Table C.1: the FID of samples from scaled latents beside that of plain ones."""
    rows = [
        (model_name(record), *(mean_and_sd(record["samplers"][name]["fid"], "fid") for name in ("scaled", "prior")))
        for record in in_order(records)
    ]
    scales = " or ".join(sorted({f"{record['scale']:g}" for record in records}))
    note = f"FID. Augmented sampling decodes latents of the prior multiplied by {scales}."
    return Table(title, ("Model", "Augmented sampling", "Normal sampling"), rows, note)


def full_table(records: Sequence[Mapping[str, Any]], title: str) -> Table:
    """Return every model with its metrics, mean ± standard deviation over the seeds."""
    columns = {"mse": "MSE", "kl": "KL"} | metric_titles("table") | {"fid_relative": "FID / mean image's"}
    rows = [
        (model_name(record), *(mean_and_sd(record[metric], metric) for metric in columns), str(record["fid"]["n"]))
        for record in in_order(records)
    ]
    note = f"{MEANS} {mixed((model_name(record), record) for record in records)}".strip()
    return Table(title, ("Model", *columns.values(), "Seeds"), rows, note)


def in_order(records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the records with dense networks first, in ascending beta, stick-breaking after the others."""
    return sorted(records, key=lambda r: (r["network"] == "cnn", r.get("posterior") == "stick_breaking", r["beta"]))


def study_tables(
    dataset: str,
    records: Sequence[Mapping[str, Any]],
    sticks: Sequence[Mapping[str, Any]],
    augmented: Sequence[Mapping[str, Any]],
) -> list[Table]:
    """Return a dataset's tables of beta-VAEs, sticks and samplers, then the thesis's; shared notes come last."""
    head = dataset_title(dataset)
    tables = [full_table([*records, *sticks], f"{head}: all models")]
    for network, name in NETWORK_TITLES.items():
        if of_network := [record for record in records if record["network"] == network]:
            tables.append(lowest_table(of_network, f"{head}: β-VAE, {name}"))
    for record in in_order(sticks):
        tables.append(values_table(record, f"{head}: {model_name(record)}, {NETWORK_TITLES[record['network']]}"))
    if augmented:
        tables.append(augmented_table(augmented, f"{head}: augmented sampling"))
    last = {table.note: i for i, table in enumerate(tables)}
    return [table if last[table.note] == i else replace(table, note="") for i, table in enumerate(tables)]


def summary_table(summary: Mapping[str, Mapping[str, Any]]) -> Table:
    """Return the table of a summary {network: record}."""
    records = list(summary.values())
    dataset = records[0]["dataset"]
    return full_table(records, f"{dataset_title(dataset)}: β = {records[0]['beta']:.12g}")
