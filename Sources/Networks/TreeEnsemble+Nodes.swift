import Kernels

extension TreeFile {
  /// The trees with one kind of decision, x <= value, level by level in memory.
  func ensemble(features: Int) throws(NetworkError) -> TreeEnsemble {
    var result = TreeEnsemble()
    result.outputs = outputs
    switch try place.text("aggregate_function", default: "SUM") {
    case "SUM", "AVERAGE": break
    case "MIN": result.aggregate = NJ_TREES_MIN
    case "MAX": result.aggregate = NJ_TREES_MAX
    case let other:
      throw place.fail(
        "aggregate function \(other.prefix(40)) is not supported",
        "allowed: SUM, AVERAGE, MIN, MAX")
    }
    let isSum = result.aggregate == NJ_TREES_SUM
    result.isSingle =
      outputs == 1 && nodes.allSatisfy { $0.mode != "LEAF" || isSum || $0.entries.count == 1 }
    for root in roots { try add(root, features: features, to: &result) }
    result.first.append(Int32(result.targets.count))
    return result
  }

  private func add(
    _ root: Int, features: Int, to result: inout TreeEnsemble
  ) throws(NetworkError) {
    result.roots.append(Int32(result.nodes.count))
    var (open, next, depth) = ([(node: root, depth: Int32(0))], 0, Int32(0))
    // Places of the children: each pass over `open` appends a node and reserves those below it.
    var end = result.nodes.count + 1
    func append(_ node: nj_tree_node, _ entries: [(target: Int, weight: Float)] = []) {
      result.first.append(Int32(result.targets.count))
      for entry in entries {
        result.targets.append(Int32(entry.target))
        result.weights.append(entry.weight)
      }
      result.nodes.append(node)
    }
    // Equality takes two decisions; its second one stands behind all others of the tree.
    var seconds: [(first: Int, decision: Decision, yes: Int32, no: Int32)] = []
    while next < open.count {
      let (index, level) = open[next]
      let node = nodes[index]
      let place = Int32(result.nodes.count)
      next += 1
      depth = max(depth, level)
      if node.mode == "LEAF" {
        let weight = result.isSingle ? node.entries.reduce(0) { $0 + $1.weight } : 0
        append(
          nj_tree_node(value: weight, feature: 0, yes: place, no: place),
          result.isSingle ? [] : node.entries)
        continue
      }
      guard node.feature >= 0, node.feature < features else {
        throw self.place.fail("a node asks for feature \(node.feature) of \(features)")
      }
      let decisions = try decisions(of: node)
      let (yes, no) = (Int32(end), Int32(end + 1))
      end += 2
      let below = level + Int32(decisions.count)
      open += [(node.yes, below), (node.no, below)]
      let first = decisions[0]
      append(first.node(yes: yes, no: no))
      if decisions.count == 2 { seconds.append((Int(place), decisions[1], yes, no)) }
    }
    for second in seconds {
      let place = Int32(result.nodes.count)
      append(second.decision.node(yes: second.yes, no: second.no))
      // The first decision leads to the second instead of to the child for equality.
      result.nodes[second.first].yes = place
    }
    result.depths.append(depth)
  }

  /// A comparison x <= value, perhaps with the children exchanged.
  private struct Decision {
    var value: Float
    var feature: Int
    var isSwapped: Bool
    /// Whether NaN counts as x <= value.
    var takesMissing: Bool

    func node(yes: Int32, no: Int32) -> nj_tree_node {
      nj_tree_node(
        value: value, feature: UInt32(feature) << 1 | (takesMissing ? 1 : 0),
        yes: isSwapped ? no : yes, no: isSwapped ? yes : no)
    }
  }

  /// x < t is x <= the number below t; x > t and x >= t are the opposites of <= and <.
  private func decisions(of node: Node) throws(NetworkError) -> [Decision] {
    let below = node.value == -.infinity ? .nan : node.value.nextDown
    func one(_ value: Float, swapped: Bool) -> [Decision] {
      [
        Decision(
          value: value, feature: node.feature, isSwapped: swapped,
          takesMissing: node.tracksMissing != swapped)
      ]
    }
    switch node.mode {
    case "BRANCH_LEQ": return one(node.value, swapped: false)
    case "BRANCH_LT": return one(below, swapped: false)
    case "BRANCH_GT": return one(node.value, swapped: true)
    case "BRANCH_GTE": return one(below, swapped: true)
    case "BRANCH_EQ", "BRANCH_NEQ":
      // Equal: x <= t and not x < t. NaN differs from every number, unless it tracks true.
      let isEqual = node.mode == "BRANCH_EQ"
      return [
        Decision(
          value: node.value, feature: node.feature, isSwapped: !isEqual,
          takesMissing: isEqual && node.tracksMissing),
        Decision(
          value: below, feature: node.feature, isSwapped: isEqual, takesMissing: false),
      ]
    default:
      throw place.fail(
        "node mode '\(node.mode.prefix(40))' is not supported",
        "allowed: BRANCH_LEQ, _LT, _GTE, _GT, _EQ, _NEQ, LEAF")
    }
  }
}
