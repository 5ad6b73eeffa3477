from .dataset import Dataset as Dataset
from .fetching import DatasetUnavailable as DatasetUnavailable
from .loading import load as load
from .registry import DATASETS as DATASETS
