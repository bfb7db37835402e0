import Synchronization

/// One step of the computation of a tensor: which nodes it came from, and how a cotangent flows back to them.
///
/// Nodes are numbered as they are made, so that falling numbers are a valid order of the backward pass.
final class Node: @unchecked Sendable {
  /// Which inputs of an operation want a gradient, by position.
  struct Wanted {
    fileprivate let flags: [Bool]
    fileprivate let watchers: [(any CotangentWatcher)?]
    subscript(input: Int) -> Bool { flags[input] }
    /// What wants to see the gradient of an input while it is made.
    func watcher(_ input: Int) -> (any CotangentWatcher)? { watchers[input] }
  }

  /// Gives the inputs' gradients for the output's cotangent; nil where none is wanted.
  typealias Backward = (_ cotangent: Tensor, _ wanted: Wanted) -> [Tensor?]

  private static let counter = Atomic<Int>(0)

  let number: Int
  let operation: StaticString
  /// Whether this is a parameter or an input, not the result of an operation.
  let isLeaf: Bool
  /// The module that recorded the node.
  let scope: String
  private(set) var inputs: [Node?]
  private var backward: Backward?
  private var watcher: (any CotangentWatcher)?

  /// A leaf: a parameter or an input whose gradient is wanted.
  init() {
    number = Node.counter.add(1, ordering: .relaxed).newValue
    operation = "leaf"
    isLeaf = true
    scope = ""
    inputs = []
    backward = nil
  }

  init(
    _ operation: StaticString, inputs: [Node?], watcher: (any CotangentWatcher)?, backward: @escaping Backward
  ) {
    number = Node.counter.add(1, ordering: .relaxed).newValue
    self.operation = operation
    isLeaf = false
    self.inputs = inputs
    self.backward = backward
    self.watcher = watcher
    scope = Scope.path
  }

  /// Frees the nodes that only this one holds in a loop: the stack would not hold the recursion along a long chain.
  deinit {
    var pending = inputs
    inputs = []
    while var next = pending.popLast() {
      guard next != nil, isKnownUniquelyReferenced(&next), let node = next else { continue }
      pending += node.inputs
      node.inputs = []
    }
  }

  /// Stops the program if a backward pass has used the node up.
  func requireUnused() {
    if isLeaf || backward != nil { return }
    Scope.$path.withValue(scope) {
      Scope.fail(
        "\(operation)",
        "the backward pass ran before and freed what it needs; ask for keepingGraph: true the first time")
    }
  }

  /// Runs the backward function.
  /// - Parameters:
  ///   - targets: whether the gradient of an input is wanted.
  ///   - sole: whether an input gets its whole gradient from this node.
  func pull(_ cotangent: Tensor, toward targets: (Node) -> Bool, sole: (Node) -> Bool) -> [Tensor?] {
    let wanted = Wanted(
      flags: inputs.map { $0.map(targets) ?? false },
      watchers: inputs.map { input in input.flatMap { sole($0) ? $0.watcher : nil } })
    return backward?(cotangent, wanted) ?? []
  }

  /// Frees what the node had saved.
  func release() { (backward, watcher) = (nil, nil) }

  /// Forgets the inputs, which this node then no longer keeps alive.
  func cutInputs() { inputs = [] }
}
