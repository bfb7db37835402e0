"""The aggregation of max-relative graph convolutions."""

import torch

from .references import Draw


def max_relative(rolls, sign):
    """(x, max(0, max over rolls of mask * sign * (x - rolled))), joined along the channels."""

    def function(x, mask=None):
        result = torch.zeros_like(x)
        for k, (dim, shift) in enumerate(rolls):
            difference = sign * (x - x.roll(shift, dim))
            if mask is not None:
                difference = difference * mask[..., k : k + 1]
            result = torch.maximum(result, difference)
        return torch.cat([x, result], -1)

    return function


CROSS = [[1, 2], [1, -2], [2, 2], [2, -2]]
SPARSE = [[1, 2], [1, 4], [1, 6], [2, 2], [2, 4]]


def add_max_relative(references):
    for name, shape, rolls, sign, is_masked in (
        ("sparse_odd", (2, 7, 5, 19), SPARSE, 1, False),
        ("sparse_wide", (1, 7, 5, 150), SPARSE, 1, False),
        ("cross", (2, 4, 6, 16), CROSS, -1, False),
        ("cross_masked", (2, 4, 6, 16), CROSS, -1, True),
        ("sparse_masked", (2, 7, 5, 3), SPARSE, 1, True),
        ("no_neighbours", (2, 1, 1, 5), [], 1, False),
    ):
        draw = Draw("max_relative/" + name)
        inputs = {"input": draw.normal(*shape)}
        if is_masked:
            inputs["mask"] = draw.integers(2, *shape[:3], len(rolls)).float()
        references.add(
            name,
            "max_relative",
            max_relative(rolls, sign),
            inputs,
            {"rolls": rolls, "sign": sign},
            constant=("mask",),
        )
