"""Convolutions, linear layers and matrix products."""

import torch
import torch.nn.functional as F

from .references import Draw, nchw, nhwc, pair

CONVOLUTIONS = {
    # name: (n, h, w, inputs, outputs, kernel, stride, [top, bottom, left, right], dilation, groups, bias)
    "dense_3x3": (2, 5, 6, 16, 17, 3, 1, [1, 1, 1, 1], 1, 1, False),
    "dense_3x3_bias": (3, 5, 6, 5, 7, 3, 1, [1, 1, 1, 1], 1, 1, True),
    "dense_3x3_valid": (2, 6, 7, 8, 16, 3, 1, [0, 0, 0, 0], 1, 1, True),
    "dense_3x3_one_pixel": (2, 1, 1, 6, 4, 3, 1, [1, 1, 1, 1], 1, 1, True),
    "dense_3x3_stride2": (2, 9, 8, 7, 16, 3, 2, [1, 1, 1, 1], 1, 1, False),
    "dense_3x3_stride2_same": (2, 8, 10, 3, 16, 3, 2, [0, 1, 0, 1], 1, 1, True),
    "dense_3x3_uneven_padding": (2, 5, 7, 4, 6, 3, 1, [0, 2, 1, 0], 1, 1, True),
    "dense_3x3_dilated": (2, 9, 10, 6, 9, 3, 1, [2, 2, 2, 2], 2, 1, True),
    "dense_3x3_dilated_stride2": (1, 11, 9, 5, 8, 3, 2, [2, 2, 2, 2], 2, 1, False),
    "pointwise": (2, 5, 7, 19, 24, 1, 1, [0, 0, 0, 0], 1, 1, False),
    "pointwise_bias": (2, 4, 4, 16, 33, 1, 1, [0, 0, 0, 0], 1, 1, True),
    "pointwise_stride2": (2, 7, 6, 12, 20, 1, 2, [0, 0, 0, 0], 1, 1, False),
    "dense_5x5": (2, 8, 7, 4, 6, 5, 1, [2, 2, 2, 2], 1, 1, True),
    "dense_7x7_stride2": (2, 15, 13, 3, 10, 7, 2, [3, 3, 3, 3], 1, 1, False),
    "dense_1x3": (2, 6, 8, 5, 4, (1, 3), (1, 2), [0, 0, 1, 1], 1, 1, True),
    "dense_16_channels": (1, 6, 6, 16, 16, 3, 1, [1, 1, 1, 1], 1, 1, True),
    "groups_2": (2, 6, 7, 8, 10, 3, 1, [1, 1, 1, 1], 1, 2, True),
    "groups_4_stride2": (2, 7, 8, 12, 8, 3, 2, [1, 1, 1, 1], 1, 4, False),
    "depthwise_3x3": (2, 7, 6, 19, 19, 3, 1, [1, 1, 1, 1], 1, 19, False),
    "depthwise_3x3_bias": (1, 5, 5, 32, 32, 3, 1, [1, 1, 1, 1], 1, 32, True),
    "depthwise_3x3_stride2": (2, 9, 8, 21, 21, 3, 2, [1, 1, 1, 1], 1, 21, False),
    "depthwise_3x3_stride2_same": (2, 8, 8, 16, 16, 3, 2, [0, 1, 0, 1], 1, 16, True),
    "depthwise_3x3_dilated": (1, 8, 9, 10, 10, 3, 1, [2, 2, 2, 2], 2, 10, True),
    "depthwise_5x5": (2, 7, 8, 17, 17, 5, 1, [2, 2, 2, 2], 1, 17, True),
    "depthwise_5x5_stride2": (2, 9, 11, 13, 13, 5, 2, [2, 2, 2, 2], 1, 13, False),
    "depthwise_5x5_stride2_same": (1, 10, 10, 16, 16, 5, 2, [1, 2, 1, 2], 1, 16, True),
    "depthwise_5x5_smaller_image": (2, 3, 2, 9, 9, 5, 1, [2, 2, 2, 2], 1, 9, False),
    "depthwise_multiplier_2": (2, 6, 5, 7, 14, 3, 1, [1, 1, 1, 1], 1, 7, True),
}


def add_convolution(
    references, name, n, h, w, inputs, outputs, kernel, stride, padding, dilation, groups, bias
):
    kernel, stride, dilation = pair(kernel), pair(stride), pair(dilation)
    top, bottom, left, right = padding

    def function(x, weight, bias=None):
        padded = F.pad(nchw(x), (left, right, top, bottom))
        return nhwc(F.conv2d(padded, weight, bias, stride, 0, dilation, groups))

    draw = Draw("conv2d/" + name)
    fan_in = inputs // groups * kernel[0] * kernel[1]
    arguments = {
        "input": draw.normal(n, h, w, inputs),
        "weight": draw.normal(outputs, inputs // groups, *kernel, scale=fan_in**-0.5),
    }
    if bias:
        arguments["bias"] = draw.normal(outputs)
    references.add(
        name,
        "conv2d",
        function,
        arguments,
        {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups},
    )


LINEAR = {
    "matrix": ((5, 19), 33, True),
    "matrix_no_bias": ((7, 16), 10, False),
    "tokens": ((2, 9, 12), 17, True),
    "tokens_no_bias": ((3, 4, 24), 16, False),
    "one_row": ((1, 31), 1, True),
}


def add_linear(references, name, shape, outputs, bias):
    draw = Draw("linear/" + name)
    arguments = {
        "input": draw.normal(*shape),
        "weight": draw.normal(outputs, shape[-1], scale=shape[-1] ** -0.5),
    }
    if bias:
        arguments["bias"] = draw.normal(outputs)
    references.add(name, "linear", F.linear, arguments)


def add_matmul(references):
    # Stored shapes: with transpose_a, a is stored [..., k, m]; with transpose_b, b is stored [..., n, k].
    cases = {
        "plain": ((5, 7), (7, 9), False, False),
        "transpose_a": ((7, 5), (7, 9), True, False),
        "transpose_b": ((5, 7), (9, 7), False, True),
        "transpose_both": ((7, 5), (9, 7), True, True),
        "batched": ((3, 4, 17), (3, 17, 6), False, False),
        "batched_transpose_a": ((3, 17, 4), (3, 17, 6), True, False),
        "batched_transpose_b": ((3, 4, 17), (3, 6, 17), False, True),
        "heads": ((2, 3, 5, 8), (2, 3, 8, 7), False, False),
        "heads_transpose_b": ((2, 3, 5, 16), (2, 3, 11, 16), False, True),
    }
    for name, (a, b, transpose_a, transpose_b) in cases.items():
        draw = Draw("matmul/" + name)

        def function(x, y, ta=transpose_a, tb=transpose_b):
            return torch.matmul(x.mT if ta else x, y.mT if tb else y)

        references.add(
            name,
            "matmul",
            function,
            {"a": draw.normal(*a), "b": draw.normal(*b)},
            {"transpose_a": transpose_a, "transpose_b": transpose_b},
        )
