import ArgumentParser
import Reporting
import Tensor
import Training

/// `martlet bench machine`: the peaks that every other number is to be read against.
struct BenchMachine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Measure the machine's peaks: arithmetic by a large matrix product, memory by a pass over it.")

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try compute.configure()
    let size = 1536
    var generator = Generator(seed: compute.seed)
    let matrix = Tensor.normal([size, size], using: &generator).cast(to: compute.dtype.dtype)
    let product = Timing.of(repetitions: 15) { _ = matrix.matrixProduct(matrix) }
    let large = Tensor.zeros([64 << 20], dtype: compute.dtype.dtype)
    let pass = Timing.of(repetitions: 15) { _ = large.scaled(by: 2) }
    let operations = 2 * Double(size * size) * Double(size)
    Report.printBench(
      "machine",
      [
        "gflop_per_s": .number(operations / product.minimum / 1e6),
        "gbyte_per_s": .number(2 * Double(large.byteCount) / pass.minimum / 1e6),
      ], timing: product, compute, output)
  }
}
