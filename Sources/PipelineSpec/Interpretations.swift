import Settings

/// Limits on a cross section turned into limits on the coupling of a model.
public struct InterpretationSettings: Sendable, Equatable {
  /// Models whose cross section and widths are known.
  public enum Model: String, Sendable, CaseIterable {
    /// A vector boson that couples to the difference of muon and tau number.
    case lmuLtauVector = "lmu-ltau vector"
    /// A scalar boson that couples to muons alone.
    case muonphilicScalar = "muonphilic scalar"
  }

  /// The model.
  public var model: Model
  /// Signal whose limits are used; nil: the only one.
  public var signal: String?
  /// The fine-structure constant of the cross section.
  public var alpha: Double
  /// Energy of the beams in their rest frame, GeV; nil: that of `beams`.
  public var sqrtS: Double?
  /// What is done about photons radiated by the beams; nil: nothing.
  public var radiation: RadiationSettings?
  /// A hypothesis is flagged where the natural width at the limit exceeds this part of the resolution.
  public var flagWidth: Double

  /// States an interpretation.
  public init(
    model: Model, signal: String? = nil, alpha: Double, sqrtS: Double? = nil,
    radiation: RadiationSettings? = nil, flagWidth: Double = 0.5
  ) {
    self.model = model
    self.signal = signal
    self.alpha = alpha
    self.sqrtS = sqrtS
    self.radiation = radiation
    self.flagWidth = flagWidth
  }
}

/// How photons radiated by the beams enter an interpretation.
public struct RadiationSettings: Sendable, Equatable {
  /// Formulas for the radiation.
  public enum Radiator: String, Sendable, CaseIterable {
    /// To first order in the fine-structure constant, soft photons exponentiated.
    case kuraevFadin = "kuraev-fadin"
  }

  /// What the selection efficiency is a part of.
  public enum Efficiency: String, Sendable, CaseIterable {
    /// All generated events; they were generated with radiation.
    case full
    /// Events generated without radiation.
    case born
  }

  /// The formula.
  public var radiator: Radiator
  /// What the efficiency is a part of.
  public var efficiency: Efficiency
  /// Smallest mass of all final particles that the selection takes, GeV; stated with `born` only.
  public var finalStateMass: Double?

  /// States how radiation enters.
  public init(radiator: Radiator, efficiency: Efficiency, finalStateMass: Double? = nil) {
    self.radiator = radiator
    self.efficiency = efficiency
    self.finalStateMass = finalStateMass
  }
}

extension InterpretationSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "interpret"
  /// What it states, in one sentence.
  public static let summary = "Turns limits on a cross section into limits on a model's coupling."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> InterpretationSettings {
    let model = keys.required(
      "model", Format<Model>.choice(), "Name of the model")
    let signal = keys.optional(
      "signal", Format<String>.text("a sample"),
      "Signal whose limits are used; absent: the only one")
    let alpha = keys.value(
      "alpha", Format<Double>.number(.init(above: 0, to: 0.02)), default: "0.0072973525693",
      "Fine-structure constant of the cross section")
    let energy = keys.optional(
      "sqrtS", Format<Double>.number(.positive),
      "Energy of the beams in their rest frame, GeV; absent: that of 'beams'")
    let radiation = keys.optional(
      "isr", RadiationSettings.format,
      "Initial-state radiation: how it is computed, or 'none'; must be stated")
    let flag = keys.value(
      "flagWidth", Format<Double>.number(.positive), default: "0.5",
      "A hypothesis is flagged where the natural width at the limit exceeds this part of the resolution"
    )
    if keys.isClean, !keys.has("isr") {
      keys.reportMissing("isr", "what the efficiency counts changes the limit by 10 % and more")
    }
    return InterpretationSettings(
      model: model, signal: signal, alpha: alpha, sqrtS: energy, radiation: radiation ?? nil,
      flagWidth: flag)
  }
}

extension RadiationSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "interpret.isr"
  /// What it states, in one sentence.
  public static let summary = "States how initial-state radiation enters."

  private enum Nothing: String, Sendable, CaseIterable {
    case none
  }

  /// The word `none`, or the keys.
  static var format: Format<RadiationSettings?> {
    .either(
      Format<RadiationSettings>.section.map { $0 }, if: { $0.isMap },
      else: Format<Nothing>.choice().map { _ in nil })
  }

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> RadiationSettings {
    let radiator = keys.value(
      "radiator", Format<Radiator>.choice(), default: "kuraev-fadin", "Formula of the radiation")
    let efficiency = keys.required(
      "efficiency", Format<Efficiency>.choice(),
      "Whether the efficiency counts all events with radiation, or events made without it")
    let mass = keys.optional(
      "finalStateMass", Format<Double>.number(.positive),
      "Smallest mass of all final particles that the selection takes, GeV; with 'efficiency: born'")
    if keys.isClean {
      if efficiency == .born, mass == nil {
        keys.reportMissing("finalStateMass", "'efficiency: born' needs it")
      } else if efficiency == .full, mass != nil {
        keys.report(
          "finalStateMass",
          "is stated beside 'efficiency: full', whose simulation holds the cut already",
          remedy: "remove it, or write 'efficiency: born'")
      }
    }
    return RadiationSettings(radiator: radiator, efficiency: efficiency, finalStateMass: mass)
  }
}

extension BeamSettings {
  /// Energy of both beams in their rest frame, GeV; nil if their sum is not time-like.
  public var sqrtS: Double? {
    guard electron.count == 4, positron.count == 4 else { return nil }
    let sum = zip(electron, positron).map { $0 + $1 }
    let square = sum[3] * sum[3] - sum[0] * sum[0] - sum[1] * sum[1] - sum[2] * sum[2]
    return square > 0 ? square.squareRoot() : nil
  }
}

extension Pipeline {
  /// The energy an interpretation takes, GeV; nil where none is stated.
  public func sqrtS(of interpretation: InterpretationSettings) -> Double? {
    interpretation.sqrtS ?? beams?.sqrtS
  }
}
