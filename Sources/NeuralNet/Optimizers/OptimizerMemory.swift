import CKernels
import Tensor

/// The groups of an optimiser and what it remembers of their parameters.
struct OptimizerMemory {
  let groups: [ParameterGroup]
  private let owner: String
  private let tensorNames: [String]
  private var states: [[ParameterState]]

  /// - Parameters:
  ///   - owner: the optimiser's name in errors.
  ///   - tensorNames: the names of its tensors, at most two, in the order of `state0` and `state1` in the
  ///     kernels.
  init(groups: [ParameterGroup], owner: String, tensorNames: [String]) {
    let parameters = groups.flatMap(\.parameters)
    precondition(
      Set(parameters.map(\.name)).count == parameters.count, "\(owner): two parameters have the same name")
    precondition(
      Set(parameters.map { ObjectIdentifier($0.parameter) }).count == parameters.count,
      "\(owner): a parameter is given twice")
    self.groups = groups
    self.owner = owner
    self.tensorNames = tensorNames
    states = groups.map { $0.parameters.map { ParameterState(name: $0.name, parameter: $0.parameter) } }
  }

  /// Begins a step of the parameters of a group that have a gradient.
  /// - Returns: what the kernels want to know, and the number of this step of the parameter (the first is 1).
  ///   The addresses are valid while the gradients and this memory live.
  mutating func beginStep(
    ofGroup group: Int, gradients: Gradients
  ) -> [(step: Int, slot: ck_parameter_slot)] {
    var begun: [(step: Int, slot: ck_parameter_slot)] = []
    begun.reserveCapacity(states[group].count)
    for index in states[group].indices {
      guard let gradient = gradients[states[group][index].parameter] else { continue }
      let slots = states[group][index].beginStep(gradient: gradient, tensorCount: tensorNames.count)
      begun += slots.map { (states[group][index].stepCount, $0) }
    }
    return begun
  }

  /// See `Optimizer.state`.
  var state: [String: Tensor] {
    states.joined().reduce(into: [:]) { $1.write(to: &$0, tensorNames: tensorNames) }
  }

  /// See `Optimizer.load(state:)`.
  mutating func load(state: [String: Tensor]) throws {
    var problems = StateError(owner: owner)
    var unread = Set(state.keys)
    let loaded = states.map { group in
      group.map { $0.reading(state, tensorNames: tensorNames, unread: &unread, problems: &problems) }
    }
    problems.unexpected = unread.sorted()
    guard problems.isEmpty else { throw problems }
    states = loaded
  }
}
