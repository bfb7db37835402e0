"""Times the inference of one network on a random picture: an ONNX file in ONNX Runtime, or the same network in PyTorch."""

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests" / "References"))


def onnx_runtime(options):
    import onnxruntime

    session_options = onnxruntime.SessionOptions()
    session_options.intra_op_num_threads = options.threads
    session = onnxruntime.InferenceSession(options.onnx, session_options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    images = numpy.random.default_rng(0).standard_normal(
        (options.batch, 3, options.input, options.input), dtype=numpy.float32)
    return f"ONNX Runtime {onnxruntime.__version__}", lambda: session.run(None, {name: images})


def pytorch(options):
    import attention_networks
    import graph_networks
    import networks
    import torch

    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    home = next(m for m in (networks, attention_networks, graph_networks) if options.model in m.NETWORKS)
    memory_format = torch.channels_last if options.layout == "nhwc" else torch.contiguous_format
    model = home.make(options.model).eval().to(memory_format=memory_format)
    images = torch.randn(options.batch, 3, options.input, options.input).to(memory_format=memory_format)
    if options.dtype == "bf16":
        model, images = model.to(torch.bfloat16), images.to(torch.bfloat16)
    return f"PyTorch {torch.__version__}, {options.layout}", lambda: model(images)


def measure(options):
    peer, run = onnx_runtime(options) if options.onnx else pytorch(options)
    for _ in range(options.warmup):
        run()
    times = []
    for _ in range(options.runs):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    return {
        "kind": "inference",
        "peer": peer,
        "model": options.onnx or options.model,
        "batch": options.batch,
        "input": options.input,
        "dtype": options.dtype,
        "threads": options.threads,
        "median_ms": round(statistics.median(times), 3),
        "min_ms": round(times[0], 3),
        "p95_ms": round(times[min(len(times) - 1, -(-95 * len(times) // 100) - 1)], 3),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--onnx", help="a file for ONNX Runtime; without it, PyTorch runs --model")
    parser.add_argument("--model", default="resnet18")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--input", type=int, default=224, help="height and width of the picture")
    parser.add_argument("--dtype", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--layout", choices=["nchw", "nhwc"], default="nhwc")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--warmup", type=int, default=10)
    print(json.dumps(measure(parser.parse_args())))


if __name__ == "__main__":
    main()
