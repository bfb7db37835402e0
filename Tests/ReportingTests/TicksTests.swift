import Testing

@testable import Reporting

@Suite struct TicksTests {
  @Test func stepsAreOneTwoOrFive() {
    let ticks = Ticks(linearOver: [0.13, 2.41], about: 5, format: .plain)
    #expect(ticks.labels == ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"])
    #expect(ticks.domain == 0...2.5)
  }

  @Test func labelsHaveNoRoundingNoise() {
    let ticks = Ticks(linearOver: [0, 0.7], about: 7, format: .plain)
    #expect(ticks.values == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    #expect(ticks.labels[3] == "0.3")
  }

  @Test func tightAxesKeepTheirRangeAndHaveNoMinusZero() {
    let ticks = Ticks(linearOver: [0, 900], about: 5, format: .plain, rounded: false)
    #expect(ticks.labels == ["0", "200", "400", "600", "800"])
    #expect(ticks.domain == 0...900)
  }

  @Test func epochsHaveWholeTicks() {
    let ticks = Ticks(linearOver: [1, 3], about: 7, format: .plain, wholeSteps: true, rounded: false)
    #expect(ticks.labels == ["1", "2", "3"])
  }

  @Test func unitsAreCommonToTheAxis() {
    #expect(
      Ticks(linearOver: [0, 200 * 1_048_576], about: 4, format: .bytes).labels
        == ["0 MiB", "50 MiB", "100 MiB", "150 MiB", "200 MiB"])
    #expect(
      Ticks(linearOver: [0.86, 0.92], about: 3, format: .percent).labels == ["86 %", "88 %", "90 %", "92 %"])
    #expect(
      Ticks(linearOver: [0, 4e9], about: 4, format: .count).labels == ["0 G", "1 G", "2 G", "3 G", "4 G"])
  }

  @Test func logarithmicTicksArePowers() {
    #expect(
      Ticks(logarithmicOver: [1e-6, 1], about: 7, format: .plain).labels
        == ["1e-6", "1e-5", "0.0001", "0.001", "0.01", "0.1", "1"])
    #expect(
      Ticks(logarithmicOver: [65_536, 1_048_576], about: 5, format: .bytes).labels
        == ["64 KiB", "128 KiB", "256 KiB", "512 KiB", "1 MiB"])
  }

  @Test(
    arguments: [
      [], [.nan], [0], [5, 5], [-3], [1e300, -1e300], [1e16, 1e16 + 2], [.infinity, 1],
      [.leastNonzeroMagnitude], [1e-300, 2e-300],
    ] as [[Double]])
  func degenerateRangesGiveAnAxis(values: [Double]) {
    for ticks in [
      Ticks(linearOver: values, about: 5, format: .plain),
      Ticks(linearOver: values, about: 5, format: .bytes, rounded: false),
      Ticks(logarithmicOver: values, about: 5, format: .plain),
    ] {
      #expect(ticks.domain.lowerBound < ticks.domain.upperBound)
      #expect(ticks.values.count == ticks.labels.count)
      #expect(ticks.values.count < 20)
    }
  }
}
