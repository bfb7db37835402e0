import Foundation
import Testing

@testable import Reporting

@Suite struct HTMLReportTests {
  private let hostile = "<img src=x onerror=alert(1)> & 'q' \"d\""
  private let escaped = "&lt;img src=x onerror=alert(1)&gt; &amp; &#39;q&#39; &quot;d&quot;"

  @Test func everyTextIsEscaped() {
    var report = HTMLReport(title: hostile, subtitle: hostile)
    report.addKeyFigures([.init(hostile, hostile, note: hostile)])
    report.addHeading(hostile)
    report.addParagraph(hostile)
    report.addNotice(hostile)
    report.addDefinitions([hostile: hostile])
    report.addTable(TextTable(columns: [.init(hostile)], rows: [[hostile]]), caption: hostile)
    report.addFigure(BarChart(title: "t", axis: .init("x"), bars: []), caption: hostile)
    report.addCommands([hostile])
    let html = report.html()
    #expect(!html.contains("<img"))
    #expect(html.components(separatedBy: escaped).count - 1 == 16)
  }

  @Test func pageNeedsNothingElse() {
    var report = HTMLReport(title: "t")
    report.addFigure(LineChart(title: "t", xAxis: .init("x"), yAxis: .init("y"), series: []))
    let html = report.html()
    #expect(!html.contains("<script"))
    #expect(!html.contains("<link"))
    #expect(!html.contains("url("))
    #expect(html.contains("default-src 'none'"))
    #expect(html.contains("@media print"))
    #expect(html.components(separatedBy: "<style>").count == 2)
  }

  @Test func sectionsAreClosed() {
    var report = HTMLReport(title: "t")
    report.addHeading("one")
    report.addParagraph("text")
    report.addHeading("two")
    let html = report.html()
    #expect(html.components(separatedBy: "<section>").count == 3)
    #expect(html.components(separatedBy: "</section>").count == 3)
  }

  @Test func numbersStandOnTheRight() {
    var report = HTMLReport(title: "t")
    report.addTable(TextTable(columns: [.init("a"), .init("b", .right)], rows: [["x", "1"]]))
    #expect(report.html().contains("<tr><td>x</td><td class=\"right\">1</td></tr>"))
  }
}
