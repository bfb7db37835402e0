import DataSets
import Models
import NeuralNet
import Tensor
import Training

/// A model for classes of one's own, with weights that were trained for others.
struct PretrainedModel {
  let model: Model
  /// The weights that it begins with.
  let base: DeltaCheckpoint.Base
  /// What became of them.
  let report: LoadReport

  /// The names of the tensors that it does not have from them.
  var new: Set<String> { Set(report.replaced.map(\.name)) }

  /// Loads the weights; where the number of classes is another one, the classifier is new.
  init(_ source: ModelOptions, for splits: DataSplits, input: Int?, seed: UInt64) throws {
    var configuration: ModelConfiguration
    if let checkpoint = source.checkpoint {
      if let base = source.base {
        throw CommandError(
          "adaptation starts from whole weights; apply the differences first with martlet export --checkpoint \(checkpoint) "
            + "--base \(base) --format safetensors --output FILE")
      }
      configuration = try ModelCheckpoint.load(checkpoint).model.configuration
      base = .init(checkpoint)
    } else {
      let reference = try WeightsReference(source.weights ?? "", wrapper: source.wrapper)
      configuration = try ModelRegistry.entry(named: source.model ?? "").defaults
      base = .init(reference.path, wrapper: reference.wrapper, name: reference.text)
    }
    configuration.classes = splits.classNames.count
    configuration.preparation.fit(splits)
    configuration.inputSize = input ?? configuration.inputSize
    var generator = Generator(seed: seed)
    model = try ModelRegistry.make(configuration, using: &generator)
    report = try model.loadBackbone(base.path, wrapper: base.wrapper)
  }
}
