"""Pooling and resizing."""

import torch.nn.functional as F

from .references import Draw, nchw, nhwc, pair


def add_pools(references):
    maxima = {
        "k3_s2_p1": ((2, 9, 8, 19), 3, 2, 1, False),
        "k3_s2_p1_ceil": ((2, 8, 10, 5), 3, 2, 1, True),
        "k3_s2_ceil": ((1, 6, 7, 16), 3, 2, 0, True),
        "k2_s2": ((2, 6, 8, 7), 2, 2, 0, False),
        "k2_s2_odd": ((2, 5, 7, 16), 2, 2, 0, False),
        "k3_s1_p1": ((1, 4, 5, 6), 3, 1, 1, False),
        "k2x3": ((2, 6, 7, 5), (2, 3), (2, 1), (0, 1), False),
    }
    for name, (shape, kernel, stride, padding, ceil) in maxima.items():
        kernel, stride, padding = pair(kernel), pair(stride), pair(padding)
        references.add(
            name,
            "max_pool2d",
            lambda x, k=kernel, s=stride, p=padding, c=ceil: nhwc(
                F.max_pool2d(nchw(x), k, s, p, ceil_mode=c)
            ),
            {"input": Draw("max_pool2d/" + name).normal(*shape)},
            {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil},
        )
    averages = {
        "k2_s2": ((2, 6, 8, 7), 2, 2, 0, False, True),
        "k2_s2_odd": ((2, 5, 7, 16), 2, 2, 0, False, True),
        "k3_s2_p1_include": ((2, 7, 8, 19), 3, 2, 1, False, True),
        "k3_s2_p1_exclude": ((2, 7, 8, 19), 3, 2, 1, False, False),
        "k3_s1_p1_exclude": ((1, 4, 5, 6), 3, 1, 1, False, False),
        "k3_s2_p1_ceil_include": ((1, 6, 8, 5), 3, 2, 1, True, True),
        "k3_s2_p1_ceil_exclude": ((1, 6, 8, 5), 3, 2, 1, True, False),
    }
    for name, (shape, kernel, stride, padding, ceil, include) in averages.items():
        kernel, stride, padding = pair(kernel), pair(stride), pair(padding)
        references.add(
            name,
            "avg_pool2d",
            lambda x, k=kernel, s=stride, p=padding, c=ceil, i=include: nhwc(
                F.avg_pool2d(nchw(x), k, s, p, c, i)
            ),
            {"input": Draw("avg_pool2d/" + name).normal(*shape)},
            {
                "kernel_size": kernel,
                "stride": stride,
                "padding": padding,
                "ceil_mode": ceil,
                "count_include_pad": include,
            },
        )
    for name, shape, size in (
        ("global", (2, 5, 7, 19), [1, 1]),
        ("even", (2, 6, 8, 5), [3, 4]),
        ("overlapping", (2, 7, 5, 6), [3, 2]),
        ("larger_output", (1, 3, 4, 5), [5, 7]),
    ):
        references.add(
            name,
            "adaptive_avg_pool2d",
            lambda x, s=size: nhwc(F.adaptive_avg_pool2d(nchw(x), s)),
            {"input": Draw("adaptive_avg_pool2d/" + name).normal(*shape)},
            {"output_size": size},
        )


def add_pooling_mixes(references):
    def mix(x, factors):
        pooled = F.avg_pool2d(nchw(x), 3, 1, 1, count_include_pad=False)
        return nhwc(nchw(x) + factors[:, None, None] * (pooled - nchw(x)))

    for name, shape in (("image", (2, 5, 7, 19)), ("pixel", (2, 1, 1, 5)), ("column", (1, 4, 1, 130))):
        draw = Draw("pooling_mix/" + name)
        arguments = {"input": draw.normal(*shape), "factors": draw.normal(shape[-1])}
        references.add(name, "pooling_mix", mix, arguments)


def add_resizes(references):
    shapes = {
        "up": ((2, 4, 5, 7), [8, 10]),
        "up_uneven": ((1, 3, 5, 16), [7, 8]),
        "down": ((2, 9, 8, 5), [4, 3]),
        "down_half": ((1, 6, 8, 9), [3, 4]),
        "to_one": ((2, 4, 5, 3), [1, 1]),
        "from_one": ((2, 1, 1, 6), [3, 4]),
    }
    for name, (shape, size) in shapes.items():
        variants = [
            ("bilinear", False, name),
            ("bilinear", True, name + "_align_corners"),
            ("nearest", None, name),
        ]
        for mode, align, label in variants:
            operation = "resize_" + mode
            attributes = {"size": size} | ({} if align is None else {"align_corners": align})
            references.add(
                label,
                operation,
                lambda x, s=size, m=mode, a=align: nhwc(F.interpolate(nchw(x), s, mode=m, align_corners=a)),
                {"input": Draw(f"{operation}/{label}").normal(*shape)},
                attributes,
            )
