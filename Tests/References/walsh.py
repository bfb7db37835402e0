"""Makes AdaptationTests/References/walsh.safetensors: gradients of linear layers by Walsh–Hadamard projections, in float64.

Each basis is multiplied out and summed; nothing is transformed fast. Inputs are exact in float32.
"""

import json
from pathlib import Path

import numpy
from safetensors.numpy import save_file

import formula

OUTPUT = Path(__file__).resolve().parents[1] / "AdaptationTests" / "References" / "walsh.safetensors"


def walsh(size):
    """The Hadamard matrix of `size`, its rows ordered by their sign changes."""
    matrix = numpy.ones((1, 1))
    while len(matrix) < size:
        matrix = numpy.block([[matrix, matrix], [matrix, -matrix]])
    return matrix[numpy.argsort((matrix[:, 1:] != matrix[:, :-1]).sum(axis=1))]


def l1(order, block=8):
    return [[i, j] for i in range(block) for j in range(block) if i + j < order]


def linf(order):
    return [[i, j] for i in range(order) for j in range(order)]


CASES = [
    {"height": 8, "width": 8, "extraTokens": 0, "bases": l1(4), "blockSize": 8, "padding": "reflect"},
    {"height": 7, "width": 7, "extraTokens": 1, "bases": l1(3), "blockSize": 8, "padding": "reflect"},
    {"height": 7, "width": 7, "extraTokens": 2, "bases": l1(3), "blockSize": 8, "padding": "zero"},
    {"height": 9, "width": 12, "extraTokens": 0, "bases": linf(2), "blockSize": 4, "padding": "zero"},
    {"height": 3, "width": 3, "extraTokens": 0, "bases": linf(3), "blockSize": 4, "padding": "reflect"},
    {"height": 20, "width": 20, "extraTokens": 0, "bases": l1(5, 16), "blockSize": 16, "padding": "reflect"},
    {"height": 12, "width": 20, "extraTokens": 0, "bases": [[0, 0], [7, 1], [2, 5]], "blockSize": 8, "padding": "zero"},
]


def values(name, *shape):
    return formula.signed(name, int(numpy.prod(shape))).reshape(shape)


def blocks(tokens, case, mode):
    """[N, rows of blocks, rows, columns of blocks, columns, C] of tokens [N, h·w, C], padded at the border."""
    height, width, size = case["height"], case["width"], case["blockSize"]
    images = tokens.reshape(len(tokens), height, width, -1)
    pads = []
    for extent in (height, width):
        missing = -extent % size
        pads.append(((missing + 1) // 2, missing // 2))
    padded = numpy.pad(images, [(0, 0), *pads, (0, 0)], mode=mode)
    shape = (len(tokens), padded.shape[1] // size, size, padded.shape[2] // size, size, padded.shape[3])
    return padded.reshape(shape), pads


def gradients(case, x, weight, grad_y):
    extra, size = case["extraTokens"], case["blockSize"]
    functions = numpy.array([numpy.outer(walsh(size)[i], walsh(size)[j]) for i, j in case["bases"]])
    mode = "reflect" if case["padding"] == "reflect" else "constant"
    x_blocks, _ = blocks(x[:, extra:], case, mode)
    y_blocks, (rows, columns) = blocks(grad_y[:, extra:], case, "reflect")
    x_hat = numpy.einsum("nayczi,byz->nacbi", x_blocks, functions)
    g_hat = numpy.einsum("nayczo,byz->nacbo", y_blocks, functions) / size**2
    grad_weight = numpy.einsum("nacbo,nacbi->oi", g_hat, x_hat)
    grad_weight += numpy.einsum("nto,nti->oi", grad_y[:, :extra], x[:, :extra])
    full = numpy.einsum("nacbi,byz->nayczi", g_hat @ weight, functions)
    full = full.reshape(len(x), full.shape[1] * size, full.shape[3] * size, -1)
    height, width = case["height"], case["width"]
    image = full[:, rows[0] : rows[0] + height, columns[0] : columns[0] + width]
    grad_x = numpy.concatenate([grad_y[:, :extra] @ weight, image.reshape(len(x), height * width, -1)], axis=1)
    return grad_x, grad_weight, grad_y.sum(axis=(0, 1))


def main():
    tensors, cases = {}, []
    for index, case in enumerate(CASES):
        case = {"batch": 2, "inFeatures": 3, "outFeatures": 4, **case}
        tokens = case["extraTokens"] + case["height"] * case["width"]
        x = values(f"walsh/{index}/x", 2, tokens, 3)
        weight = values(f"walsh/{index}/weight", 4, 3)
        grad_y = values(f"walsh/{index}/grad_y", 2, tokens, 4)
        results = gradients(case, x, weight, grad_y)
        names = ["x", "weight", "grad_y", "grad_x", "grad_weight", "grad_bias"]
        for name, value in zip(names, [x, weight, grad_y, *results]):
            tensors[f"case{index}.{name}"] = numpy.ascontiguousarray(value, dtype=numpy.float32)
        cases.append(case)
    save_file(tensors, OUTPUT, metadata={"cases": json.dumps(cases)})


if __name__ == "__main__":
    main()
