import Diagnostics

/// A value of a file with its place, for checked reading.
package struct HS3Node {
  package let place: String
  package let value: JSONValue

  package init(_ value: JSONValue, at place: String = "") {
    self.value = value
    self.place = place
  }

  /// The member of a name, or nil.
  package func optional(_ name: String) -> HS3Node? {
    guard let value = value[name], value != .null else { return nil }
    return HS3Node(value, at: "\(place)/\(name)")
  }

  /// The member of a name.
  package func member(_ name: String, remedy: String? = nil) throws(HS3Error) -> HS3Node {
    guard case .object = value else { throw wrongKind("an object") }
    guard let node = optional(name) else {
      throw .missing(
        place: place.isEmpty ? "/" : place, name: name,
        remedy: remedy ?? "the standard asks for it")
    }
    return node
  }

  package func wrongKind(_ wanted: String) -> HS3Error {
    .wrongKind(place: place.isEmpty ? "/" : place, found: value.kind, wanted: wanted)
  }

  package func invalid(_ what: String, _ found: String, _ allowed: String) -> HS3Error {
    .invalid(place: place, what: what, found: found, allowed: allowed)
  }

  package func unsupported(_ what: String, _ remedy: String) -> HS3Error {
    .unsupported(place: place, what: what, remedy: remedy)
  }

  package var elements: [HS3Node] {
    get throws(HS3Error) {
      guard case .array(let elements) = value else { throw wrongKind("a list") }
      return elements.enumerated().map { HS3Node($0.element, at: "\(place)/\($0.offset)") }
    }
  }

  package var text: String {
    get throws(HS3Error) {
      guard case .string(let text) = value else { throw wrongKind("a text") }
      return text
    }
  }

  package var number: Double {
    get throws(HS3Error) {
      guard case .number(let number) = value else { throw wrongKind("a number") }
      return number
    }
  }

  package var numbers: [Double] {
    get throws(HS3Error) {
      var numbers: [Double] = []
      for element in try elements { numbers.append(try element.number) }
      return numbers
    }
  }

  package var texts: [String] {
    get throws(HS3Error) {
      var texts: [String] = []
      for element in try elements { texts.append(try element.text) }
      return texts
    }
  }

  /// A whole number in a range.
  package func whole(_ range: ClosedRange<Int>) throws(HS3Error) -> Int {
    let number = try number
    guard number == number.rounded(), number >= Double(range.lowerBound),
      number <= Double(range.upperBound)
    else {
      throw invalid(
        "the number", JSONValue.text(number),
        "whole, \(range.lowerBound) to \(range.upperBound)")
    }
    return Int(number)
  }

  /// Maps the elements of a list.
  package func map<T>(_ body: (HS3Node) throws(HS3Error) -> T) throws(HS3Error) -> [T] {
    var result: [T] = []
    for element in try elements { result.append(try body(element)) }
    return result
  }
}
