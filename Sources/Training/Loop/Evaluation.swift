import DataSets
import NeuralNet
import Tensor

/// Runs a model in evaluation mode over all batches of a loader.
/// - Parameters:
///   - network: is left in the mode that it has.
///   - loader: the pictures.
///   - classes: how many there are.
///   - precision: of the activations.
///   - onBatch: is told what was found so far; for progress.
/// - Throws: what reading the data throws.
public func evaluate(
  _ network: Layer, on loader: DataLoader, classes: Int, precision: Precision = .float32,
  onBatch: (EvaluationResult) -> Void = { _ in }
) throws -> EvaluationResult {
  let wasTraining = network.isTraining
  network.setTraining(false)
  defer { network.setTraining(wasTraining) }
  var result = EvaluationResult(classes: classes)
  let batches = try loader.batches(epoch: 0)
  while let batch = try batches.next() {
    result.add(logits: network.evaluated(on: batch.images, in: precision), labels: batch.labels)
    onBatch(result)
  }
  return result
}
