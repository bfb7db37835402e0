"""Writes the small files of PyTorch's that the tests of the reader open.

    python Tests/References/torch_files.py

`plain.pth` and `legacy.pth` hold the same tensors in the two formats of torch.save; what is in them is computed again by
`Tests/FormatsTests/TorchFileTests.swift`. The files under `refused` must not be read: each names code that Python would run, or
is what PyTorch writes for things that are not weights.
"""

import argparse
import collections
import os
import pickle
import zipfile
from pathlib import Path

import torch

TESTS = Path(__file__).resolve().parent.parent / "FormatsTests" / "Resources" / "torch"
SEEDS = Path(__file__).resolve().parents[2] / "Fuzz" / "Seeds" / "torch"


def ramp(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    return torch.arange(count).reshape(shape).to(dtype)


def tensors():
    """Every type, and every way in which a tensor can lie in its storage."""
    base = ramp(4, 6)
    state = collections.OrderedDict(
        contiguous=ramp(2, 3),
        scalar=torch.tensor(7.5),
        empty=torch.empty(0, 4),
        base=base,
        transposed=base.t(),
        column=base[:, 2],
        window=base[1:3, 1:5:2],
        expanded=torch.tensor([1.0, 2.0]).reshape(2, 1).expand(2, 3),
        parameter=torch.nn.Parameter(ramp(3)),
        channels_last=ramp(1, 2, 2, 2).to(memory_format=torch.channels_last),
    )
    for dtype in [
        torch.float16, torch.bfloat16, torch.float64, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8,
        torch.bool,
    ]:
        state[str(dtype).removeprefix("torch.")] = ramp(3, dtype=dtype)
    return state


class Call:
    """Pickles as a call of a function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def checkpoint():
    """What a training program saves."""
    network = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    with torch.no_grad():
        network[0].weight.copy_(ramp(2, 3))
        network[0].bias.copy_(ramp(2))
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)
    network(torch.ones(4, 3)).sum().backward()
    optimizer.step()
    state = {"module." + name: tensor for name, tensor in network.state_dict().items()}
    with torch.no_grad():
        state["module.0.weight"] = ramp(2, 3)
    return {
        "epoch": 3,
        "arch": "tiny",
        "state_dict": state,
        "state_dict_ema": {name: tensor * 2 for name, tensor in state.items()},
        "optimizer": optimizer.state_dict(),
        "args": argparse.Namespace(lr=0.1, output=None, sizes=[1, 2]),
        "scaler": {},
        "metric": 0.75,
        "history": collections.defaultdict(list, {"loss": [1.0, 0.5]}),
        "device": torch.device("cpu"),
        "size": torch.Size([1, 2]),
        "large": 1 << 80,
    }


def save(name, value, **options):
    path = TESTS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(value, path, **options)


def deflate(source, target):
    """Packs an archive again with compression, as PyTorch never does."""
    with zipfile.ZipFile(TESTS / source) as old, zipfile.ZipFile(TESTS / target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED, 9)


def main():
    state = tensors()
    save("plain.pth", state | {"uint16": torch.tensor([0, 1, 65535], dtype=torch.uint16)})
    save("legacy.pth", state, _use_new_zipfile_serialization=False)
    save("checkpoint.pth.tar", checkpoint())
    save("checkpoint-legacy.pth", checkpoint(), _use_new_zipfile_serialization=False)
    save("protocol5.pth", {"weight": ramp(2, 3)}, pickle_protocol=5)
    deflate("checkpoint.pth.tar", "deflated.pth")
    save("refused/zeros.pth", {"weight": torch.zeros(1 << 20)})
    deflate("refused/zeros.pth", "refused/bomb.pth")
    (TESTS / "refused/zeros.pth").unlink()
    for name, value in {
        "system": Call(os.system, "echo this must never run"),
        "eval": Call(eval, "1 + 1"),
        "getattr": Call(getattr, "", "upper"),
    }.items():
        save(f"refused/{name}.pth", {"weight": ramp(2), "metric": value})
        save(f"refused/{name}-legacy.pth", {"weight": ramp(2), "metric": value}, _use_new_zipfile_serialization=False)
    save("refused/network.pth", torch.nn.Linear(1, 1))
    save("refused/complex.pth", {"weight": torch.zeros(1, dtype=torch.complex64)})
    save("refused/sparse.pth", {"weight": torch.eye(2).to_sparse()})
    save("refused/list.pth", [ramp(2)])
    save("refused/nothing.pth", {"epoch": 1, "loss": 0.5})
    (TESTS / "refused/pickle.pth").write_bytes(pickle.dumps({"weight": [1.0]}))
    torch.jit.script(torch.nn.Linear(1, 1)).save(TESTS / "refused/script.pth")
    SEEDS.mkdir(parents=True, exist_ok=True)
    for name, options in {"zip.pth": {}, "legacy.pth": {"_use_new_zipfile_serialization": False}}.items():
        base = ramp(2, 3)
        small = {"state_dict": {"module.a": base.t(), "module.b": base[0]}, "args": argparse.Namespace(lr=0.1)}
        torch.save(small, SEEDS / name, **options)


if __name__ == "__main__":
    main()
