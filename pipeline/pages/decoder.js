"use strict";

// Decoders of models, computed here: from the plain data of pipeline/pages/decoders.py to a function of latents.

// Numbers of 16 bits, little-endian like every machine that browsers run on. Sign, exponent and fraction move to where
// 32 bits have them; the factor makes up for the other offset of the exponent (127 instead of 15).
const unpacked = (text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const halves = new Uint16Array(bytes.buffer);
  const words = Uint32Array.from(halves, (half) => ((half & 0x8000) << 16) | ((half & 0x7fff) << 13));
  return new Float32Array(words.buffer).map((number) => number * 2 ** 112);
};

const dense = ({ units }, inputs, take) => {
  const [weights, bias, output] = [take(inputs * units), take(units), new Float32Array(units)];
  return (input) => {
    output.set(bias);
    for (let i = 0, row = 0; i < inputs; i += 1, row += units) {
      const value = input[i];
      if (value === 0) continue; // as half of them are after a ReLU
      for (let j = 0; j < units; j += 1) output[j] += value * weights[row + j];
    }
    return output;
  };
};

// Both kinds of convolutions: each input spreads over a window of the outputs. Keras cuts off what overhangs, one more
// at the end where that is odd; of a plain convolution, whose kernel is turned, one more at the beginning.
const spread = ({ kind, filters, kernel, stride }, [height, width, channels], take) => {
  const [weights, bias] = [take(kernel * kernel * channels * filters), take(filters)];
  const [rows, columns] = [height * stride, width * stride];
  const before = kind === "transposed" ? Math.max(kernel - stride, 0) >> 1 : kernel >> 1;
  const output = new Float32Array(rows * columns * filters);
  return (input) => {
    for (let at = 0; at < output.length; at += filters) output.set(bias, at);
    for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * channels;
      for (let i = 0; i < kernel; i += 1) for (let j = 0; j < kernel; j += 1) {
        const [row, column] = [y * stride + i - before, x * stride + j - before];
        if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
        const to = (row * columns + column) * filters;
        let at = (i * kernel + j) * channels * filters;
        for (let c = 0; c < channels; c += 1, at += filters) {
          const value = input[from + c];
          if (value === 0) continue;
          for (let f = 0; f < filters; f += 1) output[to + f] += value * weights[at + f];
        }
      }
    }
    return output;
  };
};

// The function from latents to the mean image, (H, W, C) in [0, 1] row by row; it reuses the memory of its result.
const decoderOf = (model) => {
  const weights = unpacked(model.weights);
  let [taken, shape] = [0, [model.latents]];
  const take = (count) => weights.subarray(taken, (taken += count));
  const steps = [];
  for (const layer of model.layers) {
    if (layer.kind === "reshape") {
      shape = layer.shape;
      continue;
    }
    if (layer.kind === "dense") {
      steps.push(dense(layer, shape[0], take));
      shape = [layer.units];
    } else {
      steps.push(spread(layer, shape, take));
      shape = [shape[0] * layer.stride, shape[1] * layer.stride, layer.filters];
    }
    if (layer.activation === "relu") steps.push((values) => {
      for (let i = 0; i < values.length; i += 1) if (values[i] < 0) values[i] = 0;
      return values;
    });
  }
  return (latents) => {
    const values = steps.reduce((input, step) => step(input), latents);
    for (let i = 0; i < values.length; i += 1) values[i] = 1 / (1 + Math.exp(-values[i]));
    return values;
  };
};
