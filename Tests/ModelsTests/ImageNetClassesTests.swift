import Models
import Testing

@Suite struct ImageNetClassesTests {
  @Test func names() throws {
    let names = try ImageNetClasses.names()
    #expect(names.count == 1000)
    #expect(Set(names).count == 1000)
    #expect(names[0] == "tench")
    #expect(names[1] == "goldfish")
    #expect(names[281] == "tabby")
    #expect(names[999] == "toilet tissue")
  }
}
