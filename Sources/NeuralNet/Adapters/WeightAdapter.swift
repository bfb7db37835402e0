import Tensor

/// A layer beside a linear layer or a convolution whose result is added to the output, and which a change of the weight can
/// replace.
public protocol WeightAdapter: Layer {
  /// The change of the weight that gives the same outputs without the adapter, in the shape of the weight but for axes of
  /// extent 1.
  var weightChange: Tensor { get }
}

/// A layer that an adapter can stand beside.
private protocol Adapted: Layer {
  var weight: Parameter { get }
  var adapter: (any WeightAdapter)? { get set }
}

extension Linear: Adapted {}
extension Convolution: Adapted {}

extension Adapted {
  /// The weight with what the adapter makes of it.
  fileprivate func mergedWeight(_ adapter: any WeightAdapter) -> Tensor {
    weight.value + adapter.weightChange.detached.reshaped(weight.value.shape)
  }
}

extension Module {
  /// Adds the changes of all adapters to the weights beside them and removes the adapters; outputs stay equal up to rounding.
  /// - Returns: the number of adapters that were there.
  @discardableResult
  public func mergeAdapters() -> Int {
    var count = 0
    for case let layer as any Adapted in namedModules().map(\.module) {
      guard let adapter = layer.adapter else { continue }
      layer.weight.value.assign(layer.mergedWeight(adapter))
      layer.adapter = nil
      count += 1
    }
    return count
  }

  /// All parameters and saved buffers by name, as the module would hold them with its adapters merged; it stays as it is.
  ///
  /// A model file holds these, so that its names are the published ones.
  public func mergedTensors() -> [(name: String, tensor: Tensor)] {
    var tensors = namedTensors()
    for case (let path, let layer as any Adapted) in namedModules() {
      guard let adapter = layer.adapter else { continue }
      let prefix = path.isEmpty ? "" : path + "."
      tensors.removeAll { $0.name.hasPrefix(prefix + "adapter.") }
      for index in tensors.indices where tensors[index].name == prefix + "weight" {
        tensors[index].tensor = layer.mergedWeight(adapter)
      }
    }
    return tensors
  }
}
