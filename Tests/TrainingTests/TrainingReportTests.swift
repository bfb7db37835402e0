import Foundation
import Reporting
import Tensor
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Training

extension TrainingSuite {
  @Suite struct TrainingReportTests {
    /// A report of a real run whose names hold characters that HTML gives a meaning to.
    private func report() throws -> String {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration(epochs: 2)
        let result = try Trainings.run(configuration, in: folder)
        let network = try Trainings.model(configuration).network
        let step = TrainingStep(network: network, optimizer: configuration.makeOptimizer(for: network))
        let ledger = Ledger()
        ledger.record {
          _ = step(images: .ones([2, 8, 8, 1]), targets: .labels(Tensor([Int64(0), 1])))
        }
        let picture = try PNGPicture(width: 2, height: 1, channels: 1, pixels: [0, 255])
        let contents = TrainingReport.Contents(
          title: "A <run> & more", command: "martlet train --data \"<b>\"", result: result,
          classNames: ["rows", "<columns>", "a & b"], keyFigures: [.init("accuracy", "90 %")],
          modules: LedgerProfile(ledger, grouping: .module), operations: LedgerProfile(ledger, grouping: .operation),
          pictures: [.init(picture: picture, predicted: "<columns>", truth: "rows", isRight: false)])
        try TrainingReport.write(contents, to: RunFolder(folder))
        return String(decoding: try fileBytes(folder + "/report.html"), as: UTF8.self)
      }
    }

    @Test func theReportIsCompleteAndSelfContained() throws {
      let html = try report()
      for text in [
        "Learning", "Mistakes", "Where time, memory and operations went", "Run it again", "Loss", "Accuracy",
        "True and predicted classes", "Held-out pictures", "Time by layer", "Operations by layer",
        "Memory kept for the backward pass by layer", "By kind of operation", "By layer", "conv3", "90 %",
        "A &lt;run&gt; &amp; more", "&lt;columns&gt;",
      ] {
        #expect(html.contains(text), "\(text)")
      }
      for text in ["<run>", "<columns>", "<b>", "<script", "src=\"http", "href=\"http", "@import", "NaN", "nan"] {
        #expect(!html.contains(text), "\(text)")
      }
    }

    @Test func everyChartIsWellFormed() throws {
      let charts = try report().matches(of: /<svg[\s\S]*?<\/svg>/).map { String($0.output) }
      #expect(charts.count == 7)
      for chart in charts {
        let parser = XMLParser(data: Data(chart.utf8))
        #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? ""): \(chart.prefix(200))")
      }
    }
  }
}
