import Tensor

/// Blends each picture with its neighbour in the batch: x = λ·x + (1 − λ)·x′ with λ from Beta(α, α), and the
/// same for targets (<https://arxiv.org/abs/1710.09412>).
public struct MixUp: BatchTransform {
  private let alpha: Double
  private let probability: Double

  /// Creates a transform.
  ///
  /// - Throws: ``DataSetError`` unless alpha is in 1e-6...1e6 and the probability is in 0...1.
  public init(alpha: Double = 0.2, probability: Double = 1) throws {
    self.alpha = try checkedAlpha(alpha, "MixUp")
    self.probability = try checkedProbability(probability, "MixUp")
  }

  public func apply(to mixture: inout Mixture, using generator: inout Generator) {
    guard generator.chance(probability) else { return }
    let share = Float(generator.beta(alpha))
    mixture.mixImages { own, other in
      for index in 0..<own.count { own[index] = share * own[index] + (1 - share) * other[index] }
    }
    mixture.mixTargets(keeping: share)
  }
}
