import Kernels

/// The layers as the kernel takes them: memory of their parameters, places of their values.
///
/// Never changed after it is made.
final class NetworkPlan: @unchecked Sendable {
  let network: UnsafeMutablePointer<nj_network>
  private var memory: [UnsafeMutableRawPointer] = []

  init(_ graph: LayerGraph, model: String) throws(NetworkError) {
    let places = Places(graph)
    // The block's values and padded copies of a block stay below 400 MB.
    guard places.features < 1 << 21 else {
      throw .graph(
        model: model, finding: "needs \(places.features) values for a row",
        remedy: "allowed: \(1 << 21); the network is too wide")
    }
    network = .allocate(capacity: 1)
    network.initialize(to: nj_network())
    memory.append(UnsafeMutableRawPointer(network))
    var steps: [nj_layer] = []
    for index in graph.layers.indices.dropFirst() {
      steps.append(step(graph.layers[index], index, places))
    }
    let output = places.of(graph.output)
    network.pointee = nj_network(
      layers: keep(steps), count: steps.count, inputs: graph.layers[0].width, output: output,
      outputs: graph.output.width, features: places.features)
  }

  deinit { for block in memory { block.deallocate() } }

  private func keep<Value>(_ values: [Value]) -> UnsafePointer<Value> {
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, values.count) * MemoryLayout<Value>.stride, alignment: 64)
    memory.append(block)
    let typed = block.bindMemory(to: Value.self, capacity: values.count)
    typed.initialize(from: values, count: values.count)
    return UnsafePointer(typed)
  }

  private func keep(_ values: [Double]) -> UnsafePointer<Float> { keep(values.map(Float.init)) }

  private func step(_ layer: Layer, _ index: Int, _ places: Places) -> nj_layer {
    var step = nj_layer()
    step.in = layer.sources.first.map(places.of) ?? 0
    step.other = layer.sources.last.map(places.of) ?? 0
    step.out = places.starts[index]
    step.width = layer.width
    step.depth = layer.sources.first?.width ?? 0
    func kind(_ kind: nj_layer_kind) { step.kind = Int32(kind.rawValue) }
    func apply(_ activation: Activation) {
      step.function = Int32(activation.function.rawValue)
      (step.alpha, step.beta) = (activation.alpha, activation.beta)
    }
    switch layer.kind {
    case .input: break
    case .dense(let weights, let bias, let activation):
      kind(NJ_LAYER_DENSE)
      step.parameters.0 = keep(Self.panels(weights, depth: step.depth, width: layer.width))
      step.parameters.1 = keep(bias)
      if let activation { apply(activation) }
    case .affine(let affine):
      kind(NJ_LAYER_AFFINE)
      step.parameters = (keep(affine.shift), keep(affine.scale), keep(affine.rest))
    case .divide(let numerator):
      kind(NJ_LAYER_DIVIDE)
      step.parameters.0 = keep(numerator)
    case .apply(let activation):
      kind(NJ_LAYER_APPLY)
      apply(activation)
    case .softmax(let group):
      kind(NJ_LAYER_SOFTMAX)
      step.depth = group
    case .combine(let function):
      kind(NJ_LAYER_COMBINE)
      step.function = Int32(function.rawValue)
    case .gather(let list):
      kind(NJ_LAYER_GATHER)
      step.index = keep(
        list.map { Int32(places.of(layer.sources[$0.source]) + $0.feature) })
    case .trees(let trees):
      kind(NJ_LAYER_TREES)
      step.trees = keep([
        nj_trees(
          nodes: keep(trees.nodes), roots: keep(trees.roots), depths: keep(trees.depths),
          count: trees.roots.count, first: keep(trees.first), targets: keep(trees.targets),
          weights: keep(trees.weights), aggregate: Int32(trees.aggregate.rawValue),
          single: trees.isSingle ? 1 : 0)
      ])
    }
    return step
  }

  /// Weights [depth][width] in panels of eight outputs, the rest in panels of four, two and one.
  static func panels(_ weights: [Double], depth: Int, width: Int) -> [Float] {
    var (result, done, panel) = ([Float](), 0, Int(NJ_DENSE_PANEL))
    result.reserveCapacity(weights.count)
    while done < width {
      while panel > width - done { panel /= 2 }
      for input in 0..<depth {
        for output in done..<done + panel { result.append(Float(weights[input * width + output])) }
      }
      done += panel
    }
    return result
  }
}

/// Where each layer's features stand in a block; places are used again after the last reader.
private struct Places {
  private(set) var starts: [Int] = []
  private(set) var features = 0

  func of(_ source: Layer.Source) -> Int { starts[source.layer] + source.first }

  init(_ graph: LayerGraph) {
    var last = [Int](repeating: 0, count: graph.layers.count)
    for (index, layer) in graph.layers.enumerated() {
      for source in layer.sources { last[source.layer] = index }
    }
    last[graph.output.layer] = .max
    var free: [Range<Int>] = []
    for (index, layer) in graph.layers.enumerated() {
      let dying = Set(layer.sources.map(\.layer).filter { last[$0] == index })
      if let source = layer.sources.first, Self.worksInPlace(layer.kind),
        dying.contains(source.layer), graph.layers[source.layer].width == layer.width
      {
        starts.append(starts[source.layer])
        for other in dying where other != source.layer { release(other, graph, &free) }
        continue
      }
      if let hole = free.firstIndex(where: { $0.count >= layer.width }) {
        let start = free[hole].lowerBound
        starts.append(start)
        free[hole] = start + layer.width..<free[hole].upperBound
      } else {
        starts.append(features)
        features += layer.width
      }
      for source in dying { release(source, graph, &free) }
    }
  }

  private func release(_ layer: Int, _ graph: LayerGraph, _ free: inout [Range<Int>]) {
    free.append(starts[layer]..<starts[layer] + graph.layers[layer].width)
    free.sort { $0.lowerBound < $1.lowerBound }
    var merged: [Range<Int>] = []
    for range in free where !range.isEmpty {
      if let before = merged.last, before.upperBound == range.lowerBound {
        merged[merged.count - 1] = before.lowerBound..<range.upperBound
      } else {
        merged.append(range)
      }
    }
    free = merged
  }

  /// Whether a layer reads each value before it writes in its place.
  private static func worksInPlace(_ kind: Layer.Kind) -> Bool {
    switch kind {
    case .affine, .divide, .apply, .softmax, .combine: true
    case .input, .dense, .gather, .trees: false
    }
  }
}
