"""The record of a search, made up."""

from tests.pipeline.pages.further_records import summary


def wide_search_record(dataset):
    """Return the record of a search: of four trials one is pruned, one diverged at once, and two are complete."""
    values = {
        "depth": 1, "first_units": 64, "last_units": 25, "latent_dim": 2, "posterior": "stick_breaking",
        "likelihood": "bernoulli", "beta": 0.5, "batch_size": 32, "learning_rate": 0.003, "cooldown_share": 0.25,
        "warmup_share": 0.5,
    }  # fmt: skip
    trials = []
    for number, state in enumerate(("pruned", "diverged", "complete", "complete")):
        steps = {"pruned": [75], "complete": [75, 150], "diverged": []}[state]
        rungs = [{"steps": step, "fid": 90.5 - step / 10 - 7 * number, "tvd": 0.75 - number / 8} for step in steps]
        head = {"trial": number, "wave": number // 2, "state": state, "parameters": 9000 + number}
        trials.append({**head, "cost": 1_500_000_000 + number, "rungs": rungs, **values})
    candidates = [{"name": f"e{i}-d{i}", "cost": 10**9 + i, "fid": 99.5 - i, "tvd": 0.5 - i / 8} for i in range(2)]
    grid = {"precision": "float32", "cost": 2 * 10**9 + 1, "front": ["e1-d1"], "candidates": candidates}
    confirmed = {
        "trial-2": {"cost": 10**9, "diverged": 0, "fid": summary(70.5, 72.5), "tvd": summary(0.5, 0.25)},
        "trial-1": {"cost": 10**9, "diverged": 2},
        "e1-d1": {"cost": 10**9, "diverged": 0, "fid": summary(98.5, 96.5), "tvd": summary(0.5, 0.375)},
    }
    head = {"dataset": dataset, "precision": "float32", "seed": 0, "seeds": [1, 2], "images": 60, "keep": 0.5}
    head |= {"steps": [75, 150], "cost": 6 * 10**9 + 6, "front": [3], "front_at_cost_of_grid": [2]}
    return {**head, "grid": grid, "confirmed": confirmed, "trials": trials}
