"""Concatenation, slices, indices, rolls, permutations and padding."""

import torch
import torch.nn.functional as F

from .references import Draw


def add_movements(references):
    for name, shapes, dim in (
        ("channels", [(2, 3, 4, 5), (2, 3, 4, 7)], 3),
        ("rows", [(2, 5), (1, 5), (4, 5)], 0),
        ("tokens", [(2, 1, 6), (2, 9, 6)], 1),
    ):
        draw = Draw("concat/" + name)
        references.add(
            name,
            "concat",
            lambda *xs, d=dim: torch.cat(xs, d),
            {f"input{k}": draw.normal(*shape) for k, shape in enumerate(shapes)},
            {"dim": dim},
        )
    for name, shape, sizes, dim in (
        ("channels", (2, 3, 2, 9), [4, 5], 3),
        ("rows", (7, 5), [1, 2, 4], 0),
        ("equal_tokens", (2, 6, 5), [2, 2, 2], 1),
    ):
        references.add(
            name,
            "split",
            lambda x, s=sizes, d=dim: torch.split(x, s, d),
            {"input": Draw("split/" + name).normal(*shape)},
            {"sizes": sizes, "dim": dim},
        )
    for name, shape, dim, start, end, step in (
        ("rows", (7, 5), 0, 2, 6, 1),
        ("channels", (2, 3, 2, 9), 3, 1, 9, 1),
        ("every_second", (2, 7, 3), 1, 0, 7, 2),
        ("tail", (3, 8), 1, 5, 8, 1),
    ):

        def function(x, d=dim, s=slice(start, end, step)):
            return x[(slice(None),) * d + (s,)]

        references.add(
            name,
            "slice",
            function,
            {"input": Draw("slice/" + name).normal(*shape)},
            {"dim": dim, "start": start, "end": end, "step": step},
        )
    for name, rows, width, count in (("few", 7, 5, 4), ("repeated", 4, 17, 13), ("single", 9, 1, 6)):
        draw = Draw("index_select/" + name)
        references.add(
            name,
            "index_select",
            lambda x, i: x[i.long()],
            {"input": draw.normal(rows, width), "index": draw.integers(rows, count)},
            {"dim": 0},
        )
        draw = Draw("index_add/" + name)
        references.add(
            name,
            "index_add",
            lambda x, i, source: x.index_add(0, i.long(), source),
            {
                "input": draw.normal(rows, width),
                "index": draw.integers(rows, count),
                "source": draw.normal(count, width),
            },
            {"dim": 0},
        )
    for name, vocabulary, width, shape in (("sequence", 11, 6, (9,)), ("batch", 5, 16, (2, 7))):
        draw = Draw("embedding/" + name)
        references.add(
            name,
            "embedding",
            lambda i, w: F.embedding(i.long(), w),
            {"index": draw.integers(vocabulary, *shape), "weight": draw.normal(vocabulary, width)},
        )
    for name, shape, shifts, dims in (
        ("down_right", (2, 5, 6, 7), [2, 3], [1, 2]),
        ("up_left", (1, 4, 5, 16), [-1, -2], [1, 2]),
        ("rows_only", (2, 6, 3, 5), [2], [1]),
        ("wraps", (2, 3, 4, 5), [7, -9], [1, 2]),
    ):
        references.add(
            name,
            "roll",
            lambda x, s=shifts, d=dims: torch.roll(x, s, d),
            {"input": Draw("roll/" + name).normal(*shape)},
            {"shifts": shifts, "dims": dims},
        )
    for name, shape, dims in (
        ("matrix", (5, 7), [1, 0]),
        ("to_channels_first", (2, 3, 4, 5), [0, 3, 1, 2]),
        ("heads", (2, 5, 3, 4), [0, 2, 1, 3]),
        ("cycle", (3, 4, 5), [2, 0, 1]),
    ):
        references.add(
            name,
            "permute",
            lambda x, d=dims: x.permute(d),
            {"input": Draw("permute/" + name).normal(*shape)},
            {"dims": dims},
        )
    for name, shape, widths, value in (
        ("image", (2, 3, 4, 5), [[0, 0], [1, 2], [0, 3], [0, 0]], 0),
        ("channels", (1, 2, 3, 4), [[0, 0], [0, 0], [0, 0], [2, 2]], 0),
        ("value", (3, 5), [[1, 0], [2, 1]], -1.5),
    ):
        flat = [w for before_after in reversed(widths) for w in before_after]
        references.add(
            name,
            "pad",
            lambda x, p=flat, v=value: F.pad(x, p, value=v),
            {"input": Draw("pad/" + name).normal(*shape)},
            {"pad": widths, "value": value},
        )
