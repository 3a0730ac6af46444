import Columns
import Expressions
import Testing

/// Lists against plain Swift, row by row.
@Suite struct ListTests {
  /// One row: muons, jets and single values.
  struct Row {
    var pt: [Double] = []
    var eta: [Double] = []
    var charge: [Double] = []
    var good: [Bool] = []
    var jet: [Double] = []
    var x = 0.0
    var b = false

    func pt(where isKept: (Int) -> Bool) -> [Double] { pt.indices.filter(isKept).map { pt[$0] } }
    func count(where isKept: (Int) -> Bool) -> Double { Double(pt.indices.filter(isKept).count) }
  }

  static let data: [Row] = {
    var choices = ProgramPropertyTests.Choices(state: 7)
    let specials: [Double] = [.nan, 0, -0.0, .infinity, 1, 3, -1]
    func value() -> Double {
      choices.next(12) == 0 ? choices.of(specials) : Double(choices.next(8000)) / 1000 - 2
    }
    return (0..<5003).map { _ in
      // Rows of up to eight elements and longer ones are done apart.
      let muons = choices.of([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 23])
      return Row(
        pt: (0..<muons).map { _ in Double(Float(value())) }, eta: (0..<muons).map { _ in value() },
        charge: (0..<muons).map { _ in Double(choices.next(3) - 1) },
        good: (0..<muons).map { _ in choices.next(2) == 0 },
        jet: (0..<choices.next(4)).map { _ in value() }, x: value(), b: choices.next(2) == 0)
    }
  }()

  static let block: Block = {
    var block = Block(["x": data.map(\.x)])
    block.add("b", .bool, data.map { UInt8($0.b ? 1 : 0) })
    block.add("pt", .float32, lists: data.map { $0.pt.map { Float($0) } })
    block.add("eta", .float64, lists: data.map(\.eta))
    block.add("charge", .int32, lists: data.map { $0.charge.map { Int32($0) } })
    block.add("good", .bool, lists: data.map { $0.good.map { UInt8($0 ? 1 : 0) } })
    block.add("jet", .float64, lists: data.map(\.jet))
    block.constants = ["last": -1]
    block.definitions = [
      ("central", "eta < threshold"), ("threshold", "x / 2 + cut"), ("cut", "1"),
      ("hard", "pt[central]"), ("leading", "max(hard)"), ("double", "2 * hard"),
    ]
    return block
  }()

  /// The fold of `min` and `max`: NaN without elements and if any is.
  static func least(_ x: [Double]) -> Double {
    x.contains(where: \.isNaN) ? .nan : x.dropFirst().reduce(x.first ?? .nan) { $1 < $0 ? $1 : $0 }
  }
  static func most(_ x: [Double]) -> Double {
    x.contains(where: \.isNaN) ? .nan : x.dropFirst().reduce(x.first ?? .nan) { $1 > $0 ? $1 : $0 }
  }
  static func sum(_ x: [Double]) -> Double { x.reduce(0, +) }
  static func at(_ x: [Double], _ index: Int) -> Double {
    let place = index < 0 ? x.count + index : index
    return x.indices.contains(place) ? x[place] : .nan
  }

  static let numbers: [(String, @Sendable (Row) -> Double)] = [
    ("size(pt)", { Double($0.pt.count) }),
    ("size(pt * eta)", { Double($0.pt.count) }),
    ("size(pt) + size(jet)", { Double($0.pt.count + $0.jet.count) }),
    ("size(good)", { Double($0.pt.count) }),
    ("sum(pt)", { sum($0.pt) }),
    ("sum(eta)", { sum($0.eta) }),
    ("sum(charge)", { sum($0.charge) }),
    ("min(pt)", { least($0.pt) }),
    ("max(pt)", { most($0.pt) }),
    ("min(eta) + max(jet)", { least($0.eta) + most($0.jet) }),
    ("count(good)", { row in row.count { row.good[$0] } }),
    ("count(pt > 1)", { row in row.count { row.pt[$0] > 1 } }),
    ("count(charge == 1)", { row in row.count { row.charge[$0] == 1 } }),
    ("count(x > 1)", { $0.x > 1 ? 1 : 0 }),
    ("count(1 < pt < eta)", { row in row.count { 1 < row.pt[$0] && row.pt[$0] < row.eta[$0] } }),
    ("count(pt in [0, x])", { row in row.count { row.pt[$0] >= 0 && row.pt[$0] <= row.x } }),
    (
      "count(pt not in [0, 1])",
      { row in row.count { row.pt[$0] < 0 || row.pt[$0] > 1 } }
    ),
    ("count(b and not good)", { row in row.count { row.b && !row.good[$0] } }),
    ("count(good == (eta > 0))", { row in row.count { row.good[$0] == (row.eta[$0] > 0) } }),
    ("count(isnan(pt))", { row in row.count { row.pt[$0].isNaN } }),
    (
      "sum(count(good, eta > 1, b))",
      { row in
        sum(
          row.pt.indices.map {
            Double(
              (row.good[$0] ? 1 : 0) + (row.eta[$0] > 1 ? 1 : 0)
                + (row.b ? 1 : 0))
          })
      }
    ),
    ("sum(pt * eta - x)", { row in sum(row.pt.indices.map { row.pt[$0] * row.eta[$0] - row.x }) }),
    ("sum(-abs(pt))", { sum($0.pt.map { -abs($0) }) }),
    ("sum(sqrt(pt ^ 2 + 1))", { sum($0.pt.map { ($0 * $0 + 1).squareRoot() }) }),
    (
      "sum(min(pt, eta, 1))",
      { row in sum(row.pt.indices.map { least([row.pt[$0], row.eta[$0], 1]) }) }
    ),
    ("sum(max(x, pt))", { row in sum(row.pt.map { most([row.x, $0]) }) }),
    (
      "max(if(good, pt, x))",
      { row in most(row.pt.indices.map { row.good[$0] ? row.pt[$0] : row.x }) }
    ),
    (
      "count(if(b, good, pt > 0))",
      { row in row.count { row.b ? row.good[$0] : row.pt[$0] > 0 } }
    ),
    ("sum(if(b, pt, 1))", { row in sum(row.pt.map { row.b ? $0 : 1 }) }),
    ("pt[0]", { at($0.pt, 0) }), ("pt[1]", { at($0.pt, 1) }), ("pt[-1]", { at($0.pt, -1) }),
    ("pt[-2]", { at($0.pt, -2) }), ("pt[last]", { at($0.pt, -1) }), ("pt[7000]", { _ in .nan }),
    ("-pt[0] ^ 2", { -(at($0.pt, 0) * at($0.pt, 0)) }),
    ("(pt - eta)[0]", { row in at(row.pt.indices.map { row.pt[$0] - row.eta[$0] }, 0) }),
    ("abs(charge)[-1]", { at($0.charge.map(abs), -1) }),
    ("sum(pt[eta < 1])", { row in sum(row.pt { row.eta[$0] < 1 }) }),
    ("max(pt[good])", { row in most(row.pt { row.good[$0] }) }),
    ("min(pt[good and eta > x])", { row in least(row.pt { row.good[$0] && row.eta[$0] > row.x }) }),
    ("pt[charge > 0][0]", { row in at(row.pt { row.charge[$0] > 0 }, 0) }),
    ("pt[charge > 0][1]", { row in at(row.pt { row.charge[$0] > 0 }, 1) }),
    ("pt[charge > 0][-1]", { row in at(row.pt { row.charge[$0] > 0 }, -1) }),
    ("pt[charge > 0][-2]", { row in at(row.pt { row.charge[$0] > 0 }, -2) }),
    ("size(pt[pt > 5])", { row in row.count { row.pt[$0] > 5 } }),
    (
      "size(pt[good][eta[good] > 0])", { row in row.count { row.good[$0] && row.eta[$0] > 0 } }
    ),
    (
      "sum(pt[good][eta[good] > 0] * charge[good][eta[good] > 0])",
      { row in
        sum(
          row.pt.indices.filter { row.good[$0] && row.eta[$0] > 0 }
            .map { row.pt[$0] * row.charge[$0] })
      }
    ),
    (
      "sum(pt[good] - x * eta[good])",
      { row in
        sum(row.pt.indices.filter { row.good[$0] }.map { row.pt[$0] - row.x * row.eta[$0] })
      }
    ),
    ("leading", { row in most(row.pt { row.eta[$0] < row.x / 2 + 1 }) }),
    (
      "sum(hard + double)",
      { row in sum(row.pt { row.eta[$0] < row.x / 2 + 1 }.map { $0 + 2 * $0 }) }
    ),
    (
      "size(hard) + sum(pt[eta < x / 2 + 1])",
      { row in
        let hard = row.pt { row.eta[$0] < row.x / 2 + 1 }
        return Double(hard.count) + sum(hard)
      }
    ),
    (
      "sum(pt[pt > 0.5 * max(jet)])",
      { row in sum(row.pt { row.pt[$0] > 0.5 * most(row.jet) }) }
    ),
    (
      "sum(pt / sum(pt[good]))",
      { row in
        let total = sum(row.pt { row.good[$0] })
        return sum(row.pt.map { $0 / total })
      }
    ),
    // Four levels: a reduction of a list that needs another, and so on.
    (
      "count(pt > min(eta[eta > sum(charge[charge < size(jet)])]))",
      { row in
        let small = sum(row.charge.filter { $0 < Double(row.jet.count) })
        let edge = least(row.eta.filter { $0 > small })
        return row.count { row.pt[$0] > edge }
      }
    ),
    ("size(pt[b and x > 0 and good])", { row in row.count { row.b && row.x > 0 && row.good[$0] } }),
    ("if(any(good), x, -1) + 2 * x", { ($0.good.contains(true) ? $0.x : -1) + 2 * $0.x }),
  ]

  static let masks: [(String, @Sendable (Row) -> Bool)] = [
    ("any(good)", { $0.good.contains(true) }),
    ("all(good)", { !$0.good.contains(false) }),
    ("any(pt > 2)", { $0.pt.contains { $0 > 2 } }),
    ("all(pt > 2)", { $0.pt.allSatisfy { $0 > 2 } }),
    ("any(pt > 0.5 * max(pt))", { row in row.pt.contains { $0 > 0.5 * most(row.pt) } }),
    ("any(good[eta > 1])", { row in row.pt.indices.contains { row.eta[$0] > 1 && row.good[$0] } }),
    (
      "all(good[eta > 1])",
      { row in row.pt.indices.allSatisfy { row.eta[$0] <= 1 || row.eta[$0].isNaN || row.good[$0] } }
    ),
    ("good[0]", { $0.good.first ?? false }),
    ("not good[-1]", { !($0.good.last ?? false) }),
    (
      "good[eta > 1][0]",
      { row in row.pt.indices.first { row.eta[$0] > 1 }.map { row.good[$0] } ?? false }
    ),
    ("(pt > eta)[1]", { row in row.pt.count > 1 && row.pt[1] > row.eta[1] }),
    ("[any(good)] and [x < 2]", { $0.good.contains(true) && $0.x < 2 }),
    ("size(jet) in [1, 2]", { [1, 2].contains($0.jet.count) }),
    ("size(pt) == 2 and sum(charge) == 0", { $0.pt.count == 2 && sum($0.charge) == 0 }),
    ("any(good) == b", { $0.good.contains(true) == $0.b }),
    ("any(true or good)", { !$0.pt.isEmpty }),
    ("all(false and good)", { $0.pt.isEmpty }),
  ]

  @Test func everythingAgreesWithPlainSwiftAtEveryLevelAndBlockSize() throws {
    for level in levels {
      for rows in [1, 7, 1023, 1024, 1025, 2049, Self.data.count] {
        let found = try Self.block.prefix(rows).evaluate(
          numbers: Self.numbers.map(\.0), masks: Self.masks.map(\.0), level: level)
        for (values, (text, expected)) in zip(found.numbers, Self.numbers) {
          let bits = Self.data.prefix(rows).map { expected($0) }.map {
            $0.isNaN ? Double.nan.bitPattern : $0.bitPattern
          }
          #expect(values.map(\.bitPattern) == bits, "\(text)")
        }
        for (values, (text, expected)) in zip(found.masks, Self.masks) {
          #expect(values == Self.data.prefix(rows).map { expected($0) ? 1 : 0 }, "\(text)")
        }
      }
    }
  }

  @Test func oneAloneGivesWhatAllTogetherGive() throws {
    let block = Self.block.prefix(1500)
    for (text, expected) in Self.numbers {
      let bits = Self.data.prefix(1500).map { expected($0) }.map {
        $0.isNaN ? Double.nan.bitPattern : $0.bitPattern
      }
      #expect(try block.number(text).map(\.bitPattern) == bits, "\(text)")
    }
    for (text, expected) in Self.masks {
      #expect(try block.mask(text) == Self.data.prefix(1500).map { expected($0) }, "\(text)")
    }
  }

  @Test func elementsOfEveryStorageTypeAreWidened() throws {
    let counts = [2, 0, 1]
    var block = Block()
    var expected: [String: [Double]] = [:]
    func add<Value: BitwiseCopyable>(
      _ kind: ColumnType, _ values: [Value], _ widened: [Double]
    ) {
      var ends = 0
      let lists = counts.map { count in
        ends += count
        return Array(values[(ends - count)..<ends])
      }
      block.add(kind.rawValue, kind, lists: lists)
      expected[kind.rawValue] = widened
    }
    add(.int8, [Int8.min, -1, 7], [-128, -1, 7])
    add(.int16, [Int16.min, -1, 7], [-32768, -1, 7])
    add(.int32, [Int32.min, -1, 7], [-2_147_483_648, -1, 7])
    add(.int64, [Int64.min, 3, 7], [-9_223_372_036_854_775_808, 3, 7])
    add(.uint8, [UInt8.max, 1, 7], [255, 1, 7])
    add(.uint16, [UInt16.max, 1, 7], [65535, 1, 7])
    add(.uint32, [UInt32.max, 1, 7], [4_294_967_295, 1, 7])
    add(.uint64, [UInt64.max, 1, 7], [18_446_744_073_709_551_616, 1, 7])
    add(.float32, [Float(0.1), -1, 7], [Double(Float(0.1)), -1, 7])
    add(.float64, [0.1, -1, 7], [0.1, -1, 7])
    add(.bool, [UInt8(1), 0, 1], [1, 0, 1])
    block.types = ["bool": .number, "uint8": .boolean]
    for level in levels {
      for (name, x) in expected where name != "uint8" {
        let found = try block.evaluate(
          numbers: ["sum(\(name))", "max(\(name))", "\(name)[-1]", "sum(\(name) * 2)"],
          masks: ["any(\(name) >= 7)"], level: level)
        #expect(found.numbers[0] == [x[0] + x[1], 0, x[2]])
        #expect(found.numbers[1][0] == max(x[0], x[1]))
        #expect(found.numbers[1][1].isNaN)
        #expect(found.numbers[2][0] == x[1])
        #expect(found.numbers[3] == [2 * x[0] + 2 * x[1], 0, 2 * x[2]])
        #expect(found.masks[0] == [x[0] >= 7 ? 1 : 0, 0, x[2] >= 7 ? 1 : 0], "\(name)")
      }
      #expect(try block.number("count(uint8)", level: level) == [2, 0, 1])
      #expect(try block.mask("uint8[0]", level: level) == [true, false, true])
    }
  }

  @Test func particlesMayTakeElements() throws {
    var block = Block()
    block.add("Muon_p", .float64, lists: [[3.0, 4], [5]])
    block.definitions = [("px1", "Muon_p[0]"), ("px2", "Muon_p[1]"), ("zero", "0")]
    block.particles = ["1", "2"].map {
      Particle(
        name: "mu" + $0, momentum: .cartesian(px: "px" + $0, py: "zero", pz: "zero"), energy: .none)
    }
    #expect(try block.number("momentum(mu1)") == [3, 5])
    let found = try block.number("sum(Muon_p * momentum(mu1, mu2))")
    #expect(found[0] == 49)
    #expect(found[1].isNaN)
  }

  @Test func emptyBlocksAndRowsAreFine() throws {
    var block = Block()
    block.add("pt", .float32, lists: [[Float]](repeating: [], count: 3))
    let found = try block.evaluate(
      numbers: ["size(pt)", "sum(pt)", "max(pt)", "min(pt)", "pt[0]"],
      masks: ["any(pt > 0)", "all(pt > 0)", "(pt > 0)[0]"])
    #expect(found.numbers[0] == [0, 0, 0])
    #expect(found.numbers[1].map(\.bitPattern) == [0, 0, 0])
    #expect(found.numbers[2...].allSatisfy { $0.allSatisfy(\.isNaN) })
    #expect(found.masks == [[0, 0, 0], [1, 1, 1], [0, 0, 0]])
    #expect(try block.prefix(0).number("sum(pt)") == [])
  }

  @Test func listsOfOneExpressionMustHaveOneLength() throws {
    var block = Block(["x": [Double](repeating: 0, count: 2000)])
    var counts = (0..<2000).map { $0 % 4 }
    block.add("Muon_pt", .float64, lists: counts.map { [Double](repeating: 1, count: $0) })
    counts[1503] = 1
    counts[1504] = 7
    block.add("Jet_pt", .float64, lists: counts.map { [Double](repeating: 1, count: $0) })
    // Apart they may be of any length.
    #expect(try block.number("sum(Muon_pt) - sum(Jet_pt)")[1503] == 2)
    let error = ListMismatch(
      first: "Muon_pt", second: "Jet_pt", row: 1503, firstCount: 3, secondCount: 1)
    for text in [
      "sum(Muon_pt * Jet_pt)", "sum(Muon_pt[Jet_pt > 0])", "size(Muon_pt + x + Jet_pt)",
      "sum(Muon_pt[Muon_pt > 0] - Jet_pt[Muon_pt > 0])",
    ] {
      #expect(throws: error) { try block.number(text) }
    }
    #expect(
      error.description
        == "row 1503: lists 'Muon_pt' and 'Jet_pt' have 3 and 1 elements; only lists of equal length meet in one expression; reduce one of them first"
    )
    #expect(try block.prefix(1503).number("sum(Muon_pt * Jet_pt)").count == 1503)
  }
}
