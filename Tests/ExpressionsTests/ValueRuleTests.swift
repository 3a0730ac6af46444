import Expressions
import Testing

@Suite struct ValueRuleTests {
  private let nan = Double.nan

  @Test func comparisonsWithNaNAreFalse() throws {
    let block = Block(["x": [.nan, 1], "y": [1, 1]])
    let texts = [
      "x < 2", "x <= 2", "x > 0", "x >= 0", "x == 1", "x != 2", "x in [0, 2]", "x not in [5, 6]",
      "x == y",
      "x <= y", "x - 1 < y", "x != y + 1", "x in [y - 1, y]", "x not in [y + 1, y + 2]",
      "y in [x, 2]", "0 < x < 2", "y == x",
    ]
    for text in texts {
      for level in levels {
        #expect(try block.mask(text, level: level) == [false, true], "\(text)")
      }
      #expect(try block.mask("not (\(text))") == [true, false])
      #expect(try block.number("count(\(text), true)") == [1, 2])
      #expect(try value("if(\(text), 1, 0)", ["x": .nan, "y": 1]) == 0)
    }
    #expect(try block.mask("x < 0/0 or x >= 0/0 or x != 0/0") == [false, false])
    #expect(try block.mask("isnan(x)") == [true, false])
    #expect(try block.mask("isnan(0/0)") == [true, true])
    #expect(try block.mask("isnan(1/0)") == [false, false])
  }

  @Test func float32ComparesAsIfWidenedToDouble() throws {
    let tenth = Float(0.1)  // 0.100000001490116…
    let values: [Float] = [
      tenth.nextDown, tenth, tenth.nextUp, .nan, .infinity, -.infinity, 0, -0.0,
      .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1,
    ]
    let constants = [
      "0.1", "0.10000000149011612", "0", "-0.0", "1e300", "-1e300", "1/0", "-1/0", "1e-46", "1",
      "3.4028234663852886e38", "0.5",
    ]
    var block = Block()
    block.add("f", .float32, values)
    for text in constants {
      let c = try value(text)
      let tests: [(String, (Double) -> Bool)] = [
        ("f < \(text)", { $0 < c }), ("f <= \(text)", { $0 <= c }), ("f > \(text)", { $0 > c }),
        ("f >= \(text)", { $0 >= c }), ("f == \(text)", { $0 == c }),
        ("f != \(text)", { $0 < c || $0 > c }),
        ("f in [\(text), 2 * (\(text))]", { $0 >= c && $0 <= 2 * c }),
        ("f not in [\(text), 1e301]", { $0 < c || $0 > 1e301 }),
      ]
      for (expression, expected) in tests {
        // The interval with the smaller last is a fault only between literals.
        for level in levels {
          #expect(
            try block.mask(expression, level: level) == values.map { expected(Double($0)) },
            "\(expression)")
        }
      }
    }
  }

  @Test func integersCompareExactly() throws {
    let values: [Int32] = [.min, .min + 1, -3, -1, 0, 1, 2, 3, .max - 1, .max]
    var block = Block()
    block.add("i", .int32, values)
    for text in [
      "0", "2", "2.5", "-2.5", "-2147483648", "2147483647", "-3e9", "3e9", "1/0", "-1/0",
    ] {
      let c = try value(text)
      let tests: [(String, (Double) -> Bool)] = [
        ("i < \(text)", { $0 < c }), ("i <= \(text)", { $0 <= c }), ("i > \(text)", { $0 > c }),
        ("i >= \(text)", { $0 >= c }), ("i == \(text)", { $0 == c }), ("i != \(text)", { $0 != c }),
        ("i in [\(text), 5]", { $0 >= c && $0 <= 5 }),
        ("i not in [\(text), 5]", { $0 < c || $0 > 5 }),
      ]
      for (expression, expected) in tests where !(c > 5 && expression.contains("5]")) {
        for level in levels {
          #expect(
            try block.mask(expression, level: level) == values.map { expected(Double($0)) },
            "\(expression)")
        }
      }
    }
  }

  @Test func everyStorageTypeIsWidened() throws {
    var block = Block()
    block.add("i8", .int8, [Int8.min, -1, 7])
    block.add("i16", .int16, [Int16.min, -1, 7])
    block.add("i32", .int32, [Int32.min, -1, 7])
    block.add("i64", .int64, [Int64.min, 9_007_199_254_740_993, 7])
    block.add("u8", .uint8, [UInt8.max, 1, 7])
    block.add("u16", .uint16, [UInt16.max, 1, 7])
    block.add("u32", .uint32, [UInt32.max, 1, 7])
    block.add("u64", .uint64, [UInt64.max, 9_007_199_254_740_993, 7])
    block.add("f32", .float32, [Float(0.1), -1, 7])
    block.add("f64", .float64, [0.1, -1, 7])
    block.add("b", .bool, [UInt8(1), 0, 1])
    let expected: [String: [Double]] = [
      "i8": [-128, -1, 7], "i16": [-32768, -1, 7], "i32": [-2_147_483_648, -1, 7],
      "i64": [-9_223_372_036_854_775_808, 9_007_199_254_740_992, 7], "u8": [255, 1, 7],
      "u16": [65535, 1, 7],
      "u32": [4_294_967_295, 1, 7], "u64": [18_446_744_073_709_551_616, 9_007_199_254_740_992, 7],
      "f32": [Double(Float(0.1)), -1, 7], "f64": [0.1, -1, 7],
    ]
    for level in levels {
      for (name, values) in expected {
        #expect(try block.number(name, level: level) == values)
        #expect(try block.number("\(name) * 2 - 1", level: level) == values.map { $0 * 2 - 1 })
        #expect(try block.mask("\(name) >= 7", level: level) == values.map { $0 >= 7 })
        #expect(
          try block.mask("\(name) < f64", level: level)
            == zip(values, [0.1, -1, 7]).map { $0 < $1 })
      }
      #expect(try block.mask("b", level: level) == [true, false, true])
      #expect(try block.mask("b and i8 > 0", level: level) == [false, false, true])
      #expect(try block.number("count(b, b, not b)", level: level) == [2, 1, 2])
    }
    #expect(throws: (any Error).self) { try block.number("b") }
    block.types = ["b": .number, "u8": .boolean, "f32": .boolean]
    #expect(try block.number("b + 1") == [2, 1, 2])
    block.add("f32", .float32, [Float.nan, 0, -2])
    #expect(try block.mask("f32") == [false, false, true])
    #expect(try block.mask("u8 and f32") == [false, false, true])
  }

  @Test func divisionAndDomainsFollowIEEE() throws {
    let block = Block(["x": [0, -1, 1], "z": [0, 0, 0]])
    #expect(try block.number("1 / z") == [.infinity, .infinity, .infinity])
    #expect(try block.number("-1 / z") == [-.infinity, -.infinity, -.infinity])
    for text in [
      "z / z", "log(x - 5)", "sqrt(x - 5)", "asin(x + 5)", "acos(x + 5)", "log10(x - 9)",
      "(x - 9) ^ 0.5", "1 / z - 1 / z",
    ] {
      for level in levels {
        // One bit pattern, whatever the instruction set.
        #expect(
          try block.number(text, level: level).map(\.bitPattern)
            == .init(repeating: Double.nan.bitPattern, count: 3))
      }
    }
    #expect(try value("0 / 0").isNaN)
    #expect(try block.number("log(z)") == [-.infinity, -.infinity, -.infinity])
    #expect(try block.number("if(x > 0, 1 / z, 5)") == [5, 5, .infinity])
  }

  @Test func roundingFunctionsAndSignsKeepTheirEdges() throws {
    let x: [Double] = [
      0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, 0x1p52 + 1, -0x1p53, 1e300, .infinity,
      -.infinity, -0.0, 0, 0x1p51 + 0.5, 3,
    ]
    let block = Block(["x": x])
    for level in levels {
      #expect(try block.number("floor(x)", level: level) == x.map { $0.rounded(.down) })
      #expect(try block.number("ceil(x)", level: level) == x.map { $0.rounded(.up) })
      #expect(
        try block.number("round(x)", level: level) == x.map { $0.rounded(.toNearestOrAwayFromZero) }
      )
      #expect(
        try block.number("floor(x)", level: level).map(\.sign) == x.map { $0.rounded(.down).sign })
      #expect(
        try block.number("ceil(x)", level: level).map(\.sign) == x.map { $0.rounded(.up).sign })
      #expect(try block.number("sign(x)", level: level) == x.map { $0 == 0 ? $0 : $0 > 0 ? 1 : -1 })
      #expect(try block.number("-x", level: level).map(\.sign) == x.map { (-$0).sign })
    }
    #expect(try value("floor(0/0) + ceil(0/0) + round(0/0) + sign(0/0) + abs(0/0)").isNaN)
  }

  @Test func minimumAndMaximumAreNaNIfAnyIs() throws {
    let block = Block(["x": [.nan, 1, .nan, -0.0], "y": [1, .nan, .nan, 0]])
    for level in levels {
      for text in ["min(x, y)", "max(x, y)", "min(2, x, y)", "max(x, y, 0)"] {
        #expect(try block.number(text, level: level).prefix(3).allSatisfy(\.isNaN), "\(text)")
      }
      #expect(try block.number("min(x, y)", level: level)[3].sign == .minus)
      #expect(try block.number("max(y, x)", level: level)[3].sign == .plus)
    }
  }
}
