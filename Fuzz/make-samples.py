"""Writes the small sample files of the Formats tests and the seeds of the fuzzer.

    pip install numpy pillow safetensors
    python Fuzz/make-samples.py
    swift format -i Tests/FormatsTests/PictureSamples.swift Tests/FormatsTests/CompressedSamples.swift
"""

import base64
import gzip
import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "Tests" / "FormatsTests"
SEEDS = ROOT / "Fuzz" / "Seeds"


def waves(height, width, channels):
    """A smooth picture, which lossy codecs keep well."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [128 + 100 * np.sin(x / (3 + k)) + 20 * np.cos(y / (2 + k)) for k in range(channels)]
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)


def encoded(image, file_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png(width, height, depth, rows, interlaced):
    """A PNG file of a kind that Pillow does not write: 16 bits a sample, or interlaced."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, interlaced)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def interlaced_rows(pixels):
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    for x, y, dx, dy in passes:
        part = pixels[y::dy, x::dx]
        if part.size:
            yield from (row.tobytes() for row in part)


def pictures():
    rgb = Image.fromarray(waves(13, 17, 3))
    wide = np.random.default_rng(7).integers(0, 65536, (4, 3, 3)).astype(">u2")
    return {
        "jpeg420": encoded(rgb, "JPEG", quality=80, subsampling=2),
        "jpeg422": encoded(rgb, "JPEG", quality=80, subsampling=1),
        "jpeg444": encoded(rgb, "JPEG", quality=80, subsampling=0),
        "jpegProgressive": encoded(rgb, "JPEG", quality=80, progressive=True),
        "jpegGray": encoded(rgb.convert("L"), "JPEG", quality=80),
        "jpegCMYK": encoded(Image.fromarray(waves(9, 11, 4), mode="CMYK"), "JPEG", quality=90),
        "pngRGB": encoded(rgb, "PNG"),
        "pngRGBA": encoded(Image.fromarray(waves(6, 5, 4)), "PNG"),
        "pngGray": encoded(rgb.convert("L"), "PNG"),
        "pngGrayAlpha": encoded(rgb.convert("LA"), "PNG"),
        "pngPalette": encoded(rgb.quantize(7), "PNG", transparency=3),
        "pngBilevel": encoded(rgb.convert("1"), "PNG"),
        "png16": png(3, 4, 16, [row.tobytes() for row in wide], 0),
        "pngInterlaced": png(10, 9, 8, interlaced_rows(waves(9, 10, 3)), 1),
    }


def base64_lines(content, indentation):
    text = base64.b64encode(content).decode()
    return "".join(f"{indentation}{text[i:i + 100]}\n" for i in range(0, len(text), 100))


def picture_samples(files):
    entries = ""
    for name, content in files.items():
        pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        height, width, _ = pixels.shape
        entries += f"""    PictureSample(
      name: "{name}", width: {width}, height: {height}, checksum: 0x{zlib.crc32(pixels.tobytes()):08X},
      base64: \"\"\"
{base64_lines(content, "        ")}        \"\"\"),
"""
    return f"""import Foundation
import Testing

/// A small picture file written by Pillow, and what Pillow's `convert("RGB")` makes of it.
struct PictureSample: CustomTestStringConvertible, Sendable {{
  let name: String
  let width: Int
  let height: Int
  /// The CRC-32 of the red, green and blue bytes.
  let checksum: UInt32
  private let base64: String

  var bytes: [UInt8] {{
    [UInt8](Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
  }}
  var testDescription: String {{ name }}

  static let all: [PictureSample] = [
{entries}  ]

  static func named(_ name: String) -> [UInt8] {{
    all.first {{ $0.name == name }}?.bytes ?? []
  }}
}}
"""


def compressed_samples(samples):
    result = "import Foundation\n"
    for kind, name, comment, content in samples:
        result += f"""
enum {kind} {{
  /// {comment}
  static let {name} = [UInt8](
    Data(
      base64Encoded: \"\"\"
{base64_lines(content, "        ")}        \"\"\", options: .ignoreUnknownCharacters) ?? Data())
}}
"""
    return result


def npz(save, **arrays):
    buffer = io.BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def compress(content):
    return gzip.compress(content, mtime=0)


def idx(kind, sizes, data):
    return bytes([0, 0, kind, len(sizes)]) + b"".join(struct.pack(">I", size) for size in sizes) + data


def write_seed(reader, name, content):
    (SEEDS / reader).mkdir(parents=True, exist_ok=True)
    (SEEDS / reader / name).write_bytes(content)


def main():
    files = pictures()
    steps = npz(np.savez_compressed, x=np.arange(300, dtype="<i2").reshape(3, 100) // 50)
    digits = compress(idx(8, [20, 10], bytes(i * i % 7 for i in range(200))))
    (TESTS / "PictureSamples.swift").write_text(picture_samples(files))
    (TESTS / "CompressedSamples.swift").write_text(compressed_samples([
        ("NpzSamples", "compressed",
         "`numpy.savez_compressed(x=numpy.arange(300, dtype='<i2').reshape(3, 100) // 50)`.", steps),
        ("GzipSamples", "digits", "`gzip.compress` of an IDX file of 20 × 10 bytes.", digits),
    ]))
    for name, content in files.items():
        write_seed("pictures", name, content)
    write_seed("npz", "stored.npz", npz(np.savez, a=np.arange(6, dtype="<f4"), b=np.zeros((2, 2), bool)))
    write_seed("npz", "deflated.npz", steps)
    write_seed("gzip", "one.gz", digits)
    write_seed("gzip", "two.gz", compress(b"a") + compress(b"bb"))
    small = idx(8, [2, 3], bytes(range(6)))
    write_seed("idx", "u8.idx", small)
    write_seed("idx", "f8.idx", idx(14, [1], bytes(8)))
    write_seed("idx", "u8.idx.gz", compress(small))
    write_seed("npy", "f4.npy", npy(np.arange(6, dtype="<f4").reshape(2, 3)))
    write_seed("npy", "scalar.npy", npy(np.array(3, dtype="<i8")))
    write_seed("npy", "fortran.npy", npy(np.asfortranarray(np.ones((2, 3)))))
    write_seed("cifar", "one.bin", bytes([3]) + bytes(i % 256 for i in range(3072)))
    (SEEDS / "safetensors").mkdir(parents=True, exist_ok=True)
    arrays = {"a": np.ones((2, 3), "<f4"), "b": np.array(3, "<i8"), "c": np.zeros((0, 3), np.float16)}
    save_file(arrays, SEEDS / "safetensors" / "small.safetensors", metadata={"k": "v"})


main()
