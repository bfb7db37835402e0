import Testing

@testable import Hub

@Suite struct CatalogueTests {
  @Test func namesAreSortedAndDistinct() {
    let names = PublishedWeights.all.map(\.name)
    #expect(names == names.sorted())
    #expect(Set(names).count == names.count)
  }

  @Test func everyEntryNamesAFile() throws {
    for weights in PublishedWeights.all { _ = try weights.file() }
    let resnet = try PublishedWeights.named("resnet18.a1_in1k")
    #expect(resnet.model == "resnet18")
    #expect(resnet.repository == "timm/resnet18.a1_in1k")
    #expect(resnet.licence == "apache-2.0")
  }

  @Test func unknownNamesAreAnsweredWithSimilarOnes() {
    let error = #expect(throws: HubError.self) { _ = try PublishedWeights.named("resnet18.a9") }
    #expect(error?.description.contains("resnet18.a1_in1k") == true)
  }
}
