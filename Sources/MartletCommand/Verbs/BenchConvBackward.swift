import Adaptation
import ArgumentParser
import Reporting
import Tensor
import Training

/// `martlet bench conv-backward`: the exact and the filtered backward pass of one convolution.
struct BenchConvBackward: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv-backward",
    abstract: "Time the backward pass of a convolution, exact and with gradient filtering.",
    discussion: """
      Both go from the gradient of the output to the gradients of input and weights, all written out: pooling, expansion and the \
      spreading over the kernel are part of filtered_ms. compressed_ms leaves the gradient of the input as one value a patch, which \
      is enough for a filtered layer further up. exact_ms is the exact pass by oneDNN, training_ms the one that training takes: \
      by Winograd's algorithm where it is faster. forward_ms is the forward pass, pooling_ms what filtering adds to it.
      """)

  @Option(name: .customLong("in"), help: .integer("Channels of the input."))
  var inputs = 128

  @Option(name: .customLong("out"), help: .integer("Channels of the output."))
  var outputs = 128

  @Option(help: .integer("Side of the kernel."))
  var kernel = 3

  @Option(help: .integer("Stride."))
  var stride = 1

  @Option(help: .integer("Dilation."))
  var dilation = 1

  @Option(help: .integer("Groups of channels."))
  var groups = 1

  @Option(help: .integer("Images."))
  var batch = 32

  @Option(help: .integer("Height of the input."))
  var height = 28

  @Option(help: .integer("Width of the input."))
  var width = 28

  @Option(help: .integer("Side of a patch of the output."))
  var patch = 4

  @Option(help: "The form of filtering: unbiased, or reference for that of the published program.")
  var scaling = FilterScaling.unbiased

  @Option(help: .integer("Passes that are timed."))
  var steps = 10

  @Option(help: .integer("Passes before the first that is timed."))
  var warmup = 2

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try OptionCheck.require(
      atLeast: 1,
      [
        "--in": inputs, "--out": outputs, "--kernel": kernel, "--stride": stride, "--dilation": dilation,
        "--groups": groups, "--batch": batch, "--height": height, "--width": width, "--steps": steps,
      ])
    try OptionCheck.require(atLeast: 0, ["--warmup": warmup])
    try OptionCheck.requireElements([[inputs, outputs, kernel, kernel], [batch, height, width, max(inputs, outputs)]])
    guard inputs % groups == 0, outputs % groups == 0 else {
      throw CommandError("--in \(inputs) and --out \(outputs) cannot be cut into \(groups) groups")
    }
    let options = ConvolutionOptions(
      stride: Pair(stride, stride), padding: Padding(integerLiteral: dilation * (kernel - 1) / 2),
      dilation: Pair(dilation, dilation), groups: groups)
    let size = options.outputSize(Pair(height, width), kernel: Pair(kernel, kernel))
    guard size.height > 0, size.width > 0 else {
      throw CommandError("a kernel of \(kernel) with dilation \(dilation) does not fit into \(height)×\(width)")
    }
    guard patch >= 2, patch <= min(size.height, size.width) else {
      throw CommandError(
        "--patch is \(patch); expected 2 to the smaller side of the output, \(size.height)×\(size.width)")
    }
    try compute.configure()
    measure(options)
  }

  private func measure(_ options: ConvolutionOptions) {
    var generator = Generator(seed: compute.seed)
    let x = Tensor.normal([batch, height, width, inputs], using: &generator).cast(to: compute.dtype.dtype)
    let weight = Tensor.normal([outputs, inputs / groups, kernel, kernel], using: &generator)
    let y = convolution(x, weight: weight, options: options)
    let cotangent = Tensor.normal(y.shape, using: &generator).cast(to: compute.dtype.dtype)
    let filter = GradientFilter(patch: patch, scaling: scaling)
    let saved = filter.save(x, weight: weight, options: options)

    func backward(_ method: any ConvolutionBackward, _ saved: Tensor, writesPixels: Bool = true) {
      let gradients = method.gradients(
        cotangent: cotangent, saved: saved, weight: weight, inputShape: x.shape, options: options, wantsInput: true,
        wantsWeight: true, wantsBias: false)
      if writesPixels { gradients.input?.withBytes { _ in } }
    }
    func time(_ body: () -> Void) -> Timing { Timing.of(repetitions: steps, warmUp: warmup, body) }

    let forward = time { convolution(x, weight: weight, options: options).withBytes { _ in } }
    let pooling = time { _ = filter.save(x, weight: weight, options: options) }
    let exact = time { backward(ExactConvolutionBackward(usesWinograd: false), x) }
    let training = time { backward(ExactConvolutionBackward(), x) }
    let filtered = time { backward(filter, saved) }
    let compressed = time { backward(filter, saved, writesPixels: false) }
    Report.printBench(
      "conv-backward",
      [
        "in": .integer(inputs), "out": .integer(outputs), "kernel": .integer(kernel),
        "stride": .integer(stride), "dilation": .integer(dilation), "groups": .integer(groups),
        "batch": .integer(batch), "height": .integer(height), "width": .integer(width), "patch": .integer(patch),
        "scaling": .string(scaling.rawValue), "steps": .integer(steps), "exact_ms": .number(exact.median),
        "training_ms": .number(training.median), "filtered_ms": .number(filtered.median),
        "speedup": .number(exact.median / filtered.median),
        "compressed_ms": .number(compressed.median), "forward_ms": .number(forward.median),
        "pooling_ms": .number(pooling.median),
        "saved_bytes": .integer(saved.byteCount), "exact_saved_bytes": .integer(x.byteCount),
      ], timing: filtered, compute, output)
  }
}

extension FilterScaling: ExpressibleByArgument {}
