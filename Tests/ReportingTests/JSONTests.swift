import Foundation
import Testing

@testable import Reporting

@Suite struct JSONTests {
  private let document: JSONValue = [
    "zeta": 1, "alpha": [true, false, nil, 2.5, -7], "nested": ["b": [], "a": [:]],
    "text": "quote \" slash \\ line\nfeed tab\t bell\u{7} é 漢 😀",
  ]

  @Test func keysKeepTheirOrder() {
    let value: JSONValue = ["b": 1, "a": ["d": 2, "c": [1, "x"]]]
    #expect(value.serialized() == #"{"b":1,"a":{"d":2,"c":[1,"x"]}}"#)
    #expect(
      value.serialized(pretty: true) == """
        {
          "b": 1,
          "a": {
            "d": 2,
            "c": [
              1,
              "x"
            ]
          }
        }
        """)
  }

  @Test(arguments: [false, true]) func documentsRoundTrip(pretty: Bool) throws {
    #expect(try JSONValue(parsing: document.serialized(pretty: pretty)) == document)
  }

  @Test func foundationReadsWhatIsWritten() throws {
    let object = try JSONSerialization.jsonObject(with: Data(document.serialized().utf8))
    let dictionary = try #require(object as? [String: Any])
    #expect(dictionary["text"] as? String == document["text"]?.stringValue)
    #expect(dictionary.count == 4)
  }

  @Test(arguments: [
    0.1, -0.0, 1, 1e-7, 1e16, 123_456_789.123, .pi, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
  ])
  func numbersRoundTripToTheBit(number: Double) throws {
    let parsed = try JSONValue(parsing: JSONValue.number(number).serialized())
    #expect(parsed.doubleValue?.bitPattern == number.bitPattern)
    #expect(parsed == .number(number))
  }

  @Test(arguments: [Int.min, -1, 0, Int.max]) func integersRoundTrip(integer: Int) throws {
    #expect(try JSONValue(parsing: JSONValue.integer(integer).serialized()) == .integer(integer))
  }

  @Test func floatsKeepTheirShortDigits() {
    #expect(JSONValue(Float(0.1)).serialized() == "0.1")
    #expect(JSONValue(Float.infinity).serialized() == "null")
    #expect(JSONValue.number(.nan).serialized() == "null")
    #expect(JSONValue.number(-.infinity).serialized() == "null")
  }

  @Test func escapesAreRead() throws {
    let parsed = try JSONValue(parsing: #""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#)
    #expect(parsed == "é😀/\u{8}\u{C}\n\r\t\"\\")
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "[1 2]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "1.", ".5", "+1", "-", "1e",
    "1e999", "nul", "\"abc", "\"\u{1}\"", #""\x""#, #""\u12g4""#, #""\ud800""#, #""\udc00""#,
    #""\ud800\u0041""#,
    "[1] 2", "{\"a\":1,\"a\":2}", "NaN",
  ])
  func malformedTextsAreRefused(text: String) {
    let error = #expect(throws: ReportingError.self) { try JSONValue(parsing: text, source: "'x.json'") }
    #expect(error?.description.hasPrefix("'x.json' is not valid JSON: line ") == true)
  }

  @Test func invalidUTF8IsRefused() {
    #expect(throws: ReportingError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
  }

  @Test func depthIsLimited() throws {
    let deep = { (levels: Int) in
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    _ = try JSONValue(parsing: deep(200))
    #expect(throws: ReportingError.self) { try JSONValue(parsing: deep(100_000)) }
  }

  @Test func errorsNameTheLine() {
    let error = #expect(throws: ReportingError.self) { try JSONValue(parsing: "{\n\"a\": 1,\n\"b\": ?\n}") }
    #expect(
      error?.description == "JSON text is not valid JSON: line 3 has '?' where a value was expected")
  }

  @Test func objectsSetReplaceAndRemove() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["a"] = 3
    object["c"] = .null
    object["b"] = nil
    #expect(object.keys == ["a", "c"])
    #expect(JSONValue.object(object).serialized() == #"{"a":3,"c":null}"#)
    #expect(object["c"]?.isNull == true)
  }
}
