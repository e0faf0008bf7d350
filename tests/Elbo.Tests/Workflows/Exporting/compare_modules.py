"""Compares exported modules with what Elbo computes. For each folder given: the largest difference of any result.

Every folder has model.py and model.safetensors, and expected.safetensors with arguments and results. It also saves each
model again, to saved.safetensors.
"""
import importlib.util
import pathlib
import sys

import torch

for folder in map(pathlib.Path, sys.argv[1:]):
    spec = importlib.util.spec_from_file_location(f"model_{folder.name}", folder / "model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.load()
    known = module.read_safetensors(folder / "expected.safetensors")
    label = [known["label"].long()] if "label" in known else []
    with torch.no_grad():
        mean, deviation = model.encode(known["image"], *label)
        results = {"mean": mean, "deviation": deviation}
        decoded = model.decode(known["mean"], *label)
        results["decoded"], *more = decoded if isinstance(decoded, tuple) else [decoded]
        results.update(zip(["pixel_deviation"], more))
        results["reconstruction"] = model.reconstruct(known["image"], *label)
        if "cluster_probabilities" in known:
            results["cluster_probabilities"] = model.cluster_probabilities(known["image"])
    differences = {name: (results[name] - known[name]).abs().max().item() for name in results}
    print(folder.name, max(differences.values()))
    module.save(model, folder / "saved.safetensors")
