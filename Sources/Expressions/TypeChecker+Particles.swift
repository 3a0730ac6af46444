import Diagnostics

/// A particle of a system with the mass named behind `as`, if any.
struct SystemMember {
  var particle: Particle
  /// Mass in GeV behind `as`.
  var mass: Double?
}

extension ExpressionEnvironment {
  func particle(named name: String) -> Particle? { particles.first { $0.name == name } }

  /// The mass of a name behind `as`: a hypothesis, else a constant.
  func mass(named name: String) -> Double? { mass(ofHypothesis: name) ?? constants[name] }
}

extension TypeChecker {
  /// Checks a function of particles and reports what is wrong.
  mutating func check(
    _ function: FourVectorFunction, _ name: String, _ arguments: [Syntax], at offset: Int
  ) -> Bool {
    let before = faults.items.count
    if function.needsBeams {
      if environment.beams == nil {
        report(
          offset, "'\(name)' needs the beams",
          remedy: "give the four-vectors of both under 'beams'")
      } else if environment.beams?.centreOfMassTransform == nil {
        report(
          offset, "'\(name)' needs beams with a centre-of-mass frame",
          remedy: "the energy of each must exceed its momentum, in GeV")
      }
    }
    if case .pair = function {
      if arguments.count != 2 {
        report(
          offset, "'\(name)' takes 2 systems of particles, found \(arguments.count)",
          remedy: "write '\(name)(a, b)'; a system is 'a + b'")
      }
      for argument in arguments { checkSystem([argument], of: name, function.needsEnergy) }
    } else {
      if arguments.isEmpty {
        report(
          offset, "'\(name)' takes one particle or more, found none",
          remedy: "write '\(name)(a, b, …)'")
      }
      checkSystem(arguments, of: name, function.needsEnergy)
    }
    return faults.items.count == before
  }

  private mutating func checkSystem(_ parts: [Syntax], of function: String, _ needsEnergy: Bool) {
    var seen: Set<String> = []
    for part in parts { checkMembers(part, of: function, needsEnergy, &seen) }
  }

  private mutating func checkMembers(
    _ part: Syntax, of function: String, _ needsEnergy: Bool, _ seen: inout Set<String>
  ) {
    switch part.kind {
    case .arithmetic(.add, let both):
      for one in both { checkMembers(one, of: function, needsEnergy, &seen) }
    case .name(let name):
      checkParticle(name, at: part.offset, of: function, needsEnergy, &seen)
    case .hypothesis(let parts):
      guard case .name(let name) = parts[0].kind else { return }
      checkParticle(name, at: parts[0].offset, of: function, false, &seen)
      checkMass(parts[1])
    default:
      report(
        part.start, "'\(function)' takes particles, found another expression",
        remedy: "write names of particles, or sums of them")
    }
  }

  private mutating func checkMass(_ tree: Syntax) {
    guard case .name(let name) = tree.kind, environment.mass(named: name) == nil else { return }
    let known =
      Array(ExpressionEnvironment.standardMassHypotheses.keys)
      + Array(environment.massHypotheses.keys) + Array(environment.constants.keys)
    let near = NearestName.suggestion(for: name, among: known.sorted())
    report(
      tree.offset, "unknown mass hypothesis '\(name)'",
      remedy: near ?? "write a known one, such as 'pi', a constant, or a mass in GeV")
  }

  private mutating func checkParticle(
    _ name: String, at offset: Int, of function: String, _ needsEnergy: Bool,
    _ seen: inout Set<String>
  ) {
    guard let particle = environment.particle(named: name) else {
      let names = environment.particles.map(\.name)
      report(
        offset, "unknown particle '\(name)' in '\(function)'",
        remedy: NearestName.suggestion(for: name, among: names)
          ?? (names.isEmpty
            ? "declare particles in the ntuple schema"
            : "known are " + names.map { "'\($0)'" }.joined(separator: ", ")))
      return
    }
    if !seen.insert(name).inserted {
      report(offset, "particle '\(name)' is twice in one system", remedy: "remove one")
    }
    for column in particle.momentumColumns { checkColumn(column, of: name, at: offset) }
    guard needsEnergy else { return }
    if let column = particle.energyColumn { checkColumn(column, of: name, at: offset) }
    switch particle.energy {
    case .none:
      report(
        offset, "'\(function)' needs the energy of '\(name)', which has no energy or mass",
        remedy: "add a mass hypothesis, as in '\(name) as pi'")
    case .hypothesis(let mass) where environment.mass(named: mass) == nil:
      report(offset, "particle '\(name)' has the unknown mass hypothesis '\(mass)'")
    default: break
    }
  }

  private mutating func checkColumn(_ column: String, of particle: String, at offset: Int) {
    let before = faults.items.count
    let type = type(ofName: column, at: offset)
    if faults.items.count > before { return }
    if type?.list != nil {
      report(
        offset, "particle '\(particle)' needs one number a row, found the list '\(column)'",
        remedy: Self.reduction)
    } else if type?.value == .boolean {
      report(
        offset, "particle '\(particle)' needs a number, found the condition '\(column)'",
        remedy: "correct its columns in the ntuple schema")
    }
  }
}
