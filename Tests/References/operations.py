"""Makes the operations_*.safetensors of the tensor tests (README.md states the conventions)."""

import torch
import torch.nn.functional as F

from operation_cases import activations, arithmetic, graphs, losses, movements, normalizations, products, spatial
from operation_cases.references import Draw, References


def product_references():
    references = References()
    for name, arguments in products.CONVOLUTIONS.items():
        products.add_convolution(references, name, *arguments)
    for name, arguments in products.LINEAR.items():
        products.add_linear(references, name, *arguments)
    products.add_matmul(references)
    return references


def layer_references():
    references = References()
    normalizations.add_batch_norms(references)
    normalizations.add_layer_norms(references)
    normalizations.add_group_norms(references)
    activations.add_activations(references)
    for operation in ("softmax", "log_softmax"):
        for name, arguments in activations.SOFTMAX.items():
            activations.add_softmax(references, operation, name, *arguments)
    spatial.add_pools(references)
    spatial.add_pooling_mixes(references)
    spatial.add_resizes(references)
    losses.add_losses(references)
    losses.add_attention(references)
    return references


def arithmetic_references():
    references = References()
    arithmetic.add_arithmetic(references)
    arithmetic.add_reductions(references)
    movements.add_movements(references)
    return references


def graph_references():
    references = References()
    graphs.add_max_relative(references)
    return references


def bfloat16_references():
    references = References(torch.bfloat16)
    for name in (
        "dense_3x3_bias",
        "dense_3x3_stride2_same",
        "dense_7x7_stride2",
        "pointwise",
        "pointwise_stride2",
        "depthwise_3x3",
        "depthwise_3x3_stride2",
        "depthwise_5x5",
        "dense_16_channels",
    ):
        products.add_convolution(references, name, *products.CONVOLUTIONS[name])
    for name in ("matrix", "tokens", "tokens_no_bias"):
        products.add_linear(references, name, *products.LINEAR[name])
    normalizations.add_batch_norm(references, "training", (3, 5, 6, 19), True)
    normalizations.add_batch_norm(references, "evaluation", (2, 4, 4, 16), False)
    normalizations.add_batch_norm(references, "relu_training", (2, 5, 4, 17), True, "relu")
    normalizations.add_layer_norm(references, "matrix", (7, 33))
    normalizations.add_layer_norm(references, "tokens", (2, 9, 24))
    activations.add_softmax(references, "softmax", "matrix", *activations.SOFTMAX["matrix"])
    activations.add_softmax(references, "softmax", "tokens", *activations.SOFTMAX["tokens"])
    references.add("image", "gelu", F.gelu, {"input": Draw("gelu/bfloat16").normal(2, 3, 5, 7, scale=2)})
    return references


if __name__ == "__main__":
    torch.set_num_threads(1)
    product_references().save("operations_products.safetensors")
    layer_references().save("operations_layers.safetensors")
    arithmetic_references().save("operations_arithmetic.safetensors")
    graph_references().save("operations_graphs.safetensors")
    bfloat16_references().save("operations_bfloat16.safetensors")
