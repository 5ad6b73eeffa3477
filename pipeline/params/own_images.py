"""The schema of `user_datasets` in params.yaml, and of params/own_images.yaml."""

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from pipeline.params import fields
from tfvae.data.registry import DATASETS

_SIZES = ("small", "medium", "large")


def _is_free(name: str) -> str:
    if name in DATASETS:
        raise ValueError(f"a dataset of the study has this name; take another one than {', '.join(DATASETS)}")
    return name


def _whole(value: Any) -> Any:
    if type(value) is not int:  # True is 1 to a Literal
        raise ValueError("1 or 3 is needed")
    return value


UserDatasetName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,23}$", examples=["mine"]), AfterValidator(_is_free)]
Pixels = Annotated[int, Field(ge=8, le=128)]


class UserDataset(fields.Section):
    """Where a user's images are, and the shape to which they are brought."""

    path: Annotated[
        str,
        Field(
            pattern=r"^[^\x00-\x1f\x7f]{1,1000}$",
            examples=["pictures/mine"],
            description="folder of pictures, or an .npz or .npy file; relative to params.yaml, or absolute",
        ),
    ]
    height: Pixels = Field(description="height in pixels to which images are brought")
    width: Pixels = Field(description="width in pixels to which images are brought")
    channels: Annotated[Literal[1, 3], BeforeValidator(_whole), Field(description="1 for grey images, 3 for colour")]
    fit: Annotated[
        Literal["crop", "pad"],
        Field(description="how other proportions are brought to it: `crop` cuts edges off, `pad` adds black ones"),
    ]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the images."""
        return self.height, self.width, self.channels


class Budget(fields.Optimisation):
    """The beta-VAEs of images up to a size, and how they are trained and measured."""

    seeds: fields.Seeds
    betas: fields.Betas
    likelihood: fields.Likelihood
    scale: fields.Positive = Field(description="factor of the 'augmented' latents")
    components: fields.Components
    neighbours: fields.Neighbours
    feature_seed: fields.Seed = Field(description="seed of the network whose features FID uses")
    feature_steps: fields.Steps = Field(description="training steps of that network, where there are classes")
    feature_learning_rate: fields.Rate = Field(description="learning rate of that network, where there are classes")
    _: fields.OfEachDataset
    pixels: Pixels = Field(description="largest height and width of the images that this budget is for")
    latent_dim: fields.LatentDim
    steps: fields.PerNetwork[fields.Steps] = Field(description="training steps")
    images: fields.Images = Field(
        description="images generated to measure; at most as many test images are compared with"
    )
    neighbour_images: fields.NeighbourImages

    def _conflicts(self) -> fields.Conflicts:
        yield from fields.neighbours_conflicts(self.neighbours, self.neighbour_images, self.images)
        if self.components > self.images:
            yield (), "components must be at most as many as images"


class OwnImages(fields.Section):
    """A budget for each size of images; what is the same for all of them stands under `common`."""

    common: Annotated[Budget, fields.Part(common=True)]
    small: Annotated[Budget, fields.Part(common=False)]
    medium: Annotated[Budget, fields.Part(common=False)]
    large: Annotated[Budget, fields.Part(common=False)]

    def _conflicts(self) -> fields.Conflicts:
        for one, next_one in pairwise(_SIZES):
            if getattr(self, one).pixels >= getattr(self, next_one).pixels:
                yield (next_one,), f"pixels must be more than those of {one}"
        for size in _SIZES:
            yield from (((size, *keys), mistake) for keys, mistake in self._joined(size)._conflicts())

    def _joined(self, size: str) -> Budget:
        parts = (self.common, getattr(self, size))
        return Budget.model_construct(**{name: value for part in parts for name, value in part})

    def of(self, dataset: UserDataset) -> Budget:
        """Return the budget of the smallest size that holds a dataset's images; StopIteration if there is none."""
        return next(one for one in map(self._joined, _SIZES) if max(dataset.height, dataset.width) <= one.pixels)
