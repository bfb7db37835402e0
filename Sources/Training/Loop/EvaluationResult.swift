import DataSets
import Models
import Tensor

/// How well a model tells the classes of some pictures apart, or those of their pixels.
public struct EvaluationResult: Sendable {
  /// The number of pictures.
  public private(set) var pictures = 0
  /// The number of pictures, or of pixels that have a class.
  public internal(set) var total = 0
  /// Pictures or pixels whose class has the largest logit.
  public internal(set) var correct = 0
  /// Pictures whose class is among the five largest logits; not counted for pixels.
  public internal(set) var correctInFive = 0
  /// The mean cross-entropy.
  public var loss: Double { total == 0 ? 0 : lossSum / Double(total) }
  /// Pictures or pixels by true class (row) and predicted class (column).
  public internal(set) var confusion: [[Int]]
  private var lossSum = 0.0

  /// Nothing seen yet.
  public init(classes: Int) { confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes) }

  /// The share of pictures or pixels whose class has the largest logit.
  public var accuracy: Double { total == 0 ? 0 : Double(correct) / Double(total) }

  /// What decides whether one model is better than another: the accuracy, or for pixels the mean intersection over union.
  public func score(for task: ModelEntry.Task) -> Double { task == .segmentation ? meanIoU : accuracy }

  /// The intersection over union of each class, TP / (TP + FP + FN); nil for classes that neither occur nor are predicted.
  ///
  /// Everingham et al., "The PASCAL Visual Object Classes (VOC) Challenge", IJCV 2010, section 4.3.
  public var perClassIoU: [Double?] {
    confusion.indices.map { label in
      let hits = confusion[label][label]
      let union = confusion[label].reduce(0, +) + confusion.reduce(0) { $0 + $1[label] } - hits
      return union == 0 ? nil : Double(hits) / Double(union)
    }
  }

  /// The mean of ``perClassIoU`` over the classes that occur among the true ones; 0 where nothing was seen.
  public var meanIoU: Double {
    let values = perClassIoU.enumerated().compactMap { confusion[$0].contains { $0 > 0 } ? $1 : nil }
    return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// Takes a batch into account.
  /// - Parameters:
  ///   - logits: [N, classes] of pictures, or [N, H, W, classes] of pixels.
  ///   - labels: [N], or [N, H, W] where ``TrainingStep/ignoredLabel`` does not count.
  public mutating func add(logits: Tensor, labels: Tensor) {
    pictures += labels.shape[0]
    if labels.shape.rank == 1 {
      addPictures(logits, labels)
    } else {
      addPixels(logits, labels)
    }
  }

  private mutating func addPictures(_ logits: Tensor, _ labels: Tensor) {
    lossSum += Double(crossEntropy(logits, labels: labels, reduction: .sum).item())
    for (truth, scores) in Ranking.rows(logits: logits, labels: labels) {
      let rank = Ranking.rank(of: truth, in: scores)
      total += 1
      correct += rank == 0 ? 1 : 0
      correctInFive += rank < 5 ? 1 : 0
      confusion[truth][Ranking.best(scores)] += 1
    }
  }

  private mutating func addPixels(_ logits: Tensor, _ labels: Tensor) {
    lossSum += Double(
      crossEntropy(logits, labels: labels, ignoreIndex: TrainingStep.ignoredLabel, reduction: .sum).item())
    let classes = confusion.count
    var counts = [Int](repeating: 0, count: classes * classes)
    Ranking.forEachPixel(logits: logits, labels: labels) { counts[$0 * classes + $1] += 1 }
    for truth in 0..<classes {
      for predicted in 0..<classes { confusion[truth][predicted] += counts[truth * classes + predicted] }
      correct += counts[truth * classes + truth]
    }
    total += counts.reduce(0, +)
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

  /// How many pictures, or pixels that have a class, have it first; and how many there are.
  static func hits(logits: Tensor, labels: Tensor) -> (correct: Int, counted: Int) {
    if labels.shape.rank == 1 {
      return (rows(logits: logits, labels: labels).count { rank(of: $0.truth, in: $0.scores) == 0 }, labels.count)
    }
    var (correct, counted) = (0, 0)
    forEachPixel(logits: logits, labels: labels) { truth, predicted in
      counted += 1
      correct += truth == predicted ? 1 : 0
    }
    return (correct, counted)
  }

  /// Calls `body` with the true and the predicted class of every pixel that has a class.
  static func forEachPixel(logits: Tensor, labels: Tensor, _ body: (_ truth: Int, _ predicted: Int) -> Void) {
    let predictions = logits.maximum(axis: -1).indices
    labels.withBytes { labels in
      predictions.withBytes { predictions in
        let (labels, predictions) = (labels.bindMemory(to: Int64.self), predictions.bindMemory(to: Int64.self))
        for index in labels.indices where labels[index] != TrainingStep.ignoredLabel {
          body(Int(labels[index]), Int(predictions[index]))
        }
      }
    }
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
