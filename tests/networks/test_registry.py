"""Networks by name."""

import pytest

from tfvae.networks import NETWORKS, network


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_has_an_encoder_and_a_decoder(name):
    module = network(name)
    assert module.__name__ == NETWORKS[name]
    assert callable(module.encoder)
    assert callable(module.decoder)


def test_an_unknown_network_is_refused():
    with pytest.raises(ValueError, match=f"Unknown network.*'rnn'.*{', '.join(NETWORKS)}"):
        network("rnn")
