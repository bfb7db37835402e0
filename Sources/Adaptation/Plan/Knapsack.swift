/// Chooses one option for each layer so that the sum of the values is the largest while that of the weights stays within a limit.
///
/// Back-propagation runs from the last layer to the first one that trains, so layers are chosen from the end: where layer i is the
/// first that trains, whatever lies behind it has to let gradients through and costs `passing` for it, trained or not.
struct Knapsack {
  /// A way to treat a layer.
  struct Option {
    /// What it adds to the aim.
    let value: Double
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

  /// How finely weights are told apart: a hundredth of a percent of the limit at the most is wasted by rounding up.
  private static let steps = 2048

  /// The chosen option of each item, nil where it does not train; all nil where nothing fits or is worth anything.
  static func solve(_ items: [Item], limit: Int) -> (choices: [Int?], value: Double) {
    guard limit > 0 else { return (Array(repeating: nil, count: items.count), 0) }
    let unit = max(1, (limit + steps - 1) / steps)
    func units(_ weight: Int) -> Int { (weight + unit - 1) / unit }
    let room = limit / unit
    // best[r] is the largest value of the items behind the current one in r units; chosen remembers how.
    var best = Array(repeating: 0.0, count: room + 1)
    var chosen = Array(repeating: Array<Int8>(repeating: -1, count: room + 1), count: items.count)
    var result: (value: Double, first: Int, option: Int, left: Int)?
    for index in items.indices.reversed() {
      let item = items[index]
      let available = room - units(item.passing)
      for (option, candidate) in item.options.enumerated() {
        let left = available - units(candidate.weight)
        guard left >= 0 else { continue }
        let value = best[left] + candidate.value
        if value > result?.value ?? 0 { result = (value, index, option, left) }
      }
      var next = Array(repeating: -Double.infinity, count: room + 1)
      for (option, candidate) in ([item.skipping] + item.options).enumerated() {
        let weight = units(candidate.weight)
        for left in stride(from: weight, through: room, by: 1) where best[left - weight] + candidate.value > next[left]
        {
          next[left] = best[left - weight] + candidate.value
          chosen[index][left] = Int8(option - 1)
        }
      }
      best = next
    }
    var choices: [Int?] = Array(repeating: nil, count: items.count)
    guard let result else { return (choices, 0) }
    choices[result.first] = result.option
    var left = result.left
    for index in items.indices where index > result.first {
      let option = Int(chosen[index][left])
      choices[index] = option >= 0 ? option : nil
      left -= units(option >= 0 ? items[index].options[option].weight : items[index].skipping.weight)
    }
    return (choices, result.value)
  }
}
