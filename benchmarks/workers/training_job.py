"""One training job of the stage main-experiments, with a stopwatch on each of its parts.

The classifier that measures has its initial weights: what it costs does not depend on them.
"""

import gc
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.contender import ROOT
from benchmarks.protocol import Handler, Stopwatch, serve

DATASET, BETA = "mnist", 1


class Parts:
    """Seconds spent in methods, by the part that they belong to; of nested ones only the outermost counts."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {"training": [], "evaluation": []}
        self._inside = False

    def watch(self, owner: type, names: tuple[str, ...], part: str) -> None:
        """Time these methods of a class from now on."""
        for name in names:
            setattr(owner, name, self._timed(getattr(owner, name), part))

    def _timed(self, method: Callable[..., Any], part: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if self._inside:
                return method(*given, **named)
            self._inside, start = True, perf_counter()
            try:
                return method(*given, **named)
            finally:
                self._inside = False
                self.seconds[part].append(perf_counter() - start)

        return call


def prepare(options: Mapping[str, Any]) -> tuple[Handler, dict[str, Any]]:
    """Return what runs the job once, with a share of its steps."""
    watch = Stopwatch()
    from tfvae.training.quiet_import import import_tensorflow

    import_tensorflow()
    from pipeline import files
    from pipeline.experiment.configuration import configure, cooldown, schedule
    from pipeline.experiment.measuring import Measuring, Meter, measure
    from pipeline.experiment.training import Training, TrainingData, train
    from pipeline.params.loading import load_parameters
    from tfvae.networks.classifier import FeatureExtractor
    from tfvae.sampling.generation import Generator
    from tfvae.training.jobs import Progress
    from tfvae.training.loop import Trainer

    network = options["network"]
    parameters = load_parameters(Path(options["parameters"]))
    settings = parameters.main_experiments.of(DATASET, network)
    record = files.read_json(ROOT / "metrics" / "architectures" / f"{DATASET}-{network}.json")
    watch.lap("start")
    yardstick = _yardstick(Path(options["images"]))

    def run(request: Mapping[str, Any]) -> dict[str, Any]:
        steps = max(1, round(request["share"] * settings.steps / settings.periods)) * settings.periods
        training = Training(
            configuration=configure(parameters, network, record["architecture"], yardstick.x_train.shape[1:]),
            schedule=schedule(parameters, network, BETA, cooldown=cooldown(settings.steps, settings.cooldown_share)),
            seed=0,
            steps=steps,
            periods=settings.periods,
            period_images=settings.period_images,
        )
        parts = Parts()
        parts.watch(Trainer, ("run",), "training")
        parts.watch(Generator, ("prior_latents", "posterior_latents", "images", "reconstruct"), "evaluation")
        parts.watch(FeatureExtractor, ("__call__",), "evaluation")
        parts.watch(Meter, ("__init__", "followed", "final", "distance"), "evaluation")
        gc.collect()
        start = perf_counter()
        data = TrainingData(yardstick.x_train, yardstick.classifier)
        trained = train(training, data, Progress(lambda amount: None))
        measure(Measuring(training, settings.images, pictures=True), trained, yardstick)
        total = perf_counter() - start
        first, *others = parts.seconds["training"]
        per_period = sum(others) / len(others)
        return {
            "steps": steps,
            "all_steps": settings.steps,
            "compilation": max(0.0, first - per_period),
            "training": min(first, per_period) + sum(others),
            "evaluation": sum(parts.seconds["evaluation"]),
            "other": total - sum(sum(times) for times in parts.seconds.values()),
        }

    return run, watch.seconds


def _yardstick(images: Path) -> Any:
    import numpy as np

    from pipeline.experiment.yardstick import Classifier, Yardstick
    from tfvae.networks.classifier import classifier
    from tfvae.networks.layers import initialize
    from tfvae.training.runtime import use_one_core

    use_one_core()
    x_train = np.load(images)
    x_test = np.resize(x_train, (10_000, *x_train.shape[1:]))
    description = {"image_shape": x_train.shape[1:], "num_classes": 10}
    network = classifier(**description)
    initialize(network, 0, "classifier weights")
    trained = Classifier(description, network.get_weights())
    features, probabilities = trained.extractor()(x_test)
    labels = probabilities.argmax(axis=1).astype(np.uint8)
    return Yardstick(x_train, x_test, trained, features, labels, fid_mean_image=1.0)


if __name__ == "__main__":
    serve(prepare)
