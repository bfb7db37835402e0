/// An array of numbers: contiguous, row-major, at most six axes; images are channels last, [N, H, W, C].
///
/// A tensor is a value: operations make new ones. Where an operand wants a gradient, the result remembers how it was
/// computed (see `gradients(of:withRespectTo:)`), as in PyTorch.
public struct Tensor: Sendable {
  /// The extents, outermost axis first.
  public let shape: Shape
  /// The type of the elements.
  public let dtype: DType
  private(set) var storage: Storage
  /// Where the elements begin in the storage, in bytes.
  let byteOffset: Int
  /// How the tensor was computed; nil where no gradient is wanted.
  let node: Node?
  /// How to compute the elements again; nil where they are worth keeping for the backward pass.
  let recipe: Recipe?

  init(
    storage: Storage, byteOffset: Int = 0, shape: Shape, dtype: DType, node: Node? = nil, recipe: Recipe? = nil
  ) {
    self.storage = storage
    self.byteOffset = byteOffset
    self.shape = shape
    self.dtype = dtype
    self.node = node
    self.recipe = recipe
  }

  /// A tensor with undefined elements, for an operation to fill.
  public init(uninitialized shape: Shape, dtype: DType = .float32) {
    self.init(storage: Storage(byteCount: shape.count * dtype.byteCount), shape: shape, dtype: dtype)
  }

  init(deferred elements: any DeferredElements, shape: Shape, dtype: DType) {
    let storage = Storage(byteCount: shape.count * dtype.byteCount, deferred: elements)
    self.init(storage: storage, shape: shape, dtype: dtype)
  }

  /// The number of elements.
  public var count: Int { shape.count }

  /// The size of the elements in bytes.
  public var byteCount: Int { count * dtype.byteCount }

  /// Whether gradients flow through this tensor.
  public var requiresGradient: Bool { node != nil }

  /// The same elements with no memory of how they were computed.
  public var detached: Tensor { Tensor(storage: storage, byteOffset: byteOffset, shape: shape, dtype: dtype) }

  func with(node: Node?, recipe: Recipe? = nil) -> Tensor {
    Tensor(storage: storage, byteOffset: byteOffset, shape: shape, dtype: dtype, node: node, recipe: recipe)
  }

  /// The address of the first element, valid while the tensor lives.
  var pointer: UnsafeMutableRawPointer { storage.pointer + byteOffset }

  /// Computes elements that nobody has read yet.
  package func compute() { _ = storage.pointer }

  var floats: UnsafeMutablePointer<Float> {
    assert(dtype == .float32, "float32 elements wanted, the tensor holds \(dtype)")
    return pointer.assumingMemoryBound(to: Float.self)
  }

  var bfloats: UnsafeMutablePointer<UInt16> {
    assert(dtype == .bfloat16, "bfloat16 elements wanted, the tensor holds \(dtype)")
    return pointer.assumingMemoryBound(to: UInt16.self)
  }

  /// Tells the memory of living tensors apart; views of one tensor share theirs.
  package var memory: ObjectIdentifier { ObjectIdentifier(storage) }

  /// Whether no other tensor holds the elements.
  mutating func isUnshared() -> Bool { isKnownUniquelyReferenced(&storage) }
}
