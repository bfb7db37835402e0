import Foundation

/// Small pictures with what a model saw in them beneath.
public struct PictureGrid: Chart {
  /// One picture with its labels.
  public struct Item: Equatable, Sendable {
    /// The picture.
    public var picture: PNGPicture
    /// What the model says, perhaps with its confidence: `cat 93 %`.
    public var predicted: String
    /// What it is, if that is known.
    public var truth: String?
    /// Whether the prediction is right; `nil` if the truth is not known.
    public var isRight: Bool?

    /// Creates an item; pass `isRight` where the predicted text is more than the class name.
    public init(picture: PNGPicture, predicted: String, truth: String? = nil, isRight: Bool? = nil) {
      self.picture = picture
      self.predicted = predicted
      self.truth = truth
      self.isRight = isRight ?? truth.map { $0 == predicted }
    }
  }

  private static let columns = 6
  private static let tile = 100.0
  private static let gap = 17.0
  private static let rowHeight = 154.0
  /// Bold letters of 12 pixels are as wide as plain ones of this size.
  private static let boldLabelSize = 13.5

  public var title: String
  /// The pictures, in rows.
  public var items: [Item]

  /// Creates a grid of pictures.
  public init(title: String, items: [Item]) {
    self.title = title
    self.items = items
  }

  public var summary: String {
    let judged = items.compactMap(\.isRight)
    let right = judged.count { $0 }
    return judged.isEmpty
      ? "\(items.count) pictures with predictions."
      : "\(items.count) pictures with predictions, \(right) of \(judged.count) right."
  }

  public func svg(embedsStyle: Bool) -> String {
    var canvas = SVGCanvas(width: PlotFrame.width)
    let top = PlotFrame.drawHead(title: title, on: &canvas) + 4
    let rows = (items.count + Self.columns - 1) / Self.columns
    canvas.height = top + Double(max(1, rows)) * Self.rowHeight
    for (index, item) in items.enumerated() {
      let x = PlotFrame.margin + Double(index % Self.columns) * (Self.tile + Self.gap)
      draw(item, x, top + Double(index / Self.columns) * Self.rowHeight, on: &canvas)
    }
    return canvas.document(title: title, summary: summary, embedsStyle: embedsStyle)
  }

  private func draw(_ item: Item, _ x: Double, _ y: Double, on canvas: inout SVGCanvas) {
    let (mark, style) =
      switch item.isRight {
      case true?: ("✓ ", "right")
      case false?: ("✗ ", "wrong")
      case nil: ("", "plain")
      }
    let labels = ["predicted \(item.predicted)"] + (item.truth.map { ["true \($0)"] } ?? [])
    canvas.image(
      x + 3, y + 3, Self.tile - 6, Self.tile - 6, dataURI: item.picture.dataURI,
      tooltip: labels.joined(separator: ", "))
    canvas.rectangle(x, y, Self.tile, Self.tile, "frame \(style)", radius: 4)
    canvas.fittedText(
      mark + item.predicted, x, y + Self.tile + 18, "strong \(style)", width: Self.tile + 12,
      size: Self.boldLabelSize)
    if let truth = item.truth, item.isRight != true {
      canvas.fittedText("true: " + truth, x, y + Self.tile + 34, "muted", width: Self.tile + 12)
    }
  }
}
