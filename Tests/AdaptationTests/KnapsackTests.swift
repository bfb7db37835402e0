import Tensor
import Testing

@testable import Adaptation

extension AdaptationSuite {
  @Suite struct KnapsackTests {
    /// Tries every choice.
    private func bruteForce(_ items: [Knapsack.Item], limit: Int) -> Double {
      var best = 0.0
      func extend(_ index: Int, _ worth: Double, _ weight: Int, hasStarted: Bool) {
        guard weight <= limit else { return }
        if index == items.count { return best = max(best, worth) }
        let item = items[index]
        extend(index + 1, hasStarted ? worth + item.skipping.value : 0, weight, hasStarted: hasStarted)
        for option in item.options {
          let value = hasStarted ? option.value + option.passesOn * worth : option.value
          extend(index + 1, value, weight + option.weight + (hasStarted ? 0 : item.passing), hasStarted: true)
        }
      }
      extend(0, 0, 0, hasStarted: false)
      return best
    }

    /// What choices are worth, counted from the front.
    private func worth(_ choices: [Int?], _ items: [Knapsack.Item]) -> (value: Double, weight: Int) {
      var (value, weight, hasStarted) = (0.0, 0, false)
      for (choice, item) in zip(choices, items) {
        if let option = choice.map({ item.options[$0] }) {
          value = hasStarted ? option.value + option.passesOn * value : option.value
          weight += option.weight + (hasStarted ? 0 : item.passing)
          hasStarted = true
        } else if hasStarted {
          value += item.skipping.value
        }
      }
      return (value, weight)
    }

    @Test func equalsTryingEverything() {
      var generator = Generator(seed: 11)
      for round in 0..<60 {
        let items = (0..<5).map { index in
          Knapsack.Item(
            options: (0..<3).map { _ in
              Knapsack.Option(
                value: Double.random(in: 0.01..<1, using: &generator),
                passesOn: Double.random(in: 0..<1, using: &generator),
                weight: Int.random(in: 1..<40, using: &generator))
            },
            skipping: Knapsack.Option(
              value: round % 2 == 0 ? 0 : -Double.random(in: 0..<0.005, using: &generator), passesOn: 1, weight: 0),
            passing: 10 * (5 - index))
        }
        let limit = Int.random(in: 5..<150, using: &generator)
        let (choices, value) = Knapsack.solve(items, limit: limit)
        #expect(abs(value - bruteForce(items, limit: limit)) < 1e-9)
        let found = worth(choices, items)
        #expect(abs(found.value - value) < 1e-9 && found.weight <= limit)
      }
    }

    @Test func choosesNothingWhereNothingFits() {
      let item = Knapsack.Item(
        options: [.init(value: 1, passesOn: 1, weight: 10)], skipping: .init(value: 0, passesOn: 1, weight: 0),
        passing: 5)
      #expect(Knapsack.solve([item], limit: 14).choices == [nil])
      #expect(Knapsack.solve([item], limit: 15).choices == [0])
      #expect(Knapsack.solve([item], limit: -1).choices == [nil])
    }
  }
}
