import Tensor

/// Replaces a random rectangle of each picture by that of its neighbour in the batch; targets are mixed by
/// area (<https://arxiv.org/abs/1905.04899>).
public struct CutMix: BatchTransform {
  private let alpha: Double
  private let probability: Double

  /// Creates a transform: the kept part of the area is drawn from Beta(alpha, alpha) before the rectangle is
  /// cut at the borders.
  ///
  /// - Throws: ``DataSetError`` unless alpha is in 1e-6...1e6 and the probability is in 0...1.
  public init(alpha: Double = 1, probability: Double = 1) throws {
    self.alpha = try checkedAlpha(alpha, "CutMix")
    self.probability = try checkedProbability(probability, "CutMix")
  }

  public func apply(to mixture: inout Mixture, using generator: inout Generator) {
    guard generator.chance(probability) else { return }
    let size = mixture.size
    let half = 0.5 * (1 - generator.beta(alpha)).squareRoot()
    func span(_ extent: Int) -> Range<Int> {
      let center = generator.index(below: extent)
      let reach = Int(half * Double(extent))
      return max(0, center - reach)..<min(extent, center + reach)
    }
    let rows = span(size.height)
    let columns = span(size.width)
    mixture.mixImages { own, other in
      for row in rows {
        let start = (row * size.width + columns.lowerBound) * size.channels
        let part = start..<start + columns.count * size.channels
        _ = own[start...].update(fromContentsOf: other[part])
      }
    }
    mixture.mixTargets(keeping: 1 - Float(rows.count * columns.count) / Float(size.height * size.width))
  }
}

/// Applies one of several transforms to each batch, each with the same chance.
public struct OneOf: BatchTransform {
  private let choices: [any BatchTransform]

  /// Creates a transform.
  ///
  /// - Throws: ``DataSetError`` if there is nothing to choose from.
  public init(_ choices: [any BatchTransform]) throws {
    guard !choices.isEmpty else { throw DataSetError("OneOf takes at least one transform") }
    self.choices = choices
  }

  public func apply(to mixture: inout Mixture, using generator: inout Generator) {
    choices[generator.index(below: choices.count)].apply(to: &mixture, using: &generator)
  }
}
