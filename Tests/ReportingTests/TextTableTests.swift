import Testing

@testable import Reporting

@Suite struct TextTableTests {
  @Test func columnsAreAligned() {
    let table = TextTable(
      columns: [.init("layer"), .init("bytes", .right)], rows: [["conv", "12"], ["head.fc", "1024"]])
    #expect(
      table.rendered() == """
        layer    bytes
        ───────  ─────
        conv        12
        head.fc   1024

        """)
  }

  @Test func wideCharactersCountTwice() {
    let table = TextTable(columns: [.init("a"), .init("b")], rows: [["漢字", "x"], ["e\u{301}", "y"]])
    #expect(table.rendered().split(separator: "\n").dropFirst(2) == ["漢字  x", "e\u{301}     y"])
  }

  @Test func widestWordsAreCutFirst() {
    let long = String(repeating: "name.", count: 20)
    let table = TextTable(columns: [.init("path"), .init("n", .right)], rows: [[long, "12345678"]])
    let lines = table.rendered(maximumWidth: 40).split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.displayWidth <= 40 })
    #expect(lines[2].contains("…  12345678"))
  }

  @Test func controlCharactersAreNotPassedOn() {
    let table = TextTable(columns: [.init("name")], rows: [["\u{1B}[2Jcat\n"]])
    #expect(table.rendered().hasSuffix("\u{FFFD}[2Jcat\u{FFFD}\n"))
  }

  @Test func rowsTakeTheNumberOfColumns() {
    let table = TextTable(columns: [.init("a"), .init("b")], rows: [["1"], ["1", "2", "3"]])
    #expect(table.rows == [["1", ""], ["1", "2"]])
  }
}

@Suite struct HumanUnitsTests {
  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1536, "1.50 KiB"), (212_860_928, "203 MiB"),
    (1_073_741_823, "1.00 GiB"), (-2048, "-2.00 KiB"),
  ])
  func bytes(count: Int, text: String) {
    #expect(HumanUnits.bytes(count) == text)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1.00 k"), (3_412_345, "3.41 M"), (999_999, "1.00 M"),
    (1_820_000_000, "1.82 G"),
  ])
  func count(count: Int, text: String) {
    #expect(HumanUnits.count(count) == text)
  }

  @Test(arguments: [
    (0, "0 s"), (0.00034, "340 µs"), (0.0125, "12.5 ms"), (0.9999, "1.00 s"), (8.4, "8.40 s"),
    (59.99, "1:00"),
    (187, "3:07"), (8109, "2:15:09"), (353_700, "4 d 02:15"), (-0.5, "-500 ms"), (.infinity, "–"),
  ])
  func duration(seconds: Double, text: String) {
    #expect(HumanUnits.duration(seconds: seconds) == text)
  }

  @Test(arguments: [
    (0, "0"), (1.2345, "1.23"), (123.4, "123"), (0.00123, "0.00123"), (1.23e9, "1.23e9"),
    (-4.56e-7, "-4.56e-7"),
    (.nan, "–"),
  ])
  func significant(value: Double, text: String) {
    #expect(HumanUnits.significant(value) == text)
  }

  @Test func percentAndGroups() {
    #expect(HumanUnits.percent(0.873) == "87.3 %")
    #expect(HumanUnits.percent(.nan) == "–")
    #expect(HumanUnits.grouped(-1_234_567) == "-1\u{202F}234\u{202F}567")
    #expect(HumanUnits.grouped(999) == "999")
  }
}
