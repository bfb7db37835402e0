"""The mobile vision graph networks, with their publishers' parameter names.

MobileViG (Munir et al., CVPRW 2023), MobileViGv2 (Avery et al., CVPRW 2024) and GreedyViG (Munir et al., CVPR 2024).
Images are [N, C, H, W]. In training mode a network returns the logits of both heads, in evaluation their mean.
"""

import torch
import torch.nn.functional as F
from torch import nn


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups)


def conv_norm(inputs, outputs, kernel=1, stride=1):
    return nn.Sequential(conv(inputs, outputs, kernel, stride), nn.BatchNorm2d(outputs))


def conv_norm_gelu(inputs, outputs, kernel=1, stride=1):
    return nn.Sequential(conv(inputs, outputs, kernel, stride), nn.BatchNorm2d(outputs), nn.GELU())


class DropPath(nn.Module):
    """Stochastic depth: a branch is kept with probability 1 - rate for each example, and scaled by its inverse."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if self.rate == 0 or not self.training:
            return x
        keep = 1 - self.rate
        return x * x.new_empty(len(x), 1, 1, 1).bernoulli_(keep).div_(keep)


class Stem(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stem = nn.Sequential(*conv_norm_gelu(3, width // 2, 3, 2), *conv_norm_gelu(width // 2, width, 3, 2))

    def forward(self, x):
        return self.stem(x)


class Downsample(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = conv_norm(inputs, outputs, 3, 2)

    def forward(self, x):
        return self.conv(x)


class Expansion(nn.Module):
    """1x1 to four times the channels, 3x3 depthwise, 1x1 back, under the names of one of the publications."""

    def __init__(self, channels, names):
        super().__init__()
        hidden = 4 * channels
        self.names = names
        layers = [conv(channels, hidden, 1), nn.BatchNorm2d(hidden), conv(hidden, hidden, 3, groups=hidden)]
        layers += [nn.BatchNorm2d(hidden), conv(hidden, channels, 1), nn.BatchNorm2d(channels)]
        for name, layer in zip(names, layers):
            setattr(self, name, layer)

    def forward(self, x):
        first, norm1, middle, norm2, last, norm3 = (getattr(self, name) for name in self.names)
        return norm3(last(F.gelu(norm2(middle(F.gelu(norm1(first(x))))))))


V1_NAMES = ["fc1", "norm1", "mid", "mid_norm", "fc2", "norm2"]
V2_NAMES = ["pw1", "norm1", "dw", "norm2", "pw2", "norm3"]


class LocalBlock(nn.Module):
    def __init__(self, channels, body, names, scale, shape, rate):
        super().__init__()
        self.body, self.scale = body, scale
        setattr(self, scale, nn.Parameter(torch.full([channels, *shape], 1e-5)))
        setattr(self, body, Expansion(channels, names))
        self.drop_path = DropPath(rate)

    def forward(self, x):
        scale = getattr(self, self.scale).view(-1, 1, 1)
        return x + self.drop_path(scale * getattr(self, self.body)(x))


def sparse_relative(t, spacing):
    """MobileViG: self minus every `spacing`-th token of the own column and row, shifted one way."""
    result = torch.zeros_like(t)
    for dim in (2, 3):
        for shift in range(spacing, t.shape[dim], spacing):
            result = torch.maximum(result, t - t.roll(shift, dim))
    return result


def cross_relative(t, distance):
    """MobileViGv2: the four tokens at a distance, minus self."""
    result = torch.zeros_like(t)
    for dim in (2, 3):
        for shift in (distance, -distance) if distance < t.shape[dim] else ():
            result = torch.maximum(result, t.roll(shift, dim) - t)
    return result


def greedy_relative(t, spacing):
    """GreedyViG: tokens of the own column and row that are nearer than mean minus deviation, minus self."""
    height, width = t.shape[2:]

    def distance(other):
        return (t - other).abs().sum(1, keepdim=True)

    with torch.no_grad():
        sample = distance(t.roll(((height + 1) // 2, (width + 1) // 2), (2, 3)))
        threshold = sample.mean((2, 3), keepdim=True) - sample.std((2, 3), keepdim=True)
    result = torch.zeros_like(t)
    for dim in (2, 3):
        for shift in range(spacing, t.shape[dim], spacing):
            neighbour = t.roll(shift, dim)
            with torch.no_grad():
                mask = (distance(neighbour) < threshold).to(t.dtype)
            result = torch.maximum(result, (neighbour - t) * mask)
    return result


class GraphConvolution(nn.Module):
    def __init__(self, channels, outputs, relative, spacing):
        super().__init__()
        self.relative, self.spacing = relative, spacing
        self.nn = conv_norm_gelu(2 * channels, outputs)

    def forward(self, t):
        return self.nn(torch.cat([t, self.relative(t, self.spacing)], 1))


class Grapher(nn.Module):
    def __init__(self, channels, rate):
        super().__init__()
        self.fc1 = conv_norm(channels, channels)
        self.graph_conv = GraphConvolution(channels, 2 * channels, sparse_relative, 2)
        self.fc2 = conv_norm(2 * channels, channels)
        self.drop_path = DropPath(rate)

    def forward(self, x):
        return x + self.drop_path(self.fc2(self.graph_conv(self.fc1(x))))


class FFN(nn.Module):
    def __init__(self, channels, rate):
        super().__init__()
        self.fc1 = conv_norm(channels, 4 * channels)
        self.fc2 = conv_norm(4 * channels, channels)
        self.drop_path = DropPath(rate)

    def forward(self, x):
        return x + self.drop_path(self.fc2(F.gelu(self.fc1(x))))


class PositionEncoding(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.pe = conv(channels, channels, 7, groups=channels)

    def forward(self, x):
        return x + self.pe(x)


class Mixer(nn.Module):
    def __init__(self, channels, relative, spacing):
        super().__init__()
        self.cpe = PositionEncoding(channels)
        self.fc1 = conv_norm(channels, channels)
        self.graph_conv = GraphConvolution(channels, channels, relative, spacing)
        self.fc2 = conv_norm(channels, channels)

    def forward(self, x):
        return self.fc2(self.graph_conv(self.fc1(self.cpe(x))))


class GraphBlock(nn.Module):
    def __init__(self, channels, relative, spacing, shape, rate):
        super().__init__()
        self.layer_scale_1 = nn.Parameter(torch.full([channels, *shape], 1e-5))
        self.layer_scale_2 = nn.Parameter(torch.full([channels, *shape], 1e-5))
        self.mixer = Mixer(channels, relative, spacing)
        self.ffn = nn.Sequential(*conv_norm_gelu(channels, 4 * channels), *conv_norm(4 * channels, channels))
        self.drop_path = DropPath(rate)

    def forward(self, x):
        x = x + self.drop_path(self.layer_scale_1.view(-1, 1, 1) * self.mixer(x))
        return x + self.drop_path(self.layer_scale_2.view(-1, 1, 1) * self.ffn(x))


class Network(nn.Module):
    """The stem, the parts called in the order they were added, and the two heads."""

    def __init__(self, width, embedding, classes):
        super().__init__()
        self.prediction = nn.Sequential(nn.AdaptiveAvgPool2d(1), *conv_norm_gelu(width, embedding))
        self.head = conv(embedding, classes, 1)
        self.dist_head = conv(embedding, classes, 1)

    def initialize(self):
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
                nn.init.zeros_(module.bias)

    def features(self, x):
        raise NotImplementedError

    def forward(self, x):
        x = self.prediction(self.features(x))
        heads = self.head(x).flatten(1), self.dist_head(x).flatten(1)
        return heads if self.training else (heads[0] + heads[1]) / 2


class MobileViG(Network):
    def __init__(self, local, channels, graph, width, embedding, classes=1000, drop_path=0.1):
        super().__init__(width, embedding, classes)
        rates = torch.linspace(0, drop_path, sum(local) + graph).tolist()
        self.stem = Stem(channels[0])
        layers = []
        for stage, count in enumerate(local):
            if stage:
                layers.append(Downsample(channels[stage - 1], channels[stage]))
            for _ in range(count):
                rate = rates.pop(0)
                layers.append(LocalBlock(channels[stage], "mlp", V1_NAMES, "layer_scale_2", (1, 1), rate))
        layers.append(Downsample(channels[-1], width))
        self.local_backbone = nn.Sequential(*layers)
        self.backbone = nn.Sequential(*(nn.Sequential(Grapher(width, r), FFN(width, r)) for r in rates))
        self.initialize()

    def features(self, x):
        return self.backbone(self.local_backbone(self.stem(x)))


class Pyramid(Network):
    """MobileViGv2 and GreedyViG: local and graph blocks in stages."""

    def __init__(self, blocks, channels, embedding, family, classes=1000, drop_path=0.1):
        super().__init__(channels[-1], embedding, classes)
        is_greedy = family == "greedy"
        relative, spacings = (greedy_relative, (8, 4, 2, 1)) if is_greedy else (cross_relative, (0, 8, 4, 2))
        scale, shape = ("layer_scale_2", ()) if is_greedy else ("layer_scale_1", (1, 1))
        rates = torch.linspace(0, drop_path, sum(map(sum, blocks))).tolist()
        index = 0
        self.stem = Stem(channels[0])
        stages = []
        for stage, (local, graph) in enumerate(blocks):
            width = channels[stage]
            layers = [Downsample(channels[stage - 1], width)] if stage else []
            for _ in range(local):
                layers.append(LocalBlock(width, "dws", V2_NAMES, scale, shape, rates[index]))
                index += is_greedy  # MobileViGv2 counts graph blocks alone
            for _ in range(graph):
                layers.append(GraphBlock(width, relative, spacings[stage], shape, rates[index]))
                index += 1
            stages.append(nn.Sequential(*layers))
        self.backbone = nn.Sequential(*stages)
        self.initialize()

    def features(self, x):
        return self.backbone(self.stem(x))


V1 = {
    "ti": ([2, 2, 6], [42, 84, 168], 2, 256, 512),
    "s": ([3, 3, 9], [42, 84, 176], 3, 256, 512),
    "m": ([3, 3, 9], [42, 84, 224], 3, 400, 768),
    "b": ([5, 5, 15], [42, 84, 240], 5, 464, 768),
}
V2 = {
    "ti": ([(2, 0), (2, 2), (6, 2), (2, 2)], [32, 64, 128, 256], 512),
    "s": ([(3, 0), (3, 3), (9, 3), (3, 3)], [32, 64, 128, 256], 512),
    "m": ([(3, 0), (3, 3), (9, 3), (3, 3)], [32, 64, 192, 384], 512),
    "b": ([(3, 0), (3, 3), (9, 3), (3, 3)], [64, 128, 256, 512], 768),
}
GREEDY = {
    "s": ([(2, 2), (2, 2), (6, 2), (2, 2)], [48, 96, 192, 384], 768),
    "m": ([(3, 3), (3, 3), (9, 3), (3, 3)], [56, 112, 224, 448], 768),
    "b": ([(4, 4), (4, 4), (12, 4), (3, 3)], [64, 128, 256, 512], 768),
}
# Everything that the families have, in little.
REDUCED = ([(1, 1), (1, 1), (1, 1)], [8, 12, 16, 24], 32)

# name: a function of classes and the largest rate of stochastic depth
NETWORKS = (
    {f"mobilevig_{k}": lambda c, r, d=d: MobileViG(*d, c, r) for k, d in V1.items()}
    | {f"mobilevigv2_{k}": lambda c, r, d=d: Pyramid(*d, "mobilevigv2", c, r) for k, d in V2.items()}
    | {f"greedyvig_{k}": lambda c, r, d=d: Pyramid(*d, "greedy", c, r) for k, d in GREEDY.items()}
    | {
        "mobilevigv2_reduced": lambda c, r: Pyramid([(1, 0), *REDUCED[0]], *REDUCED[1:], "mobilevigv2", c, r),
        "greedyvig_reduced": lambda c, r: Pyramid([(1, 1), *REDUCED[0]], *REDUCED[1:], "greedy", c, r),
    }
)


def make(name, classes=1000, drop_path=0.1):
    """The network called `name`, initialised as published."""
    return NETWORKS[name](classes, drop_path)


if __name__ == "__main__":
    for name in NETWORKS:
        print(name, sum(p.numel() for p in make(name).parameters()))
