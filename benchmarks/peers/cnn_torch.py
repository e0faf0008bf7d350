#!/usr/bin/env python3
"""Trains the networks of `elbo train --model cnn-vae` on MNIST or CIFAR-10 in PyTorch, and prints what Elbo prints.

    python3 cnn_torch.py --data-dir FOLDER [--dataset mnist] [--decoder bernoulli] [--latent-dim 10] [--epochs 20]
    python3 cnn_torch.py --data-dir FOLDER --weights RUN/model.safetensors        # evaluates what Elbo has trained

One line per epoch: training and test loss, reconstruction and KL divergence in nats per image, of one latent sample per
image; the training figures are means over the epoch's steps, the test figures those of evaluation mode after it.
Images of the Bernoulli decoder are binarised at one half. Needs PyTorch and NumPy (Debian: python3-torch).
"""
import argparse
import gzip
import json
import math
import os
import pathlib
import time

os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512")
# Spinning OpenMP threads take the cores from OpenBLAS' own.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy
import torch
from torch import nn
from torch.nn import functional as F

DATASETS = ["mnist", "fashion-mnist", "cifar10"]
DECODERS = ["bernoulli", "gaussian", "gaussian-sigma"]


class Vae(nn.Module):
    """Maps are flattened as (H, W, C) and layers are named as in Elbo's files, so that weights can be taken over."""

    def __init__(self, colour, latent, decoder, variance):
        super().__init__()
        self.latent, self.decoder, self.variance, self.image = latent, decoder, variance, (3, 32, 32) if colour else (1, 28, 28)
        self.elbo = {}
        outputs = self.image[0] * (2 if decoder == "gaussian-sigma" else 1)
        leaky = lambda: nn.LeakyReLU(0.2)
        conv = lambda name, i, o, norm=True: self.block("encoder." + name, nn.Conv2d(i, o, 4, 2, 1, bias=not norm), nn.BatchNorm2d(o) if norm else None, leaky())
        up = lambda name, i, o, norm, activation: self.block("decoder." + name, nn.ConvTranspose2d(i, o, 4, 2, 1, bias=not norm), nn.BatchNorm2d(o) if norm else None, activation)
        dense = lambda name, i, o, activation: self.block(name, nn.Linear(i, o, bias=False), nn.BatchNorm1d(o), activation)
        if colour:
            self.convolutions = nn.Sequential(conv("conv.0", 3, 64, False), conv("conv.1", 64, 128), conv("conv.2", 128, 256))
            self.encoder_dense, width = nn.Sequential(), 4096
            self.seed = (2, 2, 448)
            self.decoder_dense = dense("decoder.dense.0", latent, 1792, nn.ReLU())
            self.transposed = nn.Sequential(up("conv.0", 448, 256, True, nn.ReLU()), up("conv.1", 256, 128, False, nn.ReLU()), up("conv.2", 128, 64, False, nn.ReLU()), up("output", 64, outputs, False, nn.Identity()))
        else:
            self.convolutions = nn.Sequential(conv("conv.0", 1, 64, False), conv("conv.1", 64, 128))
            self.encoder_dense, width = dense("encoder.dense", 6272, 1024, leaky()), 1024
            self.seed = (7, 7, 128)
            self.decoder_dense = nn.Sequential(dense("decoder.dense.0", latent, 1024, nn.ReLU()), dense("decoder.dense.1", 1024, 6272, nn.ReLU()))
            self.transposed = nn.Sequential(up("conv.0", 128, 64, True, nn.ReLU()), up("output", 64, outputs, False, nn.Identity()))
        self.mean = self.block("encoder.mean", nn.Linear(width, latent), None, nn.Identity())
        self.deviation = self.block("encoder.deviation", nn.Linear(width, latent), None, nn.Softplus())

    def block(self, name, layer, norm, activation):
        nn.init.kaiming_normal_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
        self.elbo[name] = layer
        if norm is None:
            return nn.Sequential(layer, activation)
        self.elbo[name + ".norm"] = norm
        return nn.Sequential(layer, norm, activation)

    def terms(self, x):
        """Mean reconstruction and KL divergence of images (N, C, H, W)."""
        hidden = self.encoder_dense(self.convolutions(x).permute(0, 2, 3, 1).flatten(1))
        mean, deviation = self.mean(hidden), 1e-6 + self.deviation(hidden)
        z = mean + deviation * torch.randn_like(mean)
        painted = self.transposed(self.decoder_dense(z).view(-1, *self.seed).permute(0, 3, 1, 2))
        variance = deviation.square()
        kl = 0.5 * (mean.square() + variance - torch.log(1e-8 + variance) - 1).sum()
        return self.reconstruction(painted, x) / len(x), kl / len(x)

    def reconstruction(self, painted, x):
        if self.decoder == "bernoulli":
            return F.binary_cross_entropy_with_logits(painted, x, reduction="sum")
        if self.decoder == "gaussian":
            return (x - torch.sigmoid(painted)).square().sum() / (2 * self.variance)
        mean, raw = painted.chunk(2, dim=1)
        deviation = 1e-6 + F.softplus(raw)
        return 0.5 * (math.log(2 * math.pi) + 2 * torch.log(deviation) + ((x - torch.sigmoid(mean)) / deviation).square()).sum()

    def load(self, tensors):
        # Kernels are (height, width, in, out) there, transposed ones (height, width, out, in).
        def torch_order(weight):
            return weight.permute(3, 2, 0, 1) if weight.dim() == 4 else weight

        with torch.no_grad():
            for name, layer in self.elbo.items():
                layer.weight.copy_(torch_order(tensors.pop(name + ".weight")))
                if layer.bias is not None:
                    layer.bias.copy_(tensors.pop(name + ".bias"))
                if name.endswith(".norm"):
                    layer.running_mean.copy_(tensors.pop(name + ".running_mean"))
                    layer.running_var.copy_(tensors.pop(name + ".running_variance"))
        if tensors:
            raise SystemExit(f"the file has {', '.join(tensors)}, which this network lacks")


def safetensors(path):
    data = pathlib.Path(path).read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    entries = json.loads(data[8:end])
    entries.pop("__metadata__", None)
    values = lambda e: numpy.frombuffer(data[end + e["data_offsets"][0]:end + e["data_offsets"][1]], "<f4").reshape(e["shape"]).copy()
    return {name: torch.from_numpy(values(entry)) for name, entry in entries.items()}


def find(folder, dataset, name):
    for place in (folder, folder / dataset, folder / dataset / "cifar-10-batches-bin", folder / "cifar-10-batches-bin"):
        for file in (place / name, place / (name + ".gz")):
            if file.exists():
                return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    raise SystemExit(f"{folder} has no {name}")


def images(folder, dataset, split):
    if dataset == "cifar10":
        names = [f"data_batch_{i}.bin" for i in range(1, 6)] if split == "train" else ["test_batch.bin"]
        records = [numpy.frombuffer(find(folder, dataset, name), numpy.uint8).reshape(-1, 3073) for name in names]
        return torch.from_numpy(numpy.concatenate(records)[:, 1:].reshape(-1, 3, 32, 32).copy())
    raw = find(folder, dataset, {"train": "train", "test": "t10k"}[split] + "-images-idx3-ubyte")
    return torch.from_numpy(numpy.frombuffer(raw, numpy.uint8, offset=16).reshape(-1, 1, 28, 28).copy())


def batches(pixels, order, size, binarise):
    for start in range(0, len(order), size):
        x = pixels[order[start:start + size]].float() / 255
        yield (x >= 0.5).float() if binarise else x


def run_epoch(model, pixels, order, size, step):
    """Means over the images; trains where there is a step."""
    sums, binarise = torch.zeros(2, dtype=torch.float64), model.decoder == "bernoulli"
    for x in batches(pixels, order, size, binarise):
        terms = torch.stack(model.terms(x))
        if step:
            step(terms.sum())
        sums += terms.detach().double() * len(x)
    reconstruction, kl = (sums / len(order)).tolist()
    return reconstruction + kl, reconstruction, kl


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=pathlib.Path, required=True, help="folder with the IDX or binary files, or above it")
    parser.add_argument("--dataset", choices=DATASETS, default="mnist")
    parser.add_argument("--decoder", choices=DECODERS, default="bernoulli")
    parser.add_argument("--variance", type=float, default=1, help="of the gaussian decoder")
    parser.add_argument("--latent-dim", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--schedule", choices=["plateau", "constant"], default="plateau")
    parser.add_argument("--images", type=int, help="train and test on the first so many only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--weights", help="a model.safetensors of Elbo: evaluate it instead of training")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    model = Vae(options.dataset == "cifar10", options.latent_dim, options.decoder, options.variance)
    train, test = (images(options.data_dir, options.dataset, split)[:options.images] for split in ("train", "test"))

    def evaluate():
        model.eval()
        with torch.no_grad():
            return run_epoch(model, test, torch.arange(len(test)), 500, step=None)

    text = lambda split, figures: "{} {:.2f} (reconstruction {:.2f}, kl {:.2f})".format(split, *figures)
    if options.weights:
        model.load(safetensors(options.weights))
        print(text("test", evaluate()))
        return
    optimizer = torch.optim.Adam(model.parameters(), lr=options.learning_rate)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.1, patience=10) if options.schedule == "plateau" else None

    def step(loss):
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    seconds = 0
    for epoch in range(1, options.epochs + 1):
        model.train()
        start = time.perf_counter()
        trained = run_epoch(model, train, torch.randperm(len(train)), options.batch_size, step)
        elapsed = time.perf_counter() - start
        seconds += elapsed
        if schedule:
            schedule.step(trained[0])
        print(f"epoch {epoch}/{options.epochs}  {text('train', trained)}  {text('test', evaluate())}  {len(train) / elapsed:,.0f} images/s  {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
