"""Elementwise arithmetic with broadcasting, and reductions."""

import torch

from .references import Draw


def add_arithmetic(references):
    functions = {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "div": torch.div,
        "maximum": torch.maximum,
        "minimum": torch.minimum,
        "pow": torch.pow,
    }
    shapes = {
        "same": ((3, 17), (3, 17)),
        "last_axis": ((2, 3, 4, 5), (5,)),
        "row_to_matrix": ((6, 1), (1, 7)),
        "both_ways": ((2, 1, 4, 5), (1, 3, 1, 5)),
        "one_element": ((4, 9), (1,)),
        "channel_gate": ((2, 3, 4, 6), (2, 1, 1, 6)),
        "smaller_first": ((7,), (3, 2, 7)),
    }
    for operation, function in functions.items():
        for name, (a, b) in shapes.items():
            draw = Draw(f"{operation}/{name}")
            first = draw.positive(*a) if operation == "pow" else draw.normal(*a)
            second = draw.positive(*b) if operation == "div" else draw.normal(*b)
            references.add(name, operation, function, {"a": first, "b": second})
    for exponent in (2, 3, -1, 0.5, 1.7):
        name = f"scalar_{exponent}".replace(".", "_").replace("-", "minus_")
        references.add(
            name,
            "pow_scalar",
            lambda x, e=exponent: x**e,
            {"input": Draw(name).positive(5, 7)},
            {"exponent": exponent},
        )

    unary = {
        "exp": torch.exp,
        "log": torch.log,
        "sqrt": torch.sqrt,
        "rsqrt": torch.rsqrt,
        "abs": torch.abs,
        "square": torch.square,
    }
    for operation, function in unary.items():
        draw = Draw(operation)
        make = draw.positive if operation in ("log", "sqrt", "rsqrt") else draw.normal
        references.add("image", operation, function, {"input": make(2, 3, 5, 7)})
    for name, low, high in (("both", -0.5, 1.25), ("low", 0.1, None), ("high", None, 0.3)):
        references.add(
            name,
            "clamp",
            lambda x, a=low, b=high: torch.clamp(x, a, b),
            {"input": Draw("clamp/" + name).normal(4, 19)},
            {"min": low, "max": high},
        )


def add_reductions(references):
    shapes = {
        "all": ((3, 5, 7), [0, 1, 2]),
        "last": ((4, 19), [1]),
        "first": ((6, 17), [0]),
        "middle": ((2, 5, 3), [1]),
        "spatial": ((2, 4, 5, 7), [1, 2]),
        "all_but_channels": ((2, 3, 4, 19), [0, 1, 2]),
        "outer": ((3, 4, 5), [0, 2]),
    }
    functions = {"sum": torch.sum, "mean": torch.mean, "max": torch.amax, "min": torch.amin}
    for operation, function in functions.items():
        for name, (shape, axes) in shapes.items():
            for keepdim in (False, True):
                label = name + "_keepdim" if keepdim else name
                references.add(
                    label,
                    operation,
                    lambda x, f=function, d=axes, k=keepdim: f(x, dim=d, keepdim=k),
                    {"input": Draw(f"{operation}/{label}").normal(*shape)},
                    {"dim": axes, "keepdim": keepdim},
                )
    for name, (shape, axes) in shapes.items():
        for correction in (0, 1):
            keepdim = correction == 1
            references.add(
                f"{name}_correction{correction}",
                "var",
                lambda x, d=axes, c=correction, k=keepdim: torch.var(x, dim=d, correction=c, keepdim=k),
                {"input": Draw(f"var/{name}/{correction}").normal(*shape, mean=1)},
                {"dim": axes, "correction": correction, "keepdim": keepdim},
            )
