import NeuralNet
import Tensor
import TestSupport
import Testing

/// Dropout and drop-path in training and in evaluation.
@Suite struct DropoutTests {
  private let ones = Tensor.ones([100, 200])

  @Test func dropoutScalesWhatItKeeps() {
    var generator = Generator(seed: 1)
    let values = Dropout(0.2, using: &generator)(ones).floatArray()
    let kept = values.count { $0 != 0 }
    #expect(values.allSatisfy { $0 == 0 || $0 == 1.25 })
    // Binomial with n = 20,000 and p = 0.8: a deviation of 57.
    #expect(abs(kept - 16_000) < 285)
  }

  @Test func evaluationChangesNothing() {
    var generator = Generator(seed: 1)
    let (dropout, path) = (Dropout(0.9, using: &generator), DropPath(0.9, using: &generator))
    let states = (dropout.generator, path.generator)
    dropout.setTraining(false)
    path.setTraining(false)
    #expect(dropout(ones).floatArray() == ones.floatArray())
    #expect(path(ones).floatArray() == ones.floatArray())
    #expect(dropout.generator == states.0 && path.generator == states.1)
  }

  @Test func callsDifferAndGeneratorsRepeat() {
    var generator = Generator(seed: 1)
    let dropout = Dropout(0.5, using: &generator)
    let start = dropout.generator
    let (first, second) = (dropout(ones).floatArray(), dropout(ones).floatArray())
    #expect(first != second)
    dropout.generator = start
    #expect(dropout(ones).floatArray() == first)
    #expect(Dropout(0.5, using: &generator)(ones).floatArray() != first)
  }

  @Test func gradientsUseTheSameMask() {
    var generator = Generator(seed: 1)
    let x = ones.requiringGradient()
    let y = Dropout(0.3, using: &generator)(x)
    #expect(gradients(of: y.sum())[x]?.floatArray() == y.floatArray())
  }

  @Test func dropPathDropsWholeExamples() {
    var generator = Generator(seed: 1)
    let x = Tensor.ones([2000, 1, 2, 3]).requiringGradient()
    let y = DropPath(0.5, using: &generator)(x)
    let values = y.floatArray()
    let examples = stride(from: 0, to: values.count, by: 6).map { Set(values[$0..<$0 + 6]) }
    #expect(examples.allSatisfy { $0 == [0] || $0 == [2] })
    // Binomial with n = 2,000 and p = 0.5: a deviation of 22.
    #expect(abs(examples.count { $0 == [2] } - 1000) < 112)
    #expect(gradients(of: y.sum())[x]?.floatArray() == values)
  }

  @Test func noChanceToDropIsTheIdentity() {
    var generator = Generator(seed: 1)
    #expect(Dropout(0, using: &generator)(ones).floatArray() == ones.floatArray())
    #expect(DropPath(0, using: &generator)(ones).floatArray() == ones.floatArray())
  }

  /// A probability outside of 0...1 is a mistake in the program, told with the module.
  @Test func impossibleChances() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = Generator(seed: 1)
      let chain = Sequential(Identity(), DropPath(1.5, using: &generator)).namingParts()
      _ = chain(Tensor.ones([2, 2]))
    }
    expectMessage(result, "droppedOut in 1", "1.5")
  }
}
