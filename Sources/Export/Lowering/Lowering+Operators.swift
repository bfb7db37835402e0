import Tensor

extension Lowering {
  /// Lowers one operation of the trace.
  /// - Throws: ``ExportError`` for those that no file can hold.
  mutating func lower(_ operation: Operator, _ operands: [ValueID?], _ output: ValueID) throws {
    func missing(_ reason: String) -> ExportError { ExportError(operation.name, in: scope, reason) }
    let unknown = "a trace does not say what it computes"
    guard let x = operands.first ?? nil else { throw missing(unknown) }
    let others = operands.dropFirst().compactMap(\.self)
    switch operation {
    case .convolution(let options): lowerConvolution(x, options, others, output)
    case .linear: lowerLinear(x, others, output)
    case .matrixProduct(let left, let right):
      lowerProduct(x, others[0], transposingLeft: left, transposingRight: right, output)
    case .batchNorm(let epsilon, let activation):
      try lowerBatchNorm(x, operands, epsilon: epsilon, activation, output)
    case .layerNorm(let epsilon): lowerLayerNorm(x, operands, epsilon: epsilon, output)
    case .groupNorm(let groups, let epsilon): lowerGroupNorm(x, operands, groups, epsilon: epsilon, output)
    case .activation(let activation): lowerElementwise(.activation(activation), x, output)
    case .function(let function): lowerElementwise(.function(function), x, output)
    case .clamp(let lower, let upper):
      let bounds = (
        lower: lower > -Float.greatestFiniteMagnitude ? lower : nil,
        upper: upper < Float.greatestFiniteMagnitude ? upper : nil
      )
      lowerElementwise(.clamp(lower: bounds.lower, upper: bounds.upper), x, output)
    case .scale(let factor, let offset): lowerScale(x, factor: factor, offset: offset, output)
    case .binary(let function): lowerBinary(function, x, others[0], output)
    case .softmax: lowerAlongLast({ .softmax(axis: $0) }, x, output)
    case .logSoftmax: lowerAlongLast({ .logSoftmax(axis: $0) }, x, output)
    case .reduction(let axes, let keepsAxes, let isMean):
      lowerReduction(x, axes, keepsAxes: keepsAxes, isMean: isMean, output)
    case .reshape: lowerReshape(x, output)
    case .broadcast: lowerBroadcast(x, output)
    case .transpose(let order): rename(x, by: order, as: output)
    case .slice(let axis, let range): lowerSlice(x, axis, range, output)
    case .concatenate(let axis): lowerConcatenation([x] + others, axis, output)
    case .pad(let amounts, let value): lowerPad(x, amounts, value: value, output)
    case .roll(let axis, let shift): lowerRoll(x, axis, by: shift, output)
    case .maxRelative(let neighbours): lowerMaxRelative(x, neighbours, mask: others.first, output)
    case .relativeDistances(let rolls): lowerRelativeDistances(x, rolls, output)
    case .maxPooling(let options): lowerMaxPooling(x, options, output)
    case .averagePooling(let options, let countsPadding):
      lowerAveragePooling(x, options, countsPadding: countsPadding, output)
    case .adaptiveAveragePooling(let size): lowerAdaptivePooling(x, size, output)
    case .resize(let size, let mode): lowerResize(x, size, mode, output)
    case .gather: lowerGather(x, others[0], output)
    case .cast(let dtype):
      guard dtype == .float32 else { throw missing("files hold float32 activations, not \(dtype)") }
      rename(x, by: Array(dimensions(x).indices), as: output)
    case .selfAttention, .poolingMix: throw missing("a trace that is exported lists its parts")
    case .opaque: throw missing(unknown)
    }
  }
}

extension Operator {
  /// The operation in a message: its case without the details.
  var name: String {
    if case .opaque(let name) = self { return "\"\(name)\"" }
    return String(describing: self).prefix { $0 != "(" }.description
  }
}
