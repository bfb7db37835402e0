"""Makes pictures.json beside this file: what Pillow, and torchvision's functions on Pillow images, make of pictures that
the tests make again from a formula. Needs NumPy and Pillow before 13, which resizes rows first whatever the sizes:
pip install numpy 'pillow<13'; python pictures.py"""
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageEnhance

assert int(PIL.__version__.split(".")[0]) < 13, "Pillow 13 and later resize some pictures columns first"

BILINEAR, BICUBIC = Image.Resampling.BILINEAR, Image.Resampling.BICUBIC


def picture(height, width, channels):
    """SplitMix64 bytes, some of them pushed to the ends so that sums leave the range of a byte."""
    state, values = height * 65536 + width * 256 + channels, []
    mask = (1 << 64) - 1
    for _ in range(height * width * channels):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        values.append((0, 255, z >> 8 & 255, z >> 8 & 255)[z & 3])
    array = np.array(values, np.uint8).reshape(height, width, channels)
    return Image.fromarray(array[..., 0] if channels == 1 else array)


def resize_shorter(image, size):
    width, height = image.size
    short, long = min(width, height), max(width, height)
    other = int(size * long / short)
    return image.resize((size, other) if width <= height else (other, size), BILINEAR)


def center_crop(image, size):
    width, height = image.size
    if size > width or size > height:
        left, top = max(0, (size - width) // 2), max(0, (size - height) // 2)
        right, bottom = max(0, (size - width + 1) // 2), max(0, (size - height + 1) // 2)
        padded = Image.new(image.mode, (width + left + right, height + top + bottom))
        padded.paste(image, (left, top))
        image, (width, height) = padded, padded.size
    top, left = round((height - size) / 2), round((width - size) / 2)
    return image.crop((left, top, left + size, top + size))


def adjust_hue(image, factor):
    if image.mode == "L":
        return image
    h, s, v = image.convert("HSV").split()
    turned = np.array(h) + np.int32(factor * 255).astype(np.uint8)
    return Image.merge("HSV", (Image.fromarray(turned.astype(np.uint8)), s, v)).convert("RGB")


def fnv(array):
    value = 0xCBF29CE484222325
    for byte in array.tobytes():
        value = ((value ^ byte) * 0x100000001B3) & ((1 << 64) - 1)
    return f"{value:016x}"


cases = []


def add(operation, arguments, size, image):
    array = np.asarray(image)
    shape = list(array.shape) + ([1] if array.ndim == 2 else [])
    case = {"operation": operation, "arguments": arguments, "input": list(size), "output": shape, "hash": fnv(array)}
    if array.size <= 300:
        case["pixels"] = array.reshape(-1).tolist()
    cases.append(case)


for size in [(13, 19, 3), (19, 13, 1), (200, 301, 3)]:
    source = picture(*size)
    for height, width in [(7, 9), (31, 24), (13, 40), (size[0], 11), (1, 1), (199, 302)]:
        add("bilinear", [height, width], size, source.resize((width, height), BILINEAR))
        add("bicubic", [height, width], size, source.resize((width, height), BICUBIC))
    for target in [5, 10, 16]:
        add("shorterSide", [target], size, resize_shorter(source, target))
    for target in [6, 7, 16, 24]:
        add("centerCrop", [target], size, center_crop(source, target))
    for factor in [0, 0.3, 0.77, 1, 1.31, 1.9]:
        add("brightness", [factor], size, ImageEnhance.Brightness(source).enhance(factor))
        add("contrast", [factor], size, ImageEnhance.Contrast(source).enhance(factor))
        add("saturation", [factor], size, ImageEnhance.Color(source).enhance(factor))
    for shift in [-0.5, -0.37, -0.05, 0.02, 0.1, 0.25, 0.5]:
        add("hue", [shift], size, adjust_hue(source, shift))
    if size[2] == 3:
        add("luma", [], size, source.convert("L"))

path = pathlib.Path(__file__).with_name("pictures.json")
path.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
