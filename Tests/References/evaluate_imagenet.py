"""Counts the right answers of published ImageNet weights on 1,000 pictures of 224x224, one a class.

The pictures are resized to the network's size where that is another one, and not cropped.
"""

import argparse
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file

import mobile_networks

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
NETWORKS = {  # name: (file, size, mean, deviation)
    "efficientnet_lite0": ("efficientnet_lite0", 224, 127 / 255, 128 / 255),
    "tf_mobilenetv2_100": ("mobilenet_v2_1.0_224", 224, 0.5, 0.5),
    "mcunet_5fps": ("mcunet_5fps", 128, 0.5, 0.5),
    "proxyless_w03": ("proxyless_w03", 128, 0.5, 0.5),
    "mbv2_w035": ("mbv2_w035", 128, 0.5, 0.5),
}
PARTS = {  # the network's convolutions: names in files with folded norms, or with the packages' norms
    "inverted_bottleneck": "pointwise1", "depth_conv": "depthwise", "point_linear": "pointwise2",
}  # fmt: skip


def staged_units(model):
    """(convolution, norm, flat block, part) of a staged network in order; the flat block is -1 outside of blocks."""
    yield model.conv_stem, model.bn1, -1, "stem"
    flat = 0
    for stage in model.blocks:
        for block in stage:
            parts = ["expand", "depthwise", "project"][3 - len(block.names) :]
            for index, (name, part) in enumerate(zip(block.names, parts)):
                yield getattr(block, name), getattr(block, f"bn{index + 1}"), flat, part
            flat += 1
    yield model.conv_head, model.bn2, -1, "head"


def fold(convolution, norm, weights, name):
    """A norm that only shifts, for a convolution whose norm was folded into it."""
    convolution.weight.data = weights.pop(f"{name}.weight")
    norm.bias.data = weights.pop(f"{name}.bias")
    norm.weight.data.fill_((1 + norm.eps) ** 0.5)


def load(name, weights):
    model = mobile_networks.NETWORKS[name](1000)
    if name == "efficientnet_lite0":
        norms = {"stem": "_bn0", "head": "_bn1", "expand": "_bn0", "depthwise": "_bn1", "project": "_bn2"}
        for convolution, norm, block, part in staged_units(model):
            prefix = f"_blocks.{block}._" if block >= 0 else "_"
            file = f"{prefix}{part}_conv" if block >= 0 else f"_conv_{part}"
            convolution.weight.data = weights.pop(f"{file}.weight")
            norms_name = f"_blocks.{block}.{norms[part]}" if block >= 0 else norms[part]
            norm.load_state_dict(
                {key: weights.pop(f"{norms_name}.{key}") for key in ("weight", "bias", "running_mean", "running_var")},
                strict=False,
            )
        classifier, last = model.classifier, "_fc"
    elif name == "tf_mobilenetv2_100":
        for convolution, norm, block, part in staged_units(model):
            place = {"stem": "features.0", "head": "features.18"}.get(part, f"features.{block + 1}.{part}")
            fold(convolution, norm, weights, place)
        classifier, last = model.classifier, "classifier"
    else:
        fold(model.first_conv.conv, model.first_conv.bn, weights, "first_conv")
        for index, block in enumerate(model.blocks):
            for part, layer in block.mobile_inverted_conv.items():
                fold(layer.conv, layer.bn, weights, f"blocks.{index}.{PARTS[part]}")
        classifier, last = model.classifier["linear"], "classifier"
    classifier.weight.data = weights.pop(f"{last}.weight").flatten(1)
    classifier.bias.data = weights.pop(f"{last}.bias")
    if weights:
        raise ValueError(f"{name}: unexpected {sorted(weights)}")
    return model.eval()


def pixels(files, size):
    for file in files:
        picture = Image.open(file).convert("RGB")
        if picture.size != (size, size):
            picture = picture.resize((size, size), Image.BILINEAR)
        yield torch.from_numpy(numpy.array(picture)).permute(2, 0, 1)


def evaluate(name, data, batch=50):
    file, size, mean, deviation = NETWORKS[name]
    model = load(name, load_file(data / "weights" / f"imagenet_{file}.safetensors"))
    files = sorted((data / "imagenet-samples-224").glob("*.jpg"))
    labels = torch.tensor([int(path.name.split("_")[0]) for path in files])
    images = torch.stack(list(pixels(files, size)))
    with torch.no_grad():
        logits = torch.cat([model((x.float() / 255 - mean) / deviation) for x in images.split(batch)])
    top = logits.topk(5).indices == labels[:, None]
    margin = logits.topk(2).values
    print(
        f"{name}: {int(top[:, 0].sum())} of {len(labels)} correct, top-5 {int(top.any(1).sum())}, mean cross entropy "
        f"{float(F.cross_entropy(logits, labels)):.6f}, smallest margin {float((margin[:, 0] - margin[:, 1]).min()):.1e}",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", default=list(NETWORKS))
    parser.add_argument("--data", type=Path, default=DATA, help="folder with weights/ and imagenet-samples-224/")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in options.networks:
        evaluate(name, options.data)
