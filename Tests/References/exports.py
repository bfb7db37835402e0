"""Runs exported models in the run times they are for; Tests/ExportTests calls it where MARTLET_PYTHON names a Python.

    exports.py onnx FOLDER      runs FOLDER/model.onnx on each images_*.npy and writes logits_*.npy
    exports.py coreml FOLDER    loads each *.mlpackage in FOLDER with coremltools and prints its name and its outputs

Needs numpy, onnx and onnxruntime; coremltools. Core ML models can only be loaded here, to run them needs an Apple system.
"""

import logging
import pathlib
import sys

import numpy


def run_onnx(folder: pathlib.Path) -> None:
    import onnx
    import onnxruntime

    path = str(folder / "model.onnx")
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    assert [value.name for value in session.get_inputs()] == ["images"]
    for images in sorted(folder.glob("images_*.npy")):
        (logits,) = session.run(["logits"], {"images": numpy.load(images)})
        numpy.save(images.with_name(images.name.replace("images", "logits")), logits)


def load_coreml(folder: pathlib.Path) -> None:
    logging.disable(logging.CRITICAL)
    import coremltools
    from coremltools.converters.mil.frontend.milproto.load import load

    for package in sorted(folder.glob("*.mlpackage")):
        model = coremltools.models.MLModel(str(package), skip_model_load=True)
        specification = model.get_spec()
        # Builds the program operation by operation: each checks its arguments and infers the type of its result.
        program = load(specification, specification.specificationVersion, str(package / "Data/com.apple.CoreML/weights"))
        outputs = program.functions["main"].outputs
        described = {feature.name for feature in specification.description.output}
        assert described == {output.name for output in outputs}, (described, outputs)
        shapes = " ".join(f"{output.name}:{list(output.shape)}" for output in outputs if output.name == "logits")
        print(package.stem, shapes)


if __name__ == "__main__":
    {"onnx": run_onnx, "coreml": load_coreml}[sys.argv[1]](pathlib.Path(sys.argv[2]))
