"""Makes Tests/AdaptationTests/References/neighbours.safetensors: gradients of the neighbouring methods of adaptation.

Everything is computed in float64 from inputs that are exact in float32. Images are [N, H, W, C] in the file.
"""

import json
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

OUTPUT = Path(__file__).resolve().parents[1] / "AdaptationTests" / "References" / "neighbours.safetensors"


class Draw:
    def __init__(self, seed):
        self.generator = numpy.random.Generator(numpy.random.PCG64(seed))

    def normal(self, *shape):
        return torch.tensor(self.generator.standard_normal(shape), dtype=torch.float32).double()

    def smooth(self, *shape):
        """Numbers whose unfoldings have falling singular values."""
        x = self.normal(*shape)
        for axis, extent in enumerate(shape):
            scale = 0.5 ** torch.arange(extent, dtype=torch.float64)
            basis = torch.linalg.qr(self.normal(extent, extent)).Q
            x = torch.tensordot(x, basis * scale, dims=([0], [0]))
        return x.float().double()


def rank_of(values, energy):
    squares = values**2
    return int((torch.cumsum(squares, 0) < energy * squares.sum()).sum()) + 1


def truncated(x, energy=None, ranks=None):
    """x projected onto the leading left singular vectors of each of its unfoldings, and their numbers."""
    result, found = x, []
    for axis in range(x.dim()):
        unfolding = x.movedim(axis, 0).flatten(1)
        vectors, values, _ = torch.linalg.svd(unfolding, full_matrices=False)
        rank = ranks[axis] if ranks else rank_of(values, energy)
        kept = vectors[:, :rank]
        result = torch.tensordot(kept @ kept.T, result.movedim(axis, 0), dims=([1], [0])).movedim(0, axis)
        found.append(rank)
    return result, found


def weight_gradient(x, weight_shape, cotangent, **options):
    """Of a convolution, images [N, H, W, C]."""
    return torch.nn.grad.conv2d_weight(
        x.permute(0, 3, 1, 2), weight_shape, cotangent.permute(0, 3, 1, 2).contiguous(), **options)


def convolution(x, weight, **options):
    return F.conv2d(x.permute(0, 3, 1, 2), weight, **options).permute(0, 2, 3, 1)


def quantized(x, bits, axes=None, holds_zero=False):
    """Lower ends and steps of the ranges over some axes, and the numbers rounded to nearest."""
    levels = 2**bits - 1
    axes = axes if axes is not None else tuple(range(x.dim()))
    lower, upper = x.amin(axes, keepdim=True), x.amax(axes, keepdim=True)
    if holds_zero:
        lower, upper = lower.clamp(max=0), upper.clamp(min=0)
    step = (upper - lower) / levels
    if holds_zero:
        lower = torch.round(lower / step) * step
    codes = torch.clamp(torch.floor((x - lower) / step + 0.5), 0, levels)
    return lower.flatten(), step.flatten(), lower + step * codes


def add_low_rank(tensors, facts):
    draw = Draw(1)
    x, weight = draw.smooth(3, 7, 6, 5), draw.normal(4, 5, 3, 3)
    cotangent = draw.normal(3, 4, 3, 4)
    options = {"stride": 2, "padding": 1}
    approximate, ranks = truncated(x, energy=0.9)
    facts["convolution_ranks"] = ranks
    tensors |= {
        "convolution/x": x, "convolution/weight": weight, "convolution/cotangent": cotangent,
        "convolution/energy": weight_gradient(approximate, weight.shape, cotangent, **options),
        "convolution/fixed": weight_gradient(
            truncated(x, ranks=[2, 2, 2, 3])[0], weight.shape, cotangent, **options),
    }
    depthwise = draw.normal(5, 1, 3, 3)
    cotangent = draw.normal(3, 7, 6, 5)
    tensors |= {
        "depthwise/weight": depthwise, "depthwise/cotangent": cotangent,
        "depthwise/energy": weight_gradient(approximate, depthwise.shape, cotangent, padding=1, groups=5),
    }
    tokens, cotangent = draw.smooth(3, 8, 6), draw.normal(3, 8, 4)
    approximate, ranks = truncated(tokens, energy=0.9)
    facts["linear_ranks"] = ranks
    tensors |= {
        "linear/x": tokens, "linear/cotangent": cotangent,
        "linear/energy": torch.einsum("nto,nti->oi", cotangent, approximate),
    }


def add_quantized(tensors):
    draw = Draw(2)
    x, weight, cotangent = draw.normal(3, 5, 4, 6) + 1, draw.normal(4, 6, 3, 3) - 0.5, draw.normal(3, 5, 4, 4)
    rounded_x, rounded_weight = quantized(x, 8)[2], quantized(weight, 8, holds_zero=True)[2]
    rows, columns = quantized(cotangent, 8, axes=(1, 2, 3)), quantized(cotangent, 8, axes=(0, 1, 2))
    input_gradient = torch.nn.grad.conv2d_input(
        (3, 6, 5, 4), rounded_weight, cotangent.permute(0, 3, 1, 2).contiguous(), padding=1)
    tensors |= {
        "quantized/x": x, "quantized/weight": weight, "quantized/cotangent": cotangent,
        "quantized/rounded_x": rounded_x, "quantized/rounded_weight": rounded_weight,
        "quantized/row_lower": rows[0], "quantized/row_step": rows[1],
        "quantized/column_lower": columns[0], "quantized/column_step": columns[1],
        "quantized/mean_input_gradient": input_gradient.permute(0, 2, 3, 1).contiguous(),
        "quantized/mean_weight_gradient": weight_gradient(rounded_x, weight.shape, cotangent, padding=1),
    }


def add_sparse(tensors, facts):
    draw = Draw(3)
    x, weight, cotangent = draw.normal(2, 5, 5, 8), draw.normal(4, 8, 3, 3), draw.normal(2, 5, 5, 4)
    chosen = torch.sort(torch.argsort(weight.pow(2).sum((0, 2, 3)), descending=True)[:2]).values
    mask = torch.zeros(8, dtype=torch.float64)
    mask[chosen] = 1
    facts["sparse_channels"] = chosen.tolist()
    tensors |= {
        "sparse/x": x, "sparse/weight": weight, "sparse/cotangent": cotangent,
        "sparse/gradient": weight_gradient(x * mask, weight.shape, cotangent, padding=1),
    }
    grouped, cotangent = draw.normal(8, 2, 3, 3), draw.normal(2, 5, 5, 8)
    groups = torch.sort(torch.argsort(grouped.reshape(4, -1).pow(2).sum(1), descending=True)[:2]).values
    mask = torch.zeros(4, dtype=torch.float64)
    mask[groups] = 1
    facts["sparse_groups"] = groups.tolist()
    tensors |= {
        "grouped/weight": grouped, "grouped/cotangent": cotangent,
        "grouped/gradient": weight_gradient(
            x * mask.repeat_interleave(2), grouped.shape, cotangent, padding=1, groups=4),
    }


def main():
    tensors, facts = {}, {}
    add_low_rank(tensors, facts)
    add_quantized(tensors)
    add_sparse(tensors, facts)
    stored = {name: tensor.float().contiguous() for name, tensor in tensors.items()}
    save_file(stored, OUTPUT, metadata={"facts": json.dumps(facts)})
    print(facts, sum(tensor.numel() * 4 for tensor in stored.values()), "bytes")


if __name__ == "__main__":
    main()
