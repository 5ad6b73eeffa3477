# %% [markdown]
# # The library in five minutes
#
# Train a β-VAE on handwritten digits, sample it, measure the samples, draw them. Run this script as it stands, in the
# environment that `make study` has made or after `pip install .`, or cell by cell: editors know the marks `# %%`, and
# jupytext makes a notebook of it. It takes about a minute and needs no network.

# %%
from pathlib import Path

import numpy as np

import tfvae

# %% [markdown]
# ## Data
#
# 1,797 digits of scikit-learn, brought to 28x28 pixels. `load` knows `mnist`, `fashion_mnist` and `usps` too, which it
# downloads and verifies. Images are (N, H, W, C), bytes or floats from 0 to 1.

# %%
data = tfvae.data.load("digits")
print("training images:", data.x_train.shape, data.x_train.dtype, "test images:", data.x_test.shape)

# %% [markdown]
# ## A model
#
# A model is plain data, so that a file can hold it. `tfvae.models.MODELS`, `tfvae.distributions.POSTERIORS` and
# `tfvae.networks.NETWORKS` list what the names may be; a wrong one is refused with the known ones.

# %%
configuration = {
    "model": "vae",
    "image_shape": data.image_shape,
    "network": "mlp",
    "encoder": [128, 64],
    "decoder": [64, 128],
    "posterior": {"name": "diagonal_gaussian", "latent_dim": 8},
    "likelihood": "bernoulli",
    "precision": "float32",
}
model = tfvae.models.build_model(configuration, seed=0)

# %% [markdown]
# ## Training
#
# The loss is distortion + beta * KL, in nats per image. All steps of a call are compiled into one. Every draw is a
# function of (seed, purpose, step): the same seed gives the same weights, to the byte.

# %%
schedule = tfvae.training.Schedule(beta=0.5, batch_size=64, learning_rate=1e-3)
trainer = tfvae.training.Trainer(model, data.x_train, schedule, seed=0)
for _ in range(3):
    terms = trainer.run(steps=500)
    print(", ".join(f"{name} {value:.1f}" for name, value in terms.items()))

# %% [markdown]
# ## Samples
#
# From the prior, and from a mixture of Gaussians that is fitted to the latents of training images.

# %%
generator = tfvae.sampling.Generator(model, seed=0)
count = len(data.x_test)
mixture = tfvae.sampling.fit_mixture(generator.posterior_latents(data.x_train), components=10, seed=0)
samples = {
    "prior": generator.images(generator.prior_latents(count)),
    "mixture": generator.images(mixture.sample(count, np.random.default_rng(0))),
}

# %% [markdown]
# ## Measures
#
# FID compares features, here those of a small classifier that is trained on the same digits: an FID can be compared
# only with others of the same classifier. That of training images says how low it can get.

# %%
network = tfvae.networks.classifier(data.image_shape, num_classes=10)
tfvae.networks.initialize(network, 0, "classifier")
tfvae.training.ClassifierTrainer(
    network, data.x_train, data.y_train, steps=500, batch_size=64, learning_rate=1e-3, dropout=0.5, seed=0
).run(500)
features = tfvae.networks.FeatureExtractor(network)
expected, _ = features(data.x_test)
fids = {name: tfvae.evaluation.fid(features(images)[0], expected) for name, images in samples.items()}
fids["training images"] = tfvae.evaluation.fid(features(data.x_train[:count])[0], expected)
print(", ".join(f"FID of {name}: {value:.1f}" for name, value in fids.items()))

# %% [markdown]
# ## Pictures
#
# `tfvae.plotting` returns figures of matplotlib, drawn alike and readable without colours.

# %%
sheets = {f"{name}, FID {fids[name]:.0f}": images[:48] for name, images in samples.items()}
figure = tfvae.plotting.sample_sheets(sheets, title="Samples of a 0.5-VAE", columns=12)
Path("five-minutes.png").write_bytes(tfvae.plotting.figure_to_png(figure))

# %% [markdown]
# ## Keep it
#
# A folder with `config.json` and `weights.npz`, which `tfvae.load_model` and the command line read:
# `python -m tfvae sample my-model`.

# %%
tfvae.save_model("my-model", configuration, model)
