"""tfvae's training loop as the pipeline runs it: one model on one core. Two of these workers make "all cores"."""

from collections.abc import Mapping
from typing import Any

from benchmarks.protocol import Handler, Stopwatch, serve, timed


def prepare(options: Mapping[str, Any]) -> tuple[Handler, dict[str, Any]]:
    """Build the model, train it for one step, and return what trains it for a round."""
    watch = Stopwatch()
    import numpy as np
    import tensorflow  # noqa: F401

    from benchmarks.architectures import BATCH_SIZE, LEARNING_RATE, configuration
    from tfvae.models import build_vae
    from tfvae.training import Schedule, Trainer
    from tfvae.training.runtime import use_one_core

    watch.lap("import")
    use_one_core()
    images, seed = np.load(options["images"]), options["worker"]
    model = build_vae(configuration(options["network"], options["precision"]), seed)
    trainer = Trainer(model, images, Schedule(1.0, BATCH_SIZE, LEARNING_RATE, xla=options["xla"]), seed)
    watch.lap("build")
    trainer.run(1)
    watch.lap("first_step")

    def train(request: Mapping[str, Any]) -> dict[str, Any]:
        steps = request["steps"]
        return {"images": steps * BATCH_SIZE, "seconds": timed(lambda: trainer.run(steps))}

    return train, watch.seconds


if __name__ == "__main__":
    serve(prepare)
