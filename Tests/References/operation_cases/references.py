"""Seeded inputs, and the collection of cases with their values and gradients."""

import json
import os
import zlib
from pathlib import Path

import numpy
import torch
from safetensors.torch import save_file

OUTPUT = Path(__file__).resolve().parents[2] / "TensorTests" / "References"


class Draw:
    def __init__(self, name):
        self.generator = numpy.random.Generator(numpy.random.PCG64(zlib.crc32(name.encode())))

    def normal(self, *shape, scale=1.0, mean=0.0):
        return torch.tensor(mean + scale * self.generator.standard_normal(shape), dtype=torch.float32)

    def positive(self, *shape):
        return torch.tensor(0.25 + 2 * self.generator.random(shape), dtype=torch.float32)

    def integers(self, bound, *shape):
        return torch.tensor(self.generator.integers(0, bound, shape), dtype=torch.int32)

    def probabilities(self, *shape):
        return torch.softmax(self.normal(*shape), -1)


class References:
    """Tensors (`name/inputK`, `name/output`, `name/cotangent`, `name/gradientK`) and the list of cases."""

    def __init__(self, dtype=torch.float32):
        self.dtype = dtype
        self.tensors = {}
        self.cases = []

    def add(self, name, operation, function, inputs, attributes=None, constant=(), extra=()):
        """Runs `function(*inputs)` in float64 and records its values and gradients.

        `inputs`: role → tensor; floating ones get a gradient unless their role is in `constant`.
        `function` returns one output or a tuple, whose last values are those named in `extra`: no cotangents.
        """
        name = f"{operation}/{name}"
        assert all(case["name"] != name for case in self.cases), name
        inputs = {role: x.to(self.dtype) if x.is_floating_point() else x for role, x in inputs.items()}
        differentiable = [
            role for role, x in inputs.items() if x.is_floating_point() and role not in constant
        ]

        def run(dtype, cotangents=None):
            arguments = {
                role: x.to(dtype if x.is_floating_point() else x.dtype, copy=True)
                for role, x in inputs.items()
            }
            leaves = [arguments[role].requires_grad_() for role in differentiable]
            values = function(*arguments.values())
            values = list(values) if isinstance(values, (tuple, list)) else [values]
            outputs, extras = values[: len(values) - len(extra)], values[len(values) - len(extra) :]
            if cotangents is None:
                draw = Draw(name + "/cotangent")
                cotangents = [draw.normal(*y.shape).to(self.dtype) for y in outputs]
            gradients = torch.autograd.grad(outputs, leaves, [c.to(dtype) for c in cotangents])
            return [y.detach() for y in outputs], extras, gradients, cotangents

        outputs, extras, gradients, cotangents = run(torch.float64)
        other = run(self.dtype, cotangents)
        differences = {}

        def store(key, value, coarse=None):
            self.tensors[f"{name}/{key}"] = value.detach().float().contiguous().clone()
            if coarse is not None:
                scale = max(float(value.abs().max()), 1e-30) if value.numel() else 1
                differences[key] = (
                    float(f"{float((value - coarse).abs().max()) / scale:.2g}") if value.numel() else 0
                )

        for k, x in enumerate(inputs.values()):
            self.tensors[f"{name}/input{k}"] = x.contiguous().clone()
        plural = len(outputs) > 1
        for k, (value, coarse, cotangent) in enumerate(zip(outputs, other[0], cotangents)):
            suffix = str(k) if plural else ""
            store("output" + suffix, value, coarse)
            self.tensors[f"{name}/cotangent{suffix}"] = cotangent.contiguous().clone()
        for role, gradient, coarse in zip(differentiable, gradients, other[2]):
            store(f"gradient{list(inputs).index(role)}", gradient, coarse)
        for key, value, coarse in zip(extra, extras, other[1]):
            store(key, value, coarse)
        self.cases.append(
            {
                "name": name,
                "operation": operation,
                "attributes": attributes or {},
                "inputs": list(inputs),
                "gradients": [list(inputs).index(role) for role in differentiable],
                "outputs": len(outputs),
                "extra": list(extra),
                "rounding": differences,
            }
        )

    def save(self, path):
        OUTPUT.mkdir(parents=True, exist_ok=True)
        cases = json.dumps(self.cases, separators=(",", ":"))
        save_file(self.tensors, OUTPUT / path, metadata={"cases": cases})
        os.chmod(OUTPUT / path, 0o644)
        print(
            f"{path}: {len(self.cases)} cases, {(OUTPUT / path).stat().st_size} bytes, "
            f"largest rounding {max(max(c['rounding'].values()) for c in self.cases):.2g}"
        )


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def pair(value):
    return list(value) if isinstance(value, tuple) else [value, value]
