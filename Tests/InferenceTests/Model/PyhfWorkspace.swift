import Foundation
import Inference

/// A reader of pyhf workspaces (JSON, version 1.0.0) for the tests.
struct PyhfWorkspace: Decodable {
  struct Channel: Decodable {
    var name: String
    var samples: [Sample]
  }
  struct Sample: Decodable {
    var name: String
    var data: [Double]
    var modifiers: [Modifier]
  }
  struct Modifier: Decodable {
    enum Content: Decodable {
      case none
      case numbers([Double])
      case factors(low: Double, high: Double)
      case templates(low: [Double], high: [Double])

      private enum Key: String, CodingKey { case hi, lo, hi_data, lo_data }

      init(from decoder: any Decoder) throws {
        if let list = try? decoder.singleValueContainer().decode([Double].self) {
          self = .numbers(list)
        } else if let keys = try? decoder.container(keyedBy: Key.self) {
          self =
            keys.contains(.hi)
            ? .factors(
              low: try keys.decode(Double.self, forKey: .lo),
              high: try keys.decode(Double.self, forKey: .hi))
            : .templates(
              low: try keys.decode([Double].self, forKey: .lo_data),
              high: try keys.decode([Double].self, forKey: .hi_data))
        } else {
          self = .none
        }
      }
    }
    var name, type: String
    var data: Content?
  }
  struct Observation: Decodable {
    var name: String
    var data: [Double]
  }
  struct Measurement: Decodable {
    struct Config: Decodable {
      var poi: String
      var parameters: [Setting]
    }
    var config: Config
  }
  struct Setting: Decodable {
    var name: String
    var inits, auxdata, sigmas: [Double]?
    var bounds: [[Double]]?
    var fixed: Bool?
  }
  var channels: [Channel]
  var observations: [Observation]
  var measurements: [Measurement]

  /// How histograms and factors are interpolated: codes 0 and 1, or 4p and 4.
  enum Codes { case piecewise, polynomial }

  /// Bins of `shapesys` without content or error: pyhf keeps a Poisson(1 | 1) for each of them.
  var maskedBins: Int {
    var count = 0
    for sample in channels.flatMap(\.samples) {
      for m in sample.modifiers where m.type == "shapesys" {
        guard case .numbers(let errors) = m.data ?? .none else { continue }
        count += zip(sample.data, errors).count { $0 <= 0 || $1 <= 0 }
      }
    }
    return count
  }

  var poi: String { measurements[0].config.poi }

  /// The workspace as a model; only what the cases hold is understood.
  func model(_ codes: Codes) throws -> LikelihoodModel {
    var parameters: [ModelParameter] = []
    var settings: [String: Setting] = [:]
    for s in measurements[0].config.parameters { settings[s.name] = s }
    func add(_ p: ModelParameter, at position: Int = 0, setting: String? = nil) {
      var p = p
      if let s = settings[setting ?? p.name] {
        if let start = s.inits?[position] { p.start = start }
        if let b = s.bounds?[position] { (p.minimum, p.maximum) = (b[0], b[1]) }
        if s.fixed == true { p.isFixed = true }
      }
      if !parameters.contains(where: { $0.name == p.name }) { parameters.append(p) }
    }
    func theta(_ name: String) {
      add(
        ModelParameter(
          name: name, start: 0, minimum: -5, maximum: 5, constraint: .gaussian(mean: 0, width: 1)))
    }
    var built: [ModelChannel] = []
    for channel in channels {
      let bins = channel.samples[0].data.count
      var components: [ModelComponent] = []
      for sample in channel.samples {
        var factors: [YieldFactor] = [], variations: [TemplateVariation] = []
        var binFactors = [[String]](repeating: [], count: bins)
        for m in sample.modifiers {
          switch (m.type, m.data ?? .none) {
          case ("normfactor", _):
            add(ModelParameter(name: m.name, start: 1, minimum: 0, maximum: 10))
            factors.append(.parameter(m.name))
          case ("lumi", _):
            let s = settings[m.name]
            add(
              ModelParameter(
                name: m.name, start: 1,
                constraint: .gaussian(mean: s?.auxdata?[0] ?? 1, width: s?.sigmas?[0] ?? .nan)))
            factors.append(.parameter(m.name))
          case ("normsys", .factors(let low, let high)):
            theta(m.name)
            factors.append(
              codes == .polynomial
                ? .asymmetricPower(low: low, high: high, m.name)
                : .piecewisePower(low: low, high: high, m.name))
          case ("histosys", .templates(let low, let high)):
            theta(m.name)
            variations.append(
              TemplateVariation(
                low: low, high: high, parameter: m.name,
                interpolation: codes == .polynomial ? .polynomial : .piecewiseLinear))
          case ("shapesys", .numbers(let errors)):
            for b in 0..<bins where sample.data[b] > 0 && errors[b] > 0 {
              let tau = (sample.data[b] / errors[b]) * (sample.data[b] / errors[b])
              let name = "\(m.name)_\(b)"
              add(
                ModelParameter(
                  name: name, start: 1, minimum: 1e-10, maximum: 10,
                  constraint: .poisson(observed: tau, scale: tau)), at: b, setting: m.name)
              binFactors[b].append(name)
            }
          case ("staterror", _):
            for b in 0..<bins {
              guard let width = statError(channel, m.name, b) else { continue }
              let name = "\(m.name)_\(b)"
              add(
                ModelParameter(
                  name: name, start: 1, minimum: 1e-10, maximum: 10,
                  constraint: .gaussian(mean: 1, width: width)), at: b, setting: m.name)
              binFactors[b].append(name)
            }
          case ("shapefactor", _):
            for b in 0..<bins {
              let name = "\(m.name)_\(b)"
              add(ModelParameter(name: name, start: 1, minimum: 0, maximum: 10))
              binFactors[b].append(name)
            }
          default: throw Unknown(modifier: m.type)
          }
        }
        components.append(
          ModelComponent(
            name: sample.name, factors: factors,
            shape: .template(
              contents: sample.data, variations: variations, binFactors: binFactors)))
      }
      let data = observations.first { $0.name == channel.name }?.data ?? []
      built.append(
        ModelChannel(name: channel.name, components: components, data: .binned(data)))
    }
    return LikelihoodModel(parameters: parameters, channels: built)
  }

  struct Unknown: Error { var modifier: String }

  /// The relative error of the sum of all samples that share a `staterror`; nil where it is zero.
  private func statError(_ channel: Channel, _ name: String, _ bin: Int) -> Double? {
    var square = 0.0, sum = 0.0
    for sample in channel.samples {
      for m in sample.modifiers where m.type == "staterror" && m.name == name {
        guard case .numbers(let errors) = m.data ?? .none else { continue }
        square += errors[bin] * errors[bin]
        sum += sample.data[bin]
      }
    }
    return square > 0 && sum > 0 ? square.squareRoot() / sum : nil
  }

  /// Reads a workspace, with a list of `add` and `remove` changes (RFC 6902) where given.
  static func read(_ data: Data, patch: Data? = nil) throws -> PyhfWorkspace {
    guard let patch else { return try JSONDecoder().decode(PyhfWorkspace.self, from: data) }
    var root = try JSONSerialization.jsonObject(with: data)
    let changes = try JSONSerialization.jsonObject(with: patch) as? [[String: Any]] ?? []
    for change in changes {
      let path = (change["path"] as? String ?? "").split(separator: "/").map(String.init)
      root = apply(change["op"] as? String ?? "", change["value"], root, path[...])
    }
    return try JSONDecoder().decode(
      PyhfWorkspace.self, from: JSONSerialization.data(withJSONObject: root))
  }

  private static func apply(
    _ op: String, _ value: Any?, _ node: Any, _ path: ArraySlice<String>
  ) -> Any {
    guard let key = path.first else { return value ?? node }
    let rest = path.dropFirst()
    if var list = node as? [Any] {
      let i = Int(key) ?? list.count
      if rest.isEmpty {
        if op == "remove" { list.remove(at: i) } else if let value { list.insert(value, at: i) }
      } else {
        list[i] = apply(op, value, list[i], rest)
      }
      return list
    }
    if var table = node as? [String: Any] {
      if rest.isEmpty {
        table[key] = op == "remove" ? nil : value
      } else if let inner = table[key] {
        table[key] = apply(op, value, inner, rest)
      }
      return table
    }
    return node
  }
}
