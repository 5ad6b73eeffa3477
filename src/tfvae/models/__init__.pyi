from .likelihoods import LIKELIHOODS as LIKELIHOODS
from .likelihoods import bernoulli as bernoulli
from .likelihoods import squared_error as squared_error
from .vae import VAE as VAE
from .vae import build_vae as build_vae
from .vq_vae import VQVAE as VQVAE
from .vq_vae import build_vq_vae as build_vq_vae
