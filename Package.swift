// swift-tools-version: 6.2
import PackageDescription

// The kernels are worth optimising in debug builds too: tests run them on real sizes.
let kernelSettings: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=fast", "-fno-math-errno"])]

let package = Package(
  name: "Martlet",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "martlet", targets: ["martlet"]),
    .library(
      name: "Martlet",
      targets: [
        "Tensor", "NeuralNet", "DataSets", "Training", "Models", "Inference", "Export", "Formats", "Reporting",
        "Adaptation",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .systemLibrary(name: "COneDNN", pkgConfig: "dnnl"),
    .systemLibrary(name: "CZlib"),
    .target(
      name: "CKernels", cSettings: kernelSettings, linkerSettings: [.linkedLibrary("gomp", .when(platforms: [.linux]))]),
    .target(
      name: "CImageCodecs", linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png")]),
    .target(name: "Formats", dependencies: ["CZlib", "CImageCodecs"]),
    .target(name: "Reporting"),
    .target(
      name: "Hub", dependencies: ["Formats", "Reporting", .product(name: "Crypto", package: "swift-crypto")]),
    .target(name: "Tensor", dependencies: ["COneDNN", "CKernels"]),
    .target(name: "NeuralNet", dependencies: ["Tensor", "CKernels", "Formats"]),
    .target(
      name: "DataSets", dependencies: ["Tensor", "Formats"], resources: [.copy("Resources/fashion-mnist-mini")]),
    .target(
      name: "Models", dependencies: ["Formats", "Tensor", "NeuralNet"], resources: [.copy("Resources/imagenet")]),
    .target(name: "Inference", dependencies: ["Tensor", "NeuralNet"]),
    .target(
      name: "Export",
      dependencies: [
        "Formats", "Tensor", "NeuralNet", "Models", "Inference",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], exclude: ["Protobuf/coreml.proto", "Protobuf/mil.proto", "Protobuf/onnx.proto"]),
    .target(
      name: "Training",
      dependencies: [
        "Formats", "Reporting", "Tensor", "NeuralNet", "DataSets", "Models",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Adaptation",
      dependencies: [
        "Formats", "Reporting", "Tensor", "NeuralNet", "DataSets", "Models", "Training",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "MartletCommand",
      dependencies: [
        "Formats", "Reporting", "Hub", "Tensor", "NeuralNet", "DataSets", "Models", "Inference", "Export", "Training",
        "Adaptation", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "CStartup"),
    .executableTarget(name: "martlet", dependencies: ["MartletCommand", "CStartup"]),
    .target(name: "TestSupport", dependencies: ["Tensor", "Formats", "DataSets"], path: "Tests/TestSupport"),
    .testTarget(name: "FormatsTests", dependencies: ["Formats"], resources: [.copy("Resources/torch")]),
    .testTarget(name: "ReportingTests", dependencies: ["Reporting"]),
    .testTarget(
      name: "HubTests", dependencies: ["Hub", "TestSupport", .product(name: "Crypto", package: "swift-crypto")]),
    .testTarget(
      name: "TensorTests", dependencies: ["Tensor", "TestSupport"], resources: [.copy("References")]),
    .testTarget(name: "NeuralNetTests", dependencies: ["NeuralNet", "TestSupport"]),
    .testTarget(name: "DataSetsTests", dependencies: ["DataSets", "TestSupport"], exclude: ["References"]),
    .testTarget(
      name: "ModelsTests", dependencies: ["Models", "Training", "TestSupport"], resources: [.copy("References")]),
    .testTarget(name: "InferenceTests", dependencies: ["Inference", "Models", "TestSupport"]),
    .testTarget(name: "ExportTests", dependencies: ["Export", "Models", "Training", "TestSupport"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training", "Models", "TestSupport"]),
    .testTarget(
      name: "AdaptationTests", dependencies: ["Adaptation", "Models", "Training", "TestSupport"],
      resources: [.copy("References")]),
    .testTarget(name: "CommandTests", dependencies: ["martlet", "MartletCommand", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
