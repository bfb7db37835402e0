"""The mobile networks of inverted residuals that the references use, with the parameter names of their publishers.

A row of a table is (kernel, stride, channels after the expansion or 0, channels of the result).
"""

import torch.nn.functional as F
from torch import nn

MCUNET_5FPS = [
    (3, 1, 0, 8), (3, 2, 32, 16), (3, 1, 48, 16), (7, 2, 48, 24), (3, 1, 120, 24), (3, 2, 120, 40), (7, 1, 160, 40),
    (5, 1, 160, 48), (3, 1, 144, 48), (3, 1, 192, 48), (7, 2, 240, 96), (5, 1, 384, 96), (5, 1, 384, 96), (3, 1, 576, 160),
]
PROXYLESS_W03 = [
    (3, 1, 0, 8), (5, 2, 24, 16), (3, 1, 48, 16), (7, 2, 48, 16), (3, 1, 48, 16), (5, 1, 48, 16), (5, 1, 48, 16),
    (7, 2, 96, 24), (5, 1, 72, 24), (5, 1, 72, 24), (5, 1, 72, 24), (5, 1, 144, 32), (5, 1, 96, 32), (5, 1, 96, 32),
    (5, 1, 96, 32), (7, 2, 192, 64), (7, 1, 384, 64), (7, 1, 192, 64), (7, 1, 192, 64), (7, 1, 384, 96),
]
MBV2_W035 = [
    (3, 1, 0, 8), (3, 2, 48, 8), (3, 1, 48, 8), (3, 2, 48, 16), (3, 1, 96, 16), (3, 1, 96, 16), (3, 2, 96, 24),
    (3, 1, 144, 24), (3, 1, 144, 24), (3, 1, 144, 24), (3, 1, 144, 32), (3, 1, 192, 32), (3, 1, 192, 32), (3, 2, 192, 56),
    (3, 1, 336, 56), (3, 1, 336, 56), (3, 1, 336, 112),
]


class SameConv(nn.Conv2d):
    """A convolution with TensorFlow's padding: the odd row and column below and to the right."""

    def forward(self, x):
        def sides(size, kernel, stride):
            total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
            return total // 2, total - total // 2

        rows = sides(x.shape[2], self.kernel_size[0], self.stride[0])
        columns = sides(x.shape[3], self.kernel_size[1], self.stride[1])
        return super().forward(F.pad(x, (*columns, *rows)))


def conv(inputs, outputs, kernel, stride=1, groups=1, same=False):
    if same:
        return SameConv(inputs, outputs, kernel, stride, groups=groups, bias=False)
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


class TableBlock(nn.Module):
    """An inverted residual under timm's names."""

    def __init__(self, inputs, row, same, eps):
        super().__init__()
        kernel, stride, middle, outputs = row
        names = ["conv_pw", "conv_dw", "conv_pwl"] if middle else ["conv_dw", "conv_pw"]
        middle = middle or inputs
        layers = [conv(middle, middle, kernel, stride, middle, same), conv(middle, outputs, 1)]
        if len(names) == 3:
            layers.insert(0, conv(inputs, middle, 1))
        self.names = names
        for index, (name, layer) in enumerate(zip(names, layers)):
            setattr(self, name, layer)
            setattr(self, f"bn{index + 1}", nn.BatchNorm2d(layer.out_channels, eps))
        self.has_shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        y = x
        for index, name in enumerate(self.names):
            y = getattr(self, f"bn{index + 1}")(getattr(self, name)(y))
            if index + 1 < len(self.names):
                y = F.relu6(y)
        return x + y if self.has_shortcut else y


class StagedNetwork(nn.Module):
    """MobileNetV2 and EfficientNet-Lite under timm's names.

    A stage is (kernel, expansion, channels, blocks, stride of the first block).
    """

    def __init__(self, stem, stages, head, classes, same=False, eps=1e-5):
        super().__init__()
        self.conv_stem = conv(3, stem, 3, 2, same=same)
        self.bn1 = nn.BatchNorm2d(stem, eps)
        inputs, layers = stem, []
        for kernel, expansion, outputs, count, stride in stages:
            blocks = []
            for index in range(count):
                middle = inputs * expansion if expansion > 1 else 0
                row = (kernel, stride if index == 0 else 1, middle, outputs)
                blocks.append(TableBlock(inputs, row, same, eps))
                inputs = outputs
            layers.append(nn.Sequential(*blocks))
        self.blocks = nn.Sequential(*layers)
        self.conv_head = conv(inputs, head, 1)
        self.bn2 = nn.BatchNorm2d(head, eps)
        self.classifier = nn.Linear(head, classes)

    def forward(self, x):
        x = self.blocks(F.relu6(self.bn1(self.conv_stem(x))))
        return self.classifier(F.relu6(self.bn2(self.conv_head(x))).mean((2, 3)))


def scaled(channels, width):
    """Channels times width, to a multiple of 8 that is at most a tenth smaller."""
    rounded = max(8, int(channels * width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels * width else rounded


def mobilenet_v2(width, classes, same):
    table = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    stages = [(3, t, scaled(c, width), n, s) for t, c, n, s in table]
    return StagedNetwork(scaled(32, width), stages, max(1280, scaled(1280, width)), classes, same)


def efficientnet_lite0(classes):
    stages = [
        (3, 1, 16, 1, 1), (3, 6, 24, 2, 2), (5, 6, 40, 2, 2), (3, 6, 80, 3, 2), (5, 6, 112, 3, 1), (5, 6, 192, 4, 2),
        (3, 6, 320, 1, 1),
    ]
    return StagedNetwork(32, stages, 1280, classes, same=True, eps=1e-3)


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, act=True):
        super().__init__()
        self.conv = conv(inputs, outputs, kernel, stride, groups)
        self.bn = nn.BatchNorm2d(outputs)
        self.act = act

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.relu6(x) if self.act else x


class SearchedBlock(nn.Module):
    """An inverted residual under the names of MIT's networks."""

    def __init__(self, inputs, row):
        super().__init__()
        kernel, stride, middle, outputs = row
        layers = {}
        if middle:
            layers["inverted_bottleneck"] = ConvNorm(inputs, middle, 1)
        middle = middle or inputs
        layers["depth_conv"] = ConvNorm(middle, middle, kernel, stride, middle)
        layers["point_linear"] = ConvNorm(middle, outputs, 1, act=False)
        self.mobile_inverted_conv = nn.ModuleDict(layers)
        self.has_shortcut = stride == 1 and inputs == outputs

    def forward(self, x):
        y = x
        for layer in self.mobile_inverted_conv.values():
            y = layer(y)
        return x + y if self.has_shortcut else y


class SearchedNetwork(nn.Module):
    """MCUNet and ProxylessNAS under the names of MIT's networks."""

    def __init__(self, rows, classes):
        super().__init__()
        self.first_conv = ConvNorm(3, 16, 3, 2)
        inputs, blocks = 16, []
        for row in rows:
            blocks.append(SearchedBlock(inputs, row))
            inputs = row[3]
        self.blocks = nn.ModuleList(blocks)
        self.classifier = nn.ModuleDict({"linear": nn.Linear(inputs, classes)})

    def forward(self, x):
        x = self.first_conv(x)
        for block in self.blocks:
            x = block(x)
        return self.classifier["linear"](x.mean((2, 3)))


NETWORKS = {
    "tf_mobilenetv2_035": lambda classes: mobilenet_v2(0.35, classes, same=True),
    "tf_mobilenetv2_100": lambda classes: mobilenet_v2(1, classes, same=True),
    "efficientnet_lite0": efficientnet_lite0,
    "mcunet_5fps": lambda classes: SearchedNetwork(MCUNET_5FPS, classes),
    "proxyless_w03": lambda classes: SearchedNetwork(PROXYLESS_W03, classes),
    "mbv2_w035": lambda classes: SearchedNetwork(MBV2_W035, classes),
}
