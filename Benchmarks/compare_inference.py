"""Runs Martlet, ONNX Runtime (on the file that Martlet exports) and PyTorch in turn and prints a Markdown table.

    python3 -m venv bench && bench/bin/pip install torch==2.13.0+cpu onnxruntime numpy \\
      --extra-index-url https://download.pytorch.org/whl/cpu
    swift build -c release --product martlet
    bench/bin/python Benchmarks/compare_inference.py

One picture at a time; milliseconds are medians. Each program runs in a process of its own, round after round. The ratios are
medians over the rounds; PyTorch runs eagerly in whichever memory layout was faster in a first trial.
"""

import argparse
import datetime
import statistics
import sys
import tempfile
from pathlib import Path

from compare import HERE, cpu_name, run

MODELS = ["mobilenetv2_100", "resnet18", "efficientformer_l1", "vit_tiny_patch16_224", "mobilevig_ti", "mobilevig_b"]


def martlet(options, model, dtype):
    return run(
        [options.martlet, "bench", "inference", "--model", model, "--dtype", dtype, "--threads", str(options.threads),
         "--runs", str(options.runs), "--json"])


def peer(options, *arguments):
    return run(
        [sys.executable, str(HERE / "peers" / "inference.py"), "--threads", str(options.threads), "--runs",
         str(options.runs), *arguments])


def row(options, model, folder):
    file = str(Path(folder) / f"{model}.onnx")
    run([options.martlet, "export", "--model", model, "--format", "onnx", "--output", file, "--json"])
    layout = min(
        ("nchw", "nhwc"), key=lambda l: peer(options, "--model", model, "--layout", l, "--runs", "10")["median_ms"])
    rounds = [
        (martlet(options, model, "f32"), peer(options, "--onnx", file),
         peer(options, "--model", model, "--layout", layout), martlet(options, model, "bf16"))
        for _ in range(options.rounds)
    ]
    times = [[r[i]["median_ms"] for r in rounds] for i in range(4)]
    own, onnx, torch, bf16 = (statistics.median(t) for t in times)
    onnx_ratio, torch_ratio = (statistics.median(p / o for o, p in zip(times[0], times[i])) for i in (1, 2))
    memory = [max(r[i]["peak_rss_mb"] for r in rounds) for i in range(3)]
    return (
        f"| {model} | {own:.1f} | {onnx:.1f} | {torch:.1f} | {onnx_ratio:.2f} | {torch_ratio:.2f} | {bf16:.1f} | "
        + " | ".join(f"{m:.0f}" for m in memory) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--martlet", default=str(HERE.parent / ".build" / "release" / "martlet"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--models", nargs="*", default=MODELS)
    options = parser.parse_args()
    print(f"{datetime.date.today()}, {cpu_name()}, {options.threads} threads, {options.rounds} alternating rounds of "
          f"{options.runs} runs, batch 1\n")
    print("| network | Martlet f32, ms | ONNX Runtime, ms | PyTorch, ms | times ONNX Runtime | times PyTorch | Martlet bf16, ms | "
          "Martlet MB | ONNX Runtime MB | PyTorch MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for model in options.models:
            print(row(options, model, folder), flush=True)


if __name__ == "__main__":
    main()
