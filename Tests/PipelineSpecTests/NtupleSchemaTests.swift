import Diagnostics
import Ntuples
import Settings
import Testing

/// The ntuple schema: values and faults.
@Suite struct NtupleSchemaTests {
  private static let text = """
    nightjarNtuple: 1
    title: "Pairs"
    table: events
    identity: [run, event]
    candidate: number
    columns:
      run:    {column: __run__, type: integer, meaning: run number}
      event:  {type: integer, meaning: event number, required: true}
      number: {type: integer, meaning: candidate}
      px.1:   {column: [px1, "px1 "], type: number, unit: GeV, meaning: x, missing: -999}
      py1:    {type: number, unit: GeV, meaning: y, missing: NaN}
      pz1:    {type: number, unit: GeV, meaning: z, required: false}
      flag:   {type: boolean, meaning: flag}
    particles:
      a: {px: px.1, py: py1, pz: pz1, E: pz1}
      b: {pt: py1, eta: py1, phi: py1, m: pz1}
      c: {pt: py1, theta: py1, phi: py1, mass: mu}
      d: {p: py1, theta: py1, phi: py1}
    """

  private func read(_ change: (String) -> String = { $0 }) throws -> (NtupleSchema, [String]) {
    let file = try SettingsFile<NtupleSchema>(text: change(Self.text), file: "n")
    return (file.value, file.log.faults.sorted.map(\.description))
  }

  @Test func everythingIsDecoded() throws {
    let (schema, faults) = try read()
    #expect(faults == [])
    #expect(schema.names(of: "run") == ["__run__"])
    #expect(schema.names(of: "px.1") == ["px1", "px1 "])
    #expect(schema.names(of: "event") == ["event"])
    #expect(schema.columns.value(named: "px.1")?.missing == .value(-999))
    #expect(schema.columns.value(named: "py1")?.missing == .nan)
    #expect(schema.columns.value(named: "pz1")?.isRequired == false)
    #expect(schema.columns.value(named: "flag")?.kind == .boolean)
    #expect(
      schema.particles.map(\.value.energy) == [
        .energyColumn("pz1"), .massColumn("pz1"), .hypothesis("mu"), .none,
      ])
    #expect(
      schema.particles.value(named: "d")?.momentum == .polar(p: "py1", theta: "py1", phi: "py1"))
  }

  @Test func faultsAreAtTheirPlaces() throws {
    let cases: [(String, String, String)] = [
      (
        "[run, event]", "[run, evnt]",
        "n:4:17: 'identity.1' names the unknown column 'evnt'; did you mean 'event'?"
      ),
      (
        "candidate: number", "candidate: numbr",
        "n:5:12: 'candidate' names the unknown column 'numbr'; did you mean 'number'?"
      ),
      (
        "{px: px.1", "{px: px1",
        "n:15:11: 'particles.a.px' names the unknown column 'px1'; did you mean 'px.1'?"
      ),
      (
        "{p: py1, theta", "{p: py1, eta",
        "n:18:6: 'particles.d' must state one set of momentum components, found 'p', 'eta', 'phi'; allowed: px py pz, pt eta phi, pt theta phi, p theta phi"
      ),
      (
        "type: boolean", "type: bool",
        "n:13:18: 'columns.flag.type' must be 'number', 'integer' or 'boolean', found text 'bool'"
      ),
      (
        "missing: NaN", "missing: none",
        "n:11:58: 'columns.py1.missing' must be 'NaN' or '.nan', found text 'none'"
      ),
      (
        "nightjarNtuple: 1", "nightjarNtuple: 2",
        "n:1:17: 'nightjarNtuple' is version 2 of the grammar, this program reads version 1; use a newer nightjar"
      ),
      (
        "mass: mu", "mass: mu, E: py1",
        "n:17:44: 'particles.c.mass' and 'E' both fix the energy; keep one of them"
      ),
    ]
    for (old, new, expected) in cases {
      let found = try read { $0.replacing(old, with: new) }.1
      #expect(found == [expected])
    }
  }

  @Test func everyKeyCanBeMisspelt() throws {
    for key in [
      "title", "table", "identity", "candidate", "columns", "particles", "required",
      "missing", "unit", "meaning", "type", "column",
    ] {
      let faults = try read { text in
        guard let range = text.firstRange(of: "\(key):") else { return text }
        return text.replacingCharacters(in: range, with: "\(key)Q:")
      }.1
      #expect(faults.contains { $0.contains("unknown key '\(key)Q' in ") }, "\(key)")
    }
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
