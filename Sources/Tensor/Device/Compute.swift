import COneDNN
import CKernels

/// What the kernels run on: threads, instruction sets, libraries.
public enum Compute {
  /// Prepares the calling thread and its team: their number, and denormal numbers treated as zero.
  ///
  /// Call it once on the thread that computes. Equal seeds give equal bits at an equal number of threads.
  public static func configure(threads: Int? = nil) {
    if let threads { ck_set_thread_count(Int32(threads)) }
    ck_flush_denormals()
  }

  /// The number of threads that the kernels of the calling thread use.
  public static var threads: Int { Int(ck_thread_count()) }

  /// Whether kernels that keep many sums in registers run at full speed here.
  static let hasWideRegisters = ck_has_wide_registers()

  /// Whether oneDNN multiplies bfloat16 here; where it does not, products of bfloat16 are computed in float32.
  public static var hasBFloat16: Bool { ProductType.hasBFloat16 }

  /// Whether products of bfloat16 are faster here than those of float32.
  public static var hasFastBFloat16: Bool { ProductType.hasFastBFloat16 }

  /// The version and the run time of oneDNN, such as "3.2.0 (OpenMP)".
  public static var oneDNNVersion: String {
    guard let version = dnnl_version()?.pointee else { return "unknown" }
    let runtime = version.cpu_runtime == DNNL_RUNTIME_OMP ? "OpenMP" : "run time \(version.cpu_runtime)"
    return "\(version.major).\(version.minor).\(version.patch) (\(runtime))"
  }

  /// The widest instruction set that oneDNN uses here.
  public static var oneDNNInstructionSet: String {
    switch dnnl_get_effective_cpu_isa() {
    case dnnl_cpu_isa_sse41: "SSE4.1"
    case dnnl_cpu_isa_avx: "AVX"
    case dnnl_cpu_isa_avx2: "AVX2"
    case dnnl_cpu_isa_avx2_vnni: "AVX2 + VNNI"
    case dnnl_cpu_isa_avx512_core: "AVX-512"
    case dnnl_cpu_isa_avx512_core_vnni: "AVX-512 + VNNI"
    case dnnl_cpu_isa_avx512_core_bf16: "AVX-512 + bf16"
    case dnnl_cpu_isa_avx512_core_fp16: "AVX-512 + fp16"
    case dnnl_cpu_isa_avx512_core_amx: "AVX-512 + AMX"
    case dnnl_cpu_isa_avx512_core_amx_fp16: "AVX-512 + AMX fp16"
    case let other: "instruction set \(other.rawValue)"
    }
  }
}
