/// A table of texts, for the terminal and for reports.
public struct TextTable: Equatable, Sendable {
  /// On which side of its column a text stands.
  public enum Alignment: Equatable, Sendable {
    /// For words.
    case left
    /// For numbers.
    case right
  }

  /// The head of a column.
  public struct Column: Equatable, Sendable {
    /// The text above the column.
    public var title: String
    /// The side on which the texts stand.
    public var alignment: Alignment

    /// Creates the head of a column.
    public init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  /// The columns, from left to right.
  public let columns: [Column]
  /// The rows; each has as many cells as there are columns.
  public private(set) var rows: [[String]] = []

  /// Creates a table without rows.
  public init(columns: [Column]) {
    self.columns = columns
  }

  /// Creates a table with rows.
  public init(columns: [Column], rows: [[String]]) {
    self.init(columns: columns)
    rows.forEach { append($0) }
  }

  /// Appends a row. Missing cells are empty, cells beyond the last column are left out.
  public mutating func append(_ cells: [String]) {
    let missing = max(0, columns.count - cells.count)
    rows.append(Array(cells.prefix(columns.count)) + Array(repeating: "", count: missing))
  }

  /// The table as lines of text, a rule under the heads, two spaces between columns.
  ///
  /// - Parameter maximumWidth: If the table is wider than this many cells, its widest columns of words are
  ///   cut with an ellipsis, down to eight cells each.
  public func rendered(maximumWidth: Int? = nil) -> String {
    let head = columns.map(\.title.withoutControlCharacters)
    let body = rows.map { $0.map(\.withoutControlCharacters) }
    let widths = columnWidths(of: [head] + body, maximumWidth: maximumWidth)
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    let lines = [line(head, widths: widths), rule] + body.map { line($0, widths: widths) }
    return lines.map { $0 + "\n" }.joined()
  }

  private func columnWidths(of lines: [[String]], maximumWidth: Int?) -> [Int] {
    var widths = columns.indices.map { column in lines.map { $0[column].displayWidth }.max() ?? 0 }
    guard let maximumWidth else { return widths }
    var excess = widths.reduce(0, +) + 2 * max(0, widths.count - 1) - maximumWidth
    while excess > 0 {
      let shrinkable = columns.indices.filter { columns[$0].alignment == .left && widths[$0] > 8 }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private func line(_ cells: [String], widths: [Int]) -> String {
    let padded = columns.indices.map { column in
      let text = cells[column].truncated(toWidth: widths[column])
      let padding = String(repeating: " ", count: widths[column] - text.displayWidth)
      return columns[column].alignment == .left ? text + padding : padding + text
    }
    var line = padded.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}
