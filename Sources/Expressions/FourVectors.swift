import Kernels

/// The nodes of a four-vector; the energy is missing where no function needs it.
struct VectorNodes {
  var px, py, pz: Int
  var energy: Int?
}

/// Four-vector functions as plain arithmetic, each operation in the order written here.
///
/// A system is summed from left to right. mass = sqrt(E^2 - p^2) of the sum, negative where the
/// square is (-sqrt(-m^2), as ROOT does); theta = acos(pz / p); eta = asinh(pz / pT); rapidity =
/// 0.5 log((E + pz) / (E - pz)); phi in (-pi, pi]; a quantity of a momentum of zero is NaN.
extension GraphBuilder {
  mutating func value(of function: FourVectorFunction, _ arguments: [Syntax]) -> Int {
    let needsEnergy = function.needsEnergy
    switch function {
    case .system(let quantity, let frame):
      let system = sum(arguments, needsEnergy)
      return self.quantity(quantity, of: frame == .centreOfMass ? boosted(system) : system)
    case .recoil(let quantity, let frame):
      let system = recoil(against: sum(arguments, needsEnergy))
      return self.quantity(quantity, of: frame == .centreOfMass ? boosted(system) : system)
    case .pair(let separation, let frame):
      var (a, b) = (sum([arguments[0]], needsEnergy), sum([arguments[1]], needsEnergy))
      if frame == .centreOfMass { (a, b) = (boosted(a), boosted(b)) }
      return self.separation(separation, a, b)
    }
  }

  private mutating func sum(_ parts: [Syntax], _ needsEnergy: Bool) -> VectorNodes {
    let vectors = parts.flatMap { members($0) }.map { vector(of: $0, needsEnergy) }
    return vectors.dropFirst().reduce(vectors[0]) { add($0, $1) }
  }

  private mutating func add(_ a: VectorNodes, _ b: VectorNodes) -> VectorNodes {
    var sum = VectorNodes(
      px: graph.add(a.px, b.px), py: graph.add(a.py, b.py), pz: graph.add(a.pz, b.pz))
    if let one = a.energy, let other = b.energy { sum.energy = graph.add(one, other) }
    return sum
  }

  private func members(_ part: Syntax) -> [SystemMember] {
    switch part.kind {
    case .arithmetic(_, let both): both.flatMap { members($0) }
    case .hypothesis(let parts):
      members(parts[0]).map { SystemMember(particle: $0.particle, mass: mass(parts[1])) }
    case .name(let name):
      environment.particle(named: name).map { [SystemMember(particle: $0)] } ?? []
    default: []
    }
  }

  private func mass(_ tree: Syntax) -> Double? {
    switch tree.kind {
    case .number(let value): value
    case .name(let name): environment.mass(named: name)
    default: nil
    }
  }

  private mutating func vector(of member: SystemMember, _ needsEnergy: Bool) -> VectorNodes {
    let particle = member.particle
    let three = particle.momentumColumns.map { value(ofName: $0) }
    var vector: VectorNodes
    var squaredMomentum: Int?
    switch particle.momentum {
    case .cartesian:
      vector = VectorNodes(px: three[0], py: three[1], pz: three[2])
    case .pseudorapidity:
      let pz = graph.multiply(three[0], graph.unary(NJ_HYPERBOLIC_SINE, three[1]))
      vector = transverse(three[0], three[2], pz)
    case .transverse:
      let pz = graph.divide(three[0], graph.unary(NJ_TANGENT, three[1]))
      vector = transverse(three[0], three[2], pz)
    case .polar:
      let pt = graph.multiply(three[0], graph.unary(NJ_SINE, three[1]))
      let pz = graph.multiply(three[0], graph.unary(NJ_COSINE, three[1]))
      vector = transverse(pt, three[2], pz)
      squaredMomentum = graph.square(three[0])
    }
    guard needsEnergy else { return vector }
    if member.mass == nil, case .energyColumn(let column) = particle.energy {
      vector.energy = value(ofName: column)
    } else {
      let mass = massNode(of: member)
      let squared = squaredMomentum ?? self.squaredMomentum(vector)
      vector.energy = graph.squareRoot(graph.add(squared, graph.square(mass)))
    }
    return vector
  }

  private mutating func massNode(of member: SystemMember) -> Int {
    if let mass = member.mass { return graph.constant(mass) }
    switch member.particle.energy {
    case .mass(let mass): return graph.constant(mass)
    case .hypothesis(let name):
      return graph.constant(environment.mass(named: name) ?? .nan)
    case .massColumn(let column): return value(ofName: column)
    case .energyColumn, .none: preconditionFailure("checked trees have energies where needed")
    }
  }

  private mutating func transverse(_ pt: Int, _ phi: Int, _ pz: Int) -> VectorNodes {
    let px = graph.multiply(pt, graph.unary(NJ_COSINE, phi))
    let py = graph.multiply(pt, graph.unary(NJ_SINE, phi))
    return VectorNodes(px: px, py: py, pz: pz)
  }
}

extension GraphBuilder {
  /// (px^2 + py^2) + pz^2.
  private mutating func squaredMomentum(_ v: VectorNodes) -> Int {
    graph.add(squaredTransverse(v), graph.square(v.pz))
  }

  private mutating func squaredTransverse(_ v: VectorNodes) -> Int {
    let x = graph.square(v.px)
    return graph.add(x, graph.square(v.py))
  }

  private mutating func momentum(_ v: VectorNodes) -> Int {
    graph.squareRoot(squaredMomentum(v))
  }

  private mutating func transverseMomentum(_ v: VectorNodes) -> Int {
    graph.squareRoot(squaredTransverse(v))
  }

  private func energy(_ v: VectorNodes) -> Int {
    guard let energy = v.energy else { preconditionFailure("the energy was not asked for") }
    return energy
  }

  private mutating func recoil(against v: VectorNodes) -> VectorNodes {
    let total = environment.beams?.total ?? FourVector(px: 0, py: 0, pz: 0, energy: 0)
    var rest = VectorNodes(
      px: graph.subtract(graph.constant(total.px), v.px),
      py: graph.subtract(graph.constant(total.py), v.py),
      pz: graph.subtract(graph.constant(total.pz), v.pz))
    rest.energy = v.energy.map { graph.subtract(graph.constant(total.energy), $0) }
    return rest
  }

  /// The four sums of four products that lead to the centre-of-mass frame.
  private mutating func boosted(_ v: VectorNodes) -> VectorNodes {
    guard let transform = environment.beams?.centreOfMassTransform else {
      preconditionFailure("checked trees have beams where needed")
    }
    let inputs = [energy(v), v.px, v.py, v.pz]
    let rows = transform.rows.map { row in
      let products = zip(row, inputs).map { graph.multiply(graph.constant($0), $1) }
      return products.dropFirst().reduce(products[0]) { graph.add($0, $1) }
    }
    return VectorNodes(px: rows[1], py: rows[2], pz: rows[3], energy: rows[0])
  }

  private mutating func quantity(_ quantity: FourVectorFunction.Quantity, of v: VectorNodes) -> Int
  {
    switch quantity {
    case .mass:
      let square = massSquared(v)
      let root = graph.squareRoot(graph.unary(NJ_ABSOLUTE, square))
      return graph.multiply(graph.unary(NJ_SIGN, square), root)
    case .massSquared: return massSquared(v)
    case .momentum: return momentum(v)
    case .transverseMomentum: return transverseMomentum(v)
    case .energy: return energy(v)
    case .px: return v.px
    case .py: return v.py
    case .pz: return v.pz
    case .theta: return graph.unary(NJ_ARC_COSINE, cosTheta(v))
    case .cosTheta: return cosTheta(v)
    case .phi: return phi(v)
    case .eta: return eta(v)
    case .rapidity:
      let above = graph.add(energy(v), v.pz)
      let ratio = graph.divide(above, graph.subtract(energy(v), v.pz))
      return graph.multiply(graph.constant(0.5), graph.unary(NJ_LOGARITHM, ratio))
    }
  }

  private mutating func massSquared(_ v: VectorNodes) -> Int {
    let square = graph.square(energy(v))
    return graph.subtract(square, squaredMomentum(v))
  }

  private mutating func cosTheta(_ v: VectorNodes) -> Int { graph.divide(v.pz, momentum(v)) }

  private mutating func phi(_ v: VectorNodes) -> Int {
    graph.binary(NJ_ARC_TANGENT2, v.py, v.px)
  }

  private mutating func eta(_ v: VectorNodes) -> Int {
    graph.unary(NJ_INVERSE_HYPERBOLIC_SINE, graph.divide(v.pz, transverseMomentum(v)))
  }

  private mutating func separation(
    _ separation: FourVectorFunction.Separation, _ a: VectorNodes, _ b: VectorNodes
  ) -> Int {
    switch separation {
    case .angle: return graph.unary(NJ_ARC_COSINE, cosAngle(a, b))
    case .cosAngle: return cosAngle(a, b)
    case .deltaPhi: return deltaPhi(a, b)
    case .deltaEta:
      let first = eta(a)
      return graph.subtract(first, eta(b))
    case .deltaR:
      let first = eta(a)
      let difference = graph.subtract(first, eta(b))
      return graph.binary(NJ_HYPOTENUSE, difference, deltaPhi(a, b))
    }
  }

  /// a.b / (|a| |b|), held within [-1, 1].
  private mutating func cosAngle(_ a: VectorNodes, _ b: VectorNodes) -> Int {
    let x = graph.multiply(a.px, b.px)
    let y = graph.multiply(a.py, b.py)
    let z = graph.multiply(a.pz, b.pz)
    let product = graph.add(graph.add(x, y), z)
    let lengths = graph.multiply(momentum(a), momentum(b))
    let cosine = graph.divide(product, lengths)
    let least = graph.binary(NJ_MAXIMUM, cosine, graph.constant(-1))
    return graph.binary(NJ_MINIMUM, least, graph.constant(1))
  }

  /// phi of a minus phi of b, brought to [-pi, pi].
  private mutating func deltaPhi(_ a: VectorNodes, _ b: VectorNodes) -> Int {
    let first = phi(a)
    let difference = graph.subtract(first, phi(b))
    let turn = graph.constant(2 * Double.pi)
    let turns = graph.unary(NJ_ROUND, graph.divide(difference, turn))
    return graph.subtract(difference, graph.multiply(turns, turn))
  }
}
