import Formats
import Tensor

/// What `Module.load` found: names that did not meet, and tensors that do not fit.
public struct LoadReport: Sendable, CustomStringConvertible {
  /// Names that were loaded.
  public var matched: [String] = []
  /// Names of the module that the file lacks.
  public var missing: [String] = []
  /// Names of the file that the module lacks.
  public var unexpected: [String] = []
  /// Tensors of another shape or type, with both.
  public var misfits: [String] = []

  /// Whether every name met and fitted.
  public var isComplete: Bool { missing.isEmpty && unexpected.isEmpty && misfits.isEmpty }

  public var description: String {
    func list(_ title: String, _ names: [String]) -> String? {
      names.isEmpty ? nil : "\(title) (\(names.count)): " + names.joined(separator: ", ")
    }
    let lines = [list("missing", missing), list("unexpected", unexpected), list("does not fit", misfits)]
    return (["\(matched.count) tensors matched"] + lines.compactMap { $0 }).joined(separator: "\n")
  }
}

/// Weights that do not belong to the model they were loaded into.
public struct LoadError: Error, CustomStringConvertible {
  /// Where the weights came from.
  public let file: String
  /// What did not meet.
  public let report: LoadReport
  public var description: String {
    "\(file) does not hold this model's weights:\n\(report)\nCheck --model and the number of classes."
  }
}

extension Module {
  /// All parameters and saved buffers by name, as a checkpoint holds them.
  public func namedTensors() -> [(name: String, tensor: Tensor)] {
    namedParameters().map { ($0.name, $0.parameter.value) } + namedBuffers().map { ($0.name, $0.buffer.value) }
  }

  /// Copies stored arrays into the parameters and buffers of the same names.
  ///
  /// Everything is checked first; nothing is changed unless all fits. A missing `num_batches_tracked` is allowed: not every
  /// publisher keeps it.
  /// - Throws: ``LoadError`` with every missing and unexpected name and every wrong shape.
  @discardableResult
  public func load(_ file: some ArrayFile, from path: String) throws -> LoadReport {
    let targets = namedTensors()
    var report = LoadReport()
    var pending: [(Tensor, StoredArray)] = []
    for (name, tensor) in targets {
      guard let array = file[name] else {
        if !name.hasSuffix("num_batches_tracked") { report.missing.append(name) }
        continue
      }
      let fits = array.shape == tensor.shape.array && array.isConvertible(to: tensor.dtype)
      if fits {
        report.matched.append(name)
        pending.append((tensor, array))
      } else {
        report.misfits.append(
          "\(name) is \(array.scalarType) \(array.shape), the model has \(tensor.dtype) \(tensor.shape)")
      }
    }
    let known = Set(targets.map(\.name))
    report.unexpected = file.names.filter { !known.contains($0) }
    guard report.isComplete else { throw LoadError(file: path, report: report) }
    for (tensor, array) in pending { try array.copy(into: tensor) }
    return report
  }
}

extension StoredArray {
  fileprivate func isConvertible(to dtype: DType) -> Bool {
    switch dtype {
    case .float32: [.float16, .bfloat16, .float32, .float64].contains(scalarType)
    case .int64: scalarType == .int64
    default: false
    }
  }

  fileprivate func copy(into tensor: Tensor) throws {
    if tensor.dtype == .float32 && scalarType != .float32 {
      tensor.assign(Tensor(floats(), shape: tensor.shape))
    } else {
      withUnsafeBytes { bytes in tensor.withMutableBytes { $0.copyMemory(from: bytes) } }
    }
  }
}
