#!/usr/bin/env python3
"""Elbo against PyTorch by turns: both medians, and the median of the ratios of neighbouring runs.

    dotnet build -c Release
    python3 benchmarks/versus.py [--rounds 7] [--seconds 2] [--case NAME ...] [--json FILE]
    python3 benchmarks/versus.py --convolutions [--rounds 7] [--seconds 0.5] [--json FILE]

Run nothing else meanwhile. Peers are in benchmarks/peers; --peer-python names the Python that has PyTorch.
"""
import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ELBO = ROOT / "src/Elbo.Cli/bin/Release/net10.0/elbo.dll"
BENCHMARKS = ROOT / "benchmarks/Elbo.Benchmarks/bin/Release/net10.0/Elbo.Benchmarks.dll"
CASES = ["mlp-elu-tanh-500-z2-b128", "mlp-elu-tanh-500-z2-b64", "mlp-relu-256-z20-b128", "mlp-relu-512-128-64-z2-b128", "conv-mnist-z10-b64", "conv-cifar-z10-b64", "gmvae-64-z8-w2-k10-b64"]


def rates(command, unit):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{result.stderr[-2000:]}")
    rows = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return {row["case"]: row[unit] for row in rows}


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, help="for each measurement")
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--convolutions", action="store_true", help="single convolutions instead of training steps")
    parser.add_argument("--peer-python", default="python3")
    parser.add_argument("--json", help="write the result to this file")
    options = parser.parse_args()
    seconds = str(options.seconds or (0.5 if options.convolutions else 2))
    peers = ROOT / "benchmarks/peers"
    if options.convolutions:
        unit, turns = "gflops", [(["dotnet", BENCHMARKS, "convolutions", seconds], [options.peer_python, peers / "convolutions_torch.py", "--seconds", seconds])]
    else:
        unit, turns = "images_per_s", []
        for case in options.case or CASES:
            arguments = ["--case", case, "--seconds", seconds]
            turns.append((["dotnet", ELBO, "bench", *arguments], [options.peer_python, peers / "steps_torch.py", *arguments]))
    ours, theirs = {}, {}
    for _ in range(options.rounds):
        for our, their in turns:
            us, them = rates(our, unit), rates(their, unit)
            for name in us:
                ours.setdefault(name, []).append(us[name])
                theirs.setdefault(name, []).append(them[name])
    print(f"{processor()}, {options.rounds} rounds of {seconds} s, {unit}")
    print(f"{'case':40} {'Elbo':>10} {'PyTorch':>10} {'ratio':>6}")
    result = []
    for name in ours:
        ratio = statistics.median(us / them for us, them in zip(ours[name], theirs[name]))
        row = {"case": name, "elbo": round(statistics.median(ours[name])), "pytorch": round(statistics.median(theirs[name])), "ratio": round(ratio, 2)}
        result.append(row)
        print(f"{name:40} {row['elbo']:10,} {row['pytorch']:10,} {row['ratio']:6.2f}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"processor": processor(), "rounds": options.rounds, "seconds": float(seconds), "unit": unit, "cases": result}, indent=2) + "\n")


if __name__ == "__main__":
    main()
