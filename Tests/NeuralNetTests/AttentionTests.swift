import Foundation
import NeuralNet
import Tensor
import TestSupport
import Testing

/// Self-attention against its formula, written out.
@Suite struct AttentionTests {
  /// out[t] = W concat over heads of Σ_s softmax_s(q_t · k_s / √d) v_s + b, for one example, in double.
  private func expected(_ x: [[Double]], _ layer: Attention) -> [[Double]] {
    func affine(_ row: [Double], _ map: Linear) -> [Double] {
      let (weight, bias) = (map.weight.value.floatArray(), map.bias?.value.floatArray())
      return (0..<map.weight.value.shape[0]).map { output in
        row.indices.reduce(Double(bias?[output] ?? 0)) { $0 + Double(weight[output * row.count + $1]) * row[$1] }
      }
    }
    let (tokens, channels) = (x.count, x[0].count)
    let width = channels / layer.heads
    let projected = x.map { affine($0, layer.qkv) }
    var mixed = Array(repeating: Array(repeating: 0.0, count: channels), count: tokens)
    for head in 0..<layer.heads {
      let places = head * width..<(head + 1) * width
      for t in 0..<tokens {
        let scores = projected.map { other in
          exp(places.reduce(0) { $0 + projected[t][$1] * other[channels + $1] } / Double(width).squareRoot())
        }
        let total = scores.reduce(0, +)
        for (score, other) in zip(scores, projected) {
          for place in places { mixed[t][place] += score / total * other[2 * channels + place] }
        }
      }
    }
    return mixed.map { affine($0, layer.proj) }
  }

  @Test(arguments: [1, 2, 4], [true, false]) func formula(heads: Int, bias: Bool) {
    var generator = Generator(seed: 3)
    let layer = Attention(8, heads: heads, bias: bias, using: &generator)
    let x = Samples.normal([2, 5, 8], seed: 4, deviation: 2)
    let y = layer(x)
    #expect(y.shape == [2, 5, 8])
    let values = x.floatArray().map(Double.init)
    let truth = (0..<2).flatMap { example in
      expected((0..<5).map { token in (0..<8).map { values[(example * 5 + token) * 8 + $0] } }, layer).joined()
    }
    expectClose(y.floatArray(), truth.map { Float($0) }, rtol: 1e-5)
  }

  @Test func names() {
    var generator = Generator(seed: 3)
    let layer = Attention(8, heads: 2, bias: false, using: &generator)
    #expect(layer.namedParameters().map(\.name) == ["qkv.weight", "proj.weight", "proj.bias"])
    #expect(layer.qkv.weight.value.shape == [24, 8])
  }

  @Test func embeddingsLookUpRowsAndCollectGradients() {
    var generator = Generator(seed: 3)
    let embedding = Embedding(count: 4, width: 3, using: &generator)
    let y = embedding(Tensor([2, 0, 2] as [Int64]))
    let table = embedding.weight.value.floatArray()
    #expect(y.floatArray() == Array(table[6..<9] + table[0..<3] + table[6..<9]))
    let gradient = gradients(of: y.sum())[embedding.weight]
    #expect(gradient?.floatArray() == [1, 1, 1, 0, 0, 0, 2, 2, 2, 0, 0, 0])
  }
}
