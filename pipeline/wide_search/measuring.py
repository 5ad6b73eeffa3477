"""What a trial is compared by: FID and total variation distance of generated images."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.experiment.measuring import Meter, trained_generator
from pipeline.experiment.yardstick import Yardstick

OBJECTIVES = ("fid", "tvd")  # both are costs


@dataclass(frozen=True)
class Sampled:
    """A model after so many steps, measured by newly generated `images`."""

    configuration: Mapping[str, Any]
    seed: int
    step: int
    images: int


def measure(sampled: Sampled, trained: Mapping[str, Any], yardstick: Yardstick) -> dict[str, Any]:
    """Return {"metrics": the objectives of a model as `pipeline.wide_search.training.train` returns it}.

    Of a training that has diverged there are none.
    """
    if not trained["weights"]:
        return {"metrics": {}}
    generator, meter = trained_generator(sampled, trained["weights"][""]), Meter(yardstick)
    images = generator.images(generator.prior_latents(sampled.images, f"after {sampled.step} steps"))
    metrics = meter.progress(images)
    return {"metrics": {name: metrics[name] for name in OBJECTIVES}}
