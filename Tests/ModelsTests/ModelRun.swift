import Models
import NeuralNet
import Tensor

/// What a model computes from generated weights and pictures, in the order of the reference's procedure.
struct ModelRun {
  private(set) var evaluationLogits = Tensor.zeros([])
  private(set) var trainingLogits = Tensor.zeros([])
  private(set) var losses: [Double] = []
  private(set) var gradients: [String: Digest] = [:]
  private(set) var statistics: [String: Digest] = [:]
  private(set) var parameterChanges: [String: Digest] = [:]
  private(set) var finalStatistics: [String: Digest] = [:]
  /// How many training batches each norm counted.
  private(set) var batchesTracked: Set<Int64> = []

  init(_ reference: ModelReference) throws {
    self.init(reference, try ModelRun.network(reference))
  }

  /// - Parameter network: with the generated weights.
  init(_ reference: ModelReference, _ network: Layer) {
    network.setTraining(false)
    evaluationLogits = ModelRun.sample(withoutGradients { network(Formula.images(step: 0, reference)) })
    network.setTraining(true)

    let parameters = network.namedParameters()
    let optimizer = SGD(
      groups: [ParameterGroup("all", parameters: parameters)], learningRate: reference.optimizer.lr,
      momentum: reference.optimizer.momentum, weightDecay: reference.optimizer.weightDecay)
    for step in reference.losses.values.indices {
      let logits = network(Formula.images(step: step, reference))
      let labels = Formula.labels(step: step, count: logits.count / reference.classes, classes: reference.classes)
      let loss = crossEntropy(logits, labels: labels)
      let found = backward(loss)
      losses.append(Double(loss.item()))
      if step == 0 {
        trainingLogits = ModelRun.sample(logits.detached)
        for (name, parameter) in parameters {
          gradients[name] = found[parameter].map { Digest(name, $0) }
        }
        statistics = ModelRun.statistics(of: network)
      }
      optimizer.step(gradients: found)
    }
    for (name, parameter) in parameters {
      let start = Formula.initial(name, parameter.value.shape)
      parameterChanges[name] = Digest(name, parameter.value, minus: start)
    }
    finalStatistics = ModelRun.statistics(of: network)
    for (name, buffer) in network.namedBuffers() where name.hasSuffix("num_batches_tracked") {
      batchesTracked.formUnion(buffer.value.array(of: Int64.self))
    }
  }

  /// A registered model with the generated weights and statistics.
  static func network(_ reference: ModelReference) throws -> Layer {
    var configuration = try ModelRegistry.entry(named: reference.model).defaults
    configuration.classes = reference.classes
    configuration.inputSize = reference.input[2]
    var generator = Generator(seed: 0)
    return filled(try ModelRegistry.make(configuration, using: &generator).network)
  }

  /// A network after its weights and statistics were replaced by the generated ones.
  static func filled(_ network: Layer) -> Layer {
    for (name, tensor) in network.namedTensors() where tensor.dtype == .float32 {
      tensor.assign(Formula.initial(name, tensor.shape))
    }
    return network
  }

  /// The logits that are compared: those of pictures all, of the pixels of pictures 32 that are spread evenly.
  private static func sample(_ logits: Tensor) -> Tensor {
    guard logits.shape.rank == 4 else { return logits }
    let classes = logits.shape[3]
    let (values, rows) = (logits.floatArray(), logits.count / classes)
    let chosen = (0..<32).flatMap { place in
      let row = place * (rows - 1) / 31
      return values[row * classes..<(row + 1) * classes]
    }
    return Tensor(chosen, shape: [32, classes])
  }

  private static func statistics(of network: Layer) -> [String: Digest] {
    let buffers = network.namedBuffers().filter { $0.buffer.value.dtype == .float32 }
    return Dictionary(uniqueKeysWithValues: buffers.map { ($0.name, Digest($0.name, $0.buffer.value)) })
  }
}

/// The gradients of all parameters, computed outside of the type whose property `gradients` hides the function.
private func backward(_ loss: Tensor) -> Gradients { gradients(of: loss) }
