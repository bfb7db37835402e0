"""Makes the references of whole networks at their native size: a few logits each (README.md states the conventions)."""

import json

import numpy
import torch

import attention_networks
from models import OUTPUT, image_batch, initial, rounded

PERIOD = 65537
LOGITS = 8


def logits(name, dtype, nudged=False):
    """The first logits of each head of the network, [heads, LOGITS], and the number of its parameters."""
    size, _ = attention_networks.NETWORKS[name]
    model = attention_networks.make(name)
    model.load_state_dict(
        {
            key: initial(key, tuple(value.shape), PERIOD) if value.is_floating_point() else value
            for key, value in model.state_dict().items()
        }
    )
    model.eval().to(dtype)
    x = image_batch(0, 1, size)
    if nudged:
        x = torch.nextafter(x, torch.full_like(x, torch.inf))
    with torch.no_grad():
        x = x.to(dtype)
        heads = model.heads(x) if hasattr(model, "heads") else [model(x)]
    count = sum(p.numel() for p in model.parameters())
    return numpy.array([head[0, :LOGITS].double().numpy() for head in heads]), count


def main():
    document = {}
    for name in attention_networks.NETWORKS:
        if name == "swinv2_reduced":
            continue
        truth, count = logits(name, torch.float64)
        coarse = [logits(name, torch.float32, nudged)[0] for nudged in (False, True)]
        difference = max(numpy.abs(c - truth).max() / numpy.abs(truth).max() for c in coarse)
        document[name] = {
            "parameter_count": count,
            "heads": [rounded(head, 10) for head in truth],
            "float32_difference": rounded([difference], 2)[0],
        }
        print(name, count, truth.round(3).tolist(), difference, flush=True)
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(entry)}" for name, entry in document.items())
    (OUTPUT / "native_logits.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
