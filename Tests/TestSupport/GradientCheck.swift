import Tensor
import Testing

/// The comparison of a function's vector-Jacobian products with central differences.
///
/// For a function f, a random cotangent v and a random direction d of one input, the analytic derivative Σ g d, where g is
/// the gradient of Σ v f, is compared with (Σ v f(x + h d) − Σ v f(x − h d)) / 2h. The functions work in float32, so
/// - the sums over v are taken in double, and the differences x ± h d are those that float32 holds, not those asked for;
/// - a few directions are tried instead of every element: a derivative of the size of the whole gradient stands above the
///   rounding of the outputs, where that of one element might drown;
/// - the steps h and h / 2 are combined by Richardson's rule, so that the error of the differences falls with h⁴ and h can
///   be as large as 1/64, where the rounding of f (2⁻²⁴ of its size, divided by h) costs only about 4e-6.
///
/// The error that remains is compared with the size of the terms, √Σ (g d)². One wrong element of n moves the sum by about
/// 1/√n of it, so that a tolerance of 1e-3 finds it in tensors of any size used in tests.
public struct GradientCheck {
  /// The largest error over its tolerance; at most 1 where the gradients are right.
  public private(set) var worst = 0.0
  /// What was found wrong, a line for each input and direction.
  public private(set) var failures: [String] = []

  /// The tolerance relative to √Σ (g d)².
  public static let tolerance = 1e-3

  private let function: ([Tensor]) -> Tensor
  private let step: Float

  /// Checks the gradients of a function with respect to each of its inputs.
  /// - Parameters:
  ///   - function: a differentiable function, the same at every call; smooth within `step` of the inputs.
  ///   - inputs: float32 tensors.
  ///   - step: the larger of the two steps, for directions of elements in −1 ..< 1.
  ///   - directions: how many directions are tried for each input.
  public init(
    of function: @escaping ([Tensor]) -> Tensor, at inputs: [Tensor], step: Float = 1 / 64,
    directions: Int = 3,
    seed: UInt64 = 1
  ) {
    self.function = function
    self.step = step
    var generator = Generator(seed: seed)
    let leaves = inputs.map { $0.requiringGradient() }
    let output = function(leaves)
    let cotangent = Tensor.normal(output.shape, using: &generator)
    let found = gradients(
      of: [(output, cotangent)], withRespectTo: leaves.map(GradientTarget.tensor))
    for (index, leaf) in leaves.enumerated() {
      guard let gradient = found[leaf] else {
        failures.append("input \(index) has no gradient")
        continue
      }
      guard gradient.shape == leaf.shape else {
        failures.append("input \(index) of shape \(leaf.shape) has a gradient of shape \(gradient.shape)")
        continue
      }
      for _ in 0..<directions {
        let direction = Tensor.uniform(leaf.shape, in: -1..<1, using: &generator)
        compare(inputs, index, gradient.floatArray(), direction.floatArray(), cotangent.floatArray())
      }
    }
  }

  private mutating func compare(
    _ inputs: [Tensor], _ index: Int, _ gradient: [Float], _ direction: [Float], _ cotangent: [Float]
  ) {
    let coarse = residual(inputs, index, gradient, direction, cotangent, step)
    let fine = residual(inputs, index, gradient, direction, cotangent, step / 2)
    let error = ((4 * fine.error - coarse.error) / 3).magnitude
    let size = zip(gradient, direction).reduce(0.0) { $0 + square(Double($1.0) * Double($1.1)) }.squareRoot()
    let rounding = 8 * Double(Float.ulpOfOne) * max(coarse.outputSize, fine.outputSize) / Double(step)
    let tolerance = GradientCheck.tolerance * size + rounding
    let ratio = error.isNaN ? .infinity : error / tolerance
    worst = max(worst, ratio)
    if ratio > 1 {
      failures.append(
        "input \(index) of shape \(inputs[index].shape): the derivative differs by \(error), the terms have the size "
          + "\(size), the tolerance is \(tolerance)")
    }
  }

  /// The difference quotient minus the analytic derivative, and √Σ (v f)².
  private func residual(
    _ inputs: [Tensor], _ index: Int, _ gradient: [Float], _ direction: [Float], _ cotangent: [Float],
    _ step: Float
  ) -> (error: Double, outputSize: Double) {
    let values = inputs[index].floatArray()
    let above = zip(values, direction).map { $0 + step * $1 }
    let below = zip(values, direction).map { $0 - step * $1 }
    func outputs(_ values: [Float]) -> [Double] {
      var inputs = inputs
      inputs[index] = Tensor(values, shape: inputs[index].shape)
      let output = withoutGradients { function(inputs) }.floatArray()
      return zip(output, cotangent).map { Double($0) * Double($1) }
    }
    let (high, low) = (outputs(above), outputs(below))
    let numeric = zip(high, low).reduce(0.0) { $0 + ($1.0 - $1.1) }
    var analytic = 0.0
    for (position, slope) in gradient.enumerated() {
      analytic += Double(slope) * (Double(above[position]) - Double(below[position]))
    }
    let size = high.reduce(0.0) { $0 + square($1) }.squareRoot()
    return ((numeric - analytic) / (2 * Double(step)), size)
  }
}

private func square(_ x: Double) -> Double { x * x }

/// Expects the gradients of a function to agree with central differences; see `GradientCheck`.
public func expectGradients(
  of function: @escaping ([Tensor]) -> Tensor, at inputs: [Tensor], step: Float = 1 / 64, directions: Int = 3,
  _ name: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  let check = GradientCheck(of: function, at: inputs, step: step, directions: directions)
  let prefix = name.isEmpty ? "" : name + ": "
  for failure in check.failures { Issue.record("\(prefix)\(failure)", sourceLocation: sourceLocation) }
}
