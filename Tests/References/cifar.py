"""CIFAR-10 in its publisher's binary records: a label byte, then the R, G and B planes of 32x32."""

import numpy
import torch

RECORD = 1 + 3 * 32 * 32
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def read(path):
    """Images [N, 3, 32, 32] uint8 and labels [N] int64 of a file of records."""
    data = numpy.fromfile(path, dtype=numpy.uint8)
    if data.size == 0 or data.size % RECORD:
        raise ValueError(f"{path}: {data.size} bytes, expected a multiple of {RECORD}")
    records = torch.from_numpy(data.reshape(-1, RECORD))
    return records[:, 1:].reshape(-1, 3, 32, 32).contiguous(), records[:, 0].long()


def normalise(images):
    """float32 images with the mean and deviation that the pretrained networks expect."""
    return (images.float() / 255 - MEAN) / STD


@torch.no_grad()
def correct_count(model, images, labels, batch=250):
    """How many images the model, in evaluation mode, puts into their class."""
    model.eval()
    return sum(
        int((model(normalise(x)).argmax(1) == y).sum())
        for x, y in zip(images.split(batch), labels.split(batch))
    )
