"""The peer: pythae's `BetaVAE` under its own `BaseTrainer`, in an environment of its own (requirements-bench.txt).

Its defaults hold: float32, all cores for PyTorch, its data loader in the process. What is timed is
`BaseTrainer.train_step`, pythae's name for one epoch, as `train()` calls it; the progress bar and printing are taken
out, and saving and the copy of the best model, which `train()` adds to each epoch, are left out: both in its favour.
pythae halves the squared error, so its beta is 1/2 where tfvae's is 1.
"""

import tempfile
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from benchmarks.architectures import ARCHITECTURES, BATCH_SIZE, LATENT_DIM, LEARNING_RATE
from benchmarks.protocol import Handler, Stopwatch, serve, timed


def networks(name: str) -> tuple[Any, Any]:
    """Return pythae's encoder and decoder with PyTorch's layers."""
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
    from torch import nn

    def dense(widths: list[int]) -> list[Any]:
        pairs = pairwise(widths)
        return [layer for before, after in pairs for layer in (nn.Linear(before, after), nn.ReLU())]

    description = ARCHITECTURES[name]
    if name == "mlp":
        body = [nn.Flatten(), *dense([784, *description["encoder"]])]
        width = description["encoder"][-1]
        layers = dense([LATENT_DIM, *description["decoder"]])
        layers += [nn.Linear(description["decoder"][-1], 784), nn.Sigmoid(), nn.Unflatten(1, (1, 28, 28))]
    else:
        body, channels, size = [], 1, 28
        for layer in description["encoder"]:
            body += [nn.Conv2d(channels, layer["filters"], layer["kernel"], layer["stride"]), nn.ReLU()]
            channels, size = layer["filters"], (size - layer["kernel"]) // layer["stride"] + 1
        body.append(nn.Flatten())
        width = channels * size * size
        height, _, channels = description["decoder"]["reshape"]
        layers = dense([LATENT_DIM, height * height * channels])
        layers.append(nn.Unflatten(1, (channels, height, height)))
        for layer in description["decoder"]["layers"]:
            layers += [nn.ConvTranspose2d(channels, layer["filters"], layer["kernel"], padding=1), nn.ReLU()]
            channels = layer["filters"]
        layers += [nn.Conv2d(channels, 1, 3, padding=1), nn.Sigmoid()]

    class Encoder(BaseEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.mean, self.log_variance = (
                nn.Sequential(*body),
                nn.Linear(width, LATENT_DIM),
                nn.Linear(width, LATENT_DIM),
            )

        def forward(self, images: Any) -> Any:
            hidden = self.body(images)
            return ModelOutput(embedding=self.mean(hidden), log_covariance=self.log_variance(hidden))

    class Decoder(BaseDecoder):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(*layers)

        def forward(self, latents: Any) -> Any:
            return ModelOutput(reconstruction=self.body(latents))

    return Encoder(), Decoder()


def prepare(options: Mapping[str, Any]) -> tuple[Handler, dict[str, Any]]:
    """Build the model, train it for one step, and return what trains it for a round."""
    watch = Stopwatch()
    import numpy as np
    import torch
    from pythae.data.datasets import BaseDataset
    from pythae.models import BetaVAE, BetaVAEConfig
    from pythae.trainers import BaseTrainer, BaseTrainerConfig
    from pythae.trainers.training_callbacks import CallbackHandler, TrainingCallback

    watch.lap("import")
    images = torch.from_numpy(np.load(options["images"]).transpose(0, 3, 1, 2).astype(np.float32) / 255.0)
    configuration = BetaVAEConfig(input_dim=(1, 28, 28), latent_dim=LATENT_DIM, reconstruction_loss="mse", beta=0.5)
    model = BetaVAE(configuration, *networks(options["network"]))
    settings = BaseTrainerConfig(
        output_dir=tempfile.mkdtemp(dir=options["scratch"]),
        per_device_train_batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        no_cuda=True,
    )

    def data(steps: int) -> BaseDataset:
        return BaseDataset(images[: steps * BATCH_SIZE], torch.zeros(steps * BATCH_SIZE))

    trainer = BaseTrainer(model, data(1), training_config=settings)
    trainer.prepare_training()
    trainer.callback_handler = CallbackHandler([TrainingCallback()], model)
    watch.lap("build")

    def train(request: Mapping[str, Any]) -> dict[str, Any]:
        left, done, seconds = request["steps"], 0, 0.0
        while left > 0:
            steps = min(left, len(images) // BATCH_SIZE)
            trainer.train_loader = trainer.get_train_dataloader(data(steps))
            seconds += timed(lambda: trainer.train_step(1))
            left, done = left - steps, done + steps
        return {"images": done * BATCH_SIZE, "seconds": seconds}

    train({"steps": 1})
    watch.lap("first_step")
    return train, {**watch.seconds, "threads": torch.get_num_threads()}


if __name__ == "__main__":
    serve(prepare)
