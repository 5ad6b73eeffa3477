"""Gated PixelCNN over a grid of codes, without a blind spot (van den Oord et al., 2016, arXiv:1606.05328, section 2).

p(c) = prod_i p(c_i | c_1 ... c_{i-1}) in raster order. A vertical stack sees all of the rows above a position, a
horizontal stack what lies left of it and, through the vertical one, the rows above. Where a masked kernel would be
multiplied by zeros, the kernel here has the size of its mask's other part, and the padding puts it in place; so a
position is out of sight by construction. (`tests/networks/test_gated_pixel_cnn.py` reads that off the Jacobian.)
"""

from tfvae.arguments import as_count
from tfvae.backend import keras, layers, tf
from tfvae.networks.layers import policy


class GatedLayer(keras.layers.Layer):
    """One layer of both stacks (figure 2), each gated by tanh(a) sigmoid(b) (eq. 2).

    Args:
        channels: C, of both stacks.
        radius: r, so that kernels reach r positions up and to either side; the first layer's one further.
        first: whether this layer must not see its own position ("A" in the paper).
        precision: "float32" or "bfloat16".
    """

    def __init__(self, channels: int, radius: int, first: bool, precision: str) -> None:
        dtype = policy(precision)
        super().__init__(dtype=dtype)
        self.radius, self.first, self.channels = radius, first, channels
        self.down = layers.Conv2D(2 * channels, (radius + 1, 2 * radius + 1), dtype=dtype)
        self.right = layers.Conv2D(2 * channels, (1, radius + 1), dtype=dtype)
        self.link = layers.Dense(2 * channels, use_bias=False, dtype=dtype)
        self.out = layers.Dense(channels, dtype=dtype)

    def call(self, vertical: tf.Tensor, horizontal: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return both stacks (B, H, W, C) of the next layer."""
        reach = self.radius + self.first
        above = tf.pad(vertical, [[0, 0], [reach, 0], [0, 0], [0, 0]])
        left = tf.pad(horizontal, [[0, 0], [0, 0], [reach, 0], [0, 0]])
        if self.first:  # What nothing sees goes; the gradient of tf.slice is cheaper than that of an index.
            rows, columns = tf.shape(vertical)[1], tf.shape(vertical)[2]
            above = tf.slice(above, [0] * 4, [-1, rows + self.radius, -1, -1])
            left = tf.slice(left, [0] * 4, [-1, -1, columns + self.radius, -1])
        vertical, linked = self.look_up(above)
        return vertical, self.look_left(left, linked, horizontal)

    def look_up(self, window: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the vertical stack and its link to the horizontal one, from rows with `radius` rows above them."""
        r = self.radius
        both = self.down(tf.pad(window, [[0, 0], [0, 0], [r, r], [0, 0]]))
        return _gate(both), self.link(both)

    def look_left(self, window: tf.Tensor, linked: tf.Tensor, own: tf.Tensor) -> tf.Tensor:
        """Return the horizontal stack, of positions with `radius` positions left of them; `own` are those alone."""
        added = self.out(_gate(self.right(window) + linked))
        return added if self.first else own + added


class GatedPixelCNN(keras.Model):
    """p(c_i | earlier codes) for every position i of a grid.

    Args:
        codes: number K of codes.
        channels, depth: of both stacks, and their number of layers.
        radius: of their kernels; every earlier position is seen if depth * radius reaches from one edge of the grid to
            the other, H - 1 and W - 1.
        precision: "float32" or "bfloat16", for all but the embedding and the logits.
    """

    def __init__(self, codes: int, channels: int, depth: int, radius: int, precision: str) -> None:
        super().__init__(name="pixel_cnn", dtype="float32")
        self.codes, self.channels = codes, channels = as_count(codes, "codes", 2), as_count(channels, "channels")
        self.radius, depth = as_count(radius, "radius"), as_count(depth, "depth")
        self.embedding = layers.Embedding(codes, channels, dtype="float32")
        self.stack = [GatedLayer(channels, self.radius, position == 0, precision) for position in range(depth)]
        self.hidden = layers.Dense(2 * channels, activation="relu", dtype=policy(precision))
        self.logits = layers.Dense(codes, dtype="float32")
        self(tf.zeros((1, 2, 2), tf.int32))  # makes the weights

    def call(self, codes: tf.Tensor) -> tf.Tensor:
        """Return logits (B, H, W, K) of codes (B, H, W) int32; those of a position depend on earlier codes alone."""
        return self.from_embedded(self.embedding(codes))

    def from_embedded(self, embedded: tf.Tensor) -> tf.Tensor:
        """Return logits (B, H, W, K) of embedded codes (B, H, W, C)."""
        vertical = horizontal = embedded
        for layer in self.stack:
            vertical, horizontal = layer(vertical, horizontal)
        return self.head(horizontal)

    def head(self, horizontal: tf.Tensor) -> tf.Tensor:
        """Return logits of the last layer's horizontal stack."""
        return self.logits(self.hidden(tf.nn.relu(horizontal)))


def _gate(both: tf.Tensor) -> tf.Tensor:
    # Processors compute these functions in float32; in bfloat16 each would convert on its way in and out.
    signal, gate = tf.split(tf.cast(both, tf.float32), 2, axis=-1)
    return tf.cast(tf.tanh(signal) * tf.sigmoid(gate), both.dtype)
