import NeuralNet
import Tensor

/// What a network remembers from step to step besides parameters and buffers.
extension Module {
  /// The states of all generators below, of layers and of backward passes, by path.
  var generatorStates: [String: UInt64] {
    var states: [String: UInt64] = [:]
    for (path, module) in namedModules() {
      if let layer = module as? RandomLayer { states[path] = layer.generator.state }
    }
    for (path, backward) in statefulBackwards() { states[path] = backward.state.generator.state }
    return states
  }

  /// Lets all generators below go on from saved states.
  func restoreGenerators(_ states: [String: UInt64]) {
    for (path, module) in namedModules() {
      if let layer = module as? RandomLayer, let state = states[path] { layer.generator = Generator(seed: state) }
    }
    for (path, backward) in statefulBackwards() {
      if let state = states[path] { backward.state.generator = Generator(seed: state) }
    }
  }

  /// The tensors that backward passes below remember, by path and name.
  var backwardTensors: [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (path, backward) in statefulBackwards() {
      for (name, tensor) in backward.state.tensors { tensors["\(path).\(name)"] = tensor }
    }
    return tensors
  }

  /// Lets all backward passes below go on from saved tensors.
  func restoreBackwards(_ tensors: [String: Tensor]) {
    for (path, backward) in statefulBackwards() {
      let own = tensors.filter { $0.key.hasPrefix(path + ".") && !$0.key.dropFirst(path.count + 1).contains(".") }
      backward.state.tensors = Dictionary(
        uniqueKeysWithValues: own.map { (String($0.key.dropFirst(path.count + 1)), $0.value) })
    }
  }
}
