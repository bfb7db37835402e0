import CKernels

/// A function of one number that layers apply to every element.
public enum Activation: String, Sendable, Hashable, CaseIterable, Codable {
  /// x
  case identity
  /// max(x, 0)
  case relu
  /// min(max(x, 0), 6)
  case relu6
  /// x (1 + erf(x / √2)) / 2
  case gelu
  /// x / (1 + e⁻ˣ)
  case silu
  /// x min(max(x + 3, 0), 6) / 6
  case hardSwish
  /// min(max(x + 3, 0), 6) / 6
  case hardSigmoid
  /// 1 / (1 + e⁻ˣ)
  case sigmoid
  /// tanh x
  case tanh

  var kernel: ck_activation {
    switch self {
    case .identity: ck_activation_identity
    case .relu: ck_activation_relu
    case .relu6: ck_activation_relu6
    case .gelu: ck_activation_geluErf
    case .silu: ck_activation_silu
    case .hardSwish: ck_activation_hardSwish
    case .hardSigmoid: ck_activation_hardSigmoid
    case .sigmoid: ck_activation_sigmoid
    case .tanh: ck_activation_tanh
    }
  }

  /// Floating-point operations an element, the convention of the ledger: 1 for comparisons, 4 for transcendental ones.
  var operationsPerElement: Double {
    switch self {
    case .identity: 0
    case .relu, .relu6: 1
    default: 4
    }
  }
}

extension Tensor {
  /// An activation of every element.
  ///
  /// Keeps its result for the backward pass where the derivative follows from it, else its input.
  public func activated(_ activation: Activation) -> Tensor {
    if activation == .identity { return self }
    let kind = activation.kernel
    let y = similar
    let count = Int64(count)
    Ledger.kernel("activation", operations: Double(count) * activation.operationsPerElement) {
      byType(
        "activation", float32: { ck_activation_forward_f32(kind, floats, y.floats, count) },
        bfloat16: { ck_activation_forward_bf16(kind, bfloats, y.bfloats, count) })
    }
    y.traced(.activation(activation), [self])
    guard Tensor.wantsGradient([self]) else { return y.inspected("activation") }
    let fromOutput = ck_activation_has_output_derivative(kind)
    let saved = SavedTensor(fromOutput ? y : self, by: "activation")
    return y.recorded("activation", inputs: [self]) { cotangent, _ in
      let dx = cotangent.similar
      let kept = saved.tensor
      Ledger.kernel("activation", operations: Double(count) * activation.operationsPerElement) {
        switch (cotangent.dtype, fromOutput) {
        case (.bfloat16, true):
          ck_activation_backward_from_output_bf16(kind, kept.bfloats, cotangent.bfloats, dx.bfloats, count)
        case (.bfloat16, false):
          ck_activation_backward_bf16(kind, kept.bfloats, cotangent.bfloats, dx.bfloats, count)
        case (_, true):
          ck_activation_backward_from_output_f32(kind, kept.floats, cotangent.floats, dx.floats, count)
        case (_, false): ck_activation_backward_f32(kind, kept.floats, cotangent.floats, dx.floats, count)
        }
      }
      return [dx]
    }
  }

  /// max(x, 0)
  public func relu() -> Tensor { activated(.relu) }
  /// min(max(x, 0), 6)
  public func relu6() -> Tensor { activated(.relu6) }
  /// x (1 + erf(x / √2)) / 2
  public func gelu() -> Tensor { activated(.gelu) }
  /// x / (1 + e⁻ˣ)
  public func silu() -> Tensor { activated(.silu) }
  /// x min(max(x + 3, 0), 6) / 6
  public func hardSwish() -> Tensor { activated(.hardSwish) }
  /// min(max(x + 3, 0), 6) / 6
  public func hardSigmoid() -> Tensor { activated(.hardSigmoid) }
  /// 1 / (1 + e⁻ˣ)
  public func sigmoid() -> Tensor { activated(.sigmoid) }
  /// tanh x
  public func tanh() -> Tensor { activated(.tanh) }
}
