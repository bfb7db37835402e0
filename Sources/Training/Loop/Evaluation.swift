import DataSets
import NeuralNet
import Tensor

/// How well a model tells the classes of some pictures apart.
public struct EvaluationResult: Sendable {
  /// The number of pictures.
  public var total = 0
  /// Pictures whose class has the largest logit.
  public var correct = 0
  /// Pictures whose class is among the five largest logits.
  public var correctInFive = 0
  /// The mean cross-entropy.
  public var loss: Double { total == 0 ? 0 : lossSum / Double(total) }
  /// Pictures by true class (row) and predicted class (column).
  public var confusion: [[Int]]
  private var lossSum = 0.0

  /// Nothing seen yet.
  public init(classes: Int) { confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes) }

  /// The share of pictures whose class has the largest logit.
  public var accuracy: Double { total == 0 ? 0 : Double(correct) / Double(total) }

  /// Takes a batch into account.
  public mutating func add(logits: Tensor, labels: Tensor) {
    lossSum += Double(crossEntropy(logits, labels: labels, reduction: .sum).item())
    for (truth, scores) in Ranking.rows(logits: logits, labels: labels) {
      let rank = Ranking.rank(of: truth, in: scores)
      total += 1
      correct += rank == 0 ? 1 : 0
      correctInFive += rank < 5 ? 1 : 0
      confusion[truth][Ranking.best(scores)] += 1
    }
  }
}

/// The order of scores; equal scores rank by position, as PyTorch's `argmax`, and NaN comes after all others.
enum Ranking {
  /// The true class and the scores of each example.
  static func rows(logits: Tensor, labels: Tensor) -> [(truth: Int, scores: ArraySlice<Float>)] {
    let classes = logits.shape[-1]
    let values = logits.floatArray()
    return labels.array(of: Int64.self).enumerated().map { row, truth in
      (Int(truth), values[row * classes..<(row + 1) * classes])
    }
  }

  /// How many examples have their true class first.
  static func correctCount(logits: Tensor, labels: Tensor) -> Int {
    rows(logits: logits, labels: labels).count { rank(of: $0.truth, in: $0.scores) == 0 }
  }

  /// How many scores come before the one at a position.
  static func rank(of position: Int, in scores: ArraySlice<Float>) -> Int {
    let own = scores[scores.startIndex + position]
    if own.isNaN { return scores.count }
    return scores.enumerated().count { $1 > own || ($1 == own && $0 < position) }
  }

  /// The position of the largest score.
  static func best(_ scores: ArraySlice<Float>) -> Int {
    var best = scores.startIndex
    for index in scores.indices where scores[index] > scores[best] { best = index }
    return best - scores.startIndex
  }
}

/// Runs a model in evaluation mode over all batches of a loader.
/// - Parameter onBatch: is told the number of pictures seen so far; for progress.
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
    let logits = withoutGradients { network(batch.images.cast(to: precision.dtype)).cast(to: .float32) }
    result.add(logits: logits, labels: batch.labels)
    onBatch(result)
  }
  return result
}
