import Formats
import Tensor

extension Module {
  /// All parameters and saved buffers by name, as a checkpoint holds them.
  public func namedTensors() -> [(name: String, tensor: Tensor)] {
    namedParameters().map { ($0.name, $0.parameter.value) } + namedBuffers().map { ($0.name, $0.buffer.value) }
  }

  /// Copies stored arrays into the parameters and buffers of the same names.
  ///
  /// Everything is checked first; nothing is changed unless all fits or the policy allows the difference. A missing
  /// `num_batches_tracked` is always allowed: not every publisher keeps it.
  /// - Throws: ``LoadError`` with every missing and unexpected name and every wrong shape.
  @discardableResult
  public func load(
    _ file: some ArrayFile, from path: String, policy: LoadPolicy = LoadPolicy()
  ) throws -> LoadReport {
    let (report, pending) = compare(with: file, policy)
    guard
      report.misfits.isEmpty && (policy.allowsMissing || report.missing.isEmpty)
        && (policy.allowsUnexpected || report.unexpected.isEmpty)
    else { throw LoadError(file: path, report: report) }
    for (tensor, array) in pending { try array.copy(into: tensor) }
    return report
  }

  /// What meets, and the pairs to copy.
  private func compare(with file: some ArrayFile, _ policy: LoadPolicy) -> (LoadReport, [(Tensor, StoredArray)]) {
    let targets = namedTensors()
    var report = LoadReport()
    var pending: [(Tensor, StoredArray)] = []
    for (name, tensor) in targets {
      let expected = "\(tensor.dtype) \(tensor.shape)"
      guard let array = file[name] else {
        if name.hasSuffix("num_batches_tracked") { continue }
        if policy.optional.contains(name) {
          report.replaced.append(.init(name: name, found: "absent", expected: expected))
        } else {
          report.missing.append(name)
        }
        continue
      }
      let isConvertible = array.isConvertible(to: tensor.dtype)
      if isConvertible && array.shape == tensor.shape.array {
        report.matched.append(name)
        pending.append((tensor, array))
        continue
      }
      let misfit = LoadReport.Misfit(
        name: name, found: "\(array.scalarType) \(array.shape)", expected: expected)
      if isConvertible && policy.replaceable.contains(name) {
        report.replaced.append(misfit)
      } else {
        report.misfits.append(misfit)
      }
    }
    let known = Set(targets.map(\.name))
    report.unexpected = file.names.filter { !known.contains($0) }
    return (report, pending)
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
