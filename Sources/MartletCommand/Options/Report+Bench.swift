import Reporting
import Tensor
import Training

extension Report {
  /// Prints what a bench verb measured: between the kind of work with its type and threads, and the times with the peaks of memory
  /// that all of them report.
  /// - Parameters:
  ///   - kind: the name of the verb.
  ///   - measured: what only this verb reports.
  ///   - timing: the times of the work that the verb is about.
  ///   - peakBytes: the most bytes that tensors took; by default since the program began.
  static func printBench(
    _ kind: String, _ measured: JSONObject, timing: Timing, peakBytes: Int = MemoryPool.peakBytes,
    _ compute: ComputeOptions, _ output: OutputOptions
  ) {
    let work: JSONObject = [
      "kind": .string(kind), "dtype": .string(compute.dtype.rawValue), "threads": .integer(Compute.threads),
    ]
    let common: JSONObject = [
      "median_ms": .number(timing.median), "min_ms": .number(timing.minimum), "p95_ms": .number(timing.p95),
      "peak_tensor_mb": .number(Double(peakBytes) / 1_048_576),
      "peak_rss_mb": .number(Double(memoryStatus()?.peak ?? 0) / 1_048_576),
    ]
    print(work.merging(measured).merging(common), output)
  }
}
