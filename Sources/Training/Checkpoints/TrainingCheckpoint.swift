import Formats
import NeuralNet
import Tensor

/// The whole state of a training between two steps, in one file, so that a killed run loses nothing that was saved.
struct TrainingCheckpoint {
  /// Where the training stands, besides its tensors.
  struct Position: Codable, Equatable {
    var epoch = 0
    /// The batch of the epoch that comes next.
    var step = 0
    /// Sums over the steps of this epoch so far.
    var lossSum = 0.0
    var correct = 0
    var seen = 0
    /// Steps of all epochs that are done.
    var totalSteps = 0
    /// The best evaluation so far.
    var best: Best?
  }

  /// An evaluation that no earlier one equals.
  struct Best: Codable, Equatable {
    var score: Double
    var epoch: Int
  }

  var position: Position
  var configuration: TrainingConfiguration
  var pictures: Pictures
  var scheduleState: [String: Double]
  /// The states of the generators of layers and backward passes, by module path.
  var generators: [String: UInt64]

  private static let version = "martlet-training-3"
  private static let modelPrefix = "model."
  private static let optimizerPrefix = "optimizer."
  private static let averagePrefix = "average."
  private static let backwardPrefix = "backward."

  /// Writes the state of a run; the old file stays until the new one is complete.
  func save(
    network: Module, optimizer: any Optimizer, average: ExponentialMovingAverage?, to path: String
  ) throws {
    typealias Entry = SafetensorsWriter.Entry
    let model = network.namedTensors().map { Entry(name: Self.modelPrefix + $0.name, $0.tensor) }
    let state = optimizer.state.map { Entry(name: Self.optimizerPrefix + $0.key, $0.value) }
    let averages = average?.state.map { Entry(name: Self.averagePrefix + $0.key, $0.value) } ?? []
    let backwards = network.backwardTensors.map { Entry(name: Self.backwardPrefix + $0.key, $0.value) }
    let metadata = [
      "martlet": Self.version, "position": try ModelCheckpoint.encode(position),
      "configuration": try ModelCheckpoint.encode(configuration), "pictures": try ModelCheckpoint.encode(pictures),
      "schedule": try ModelCheckpoint.encode(scheduleState), "generators": try ModelCheckpoint.encode(generators),
    ]
    try SafetensorsWriter.write(model + state + averages + backwards, metadata: metadata, to: path)
  }

  /// The options of the training that a state belongs to.
  /// - Throws: `FormatError`, ``TrainingError`` where the file is no state.
  static func configuration(in path: String) throws -> TrainingConfiguration {
    try ModelCheckpoint.decode(opened(path).metadata["configuration"] ?? "", path, "configuration")
  }

  private static func opened(_ path: String) throws -> SafetensorsFile {
    let file = try SafetensorsFile(path)
    guard let found = file.metadata["martlet"], found.hasPrefix("martlet-training-") else {
      throw TrainingError("\(path) is not the state of a training; resume from the folder of a run (--output)")
    }
    guard found == version else {
      throw TrainingError(
        "\(path) is a state in the format \(found), expected \(version); finish the training with the version of Martlet "
          + "that began it, or start again in another --output")
    }
    return file
  }

  /// Reads a state and puts its tensors where they belong.
  /// - Throws: `FormatError`, ``TrainingError``, `StateError` where the file does not belong to this training.
  static func restore(
    from path: String, configuration: TrainingConfiguration, pictures: Pictures, network: Module,
    optimizer: any Optimizer, average: ExponentialMovingAverage?
  ) throws -> TrainingCheckpoint {
    let file = try opened(path)
    func field<Value: Decodable>(_ key: String) throws -> Value {
      try ModelCheckpoint.decode(file.metadata[key] ?? "", path, key)
    }
    let saved: TrainingConfiguration = try field("configuration")
    guard saved == configuration else {
      throw TrainingError(
        "\(path) belongs to a training with other options: "
          + "\(try configuration.document.differences(from: saved.document).joined(separator: ", ")); "
          + "use the same or another --output")
    }
    try pictures.check(saved: try field("pictures"), in: path)
    func tensors(_ prefix: String) throws -> [String: Tensor] {
      var result: [String: Tensor] = [:]
      for name in file.names where name.hasPrefix(prefix) {
        result[String(name.dropFirst(prefix.count))] = try Tensor(file.array(named: name), name: "\(path): \(name)")
      }
      return result
    }
    try network.load(state: tensors(modelPrefix), from: path)
    try optimizer.load(state: tensors(optimizerPrefix))
    try average?.load(state: tensors(averagePrefix))
    network.restoreBackwards(try tensors(backwardPrefix))
    return TrainingCheckpoint(
      position: try field("position"), configuration: saved, pictures: pictures,
      scheduleState: try field("schedule"), generators: try field("generators"))
  }
}

extension Module {
  /// Overwrites all parameters and buffers.
  fileprivate func load(state: [String: Tensor], from path: String) throws {
    for (name, target) in namedTensors() {
      guard let source = state[name], source.shape == target.shape, source.dtype == target.dtype else {
        throw TrainingError(
          "\(path): tensor \(name) is \(state[name].map { "\($0.dtype) \($0.shape)" } ?? "missing"), expected "
            + "\(target.dtype) \(target.shape)")
      }
      target.assign(source)
    }
  }
}
