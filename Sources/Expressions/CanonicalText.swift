/// The text that says what a program computes: outputs, then what they refer to.
struct CanonicalText {
  var text: String
  /// Definitions that are used.
  var definitions: Set<String>

  /// Lists numbers, masks and all names they use, each definition, column, constant, particle and
  /// mass once, in order of first use.
  static func of(
    numbers: some Sequence<(String, Syntax)>, masks: some Sequence<(String, Syntax)>,
    definitions: [String: Syntax], environment: ExpressionEnvironment
  ) -> CanonicalText {
    var collector = Collector(trees: definitions, environment: environment)
    for (name, tree) in numbers {
      collector.lines.append("number \(Syntax.quoted(name)) = \(tree.canonical)")
      collector.visit(tree)
    }
    for (name, tree) in masks {
      collector.lines.append("mask \(Syntax.quoted(name)) = \(tree.canonical)")
      collector.visit(tree)
    }
    return CanonicalText(
      text: (collector.lines + collector.names).joined(separator: "\n"),
      definitions: collector.definitions)
  }

  private struct Collector {
    let trees: [String: Syntax]
    let environment: ExpressionEnvironment
    var lines: [String] = []
    var names: [String] = []
    var definitions: Set<String> = []
    private var seen: Set<String> = []

    init(trees: [String: Syntax], environment: ExpressionEnvironment) {
      self.trees = trees
      self.environment = environment
    }

    private mutating func isNew(_ key: String) -> Bool { seen.insert(key).inserted }

    mutating func visit(_ tree: Syntax) {
      switch tree.kind {
      case .name(let name): visit(name: name)
      case .call(let name, let arguments) where FourVectorFunction.byName[name] != nil:
        if FourVectorFunction.byName[name]?.needsBeams == true { visitBeams() }
        for argument in arguments { visit(system: argument) }
      default: for part in tree.kind.parts { visit(part) }
      }
    }

    private mutating func visit(name: String) {
      guard isNew("name " + name) else { return }
      let quoted = Syntax.quoted(name)
      if let tree = trees[name] {
        definitions.insert(name)
        names.append("define \(quoted) = \(tree.canonical)")
        visit(tree)
      } else if environment.columns[name] != nil {
        let type = environment.type(ofColumn: name) ?? .number
        let form = environment.isList(name) ? "list" : "column"
        names.append("\(form) \(quoted): \(type.rawValue)")
      } else if let value = environment.constants[name] {
        names.append("constant \(quoted) = \(value)")
      }
    }

    private mutating func visitBeams() {
      guard isNew("beams"), let beams = environment.beams else { return }
      for (name, beam) in [("electron", beams.electron), ("positron", beams.positron)] {
        names.append("beam \(name) = [\(beam.px), \(beam.py), \(beam.pz), \(beam.energy)]")
      }
    }

    private mutating func visit(system part: Syntax) {
      switch part.kind {
      case .name(let name): visit(particle: name)
      case .hypothesis(let parts):
        visit(system: parts[0])
        if case .name(let mass) = parts[1].kind { visit(hypothesis: mass) }
      default: for inner in part.kind.parts { visit(system: inner) }
      }
    }

    private mutating func visit(hypothesis name: String) {
      guard isNew("mass " + name), let mass = environment.mass(named: name) else { return }
      names.append("mass \(Syntax.quoted(name)) = \(mass)")
    }

    private mutating func visit(particle name: String) {
      guard isNew("particle " + name), let particle = environment.particle(named: name) else {
        return
      }
      let form =
        switch particle.momentum {
        case .cartesian: "px py pz"
        case .pseudorapidity: "pt eta phi"
        case .transverse: "pt theta phi"
        case .polar: "p theta phi"
        }
      let columns = particle.momentumColumns.map(Syntax.quoted).joined(separator: ", ")
      let energy =
        switch particle.energy {
        case .energyColumn(let column): ", energy \(Syntax.quoted(column))"
        case .massColumn(let column): ", mass \(Syntax.quoted(column))"
        case .hypothesis(let mass): ", mass of \(Syntax.quoted(mass))"
        case .mass(let mass): ", mass \(mass)"
        case .none: ""
        }
      names.append("particle \(Syntax.quoted(name)) = \(form) [\(columns)]\(energy)")
      for column in particle.momentumColumns { visit(name: column) }
      // The energy only where it is known: with `as` it may be absent from the files.
      if let column = particle.energyColumn { visit(name: column) }
      if case .hypothesis(let mass) = particle.energy { visit(hypothesis: mass) }
    }
  }
}
