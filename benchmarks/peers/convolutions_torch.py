#!/usr/bin/env python3
"""The convolutions of both convolutional networks in PyTorch: forward, gradient of the input, gradient of the weights.

    python3 convolutions_torch.py [--seconds 1] [--threads 2]

Prints one JSON line for each: {"case", "gflops"}, the median over 5 slices of the time. Batch 64, float32.
"""
import argparse
import json
import os
import statistics
import time

os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
import torch

BATCH = 64
LAYERS = [  # name, transposed, channels in, channels out, height and width in; kernel 4, stride 2, padding 1
    ("mnist-conv1", False, 1, 64, 28), ("mnist-conv2", False, 64, 128, 14),
    ("mnist-convt1", True, 128, 64, 7), ("mnist-convt2", True, 64, 1, 14),
    ("cifar-conv1", False, 3, 64, 32), ("cifar-conv2", False, 64, 128, 16), ("cifar-conv3", False, 128, 256, 8),
    ("cifar-convt1", True, 448, 256, 2), ("cifar-convt2", True, 256, 128, 4), ("cifar-convt3", True, 128, 64, 8), ("cifar-convt4", True, 64, 3, 16),
]


def rate(action, operations, seconds):
    for _ in range(3):
        action()
    rates = []
    for _ in range(5):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds / 5:
            action()
            count += 1
        rates.append(count * operations / (time.perf_counter() - start) / 1e9)
    return statistics.median(rates)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    for name, transposed, inputs, outputs, size in LAYERS:
        x = torch.randn(BATCH, inputs, size, size)
        w = torch.randn(inputs, outputs, 4, 4) if transposed else torch.randn(outputs, inputs, 4, 4)
        forward = torch.nn.functional.conv_transpose2d if transposed else torch.nn.functional.conv2d
        with torch.no_grad():
            y = forward(x, w, None, 2, 1)
            gradient = torch.randn_like(y)

            def backward(mask):
                torch.ops.aten.convolution_backward(gradient, x, w, None, [2, 2], [1, 1], [1, 1], transposed, [0, 0], 1, mask)

            operations = 2 * BATCH * inputs * outputs * 16 * (size if transposed else size // 2) ** 2
            for what, action in [("forward", lambda: forward(x, w, None, 2, 1)), ("input-gradient", lambda: backward([True, False, False])), ("weight-gradient", lambda: backward([False, True, False]))]:
                print(json.dumps({"case": f"{name}/{what}", "gflops": round(rate(action, operations, options.seconds), 1)}), flush=True)


if __name__ == "__main__":
    main()
