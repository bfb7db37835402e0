import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// The kernel that mixes values without writing scores, against the operations that attention consists of.
  @Suite struct SelfAttentionTests {
    struct Case: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let tokens: Int
      let heads: AttentionHeads
    }

    static let cases = [
      Case(
        testDescription: "fewer tokens than rows of a block", tokens: 5,
        heads: AttentionHeads(3, keyWidth: 16, valueWidth: 16, order: .partByPart)),
      Case(
        testDescription: "one token", tokens: 1,
        heads: AttentionHeads(2, keyWidth: 8, valueWidth: 8, order: .headByHead)),
      Case(
        testDescription: "a class token", tokens: 50,
        heads: AttentionHeads(3, keyWidth: 64, valueWidth: 64, order: .partByPart)),
      Case(
        testDescription: "wide values", tokens: 49,
        heads: AttentionHeads(4, keyWidth: 32, valueWidth: 128, order: .headByHead)),
      Case(
        testDescription: "parts of vectors", tokens: 67,
        heads: AttentionHeads(2, keyWidth: 5, valueWidth: 43, order: .partByPart)),
      Case(
        testDescription: "whole blocks", tokens: 64,
        heads: AttentionHeads(1, keyWidth: 32, valueWidth: 48, order: .headByHead)),
    ]

    /// Of bfloat16 only the result is rounded.
    static let types: [(dtype: DType, tolerance: Double)] = [(.float32, 2e-6), (.bfloat16, 4e-3)]

    private func parts(_ x: Tensor, _ heads: AttentionHeads, _ bias: Tensor?) -> Tensor {
      selfAttention(x.requiringGradient(), heads: heads, bias: bias).detached
    }

    @Test(arguments: cases, [false, true])
    func equalsItsParts(_ sample: Case, hasBias: Bool) {
      let (tokens, heads) = (sample.tokens, sample.heads)
      let bias = hasBias ? Samples.normal([heads.count, tokens, tokens], seed: 2) : nil
      for type in Self.types {
        let x = Samples.normal([3, tokens, heads.width], seed: 1).cast(to: type.dtype)
        let whole = selfAttention(x, heads: heads, bias: bias)
        #expect(whole.dtype == type.dtype)
        expectClose(whole, parts(x.cast(to: .float32), heads, bias), rtol: type.tolerance, "\(type.dtype)")
      }
    }

    /// Scores of hundreds neither overflow nor give NaN.
    @Test func largeScores() {
      let heads = AttentionHeads(2, keyWidth: 16, valueWidth: 16, order: .partByPart)
      let x = Samples.normal([1, 40, heads.width], seed: 1).scaled(by: 20)
      expectClose(selfAttention(x, heads: heads), parts(x, heads, nil), rtol: 2e-5)
    }

    @Test func picturesDoNotDependOnThoseBeside() {
      let heads = AttentionHeads(3, keyWidth: 16, valueWidth: 32, order: .headByHead)
      let x = Samples.normal([5, 41, heads.width], seed: 1)
      let whole = selfAttention(x, heads: heads)
      for picture in 0..<5 {
        let range = picture..<picture + 1
        let alone = selfAttention(x.sliced(axis: 0, range).copied(), heads: heads)
        #expect(alone.floatArray() == whole.sliced(axis: 0, range).floatArray())
      }
    }

    /// A trace has it as one operation, unless it is to list the parts.
    @Test(.enabled(if: Compute.hasWideRegisters)) func tracesShowIt() {
      let heads = AttentionHeads(2, keyWidth: 8, valueWidth: 8, order: .partByPart)
      let x = Samples.normal([2, 9, heads.width], seed: 1)
      let whole = Trace.recording([x]) { [selfAttention($0[0], heads: heads)] }
      #expect(whole.steps.count == 1)
      let composed = Trace.recording([x], isComposed: true) { [selfAttention($0[0], heads: heads)] }
      #expect(composed.steps.count > 5)
      let replayed = Tensor.applying(whole.steps[0].operator, to: [x], shape: [2, 9, 16])
      #expect(replayed.floatArray() == selfAttention(x, heads: heads).floatArray())
    }
  }
}
