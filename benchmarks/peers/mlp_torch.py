#!/usr/bin/env python3
"""Training throughput of the MLP VAEs of `elbo bench` in PyTorch on CPU, one JSON line per case.

    python3 mlp_torch.py [--case NAME ...] [--seconds 2] [--threads N]

Needs PyTorch (Debian: python3-torch libopenblas0-pthread). The images are float32 in memory already, so that no data
loader slows PyTorch down. The figure is the median over five slices of the time, after a warm-up.
"""
import argparse
import json
import os
import statistics
import time

# Spinning OpenMP threads take the cores from OpenBLAS' own.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch
from torch import nn
from torch.nn import functional as F

PIXELS, IMAGES, INFERENCE_BATCH = 784, 4096, 1000


def mlp(widths, activations, dropout):
    layers = []
    for inputs, outputs, activation in zip(widths, widths[1:], activations):
        layers += [nn.Linear(inputs, outputs), activation()]
        if dropout:
            layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers)


class Vae(nn.Module):
    def __init__(self, latent, hidden, encoder, decoder, dropout):
        super().__init__()
        self.encoder = mlp([PIXELS, *hidden], encoder, dropout)
        self.mean = nn.Linear(hidden[-1], latent)
        self.deviation = nn.Linear(hidden[-1], latent)
        self.decoder = mlp([latent, *hidden], decoder, dropout)
        self.output = nn.Linear(hidden[-1], PIXELS)

    def encode(self, x):
        h = self.encoder(x)
        return self.mean(h), 1e-6 + F.softplus(self.deviation(h))

    def decode(self, z):
        return self.output(self.decoder(z))

    def loss(self, x):
        mean, deviation = self.encode(x)
        logits = self.decode(mean + deviation * torch.randn_like(mean))
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        variance = deviation.square()
        kl = 0.5 * (mean.square() + variance - torch.log(1e-8 + variance) - 1).sum()
        return (reconstruction + kl) / x.shape[0]


def elu_tanh():
    return Vae(2, [500, 500], [nn.ELU, nn.Tanh], [nn.Tanh, nn.ELU], 0.1)


def relu(latent, *hidden):
    return Vae(latent, list(hidden), [nn.ReLU] * len(hidden), [nn.ReLU] * len(hidden), 0)


CASES = {
    "mlp-elu-tanh-500-z2-b128": (elu_tanh, 128),
    "mlp-elu-tanh-500-z2-b64": (elu_tanh, 64),
    "mlp-relu-256-z20-b128": (lambda: relu(20, 256), 128),
    "mlp-relu-512-128-64-z2-b128": (lambda: relu(2, 512, 128, 64), 128),
}


def measure(name, step, batch, seconds):
    for _ in range(10):
        step()
    rates = []
    for _ in range(5):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds / 5:
            step()
            count += 1
        rates.append(count * batch / (time.perf_counter() - start))
    rate = statistics.median(rates)
    print(json.dumps({"case": name, "images_per_s": round(rate, 1), "ms_per_step": round(1e3 * batch / rate, 3), "batch": batch}), flush=True)


def run(name, seconds):
    create, batch = CASES[name]
    model, images = create(), torch.rand(IMAGES, PIXELS)
    order = torch.randperm(IMAGES)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=True)
    position = 0

    def step():
        nonlocal position
        x = images[order[position:position + batch]]
        position = (position + batch) % (IMAGES - batch + 1) // batch * batch
        optimizer.zero_grad(set_to_none=True)
        model.loss(x).backward()
        optimizer.step()

    measure(name, step, batch, seconds)
    if name != "mlp-elu-tanh-500-z2-b128":
        return
    model.eval()
    with torch.no_grad():
        x, z = images[:INFERENCE_BATCH], torch.randn(INFERENCE_BATCH, 2)
        measure(name + "/encode", lambda: model.encode(x), INFERENCE_BATCH, seconds)
        measure(name + "/decode", lambda: torch.sigmoid(model.decode(z)), INFERENCE_BATCH, seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    for name in options.case or CASES:
        run(name, options.seconds)


if __name__ == "__main__":
    main()
