import CKernels
import Tensor

/// What an optimiser remembers of a parameter: the number of its steps and, after the first, tensors of its
/// shape.
struct ParameterState {
  let name: String
  let parameter: Parameter
  private(set) var stepCount = 0
  private var tensors: [Tensor] = []

  init(name: String, parameter: Parameter) {
    self.name = name
    self.parameter = parameter
  }

  /// Counts a step, making tensors of zeros for the first, and tells the kernels where everything lies: all of it, or the
  /// ranges that train.
  mutating func beginStep(gradient: Tensor, tensorCount: Int) -> [ck_parameter_slot] {
    let shape = parameter.value.shape
    precondition(
      gradient.shape == shape && gradient.dtype == .float32,
      "the gradient of \(name) is \(gradient.dtype) \(gradient.shape), expected float32 \(shape)")
    if stepCount == 0 { tensors = (0..<tensorCount).map { _ in Tensor.zeros(shape) } }
    stepCount += 1
    let (weight, change) = (parameter.value.floatAddress, gradient.floatAddress)
    let (state0, state1) = (tensors.first?.floatAddress, tensors.dropFirst().first?.floatAddress)
    return (parameter.trainedRanges ?? [0..<shape.count]).map { range in
      let start = range.lowerBound
      return ck_parameter_slot(
        weight: weight.map { $0 + start }, gradient: change.map { UnsafePointer($0 + start) },
        state0: state0.map { $0 + start }, state1: state1.map { $0 + start }, count: Int64(range.count))
    }
  }

  func write(to state: inout [String: Tensor], tensorNames: [String]) {
    state["\(name).step"] = Tensor([Int64(stepCount)], shape: [])
    for (tensorName, tensor) in zip(tensorNames, tensors) { state["\(name).\(tensorName)"] = tensor }
  }

  /// This parameter's part of a saved state, copied; notes problems, and takes the names it knows out of
  /// `unread`.
  func reading(
    _ state: [String: Tensor], tensorNames: [String], unread: inout Set<String>,
    problems: inout StateError
  ) -> ParameterState {
    var result = ParameterState(name: name, parameter: parameter)
    let stepName = "\(name).step"
    unread.remove(stepName)
    let step = problems.checked(state, stepName, shape: [], dtype: .int64)?.array(of: Int64.self)[0]
    if let step, step < 0 || step == .max {
      problems.unusable.append("\(stepName) (\(step), expected a number of steps)")
    }
    // A parameter that has made no step has no tensors; any that are there stay unread.
    if step == 0 { return result }
    for tensorName in tensorNames {
      let fullName = "\(name).\(tensorName)"
      unread.remove(fullName)
      let tensor = problems.checked(state, fullName, shape: parameter.value.shape, dtype: .float32)
      if let tensor { result.tensors.append(tensor.copied()) }
    }
    result.stepCount = Int(step ?? 0)
    return result
  }
}

extension Tensor {
  /// The address of the first float32 element, valid while the tensor lives.
  var floatAddress: UnsafeMutablePointer<Float>? {
    precondition(dtype == .float32, "float32 elements are expected, the tensor holds \(dtype)")
    return withMutableBytes { $0.baseAddress?.assumingMemoryBound(to: Float.self) }
  }
}
