#!/usr/bin/env bash
# Checks and measures the GPU: conformance, losses against the processor, throughput beside PyTorch's, memory.
#
#   benchmarks/gpu.sh prepare FOLDER    builds everything into FOLDER, with .NET and the datasets; needs the .NET SDK
#   FOLDER/gpu.sh [RESULTS]             runs it, in under 10 minutes, on a machine with the driver and nothing else
#
# MNIST is taken from $ELBO_DATA if it is set; without it, losses are compared on digits alone. PyTorch is measured if
# 'python3' has it. Libraries of cuBLAS are found where the loader or the Python packages of NVIDIA have them.
set -euo pipefail

prepare() {
  local folder root dotnet version
  mkdir -p "$1"
  folder="$(cd "$1" && pwd)"
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
  dotnet="$(dirname "$(readlink -f "$(command -v dotnet)")")"
  dotnet publish "$root/src/Elbo.Cli" -c Release -o "$folder/elbo"
  dotnet build "$root/tests/Elbo.Gpu.Tests" -c Release -o "$folder/tests"
  rm -rf "$folder"/{elbo,tests}/*.{pdb,xml}
  find "$folder/elbo/runtimes" -mindepth 1 -maxdepth 1 ! -name linux-x64 -exec rm -r {} +
  # The runtime and the test runner of this SDK, so that nothing has to be installed there.
  version="$(ls "$dotnet/shared/Microsoft.NETCore.App" | sort -V | tail -n 1)"
  mkdir -p "$folder/dotnet/shared/Microsoft.NETCore.App" "$folder/runner"
  cp -r "$dotnet/dotnet" "$dotnet/host" "$folder/dotnet/"
  cp -r "$dotnet/shared/Microsoft.NETCore.App/$version" "$folder/dotnet/shared/Microsoft.NETCore.App/"
  (cd "$dotnet"/sdk/*/ && cp -r vstest.console.* Microsoft.TestPlatform.* Microsoft.VisualStudio.* Extensions NuGet.Frameworks.dll \
    Newtonsoft.Json.dll Microsoft.Extensions.* testhost* "$folder/runner/" 2> /dev/null || true)
  cp -r "$root/benchmarks/peers" "$root/benchmarks/gpu.sh" "$folder/"
  if [ -n "${ELBO_DATA:-}" ]; then
    mkdir -p "$folder/data"
    cp -r "$ELBO_DATA/mnist" "$folder/data/"
  fi
  du -sh "$folder"
}

if [ "${1:-}" = prepare ]; then
  prepare "$2"
  exit
fi

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
results="${1:-$here/results}"
mkdir -p "$results"
exec > >(tee "$results/gpu.txt") 2>&1
export DOTNET_ROOT="$here/dotnet" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cublas="$(find / -name 'libcublas.so.1[123]' -not -path '/proc/*' 2> /dev/null | sort -V | tail -n 1 || true)"
[ -z "$cublas" ] || export LD_LIBRARY_PATH="$(dirname "$cublas"):${LD_LIBRARY_PATH:-}"
elbo() { "$DOTNET_ROOT/dotnet" "$here/elbo/elbo.dll" "$@"; }
title() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }
# The figures of epochs, without the speed.
losses() { grep -E '^(epoch|best)' | sed -E 's/  [0-9,]+ images\/s.*//'; }
peak() { nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits | sort -n | tail -n 1; }

title machine
nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader
grep -m1 'model name' /proc/cpuinfo
elbo devices

title "conformance: every operation, its gradient, special values, draws, and the same bits in a second run"
"$DOTNET_ROOT/dotnet" "$here/runner/vstest.console.dll" "$here/tests/Elbo.Gpu.Tests.dll" --TestCaseFilter:Category=Gpu > "$results/tests.txt" 2>&1 || true
grep -aE '^ *(Total|Passed|Failed|Skipped)' "$results/tests.txt" | tail -n 4

title "losses against the processor: the same seed and draws"
compare() {
  local device
  for device in cpu cuda; do
    echo "-- $* on $device"
    elbo train "$@" --epochs 3 --seed 1 --device "$device" --output "$results/runs-$device" 2>&1 | losses || echo failed
  done
}
for model in vae cnn-vae gmvae vade; do compare --model "$model"; done
[ ! -d "$here/data/mnist" ] || compare --model cnn-vae --dataset mnist --data-dir "$here/data"

title "two runs on the GPU give the same bits"
for i in 1 2; do
  elbo train --model cnn-vae --epochs 2 --device cuda --output "$results/again-$i" > /dev/null 2>&1
done
sha256sum "$results"/again-?/*/model.safetensors | cut -c 1-16

title "a run of the processor goes on on the GPU, and back"
elbo train --epochs 2 --output "$results/moved" 2>&1 | losses
elbo resume "$results/moved/vae-digits-z2" --epochs 4 --device cuda 2>&1 | losses
elbo resume "$results/moved/vae-digits-z2" --epochs 5 2>&1 | losses

cases=(mlp-elu-tanh-500-z2-b128 mlp-relu-256-z20-b128 conv-mnist-z10-b64 conv-cifar-z10-b64 gmvae-64-z8-w2-k10-b64 dcgan-rgb64-b64 dcgan-rgb128-b32 dcgan-rgb256-b16)
named=()
for case in "${cases[@]}"; do named+=(--case "$case"); done

title "throughput by turns: Elbo, PyTorch"
python3 -c 'import torch; print("PyTorch", torch.__version__)' 2> /dev/null || echo "no PyTorch here"
for round in 1 2 3; do
  for mode in "" --tf32; do
    [ "$round$mode" != 2--tf32 ] && [ "$round$mode" != 3--tf32 ] || continue
    elbo bench --device cuda $mode --seconds 0.5 "${named[@]}" | sed "s/^{/{\"round\":$round,\"program\":\"elbo$mode\",/"
    { python3 "$here/peers/steps_torch.py" --device cuda $mode --seconds 0.5 "${named[@]}" 2> /dev/null || true; } | sed "s/^{/{\"round\":$round,\"program\":\"torch$mode\",/"
  done
done | tee "$results/throughput.jsonl"

title "the processor of this machine, two cores"
taskset -c 0,1 "$DOTNET_ROOT/dotnet" "$here/elbo/elbo.dll" bench --threads 2 --seconds 1 --case conv-mnist-z10-b64 --case conv-cifar-z10-b64 | tee "$results/processor.jsonl"

title "memory: the most that the card reports while a case runs, in MiB"
for case in dcgan-rgb64-b64 dcgan-rgb128-b32 dcgan-rgb256-b16; do
  elbo bench --device cuda --seconds 2 --case "$case" > /dev/null & sleep 4; echo "$case: Elbo $(peak)"; wait
  { python3 "$here/peers/steps_torch.py" --device cuda --seconds 2 --case "$case" > /dev/null 2>&1 || true; } & sleep 5; echo "$case: PyTorch $(peak)"; wait
done

title "kernels of a step"
elbo bench --device cuda --profile --seconds 0.5 --case dcgan-rgb64-b64 --case conv-mnist-z10-b64 2>&1 | head -n 70
title end
