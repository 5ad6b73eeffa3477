from .likelihood import nats_per_code as nats_per_code
from .pixel_cnn import PixelCNNTrainer as PixelCNNTrainer
from .pixel_cnn import build_pixel_cnn as build_pixel_cnn
