import NeuralNet
import Tensor
import Training

/// What one exact backward pass on a probe batch tells of every layer, and of the strategies that could train it.
public struct GradientProbe {
  /// One layer.
  public struct Row {
    /// The layer.
    public let layer: AdaptableLayer
    /// ‖∂loss/∂weight‖², exact: how fast the loss falls along the gradient.
    public let squaredNorm: Double
    /// Σ |∂loss/∂weight|, exact: how fast the loss falls where an adaptive optimiser gives all weights steps of one size.
    public let absoluteSum: Double
    /// The exact backward pass of the layer, measured.
    public let milliseconds: Double
    /// Whether the pass went on to layers in front.
    public let wantsInput: Bool
    /// Its candidates that train the weight.
    public let agreements: [GradientAgreement]
    /// Its candidates that do not: they have no gradient to hold against the exact one.
    public let unmeasured: [any Strategy]
  }

  /// The pictures of the probe batch.
  public let batch: Int
  /// A row for each layer that was probed, in the order of their run.
  public let rows: [Row]

  init(batch: Int, rows: [Row]) { (self.batch, self.rows) = (batch, rows) }

  /// Probes layers of a network; everything in it is frozen again afterwards.
  ///
  /// The pass keeps what exact training of all these layers keeps.
  /// - Parameters:
  ///   - network: the network that they belong to.
  ///   - layers: those that are probed.
  ///   - strategies: the candidates of a layer; those that cannot train it are left out.
  ///   - batch: pictures in the probe batch.
  ///   - loss: the loss of the network on the probe batch of so many pictures.
  public init(
    _ network: AdaptableNetwork, layers: [AdaptableLayer], strategies: [any Strategy], batch: Int,
    loss: () throws -> Tensor
  ) rethrows {
    network.reset()
    var probes: [(backward: ProbedBackward, unmeasured: [any Strategy])] = []
    for layer in layers {
      let (candidates, unmeasured) = GradientProbe.candidates(strategies, for: layer)
      let probe = ProbedBackward(candidates)
      layer.weight.requiresGradient = true
      layer.replaceBackward(with: probe)
      probes.append((probe, unmeasured))
    }
    defer { network.reset() }
    let value = try loss()
    if value.requiresGradient { _ = gradients(of: value) }
    self.batch = batch
    rows = zip(layers, probes).map { layer, probe in
      Row(
        layer: layer, squaredNorm: probe.backward.squaredNorm, absoluteSum: probe.backward.absoluteSum,
        milliseconds: probe.backward.milliseconds, wantsInput: probe.backward.wantsInput,
        agreements: probe.backward.agreements, unmeasured: probe.unmeasured)
    }
  }

  /// The backward passes that strategies install, without their effect on the layer, and those that do not train the weight.
  private static func candidates(
    _ strategies: [any Strategy], for layer: AdaptableLayer
  ) -> (measured: [ProbedBackward.Candidate], unmeasured: [any Strategy]) {
    var generator = Generator(seed: 0)
    var (measured, unmeasured): ([ProbedBackward.Candidate], [any Strategy]) = ([], [])
    for strategy in strategies where (try? strategy.check(layer)) != nil {
      strategy.install(on: layer, using: &generator)
      defer {
        layer.restore()
        layer.weight.requiresGradient = false
        layer.bias?.requiresGradient = false
      }
      guard layer.weight.requiresGradient else {
        unmeasured.append(strategy)
        continue
      }
      switch layer.kind {
      case .convolution(let module):
        measured.append(.init(strategy: strategy, convolution: module.backward, linear: ExactLinearBackward()))
      case .linear(let module):
        measured.append(.init(strategy: strategy, convolution: ExactConvolutionBackward(), linear: module.backward))
      }
    }
    return (measured, unmeasured)
  }
}
