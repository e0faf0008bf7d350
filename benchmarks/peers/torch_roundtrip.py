#!/usr/bin/env python3
"""Compares exported PyTorch modules with what Elbo computes, trains them a little, and imports them.

    dotnet run -c Release --project benchmarks/Elbo.Benchmarks -- exchange FOLDER RUN [RUN ...]
    python3 torch_roundtrip.py FOLDER/RUN --like RUN [--elbo elbo] [--steps 50]

The first command writes module, weights, and Elbo's results for test images. The second one prints the largest
differences of codes and reconstructions. It then trains the module for some steps on the same images, imports the
weights with `elbo import`, and prints loss and squared error of a reconstruction as PyTorch and as `elbo evaluate`
compute them for these images. The loss is a mean over samples of the codes, so its last digits differ. Needs PyTorch and NumPy (Debian: python3-torch), and the data of the run
(ELBO_DATA).
"""
import argparse
import importlib.util
import json
import pathlib
import subprocess
import tempfile

import torch
from torch.nn import functional as F

SAMPLES = 20


def load(folder):
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, module.load()


def decoder(folder):
    """The likelihood of the model, from the metadata of its file."""
    data = (folder / "model.safetensors").read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return json.loads(header["__metadata__"]["model"])["decoder"]


def bound(model, images, labels):
    """The loss of every image, in nats: cross-entropy at one sample of the code, and the KL divergence from N(0, I)."""
    mean, deviation = model.encode(images, *labels)
    decoded = model.decode(mean + deviation * torch.randn_like(mean), *labels)
    kl = 0.5 * (mean.square() + deviation.square() - 2 * deviation.log() - 1).sum(1)
    return F.binary_cross_entropy(decoded, images, reduction="none").flatten(1).sum(1) + kl


def train(model, images, labels, steps):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model.train()
    for step in range(steps):
        chosen = torch.randint(len(images), (100,))
        loss = bound(model, images[chosen], [label[chosen] for label in labels]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()


def figures(model, images, labels):
    """Loss and squared error after training; the loss is a mean over samples of the code."""
    with torch.no_grad():
        loss = sum(bound(model, images, labels).mean().item() for _ in range(SAMPLES)) / SAMPLES
        return {"loss": loss, "mse": (model.reconstruct(images, *labels) - images).square().mean().item()}


def evaluate(elbo, run, count):
    """The same figures from `elbo evaluate`, for the same images: the first of the test split."""
    command = [elbo, "evaluate", run, "--count", str(count), "--importance-samples", str(SAMPLES), "--json"]
    result = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    values = {row["name"]: row["value"] for row in json.loads(result)["figures"]}
    return {"loss": -values["elbo"], "mse": values["mse"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--like", required=True)
    parser.add_argument("--elbo", default="elbo")
    parser.add_argument("--steps", type=int, default=50, help="0 does not train")
    options = parser.parse_args()
    torch.manual_seed(0)
    module, model = load(options.folder)
    known = module.read_safetensors(options.folder / "expected.safetensors")
    images, labels = known["image"], [known["label"].long()] if "label" in known else []
    with torch.no_grad():
        mean, _ = model.encode(images, *labels)
        reconstruction = model.reconstruct(images, *labels)
    print(f"{len(images)} images: largest difference of codes {(mean - known['mean']).abs().max():.1e}, "
          f"of reconstructions {(reconstruction - known['reconstruction']).abs().max():.1e}")

    if options.steps == 0:
        return
    if decoder(options.folder) != "bernoulli" or hasattr(model, "clusters"):
        print("no training: the script knows the loss of Bernoulli decoders with the prior N(0, I) only")
        return

    train(model, images, labels, options.steps)
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        module.save(model, temporary / "trained.safetensors")
        run = temporary / "run"
        weights = ["import", temporary / "trained.safetensors", "--like", options.like, "--output", run]
        subprocess.run([options.elbo, *weights], check=True, stdout=subprocess.DEVNULL)
        ours, theirs = figures(model, images, labels), evaluate(options.elbo, run, len(images))
        for name in ours:
            print(f"{name} after training in PyTorch: PyTorch {ours[name]:.6f}, Elbo {theirs[name]:.6f}")


if __name__ == "__main__":
    main()
