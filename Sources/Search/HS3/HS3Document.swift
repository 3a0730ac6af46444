import Inference

/// A likelihood with its data as the HEP Statistics Serialization Standard writes it (HS3, JSON).
///
/// Every program that reads the standard finds distributions, functions, data, ranges, start
/// values and the fit's values in the file. What has no place there (names of any letters, which
/// segments belong together, ranges without end) stands in `misc/nightjar`, so that Nightjar reads
/// its own files back to the same model.
public struct HS3Document: Hashable, Sendable {
  /// What a fit found, to be kept beside the model.
  public struct BestFit: Hashable, Sendable {
    /// How the fit ended, in one word.
    public var status: String
    /// -ln L at the minimum.
    public var nll: Double
    /// The parameters.
    public var parameters: [Inference.FittedParameter]

    /// Creates a note of a fit.
    public init(status: String, nll: Double, parameters: [Inference.FittedParameter]) {
      self.status = status
      self.nll = nll
      self.parameters = parameters
    }

    /// Notes a finished fit.
    public init(_ fit: FitResult) {
      self.init(status: fit.status.name, nll: fit.nll, parameters: fit.parameters)
    }
  }

  /// The name of the analysis.
  public var name: String
  /// The model and its data.
  public var model: LikelihoodModel
  /// The names of the parameters of interest.
  public var parametersOfInterest: [String]
  /// What a fit found; nil for none.
  public var bestFit: BestFit?

  /// Creates a document.
  public init(
    name: String, model: LikelihoodModel, parametersOfInterest: [String], bestFit: BestFit? = nil
  ) {
    self.name = name
    self.model = model
    self.parametersOfInterest = parametersOfInterest
    self.bestFit = bestFit
  }

  /// The ending of such files.
  public static let fileEnding = ".hs3.json"
  /// The version of the standard that is written.
  static let standardVersion = "0.2"
  /// The version of the part under `misc/nightjar`.
  static let noteVersion = 1.0

  /// Writes a model in the standard; equal documents give equal bytes.
  public static func bytes(
    name: String = "analysis", model: LikelihoodModel, parametersOfInterest: [String],
    fit: FitResult? = nil
  ) throws(HS3Error) -> [UInt8] {
    try HS3Document(
      name: name, model: model, parametersOfInterest: parametersOfInterest,
      bestFit: fit.map(BestFit.init)
    ).bytes()
  }

  /// The file's bytes.
  ///
  /// - Throws: what is wrong with the model, or a parameter of interest it lacks.
  public func bytes() throws(HS3Error) -> [UInt8] { Array(try json().document.utf8) }
}

extension HS3Document {
  /// Fits a model and notes what was found.
  ///
  /// - Throws: What is wrong with the model.
  public init(
    fitting model: LikelihoodModel, name: String, parameterOfInterest: String
  ) throws(HS3Error) {
    do throws(InferenceError) {
      let fit = try Likelihood(model).fit()
      self.init(
        name: name, model: model, parametersOfInterest: [parameterOfInterest],
        bestFit: fit.status.isValid ? BestFit(fit) : nil)
    } catch {
      throw .model(error)
    }
  }
}
