import COneDNN
import Synchronization

/// The three oneDNN primitives of a layer with weights (convolution, linear), with the reorders of the weights.
///
/// Activations stay channels last; the weights' layout is left to oneDNN, as its fast kernels demand. A primitive is
/// compiled when it first runs.
final class WeightedPlan: @unchecked Sendable {
  /// The operands of the layer, activations and weights in the layouts in which tensors hold them.
  struct Operands {
    let input: MemoryLayout
    let output: MemoryLayout
    /// float32, as parameters hold them.
    let weights: MemoryLayout
    let bias: MemoryLayout?
  }

  /// What `describe` is asked for.
  enum Direction {
    case forward
    case backwardData(forward: OpaquePointer)
    case backwardWeights(forward: OpaquePointer)
  }

  private let name: StaticStringTriple
  let operands: Operands
  /// The type in which the primitives read and write activations; others are converted on the way.
  let arithmetic: DType
  private let operations: Double
  private let describe: (Direction) -> OpaquePointer
  private let making = Mutex(())

  /// The names under which the three directions are entered in the ledger.
  struct StaticStringTriple {
    let forward: StaticString
    let inputGradient: StaticString
    let weightGradient: StaticString
  }

  init(
    _ name: StaticStringTriple, operands: Operands, arithmetic: DType, operations: Double,
    describe: @escaping (Direction) -> OpaquePointer
  ) {
    self.name = name
    self.operands = operands
    self.arithmetic = arithmetic
    self.operations = operations
    self.describe = describe
  }

  private typealias Step = (primitive: Primitive, reorder: Reorder)

  private func biased(_ operands: [(Int32, MemoryLayout)], _ argument: Int32) -> [(Int32, MemoryLayout)] {
    operands + (self.operands.bias.map { [(argument, $0)] } ?? [])
  }

  private lazy var madeForwardStep: (primitive: Primitive, reorder: Reorder, weights: MemoryLayout) = {
    let description = describe(.forward)
    let packed = MemoryLayout(of: dnnl_query_weights_md, in: description)
    let layouts = [(DNNL_ARG_SRC, operands.input), (DNNL_ARG_WEIGHTS, packed), (DNNL_ARG_DST, operands.output)]
    return (
      Primitive(description, operands: biased(layouts, DNNL_ARG_BIAS)), Reorder(from: operands.weights, to: packed),
      packed
    )
  }()

  private lazy var madeBackwardDataStep: Step = {
    let forward = describe(.forward)
    defer { dnnl_primitive_desc_destroy(forward) }
    let description = describe(.backwardData(forward: forward))
    let packed = MemoryLayout(of: dnnl_query_weights_md, in: description)
    let layouts = [
      (DNNL_ARG_DIFF_SRC, operands.input), (DNNL_ARG_WEIGHTS, packed), (DNNL_ARG_DIFF_DST, operands.output),
    ]
    return (Primitive(description, operands: layouts), Reorder(from: operands.weights, to: packed))
  }()

  private lazy var madeBackwardWeightsStep: Step = {
    let forward = describe(.forward)
    defer { dnnl_primitive_desc_destroy(forward) }
    let description = describe(.backwardWeights(forward: forward))
    let packed = MemoryLayout(of: dnnl_query_diff_weights_md, in: description)
    let layouts = [
      (DNNL_ARG_SRC, operands.input), (DNNL_ARG_DIFF_WEIGHTS, packed), (DNNL_ARG_DIFF_DST, operands.output),
    ]
    return (
      Primitive(description, operands: biased(layouts, DNNL_ARG_DIFF_BIAS)),
      Reorder(from: packed, to: operands.weights)
    )
  }()

  private var forwardStep: (primitive: Primitive, reorder: Reorder, weights: MemoryLayout) {
    making.withLock { _ in madeForwardStep }
  }
  private var backwardDataStep: Step { making.withLock { _ in madeBackwardDataStep } }
  private var backwardWeightsStep: Step { making.withLock { _ in madeBackwardWeightsStep } }

  /// The layout of packed weights.
  var packedWeights: MemoryLayout { forwardStep.weights }

  /// The weights as the forward pass reads them.
  /// - Parameter isCopy: whether they need memory of their own.
  func packed(_ weight: Tensor, isCopy: Bool = false) -> Tensor {
    if Ledger.skipsKernels { return weight.detached }
    let pack = forwardStep.reorder
    return isCopy && !pack.isNeeded ? weight.copied() : pack.apply(to: weight.detached)
  }

  /// Fills `output` from input, packed weights and bias.
  func forward(_ input: Tensor, packed: Tensor, _ bias: Tensor?, into output: Tensor) {
    let source = input.detached.cast(to: arithmetic)
    output.filled(as: arithmetic) { result in
      Ledger.kernel(name.forward, operations: operations) {
        forwardStep.primitive.run(
          [source.pointer, packed.pointer, result.pointer] + (bias.map { [$0.pointer] } ?? []))
      }
    }
  }

  /// Fills gradients from the gradient of the output.
  /// - Parameters:
  ///   - input: of the forward pass; for the gradient of the weights.
  ///   - bands: how many equal bands of rows the operands hold, of which this plan computes one at a time.
  func backward(_ cotangent: Tensor, input: Tensor?, weight: Tensor, into targets: WeightedGradients, bands: Int = 1) {
    let packed = targets.input.map { _ in backwardDataStep.reorder.apply(to: weight) }
    let unpack = targets.weight.map { _ in backwardWeightsStep.reorder }
    var sums = WeightSums(targets, unpack: unpack)
    targets.fill(
      from: cotangent, bands: bands, as: arithmetic,
      weights: { band, difference in
        guard let input, let (weight, bias) = sums.next() else { return }
        let source = input.band(band, of: bands).cast(to: arithmetic)
        Ledger.kernel(name.weightGradient, operations: operations) {
          backwardWeightsStep.primitive.run(
            [source.pointer, weight.pointer, difference.pointer] + (bias.map { [$0.pointer] } ?? []))
        }
        sums.add()
      },
      input: { difference, gradient in
        guard let packed else { return }
        Ledger.kernel(name.inputGradient, operations: operations) {
          backwardDataStep.primitive.run([gradient.pointer, packed.pointer, difference.pointer])
        }
      })
    sums.finish()
  }
}
