import Tensor

/// A row of a searched network: kernel, stride, channels after the expansion (0 for none), channels of the result.
private typealias Row = (kernel: Int, stride: Int, middle: Int, outputs: Int)

extension MobileDesign {
  /// A network whose blocks were searched one by one, each with a shortcut where its shape stays.
  private static func searched(stem: Int, _ rows: [Row]) -> MobileDesign {
    var inputs = stem
    let blocks = rows.map { row in
      defer { inputs = row.outputs }
      return MobileBlock(
        kernel: row.kernel, stride: row.stride, middle: row.middle == 0 ? nil : row.middle, outputs: row.outputs,
        hasShortcut: row.stride == 1 && row.outputs == inputs)
    }
    return MobileDesign(stem: stem, stages: [blocks])
  }

  /// MCUNet for five pictures a second on a microcontroller with 320 kB (Lin et al., NeurIPS 2020).
  public static let mcunet5fps = searched(
    stem: 16,
    [
      (3, 1, 0, 8), (3, 2, 32, 16), (3, 1, 48, 16), (7, 2, 48, 24), (3, 1, 120, 24),
      (3, 2, 120, 40), (7, 1, 160, 40), (5, 1, 160, 48), (3, 1, 144, 48), (3, 1, 192, 48),
      (7, 2, 240, 96), (5, 1, 384, 96), (5, 1, 384, 96), (3, 1, 576, 160),
    ])

  /// ProxylessNAS for mobile processors at width 0.3 (Cai et al., ICLR 2019), as MCUNet's authors compare with it.
  public static let proxylessW03 = searched(
    stem: 16,
    [
      (3, 1, 0, 8), (5, 2, 24, 16), (3, 1, 48, 16), (7, 2, 48, 16), (3, 1, 48, 16),
      (5, 1, 48, 16), (5, 1, 48, 16), (7, 2, 96, 24), (5, 1, 72, 24), (5, 1, 72, 24),
      (5, 1, 72, 24), (5, 1, 144, 32), (5, 1, 96, 32), (5, 1, 96, 32), (5, 1, 96, 32),
      (7, 2, 192, 64), (7, 1, 384, 64), (7, 1, 192, 64), (7, 1, 192, 64), (7, 1, 384, 96),
    ])

  /// MobileNetV2 at width 0.35 without its last convolution, as MCUNet's authors compare with it.
  public static let mobileNetV2W035 = searched(
    stem: 16,
    [
      (3, 1, 0, 8), (3, 2, 48, 8), (3, 1, 48, 8), (3, 2, 48, 16), (3, 1, 96, 16),
      (3, 1, 96, 16), (3, 2, 96, 24), (3, 1, 144, 24), (3, 1, 144, 24), (3, 1, 144, 24),
      (3, 1, 144, 32), (3, 1, 192, 32), (3, 1, 192, 32), (3, 2, 192, 56), (3, 1, 336, 56),
      (3, 1, 336, 56), (3, 1, 336, 112),
    ])

}

/// Networks for microcontrollers under the names of MIT's ProxylessNAS and MCUNet.
enum SearchedNetworks {
  static let entries = [
    entry("mcunet_5fps", .mcunet5fps, "Lin et al., MCUNet: Tiny Deep Learning on IoT Devices, NeurIPS 2020"),
    entry("proxyless_w03", .proxylessW03, "Cai et al., ProxylessNAS: Direct Neural Architecture Search, ICLR 2019"),
    entry("mbv2_w035", .mobileNetV2W035, MobileNetV2.publication),
  ]

  private static func entry(_ name: String, _ design: MobileDesign, _ source: String) -> ModelEntry {
    ModelEntry(name, source: source, design: design, naming: .mit, inputSize: 128, preparation: .symmetric())
  }
}
