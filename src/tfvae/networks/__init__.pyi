from .classifier import FeatureExtractor as FeatureExtractor
from .classifier import classifier as classifier
from .layers import initialize as initialize
from .registry import NETWORKS as NETWORKS
from .registry import network as network
