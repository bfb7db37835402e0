/// A report as one HTML file that needs nothing else: no scripts, no fonts, no network.
///
/// All texts are escaped. The page follows the light or dark scheme of the reader and prints well.
public struct HTMLReport: Sendable {
  /// A number that the reader should see first.
  public struct KeyFigure: Equatable, Sendable {
    /// What it is, as `Top-1 accuracy`.
    public var name: String
    /// Its value with its unit, as `91.4 %`.
    public var value: String
    /// A remark below, as `retrained oracle: 91.9 %`.
    public var note: String

    /// Creates a key figure.
    public init(_ name: String, _ value: String, note: String = "") {
      self.name = name
      self.value = value
      self.note = note
    }
  }

  private let title: String
  private let subtitle: String
  private var body = ""
  private var hasOpenSection = false

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - title: The title on top.
  ///   - subtitle: A line below it: the run, the date, the machine.
  public init(title: String, subtitle: String = "") {
    self.title = title
    self.subtitle = subtitle
  }

  /// Begins a section.
  public mutating func addHeading(_ text: String) {
    closeSection()
    body += "<section>\n<h2>\(text.escapedForMarkup)</h2>\n"
    hasOpenSection = true
  }

  /// Adds a row of cards with one number each.
  public mutating func addKeyFigures(_ figures: [KeyFigure]) {
    let cards = figures.map { figure in
      let note = figure.note.isEmpty ? "" : "<dd class=\"note\">\(figure.note.escapedForMarkup)</dd>"
      return "<div><dt>\(figure.name.escapedForMarkup)</dt>"
        + "<dd class=\"value\">\(figure.value.escapedForMarkup)</dd>\(note)</div>\n"
    }
    body += "<dl class=\"cards\">\n\(cards.joined())</dl>\n"
  }

  /// Adds a paragraph.
  public mutating func addParagraph(_ text: String) {
    body += "<p>\(text.escapedForMarkup)</p>\n"
  }

  /// Adds a paragraph that is set apart: a warning, a limit of the method.
  public mutating func addNotice(_ text: String) {
    body += "<p class=\"notice\" role=\"note\">\(text.escapedForMarkup)</p>\n"
  }

  /// Adds explanations of terms, for instance below a table.
  public mutating func addDefinitions(_ definitions: KeyValuePairs<String, String>) {
    let terms = definitions.map {
      "<dt>\($0.key.escapedForMarkup)</dt><dd>\($0.value.escapedForMarkup)</dd>\n"
    }
    body += "<dl class=\"definitions\">\n\(terms.joined())</dl>\n"
  }

  /// Adds a table.
  public mutating func addTable(_ table: TextTable, caption: String = "") {
    func row(_ cells: [String], element: String) -> String {
      let content = zip(cells, table.columns).map { cell, column in
        let style = column.alignment == .right ? " class=\"right\"" : ""
        let scope = element == "th" ? " scope=\"col\"" : ""
        return "<\(element)\(scope)\(style)>\(cell.escapedForMarkup)</\(element)>"
      }
      return "<tr>\(content.joined())</tr>\n"
    }
    let caption = caption.isEmpty ? "" : "<caption>\(caption.escapedForMarkup)</caption>\n"
    body += """
      <div class="scroll"><table>
      \(caption)<thead>
      \(row(table.columns.map(\.title), element: "th"))</thead>
      <tbody>
      \(table.rows.map { row($0, element: "td") }.joined())</tbody>
      </table></div>

      """
  }

  /// Adds a chart.
  public mutating func addFigure(_ chart: some Chart, caption: String = "") {
    let caption = caption.isEmpty ? "" : "<figcaption>\(caption.escapedForMarkup)</figcaption>\n"
    body += "<figure>\n\(chart.svg(embedsStyle: false))\(caption)</figure>\n"
  }

  /// Adds command lines, as they were or may be typed.
  public mutating func addCommands(_ commands: [String]) {
    body += "<pre><code>\(commands.joined(separator: "\n").escapedForMarkup)</code></pre>\n"
  }

  /// The text of the HTML file.
  public func html() -> String {
    let subtitle = subtitle.isEmpty ? "" : "<p class=\"subtitle\">\(subtitle.escapedForMarkup)</p>\n"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <title>\(title.escapedForMarkup)</title>
      <style>
      \(ReportStyle.css)\(ChartStyle.css)</style>
      </head>
      <body>
      <header>
      <h1>\(title.escapedForMarkup)</h1>
      \(subtitle)</header>
      <main>
      \(body)\(hasOpenSection ? "</section>\n" : "")</main>
      </body>
      </html>

      """
  }

  private mutating func closeSection() {
    if hasOpenSection { body += "</section>\n" }
    hasOpenSection = false
  }
}
