import Models
import NeuralNet
import Tensor

/// The first steps of a training, in which only the classifier learns and everything before it stays frozen.
///
/// The gradients behind a classifier that knows nothing yet are large and tell little; training on them distorts features that were
/// good. Kumar et al., "Fine-Tuning can Distort Pretrained Features and Underperform Out-of-Distribution", ICLR 2022, section 3,
/// <https://arxiv.org/abs/2202.10054>.
struct ClassifierPhase {
  private let others: [Parameter]
  private let stepCount: Int

  /// The phase of a network that is ready to train.
  /// - Throws: what the registry throws.
  init(_ network: Module, configuration: TrainingConfiguration, stepsAnEpoch: Int) throws {
    stepCount = Int((configuration.classifierEpochs * Double(stepsAnEpoch)).rounded())
    let classifier = stepCount > 0 ? try ModelRegistry.classifierTensors(of: configuration.model) : []
    let parameters = network.trainableParameters()
    let trainsClassifier = parameters.contains { classifier.contains($0.name) }
    others = trainsClassifier ? parameters.filter { !classifier.contains($0.name) }.map(\.parameter) : []
  }

  /// Freezes what does not train in a step, counted over all epochs, and lets train the rest.
  func prepare(step: Int) {
    for parameter in others { parameter.requiresGradient = step >= stepCount }
  }
}
