import Diagnostics
import Inference

extension HS3Document {
  /// The largest file that is read, bytes.
  static let mostBytes = 1 << 30

  /// What to read of a file that names no likelihood, or several.
  public struct Choice: Hashable, Sendable {
    /// The name of the analysis or likelihood; nil: the only one.
    public var analysis: String?
    /// Distributions with their data, where the file has no likelihoods.
    public var measurements: [Measurement]

    /// Chooses nothing: the file says it all.
    public init(analysis: String? = nil, measurements: [Measurement] = []) {
      self.analysis = analysis
      self.measurements = measurements
    }
  }

  /// A distribution of a file with the data it is fitted to, by their names.
  public struct Measurement: Hashable, Sendable {
    /// The name of the distribution.
    public var distribution: String
    /// The name of the data.
    public var data: String

    /// Creates a pair.
    public init(distribution: String, data: String) {
      self.distribution = distribution
      self.data = data
    }
  }

  /// Reads a model and its data.
  ///
  /// Files that Nightjar wrote come back as they were, after a check that their standard part still
  /// says the same; of other programs' files what can be said in our terms is read, and anything
  /// else is an error that names its place.
  /// - Parameters:
  ///   - bytes: The file's bytes; nothing about them is trusted.
  ///   - choice: What to read where the file leaves a choice.
  /// - Returns: The document.
  /// - Throws: The first fault, with its place.
  public static func read(
    _ bytes: [UInt8], choice: Choice = Choice()
  ) throws(HS3Error) -> HS3Document {
    guard bytes.count <= mostBytes else {
      throw .tooLarge(bytes: bytes.count, most: mostBytes)
    }
    let root = HS3Node(try JSONReader.read(bytes))
    guard case .object = root.value else { throw root.wrongKind("an object") }
    if root.optional("metadata") == nil, root.optional("channels") != nil,
      root.optional("observations") != nil
    {
      throw .unsupported(
        place: "/", what: "this is a workspace in pyhf's own format, not HS3",
        remedy: "convert it, for example with ROOT's RooJSONFactoryWSTool or 'pyhf json2xml'")
    }
    _ = try root.member("metadata").member("hs3_version").text
    let file = try HS3File(root)
    let document: HS3Document
    if let note = root.optional("misc")?.optional("nightjar") {
      document = try own(file, note)
      try compare(root, with: try document.json())
    } else {
      document = try HS3ForeignReader(file, choice).document()
    }
    do throws(InferenceError) { try document.model.validate() } catch { throw .model(error) }
    return document
  }

  /// Throws where the standard's part is not what is written for the model.
  private static func compare(_ root: HS3Node, with json: JSONValue) throws(HS3Error) {
    for part in ["distributions", "functions", "likelihoods", "data"] {
      guard root.value[part] != json[part] else { continue }
      guard case .array(let found)? = root.value[part], case .array(let wanted)? = json[part] else {
        throw .edited(place: "/\(part)")
      }
      let index =
        zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        ?? min(found.count, wanted.count)
      throw .edited(place: "/\(part)/\(index)")
    }
  }

  private static func own(_ file: HS3File, _ note: HS3Node) throws(HS3Error) -> HS3Document {
    let version = try note.member("version")
    guard try version.number == noteVersion else {
      throw version.unsupported(
        "the part of Nightjar has version \(JSONValue.text(try version.number))",
        "this Nightjar reads version \(JSONValue.text(noteVersion)); use a newer one")
    }
    var parameters: [ModelParameter] = []
    var originals: [String: String] = [:]
    for node in try note.member("parameters").elements {
      let (parameter, name) = try parameter(node, file)
      originals[name] = parameter.name
      parameters.append(parameter)
    }
    let likelihoods = try file.root.member("likelihoods").elements
    guard let likelihood = likelihoods.first else {
      throw .missing(place: "/likelihoods", name: "0", remedy: "it was removed from the file")
    }
    let data = try likelihood.member("data").elements
    var channels: [ModelChannel] = []
    var place = 0
    for node in try note.member("channels").elements {
      let count = try node.member("measurements").whole(0...1_000_000)
      guard place + count <= data.count else {
        throw likelihood.invalid("the number of data", "\(data.count)", "\(place + count)")
      }
      let own = data[place..<(place + count)]
      place += count
      channels.append(try HS3Note.channel(node, data: try Self.data(node, Array(own), file)))
    }
    func original(_ node: HS3Node) throws(HS3Error) -> String {
      guard let name = originals[try node.text] else {
        throw file.unknown(node, "parameter", Array(originals.keys).sorted())
      }
      return name
    }
    let analysis = try file.root.member("analyses").elements.first
    var bestFit: BestFit?
    if let found = note.optional("best_fit"), let point = file.points["best_fit"] {
      bestFit = BestFit(
        status: try found.member("status").text, nll: try found.optional("nll")?.number ?? .nan,
        parameters: try point.member("parameters").map {
          (node) throws(HS3Error) -> Inference.FittedParameter in
          Inference.FittedParameter(
            name: try original(try node.member("name")), value: try node.member("value").number,
            error: try node.optional("err")?.number ?? .nan)
        })
    }
    return HS3Document(
      name: try note.member("name").text,
      model: LikelihoodModel(parameters: parameters, channels: channels),
      parametersOfInterest: try analysis?.optional("parameters_of_interest")?.map(original) ?? [],
      bestFit: bestFit)
  }

  private static func parameter(
    _ node: HS3Node, _ file: HS3File
  ) throws(HS3Error) -> (ModelParameter, fileName: String) {
    var nameNode = try node.member("name")
    let original = try nameNode.text
    if let fileName = node.optional("file_name") { nameNode = fileName }
    let name = try nameNode.text
    guard let value = file.values[name] else {
      throw file.unknown(nameNode, "parameter of 'default_values'", file.values.keys.sorted())
    }
    let open = try node.optional("open")?.text
    let range = file.ranges[name]
    var parameter = ModelParameter(
      name: original, start: value.value,
      minimum: open == "low" || open == "both" ? -.infinity : range?.low ?? -.infinity,
      maximum: open == "high" || open == "both" ? .infinity : range?.high ?? .infinity,
      isFixed: value.isConstant)
    if let constraint = node.optional("constraint") {
      let constants = try constraint.member("constants").map {
        (node) throws(HS3Error) -> Double in
        guard let value = file.values[try node.text] else {
          throw file.unknown(node, "constant of 'default_values'", file.values.keys.sorted())
        }
        return value.value
      }
      let kind = try constraint.member("kind")
      switch (try kind.text, constants.count) {
      case ("gaussian", 2):
        parameter.constraint = .gaussian(mean: constants[0], width: constants[1])
      case ("asymmetric gaussian", 3):
        parameter.constraint = .asymmetricGaussian(
          mean: constants[0], low: constants[1], high: constants[2])
      case ("log-normal", 2):
        parameter.constraint = .logNormal(median: constants[0], kappa: constants[1])
      case ("poisson", 2):
        parameter.constraint = .poisson(observed: constants[0], scale: constants[1])
      default:
        throw kind.invalid(
          "the constraint", "'\(try kind.text)' with \(constants.count) constants",
          "'gaussian', 'log-normal' and 'poisson' with 2, 'asymmetric gaussian' with 3")
      }
    }
    return (parameter, name)
  }

  private static func data(
    _ note: HS3Node, _ names: [HS3Node], _ file: HS3File
  ) throws(HS3Error) -> ChannelData {
    var points: [Double] = []
    var weights: [Double]?
    let kind = try note.member("data")
    for name in names {
      let node = try file.data(name)
      let entries = try node.member("entries").elements
      if try kind.text == "binned" {
        guard entries.count == 1 else {
          throw node.invalid("the number of entries", "\(entries.count)", "1")
        }
        return .binned(try entries[0].numbers)
      }
      for entry in entries {
        let row = try entry.numbers
        guard row.count == 1 else { throw entry.invalid("the length", "\(row.count)", "1") }
        points.append(row[0])
      }
      if let own = node.optional("weights") {
        let own = try own.numbers
        guard own.count == entries.count else {
          throw node.invalid("the number of weights", "\(own.count)", "\(entries.count)")
        }
        weights = (weights ?? []) + own
      }
    }
    switch try kind.text {
    case "unbinned": return .unbinned(points, weights: weights)
    case "expectation": return .expectation(points: points, contents: weights ?? [])
    default:
      throw kind.invalid(
        "the kind", "'\(try kind.text)'", "'binned', 'unbinned', 'expectation'")
    }
  }
}
