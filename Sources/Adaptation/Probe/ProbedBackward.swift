import NeuralNet
import Tensor

/// The exact backward pass of a layer, which on the way measures others on the same input and cotangent.
final class ProbedBackward: ConvolutionBackward, LinearBackward, @unchecked Sendable {
  /// A backward pass to measure.
  struct Candidate {
    let strategy: any Strategy
    let convolution: any ConvolutionBackward
    let linear: any LinearBackward
  }

  private let candidates: [Candidate]
  /// What was measured, in the order of the candidates.
  private(set) var agreements: [GradientAgreement] = []
  /// The sum of the squares of the exact weight gradient.
  private(set) var squaredNorm = 0.0
  /// The sum of the magnitudes of the exact weight gradient.
  private(set) var absoluteSum = 0.0
  /// The exact backward pass itself.
  private(set) var milliseconds = 0.0
  /// Whether the gradient of the input was wanted.
  private(set) var wantsInput = false

  init(_ candidates: [Candidate]) { self.candidates = candidates }

  func save(_ input: Tensor) -> Tensor { input }

  func save(_ input: Tensor, weight: Tensor, options: ConvolutionOptions) -> Tensor { input }

  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, options: ConvolutionOptions,
    wantsInput: Bool, wantsWeight: Bool, wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    func run(_ method: any ConvolutionBackward, _ saved: Tensor?) -> LayerGradients {
      method.gradients(
        cotangent: cotangent, saved: saved, weight: weight, inputShape: inputShape, options: options,
        wantsInput: wantsInput, wantsWeight: wantsWeight, wantsBias: wantsBias)
    }
    return measure(
      saved, exact: { run(ExactConvolutionBackward(), saved) },
      save: { $0.convolution.save($1, weight: weight, options: options) }, run: { run($0.convolution, $1) })
  }

  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, wantsInput: Bool, wantsWeight: Bool,
    wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    func run(_ method: any LinearBackward, _ saved: Tensor?) -> LayerGradients {
      method.gradients(
        cotangent: cotangent, saved: saved, weight: weight, inputShape: inputShape, wantsInput: wantsInput,
        wantsWeight: wantsWeight, wantsBias: wantsBias)
    }
    return measure(
      saved, exact: { run(ExactLinearBackward(), saved) }, save: { $0.linear.save($1) },
      run: { run($0.linear, $1) })
  }

  private typealias LayerGradients = (input: Tensor?, weight: Tensor?, bias: Tensor?)

  private func measure(
    _ input: Tensor?, exact: () -> LayerGradients, save: (Candidate, Tensor) -> Tensor,
    run: (Candidate, Tensor?) -> LayerGradients
  ) -> LayerGradients {
    let (gradients, elapsed) = timed(exact)
    (milliseconds, wantsInput) = (elapsed, gradients.input != nil)
    guard let input, let weight = gradients.weight else { return gradients }
    squaredNorm = weight.squaredNorm
    absoluteSum = Double(weight.absolute().sum().item())
    agreements = candidates.map { candidate in
      let (saved, saving) = timed { save(candidate, input) }
      let (approximation, running) = timed { run(candidate, saved) }
      return GradientAgreement(
        candidate.strategy, weight: approximation.weight, exactWeight: weight, input: approximation.input,
        exactInput: gradients.input, savedBytes: saved.byteCount, milliseconds: saving + running)
    }
    return gradients
  }

  /// The second of two runs counts: the first may compile kernels.
  private func timed<Result>(_ body: () -> Result) -> (Result, milliseconds: Double) {
    _ = body()
    return Stopwatch.time(body)
  }
}

extension Tensor {
  /// Σ x²
  var squaredNorm: Double { Double((detached.cast(to: .float32)).squared().sum().item()) }
}
