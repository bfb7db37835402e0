import DataSets
import Formats
import Foundation
import Reporting
import Testing

@testable import MartletCommand

extension CommandSuite {
  /// The verbs that look and measure.
  @Suite struct InspectionTests {
    @Test func modelsAreListed() throws {
      let list = try #require(try document(martlet("models", "--json")).arrayValue)
      let names = list.compactMap { $0["name"]?.stringValue }
      for name in ["quickstart", "resnet18", "resnet34", "cifar_resnet20", "cifar_resnet56", "mobilenetv2_100"] {
        #expect(names.contains(name), "\(name)")
      }
      let resnet = try #require(list.first { $0["name"] == "resnet18" })
      #expect(resnet["parameters"]?.integerValue == 11_689_512)
      let table = try martlet("models")
      expectSuccess(table)
      for name in names { #expect(table.output.contains(name), "\(name)") }
    }

    @Test func dataSetsAreListedWithPlaces() throws {
      try withTemporaryFolder { folder in
        let list = try #require(try document(martlet("data", "--json", "--data-root", folder)).arrayValue)
        let names = list.compactMap { $0["name"]?.stringValue }
        for name in ["fashion-mnist-mini", "fashion-mnist", "cifar10", "cifar100"] {
          #expect(names.contains(name), "\(name)")
        }
        for entry in list {
          #expect((entry["location"]?.stringValue == nil) != (entry["advice"]?.stringValue == nil))
        }
        #expect(list.first { $0["name"] == "fashion-mnist-mini" }?["location"]?.stringValue != nil)
        expectSuccess(try martlet("data"))
      }
    }

    /// A folder is opened although a published set that is not here has its name.
    @Test(.enabled(if: DataSource.catalogue().contains { $0.name == "cifar100" && $0.location == nil }))
    func aFolderMayHaveTheNameOfASet() throws {
      try withTemporaryFolder { folder in
        try SampleFiles.writeModel(to: folder + "/model.safetensors")
        let command = ["evaluate", "--checkpoint", "model.safetensors", "--data", "cifar100", "--json"]
        expectError(try martlet(command, in: folder), "cifar100", "cifar-100-binary")
        try SampleFiles.writeData(to: folder + "/cifar100")
        #expect(try document(martlet(command, in: folder))["total"] == 64)
      }
    }

    @Test func theDoctorExamines() throws {
      let report = try document(martlet("doctor", "--json"))
      #expect(report["cores"]?.integerValue ?? 0 > 0)
      #expect(report["memory_bytes"]?.integerValue ?? 0 > 1 << 20)
      #expect(report["onednn"]?.stringValue?.contains(".") == true)
      #expect(report["instruction_sets"]?.arrayValue != nil && report["advice"]?.arrayValue != nil)
      let text = try martlet("doctor")
      expectSuccess(text)
      for word in ["CPU", "threads", "oneDNN", "memory"] { #expect(text.output.contains(word)) }
    }

    #if arch(x86_64)
      @Test func theDoctorPromisesNoSpeedWithoutBFloat16Products() async {
        await #expect(processExitsWith: .success) {
          setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1)
          #expect(Machine().advice(threads: 1).contains { $0.contains("no bfloat16 products") })
        }
      }
    #endif

    @Test func profilesAddUp() throws {
      let report = try document(
        martlet("profile", "--model", "quickstart", "--batch", "2", "--input", "12", "--json"))
      let layers = try #require(report["layers"]?.arrayValue)
      for key in ["forward_flop", "backward_flop"] {
        let sum = layers.reduce(0) { $0 + ($1[key]?.doubleValue ?? 0) }
        let total = report[key]?.doubleValue ?? 0
        #expect(total > 0 && (sum - total).magnitude <= 1e-9 * total, "\(key): \(sum) and \(total)")
      }
      #expect(report["saved_bytes"]?.integerValue ?? 0 > 0)
      #expect(report["input"] == 12)
    }

    @Test func aForwardProfileHasNoBackward() throws {
      let report = try document(
        martlet(
          "profile", "--model", "quickstart", "--batch", "2", "--input", "12", "--forward-only", "--by-operation",
          "--json"))
      #expect(report["backward_flop"]?.doubleValue == 0)
      #expect(report["saved_bytes"] == 0)
      let table = try martlet("profile", "--model", "quickstart", "--input", "12", "--by-operation", "--dtype", "bf16")
      expectSuccess(table)
      #expect(table.output.contains("convolution") && table.output.contains("total"))
    }

    @Test func benchmarksAreJSON() throws {
      let report = try document(
        martlet(
          "bench", "train-step", "--model", "quickstart", "--batch", "4", "--input", "12", "--steps", "3",
          "--warmup", "1", "--threads", "1", "--dtype", "bf16", "--json"))
      #expect(report["threads"] == 1 && report["steps"] == 3 && report["dtype"] == "bf16")
      let times = ["min_ms", "median_ms", "p95_ms"].map { report[$0]?.doubleValue ?? 0 }
      #expect(times[0] > 0 && times == times.sorted())
      #expect(report["peak_rss_mb"]?.doubleValue ?? 0 > 1)
    }

    @Test func linearBackwardIsMeasured() throws {
      let report = try document(
        martlet(
          "bench", "linear-backward", "--tokens", "50", "--in", "16", "--out", "24", "--batch", "2", "--bases", "l1-2",
          "--runs", "3", "--warmup", "1", "--threads", "1", "--json"))
      #expect(report["extra"] == 1 && report["threads"] == 1)
      #expect(report["bases"] == "l1-2" && report["padding"] == "zero")
      #expect(report["saved_bytes"] == .integer(2 * (1 + 3) * 16 * 4))
      #expect(report["exact_saved_bytes"] == .integer(2 * 50 * 16 * 4))
      for key in ["exact_ms", "filtered_ms", "forward_ms", "exact_forward_ms", "projection_ms", "operation_ratio"] {
        #expect(report[key]?.doubleValue ?? 0 > 0, "\(key)")
      }
      let times = ["min_ms", "median_ms", "p95_ms"].map { report[$0]?.doubleValue ?? 0 }
      #expect(times[0] > 0 && times == times.sorted())
      expectError(try martlet("bench", "linear-backward", "--tokens", "40"), "40 tokens are no square grid")
      expectError(try martlet("bench", "linear-backward", "--bases", "l2-4"), "names no Walsh functions")
      expectError(try martlet("bench", "linear-backward", "--in", "0"), "--in is 0")
      expectError(
        try martlet("bench", "linear-backward", "--tokens", "9", "--bases", "l1-2", "--padding", "reflect"),
        "cannot be mirrored")
      expectError(try martlet("bench", "linear-backward", "--in", "9000000000000000000"), "at most 10000000")
      expectError(try martlet("bench", "linear-backward", "--in", "9000000"), "2³¹ elements or more")
    }

    @Test func stepsOfAnAdaptationAreMeasured() throws {
      func step(_ arguments: String...) throws -> JSONValue {
        try document(
          martlet(
            ["bench", "adapt-step", "--model", "quickstart", "--batch", "4", "--steps", "2", "--warmup", "1"]
              + ["--threads", "1", "--json"] + arguments))
      }
      let exact = try step("--method", "exact", "--layers", "all", "--norms", "all")
      let filtered = try step("--method", "filter:2", "--layers", "last:1")
      for report in [exact, filtered] {
        #expect(report["kind"] == "adapt-step" && report["threads"] == 1 && report["dtype"] == "f32")
        for key in ["forward_ms", "backward_ms", "update_ms", "peak_tensor_mb", "peak_rss_mb"] {
          #expect(report[key]?.doubleValue ?? 0 > 0, "\(key)")
        }
        let times = ["min_ms", "median_ms", "p95_ms"].map { report[$0]?.doubleValue ?? 0 }
        #expect(times[0] > 0 && times == times.sorted())
      }
      for key in ["trained_parameters", "saved_bytes", "saved_input_bytes"] {
        let (whole, part) = (exact[key]?.integerValue ?? 0, filtered[key]?.integerValue ?? 0)
        #expect(part > 0 && part < whole, "\(key): \(part) and \(whole)")
      }
      #expect(filtered["layers"]?.arrayValue?.count == 1)
      let behind = try step("--method", "filter:2", "--layers", "last:1", "--cache-features")
      #expect(behind["cache_features"] == true && filtered["cache_features"] == false)
      #expect(behind["saved_bytes"] == filtered["saved_bytes"], "the same trains")
      expectError(
        try martlet("bench", "adapt-step", "--model", "quickstart", "--layers", "all", "--cache-features"), "no layer",
        "frozen")
      let single = ["--input", "64", "--batch", "1", "--layers", "none", "--steps", "1", "--json"]
      #expect(
        try document(martlet(["bench", "adapt-step", "--model", "pspnet_mobilenetv2"] + single))["batch"] == 1,
        "norms keep their statistics")
      expectError(try martlet("bench", "adapt-step", "--model", "quickstart", "--steps", "0"), "--steps is 0")
      expectError(try martlet("bench", "adapt-step", "--model", "quickstart", "--method", "magic"), "magic", "exact")
      expectError(try martlet("bench", "adapt-step", "--model", "quickstart", "--layers", "nowhere"), "nowhere")
    }

    @Test func badSizesAreRefused() throws {
      expectError(try martlet("profile", "--model", "quickstart", "--batch", "0"), "--batch is 0")
      expectError(try martlet("profile", "--model", "quickstart", "--input", "0"), "--input is 0")
      for option in ["--batch", "--input", "--steps"] {
        expectError(try martlet("bench", "train-step", "--model", "quickstart", option, "0"), "\(option) is 0")
      }
      expectError(try martlet("bench", "train-step", "--model", "quickstart", "--warmup=-1"), "--warmup is -1")
      expectError(try martlet("profile", "--model", "quickstart", "--threads", "0"), "--threads is 0")
      expectError(try martlet("profile", "--model", "quickstart", "--dtype", "f16"), "f16")
      expectError(try martlet("profile", "--model", "alexnet"), "alexnet", "resnet18")
    }

    @Test func timesAreRanked() {
      let odd = Timing(milliseconds: [5, 1, 3])
      #expect((odd.median, odd.minimum, odd.p95) == (3, 1, 5))
      #expect(Timing(milliseconds: [4, 1, 3, 2]).median == 2.5)
      #expect(Timing(milliseconds: (1...100).map(Double.init)).p95 == 95)
      #expect(Timing(milliseconds: [7]).p95 == 7)
    }
  }
}
