from .dataset import Dataset as Dataset
from .dots import Dots as Dots
from .factors import FactorGrid as FactorGrid
from .fetching import DatasetUnavailable as DatasetUnavailable
from .loading import load as load
from .registry import DATASETS as DATASETS
from .sprites import Sprites as Sprites
