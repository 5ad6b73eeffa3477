"""One experiment: train a VAE, measure it at the end of each period and once more at the end. Values in, values out.

What is reached at the end of a period is kept, so that an interrupted experiment goes on from there.

What needs TensorFlow is imported inside the functions that run in worker processes; the stage itself starts without.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.experiment.measuring import FOLLOWED_METRICS, Meter, generation_noise, measure_on_test_images
from pipeline.experiment.pictures import take_pictures
from pipeline.experiment.yardstick import Yardstick
from pipeline.jobs.resumable import run_resumable
from tfvae.training.errors import TrainingDiverged
from tfvae.training.jobs import Progress


@dataclass(frozen=True)
class Experiment:
    """A model to train, and what to measure of it.

    Args:
        configuration: see `tfvae.models.vae.build_vae`.
        schedule: arguments of `tfvae.training.loop.Schedule`.
        seed: keys everything that is drawn.
        steps: of training, a multiple of `periods`.
        periods: times the model is measured.
        period_images: images generated at the end of each period but the last.
        images: images generated at the end.
        noise_repeats: times the end's FID and TVD are measured again on `period_images` newly generated images.
        samples: whether pictures for the figures are wanted.
    """

    configuration: Mapping[str, Any]
    schedule: Mapping[str, Any]
    seed: int
    steps: int
    periods: int
    period_images: int
    images: int
    noise_repeats: int = 0
    samples: bool = False


def run_all(experiments: Sequence[Experiment], yardstick: Yardstick, label: str) -> list[dict[str, Any]]:
    """Return the results (see `run`) of experiments that are trained side by side."""
    if any(experiment.configuration["precision"] == "bfloat16" for experiment in experiments):
        _warn_of_emulation()
    amounts = [experiment.steps for experiment in experiments]
    run = "pipeline.experiment.running:run"
    return run_resumable(run, experiments, yardstick, amounts=amounts, label=label, unit="step")


def run(experiment: Experiment, yardstick: Yardstick, progress: Progress) -> dict[str, Any]:
    """Train one model.

    Returns:
        "weights", "history" (a row per period), "metrics" at the end, "noise_sd" (of FID and TVD, if asked for), and
        "samples" (arrays, if asked for).
    """
    from tfvae.models.vae import build_vae
    from tfvae.sampling.generation import Generator
    from tfvae.training.loop import Trainer, schedule_of
    from tfvae.training.runtime import use_one_core

    use_one_core()
    model = build_vae(experiment.configuration, experiment.seed)
    trainer = Trainer(model, yardstick.x_train, schedule_of(experiment.schedule), experiment.seed)
    generator, meter = Generator(model, experiment.seed), Meter(yardstick)
    history: list[dict[str, float]] = []
    period_steps = experiment.steps // experiment.periods
    if (kept := progress.resume()) is not None:
        trainer.restore(kept["trainer"])
        history = kept["history"]
        progress.report(trainer.step)
    for period in range(len(history) + 1, experiment.periods + 1):
        try:
            terms = trainer.run(period_steps)
        except TrainingDiverged as error:
            raise TrainingDiverged(f"{_name(experiment)}: {error}") from error
        progress.report(period_steps)
        if period < experiment.periods:
            images = generator.images(generator.prior_latents(experiment.period_images, f"period {period}"))
            history.append(_row(trainer.step, terms, meter.progress(images)))
            progress.keep({"trainer": trainer.state(), "history": history})
    images = generator.images(generator.prior_latents(experiment.images, f"period {experiment.periods}"))
    measured = meter.final(images)
    history.append(_row(trainer.step, terms, measured))
    result = {
        "weights": model.get_weights(),
        "history": history,
        "metrics": {**measured, **measure_on_test_images(generator, meter, experiment.schedule["beta"])},
    }
    if experiment.noise_repeats:
        result["noise_sd"] = generation_noise(generator, meter, experiment.period_images, experiment.noise_repeats)
    if experiment.samples:
        result["samples"] = take_pictures(generator, yardstick.x_test)
    return result


def _row(step: int, terms: Mapping[str, float], measured: Mapping[str, float]) -> dict[str, float]:
    return {"step": step, **terms, **{name: measured[name] for name in FOLLOWED_METRICS}}


def _name(experiment: Experiment) -> str:
    configuration = experiment.configuration
    return f"{configuration['posterior']['name']} {configuration['network']}"


def _warn_of_emulation() -> None:
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return
    if "flags" in flags and "_bf16" not in flags:
        print("warning: this processor only emulates bfloat16; `precision: float32` may be faster", flush=True)
