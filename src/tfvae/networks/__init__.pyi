from .classifier import classifier as classifier
from .initialization import initialize as initialize
from .registry import NETWORKS as NETWORKS
from .registry import network as network
