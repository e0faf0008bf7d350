#!/usr/bin/env python3
"""Computes the bound and log p(x) of a run of `elbo train --model vae` in PyTorch, with the weights and draws of Elbo.

    elbo train --dataset mnist -z 10 --binarize threshold -e 5 --name likelihood
    elbo evaluate runs/likelihood --importance-samples 1000 --count 500
    python3 likelihood_torch.py runs/likelihood --data-dir FOLDER --samples 1000 --count 500

Prints means over the first test images, in nats, in double precision: they are the figures `elbo`, `reconstruction`,
`kl` and `log-likelihood` of `elbo evaluate`. For runs with fully connected networks, the Bernoulli decoder, and
MNIST or Fashion-MNIST without dynamic binarisation. Needs PyTorch and NumPy (Debian: python3-torch).
"""
import argparse
import gzip
import hashlib
import json
import math
import pathlib

import numpy
import torch
from torch.nn import functional as F

MASK32, MASK64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
FORK_DOMAIN = 0xFFFFFFFF
BLOCK = 250  # samples that Elbo draws at once
ACTIVATIONS = {
    "elu": F.elu,
    "tanh": torch.tanh,
    "relu": F.relu,
    "sigmoid": torch.sigmoid,
    "softplus": F.softplus,
    "silu": F.silu,
    "gelu": F.gelu,
    "none": lambda x: x,
}


def philox(key, c0, c1, c2, c3):
    """Philox 4x32-10 of arrays of counters."""
    c = [numpy.asarray(x, dtype=numpy.uint64) + numpy.zeros_like(c0, dtype=numpy.uint64) for x in (c0, c1, c2, c3)]
    k0, k1 = key & MASK32, key >> 32
    for _ in range(10):
        p0, p1 = c[0] * numpy.uint64(0xD2511F53), c[2] * numpy.uint64(0xCD9E8D57)
        high0, low0, high1, low1 = p0 >> 32, p0 & MASK32, p1 >> 32, p1 & MASK32
        c = [high1 ^ c[1] ^ numpy.uint64(k0), low1, high0 ^ c[3] ^ numpy.uint64(k1), low0]
        k0, k1 = (k0 + 0x9E3779B9) & MASK32, (k1 + 0xBB67AE85) & MASK32
    return c


def fork(key, index):
    """The key of an independent generator, for a number or a name."""
    if isinstance(index, str):
        number = 14695981039346656037
        for character in index:
            number = ((number ^ ord(character)) * 1099511628211) & MASK64
        index = number
    one = numpy.zeros(1, dtype=numpy.uint64)
    block = philox(key, one + numpy.uint64(index & MASK32), one + numpy.uint64(index >> 32), one, one + numpy.uint64(FORK_DOMAIN))
    return int(block[0][0]) | int(block[1][0]) << 32


def normal(key, draw, count):
    """The samples of N(0, 1) with which Elbo fills a tensor: groups of 64 from 16 counters each."""
    groups = -(-count // 64)
    counters = numpy.arange(16 * groups, dtype=numpy.uint64)
    unit = [(word >> 8) / 2.0**24 for word in philox(key, counters, 0, draw, 0)]
    values = []
    for first, second in ((0, 1), (2, 3)):
        radius = numpy.sqrt(-2 * numpy.log(1 - unit[first]))
        values += [radius * numpy.cos(2 * math.pi * unit[second]), radius * numpy.sin(2 * math.pi * unit[second])]
    # Word w of counter c is element 16 w + c of its group.
    return numpy.stack([v.reshape(groups, 16) for v in values], axis=1).reshape(-1)[:count]


def read_safetensors(path):
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    result = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            values = numpy.frombuffer(data[start:end], dtype="<f4").reshape(entry["shape"])
            result[name] = torch.from_numpy(values.astype(numpy.float64))
    return result


def hidden(weights, name, activations, x):
    count = sum(1 for key in weights if key.startswith(f"{name}.hidden.") and key.endswith(".weight"))
    if len(activations) == 1:
        activations = activations * count
    layers = sorted({key.rsplit(".", 1)[0] for key in weights if key.startswith(f"{name}.hidden.")})
    for layer, activation in zip(layers, activations):
        x = ACTIVATIONS[activation](F.linear(x, weights[f"{layer}.weight"], weights[f"{layer}.bias"]))
    return x


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--data-dir", type=pathlib.Path, required=True)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    config = json.loads((given.run / "config.json").read_text())
    if config["model"] != "vae" or config["decoder"] != "bernoulli" or config.get("binarize") == "dynamic":
        parser.error("needs a run of --model vae with --decoder bernoulli, without --binarize dynamic.")
    weights = read_safetensors(given.run / "model.safetensors")
    file = next(p for p in (given.data_dir / config["dataset"]).rglob("t10k-images-idx3-ubyte*"))
    raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    pixels = numpy.frombuffer(raw, dtype=numpy.uint8, offset=16).reshape(-1, 784)[: given.count]
    images = (pixels.astype(numpy.float32) / numpy.float32(255)).astype(numpy.float32)
    if config.get("binarize") == "threshold":
        images = (images >= 0.5).astype(numpy.float32)

    encoder = config["activation"]
    decoder = config.get("decoder-activation") or encoder[::-1]
    x = torch.from_numpy(images.astype(numpy.float64))
    features = hidden(weights, "encoder", encoder, x)
    mean = F.linear(features, weights["encoder.mean.weight"], weights["encoder.mean.bias"])
    deviation = 1e-6 + F.softplus(F.linear(features, weights["encoder.deviation.weight"], weights["encoder.deviation.bias"]))
    latent = mean.shape[1]
    key = fork(fork(given.seed, "evaluate"), "samples")
    rows = []
    for image in range(len(images)):
        stream = fork(key, int.from_bytes(hashlib.sha256(images[image].tobytes()).digest()[:8], "little"))
        noise = [
            normal(stream, draw, min(BLOCK, given.samples - first) * latent)
            for draw, first in enumerate(range(0, given.samples, BLOCK))
        ]
        epsilon = torch.from_numpy(numpy.concatenate(noise).reshape(-1, latent))
        z = mean[image] + deviation[image] * epsilon
        logits = F.linear(hidden(weights, "decoder", decoder, z), weights["decoder.mean.weight"], weights["decoder.mean.bias"])
        reconstruction = F.binary_cross_entropy_with_logits(logits, x[image].expand_as(logits), reduction="none").sum(1)
        prior = -0.5 * (z**2).sum(1)
        posterior = -0.5 * (epsilon**2).sum(1) - torch.log(deviation[image]).sum()
        weight = -reconstruction + prior - posterior
        rows.append(
            (
                weight.mean(),
                reconstruction.mean(),
                (posterior - prior).mean(),
                torch.logsumexp(weight, 0) - math.log(given.samples),
            )
        )
    for name, values in zip(("elbo", "reconstruction", "kl", "log-likelihood"), zip(*rows)):
        print(f"{name:15} {torch.stack(values).mean().item():.5f}")


if __name__ == "__main__":
    main()
