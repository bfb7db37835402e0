import Tensor

/// Parameters that an optimiser updates with the same options.
public struct ParameterGroup {
  /// What the group is called in messages and logs.
  public var name: String
  /// The parameters with their names in the model, such as "layer1.0.conv1.weight".
  public var parameters: [(name: String, parameter: Parameter)]
  /// Multiplies the optimiser's learning rate for this group.
  public var learningRateMultiplier: Double
  /// Replaces the optimiser's weight decay for this group; nil keeps it.
  public var weightDecay: Double?

  /// A group of parameters, by default with the optimiser's own options.
  public init(
    _ name: String, parameters: [(name: String, parameter: Parameter)], learningRateMultiplier: Double = 1,
    weightDecay: Double? = nil
  ) {
    requireNonnegative(learningRateMultiplier, "learning rate multiplier")
    if let weightDecay { requireNonnegative(weightDecay, "weight decay") }
    self.name = name
    self.parameters = parameters
    self.learningRateMultiplier = learningRateMultiplier
    self.weightDecay = weightDecay
  }

  /// The groups "decayed" and "undecayed": weight decay spares parameters of at most one axis, which are the
  /// biases and the scales and shifts of norms, and of others those that are called biases, scales, tokens and positions, as those
  /// of attention are. A group without parameters is left out.
  ///
  /// He et al., "Bag of Tricks for Image Classification with Convolutional Neural Networks", section 3.1 ("no
  /// bias decay"), <https://arxiv.org/abs/1812.01187>.
  public static func sparingNormsAndBiases(
    _ parameters: [(name: String, parameter: Parameter)], learningRateMultiplier: Double = 1
  ) -> [ParameterGroup] {
    func isDecayed(_ name: String, _ parameter: Parameter) -> Bool {
      let name = name.split(separator: ".").last ?? ""
      return parameter.value.shape.rank > 1 && !["bias", "scale", "token", "pos_embed"].contains { name.contains($0) }
    }
    let decayed = parameters.filter { isDecayed($0.name, $0.parameter) }
    let undecayed = parameters.filter { !isDecayed($0.name, $0.parameter) }
    return [
      ParameterGroup("decayed", parameters: decayed, learningRateMultiplier: learningRateMultiplier),
      ParameterGroup(
        "undecayed", parameters: undecayed, learningRateMultiplier: learningRateMultiplier, weightDecay: 0),
    ].filter { !$0.parameters.isEmpty }
  }
}

func requireNonnegative(_ value: Double, _ name: String) {
  precondition(value >= 0 && value.isFinite, "the \(name) is \(value), expected a number of at least 0")
}

func requireFraction(_ value: Double, _ name: String) {
  precondition(
    value >= 0 && value < 1, "the \(name) is \(value), expected a number of at least 0 and below 1")
}
