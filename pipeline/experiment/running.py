"""One experiment: train a VAE, measure it at the end of each period and once more at the end. Values in, values out.

What needs TensorFlow is imported inside the functions that run in worker processes; the stage itself starts without.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.experiment.measuring import FOLLOWED_METRICS, Meter, generation_noise, measure_on_test_images
from pipeline.experiment.pictures import take_pictures
from pipeline.experiment.yardstick import Yardstick
from tfvae.training.jobs import report, run_jobs


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
    steps = sum(experiment.steps for experiment in experiments)
    return run_jobs("pipeline.experiment.running:run", experiments, yardstick, steps, label, "step")


def run(experiment: Experiment, yardstick: Yardstick) -> dict[str, Any]:
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
    for period in range(1, experiment.periods + 1):
        terms = trainer.run(period_steps)
        last = period == experiment.periods
        count = experiment.images if last else experiment.period_images
        images = generator.images(generator.prior_latents(count, f"period {period}"))
        measured = meter.final(images) if last else meter.progress(images)
        history.append({"step": trainer.step, **terms, **{name: measured[name] for name in FOLLOWED_METRICS}})
        report(period_steps)
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


def _warn_of_emulation() -> None:
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return
    if "flags" in flags and "_bf16" not in flags:
        print("warning: this processor only emulates bfloat16; `precision: float32` may be faster", flush=True)
