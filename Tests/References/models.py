"""Makes the JSON references of the models tests (README.md states the conventions)."""

import argparse
import json
import math
import re
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F

import attention_networks
import formula
import graph_networks
import mobile_networks
import networks
import segmentation_networks

OUTPUT = Path(__file__).resolve().parents[1] / "ModelsTests" / "References"
MODELS = {  # name: (batch, image size, classes, learning rate, steps)
    "cifar_resnet20": (8, 32, 10, 1e-3, 10),
    "cifar_resnet56": (8, 32, 10, 1e-3, 10),
    "resnet18": (4, 64, 1000, 1e-3, 10),
    "resnet34": (4, 64, 1000, 1e-3, 10),
    "mobilenetv2_100": (8, 64, 1000, 1e-4, 10),
    "resnet50": (4, 64, 10, 1e-5, 2),
    "tf_mobilenetv2_035": (4, 72, 10, 1e-3, 2),
    "efficientnet_lite0": (4, 72, 10, 1e-3, 2),
    "mcunet_5fps": (4, 72, 10, 1e-4, 2),
    "proxyless_w03": (4, 72, 10, 1e-4, 2),
    "fcn_r18": (4, 64, 5, 1e-3, 2),
    "pspnet_r18": (4, 64, 5, 1e-3, 2),
    "deeplabv3_r18": (4, 128, 5, 1e-3, 2),
    "upernet_r18": (4, 64, 5, 1e-3, 2),
    "efficientformer_l1": (4, 96, 10, 1e-3, 2),
    "efficientformerv2_s0": (4, 96, 10, 1e-3, 2),
    "vit_tiny_patch16_224": (4, 48, 10, 1e-3, 2),
    "swinv2_reduced": (2, 64, 10, 1e-3, 2),
    "mobilevigv2_reduced": (4, 96, 10, 1e-3, 2),
    "greedyvig_reduced": (4, 96, 10, 1e-3, 2),
}
OPTIMIZER = {"momentum": 0.9, "weight_decay": 1e-4}

# The norm that ends a block with a shortcut. Its small scale keeps ten steps from amplifying rounding errors.
CLOSING_NORM = re.compile(r"layer\d\.\d\.bn[23]\.weight|blocks\.\d\.[1-9]\.bn3\.weight")


def gain(name, shape):
    """The factor that keeps activations near unit variance in evaluation mode."""
    if name.endswith("conv2.weight"):
        return 0.5
    if len(shape) == 2 or name.endswith(("conv_pw.weight", "conv_pwl.weight")):
        return 1.0
    return math.sqrt(2)


def initial(name, shape, period=None):
    """The float32 value of a parameter or running statistic; v begins anew after `period` elements."""
    count = math.prod(shape)
    v = numpy.resize(formula.signed(name, min(count, period or count)), count)
    if len(shape) > 1:
        v = v * (math.sqrt(3 / math.prod(shape[1:])) * gain(name, shape))
    elif CLOSING_NORM.fullmatch(name):
        v = 0.25 * (1 + 0.1 * v)
    elif name.endswith((".weight", ".running_var")):
        v = 1 + 0.1 * v
    else:
        v = 0.1 * v
    return torch.from_numpy(v.astype(numpy.float32)).reshape(shape)


def make(name):
    if name in attention_networks.NETWORKS:
        _, size, classes, *_ = MODELS[name]
        model = attention_networks.make(name, size, classes)
    elif name in graph_networks.NETWORKS:
        model = graph_networks.make(name, MODELS[name][2], drop_path=0)
    elif name in mobile_networks.NETWORKS:
        model = mobile_networks.NETWORKS[name](MODELS[name][2])
    elif name in segmentation_networks.NETWORKS:
        model = segmentation_networks.NETWORKS[name](MODELS[name][2])
    else:
        model = networks.make(name)
    state = {
        key: initial(key, tuple(value.shape)) if value.is_floating_point() else value
        for key, value in model.state_dict().items()
    }
    model.load_state_dict(state)
    return model


def image_batch(step, batch, size):
    shape = (batch, 3, size, size)
    v = 1.7 * formula.signed(f"input:{step}", math.prod(shape))
    return torch.from_numpy(v.astype(numpy.float32)).reshape(shape)


def label_batch(step, batch, classes):
    return torch.from_numpy(
        numpy.floor(formula.uniform(f"labels:{step}", batch) * classes).astype(numpy.int64)
    )


def rows(logits):
    """Logits as [examples, classes]; those of segmentation pixel by pixel."""
    return logits if logits.dim() == 2 else logits.permute(0, 2, 3, 1).flatten(0, 2)


def digest(name, tensor):
    """[L2 norm, dot product with the probe of that name, six elements] of a tensor in its stored order."""
    flat = tensor.detach().double().flatten().numpy()
    probe = formula.signed("probe:" + name, flat.size)
    elements = [flat[k * (flat.size - 1) // 5] for k in range(6)]
    return numpy.array([numpy.linalg.norm(flat), flat @ probe, *elements])


def digest_difference(value, truth, count, floor):
    """Largest differences of norm, dot product and elements, each relative to the size expected of it."""
    difference = numpy.abs(value - truth)
    norm = max(truth[0], floor)
    return numpy.array(
        [difference[0] / norm, difference[1] / norm, difference[2:].max() / norm * math.sqrt(count)]
    )


def predict(model, x):
    """The logits; of a network with two heads their mean."""
    output = model(x)
    return (output[0] + output[1]) / 2 if isinstance(output, tuple) else output


def statistics(model):
    return {key: digest(key, b) for key, b in model.named_buffers() if "running" in key}


def run(name, dtype, memory_format=torch.contiguous_format, nudged=False):
    """Everything that is recorded, computed in `dtype`; `nudged` moves every pixel by its last bit."""
    batch, size, classes, rate, steps = MODELS[name]
    model = make(name).to(dtype).to(memory_format=memory_format)
    counts = {key: value.numel() for key, value in model.state_dict().items()}

    def images(step):
        x = image_batch(step, batch, size)
        if nudged:
            x = torch.nextafter(x, torch.full_like(x, math.inf))
        return x.to(dtype).to(memory_format=memory_format)

    def sample(logits):
        logits = rows(logits).detach().double()
        if name in segmentation_networks.NETWORKS:
            return logits[[k * (len(logits) - 1) // 31 for k in range(32)]].numpy()
        return logits[:2, :16].numpy()

    model.eval()
    with torch.no_grad():
        result = {"evaluation": sample(predict(model, images(0))), "losses": []}
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), rate, **OPTIMIZER)
    for step in range(steps):
        optimizer.zero_grad()
        logits = predict(model, images(step))
        examples = rows(logits)
        loss = F.cross_entropy(examples, label_batch(step, len(examples), classes))
        loss.backward()
        result["losses"].append(float(loss.detach()))
        if step == 0:
            result["training"] = sample(logits)
            result["gradients"] = {key: digest(key, p.grad) for key, p in model.named_parameters()}
            result["statistics"] = statistics(model)
        optimizer.step()
    start = make(name).state_dict()
    result["changes"] = {
        key: digest(key, p.detach().double() - start[key].double()) for key, p in model.named_parameters()
    }
    result["final_statistics"] = statistics(model)
    return result, counts


def rounded(values, digits):
    return [float(f"{x:.{digits}g}") for x in values]


def reference(name):
    truth, counts = run(name, torch.float64)
    coarse = [
        run(name, torch.float32, layout, nudged)[0]
        for layout in (torch.contiguous_format, torch.channels_last)
        for nudged in (False, True)
    ]

    def logits(key):
        scale = numpy.abs(truth[key]).max()
        difference = max(numpy.abs(c[key] - truth[key]).max() / scale for c in coarse)
        return {
            "values": [rounded(row, 10) for row in truth[key]],
            "float32_difference": rounded([difference], 2)[0],
        }

    def digests(key):
        floor = 1e-3 * max((value[0] for value in truth[key].values()), default=0)
        entries = {}
        for tensor, value in truth[key].items():
            difference = numpy.max(
                [digest_difference(c[key][tensor], value, counts[tensor], floor) for c in coarse], axis=0
            )
            entries[tensor] = {"digest": rounded(value, 10), "float32_difference": rounded(difference, 2)}
        return {"norm_floor": rounded([floor], 10)[0], "tensors": entries}

    losses = [max(abs(c["losses"][k] - x) / abs(x) for c in coarse) for k, x in enumerate(truth["losses"])]
    batch, size, classes, rate, _ = MODELS[name]
    return {
        "model": name,
        "classes": classes,
        "input": [batch, 3, size, size],
        "optimizer": {"name": "sgd", "lr": rate} | OPTIMIZER,
        "check_values": formula.signed("conv1.weight", 4).tolist(),
        "parameter_count": sum(counts[key] for key in truth["changes"]),
        "evaluation_logits": logits("evaluation"),
        "training_logits": logits("training"),
        "losses": {"values": rounded(truth["losses"], 10), "float32_difference": rounded(losses, 2)},
        "gradients": digests("gradients"),
        "statistics": digests("statistics"),
        "parameter_changes": digests("changes"),
        "final_statistics": digests("final_statistics"),
    }


def compact(document):
    """JSON with one line a tensor, so that a change shows up small in a diff."""
    text = []
    for key, value in document.items():
        if isinstance(value, dict) and "tensors" in value:
            lines = ",\n".join(
                f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in value["tensors"].items()
            )
            floor = json.dumps(value["norm_floor"])
            text.append(f' {json.dumps(key)}: {{"norm_floor": {floor}, "tensors": {{\n{lines}\n }}}}')
        else:
            text.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(text) + "\n}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=list(MODELS), metavar="model", help=", ".join(MODELS))
    torch.set_num_threads(1)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name in parser.parse_args().models:
        document = reference(name)
        (OUTPUT / f"{name}.json").write_text(compact(document))
        worst = {
            key: numpy.max(
                [e["float32_difference"] for e in document[key]["tensors"].values()], axis=0
            ).tolist()
            for key in ("gradients", "statistics", "parameter_changes", "final_statistics")
            if document[key]["tensors"]
        }
        print(
            name,
            "losses",
            [round(x, 4) for x in document["losses"]["values"]],
            "float32 differences: evaluation",
            document["evaluation_logits"]["float32_difference"],
            "training",
            document["training_logits"]["float32_difference"],
            "losses",
            max(document["losses"]["float32_difference"]),
            worst,
            flush=True,
        )


if __name__ == "__main__":
    main()
