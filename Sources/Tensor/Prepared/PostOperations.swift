import COneDNN

/// What a prepared product does to its sums before it writes them: act(sum + residual).
///
/// The residual is added before the activation.
public struct PostOperations: Sendable, Hashable {
  /// Where a residual comes from.
  public enum Residual: Sendable, Hashable {
    /// There is none.
    case none
    /// It is read; the result has memory of its own.
    case kept
    /// The result takes its memory: nobody reads it afterwards.
    case replaced
  }

  /// Applied last.
  public var activation: Activation
  /// What is added to the sums.
  public var residual: Residual

  /// By default nothing is done.
  public init(activation: Activation = .identity, residual: Residual = .none) {
    (self.activation, self.residual) = (activation, residual)
  }

  /// Where the result goes: into the residual's memory where that is replaced, else into new memory.
  func output(_ shape: Shape, _ dtype: DType, residual addend: Tensor?) -> Tensor {
    if residual == .replaced, let addend { return addend.detached }
    return Tensor(uninitialized: shape, dtype: dtype)
  }

  /// Attributes of a primitive whose output has the given layout; the caller destroys them.
  /// - Parameter channels: the layout of a scale and of a shift for each channel, which come before everything else; nil for none.
  func attributes(output: MemoryLayout, channels: MemoryLayout? = nil) -> OpaquePointer {
    var attributes: OpaquePointer?
    OneDNN.check(dnnl_primitive_attr_create(&attributes), "create attributes")
    OneDNN.check(
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "set attributes")
    var operations: OpaquePointer?
    OneDNN.check(dnnl_post_ops_create(&operations), "create post-operations")
    defer { dnnl_post_ops_destroy(operations) }
    if let channels {
      for step in [dnnl_binary_mul, dnnl_binary_add] {
        OneDNN.check(dnnl_post_ops_append_binary(operations, step, channels.descriptor), "append a norm")
      }
    }
    switch residual {
    case .none: break
    case .kept:
      OneDNN.check(
        dnnl_post_ops_append_binary(operations, dnnl_binary_add, output.descriptor), "append a residual")
    case .replaced:
      OneDNN.check(
        dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef), "append a sum")
    }
    if let function = activation.postOperation {
      OneDNN.check(
        dnnl_post_ops_append_eltwise(operations, function.kind, function.alpha, function.beta), "append \(activation)")
    }
    OneDNN.check(dnnl_primitive_attr_set_post_ops(attributes, operations), "set post-operations")
    return attributes!
  }

  /// The argument of the second operand of a post-operation; a kept residual is that of the first, behind a norm of the third.
  static func argument(_ position: Int32) -> Int32 {
    (DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (position + 1)) | DNNL_ARG_SRC_1
  }
}

extension Activation {
  /// The function as oneDNN names it; nil for the identity.
  fileprivate var postOperation: (kind: dnnl_alg_kind_t, alpha: Float, beta: Float)? {
    switch self {
    case .identity: nil
    case .relu: (dnnl_eltwise_relu, 0, 0)
    case .relu6: (dnnl_eltwise_clip, 0, 6)
    case .gelu: (dnnl_eltwise_gelu_erf, 0, 0)
    case .silu: (dnnl_eltwise_swish, 1, 0)
    case .hardSwish: (dnnl_eltwise_hardswish, 1 / 6, 0.5)
    case .hardSigmoid: (dnnl_eltwise_hardsigmoid, 1 / 6, 0.5)
    case .sigmoid: (dnnl_eltwise_logistic, 0, 0)
    case .tanh: (dnnl_eltwise_tanh, 0, 0)
    }
  }
}
