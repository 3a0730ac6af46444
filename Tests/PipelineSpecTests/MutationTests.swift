import Diagnostics
import PipelineSpec
import Settings
import Testing

import struct Diagnostics.SourceLocation

/// Breaks every key of five files that use all keys: dropped, misspelt, of wrong type, of wrong unit.
///
/// The first states its signal by curves, the second measures it, the third looks for regions of models, the
/// fourth counts, the fifth has a signal of several lifetimes and coordinates.
@Suite struct MutationTests {
  private static let files = [
    "pipeline.yaml", "measured.yaml", "planes.yaml", "counting.yaml", "sector.yaml",
  ]

  private static func path(_ file: String) -> String { TestFiles.fixtures + "/" + file }

  /// Maps whose keys the user chooses.
  private static let named: Set<String> = [
    "samples", "constants", "massHypotheses", "regions", "skim.define", "skim.veto", "fits",
    "fits.jpsi.peaks", "scan.systematics", "skim.select.0",
    "outputs.report.labels", "outputs.report.overlay", "interpret",
    "samples.background.corrections", "skim.comparisons", "skim.score.networks",
    "normalisation.factors", "channels", "channels.pair", "channels.pair.mumu",
    "channels.pair.ee", "interpret.scalar.at", "interpret.alp.at", "interpret.alp.for",
    "scan.background.0.for", "controls", "controls.K_S.samples", "controls.K_S.skim.define",
    "controls.K_S.skim.select.0", "controls.K_S.fit.peaks", "controls.K_S.bins",
    "controls.phi.samples", "controls.phi.skim.define", "controls.phi.skim.select.0",
    "controls.phi.bins", "samples.signal.hypothesis", "samples.signal.decayLength",
    "samples.signal.lifetimes", "signal.at", "signal.lifetimes", "interpret.mixing.at",
    "interpret.kinetic.at", "interpret.kinetic.for", "interpret.rate.at", "interpret.other.at",
  ]

  private static func subjects(_ file: String) throws -> [Subject] {
    let path = path(file)
    let text = try TestFiles.text(path)
    var faults = Diagnostics()
    let root = try #require(SettingsNode.parse(text, file: path, faults: &faults))
    var found: [Subject] = []
    func walk(_ node: SettingsNode) {
      switch node.content {
      case .scalar: return
      case .list(let items): items.forEach(walk)
      case .map(let entries):
        for entry in entries {
          if !named.contains(node.path) { found.append(Subject(entry: entry, parent: node)) }
          walk(entry.node)
        }
      }
    }
    walk(root)
    return found
  }

  private static func faults(_ text: MutableText, _ file: String) -> [String] {
    TestFiles.faults(of: text.joined, path: path(file))
  }

  @Test(arguments: files) func theFileHasNoFault(file: String) throws {
    #expect(Self.faults(try MutableText(Self.path(file)), file) == [])
  }

  @Test func theFilesUseEveryKey() throws {
    let used = Set(try Self.files.flatMap { try Self.subjects($0).map(\.entry.name) })
    var sections = [Pipeline.describe()]
    var seen: Set<String> = []
    func visit(_ shape: Shape) {
      switch shape {
      case .list(let element, _), .entries(let element, _): visit(element)
      case .either(let shapes): shapes.forEach(visit)
      case .section(let name, let describe):
        if seen.insert(name).inserted { sections.append(describe()) }
      default: return
      }
    }
    var next = 0
    while next < sections.count {
      for key in sections[next].keys where key.presence != .later {
        #expect(used.contains(key.name), "'\(key.name)' of \(sections[next].name) is not used")
        visit(key.shape)
      }
      next += 1
    }
    #expect(sections.count > 15)
  }

  @Test(arguments: files) func misspeltKeysAreFoundWhereTheyStand(file: String) throws {
    for subject in try Self.subjects(file) {
      var text = try MutableText(Self.path(file))
      let name = subject.entry.name
      text.replace(subject.entry.location, count: name.count, with: name + "Q")
      let place = "\(file):\(subject.entry.location.line):\(subject.entry.location.column):"
      let found = Self.faults(text, file)
      #expect(
        found.contains { $0.hasPrefix("\(place) unknown key '\(name)Q' in ") },
        "\(subject.entry.node.path): \(found)")
    }
  }

  @Test(arguments: files) func droppedKeysAreMissedOrOptional(file: String) throws {
    for subject in try Self.subjects(file) {
      var text = try MutableText(Self.path(file))
      text.remove(subject)
      let found = Self.faults(text, file)
      let name = subject.entry.name
      let place = "\(subject.parent.location.line):\(subject.parent.location.column)"
      let isMissed = found.contains {
        $0.hasPrefix("\(file):\(place): missing key '\(name)' in ")
      }
      #expect(
        isMissed || !Self.alwaysNeeded.contains(subject.entry.node.path),
        "\(subject.entry.node.path): \(found)")
      #expect(!found.contains { $0.contains("not valid YAML") || $0.contains("unknown key") })
    }
  }

  /// Keys without which the file has no meaning.
  private static let alwaysNeeded: Set<String> = [
    "nightjar", "title", "ntuple", "samples", "samples.data.files", "samples.data.role",
    "samples.data.luminosity", "beams.electron", "beams.positron", "regions.low.cut",
    "skim.veto.K_S.expression", "skim.veto.K_S.windows", "skim.bestCandidate.key",
    "skim.bestCandidate.keep", "fits.jpsi.observable", "fits.jpsi.window", "fits.jpsi.background",
    "fits.jpsi.peaks.J/psi.shape", "fits.jpsi.peaks.J/psi.mean",
    "fits.jpsi.peaks.J/psi.mean.start", "fits.jpsi.peaks.second.n2", "signal.shape",
    "signal.width", "signal.efficiency", "signal.efficiency.in", "signal.efficiency.points",
    "scan.observable", "scan.hypotheses", "scan.hypotheses.range", "scan.hypotheses.step",
    "scan.hypotheses.step.in", "scan.hypotheses.step.size", "scan.select.0.cut", "scan.window",
    "scan.window.width", "scan.background", "scan.background.1.shape",
    "scan.background.1.order", "scan.fit.bins", "scan.systematics.luminosity.affects",
    "scan.systematics.luminosity.size", "scan.systematics.luminosity.constraint",
    "scan.limit.parameter", "scan.limit.unit", "scan.limit.level",
    "samples.background.corrections.muonID.table", "samples.background.corrections.muonID.in",
    "skim.comparisons.identification.expression",
  ]

  @Test(arguments: files) func wrongTypesAreFoundAtTheValue(file: String) throws {
    for subject in try Self.subjects(file) {
      var text = try MutableText(Self.path(file))
      let node = subject.entry.node
      if node.isScalar {
        text.replaceValue(subject, with: "[[]]")
      } else {
        text.replaceValue(subject, with: "true")
      }
      let found = Self.faults(text, file)
      // A block starts on the line after its key; what replaces it stands behind the key.
      let place = text.place(ofValue: subject)
      #expect(
        found.contains {
          $0.hasPrefix("\(file):\(place.line):\(place.column):")
            || $0.hasPrefix("\(file):\(place.line):\(place.column + 1):")
        }, "\(node.path): \(found)")
    }
  }

  @Test(arguments: files) func wrongUnitsAreFoundAtTheValue(file: String) throws {
    var count = 0
    for subject in try Self.subjects(file) {
      guard case .scalar(let scalar) = subject.entry.node.content else { continue }
      let parts = scalar.text.split(separator: " ")
      guard parts.count == 2, Double(parts[0]) != nil else { continue }
      count += 1
      var text = try MutableText(Self.path(file))
      text.replaceValue(subject, with: "\(parts[0]) parsec")
      let place = subject.entry.node.location
      let found = Self.faults(text, file)
      #expect(
        found.contains {
          $0.hasPrefix(
            "\(file):\(place.line):\(place.column): '\(subject.entry.node.path)' has the unknown unit 'parsec'; the unit"
          )
        }, "\(subject.entry.node.path): \(found)")
    }
    #expect(count >= (["planes.yaml", "counting.yaml", "sector.yaml"].contains(file) ? 5 : 9))
  }
}

/// A key of the file with the map it stands in.
struct Subject {
  var entry: SettingsEntry
  var parent: SettingsNode
}

/// The lines of a file, to be changed by place.
struct MutableText {
  private var lines: [[Character]]

  init(_ path: String) throws {
    lines = try TestFiles.text(path).split(separator: "\n", omittingEmptySubsequences: false)
      .map(Array.init)
  }

  var joined: String { lines.map { String($0) }.joined(separator: "\n") }

  mutating func replace(_ place: SourceLocation, count: Int, with text: String) {
    let start = place.column - 1
    lines[place.line - 1].replaceSubrange(start..<start + count, with: Array(text))
  }

  /// Where the value of a key stands once it is replaced.
  func place(ofValue subject: Subject) -> SourceLocation {
    let key = subject.entry.location
    return key.line == subject.entry.node.location.line
      ? subject.entry.node.location : key.advanced(by: subject.entry.name.count + 2)
  }

  mutating func replaceValue(_ subject: Subject, with text: String) {
    let key = subject.entry.location
    let value = subject.entry.node.location
    guard key.line == value.line else {
      lines.removeSubrange(key.line..<endOfBlock(key))
      lines[key.line - 1] += Array(" " + text)
      return
    }
    replace(value, count: length(value), with: text)
  }

  mutating func remove(_ subject: Subject) {
    let key = subject.entry.location
    let value = subject.entry.node.location
    let line = key.line - 1
    if key.line == value.line, isFlow(key) {
      var start = key.column - 1
      var end = value.column - 1 + length(value)
      if end < lines[line].count, lines[line][end] == "," {
        end += 2
      } else if start >= 2, lines[line][start - 2] == "," {
        start -= 2
      }
      lines[line].removeSubrange(start..<end)
    } else if lines[line].prefix(while: { $0 == " " }).count == key.column - 1 {
      lines.removeSubrange(line..<max(endOfBlock(key), line + 1))
    }
  }

  /// Whether a place is inside brackets that open on its line.
  private func isFlow(_ place: SourceLocation) -> Bool {
    let before = lines[place.line - 1].prefix(place.column - 1)
    return before.filter { $0 == "{" }.count > before.filter { $0 == "}" }.count
  }

  /// Number of the first line behind the block of a key, from 0.
  private func endOfBlock(_ key: SourceLocation) -> Int {
    var end = key.line
    while end < lines.count {
      let indent = lines[end].prefix { $0 == " " }.count
      guard indent > key.column - 1, indent < lines[end].count else { break }
      end += 1
    }
    return end
  }

  /// Number of characters of a value on one line.
  private func length(_ place: SourceLocation) -> Int {
    let rest = lines[place.line - 1].dropFirst(place.column - 1)
    if rest.first == "\"" {
      return (rest.dropFirst().firstIndex(of: "\"") ?? 0) - rest.startIndex + 1
    }
    if rest.first == "{" || rest.first == "[" {
      var depth = 0
      for (count, character) in rest.enumerated() {
        if character == "{" || character == "[" { depth += 1 }
        if character == "}" || character == "]" { depth -= 1 }
        if depth == 0 { return count + 1 }
      }
    }
    if !isFlow(place) { return rest.count }
    return rest.prefix { $0 != "," && $0 != "}" && $0 != "]" }.count
  }
}
