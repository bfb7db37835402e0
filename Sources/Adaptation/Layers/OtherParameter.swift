import NeuralNet
import Tensor

/// A parameter that belongs to no convolution or linear layer: of a norm, a layer scale, a table of positions.
struct OtherParameter {
  let parameter: Parameter
  /// Whether it is the shift of a norm.
  let isShift: Bool
  /// The last step of a run that joins it with what comes from the picture; nil where none does.
  let step: Int?

  /// Those of a network.
  /// - Parameters:
  ///   - network: the network that ran.
  ///   - layers: the paths of its convolutions and linear layers.
  ///   - trace: the run.
  static func all(of network: Module, beside layers: Set<String>, in trace: Trace) -> [OtherParameter] {
    let steps = trace.joiningSteps
    return network.namedModules().filter { !layers.contains($0.path) }.flatMap { _, module in
      module.ownParameters.map { name, parameter in
        OtherParameter(
          parameter: parameter, isShift: name == "bias" && module.isNorm, step: steps[parameter.value.memory])
      }
    }
  }
}

extension Trace {
  /// For each constant, by its memory, the last step that joins it, or what was made of constants alone, with what depends on an
  /// input.
  fileprivate var joiningSteps: [ObjectIdentifier: Int] {
    var dependent = Set(inputs)
    for step in steps {
      let operands = step.inputs.compactMap(\.self)
      // Of an operation without operands nothing is known.
      if operands.isEmpty || !dependent.isDisjoint(with: operands) { dependent.insert(step.output) }
    }
    var last: [ValueID: Int] = [:]
    for (position, step) in steps.enumerated().reversed() {
      guard let joint = dependent.contains(step.output) ? position : last[step.output] else { continue }
      for id in step.inputs.compactMap(\.self) { last[id] = max(last[id] ?? joint, joint) }
    }
    var result: [ObjectIdentifier: Int] = [:]
    for (id, step) in last {
      if let memory = values[id].constant?.memory { result[memory] = max(result[memory] ?? step, step) }
    }
    return result
  }
}

extension Module {
  fileprivate var ownParameters: [(name: String, parameter: Parameter)] {
    namedParameters().filter { !$0.name.contains(".") }
  }

  fileprivate var isNorm: Bool { self is BatchNorm || self is LayerNorm || self is GroupNorm }
}
