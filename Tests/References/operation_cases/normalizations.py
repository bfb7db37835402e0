"""Batch, layer and group normalisation."""

import torch.nn.functional as F

from .activations import ACTIVATIONS
from .references import Draw, nchw, nhwc


def add_batch_norm(references, name, shape, training, activation=None, eps=1e-5, momentum=0.1):
    operation = "batch_norm_activation" if activation else "batch_norm"
    draw = Draw(operation + "/" + name)
    channels = shape[-1]

    def function(x, weight, bias, mean, variance):
        mean, variance = mean.clone(), variance.clone()
        y = F.batch_norm(x.movedim(-1, 1), mean, variance, weight, bias, training, momentum, eps).movedim(
            1, -1
        )
        y = ACTIVATIONS[activation](y) if activation else y
        return (y, mean, variance) if training else y

    arguments = {
        "input": draw.normal(*shape, scale=1.7, mean=0.4),
        "weight": draw.normal(channels, scale=0.3, mean=1),
        "bias": draw.normal(channels, scale=0.5),
        "running_mean": draw.normal(channels, scale=0.3),
        "running_var": draw.positive(channels),
    }
    attributes = {"training": training, "momentum": momentum, "eps": eps}
    if activation:
        attributes["activation"] = activation
    references.add(
        name,
        operation,
        function,
        arguments,
        attributes,
        constant=("running_mean", "running_var"),
        extra=("running_mean", "running_var") if training else (),
    )


def add_batch_norms(references):
    add_batch_norm(references, "training", (3, 5, 6, 19), True)
    add_batch_norm(references, "training_16_channels", (2, 4, 4, 16), True)
    add_batch_norm(references, "training_matrix", (12, 7), True)
    add_batch_norm(references, "training_eps_momentum", (2, 3, 5, 8), True, eps=1e-3, momentum=0.01)
    add_batch_norm(references, "evaluation", (3, 5, 6, 19), False)
    add_batch_norm(references, "evaluation_matrix", (5, 33), False, eps=1e-3)
    for activation in ("relu", "relu6", "hardswish", "silu", "gelu"):
        add_batch_norm(references, f"{activation}_training", (2, 5, 4, 17), True, activation)
    for activation in ("relu", "relu6"):
        add_batch_norm(references, f"{activation}_evaluation", (2, 5, 4, 17), False, activation)


def add_layer_norm(references, name, shape, affine=True, eps=1e-5):
    draw = Draw("layer_norm/" + name)
    size = shape[-1]
    arguments = {"input": draw.normal(*shape, scale=2, mean=0.5)}
    if affine:
        arguments |= {"weight": draw.normal(size, scale=0.3, mean=1), "bias": draw.normal(size)}
    references.add(
        name,
        "layer_norm",
        lambda x, w=None, b=None: F.layer_norm(x, (size,), w, b, eps),
        arguments,
        {"normalized_shape": [size], "eps": eps},
    )


def add_layer_norms(references):
    add_layer_norm(references, "matrix", (7, 33))
    add_layer_norm(references, "tokens", (2, 9, 24))
    add_layer_norm(references, "image", (2, 4, 3, 19), eps=1e-6)
    add_layer_norm(references, "no_affine", (5, 16), affine=False)


def add_group_norms(references):
    for name, shape, groups in (
        ("one_group", (2, 4, 5, 12), 1),
        ("four_groups", (2, 5, 3, 20), 4),
        ("instance", (3, 4, 4, 7), 7),
    ):
        draw = Draw("group_norm/" + name)
        arguments = {
            "input": draw.normal(*shape, scale=2, mean=0.5),
            "weight": draw.normal(shape[-1], scale=0.3, mean=1),
            "bias": draw.normal(shape[-1]),
        }
        references.add(
            name,
            "group_norm",
            lambda x, w, b, g=groups: nhwc(F.group_norm(nchw(x), g, w, b, 1e-5)),
            arguments,
            {"num_groups": groups, "eps": 1e-5},
        )
