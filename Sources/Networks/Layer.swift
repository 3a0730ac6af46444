import Kernels

/// A function of one value, as the kernel knows it.
struct Activation: Equatable {
  var function: nj_activation
  var alpha: Float = 0
  var beta: Float = 0

  init(_ function: nj_activation, alpha: Float = 0, beta: Float = 0) {
    (self.function, self.alpha, self.beta) = (function, alpha, beta)
  }

  /// The activation of a node.
  init(_ operation: Operator, _ place: NodePlace) throws(NetworkError) {
    switch operation {
    case .leakyRelu:
      self.init(NJ_LEAKY_RELU, alpha: try place.number("alpha", default: 0.01))
    case .elu: self.init(NJ_ELU, alpha: try place.number("alpha", default: 1))
    case .selu:
      self.init(
        NJ_SELU, alpha: try place.number("alpha", default: 1.67326319217681884765625),
        beta: try place.number("gamma", default: 1.05070102214813232421875))
    case .tanh: self.init(NJ_TANH)
    case .sigmoid: self.init(NJ_SIGMOID)
    default: self.init(NJ_RELU)
    }
  }
}

/// One step on blocks of rows.
struct Layer {
  enum Kind {
    /// The network's inputs; the first layer.
    case input
    /// y = W x + b; weights [depth][width].
    case dense(weights: [Double], bias: [Double], activation: Activation?)
    /// y = (x - shift) * scale + rest.
    case affine(Affine)
    /// y = numerator / x.
    case divide([Double])
    case apply(Activation)
    case softmax(group: Int)
    case combine(nj_combination)
    /// Features of the sources, as (source, feature).
    case gather([(source: Int, feature: Int)])
    case trees(TreeEnsemble)
  }

  var kind: Kind
  var sources: [Source]
  var width: Int

  /// A run of features of an earlier layer.
  struct Source: Equatable {
    var layer: Int
    var first = 0
    var width: Int
  }
}

/// A step of its own on each feature.
///
/// The subtraction comes first, as a scaler does it: the mean of a narrow feature is taken off before
/// anything is multiplied, so no digits are lost. For that reason it is never folded into a
/// dense layer behind it.
struct Affine {
  var shift: [Double]
  var scale: [Double]
  var rest: [Double]

  var isFinite: Bool { [shift, scale, rest].allSatisfy { $0.allSatisfy(\.isFinite) } }

  /// This step and then another.
  func then(_ next: Affine) -> Affine {
    var result = self
    for index in shift.indices {
      if scale[index] == 1, rest[index] == 0, shift[index] == 0 || next.shift[index] == 0 {
        result.shift[index] += next.shift[index]
        result.scale[index] = next.scale[index]
        result.rest[index] = next.rest[index]
      } else {
        result.scale[index] *= next.scale[index]
        result.rest[index] =
          (rest[index] - next.shift[index]) * next.scale[index] + next.rest[index]
      }
    }
    return result
  }
}

/// The network as layers in the order they run.
struct LayerGraph {
  var layers: [Layer]
  var output: Layer.Source

  /// Joins layers: affine steps with the step or dense layer before them, activations with the dense layer.
  func folded() -> LayerGraph {
    var uses = [Int](repeating: 0, count: layers.count)
    for layer in layers { for source in layer.sources { uses[source.layer] += 1 } }
    uses[output.layer] += 1
    var (kept, map) = ([Layer](), [Int]())
    for layer in layers {
      var layer = layer
      let before = layer.sources.first
      let isAlone =
        layer.sources.count == 1
        && before.map { uses[$0.layer] == 1 && $0.width == layers[$0.layer].width } ?? false
      for index in layer.sources.indices {
        layer.sources[index].layer = map[layer.sources[index].layer]
      }
      if isAlone, let place = layer.sources.first?.layer,
        let joined = Self.join(kept[place].kind, layer.kind)
      {
        kept[place].kind = joined
        map.append(place)
      } else {
        map.append(kept.count)
        kept.append(layer)
      }
    }
    var output = output
    output.layer = map[output.layer]
    return LayerGraph(layers: kept, output: output)
  }

  private static func join(_ first: Layer.Kind, _ second: Layer.Kind) -> Layer.Kind? {
    switch (first, second) {
    case (.affine(let a), .affine(let b)):
      guard a.isFinite, b.isFinite else { return nil }
      return .affine(a.then(b))
    case (.dense(let weights, let bias, nil), .apply(let activation)):
      return .dense(weights: weights, bias: bias, activation: activation)
    case (.dense(var weights, var bias, nil), .affine(let step)):
      guard step.isFinite else { return nil }
      for index in weights.indices { weights[index] *= step.scale[index % bias.count] }
      for index in bias.indices {
        bias[index] = (bias[index] - step.shift[index]) * step.scale[index] + step.rest[index]
      }
      return .dense(weights: weights, bias: bias, activation: nil)
    default: return nil
    }
  }
}
