"""Trains a CIFAR ResNet from scratch with PyTorch on a subset of CIFAR-10 (README.md states the recipe)."""

import argparse
import json
import math
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "References"))
import cifar  # noqa: E402
import networks  # noqa: E402

LEARNING_RATE = 0.1
PADDING = 4


def initialise(model):
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def augmented(images, generator):
    """Each image shifted by up to four pixels over black, and mirrored half of the time."""
    count, _, height, width = images.shape
    padded = F.pad(images, (PADDING,) * 4)
    tops = torch.randint(2 * PADDING + 1, (count, 1), generator=generator)
    lefts = torch.randint(2 * PADDING + 1, (count, 1), generator=generator)
    mirrored = torch.randint(2, (count, 1), generator=generator).bool()
    rows = tops + torch.arange(height)
    columns = torch.arange(width).expand(count, width)
    columns = lefts + torch.where(mirrored, columns.flip(1), columns)
    index = torch.arange(count)
    return padded[index[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def train(options):
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    images, labels = cifar.read(options.data / "train_10k.bin")
    test = cifar.read(options.data / "test_2k.bin")
    model = networks.make(options.model)
    initialise(model)
    model.to(memory_format=torch.channels_last if options.layout == "nhwc" else torch.contiguous_format)
    optimizer = torch.optim.SGD(
        model.parameters(), LEARNING_RATE, momentum=0.9, nesterov=True, weight_decay=1e-4
    )
    steps = len(images) // options.batch
    total = steps * options.epochs
    start = time.perf_counter()
    for epoch in range(options.epochs):
        model.train()
        order = torch.randperm(len(images), generator=generator)
        losses = []
        for step in range(steps):
            chosen = order[step * options.batch : (step + 1) * options.batch]
            progress = (epoch * steps + step) / total
            optimizer.param_groups[0]["lr"] = 0.5 * LEARNING_RATE * (1 + math.cos(math.pi * progress))
            optimizer.zero_grad()
            logits = model(cifar.normalise(augmented(images[chosen], generator)))
            loss = F.cross_entropy(logits, labels[chosen])
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))
        correct = cifar.correct_count(model, *test)
        print(
            f"epoch {epoch + 1}: loss {sum(losses) / steps:.4f}, {correct} of {len(test[1])} correct, "
            f"{time.perf_counter() - start:.0f} s",
            file=sys.stderr,
            flush=True,
        )
    return {
        "kind": "train-cifar",
        "peer": f"PyTorch {torch.__version__}",
        "model": options.model,
        "epochs": options.epochs,
        "seed": options.seed,
        "correct": correct,
        "total": len(test[1]),
        "top1": correct / len(test[1]),
        "last_epoch_loss": sum(losses) / steps,
        "seconds": time.perf_counter() - start,
        "threads": options.threads,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=["cifar_resnet20", "cifar_resnet56"], default="cifar_resnet20")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "cifar10-subset")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--layout", choices=["nchw", "nhwc"], default="nchw")
    print(json.dumps(train(parser.parse_args())))


if __name__ == "__main__":
    main()
