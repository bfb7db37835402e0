"""Times one PyTorch training step: forward, cross entropy, backward, SGD with momentum 0.9."""

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests" / "References"))
import graph_networks  # noqa: E402
import networks  # noqa: E402

NETWORKS = {name: networks.make for name in networks.NETWORKS} | {
    name: graph_networks.make for name in graph_networks.NETWORKS
}

LEARNING_RATE = 0.01
MOMENTUM = 0.9


def logits(model, x):
    """The logits; of a network with two heads their mean."""
    output = model(x)
    return (output[0] + output[1]) / 2 if isinstance(output, tuple) else output


class AutocastStep:
    """float32 weights; with bf16, PyTorch casts what it knows to be safe."""

    def __init__(self, model, dtype):
        self.model = model
        self.bf16 = dtype == "bf16"
        self.optimizer = torch.optim.SGD(model.parameters(), LEARNING_RATE, MOMENTUM)

    def __call__(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            loss = F.cross_entropy(logits(self.model, x), y)
        loss.backward()
        self.optimizer.step()
        return loss


class MasterStep:
    """bfloat16 weights but for those of norms, which take bfloat16 images as they are; updated from float32 masters."""

    def __init__(self, model):
        self.model = model
        for module in model.modules():
            if not isinstance(module, torch.nn.BatchNorm2d):
                for parameter in module.parameters(recurse=False):
                    parameter.data = parameter.data.to(torch.bfloat16)
        self.parameters = list(model.parameters())
        self.masters = [p.detach().float().clone().requires_grad_() for p in self.parameters]
        self.optimizer = torch.optim.SGD(self.masters, LEARNING_RATE, MOMENTUM)

    def __call__(self, x, y):
        loss = F.cross_entropy(logits(self.model, x.to(torch.bfloat16)).float(), y)
        loss.backward()
        for master, parameter in zip(self.masters, self.parameters):
            master.grad = parameter.grad.float()
            parameter.grad = None
        self.optimizer.step()
        with torch.no_grad():
            for master, parameter in zip(self.masters, self.parameters):
                parameter.copy_(master)
        return loss


def measure(options):
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    memory_format = torch.channels_last if options.layout == "nhwc" else torch.contiguous_format
    model = NETWORKS[options.model](options.model).train().to(memory_format=memory_format)
    classes = list(model.parameters())[-1].numel()
    x = torch.randn(options.batch, 3, options.input, options.input).to(memory_format=memory_format)
    y = torch.randint(classes, (options.batch,))
    use_master = options.dtype == "bf16" and options.bf16_mode == "master"
    step = MasterStep(model) if use_master else AutocastStep(model, options.dtype)

    for _ in range(options.warmup):
        loss = step(x, y)
    times = []
    for _ in range(options.steps):
        start = time.perf_counter()
        loss = step(x, y)
        times.append(1000 * (time.perf_counter() - start))
    if not torch.isfinite(loss):
        raise SystemExit("the loss is not finite")

    times.sort()
    document = {
        "kind": "train-step",
        "peer": f"PyTorch {torch.__version__}",
        "model": options.model,
        "batch": options.batch,
        "input": options.input,
        "dtype": options.dtype,
        "layout": options.layout,
        "threads": options.threads,
        "steps": options.steps,
        "median_ms": round(statistics.median(times), 3),
        "min_ms": round(times[0], 3),
        "p95_ms": round(times[min(len(times) - 1, -(-95 * len(times) // 100) - 1)], 3),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    if options.dtype == "bf16":
        document["bf16_mode"] = options.bf16_mode
    return document


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=sorted(NETWORKS), default="resnet18")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--input", type=int, default=224, help="height and width of the images")
    parser.add_argument("--dtype", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--bf16-mode", choices=["autocast", "master"], default="autocast")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--layout", choices=["nchw", "nhwc"], default="nchw")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    document = measure(options)
    if options.json:
        print(json.dumps(document))
    else:
        print("\n".join(f"{key}: {value}" for key, value in document.items()))


if __name__ == "__main__":
    main()
