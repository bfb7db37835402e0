import Formats
import Models
import NeuralNet

extension Model {
  /// Copies the weights of a file, whatever their number of classes: where it is another one, the classifier keeps its own values,
  /// and the report names its tensors as replaced. So does the head of a segmentation network where the file is a classifier's.
  ///
  /// - Parameters:
  ///   - path: A file of safetensors or of PyTorch's.
  ///   - wrapper: The key under which the weights lie in a checkpoint of PyTorch's; nil for the usual ones.
  ///   - policy: What else is allowed to differ.
  /// - Throws: `FormatError` for files that cannot be read; `LoadError` where other names or shapes differ.
  @discardableResult
  public func loadBackbone(
    _ path: String, wrapper: String? = nil, policy: LoadPolicy = LoadPolicy()
  ) throws -> LoadReport {
    var policy = policy
    policy.replaceable.formUnion(try ModelRegistry.classifierTensors(of: configuration))
    let file = try WeightFile(path, wrapper: wrapper)
    policy.optional.formUnion(headTensors(absentFrom: file))
    return try load(file, from: path, policy: policy)
  }
}
