"""Compares the networks of the references with those of timm and torchvision: the same names, the same logits."""

import timm
import torch
import torchvision

import mobile_networks
import networks

CASES = {  # name: (ours, the published one, image size)
    "resnet50": (lambda: networks.make("resnet50"), lambda: torchvision.models.resnet50(num_classes=10), 64),
    "mobilenetv2_100": (
        lambda: networks.make("mobilenetv2_100"),
        lambda: timm.create_model("mobilenetv2_100"),
        64,
    ),
    "tf_mobilenetv2_035": (
        lambda: mobile_networks.NETWORKS["tf_mobilenetv2_035"](10),
        lambda: timm.create_model("mobilenetv2_035", num_classes=10, pad_type="same"),
        72,
    ),
    "efficientnet_lite0": (
        lambda: mobile_networks.NETWORKS["efficientnet_lite0"](10),
        lambda: timm.create_model("tf_efficientnet_lite0", num_classes=10),
        72,
    ),
}


def main():
    torch.manual_seed(0)
    for name, (ours, published, size) in CASES.items():
        ours, published = ours().double().eval(), published().double().eval()
        for buffer in published.buffers():
            if buffer.is_floating_point():
                buffer.uniform_(0.5, 1.5)
        ours.load_state_dict(published.state_dict())
        x = torch.randn(2, 3, size, size, dtype=torch.float64)
        with torch.no_grad():
            expected = published(x)
            difference = (ours(x) - expected).abs().max() / expected.abs().max()
        print(name, f"{difference:.1e}")
        assert difference < 1e-10, name


if __name__ == "__main__":
    main()
