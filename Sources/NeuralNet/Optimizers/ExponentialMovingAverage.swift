import CKernels
import Tensor

/// Averages of weights over the steps of a training, which often generalise better than the last weights.
///
/// Each update is average = decay·average + (1 − decay)·weight, from averages that start as the weights
/// themselves. In the first steps the decay can be that of a plain mean, so that the first weights, which are often random, are
/// soon forgotten. Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; in this
/// form Tarvainen and Valpola, <https://arxiv.org/abs/1703.01780>.
public final class ExponentialMovingAverage {
  /// The part of the average that an update keeps.
  public let decay: Double
  private let names: [String]
  private let weights: [Tensor]
  private let averages: [Tensor]
  private var isSwapped = false

  /// Averages of parameters, equal to their values now.
  public convenience init(parameters: [(name: String, parameter: Parameter)], decay: Double) {
    self.init(tensors: parameters.map { ($0.name, $0.parameter.value) }, decay: decay)
  }

  /// Averages of float32 tensors that training changes in place: parameters, and the statistics of batch
  /// norms.
  public init(tensors: [(name: String, tensor: Tensor)], decay: Double) {
    requireFraction(decay, "decay of averaged weights")
    precondition(
      Set(tensors.map(\.name)).count == tensors.count, "averaged weights: two tensors have the same name")
    for (name, tensor) in tensors {
      precondition(tensor.dtype == .float32, "averaged weights: \(name) is \(tensor.dtype), expected float32")
    }
    self.decay = decay
    names = tensors.map(\.name)
    weights = tensors.map { $0.tensor.detached }
    averages = weights.map { $0.copied() }
  }

  /// Takes the weights after a step into the averages.
  /// - Parameter step: how many steps were before it; the decay is at most 1 − 1 / (step + 1), which makes the averages plain means
  ///   at first (Tarvainen and Valpola's program does so). By default it is always the same.
  public func update(step: Int = .max) {
    requireNotSwapped()
    let decay = min(decay, 1 - 1 / (Double(step) + 1))
    let slots = zip(averages, weights).map {
      ck_average_slot(average: $0.floatAddress, weight: $1.floatAddress, count: Int64($0.count))
    }
    ck_average_step(slots, Int64(slots.count), Float(decay))
  }

  /// Runs a body while the model holds the averaged weights, and puts the trained weights back after it.
  public func withAveragedWeights<Result>(_ body: () throws -> Result) rethrows -> Result {
    requireNotSwapped()
    swapAll()
    isSwapped = true
    defer {
      swapAll()
      isSwapped = false
    }
    return try body()
  }

  /// The averages by the names of their weights, for checkpoints. They share memory with this object: save or
  /// copy them before the next update.
  public var state: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: zip(names, isSwapped ? weights : averages))
  }

  /// Continues from saved averages, which are copied; a state that does not fit changes nothing.
  /// - Throws: ``StateError``, which names what is missing, unexpected or of the wrong shape.
  public func load(state: [String: Tensor]) throws {
    requireNotSwapped()
    var problems = StateError(owner: "the averaged weights")
    let found = zip(names, averages).compactMap {
      problems.checked(state, $0, shape: $1.shape, dtype: .float32)
    }
    problems.unexpected = Set(state.keys).subtracting(names).sorted()
    guard problems.isEmpty else { throw problems }
    for (average, saved) in zip(averages, found) { average.assign(saved) }
  }

  private func requireNotSwapped() {
    precondition(!isSwapped, "averaged weights: the model holds them already, inside of withAveragedWeights")
  }

  private func swapAll() {
    for (weight, average) in zip(weights, averages) { swapElements(weight, average) }
  }

  /// Exchanges the elements of two tensors by way of a small buffer.
  private func swapElements(_ left: Tensor, _ right: Tensor) {
    left.withMutableBytes { left in
      right.withMutableBytes { right in
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 64) { buffer in
          for start in stride(from: 0, to: left.count, by: buffer.count) {
            let range = start..<min(start + buffer.count, left.count)
            let (a, b) = (
              UnsafeMutableRawBufferPointer(rebasing: left[range]),
              UnsafeMutableRawBufferPointer(rebasing: right[range])
            )
            buffer.copyMemory(from: UnsafeRawBufferPointer(a))
            a.copyMemory(from: UnsafeRawBufferPointer(b))
            b.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<range.count]))
          }
        }
      }
    }
  }
}
