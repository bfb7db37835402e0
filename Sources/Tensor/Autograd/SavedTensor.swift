/// A way to compute a tensor's elements again from what is kept anyway: one cheap pass instead of memory.
final class Recipe: @unchecked Sendable {
  private weak var storage: Storage?
  private let byteOffset: Int
  private let shape: Shape
  private let dtype: DType
  private let make: () -> Tensor

  init(for tensor: Tensor, make: @escaping () -> Tensor) {
    storage = tensor.storage
    byteOffset = tensor.byteOffset
    shape = tensor.shape
    dtype = tensor.dtype
    self.make = make
  }

  /// The elements: those still in memory, or computed again.
  func tensor() -> Tensor {
    if let storage { return Tensor(storage: storage, byteOffset: byteOffset, shape: shape, dtype: dtype) }
    let result = make()
    storage = result.storage
    return result
  }
}

/// A tensor kept from the forward for the backward pass, as its elements or as the recipe for them.
struct SavedTensor {
  private enum Content {
    case elements(Tensor)
    case recipe(Recipe)
  }

  private let content: Content

  init(_ tensor: Tensor, by operation: StaticString) {
    if let recipe = tensor.recipe {
      content = .recipe(recipe)
    } else {
      content = .elements(tensor.detached)
      Ledger.saved(tensor, by: operation)
    }
  }

  var tensor: Tensor {
    switch content {
    case .elements(let tensor): tensor
    case .recipe(let recipe): recipe.tensor()
    }
  }
}
