"""Counts the right answers of the pretrained CIFAR-10 networks on the 2,000 test images."""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

import cifar
import networks

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def evaluate(depth, data):
    model = networks.make(f"cifar_resnet{depth}")
    weights = load_file(data / "weights" / f"cifar10_resnet{depth}.safetensors")
    missing, unexpected = model.load_state_dict(weights, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"cifar10_resnet{depth}: missing {missing}, unexpected {unexpected}")
    images, labels = cifar.read(data / "cifar10-subset" / "test_2k.bin")
    correct = cifar.correct_count(model, images, labels)
    with torch.no_grad():
        logits = model.double()(((images.double() / 255) - cifar.MEAN.double()) / cifar.STD.double())
    exact = int((logits.argmax(1) == labels).sum())
    top5 = int((logits.topk(5).indices == labels[:, None]).any(1).sum())
    loss = float(F.cross_entropy(logits, labels))
    print(
        f"cifar_resnet{depth}: {correct} of {len(labels)} correct (float64: {exact}, "
        f"top-5 {top5}, mean cross entropy {loss:.6f})"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with weights/ and cifar10-subset/")
    options = parser.parse_args()
    for depth in (20, 56):
        evaluate(depth, options.data)
