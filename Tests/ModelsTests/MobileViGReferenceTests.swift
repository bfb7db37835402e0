import Formats
import Foundation
import NeuralNet
import TestSupport
import Tensor
import Testing

@testable import Models

/// A small MobileViG against the numbers of its authors' network in PyTorch (float32): both modes, loss, every gradient, and
/// the statistics after one step.
@Suite struct MobileViGReferenceTests {
  private let file: SafetensorsFile
  private let network: MobileViG
  private let images: Tensor
  private let labels: Tensor

  init() throws {
    file = try SafetensorsFile(
      Bundle.module.bundleURL.appending(path: "References/mobilevig_tiny.safetensors").path)
    let design = MobileViG.Design(
      localBlocks: [1, 1, 1], localChannels: [8, 12, 16], graphBlocks: 2, graphChannels: 24, embedding: 32,
      dropPath: 0)
    let configuration = ModelConfiguration(name: "tiny", classes: 10, inputSize: 64, preparation: .imageNet)
    var generator = Generator(seed: 0)
    network = MobileViG(design, configuration: configuration, using: &generator).namingParts()
    for (name, tensor) in network.namedTensors() where tensor.dtype == .float32 {
      let stored = try MobileViGReferenceTests.tensor("model." + name, in: file)
      try #require(stored.shape == tensor.shape, "\(name)")
      tensor.assign(stored)
    }
    images = try MobileViGReferenceTests.tensor("input", in: file).transposed([0, 2, 3, 1])
    labels = Tensor(try file.array(named: "labels").integers().map(Int64.init))
  }

  private static func tensor(_ name: String, in file: SafetensorsFile) throws -> Tensor {
    let array = try file.array(named: name)
    return Tensor(array.floats(), shape: Shape(array.shape))
  }

  private func stored(_ name: String) throws -> Tensor { try MobileViGReferenceTests.tensor(name, in: file) }

  /// Every tensor of the published network is there, and no other.
  @Test func names() {
    let stored = Set(file.names.filter { $0.hasPrefix("model.") }.map { String($0.dropFirst(6)) })
    #expect(Set(network.namedTensors().filter { $0.tensor.dtype == .float32 }.map(\.name)) == stored)
  }

  @Test func evaluation() throws {
    network.setTraining(false)
    expectClose(withoutGradients { network(images) }, try stored("eval_logits"), rtol: 1e-5)
  }

  /// The tolerances are relative to the largest element of a tensor, or to that of all gradients times 1e-4: the gradient of a
  /// bias before a norm is zero but for rounding.
  @Test func trainingStep() throws {
    let (head, teacher) = network.heads(images)
    expectClose(head, try stored("train_logits_head"), rtol: 1e-4, "head")
    expectClose(teacher, try stored("train_logits_dist"), rtol: 1e-4, "teacher's head")
    let loss = crossEntropy((head + teacher).scaled(by: 0.5), labels: labels)
    expectClose(loss.reshaped([1]), try stored("train_loss"), rtol: 1e-5, "loss")

    let found = gradients(of: loss)
    let names = network.namedParameters().map(\.name)
    let largest = try names.map { try stored("grad." + $0).floatArray().map(abs).max() ?? 0 }.max() ?? 0
    for (name, parameter) in network.namedParameters() {
      expectClose(
        found[parameter], try stored("grad." + name), rtol: 1e-3,
        atol: 1e-4 * Double(largest), name)
    }
    for (name, buffer) in network.namedBuffers() where buffer.value.dtype == .float32 {
      expectClose(buffer.value, try stored("after." + name), rtol: 1e-5, name)
    }
  }
}
