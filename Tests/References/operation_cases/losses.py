"""Losses and attention."""

import torch
import torch.nn.functional as F

from .references import Draw, nchw


def add_losses(references):
    for name, rows, classes, ignored, smoothing, reduction in (
        ("hard", 5, 10, 0, 0.0, "mean"),
        ("hard_sum", 7, 3, 0, 0.0, "sum"),
        ("hard_none", 4, 9, 0, 0.0, "none"),
        ("ignore_index", 9, 12, 3, 0.0, "mean"),
        ("ignore_index_sum", 9, 5, 2, 0.0, "sum"),
        ("label_smoothing", 6, 19, 0, 0.1, "mean"),
        ("label_smoothing_ignore_index", 8, 7, 2, 0.2, "mean"),
    ):
        draw = Draw("cross_entropy/" + name)
        target = draw.integers(classes, rows)
        target[1 : 2 * ignored : 2] = -100
        references.add(
            name,
            "cross_entropy",
            lambda x, t, s=smoothing, r=reduction: F.cross_entropy(
                x, t.long(), label_smoothing=s, reduction=r
            ),
            {"input": draw.normal(rows, classes, scale=2), "target": target},
            {"ignore_index": -100, "label_smoothing": smoothing, "reduction": reduction},
        )
    draw = Draw("cross_entropy/pixels")
    target = draw.integers(5, 2, 4, 3)
    target[0, 1:3, 1] = -100
    references.add(
        "pixels",
        "cross_entropy",
        lambda x, t: F.cross_entropy(nchw(x), t.long()),
        {"input": draw.normal(2, 4, 3, 5), "target": target},
        {"ignore_index": -100, "label_smoothing": 0.0, "reduction": "mean"},
    )
    for name, smoothing in (("plain", 0.0), ("label_smoothing", 0.1)):
        draw = Draw("cross_entropy_soft/" + name)
        references.add(
            name,
            "cross_entropy_soft",
            lambda x, t, s=smoothing: F.cross_entropy(x, t, label_smoothing=s),
            {"input": draw.normal(6, 11, scale=2), "target": draw.probabilities(6, 11)},
            {"label_smoothing": smoothing, "reduction": "mean"},
            constant=("target",),
        )
    for reduction in ("mean", "sum"):
        draw = Draw("mse_loss/" + reduction)
        references.add(
            reduction,
            "mse_loss",
            lambda x, t, r=reduction: F.mse_loss(x, t, reduction=r),
            {"input": draw.normal(4, 3, 5), "target": draw.normal(4, 3, 5)},
            {"reduction": reduction},
            constant=("target",),
        )
        draw = Draw("binary_cross_entropy_with_logits/" + reduction)
        references.add(
            reduction,
            "binary_cross_entropy_with_logits",
            lambda x, t, r=reduction: F.binary_cross_entropy_with_logits(x, t, reduction=r),
            {"input": draw.normal(7, 5, scale=6), "target": draw.probabilities(7, 5)},
            {"reduction": reduction},
            constant=("target",),
        )
    draw = Draw("kl_div")
    references.add(
        "batchmean",
        "kl_div",
        lambda x, t: F.kl_div(x, t, reduction="batchmean"),
        {"input": torch.log(draw.probabilities(5, 9)), "target": draw.probabilities(5, 9)},
        {"reduction": "batchmean", "log_target": False},
        constant=("target",),
    )


def add_attention(references):
    for name, (b, h, t, s, d) in (("self", (2, 3, 7, 7, 8)), ("cross", (1, 2, 5, 9, 17))):

        def function(q, k, v):
            return torch.softmax(q @ k.mT * q.shape[-1] ** -0.5, -1) @ v

        draw = Draw("scaled_dot_product_attention/" + name)
        references.add(
            name,
            "scaled_dot_product_attention",
            function,
            {
                "query": draw.normal(b, h, t, d),
                "key": draw.normal(b, h, s, d),
                "value": draw.normal(b, h, s, d),
            },
            {"scale": d**-0.5},
        )
