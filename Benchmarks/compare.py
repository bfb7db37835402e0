"""Runs Martlet and PyTorch in turn on the same training steps and prints a Markdown table of the median ratios.

    python3 -m venv bench && bench/bin/pip install torch==2.13.0+cpu numpy --extra-index-url https://download.pytorch.org/whl/cpu
    swift build -c release --product martlet
    bench/bin/python Benchmarks/compare.py

Each round runs Martlet and then PyTorch, each in a process of its own. PyTorch runs in whichever memory layout (and, for
bf16, in whichever mode) was faster in a first trial.
"""

import argparse
import datetime
import json
import platform
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORKLOADS = [("resnet18", 16, 224), ("mobilenetv2_100", 16, 224), ("cifar_resnet20", 128, 32), ("mobilevig_ti", 16, 224)]


def run(command):
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def martlet(options, workload, dtype, steps):
    model, batch, size = workload
    return run(
        [options.martlet, "bench", "train-step", "--model", model, "--batch", str(batch), "--input", str(size),
         "--dtype", dtype, "--threads", str(options.threads), "--steps", str(steps), "--json"])


def pytorch(options, workload, dtype, steps, layout, mode):
    model, batch, size = workload
    return run(
        [sys.executable, str(HERE / "peers" / "train_step.py"), "--model", model, "--batch", str(batch), "--input",
         str(size), "--dtype", dtype, "--threads", str(options.threads), "--steps", str(steps), "--layout", layout,
         "--bf16-mode", mode, "--json"])


def fastest_variant(options, workload, dtype):
    modes = ["autocast", "master"] if dtype == "bf16" else ["autocast"]
    variants = [(layout, mode) for layout in ("nchw", "nhwc") for mode in modes]
    return min(variants, key=lambda v: pytorch(options, workload, dtype, 3, *v)["min_ms"])


def cpu_name():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--martlet", default=str(HERE.parent / ".build" / "release" / "martlet"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--models", nargs="*", default=[w[0] for w in WORKLOADS])
    parser.add_argument("--dtypes", nargs="*", default=["f32", "bf16"])
    options = parser.parse_args()

    print(f"{datetime.date.today()}, {cpu_name()}, {options.threads} threads, {options.rounds} alternating rounds of "
          f"{options.steps} steps\n")
    print("| network | type | Martlet ms | PyTorch ms | speed-up | Martlet MB | PyTorch MB | memory | PyTorch's variant |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for workload in [w for w in WORKLOADS if w[0] in options.models]:
        for dtype in options.dtypes:
            variant = fastest_variant(options, workload, dtype)
            pairs = [
                (martlet(options, workload, dtype, options.steps), pytorch(options, workload, dtype, options.steps, *variant))
                for _ in range(options.rounds)
            ]
            own, peer = ([pair[i]["median_ms"] for pair in pairs] for i in (0, 1))
            own_mb, peer_mb = (max(pair[i]["peak_rss_mb"] for pair in pairs) for i in (0, 1))
            ratio = statistics.median(p / o for o, p in zip(own, peer))
            name = variant[0] + (f", {variant[1]}" if dtype == "bf16" else "")
            print(
                f"| {workload[0]}, batch {workload[1]}, {workload[2]}² | {dtype} | {statistics.median(own):.0f} | "
                f"{statistics.median(peer):.0f} | {ratio:.2f}× | {own_mb:.0f} | {peer_mb:.0f} | {own_mb / peer_mb:.2f}× | {name} |",
                flush=True)


if __name__ == "__main__":
    main()
