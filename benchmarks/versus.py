#!/usr/bin/env python3
"""Elbo against PyTorch by turns: both medians, and the median of the ratios of neighbouring runs.

    dotnet build -c Release
    python3 benchmarks/versus.py [--rounds 7] [--seconds 2] [--case NAME ...] [--json FILE]

Run nothing else meanwhile. The peer is benchmarks/peers/mlp_torch.py; --peer-python names the Python that has PyTorch.
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
CASES = ["mlp-elu-tanh-500-z2-b128", "mlp-elu-tanh-500-z2-b64", "mlp-relu-256-z20-b128", "mlp-relu-512-128-64-z2-b128"]


def rates(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{result.stderr[-2000:]}")
    rows = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return {row["case"]: row["images_per_s"] for row in rows}


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--peer-python", default="python3")
    parser.add_argument("--json", help="write the result to this file")
    options = parser.parse_args()
    ours, theirs = {}, {}
    for _ in range(options.rounds):
        for case in options.case or CASES:
            arguments = ["--case", case, "--seconds", str(options.seconds)]
            us = rates(["dotnet", ELBO, "bench", *arguments])
            them = rates([options.peer_python, ROOT / "benchmarks/peers/mlp_torch.py", *arguments])
            for name in us:
                ours.setdefault(name, []).append(us[name])
                theirs.setdefault(name, []).append(them[name])
    print(f"{processor()}, {options.rounds} rounds of {options.seconds} s")
    print(f"{'case':40} {'elbo images/s':>14} {'PyTorch':>10} {'ratio':>6}")
    result = []
    for name in ours:
        ratio = statistics.median(us / them for us, them in zip(ours[name], theirs[name]))
        row = {"case": name, "elbo": round(statistics.median(ours[name])), "pytorch": round(statistics.median(theirs[name])), "ratio": round(ratio, 2)}
        result.append(row)
        print(f"{name:40} {row['elbo']:14,} {row['pytorch']:10,} {row['ratio']:6.2f}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"processor": processor(), "rounds": options.rounds, "seconds": options.seconds, "cases": result}, indent=2) + "\n")


if __name__ == "__main__":
    main()
