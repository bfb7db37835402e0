/// Chooses one way to treat each layer so that what the choices are worth together is the most, while their weights stay within a
/// limit.
///
/// Cotangents reach a layer through all those behind it, and an approximate backward pass there turns them away from the exact
/// ones: an option passes on only a part of what everything before it is worth. With the layers in the order of the run, the worth
/// of the first i of them in w units of weight is
///
///     F(i, w) = max over the options o of layer i:  value(o) + passesOn(o) · F(i − 1, w − weight(o))
///
/// and where layer i is the first that trains, value(o), with what has to be kept from there to the end added to the weight.
struct Knapsack {
  /// A way to treat a layer.
  struct Option {
    /// What it adds to the worth.
    let value: Double
    /// The part of the worth of the layers before that it leaves.
    let passesOn: Double
    /// Bytes it keeps.
    let weight: Int
  }

  /// A layer, in the order of the run.
  struct Item {
    /// Ways to train it.
    let options: [Option]
    /// Not training it while gradients pass through.
    let skipping: Option
    /// Bytes that have to be kept between this layer and the end whatever is chosen, if it is the first that trains.
    let passing: Int
  }

  /// How finely weights are told apart.
  private static let steps = 1024

  /// What was chosen for a layer at some weight.
  private enum Step {
    case nothing
    case skip
    case start(Int)
    case train(Int)
  }

  /// The chosen option of each item, nil where it does not train; all nil where nothing fits or is worth anything.
  static func solve(_ items: [Item], limit: Int) -> (choices: [Int?], value: Double) {
    var choices: [Int?] = Array(repeating: nil, count: items.count)
    guard limit > 0 else { return (choices, 0) }
    let unit = max(1, (limit + steps - 1) / steps)
    func units(_ weight: Int) -> Int { (weight + unit - 1) / unit }
    let room = limit / unit
    var worth = Array(repeating: 0.0, count: room + 1)
    var chosen: [[Step]] = []
    for item in items {
      var (next, steps) = (Array(repeating: 0.0, count: room + 1), Array(repeating: Step.nothing, count: room + 1))
      func offer(_ value: Double, _ step: Step, at weight: Int) {
        if value > next[weight] { (next[weight], steps[weight]) = (value, step) }
      }
      for weight in 0...room where worth[weight] > 0 { offer(worth[weight] + item.skipping.value, .skip, at: weight) }
      for (index, option) in item.options.enumerated() {
        let own = units(option.weight)
        for weight in stride(from: own, through: room, by: 1) where worth[weight - own] > 0 {
          offer(option.value + option.passesOn * worth[weight - own], .train(index), at: weight)
        }
        for weight in stride(from: own + units(item.passing), through: room, by: 1) {
          offer(option.value, .start(index), at: weight)
        }
      }
      worth = next
      chosen.append(steps)
    }
    var weight = room
    items: for index in items.indices.reversed() {
      switch chosen[index][weight] {
      case .nothing: break items
      case .skip: continue
      case .start(let option):
        choices[index] = option
        break items
      case .train(let option):
        choices[index] = option
        weight -= units(items[index].options[option].weight)
      }
    }
    return (choices, worth[room])
  }
}
