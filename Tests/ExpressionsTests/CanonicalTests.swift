import Expressions
import Testing

@Suite struct CanonicalTests {
  @Test func spacingBracketsUnusedNamesAndStorageDoNotMatter() throws {
    var one = Block(["x": [1], "y": [2]])
    one.definitions = [("r", "x/y"), ("unused", "x")]
    one.constants = ["c": 2, "d": 3]
    var other = Block()
    other.add("x", .float32, [Float(1)])
    other.add("y", .int32, [Int32(2)])
    other.definitions = [("r", "(x) / [y]")]
    other.constants = ["c": 2]
    let text = try one.compile(numbers: ["r*c+1"], masks: ["r<c and x in [1,2]"]).canonical
    let same = try other.compile(
      numbers: ["(r * c) + 1.0"], masks: ["((r < c) and x in [1, 2.00])"]
    ).canonical
    #expect(text == same)
    #expect(
      text == """
        number it = ((r * c) + 1.0)
        mask it = ((r < c) and (x in [1.0, 2.0]))
        define r = (x / y)
        column x: number
        column y: number
        constant c = 2.0
        """)
    other.constants = ["c": 2.5]
    #expect(
      try other.compile(numbers: ["r * c + 1"], masks: ["r < c and x in [1, 2]"]).canonical != text)
  }

  @Test func particlesMassesAndBeamsAreNamed() throws {
    var block = Block(["a": [1], "b c": [2], "z": [1]])
    block.particles = [
      Particle(name: "t", momentum: .polar(p: "a", theta: "b c", phi: "z"), energy: .none)
    ]
    block.beams = Beams(
      electron: FourVector(px: 0, py: 0, pz: 7, energy: 7.1),
      positron: FourVector(px: 0, py: 0, pz: -4, energy: 4.1))
    #expect(
      try block.compile(numbers: ["momentumCMS(t as pi)"]).canonical == """
        number it = momentumCMS((t as pi))
        beam electron = [0.0, 0.0, 7.0, 7.1]
        beam positron = [0.0, 0.0, -4.0, 4.1]
        particle t = p theta phi [a, `b c`, z]
        column a: number
        column `b c`: number
        column z: number
        mass pi = 0.13957039
        """)
  }
}
