import Foundation
import TestSupport
import Testing

@testable import Tensor

/// One case of one file of references.
///
/// Tolerances, relative to the largest element of the reference: in float32 ten times PyTorch's own distance from the
/// truth and never below 2e-6; in bfloat16 1e-2 or twice PyTorch's distance, half a unit in the last place being 2e-3.
struct ReferenceRun: Sendable, CustomTestStringConvertible {
  let fileName: String
  let reference: ReferenceCase

  static let fileNames = [
    "operations_products", "operations_layers", "operations_arithmetic", "operations_graphs",
    "operations_bfloat16",
  ]

  private static let files: [String: Result<ReferenceFile, any Error>] = Dictionary(
    uniqueKeysWithValues: fileNames.map { name in
      (name, Result { try ReferenceFile(folder().appendingPathComponent(name + ".safetensors")) })
    })

  static let all: [ReferenceRun] = fileNames.flatMap { name in
    ((try? file(name))?.cases ?? []).map { ReferenceRun(fileName: name, reference: $0) }
  }

  static func folder() throws -> URL {
    try #require(Bundle.module.resourceURL).appendingPathComponent("References")
  }

  static func file(_ name: String) throws -> ReferenceFile { try #require(files[name]).get() }

  /// The names of all tensors that a case has in its file.
  static func tensorNames(of reference: ReferenceCase) -> [String] {
    let results = reference.outputs == 1 ? [""] : (0..<reference.outputs).map(String.init)
    let suffixes =
      reference.inputs.indices.map { "input\($0)" } + reference.gradients.map { "gradient\($0)" }
      + results.flatMap { ["output\($0)", "cotangent\($0)"] } + reference.extra
    return suffixes.map { "\(reference.name)/\($0)" }
  }

  var testDescription: String { "\(reference.name) (\(fileName))" }

  private var isBFloat16: Bool { fileName == "operations_bfloat16" }

  func check() throws {
    let file = try ReferenceRun.file(fileName)
    let prefix = reference.name + "/"
    let inputs = try reference.inputs.enumerated().map { index, role in
      let input = try operand(file.tensor("\(prefix)input\(index)"), role: role)
      return reference.gradients.contains(index) ? input.requiringGradient() : input
    }
    let (outputs, extra) = try OperationCall(reference, inputs: inputs).results()
    try #require(outputs.count == reference.outputs)
    #expect(Set(extra.keys) == Set(reference.extra))
    var seeds: [(output: Tensor, cotangent: Tensor?)] = []
    for (index, output) in outputs.enumerated() {
      let suffix = outputs.count == 1 ? "" : "\(index)"
      try expect(output, "output\(suffix)", in: file)
      seeds.append((output, try file.tensor("\(prefix)cotangent\(suffix)")))
    }
    for (name, tensor) in extra { try expect(tensor, name, in: file) }
    let found = gradients(of: seeds, withRespectTo: inputs.map(GradientTarget.tensor))
    for index in reference.gradients { try expect(found[inputs[index]], "gradient\(index)", in: file) }
  }

  /// Parameters and statistics are float32 always; their bfloat16 values are exact in it.
  private func operand(_ tensor: Tensor, role: String) -> Tensor {
    let isParameter = ["weight", "bias", "running_mean", "running_var"].contains(role)
    return isParameter ? tensor.cast(to: .float32) : tensor
  }

  private func expect(_ actual: Tensor?, _ result: String, in file: ReferenceFile) throws {
    let rounding = reference.rounding[result] ?? 0
    let rtol = isBFloat16 ? max(1e-2, 2 * rounding) : max(2e-6, 10 * rounding)
    expectClose(actual, try file.tensor("\(reference.name)/\(result)"), rtol: rtol, atol: 1e-7, result)
  }
}
