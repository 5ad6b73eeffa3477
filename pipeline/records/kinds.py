"""The kind of every record, by the place in the folder of metrics where its stage writes it."""

from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.params.fields import PerNetwork
from pipeline.records.colour_images import Colour
from pipeline.records.conditional_vae import Conditional
from pipeline.records.experiment import ClassifierFloors
from pipeline.records.known_factors import Disentanglement
from pipeline.records.latent_spaces import LatentAnalysis
from pipeline.records.legacy import LegacyExperiments, LegacyOffsets
from pipeline.records.model_family import Objectives
from pipeline.records.own_images import OwnImages
from pipeline.records.pretrained import Pretrained
from pipeline.records.published import Reproduction
from pipeline.records.thesis import AugmentedSampling, BetaVAE, Grid, HeadlineModel, Search, StickBreakingVAE, Variants
from pipeline.records.vq_vae import VectorQuantised
from pipeline.records.wide_search import HyperparameterSearch

DatasetSummary = PerNetwork[BetaVAE]
Headline = dict[str, PerNetwork[HeadlineModel]]

# By the folder of a stage's records, or by the name of its only one.
KINDS: dict[str, Any] = {
    "train-fid-classifier": ClassifierFloors,
    "preliminary-grid": Grid,
    "hyperparameter-search": HyperparameterSearch,
    "architectures": Search,
    "main-experiments": BetaVAE,
    "stick-breaking": StickBreakingVAE,
    "augmented-sampling": AugmentedSampling,
    "variants": Variants,
    "summary": DatasetSummary,
    "headline": Headline,
    "legacy-experiments": LegacyExperiments,
    "legacy-offsets": LegacyOffsets,
    "objectives": Objectives,
    "disentanglement": Disentanglement,
    "latent-analysis": LatentAnalysis,
    "conditional": Conditional,
    "vector-quantised": VectorQuantised,
    "colour": Colour,
    "own-images": OwnImages,
    "pretrained": Pretrained,
    "reproduction": Reproduction,
}


def read_record(path: Path) -> files.Named:
    """Return the content of a record, which must be of the kind of its place; elsewhere any kind is allowed."""
    return files.read_json(path, KINDS.get(path.parent.name) or KINDS.get(path.stem))
