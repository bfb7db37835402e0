"""The networks with attention that the references use, with timm's parameter names.

Images are [N, C, H, W] here and tokens [N, T, C]. A network is built for one size of pictures, because its tables of
positions have that size. Tables of indices are buffers; only `attention_bias_idxs` of EfficientFormer is saved, as in timm.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


class MLP(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc1 = nn.Linear(channels, 4 * channels)
        self.fc2 = nn.Linear(4 * channels, channels)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class LayerScale(nn.Module):
    """One factor a channel; `dim`, 1 or -1, is the axis of the channels."""

    def __init__(self, channels, dim):
        super().__init__()
        self.gamma = nn.Parameter(torch.full((channels,), 1e-5))
        self.shape = [-1, 1, 1] if dim == 1 else [-1]

    def forward(self, x):
        return x * self.gamma.view(self.shape)


def grid_places(side, stride=1):
    """|row distance| * side + |column distance| for queries on every `stride`-th place and all keys."""
    places = torch.cartesian_prod(torch.arange(side), torch.arange(side))
    queries = places.view(side, side, 2)[::stride, ::stride].reshape(-1, 2)
    apart = (queries[:, None] - places[None]).abs()
    return apart[..., 0] * side + apart[..., 1]


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups)


# EfficientFormer


class Stem(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = conv(3, width // 2, 3, 2)
        self.norm1 = nn.BatchNorm2d(width // 2)
        self.conv2 = conv(width // 2, width, 3, 2)
        self.norm2 = nn.BatchNorm2d(width)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(x)))


class Downsample(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = conv(inputs, outputs, 3, 2)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(self.conv(x))


class ConvolutionMLP(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc1 = conv(channels, 4 * channels, 1)
        self.norm1 = nn.BatchNorm2d(4 * channels)
        self.fc2 = conv(4 * channels, channels, 1)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        return self.norm2(self.fc2(F.gelu(self.norm1(self.fc1(x)))))


class PoolingBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.ls1 = LayerScale(channels, 1)
        self.mlp = ConvolutionMLP(channels)
        self.ls2 = LayerScale(channels, 1)

    def forward(self, x):
        x = x + self.ls1(F.avg_pool2d(x, 3, 1, 1, count_include_pad=False) - x)
        return x + self.ls2(self.mlp(x))


class GridAttention(nn.Module):
    heads, key, value = 8, 32, 128

    def __init__(self, channels, side):
        super().__init__()
        self.qkv = nn.Linear(channels, self.heads * (2 * self.key + self.value))
        self.proj = nn.Linear(self.heads * self.value, channels)
        self.attention_biases = nn.Parameter(torch.zeros(self.heads, side * side))
        self.register_buffer("attention_bias_idxs", grid_places(side))

    def forward(self, x):
        batch, tokens, _ = x.shape
        qkv = self.qkv(x).view(batch, tokens, self.heads, -1).transpose(1, 2)
        q, k, v = qkv.split([self.key, self.key, self.value], -1)
        scores = q @ k.mT / math.sqrt(self.key) + self.attention_biases[:, self.attention_bias_idxs]
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, tokens, -1))


class AttentionBlock(nn.Module):
    def __init__(self, channels, side):
        super().__init__()
        self.norm1 = nn.LayerNorm(channels)
        self.token_mixer = GridAttention(channels, side)
        self.ls1 = LayerScale(channels, -1)
        self.norm2 = nn.LayerNorm(channels)
        self.mlp = MLP(channels)
        self.ls2 = LayerScale(channels, -1)

    def forward(self, x):
        x = x + self.ls1(self.token_mixer(self.norm1(x)))
        return x + self.ls2(self.mlp(self.norm2(x)))


class GridToTokens(nn.Module):
    def forward(self, x):
        return x.flatten(2).mT


class Stage(nn.Module):
    def __init__(self, downsample, blocks):
        super().__init__()
        self.downsample = downsample
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x):
        return self.blocks(self.downsample(x))


class EfficientFormer(nn.Module):
    def __init__(self, depths, widths, attention_blocks, size=224, classes=1000):
        super().__init__()
        self.stem = Stem(widths[0])
        stages = []
        for index, (depth, width) in enumerate(zip(depths, widths)):
            attending = attention_blocks if index == 3 else 0
            blocks = [PoolingBlock(width) for _ in range(depth - attending)]
            if attending:
                side = math.ceil(size / 32)
                blocks += [GridToTokens()] + [AttentionBlock(width, side) for _ in range(attending)]
            stages.append(Stage(Downsample(widths[index - 1], width) if index else nn.Identity(), blocks))
        self.stages = nn.Sequential(*stages)
        self.norm = nn.LayerNorm(widths[3])
        self.head = nn.Linear(widths[3], classes)
        self.head_dist = nn.Linear(widths[3], classes)

    def heads(self, x):
        x = self.norm(self.stages(self.stem(x))).mean(1)
        return self.head(x), self.head_dist(x)

    def forward(self, x):
        labels, teacher = self.heads(x)
        return (labels + teacher) / 2


# EfficientFormerV2


class ConvolutionNorm(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, gelu=False):
        super().__init__()
        self.conv = conv(inputs, outputs, kernel, stride, groups)
        self.bn = nn.BatchNorm2d(outputs)
        self.gelu = gelu

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.gelu(x) if self.gelu else x


class StemV2(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = ConvolutionNorm(3, width // 2, 3, 2, gelu=True)
        self.conv2 = ConvolutionNorm(width // 2, width, 3, 2, gelu=True)

    def forward(self, x):
        return self.conv2(self.conv1(x))


class DepthwiseMLP(nn.Module):
    def __init__(self, channels, ratio):
        super().__init__()
        hidden = ratio * channels
        self.fc1 = ConvolutionNorm(channels, hidden, 1, gelu=True)
        self.mid = ConvolutionNorm(hidden, hidden, 3, groups=hidden, gelu=True)
        self.fc2 = ConvolutionNorm(hidden, channels, 1)

    def forward(self, x):
        return self.fc2(self.mid(self.fc1(x)))


def split_heads(x, heads):
    """[N, heads * d, H, W] as [N, heads, H * W, d]."""
    return x.view(x.shape[0], heads, x.shape[1] // heads, -1).mT


class TalkingAttention(nn.Module):
    heads, key, value = 8, 32, 128

    def __init__(self, channels, side, stride):
        super().__init__()
        heads, keys, values = self.heads, self.heads * self.key, self.heads * self.value
        if stride > 1:
            self.stride_conv = ConvolutionNorm(channels, channels, 3, stride, channels)
        self.stride, inner = stride, side // stride
        self.q = ConvolutionNorm(channels, keys, 1)
        self.k = ConvolutionNorm(channels, keys, 1)
        self.v = ConvolutionNorm(channels, values, 1)
        self.v_local = ConvolutionNorm(values, values, 3, groups=values)
        self.talking_head1 = conv(heads, heads, 1)
        self.talking_head2 = conv(heads, heads, 1)
        self.proj = ConvolutionNorm(values, channels, 1)
        self.attention_biases = nn.Parameter(torch.zeros(heads, inner * inner))
        self.register_buffer("places", grid_places(inner), persistent=False)

    def forward(self, x):
        if self.stride > 1:
            x = self.stride_conv(x)
        v = self.v(x)
        q, k = split_heads(self.q(x), self.heads), split_heads(self.k(x), self.heads)
        scores = q @ k.mT / math.sqrt(self.key) + self.attention_biases[:, self.places]
        weights = self.talking_head2(self.talking_head1(scores).softmax(-1))
        y = (weights @ split_heads(v, self.heads)).mT.reshape(v.shape) + self.v_local(v)
        if self.stride > 1:
            y = F.interpolate(y, scale_factor=self.stride, mode="bilinear", align_corners=False)
        return self.proj(F.gelu(y))


class LocalGlobalQuery(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.local = conv(inputs, inputs, 3, 2, inputs)
        self.proj = ConvolutionNorm(inputs, outputs, 1)

    def forward(self, x):
        return self.proj(self.local(x) + x[:, :, ::2, ::2])


class DownsamplingAttention(nn.Module):
    heads, key, value = 8, 16, 64

    def __init__(self, inputs, outputs, side):
        super().__init__()
        keys, values = self.heads * self.key, self.heads * self.value
        self.q = LocalGlobalQuery(inputs, keys)
        self.k = ConvolutionNorm(inputs, keys, 1)
        self.v = ConvolutionNorm(inputs, values, 1)
        self.v_local = ConvolutionNorm(values, values, 3, 2, values)
        self.proj = ConvolutionNorm(values, outputs, 1)
        self.attention_biases = nn.Parameter(torch.zeros(self.heads, side * side))
        self.register_buffer("places", grid_places(side, 2), persistent=False)

    def forward(self, x):
        q, k = split_heads(self.q(x), self.heads), split_heads(self.k(x), self.heads)
        v = self.v(x)
        local = self.v_local(v)
        scores = q @ k.mT / math.sqrt(self.key) + self.attention_biases[:, self.places]
        y = (scores.softmax(-1) @ split_heads(v, self.heads)).mT.reshape(local.shape)
        return self.proj(F.gelu(y + local))


class DownsampleV2(nn.Module):
    def __init__(self, inputs, outputs, side=None):
        super().__init__()
        self.conv = ConvolutionNorm(inputs, outputs, 3, 2)
        if side:
            self.attn = DownsamplingAttention(inputs, outputs, side)

    def forward(self, x):
        return self.attn(x) + self.conv(x) if hasattr(self, "attn") else self.conv(x)


class BlockV2(nn.Module):
    def __init__(self, channels, ratio, attention=None):
        super().__init__()
        if attention:
            self.token_mixer = attention
            self.ls1 = LayerScale(channels, 1)
        self.mlp = DepthwiseMLP(channels, ratio)
        self.ls2 = LayerScale(channels, 1)

    def forward(self, x):
        if hasattr(self, "token_mixer"):
            x = x + self.ls1(self.token_mixer(x))
        return x + self.ls2(self.mlp(x))


class EfficientFormerV2(nn.Module):
    def __init__(self, widths, ratios, attention_blocks, size=224, classes=1000):
        super().__init__()
        self.stem = StemV2(widths[0])
        stages = []
        for index, width in enumerate(widths):
            side = size >> (2 + index)
            downsample = nn.Identity()
            if index:
                downsample = DownsampleV2(widths[index - 1], width, 2 * side if index == 3 else None)
            blocks = []
            for position, ratio in enumerate(ratios[index]):
                attends = index >= 2 and len(ratios[index]) - position <= attention_blocks
                attention = TalkingAttention(width, side, 2 if index == 2 else 1) if attends else None
                blocks.append(BlockV2(width, ratio, attention))
            stages.append(Stage(downsample, blocks))
        self.stages = nn.Sequential(*stages)
        self.norm = nn.BatchNorm2d(widths[3])
        self.head = nn.Linear(widths[3], classes)
        self.head_dist = nn.Linear(widths[3], classes)

    def heads(self, x):
        x = self.norm(self.stages(self.stem(x))).mean((2, 3))
        return self.head(x), self.head_dist(x)

    def forward(self, x):
        labels, teacher = self.heads(x)
        return (labels + teacher) / 2


# ViT


class PatchEmbedding(nn.Module):
    """[N, 3, H, W] → [N, H / patch, W / patch, channels]."""

    def __init__(self, channels, patch, normalizes):
        super().__init__()
        self.proj = nn.Conv2d(3, channels, patch, patch)
        if normalizes:
            self.norm = nn.LayerNorm(channels)

    def forward(self, x):
        x = self.proj(x).permute(0, 2, 3, 1)
        return self.norm(x) if hasattr(self, "norm") else x


class SelfAttention(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.qkv = nn.Linear(channels, 3 * channels)
        self.proj = nn.Linear(channels, channels)
        self.heads = heads

    def forward(self, x):
        batch, tokens, channels = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = q @ k.mT / math.sqrt(q.shape[-1])
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(x.shape))


class TransformerBlock(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(channels, 1e-6)
        self.attn = SelfAttention(channels, heads)
        self.norm2 = nn.LayerNorm(channels, 1e-6)
        self.mlp = MLP(channels)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class VisionTransformer(nn.Module):
    def __init__(self, width, heads, depth=12, size=224, classes=1000):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + (size // 16) ** 2, width))
        self.patch_embed = PatchEmbedding(width, 16, False)
        self.blocks = nn.Sequential(*[TransformerBlock(width, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(width, 1e-6)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        x = self.patch_embed(x).flatten(1, 2)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


# Swin V2


class WindowAttention(nn.Module):
    """Cosine attention of tokens [windows, T, C]; `mask` is [windows a picture, T, T]."""

    def __init__(self, channels, heads, window):
        super().__init__()
        self.heads, self.window = heads, window
        self.logit_scale = nn.Parameter(torch.full((heads, 1, 1), math.log(10)))
        self.q_bias = nn.Parameter(torch.zeros(channels))
        self.v_bias = nn.Parameter(torch.zeros(channels))
        self.cpb_mlp = nn.Sequential(nn.Linear(2, 512), nn.ReLU(), nn.Linear(512, heads, bias=False))
        self.qkv = nn.Linear(channels, 3 * channels, bias=False)
        self.proj = nn.Linear(channels, channels)
        places = torch.cartesian_prod(torch.arange(window), torch.arange(window))
        apart = (places[:, None] - places[None]).double()
        scaled = 8 * apart / max(window - 1, 1)
        coordinates = scaled.sign() * torch.log2(scaled.abs() + 1) / 3
        self.register_buffer("coordinates", coordinates, persistent=False)

    def forward(self, x, mask):
        count, tokens, channels = x.shape
        bias = torch.cat([self.q_bias, torch.zeros_like(self.q_bias), self.v_bias])
        qkv = F.linear(x, self.qkv.weight, bias)
        q, k, v = qkv.view(count, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scale = self.logit_scale.clamp(max=math.log(100)).exp()
        scores = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).mT * scale
        positions = 16 * torch.sigmoid(self.cpb_mlp(self.coordinates.to(x.dtype)))
        scores = scores + positions.permute(2, 0, 1)
        if mask is not None:
            scores = scores.view(-1, len(mask), *scores.shape[1:]) + mask[:, None]
            scores = scores.flatten(0, 1)
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(x.shape))


class SwinBlock(nn.Module):
    def __init__(self, channels, heads, side, window, shifted):
        super().__init__()
        self.side, self.window = side, min(side, window)
        self.shift = window // 2 if shifted and side > window else 0
        self.attn = WindowAttention(channels, heads, self.window)
        self.norm1 = nn.LayerNorm(channels)
        self.mlp = MLP(channels)
        self.norm2 = nn.LayerNorm(channels)

    def cut(self, grid):
        n, count = len(grid), self.side // self.window
        grid = grid.roll((-self.shift, -self.shift), (1, 2))
        grid = grid.view(n, count, self.window, count, self.window, -1).transpose(2, 3)
        return grid.reshape(n * count * count, self.window**2, -1)

    def join(self, windows, shape):
        n, count = shape[0], self.side // self.window
        grid = windows.view(n, count, count, self.window, self.window, -1).transpose(2, 3)
        return grid.reshape(shape).roll((self.shift, self.shift), (1, 2))

    def mask(self, dtype):
        """-100 between tokens that were not neighbours before the roll."""
        if self.shift == 0:
            return None
        origin = torch.arange(self.side)
        wrapped = (origin >= self.side - self.shift).to(torch.int64)
        region = 2 * wrapped[:, None] + wrapped[None]
        count = self.side // self.window
        region = region.view(count, self.window, count, self.window).transpose(1, 2)
        region = region.reshape(count * count, self.window**2)
        return -100 * (region[:, :, None] != region[:, None]).to(dtype)

    def forward(self, x):
        y = self.attn(self.cut(x), self.mask(x.dtype))
        x = x + self.norm1(self.join(y, x.shape))
        return x + self.norm2(self.mlp(x))


class PatchMerging(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.reduction = nn.Linear(4 * channels, 2 * channels, bias=False)
        self.norm = nn.LayerNorm(2 * channels)

    def forward(self, x):
        squares = [x[:, row::2, column::2] for column in (0, 1) for row in (0, 1)]
        return self.norm(self.reduction(torch.cat(squares, -1)))


class SwinHead(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        return self.fc(x.mean((1, 2)))


class SwinV2(nn.Module):
    def __init__(self, depths, width=96, heads=3, window=8, size=256, classes=1000):
        super().__init__()
        self.patch_embed = PatchEmbedding(width, 4, True)
        layers = []
        for index, depth in enumerate(depths):
            channels, side = width << index, size >> (2 + index)
            blocks = [SwinBlock(channels, heads << index, side, window, b % 2 == 1) for b in range(depth)]
            layers.append(Stage(PatchMerging(channels // 2) if index else nn.Identity(), blocks))
        self.layers = nn.Sequential(*layers)
        channels = width << (len(depths) - 1)
        self.norm = nn.LayerNorm(channels)
        self.head = SwinHead(channels, classes)

    def forward(self, x):
        return self.head(self.norm(self.layers(self.patch_embed(x))))


V1 = {
    "l1": ([3, 2, 6, 4], [48, 96, 224, 448], 1),
    "l3": ([4, 4, 12, 6], [64, 128, 320, 512], 4),
    "l7": ([6, 6, 18, 8], [96, 192, 384, 768], 8),
}
V2 = {
    "s0": ([32, 48, 96, 176], [[4] * 2, [4] * 2, [4, 3, 3, 3, 4, 4], [4, 3, 3, 4]], 2),
    "s1": (
        [32, 48, 120, 224],
        [[4] * 3, [4] * 3, [4] * 2 + [3] * 4 + [4] * 3, [4, 4, 3, 3, 4, 4]],
        2,
    ),
    "s2": (
        [32, 64, 144, 288],
        [[4] * 4, [4] * 4, [4] * 2 + [3] * 6 + [4] * 4, [4] * 2 + [3] * 4 + [4] * 2],
        4,
    ),
    "l": (
        [40, 80, 192, 384],
        [[4] * 5, [4] * 5, [4] * 4 + [3] * 7 + [4] * 4, [4] * 3 + [3] * 4 + [4] * 3],
        6,
    ),
}
VIT = {"tiny": (192, 3), "small": (384, 6), "base": (768, 12)}
SWIN = {"tiny": [2, 2, 6, 2], "small": [2, 2, 18, 2]}

# name: (native size, a function of size and classes)
NETWORKS = (
    {f"efficientformer_{k}": (224, lambda s, c, d=d: EfficientFormer(*d, s, c)) for k, d in V1.items()}
    | {f"efficientformerv2_{k}": (224, lambda s, c, d=d: EfficientFormerV2(*d, s, c)) for k, d in V2.items()}
    | {
        f"vit_{k}_patch16_224": (224, lambda s, c, d=d: VisionTransformer(*d, size=s, classes=c))
        for k, d in VIT.items()
    }
    | {
        f"swinv2_{k}_window8_256": (256, lambda s, c, d=d: SwinV2(d, size=s, classes=c))
        for k, d in SWIN.items()
    }
    # Everything that Swin V2 has, in little.
    | {"swinv2_reduced": (64, lambda s, c: SwinV2([2, 2, 2], 48, 3, 4, s, c))}
)


def make(name, size=None, classes=1000):
    """The network called `name` for pictures of `size`, with PyTorch's default initialisation."""
    native, build = NETWORKS[name]
    return build(size or native, classes)
