"""The segmentation networks that the references use, with the parameter names of mmsegmentation.

ResNetV1c-18 as the backbone; one head a class. Dropout and the auxiliary head are left out.
"""

import torch
import torch.nn.functional as F
from torch import nn


def resize(x, like):
    return F.interpolate(x, like.shape[2:], mode="bilinear", align_corners=False)


def conv(inputs, outputs, kernel, stride=1, dilation=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2 * dilation, dilation, bias=False)


class ConvModule(nn.Module):
    def __init__(self, inputs, outputs, kernel, dilation=1):
        super().__init__()
        self.conv = conv(inputs, outputs, kernel, dilation=dilation)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, dilation):
        super().__init__()
        self.conv1 = conv(inputs, outputs, 3, stride, dilation)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = conv(outputs, outputs, 3)
        self.bn2 = nn.BatchNorm2d(outputs)
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = self.downsample(x) if hasattr(self, "downsample") else x
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + shortcut)


class Backbone(nn.Module):
    def __init__(self, dilated):
        super().__init__()
        layers = []
        for inputs, outputs, stride in [(3, 32, 2), (32, 32, 1), (32, 64, 1)]:
            layers += [conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.stem = nn.Sequential(*layers)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = 64
        strides, dilations = ((1, 2, 1, 1), (1, 1, 2, 4)) if dilated else ((1, 2, 2, 2), (1, 1, 1, 1))
        for index, (stride, dilation) in enumerate(zip(strides, dilations)):
            outputs = 64 << index
            first = BasicBlock(inputs, outputs, stride, max(1, dilation // 2))
            setattr(self, f"layer{index + 1}", nn.Sequential(first, BasicBlock(outputs, outputs, 1, dilation)))
            inputs = outputs

    def forward(self, x):
        x = self.maxpool(self.stem(x))
        maps = []
        for index in range(4):
            x = getattr(self, f"layer{index + 1}")(x)
            maps.append(x)
        return maps


class FCNHead(nn.Module):
    def __init__(self, classes, width=128):
        super().__init__()
        self.convs = nn.Sequential(ConvModule(512, width, 3), ConvModule(width, width, 3))
        self.conv_cat = ConvModule(512 + width, width, 3)
        self.conv_seg = nn.Conv2d(width, classes, 1)

    def forward(self, maps):
        x = maps[3]
        return self.conv_seg(self.conv_cat(torch.cat([x, self.convs(x)], 1)))


def pyramid(inputs, width):
    return nn.ModuleList(
        nn.Sequential(nn.AdaptiveAvgPool2d(side), ConvModule(inputs, width, 1)) for side in (1, 2, 3, 6)
    )


def pooled(modules, x):
    return torch.cat([x] + [resize(module(x), x) for module in modules], 1)


class PSPHead(nn.Module):
    def __init__(self, classes, width=128):
        super().__init__()
        self.psp_modules = pyramid(512, width)
        self.bottleneck = ConvModule(512 + 4 * width, width, 3)
        self.conv_seg = nn.Conv2d(width, classes, 1)

    def forward(self, maps):
        return self.conv_seg(self.bottleneck(pooled(self.psp_modules, maps[3])))


class ASPPHead(nn.Module):
    def __init__(self, classes, width=128):
        super().__init__()
        self.image_pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), ConvModule(512, width, 1))
        self.aspp_modules = nn.ModuleList(
            ConvModule(512, width, 1 if dilation == 1 else 3, dilation) for dilation in (1, 12, 24, 36)
        )
        self.bottleneck = ConvModule(5 * width, width, 3)
        self.conv_seg = nn.Conv2d(width, classes, 1)

    def forward(self, maps):
        x = maps[3]
        branches = [resize(self.image_pool(x), x)] + [module(x) for module in self.aspp_modules]
        return self.conv_seg(self.bottleneck(torch.cat(branches, 1)))


class UPerHead(nn.Module):
    def __init__(self, classes, width=512):
        super().__init__()
        self.psp_modules = pyramid(512, width)
        self.bottleneck = ConvModule(512 + 4 * width, width, 3)
        self.lateral_convs = nn.ModuleList(ConvModule(inputs, width, 1) for inputs in (64, 128, 256))
        self.fpn_convs = nn.ModuleList(ConvModule(width, width, 3) for _ in range(3))
        self.fpn_bottleneck = ConvModule(4 * width, width, 3)
        self.conv_seg = nn.Conv2d(width, classes, 1)

    def forward(self, maps):
        laterals = [layer(x) for layer, x in zip(self.lateral_convs, maps)]
        laterals.append(self.bottleneck(pooled(self.psp_modules, maps[3])))
        for level in (2, 1, 0):
            laterals[level] = laterals[level] + resize(laterals[level + 1], laterals[level])
        outputs = [layer(x) for layer, x in zip(self.fpn_convs, laterals)] + [laterals[3]]
        merged = torch.cat([outputs[0]] + [resize(x, outputs[0]) for x in outputs[1:]], 1)
        return self.conv_seg(self.fpn_bottleneck(merged))


class Segmentation(nn.Module):
    def __init__(self, head, dilated):
        super().__init__()
        self.backbone = Backbone(dilated)
        self.decode_head = head

    def forward(self, x):
        return resize(self.decode_head(self.backbone(x)), x)


NETWORKS = {
    "fcn_r18": lambda classes: Segmentation(FCNHead(classes), True),
    "pspnet_r18": lambda classes: Segmentation(PSPHead(classes), True),
    "deeplabv3_r18": lambda classes: Segmentation(ASPPHead(classes), True),
    "upernet_r18": lambda classes: Segmentation(UPerHead(classes), False),
}
