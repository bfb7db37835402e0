import Tensor

/// Inputs for tests, from seeds.
public enum Samples {
  /// Normally distributed numbers.
  public static func normal(_ shape: Shape, seed: UInt64, mean: Float = 0, deviation: Float = 1) -> Tensor {
    var generator = Generator(seed: seed)
    return Tensor.normal(shape, mean: mean, deviation: deviation, using: &generator)
  }

  /// Uniform numbers.
  public static func uniform(_ shape: Shape, seed: UInt64, in range: Range<Float>) -> Tensor {
    var generator = Generator(seed: seed)
    return Tensor.uniform(shape, in: range, using: &generator)
  }

  /// Normally distributed numbers, each moved away from kinks to which it is closer than `margin`.
  public static func normal(
    _ shape: Shape, seed: UInt64, deviation: Float = 1, avoiding kinks: [Float], margin: Float = 0.05
  ) -> Tensor {
    let values = normal(shape, seed: seed, deviation: deviation).floatArray().map { value in
      guard let kink = kinks.first(where: { ($0 - value).magnitude < margin }) else { return value }
      return value < kink ? value - margin : value + margin
    }
    return Tensor(values, shape: shape)
  }

  /// Distinct numbers `spacing` apart around zero, in a random order: no two can change places by a small step.
  public static func distinct(_ shape: Shape, seed: UInt64, spacing: Float = 0.1) -> Tensor {
    var generator = Generator(seed: seed)
    let values = (0..<shape.count).shuffled(using: &generator).map {
      (Float($0) - Float(shape.count) / 2) * spacing
    }
    return Tensor(values, shape: shape)
  }
}
