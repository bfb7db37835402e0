import Foundation
import Tensor

/// What the operating system says of the CPU.
struct Machine {
  let model: String
  let cores: Int
  let instructionSets: [String]
  /// The kernel's setting for transparent huge pages.
  let hugePages: String

  init() {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    func value(_ key: String) -> String? {
      lines.first { $0.hasPrefix(key) }.flatMap { $0.split(separator: ":", maxSplits: 1).last }
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    model = value("model name") ?? value("Hardware") ?? "unknown"
    cores = ProcessInfo.processInfo.activeProcessorCount
    let flags = Set((value("flags") ?? value("Features") ?? "").split(separator: " ").map(String.init))
    let known = [
      ("avx2", "AVX2"), ("fma", "FMA"), ("avx512f", "AVX-512"), ("avx512_bf16", "AVX-512 bf16"),
      ("amx_tile", "AMX"), ("amx_bf16", "AMX bf16"), ("asimd", "NEON"), ("bf16", "NEON bf16"), ("sve", "SVE"),
    ]
    instructionSets = known.filter { flags.contains($0.0) }.map(\.1)
    let setting = try? String(contentsOfFile: "/sys/kernel/mm/transparent_hugepage/enabled", encoding: .utf8)
    hugePages = setting?.split(separator: "[").last?.split(separator: "]").first.map(String.init) ?? "unknown"
  }

  /// Sentences on what would make training faster here.
  func advice(threads: Int) -> [String] {
    var advice: [String] = []
    if threads < cores {
      advice.append("\(threads) of \(cores) cores are used: unset OMP_NUM_THREADS or pass --threads \(cores).")
    }
    if threads > cores {
      advice.append("\(threads) threads share \(cores) cores: pass --threads \(cores).")
    }
    if !instructionSets.contains("AVX-512") && !instructionSets.contains("NEON") {
      advice.append("This CPU has no AVX-512; a machine with it runs convolutions about twice as fast.")
    }
    if Compute.hasFastBFloat16 {
      advice.append("This CPU multiplies bfloat16 fast: --dtype bf16 trains faster and in less memory.")
    } else if Compute.hasBFloat16 {
      advice.append(
        "This CPU has no fast bfloat16 products: --dtype bf16 saves memory here, and time where memory is the limit.")
    } else {
      advice.append("This CPU has no bfloat16 products: --dtype bf16 saves memory here, but no time.")
    }
    if hugePages == "never" {
      advice.append(
        "Transparent huge pages are off; as root: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled")
    }
    return advice
  }
}
