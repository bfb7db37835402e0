"""Activations and softmax."""

import torch
import torch.nn.functional as F

from .references import Draw

ACTIVATIONS = {
    "relu": F.relu,
    "relu6": F.relu6,
    "gelu": F.gelu,
    "silu": F.silu,
    "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}


def add_activations(references):
    for operation, function in ACTIVATIONS.items():
        for name, shape in (("image", (2, 3, 5, 7)), ("long", (67,))):
            draw = Draw(f"{operation}/{name}")
            references.add(name, operation, function, {"input": draw.normal(*shape, scale=4)})


SOFTMAX = {
    "matrix": ((5, 19), -1, 3),
    "tokens": ((2, 4, 3, 33), -1, 3),
    "first_axis": ((6, 5), 0, 1),
    "middle_axis": ((2, 7, 3), 1, 1),
    "large_values": ((4, 10), -1, 60),
}


def add_softmax(references, operation, name, shape, dim, scale):
    draw = Draw(f"{operation}/{name}")
    function = F.softmax if operation == "softmax" else F.log_softmax
    references.add(
        name, operation, lambda x: function(x, dim), {"input": draw.normal(*shape, scale=scale)}, {"dim": dim}
    )
