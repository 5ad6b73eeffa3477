"""tfvae on one core with other numbers of latent dimensions, of images in the data, of models."""

from collections.abc import Mapping
from typing import Any

from benchmarks.architectures import BATCH_SIZE, LATENT_DIM, LEARNING_RATE, configuration
from benchmarks.protocol import Handler, serve, timed


def prepare(options: Mapping[str, Any]) -> tuple[Handler, dict[str, Any]]:
    """Return what trains the model of a request, {"latent_dim", "data", "steps", "models"}, and times it."""
    import numpy as np

    from tfvae.models import build_vae
    from tfvae.training import Schedule, Trainer
    from tfvae.training.runtime import use_one_core

    use_one_core()
    images, trainers = np.load(options["images"]), {}

    def trainer(latent_dim: int, data: int, number: int) -> Trainer:
        key = (latent_dim, data, number)
        if key not in trainers:
            model = build_vae(configuration(options["network"], options["precision"], latent_dim), number)
            rows = np.resize(images, (data, *images.shape[1:])) if data else images
            trainers[key] = Trainer(model, rows, Schedule(1.0, BATCH_SIZE, LEARNING_RATE, xla=options["xla"]), number)
            trainers[key].run(1)
        return trainers[key]

    def train(request: Mapping[str, Any]) -> dict[str, Any]:
        chosen = [
            trainer(request.get("latent_dim", LATENT_DIM), request.get("data", 0), number)
            for number in range(request.get("models", 1))
        ]
        seconds = timed(lambda: [one.run(request["steps"]) for one in chosen]) if request["steps"] else 0.0
        return {"images": request["steps"] * BATCH_SIZE * len(chosen), "seconds": seconds}

    return train, {}


if __name__ == "__main__":
    serve(prepare)
