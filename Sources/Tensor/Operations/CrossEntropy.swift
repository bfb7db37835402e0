import CKernels

/// How the losses of the rows become one number.
public enum LossReduction: String, Sendable, CaseIterable {
  case mean, sum
}

/// The cross-entropy −Σₖ tₖ log softmax(logits)ₖ with class indices as targets.
///
/// - Parameters:
///   - logits: [N…, K], float32 or bfloat16.
///   - labels: int64, [N…]; rows with `ignoreIndex` do not count.
///   - labelSmoothing: t = (1 − s) onehot + s / K.
///   - ignoreIndex: the label of rows that do not count.
///   - reduction: how the losses of the rows become one.
/// - Returns: a float32 scalar; the mean is over the rows that count.
public func crossEntropy(
  _ logits: Tensor, labels: Tensor, labelSmoothing: Float = 0, ignoreIndex: Int64 = -100,
  reduction: LossReduction = .mean
) -> Tensor {
  let (rows, classes) = logits.shape.matrix
  Scope.require(
    labels.dtype == .int64 && labels.count == rows, "crossEntropy",
    "\(rows) int64 labels are expected for logits \(logits.shape), found \(labels.dtype) \(labels.shape)")
  let targets = UnsafePointer(labels.pointer.assumingMemoryBound(to: Int64.self))
  let bad = ck_first_invalid_label(targets, Int64(rows), Int64(classes), ignoreIndex)
  Scope.require(
    bad < 0, "crossEntropy",
    "label \(bad < 0 ? 0 : targets[Int(bad)]) of row \(bad) is outside of 0 ..< \(classes)")
  let counted = (0..<rows).count { targets[$0] != ignoreIndex }
  return crossEntropyLoss(logits, counted: counted, reduction: reduction) { losses, scale, gradient in
    let (n, k) = (Int64(rows), Int64(classes))
    let targets = UnsafePointer(labels.pointer.assumingMemoryBound(to: Int64.self))
    logits.byType(
      "crossEntropy",
      float32: {
        ck_cross_entropy_f32(
          logits.floats, targets, n, k, labelSmoothing, ignoreIndex, losses.floats, scale, gradient?.floats)
      },
      bfloat16: {
        ck_cross_entropy_bf16(
          logits.bfloats, targets, n, k, labelSmoothing, ignoreIndex, losses.floats, scale, gradient?.bfloats)
      })
    withExtendedLifetime(labels) {}
  }
}

/// The cross-entropy −Σₖ tₖ log softmax(logits)ₖ with probabilities as targets (mixup, distillation).
///
/// - Parameters:
///   - logits: [N…, K], float32 or bfloat16.
///   - targets: float32, the shape of `logits`; t = (1 − s) targets + s / K.
///   - labelSmoothing: s.
///   - reduction: how the losses of the rows become one.
/// - Returns: a float32 scalar.
public func crossEntropy(
  _ logits: Tensor, targets: Tensor, labelSmoothing: Float = 0, reduction: LossReduction = .mean
) -> Tensor {
  let (rows, classes) = logits.shape.matrix
  Scope.require(
    targets.dtype == .float32 && targets.shape == logits.shape, "crossEntropy",
    "float32 targets of the logits' shape \(logits.shape) are expected, found \(targets.dtype) \(targets.shape)")
  return crossEntropyLoss(logits, counted: rows, reduction: reduction) { losses, scale, gradient in
    let (n, k) = (Int64(rows), Int64(classes))
    logits.byType(
      "crossEntropy",
      float32: {
        ck_cross_entropy_soft_f32(
          logits.floats, targets.floats, n, k, labelSmoothing, losses.floats, scale, gradient?.floats)
      },
      bfloat16: {
        ck_cross_entropy_soft_bf16(
          logits.bfloats, targets.floats, n, k, labelSmoothing, losses.floats, scale, gradient?.bfloats)
      })
  }
}

/// Reduces the rows' losses; the logits' gradient is computed in the same pass over them when it will be wanted.
private func crossEntropyLoss(
  _ logits: Tensor, counted: Int, reduction: LossReduction,
  kernel: (_ losses: Tensor, _ scale: Float, _ gradient: Tensor?) -> Void
) -> Tensor {
  let losses = Tensor(uninitialized: [logits.shape.matrix.rows])
  let scale: Float = reduction == .mean ? 1 / Float(counted) : 1
  let gradient = Tensor.wantsGradient([logits]) ? logits.similar : nil
  Ledger.kernel("cross-entropy", operations: 8 * Double(logits.count)) { kernel(losses, scale, gradient) }
  let loss = losses.sum().scaled(by: scale)
  guard let gradient else { return loss.inspected("cross-entropy") }
  let saved = SavedTensor(gradient, by: "cross-entropy")
  return loss.recorded("cross-entropy", inputs: [logits]) { cotangent, _ in
    let factor = cotangent.item()
    return [factor == 1 ? saved.tensor : saved.tensor.scaled(by: factor)]
  }
}
