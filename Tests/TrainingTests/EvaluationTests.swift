import DataSets
import Foundation
import NeuralNet
import Tensor
import Testing

@testable import Training

/// Pictures of one pixel with six channels, which a network that changes nothing takes for logits.
private struct ScoreSet: DataSet {
  static let rows: [(scores: [UInt8], label: Int)] = [
    ([9, 1, 2, 3, 4, 5], 0),  // best
    ([9, 1, 2, 3, 4, 5], 5),  // second
    ([9, 1, 2, 3, 4, 5], 1),  // last of six
    ([7, 7, 0, 0, 0, 0], 0),  // tied for the best, first
    ([7, 7, 0, 0, 0, 0], 1),  // tied for the best, second
    ([0, 0, 0, 0, 0, 0], 4),  // all tied, fifth
    ([0, 0, 0, 0, 0, 0], 5),  // all tied, sixth
  ]
  let name = "scores"
  let classNames = ["a", "b", "c", "d", "e", "f"]
  var count: Int { Self.rows.count }
  func label(at index: Int) -> Int { Self.rows[index].label }
  func example(at index: Int) throws -> Example {
    let (scores, label) = Self.rows[index]
    return Example(image: try Image(height: 1, width: 1, channels: 6, pixels: scores), label: label)
  }
}

private final class Scores: Layer {
  override func forward(_ x: Tensor) -> Tensor { x.reshaped([x.shape[0], 6]).scaled(by: 255) }
}

extension TrainingSuite {
  @Suite struct EvaluationTests {
    private func loader(batchSize: Int) throws -> DataLoader {
      try DataLoader(ScoreSet(), batchSize: batchSize, normalization: .unit(channels: 6))
    }

    @Test(arguments: [1, 3, 7]) func itCountsAsByHand(_ batchSize: Int) throws {
      var seen: [Int] = []
      let result = try evaluate(Scores(), on: loader(batchSize: batchSize), classes: 6) { seen.append($0.total) }
      #expect(result.total == 7)
      #expect(result.correct == 2)
      #expect(result.correctInFive == 5)
      #expect(result.accuracy == 2.0 / 7)
      #expect(seen == (1...((6 + batchSize) / batchSize)).map { min(7, $0 * batchSize) })
      let losses = ScoreSet.rows.map { row in
        let exponentials = row.scores.map { exp(Double($0)) }
        return log(exponentials.reduce(0, +)) - Double(row.scores[row.label])
      }
      #expect((result.loss - losses.reduce(0, +) / 7).magnitude < 1e-5)
      var confusion = Array(repeating: Array(repeating: 0, count: 6), count: 6)
      for row in ScoreSet.rows { confusion[row.label][0] += 1 }
      #expect(result.confusion == confusion)
    }

    @Test func aNetworkStaysInItsMode() throws {
      let network = Scores()
      _ = try evaluate(network, on: loader(batchSize: 7), classes: 6)
      #expect(network.isTraining)
      network.setTraining(false)
      _ = try evaluate(network, on: loader(batchSize: 7), classes: 6)
      #expect(!network.isTraining)
    }

    @Test func notANumberIsNeverRight() {
      var result = EvaluationResult(classes: 2)
      result.add(logits: .full([2, 2], .nan), labels: Tensor([Int64(0), 1]))
      #expect(result.correct == 0)
      #expect(result.total == 2)
      #expect(!result.loss.isFinite)
    }

    @Test func nothingSeenIsZero() {
      let result = EvaluationResult(classes: 2)
      #expect(result.accuracy == 0)
      #expect(result.loss == 0)
    }
  }
}
