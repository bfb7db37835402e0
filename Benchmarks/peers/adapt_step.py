"""Times one PyTorch step of an adaptation: some layers train, exactly or with a cheap backward pass, the rest is frozen."""

import argparse
import json
import resource
import statistics
import sys
import time
from fnmatch import fnmatch
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests" / "References"))
import mobile_networks  # noqa: E402
from cheap_backward import FilteredConvolution, WalshProduct, replaced  # noqa: E402

CLASSES = 1000
# With the statistics of new norms, which change nothing, random weights grow beyond all bounds at larger rates.
LEARNING_RATE = 1e-6


def torchvision_model(name):
    import torchvision

    return getattr(torchvision.models, name)(num_classes=CLASSES)


def timm_model(name):
    import timm

    return timm.create_model(name, num_classes=CLASSES)


def mcunet(_):
    return mobile_networks.SearchedNetwork(mobile_networks.MCUNET_5FPS, CLASSES)


def prefixed(prefix, names):
    return [f"{prefix}.{name}" for name in names]


# Martlet's name: how the network is made, the four deepest layers before the classifier, and the classifier.
NETWORKS = {
    "resnet18": (
        torchvision_model, "resnet18", ["layer4.0.conv1", "layer4.0.conv2", "layer4.1.conv1", "layer4.1.conv2"], ["fc"]),
    "mobilenetv2_100": (
        torchvision_model, "mobilenet_v2",
        ["features.17.conv.0.0", "features.17.conv.1.0", "features.17.conv.2", "features.18.0"], ["classifier.1"]),
    "mcunet_5fps": (
        mcunet, "", ["blocks.12.mobile_inverted_conv.point_linear.conv"] + prefixed(
            "blocks.13.mobile_inverted_conv", ["inverted_bottleneck.conv", "depth_conv.conv", "point_linear.conv"]),
        ["classifier"]),
    "efficientformer_l1": (
        timm_model, "efficientformer_l1", prefixed(
            "stages.3.blocks.4", ["token_mixer.qkv", "token_mixer.proj", "mlp.fc1", "mlp.fc2"]), ["head", "head_dist"]),
    "vit_tiny_patch16_224": (
        timm_model, "vit_tiny_patch16_224",
        prefixed("blocks.11", ["attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2"]), ["head"]),
    "vit_base_patch16_224": (
        timm_model, "vit_base_patch16_224",
        prefixed("blocks.11", ["attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2"]), ["head"]),
}


def trained_layers(model, selection, deepest, classifier):
    """The names of the layers that train, without the classifier."""
    layers = [
        name for name, module in model.named_modules()
        if isinstance(module, (nn.Conv2d, nn.Linear)) and not any(name.startswith(c) for c in classifier)]
    if selection == "all":
        return layers
    if selection == "last:4":
        return deepest
    return [name for name in layers if any(fnmatch(name, pattern) for pattern in selection.split(","))]


def is_norm(module):
    return isinstance(module, (nn.BatchNorm2d, nn.LayerNorm))


def train_chosen(model, options, deepest, classifier):
    """Freezes the network, then lets the chosen layers, the classifier and the norms behind the first chosen layer train."""
    chosen = trained_layers(model, options.layers, deepest, classifier)
    for parameter in model.parameters():
        parameter.requires_grad = False
    is_behind = options.layers == "all"
    for name, module in list(model.named_modules()):
        is_behind = is_behind or name in chosen
        if name in chosen or any(name.startswith(c) for c in classifier):
            for parameter in module.parameters():
                parameter.requires_grad = True
        elif is_norm(module) and is_behind and "downsample" not in name and options.norms != "frozen":
            module.bias.requires_grad = True
            module.weight.requires_grad = options.norms == "all"
        elif options.norms == "all" and options.layers == "all":
            for parameter in module.parameters(recurse=False):
                parameter.requires_grad = True
    if options.method == "exact":
        return
    for name in chosen:
        parent, _, attribute = name.rpartition(".")
        owner = model.get_submodule(parent)
        layer = replaced(getattr(owner, attribute), options.method)
        if isinstance(owner, (nn.Sequential, nn.ModuleDict)):
            owner._modules[attribute] = layer
        else:
            setattr(owner, attribute, layer)


def compute_in_bfloat16(function):
    """Makes an autograd function of our own compute in bfloat16 under autocast, as PyTorch's own do."""
    function.forward = staticmethod(
        torch.amp.custom_fwd(function.forward, device_type="cpu", cast_inputs=torch.bfloat16))
    function.backward = staticmethod(torch.amp.custom_bwd(function.backward, device_type="cpu"))


def saved_bytes(loss_of, model, x, y):
    """The bytes that autograd keeps for the backward pass, each block of memory once, parameters and statistics apart."""
    own = {t.untyped_storage().data_ptr() for t in [*model.parameters(), *model.buffers()]}
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = loss_of(x, y)
    total = sum(size for size, _ in kept.values())
    del loss
    return total


def measure(options):
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    memory_format = torch.channels_last if options.layout == "nhwc" else torch.contiguous_format
    make, name, deepest, classifier = NETWORKS[options.model]
    model = make(name).eval().to(memory_format=memory_format)
    train_chosen(model, options, deepest, classifier)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(parameters, LEARNING_RATE, 0.9)
    x = torch.randn(options.batch, 3, options.input, options.input).to(memory_format=memory_format)
    y = torch.randint(CLASSES, (options.batch,))
    if options.dtype == "bf16":
        for function in (FilteredConvolution, WalshProduct):
            compute_in_bfloat16(function)
    baseline = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def loss_of(x, y):
        with torch.autocast("cpu", torch.bfloat16, enabled=options.dtype == "bf16"):
            return F.cross_entropy(model(x), y)

    def step():
        times = [time.perf_counter()]
        loss = loss_of(x, y)
        loss.item()
        times.append(time.perf_counter())
        loss.backward()
        times.append(time.perf_counter())
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        times.append(time.perf_counter())
        return loss, [1000 * (b - a) for a, b in zip(times, times[1:])]

    for _ in range(options.warmup):
        step()
    phases = []
    for _ in range(options.steps):
        loss, times = step()
        phases.append(times)
    if not torch.isfinite(loss):
        raise SystemExit("the loss is not finite")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = sorted(sum(times) for times in phases)
    forward, backward, update = (statistics.median(column) for column in zip(*phases))
    return {
        "kind": "adapt-step",
        "peer": f"PyTorch {torch.__version__}",
        "model": options.model,
        "method": options.method,
        "layers": options.layers,
        "norms": options.norms,
        "batch": options.batch,
        "input": options.input,
        "dtype": options.dtype,
        "layout": options.layout,
        "threads": options.threads,
        "steps": options.steps,
        "median_ms": round(statistics.median(whole), 3),
        "min_ms": round(whole[0], 3),
        "p95_ms": round(whole[min(len(whole) - 1, -(-95 * len(whole) // 100) - 1)], 3),
        "forward_ms": round(forward, 3),
        "backward_ms": round(backward, 3),
        "update_ms": round(update, 3),
        "saved_bytes": saved_bytes(loss_of, model, x, y),
        "peak_rss_mb": round(peak, 1),
        "baseline_rss_mb": round(baseline, 1),
        "trained_parameters": sum(p.numel() for p in parameters),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=sorted(NETWORKS), default="resnet18")
    parser.add_argument("--method", default="filter:2", help="exact, filter:PATCH or walsh:l1-COUNT")
    parser.add_argument("--layers", default="last:4", help="last:4, all, or patterns of names with commas between them")
    parser.add_argument("--norms", choices=["frozen", "shifts", "all"], default="shifts")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--input", type=int, default=224, help="height and width of the images")
    parser.add_argument("--dtype", choices=["f32", "bf16"], default="f32", help="of activations, by autocast")
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
