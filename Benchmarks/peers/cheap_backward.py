"""The cheap backward passes in PyTorch eager, straightforwardly from their papers: gradient filtering and LBP-WHT.

Yang et al., "Efficient On-device Training via Gradient Filtering", CVPR 2023.
Yang et al., "Efficient Low-rank Backpropagation for Vision Transformer Adaptation", NeurIPS 2023.
"""

import torch
import torch.nn.functional as F
from torch import nn

EDGE = 8


def centred(size, patch, count):
    """How many pixels stand before the first one and behind the last one of a centred grid of patches."""
    excess = count * patch - size
    return -(-excess // 2), excess // 2


class FilteredConvolution(torch.autograd.Function):
    """A convolution whose cotangent is replaced by its means over patches of r×r pixels."""

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding, groups, patch):
        y = F.conv2d(x, weight, bias, stride, padding, 1, groups)
        counts = [-(-size // patch) for size in y.shape[2:]]
        window = [patch * s for s in stride]
        ctx.rows = centred(x.shape[2], window[0], counts[0])
        ctx.columns = centred(x.shape[3], window[1], counts[1])
        sums = F.avg_pool2d(F.pad(x, (*ctx.columns, *ctx.rows)), window, divisor_override=1)
        ctx.save_for_backward(sums, weight.sum((2, 3)))
        ctx.kernel, ctx.window, ctx.patch, ctx.groups, ctx.size = weight.shape[2:], window, patch, groups, x.shape[2:]
        ctx.share = 1 / (stride[0] * stride[1])
        return y

    @staticmethod
    def backward(ctx, cotangent):
        sums, kernel = ctx.saved_tensors
        rows, columns = (centred(size, ctx.patch, -(-size // ctx.patch)) for size in cotangent.shape[2:])
        padding = (rows[0], columns[0])
        means = F.avg_pool2d(
            cotangent, ctx.patch, ctx.patch, padding, ceil_mode=True, count_include_pad=False)
        means = means[:, :, :sums.shape[2], :sums.shape[3]]
        dx = dw = None
        if ctx.needs_input_grad[0]:
            if ctx.groups > 1:
                dx = means * kernel.view(1, -1, 1, 1)
            else:
                dx = F.conv2d(means, kernel.t()[:, :, None, None])
            dx = F.interpolate(dx * ctx.share, scale_factor=ctx.window, mode="nearest")
            dx = dx[:, :, ctx.rows[0]:ctx.rows[0] + ctx.size[0], ctx.columns[0]:ctx.columns[0] + ctx.size[1]]
        if ctx.needs_input_grad[1]:
            if ctx.groups > 1:
                dw = (means * sums).sum((0, 2, 3)).unsqueeze(1)
            else:
                dw = torch.einsum("nohw,nihw->oi", means, sums)
            dw = (dw * ctx.share)[:, :, None, None].expand(-1, -1, *ctx.kernel).contiguous()
        db = cotangent.sum((0, 2, 3)) if ctx.needs_input_grad[2] else None
        return dx, dw, db, None, None, None, None


class FilteredConv2d(nn.Module):
    """A layer with the weights of another, trained by gradient filtering."""

    def __init__(self, layer, patch):
        super().__init__()
        self.weight, self.bias, self.patch = layer.weight, layer.bias, patch
        self.stride, self.padding, self.groups = layer.stride, layer.padding, layer.groups

    def forward(self, x):
        return FilteredConvolution.apply(
            x, self.weight, self.bias, self.stride, self.padding, self.groups, self.patch)


def walsh_bases(count):
    """The two-dimensional Walsh functions of sequencies i + j < count on 8×8 tokens: [bases, 64]."""
    natural = torch.tensor([[(-1.0) ** bin(a & b).count("1") for b in range(EDGE)] for a in range(EDGE)])
    ordered = sorted(natural, key=lambda row: int((row[1:] != row[:-1]).sum()))
    pairs = [(i, j) for i in range(EDGE) for j in range(EDGE) if i + j < count]
    return torch.stack([torch.outer(ordered[i], ordered[j]).flatten() for i, j in pairs])


def blocks(x):
    """Images [N, H, W, C] as blocks of 8×8 tokens [N, P, 64, C], reflected at the borders."""
    n, h, w, c = x.shape
    rows, columns = (centred(size, EDGE, -(-size // EDGE)) for size in (h, w))
    x = F.pad(x.permute(0, 3, 1, 2), (*columns, *rows), mode="reflect")
    p, q = x.shape[2] // EDGE, x.shape[3] // EDGE
    return x.view(n, c, p, EDGE, q, EDGE).permute(0, 2, 4, 3, 5, 1).reshape(n, p * q, EDGE * EDGE, c)


def images(x, size):
    """The inverse of `blocks`: the tokens inside of the borders."""
    n, _, _, c = x.shape
    p, q = (-(-extent // EDGE) for extent in size)
    top, left = (centred(extent, EDGE, count)[0] for extent, count in zip(size, (p, q)))
    x = x.view(n, p, q, EDGE, EDGE, c).permute(0, 1, 3, 2, 4, 5).reshape(n, p * EDGE, q * EDGE, c)
    return x[:, top:top + size[0], left:left + size[1]]


class WalshProduct(torch.autograd.Function):
    """y = x Wᵀ + b over grids of tokens [N, H, W, C] with both gradients taken in the space of a few Walsh functions."""

    @staticmethod
    def forward(ctx, x, weight, bias, bases):
        ctx.save_for_backward(torch.matmul(bases, blocks(x)), weight)
        ctx.bases = bases
        return F.linear(x, weight, bias)

    @staticmethod
    def backward(ctx, cotangent):
        projected, weight = ctx.saved_tensors
        means = torch.matmul(ctx.bases / EDGE ** 2, blocks(cotangent))
        dx = None
        if ctx.needs_input_grad[0]:
            dx = images(torch.matmul(ctx.bases.t(), torch.matmul(means, weight)), cotangent.shape[1:3])
        dw = means.reshape(-1, means.shape[-1]).t() @ projected.reshape(-1, projected.shape[-1])
        db = cotangent.sum((0, 1, 2)) if ctx.needs_input_grad[2] else None
        return dx, dw, db, None


class WalshLayer(nn.Module):
    """A linear layer or a 1×1 convolution trained by LBP-WHT; tokens beside the square grid keep their exact gradients."""

    def __init__(self, layer, count):
        super().__init__()
        self.weight, self.bias, self.bases = layer.weight, layer.bias, walsh_bases(count)
        self.in_features, self.out_features = self.weight.shape[1], self.weight.shape[0]

    def forward(self, x):
        weight = self.weight.flatten(1)
        if x.dim() == 4:
            return WalshProduct.apply(x.permute(0, 2, 3, 1), weight, self.bias, self.bases).permute(0, 3, 1, 2)
        side = int(x.shape[1] ** 0.5)
        extra = x.shape[1] - side * side
        grid = x[:, extra:].reshape(x.shape[0], side, side, x.shape[2])
        y = WalshProduct.apply(grid, weight, self.bias, self.bases).flatten(1, 2)
        return torch.cat([F.linear(x[:, :extra], weight, self.bias), y], 1) if extra else y


def replaced(layer, method):
    """The layer trained by a method such as filter:4 or walsh:l1-4."""
    name, _, argument = method.partition(":")
    if name == "filter":
        return FilteredConv2d(layer, int(argument))
    if name == "walsh":
        return WalshLayer(layer, int(argument.removeprefix("l1-")))
    return layer
