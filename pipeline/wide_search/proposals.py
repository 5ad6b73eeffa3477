"""What the search tries next: Optuna's TPE for several objectives (Ozaki et al., 2022, doi:10.1613/jair.1.13188).

A wave of trials is proposed at once, each by a sampler with a seed of its own, from the trials of the waves before. So
a proposal is a function of the search's seed, its number and those trials, whatever order the wave is trained in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.wide_search.measuring import OBJECTIVES
from tfvae import randomness

Values = dict[str, Any]


def propose(
    trials: Sequence[Mapping[str, Any]], space: Mapping[str, Sequence[Any]], count: int, seed: int, startup: int
) -> list[Values]:
    """Return `count` new choices from a `space`, {name: values}; the first `startup` of all are drawn by chance.

    Trials have a value of each name, a "state" and "rungs": what counts are the objectives at the last rung that they
    reached, where those that were ended early are worse than their rivals. One that diverged is as bad in both as the
    worst of all: Optuna would forget it, and propose its like again.

    No choice is proposed twice: one that was tried before would come out the same, so its values are drawn anew at
    random, one after another, until it is new. There are fewer than `count` when all of the space is tried.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    distributions: dict[str, optuna.distributions.BaseDistribution] = {
        name: optuna.distributions.CategoricalDistribution(values) for name, values in space.items()
    }
    study = optuna.create_study(directions=["minimize"] * len(OBJECTIVES))
    ends = [trial["rungs"][-1] if trial["state"] != "diverged" else None for trial in trials]
    worst = {name: max((end[name] for end in ends if end), default=0.0) for name in OBJECTIVES}
    for trial, end in zip(trials, ends, strict=True):
        study.add_trial(_finished(trial, end or worst, distributions))
    known = [_choice(trial, space) for trial in trials]
    room, new = _size(space) - len(known), []
    for number in range(len(known), len(known) + min(count, room)):
        draws = randomness.generator(seed, "proposals", number)
        own = int(draws.integers(2**31))
        study.sampler = optuna.samplers.TPESampler(n_startup_trials=startup, seed=own)
        values = study.ask(distributions).params
        while _choice(values, space) in known:
            name = list(space)[int(draws.integers(len(space)))]
            values[name] = space[name][int(draws.integers(len(space[name])))]
        known.append(_choice(values, space))
        new.append({name: values[name] for name in space})
    return new


def _choice(trial: Mapping[str, Any], space: Mapping[str, Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(trial[name] for name in space)


def _size(space: Mapping[str, Sequence[Any]]) -> int:
    size = 1
    for values in space.values():
        size *= len(values)
    return size


def _finished(trial: Mapping[str, Any], end: Mapping[str, float], distributions: Mapping[str, Any]) -> Any:
    from optuna.trial import create_trial

    params = {name: trial[name] for name in distributions}
    return create_trial(values=[end[name] for name in OBJECTIVES], params=params, distributions=dict(distributions))
