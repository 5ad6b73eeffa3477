"""The choice of the architectures."""

from typing import Any

from pipeline.experiment.formats import rank
from pipeline.names import NETWORK_TITLES, dataset_title
from pipeline.pages.study import Study
from pipeline.pages.values import Record, Table, Value, shown

TITLE = "Architectures"
CAPTIONS = {
    "pareto": "FID and TVD of every candidate; those on the front are beaten by no other, the ringed one is used",
    "periods": "FID and TVD along the training of the candidates on the front",
}


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each network, its search: a table of candidates and figures where it was made on this dataset."""
    searches = study.of("pareto-select", "transfer-architecture")
    return {"searches": [_shown(study, record) for record in searches]} if searches else None


def _shown(study: Study, record: Record) -> dict[str, Any]:
    network, own = record.at("network"), record.at("searched_on") == study.dataset
    taken, selected = record.at("architecture", "name"), record.at("selected")
    captions = {f"{name}-{network}": f"{text}: {NETWORK_TITLES[network]}" for name, text in CAPTIONS.items()}
    return {
        "title": NETWORK_TITLES[network],
        "own": own,
        "where": dataset_title(record.at("searched_on")),
        "taken": Value(taken, taken, record.href, record.target),
        "selected": Value(selected, None, record.href, record.target),
        "rank": rank(record.at("candidates"), taken),
        "overruled": taken != selected,
        "steady": [metric.upper() for metric, steady in record.at("consistent").items() if steady],
        "decided": [metric.upper() for metric in record.at("decided_by")],
        "table": candidates(record) if own else None,
        "pictures": study.pictures(captions) if own else [],
    }


def candidates(record: Record) -> Table:
    """Return every candidate architecture with its FID and TVD, and whether it is on the Pareto front."""
    front = record.at("front")
    rows = [
        (
            Value(candidate["name"], position, record.href),
            *(shown(candidate[metric], metric, record.href) for metric in ("fid", "tvd")),
            Value("on the front", "a") if candidate["name"] in front else Value("", "b"),
        )
        for position, candidate in enumerate(record.at("candidates"))
    ]
    caption = f"Candidates of the search on {dataset_title(record.at('dataset'))}"
    return Table(f"{caption}, {NETWORK_TITLES[record.at('network')]}", ("Candidate", "FID", "TVD", "Front"), rows)
