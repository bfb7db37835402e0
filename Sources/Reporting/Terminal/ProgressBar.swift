import Foundation

/// The progress of one piece of work.
///
/// On a terminal it is one line that is drawn again at most ten times a second; elsewhere it is a plain line
/// every few seconds and one at the end. It shows the count, the recent rate, the time left, the resident
/// memory, and fields of the caller's (loss, accuracy):
///
///     epoch 3/90   42 %  ━━━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄  21504/50000 images  loss 1.23  812 images/s  0:35 left
public final class ProgressBar {
  /// How progress is shown.
  public enum Mode: Sendable {
    /// One redrawn line on a terminal, plain lines elsewhere.
    case automatic
    /// Nothing is written.
    case quiet
  }

  private static let redrawInterval = 0.1

  private let description: String
  private let total: Int?
  private let unit: String
  private let mode: Mode
  private let plainInterval: Double
  private let showsMemory: Bool
  private let output: any TextOutput
  private let now: () -> Double

  private let startTime: Double
  private var lastOutputTime: Double?
  private var estimator: RateEstimator
  private var count = 0
  private var fields: [(name: String, value: String)] = []
  private var hasOpenLine = false
  private var isFinished = false

  /// Starts to show the progress of one piece of work.
  ///
  /// - Parameters:
  ///   - description: What is being done, as `epoch 3/90`.
  ///   - total: How much there is to do, if that is known.
  ///   - unit: What is counted.
  ///   - mode: Pass `.quiet` for the option `--quiet`.
  ///   - plainInterval: Seconds between two plain lines.
  ///   - showsMemory: Whether to show the resident memory of the process.
  ///   - output: Where to write.
  ///   - now: A clock that never goes back, in seconds.
  public init(
    _ description: String, total: Int? = nil, unit: String = "images", mode: Mode = .automatic,
    plainInterval: Double = 10, showsMemory: Bool = true, output: any TextOutput = StandardErrorOutput(),
    now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) {
    self.description = description.withoutControlCharacters
    self.total = total
    self.unit = unit
    self.mode = mode
    self.plainInterval = plainInterval
    self.showsMemory = showsMemory
    self.output = output
    self.now = now
    startTime = now()
    estimator = RateEstimator(time: startTime, count: 0)
  }

  deinit {
    if hasOpenLine { output.write("\n") }
  }

  /// Counts `step` more.
  ///
  /// - Parameter fields: Names and values to show from now on, in this order; `nil` keeps the last ones.
  public func advance(by step: Int, fields: KeyValuePairs<String, String>? = nil) {
    update(to: count + step, fields: fields)
  }

  /// Sets the count.
  ///
  /// - Parameter fields: Names and values to show from now on, in this order; `nil` keeps the last ones.
  public func update(to count: Int, fields: KeyValuePairs<String, String>? = nil) {
    guard mode != .quiet, !isFinished else { return }
    self.count = count
    if let fields {
      self.fields = fields.map { ($0.key.withoutControlCharacters, $0.value.withoutControlCharacters) }
    }
    let time = now()
    estimator.record(count: count, time: time)
    if isDue(at: time) { show(at: time) }
  }

  /// Writes a line of its own above the progress; quiet mode leaves it out.
  public func note(_ text: String) {
    guard mode != .quiet else { return }
    let redraws = hasOpenLine
    output.write((redraws ? "\r\u{1B}[K" : "") + text.withoutControlCharacters + "\n")
    hasOpenLine = false
    if redraws { show(at: now()) }
  }

  /// Shows the last state once more, with the time taken, and ends the line. Later updates are ignored.
  public func finish() {
    guard mode != .quiet, !isFinished else { return }
    isFinished = true
    show(at: now())
    if hasOpenLine { output.write("\n") }
    hasOpenLine = false
  }

  private func isDue(at time: Double) -> Bool {
    if output.isTerminal {
      return lastOutputTime.map { time - $0 >= Self.redrawInterval } ?? true
    }
    return time - (lastOutputTime ?? startTime) >= plainInterval
  }

  private func show(at time: Double) {
    lastOutputTime = time
    let elapsed = time - startTime
    let meanRate = elapsed > 0 && count > 0 ? Double(count) / elapsed : nil
    let line = ProgressLine(
      description: description, count: count, total: total, unit: unit, fields: fields,
      rate: isFinished ? meanRate : estimator.rate, elapsed: elapsed,
      memory: showsMemory ? memoryStatus()?.current : nil, isFinished: isFinished)
    if output.isTerminal {
      output.write("\r" + line.drawn(width: max(1, output.columns - 1)) + "\u{1B}[K")
      hasOpenLine = true
    } else {
      output.write(line.plain + "\n")
    }
  }
}
