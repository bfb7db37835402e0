import Testing

@testable import Reporting

private final class RecordingOutput: TextOutput {
  let isTerminal: Bool
  var columns: Int
  var text = ""

  init(isTerminal: Bool, columns: Int = 80) {
    self.isTerminal = isTerminal
    self.columns = columns
  }

  func write(_ text: String) { self.text += text }
}

private final class FakeClock {
  var time = 100.0
}

@Suite struct ProgressTests {
  private func bar(
    _ output: RecordingOutput, _ clock: FakeClock, total: Int? = 1000, mode: ProgressBar.Mode = .automatic
  ) -> ProgressBar {
    ProgressBar(
      "epoch 1/3", total: total, mode: mode, showsMemory: false, output: output, now: { clock.time })
  }

  @Test func plainLinesComeAtIntervalsAndAtTheEnd() {
    let (output, clock) = (RecordingOutput(isTerminal: false), FakeClock())
    let bar = bar(output, clock)
    for _ in 1...25 {
      clock.time += 1
      bar.advance(by: 40, fields: ["loss": "0.5"])
    }
    bar.finish()
    #expect(
      output.text == """
        epoch 1/3: 400/1000 images, loss 0.5, 40.0 images/s, 0:15 left
        epoch 1/3: 800/1000 images, loss 0.5, 40.0 images/s, 0:05 left
        epoch 1/3: 1000/1000 images, loss 0.5, 40.0 images/s, 0:25

        """)
  }

  @Test func terminalIsRedrawnAtMostTenTimesASecond() {
    let (output, clock) = (RecordingOutput(isTerminal: true), FakeClock())
    let bar = bar(output, clock)
    for _ in 1...1000 {
      clock.time += 0.002
      bar.advance(by: 1)
    }
    let redraws = output.text.count { $0 == "\r" }
    #expect(19...21 ~= redraws)
    bar.finish()
    #expect(output.text.hasSuffix("\u{1B}[K\n"))
  }

  @Test(arguments: [10, 20, 40, 60, 80, 120, 200]) func lineFitsTheTerminal(columns: Int) throws {
    let (output, clock) = (RecordingOutput(isTerminal: true, columns: columns), FakeClock())
    let bar = bar(output, clock)
    clock.time += 10
    bar.update(to: 420, fields: ["loss": "1.234", "accuracy": "56.7 %"])
    let line = output.text.dropFirst().prefix { $0 != "\u{1B}" }
    #expect(String(line).displayWidth < columns)
    #expect(line.hasPrefix("epoch 1/3".prefix(columns - 2)))
    if columns >= 80 { #expect(line.contains(" 42 %")) }
    if columns >= 60 { #expect(line.contains("loss 1.234  accuracy 56.7 %")) }
    if columns == 200 { #expect(line.contains("420/1000 images")) }
  }

  @Test func quietWritesNothing() {
    let (output, clock) = (RecordingOutput(isTerminal: true), FakeClock())
    let bar = bar(output, clock, mode: .quiet)
    clock.time += 60
    bar.update(to: 10)
    bar.note("text")
    bar.finish()
    #expect(output.text.isEmpty)
  }

  @Test func unknownTotalShowsTheTimeTaken() {
    let (output, clock) = (RecordingOutput(isTerminal: false), FakeClock())
    let bar = bar(output, clock, total: nil)
    clock.time += 60
    bar.update(to: 120)
    #expect(output.text == "epoch 1/3: 120 images, 2.00 images/s, 1:00\n")
  }

  @Test func noteStandsAboveTheBar() {
    let (output, clock) = (RecordingOutput(isTerminal: true), FakeClock())
    let bar = bar(output, clock)
    bar.update(to: 1)
    output.text = ""
    bar.note("saved\u{1B}[31m")
    #expect(output.text.hasPrefix("\r\u{1B}[Ksaved\u{FFFD}[31m\n\repoch 1/3"))
  }

  @Test func abandonedBarEndsItsLine() {
    let (output, clock) = (RecordingOutput(isTerminal: true), FakeClock())
    do {
      let bar = bar(output, clock)
      bar.update(to: 1)
    }
    #expect(output.text.hasSuffix("\n"))
  }

  @Test func nothingIsWrittenAfterTheEnd() {
    let (output, clock) = (RecordingOutput(isTerminal: true), FakeClock())
    let bar = bar(output, clock)
    bar.finish()
    let text = output.text
    clock.time += 5
    bar.update(to: 5)
    bar.finish()
    #expect(output.text == text)
  }

  @Test func rateFollowsRecentSpeed() throws {
    var estimator = RateEstimator(time: 0, count: 0)
    #expect(estimator.rate == nil)
    for second in 1...100 { estimator.record(count: second * 10, time: Double(second)) }
    for second in 1...60 { estimator.record(count: 1000 + second * 2, time: 100 + Double(second)) }
    #expect(try #require(estimator.rate) < 2.5)
  }
}
