/// What one operation computes, with everything but its operands: the vocabulary of a ``Trace``.
///
/// The operands of each case are listed with it; one in brackets may be absent.
public enum Operator: Sendable {
  /// x, weight, [bias]
  case convolution(ConvolutionOptions)
  /// x, weight, [bias]
  case linear
  /// left, right
  case matrixProduct(transposingLeft: Bool, transposingRight: Bool)
  /// projection, [bias]
  case selfAttention(AttentionHeads)
  /// x, weight, bias, mean, variance, [residual]: the moving statistics, as in evaluation.
  case batchNorm(epsilon: Float, activation: Activation)
  /// x, [weight], [bias]
  case layerNorm(epsilon: Float)
  /// x, [weight], [bias]
  case groupNorm(groups: Int, epsilon: Float)
  /// x
  case activation(Activation)
  /// x
  case function(ElementFunction)
  /// x
  case clamp(lower: Float, upper: Float)
  /// factor · x + offset
  case scale(factor: Float, offset: Float)
  /// left, right
  case binary(BinaryFunction)
  /// x; along the last axis
  case softmax
  /// x; along the last axis
  case logSoftmax
  /// x
  case reduction(axes: [Int], keepsAxes: Bool, isMean: Bool)
  /// x; the result has the shape of the step's output
  case reshape
  /// x; the result has the shape of the step's output
  case broadcast
  /// x
  case transpose([Int])
  /// x
  case slice(axis: Int, Range<Int>)
  /// x…
  case concatenate(axis: Int)
  /// x
  case pad([PaddedAxis], value: Float)
  /// x
  case roll(axis: Int, shift: Int)
  /// x, [mask]: x and max(0, maxᵢ maskᵢ ±(x − rollᵢ(x))) joined along the channels; the mask [N, H, W, rolls] holds ones and
  /// zeros.
  case maxRelative(RelativeNeighbours)
  /// x: [N, H, W, rolls], Σ |x − rollᵢ(x)| over the channels.
  case relativeDistances([RelativeNeighbours.Roll])
  /// x
  case maxPooling(PoolingOptions)
  /// x
  case averagePooling(PoolingOptions, countsPadding: Bool)
  /// x, factors
  case poolingMix
  /// x
  case adaptiveAveragePooling(Pair)
  /// x
  case resize(Pair, ResizeMode)
  /// table, indices
  case gather
  /// x
  case cast(DType)
  /// An operation that no trace can say more of.
  case opaque(String)
}

/// A function of one number.
public enum ElementFunction: String, Sendable, CaseIterable {
  case exp
  case log
  case squareRoot
  case reciprocalSquareRoot
  case square
  case absolute
}

/// A function of two numbers.
public enum BinaryFunction: String, Sendable, CaseIterable {
  case add
  case subtract
  case multiply
  case divide
  case maximum
  case minimum
  case power
  /// 1 where left < right, else 0.
  case less
}

/// How many elements are added to an axis.
public struct PaddedAxis: Sendable, Hashable {
  /// In front of the first element.
  public let before: Int
  /// Behind the last element.
  public let after: Int

  /// Amounts at both ends.
  public init(before: Int, after: Int) { (self.before, self.after) = (before, after) }
}
