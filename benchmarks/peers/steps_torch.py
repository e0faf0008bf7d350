#!/usr/bin/env python3
"""Training throughput of the networks of `elbo bench` in PyTorch, one JSON line per case.

    python3 steps_torch.py [--case NAME ...] [--seconds 2] [--threads N] [--device cuda [--tf32]]

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
os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512")

import torch
from torch import nn

from networks import CnnVae, Dcgan, Gmvae, MlpVae

IMAGES, INFERENCE_BATCH = 4096, 1000
MOST_BYTES = 1 << 28  # of images in memory


def elu_tanh():
    return MlpVae(2, [500, 500], [nn.ELU, nn.Tanh], [nn.Tanh, nn.ELU], 0.1)


def relu(latent, *hidden):
    return MlpVae(latent, list(hidden), [nn.ReLU] * len(hidden), [nn.ReLU] * len(hidden), 0)


CASES = {  # network, shape of an image, batch, whether encoding and decoding are measured as well
    "mlp-elu-tanh-500-z2-b128": (elu_tanh, (784,), 128, True),
    "mlp-elu-tanh-500-z2-b64": (elu_tanh, (784,), 64, False),
    "mlp-relu-256-z20-b128": (lambda: relu(20, 256), (784,), 128, False),
    "mlp-relu-512-128-64-z2-b128": (lambda: relu(2, 512, 128, 64), (784,), 128, False),
    "conv-mnist-z10-b64": (lambda: CnnVae("mnist", 10, "bernoulli"), (1, 28, 28), 64, True),
    "conv-cifar-z10-b64": (lambda: CnnVae("cifar10", 10, "gaussian"), (3, 32, 32), 64, False),
    "gmvae-64-z8-w2-k10-b64": (lambda: Gmvae(8, 2, 10, [64, 64], 0.001), (784,), 64, False),
    "dcgan-rgb64-b64": (lambda: Dcgan(64, 64), (3, 64, 64), 64, False),
    "dcgan-rgb128-b32": (lambda: Dcgan(128, 64), (3, 128, 128), 32, False),
    "dcgan-rgb256-b16": (lambda: Dcgan(256, 64), (3, 256, 256), 16, False),
}
LARGE = [name for name in CASES if name.startswith("dcgan")]  # they run if they are named


def synchronize():
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def measure(name, step, batch, seconds):
    for _ in range(10):
        step()
    synchronize()
    rates = []
    for _ in range(5):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds / 5:
            step()
            count += 1
        synchronize()
        rates.append(count * batch / (time.perf_counter() - start))
    rate = statistics.median(rates)
    print(json.dumps({"case": name, "images_per_s": round(rate, 1), "ms_per_step": round(1e3 * batch / rate, 3), "batch": batch}), flush=True)


def run(name, seconds, device):
    create, shape, batch, inference = CASES[name]
    count = max(batch, min(IMAGES, MOST_BYTES // (4 * torch.Size(shape).numel())))
    model, images = create().to(device), torch.rand(count, *shape).to(device)
    order = torch.randperm(count).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=True)
    position = 0

    def step():
        nonlocal position
        x = images[order[position:position + batch]]
        position = (position + batch) % (count - batch + 1) // batch * batch
        optimizer.zero_grad(set_to_none=True)
        model.loss(x).backward()
        optimizer.step()

    measure(name, step, batch, seconds)
    if not inference:
        return
    model.eval()
    with torch.no_grad():
        x, z = images[:INFERENCE_BATCH], torch.randn(INFERENCE_BATCH, model.latent).to(device)
        measure(name + "/encode", lambda: model.encode(x), INFERENCE_BATCH, seconds)
        measure(name + "/decode", lambda: torch.sigmoid(model.decode(z)), INFERENCE_BATCH, seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--tf32", action="store_true", help="round the factors of products to ten bits")
    options = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = options.tf32
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    for name in options.case or [case for case in CASES if case not in LARGE]:
        run(name, options.seconds, options.device)


if __name__ == "__main__":
    main()
