import Kernels

/// Trees as the kernel takes them.
struct TreeEnsemble {
  var nodes: [nj_tree_node] = []
  var roots: [Int32] = []
  var depths: [Int32] = []
  /// Per node and one more: its entries in `targets` and `weights`.
  var first: [Int32] = []
  var targets: [Int32] = []
  var weights: [Float] = []
  var aggregate = NJ_TREES_SUM
  /// Whether each leaf has one weight for the one output, kept in the leaf.
  var isSingle = false
  var outputs = 0
}

/// The attributes of a tree ensemble, checked.
struct TreeFile {
  enum Transform { case none, logistic, softmax }

  /// A node as the file says it, with its children as places in `nodes`.
  struct Node {
    var mode: String
    var feature: Int
    var value: Float
    var yes = 0
    var no = 0
    var tracksMissing: Bool
    var entries: [(target: Int, weight: Float)] = []
  }

  let place: NodePlace
  let isClassifier: Bool
  private(set) var nodes: [Node] = []
  /// Root of each tree, in the order of the file.
  private(set) var roots: [Int] = []
  private(set) var outputs = 0
  private var base: [Float] = []
  /// Set for two classes of which only the first has votes.
  private(set) var secondClass: Affine?

  static let transforms = "allowed: NONE, LOGISTIC, SOFTMAX"

  init(_ place: NodePlace, isClassifier: Bool) throws(NetworkError) {
    (self.place, self.isClassifier) = (place, isClassifier)
    guard !place.node.attributes.keys.contains(where: { $0.hasSuffix("_as_tensor") }) else {
      throw place.fail("has trees in double precision", "export them in float32")
    }
    base = try place.numbers("base_values")
    try readNodes()
    try readVotes()
  }

  private struct Key: Hashable {
    let tree: Int64
    let node: Int64
  }

  private func list<Value>(_ name: String, _ values: [Value], _ count: Int) throws(NetworkError)
    -> [Value]
  {
    guard values.count == count else {
      throw place.fail("'\(name)' has \(values.count) values for \(count) nodes")
    }
    return values
  }

  private var places: [Key: Int] = [:]

  private mutating func readNodes() throws(NetworkError) {
    let trees = try place.integers("nodes_treeids")
    let count = trees.count
    guard count > 0, count < 1 << 28 else { throw place.fail("has \(count) nodes") }
    let ids = try list("nodes_nodeids", try place.integers("nodes_nodeids"), count)
    let modes = try list("nodes_modes", try place.texts("nodes_modes"), count)
    let features = try list("nodes_featureids", try place.integers("nodes_featureids"), count)
    let values = try list("nodes_values", try place.numbers("nodes_values"), count)
    let yes = try list("nodes_truenodeids", try place.integers("nodes_truenodeids"), count)
    let no = try list("nodes_falsenodeids", try place.integers("nodes_falsenodeids"), count)
    var missing = try place.integers("nodes_missing_value_tracks_true")
    if missing.isEmpty { missing = [Int64](repeating: 0, count: count) }
    missing = try list("nodes_missing_value_tracks_true", missing, count)
    for index in 0..<count {
      let key = Key(tree: trees[index], node: ids[index])
      guard places.updateValue(index, forKey: key) == nil else {
        throw place.fail("node \(key.node) of tree \(key.tree) stands twice")
      }
      nodes.append(
        Node(
          mode: modes[index], feature: Int(features[index]), value: values[index],
          tracksMissing: missing[index] != 0))
    }
    var hasParent = [Bool](repeating: false, count: count)
    for index in 0..<count where nodes[index].mode != "LEAF" {
      for (child, isYes) in [(yes[index], true), (no[index], false)] {
        guard let target = places[Key(tree: trees[index], node: child)] else {
          throw place.fail("tree \(trees[index]) has no node \(child)")
        }
        guard !hasParent[target] else {
          throw place.fail("node \(child) of tree \(trees[index]) has two parents")
        }
        hasParent[target] = true
        if isYes { nodes[index].yes = target } else { nodes[index].no = target }
      }
    }
    var seen = Set<Int64>()
    for index in 0..<count where !hasParent[index] {
      guard seen.insert(trees[index]).inserted else {
        throw place.fail("tree \(trees[index]) has two roots")
      }
      roots.append(index)
    }
    // With one parent each, what no root leads to is a ring.
    guard seen == Set(trees) else { throw place.fail("a tree has no root") }
  }

  private mutating func readVotes() throws(NetworkError) {
    let prefix = isClassifier ? "class" : "target"
    let trees = try place.integers("\(prefix)_treeids")
    let ids = try list(
      "\(prefix)_nodeids", try place.integers("\(prefix)_nodeids"), trees.count)
    let targets = try list("\(prefix)_ids", try place.integers("\(prefix)_ids"), trees.count)
    let weights = try list(
      "\(prefix)_weights", try place.numbers("\(prefix)_weights"), trees.count)
    if isClassifier {
      outputs = max(
        try place.integers("classlabels_int64s").count, try place.texts("classlabels_strings").count
      )
    } else {
      outputs = try place.integer("n_targets", default: 1)
    }
    guard (1...GraphBuilder.limit).contains(outputs) else {
      throw place.fail("has \(outputs) outputs", "allowed: 1...\(GraphBuilder.limit)")
    }
    // What ONNX Runtime does with two classes and votes for the first alone: they are the score of
    // the second; the first gets 1 - score, or -score where some weight is negative.
    let isBinary = outputs == 2 && isClassifier && base.count < 2 && targets.allSatisfy { $0 == 0 }
    if isBinary {
      outputs = 1
      secondClass =
        weights.allSatisfy({ $0 >= 0 })
        ? Affine(shift: [1, 0], scale: [-1, 1], rest: [0, 0])
        : Affine(shift: [0, 0], scale: [-1, 1], rest: [0, 0])
    }
    for index in trees.indices {
      guard let node = places[Key(tree: trees[index], node: ids[index])],
        nodes[node].mode == "LEAF"
      else { throw place.fail("a weight is for node \(ids[index]), which is no leaf") }
      guard targets[index] >= 0, targets[index] < outputs else {
        throw place.fail("a weight is for output \(targets[index]) of \(outputs)")
      }
      nodes[node].entries.append((Int(targets[index]), weights[index]))
    }
    guard base.isEmpty || base.count == outputs else {
      throw place.fail("'base_values' has \(base.count) values for \(outputs) outputs")
    }
  }

  /// What follows the aggregate: the average and the base values; nil where there is nothing.
  func finish(_ ensemble: TreeEnsemble) throws(NetworkError) -> Affine? {
    let isAverage = try place.text("aggregate_function", default: "SUM") == "AVERAGE"
    guard isAverage || !base.isEmpty else { return nil }
    let zeros = [Double](repeating: 0, count: outputs)
    return Affine(
      shift: zeros, scale: zeros.map { _ in isAverage ? 1 / Double(ensemble.roots.count) : 1 },
      rest: base.isEmpty ? zeros : base.map(Double.init))
  }

  func transform() throws(NetworkError) -> Transform {
    let name = try place.text("post_transform", default: "NONE")
    // Probabilities of two classes from weights >= 0 are done; so are scores of opposite sign.
    let isDone = secondClass.map { $0.shift[0] == 1 || name == "SOFTMAX" } ?? false
    switch name {
    case "NONE": return .none
    case "LOGISTIC": return isDone ? .none : .logistic
    case "SOFTMAX": return isDone ? .none : .softmax
    default:
      throw place.fail("post transform \(name.prefix(40)) is not supported", Self.transforms)
    }
  }
}
