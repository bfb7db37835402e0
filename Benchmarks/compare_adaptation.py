"""Runs Martlet and PyTorch in turn on the same steps of adaptation and prints a Markdown table.

    python3 -m venv bench && bench/bin/pip install torch==2.13.0+cpu torchvision timm numpy \\
      --extra-index-url https://download.pytorch.org/whl/cpu
    swift build -c release --product martlet
    bench/bin/python Benchmarks/compare_adaptation.py --json adaptation.json

The network is in evaluation mode; the chosen layers train, exactly or by a cheap backward pass, with the classifier and the shifts of
the norms behind the first of them; the rest is frozen. Each round runs every program in a process of its own; milliseconds are
medians over the rounds, ratios are medians of the rounds' ratios. PyTorch runs in whichever memory layout (and, where Martlet runs in
bfloat16, whichever of the two types, and exactly in float32 beside it) was faster in a first trial. Where layers in front are frozen,
Martlet's step is also timed from features that were computed before, as `martlet adapt --cache-features` trains.
"""

import argparse
import datetime
import itertools
import json
import statistics
import sys
from pathlib import Path

from compare import HERE, cpu_name, run

FILTERS = ["filter:2", "filter:4", "filter:7"]
LAST_STAGE = "stages.3.blocks.*.mlp.*,stages.3.blocks.4.token_mixer.*"
# Nothing in front of these is frozen, or next to nothing.
WITHOUT_FRONT = ["all", "blocks.*"]
# Network, layers, methods.
WORKLOADS = [
    ("resnet18", "last:4", FILTERS),
    ("mobilenetv2_100", "last:4", FILTERS),
    ("mcunet_5fps", "last:4", FILTERS),
    ("resnet18", "all", FILTERS),
    ("mobilenetv2_100", "all", FILTERS),
    ("mcunet_5fps", "all", FILTERS),
    ("efficientformer_l1", LAST_STAGE, ["walsh:l1-2", "walsh:l1-4"]),
    ("vit_tiny_patch16_224", "last:4", ["walsh:l1-2", "walsh:l1-4"]),
    ("vit_tiny_patch16_224", "blocks.*", ["walsh:l1-2", "walsh:l1-4"]),
    ("vit_base_patch16_224", "last:4", ["walsh:l1-2", "walsh:l1-4"]),
]


def arguments(options, workload, method, steps):
    model, layers, _ = workload
    return ["--model", model, "--layers", layers, "--method", method, "--norms", options.norms, "--batch",
            str(options.batch), "--input", str(options.input), "--threads", str(options.threads), "--steps", str(steps),
            "--warmup", "1", "--json"]


def martlet(options, workload, method):
    """A document of Martlet's; where layers in front are frozen, with the time of a step from features."""
    command = [options.martlet, "bench", "adapt-step", "--dtype", options.dtype,
               *arguments(options, workload, method, options.steps)]
    from_features = {} if workload[1] in WITHOUT_FRONT else run([*command, "--cache-features"])
    return run(command) | {"features_ms": from_features.get("median_ms")}


def pytorch(options, workload, method, variant, steps):
    layout, dtype = variant
    return run([sys.executable, str(HERE / "peers" / "adapt_step.py"), "--layout", layout, "--dtype", dtype,
                *arguments(options, workload, method, steps)])


def measure(options, workload):
    """The documents of all rounds: by method, Martlet's and PyTorch's."""
    methods = ["exact", *(m for m in workload[2] if m in options.methods or not options.methods)]
    types = ["f32"] if options.dtype == "f32" else ["f32", "bf16"]

    def fastest_variant(method, types):
        variants = itertools.product(("nchw", "nhwc"), types)
        return min(variants, key=lambda v: pytorch(options, workload, method, v, 2)["min_ms"])

    fastest = {method: fastest_variant(method, types) for method in methods}
    plain = fastest_variant("exact", ["f32"]) if options.dtype == "bf16" else fastest["exact"]
    rounds = []
    for _ in range(options.rounds):
        documents = {method: (martlet(options, workload, method),
                              pytorch(options, workload, method, fastest[method], options.steps)) for method in methods}
        if options.dtype == "bf16":
            documents["float32"] = (None, pytorch(options, workload, "exact", plain, options.steps))
        rounds.append(documents)
    return {key: [r[key] for r in rounds] for key in rounds[0]}


def middle(documents, key):
    return statistics.median(document[key] for document in documents)


def ratio(slow, fast, key="median_ms", fast_key=None):
    return statistics.median(s[key] / f[fast_key or key] for s, f in zip(slow, fast))


def from_features(exact_peer, own):
    """What steps from features take, where they were timed."""
    if own[0]["features_ms"] is None:
        return {"features_ms": None, "features_times_pytorch_exact": None}
    return {"features_ms": middle(own, "features_ms"),
            "features_times_pytorch_exact": ratio(exact_peer, own, fast_key="features_ms")}


def rows(workload, results):
    """One row a method."""
    exact, exact_peer = zip(*results["exact"])
    plain_peer = [peer for _, peer in results.pop("float32", results["exact"])]
    for method, pairs in results.items():
        own, peer = zip(*pairs)
        yield {
            "model": workload[0], "layers": workload[1], "method": method,
            "martlet_ms": middle(own, "median_ms"), "pytorch_ms": middle(peer, "median_ms"),
            "martlet_forward_ms": middle(own, "forward_ms"), "pytorch_forward_ms": middle(peer, "forward_ms"),
            "martlet_backward_ms": middle(own, "backward_ms"), "pytorch_backward_ms": middle(peer, "backward_ms"),
            "times_pytorch_exact": ratio(exact_peer, own), "times_pytorch_method": ratio(peer, own),
            "times_martlet_exact": ratio(exact, own), "times_pytorch_exact_f32": ratio(plain_peer, own),
            **from_features(exact_peer, own),
            "backward_times_pytorch_exact": ratio(exact_peer, own, "backward_ms"),
            "backward_times_martlet_exact": ratio(exact, own, "backward_ms"),
            "martlet_saved_bytes": own[0]["saved_bytes"], "martlet_saved_input_bytes": own[0]["saved_input_bytes"],
            "saved_inputs_less": 1 - own[0]["saved_input_bytes"] / exact[0]["saved_input_bytes"],
            "pytorch_saved_bytes": peer[0]["saved_bytes"],
            "martlet_peak_rss_mb": max(d["peak_rss_mb"] for d in own),
            "pytorch_peak_rss_mb": max(d["peak_rss_mb"] for d in peer),
            "martlet_peak_tensor_mb": max(d["peak_tensor_mb"] for d in own),
            "trained_parameters": own[0]["trained_parameters"],
            "pytorch_trained_parameters": peer[0]["trained_parameters"], "variant": f"{peer[0]['layout']}, {peer[0]['dtype']}",
        }


def line(row):
    mb = 1 / 1_048_576
    layers = {LAST_STAGE: "last stage", "blocks.*": "all blocks"}.get(row["layers"], row["layers"])
    features = f"{row['features_ms']:.0f} ({row['features_times_pytorch_exact']:.1f}×)" if row["features_ms"] else ""
    return (
        f"| {row['model']}, {layers} | {row['method']} | {row['martlet_ms']:.0f} | {row['pytorch_ms']:.0f} | "
        f"{row['times_pytorch_exact']:.2f} | {row['times_pytorch_exact_f32']:.2f} | "
        f"{row['times_pytorch_method']:.2f} | {features} | {row['martlet_backward_ms']:.1f} | "
        f"{row['pytorch_backward_ms']:.1f} | {row['backward_times_pytorch_exact']:.1f} | "
        f"{row['martlet_saved_bytes'] * mb:.2f} | {row['pytorch_saved_bytes'] * mb:.2f} | "
        f"{100 * row['saved_inputs_less']:.0f} % | {row['martlet_peak_rss_mb']:.0f} | {row['pytorch_peak_rss_mb']:.0f} | "
        f"{row['variant']} |")


HEADER = [
    "network, layers", "method", "Martlet ms", "PyTorch ms", "× PyTorch exact", "× PyTorch exact, f32",
    "× PyTorch's method", "from features ms (× PyTorch exact)", "backward ms",
    "PyTorch's backward ms", "backward × PyTorch exact", "saved MB", "PyTorch's saved MB", "kept inputs less by", "peak MB",
    "PyTorch's peak MB", "PyTorch's variant"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--martlet", default=str(HERE.parent / ".build" / "release" / "martlet"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--input", type=int, default=224)
    parser.add_argument("--dtype", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--norms", choices=["frozen", "shifts", "all"], default="shifts")
    parser.add_argument("--models", nargs="*", default=[], help="all by default")
    parser.add_argument("--layers", nargs="*", default=[], help="all by default")
    parser.add_argument("--methods", nargs="*", default=[], help="beside exact; all by default")
    parser.add_argument("--json", help="a file for all figures")
    options = parser.parse_args()
    chosen = [w for w in WORKLOADS if not options.models or w[0] in options.models]
    chosen = [w for w in chosen if not options.layers or w[1] in options.layers]
    print(f"{datetime.date.today()}, {cpu_name()}, {options.threads} threads, {options.rounds} alternating rounds of "
          f"{options.steps} steps, batch {options.batch}, {options.input}², {options.dtype}\n")
    print("| " + " | ".join(HEADER) + " |\n| --- | --- |" + " ---: |" * (len(HEADER) - 3) + " --- |", flush=True)
    documents = []
    for workload in chosen:
        for row in rows(workload, measure(options, workload)):
            documents.append(row)
            print(line(row), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(documents, indent=2) + "\n")


if __name__ == "__main__":
    main()
