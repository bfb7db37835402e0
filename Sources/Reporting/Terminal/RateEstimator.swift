import Foundation

/// The recent rate of a counter: old progress fades with a time constant of 15 seconds.
struct RateEstimator {
  private static let timeConstant = 15.0

  private var lastTime: Double
  private var lastCount: Int
  private var fadedTime = 0.0
  private var fadedCount = 0.0

  init(time: Double, count: Int) {
    lastTime = time
    lastCount = count
  }

  mutating func record(count: Int, time: Double) {
    let elapsed = time - lastTime
    guard elapsed > 0, count > lastCount else { return }
    let fading = exp(-elapsed / Self.timeConstant)
    fadedTime = fadedTime * fading + elapsed
    fadedCount = fadedCount * fading + Double(count - lastCount)
    lastTime = time
    lastCount = count
  }

  /// Counts a second, once something has been counted.
  var rate: Double? {
    fadedTime > 0 ? fadedCount / fadedTime : nil
  }
}
