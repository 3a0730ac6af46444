import ArgumentParser
import Diagnostics
import Inference
import Platform
import Search

/// `nightjar fit`: fits the likelihood of an HS3 file.
struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit the likelihood of an HS3 file: values, errors, a limit.",
    discussion: """
      Reads what Nightjar exports, and files of other programs as far as Nightjar's models go; \
      what cannot be read is named with its place in the file.

      Examples:
        nightjar fit window.hs3.json
        nightjar fit window.hs3.json --minos --limit 0.9
        nightjar fit window.hs3.json --impacts
        nightjar fit workspace.json --analysis simPdf_obsData --poi mu --limit 0.95 --json
      """)

  @Argument(help: ArgumentHelp("Likelihood file.", valueName: "FILE"))
  var file: String

  @Option(
    help: ArgumentHelp("The analysis or likelihood, if there are several.", valueName: "NAME"))
  var analysis: String?

  @Option(
    help: ArgumentHelp(
      "A distribution, where the file has no likelihoods; may be repeated.", valueName: "NAME"))
  var distribution: [String] = []

  @Option(help: ArgumentHelp("The data of each --distribution, in order.", valueName: "NAME"))
  var data: [String] = []

  @Option(help: ArgumentHelp("The parameter of interest (default: the file's).", valueName: "NAME"))
  var poi: String?

  @Option(
    help: ArgumentHelp("Hold a parameter, as in 'mu=0'; may be repeated.", valueName: "NAME=VALUE"))
  var fix: [String] = []

  @Flag(help: "Errors from the profile of every free parameter.")
  var minos = false

  @Flag(help: "How far each other parameter moves the parameter of interest, the largest first.")
  var impacts = false

  @Option(
    help: ArgumentHelp(
      "Threads for the impacts (default: NIGHTJAR_THREADS or the machine's).", valueName: "N"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Upper limit on the parameter of interest at this confidence level, 0 to 1.",
      valueName: "LEVEL"))
  var limit: Double?

  @Flag(help: "Write JSON.")
  var json = false

  func validate() throws {
    try ThreadOption.validate(threads)
    if let limit, !(limit > 0 && limit < 1) {
      throw ValidationError("--limit: value is out of range; found \(limit), allowed 0 to 1")
    }
    guard distribution.count == data.count else {
      throw ValidationError(
        "--data: give one for each --distribution; found \(data.count) for \(distribution.count)")
    }
    for text in fix where Self.pair(text) == nil {
      throw ValidationError("--fix: value is not 'NAME=VALUE'; found '\(text)'")
    }
  }

  func run() throws {
    try reportingErrors {
      let choice = HS3Document.Choice(
        analysis: analysis,
        measurements: zip(distribution, data).map { .init(distribution: $0, data: $1) })
      let bytes = try AtomicFile.read(file)
      var document: HS3Document
      do throws(HS3Error) {
        document = try HS3Document.read(bytes, choice: choice)
        for (name, value) in fix.compactMap(Self.pair) { try hold(name, at: value, &document) }
      } catch {
        throw FileFault(file: file, error: error)
      }
      let listing = try FitListing(
        file: file, document: document, poi: try parameterOfInterest(document),
        withMinos: minos, level: limit,
        impacts: impacts ? WorkerPool(threads: ThreadOption.count(threads)) : nil)
      Terminal.writeOutput(json ? listing.json.text + "\n" : listing.text)
      if !listing.isValid { throw ExitStatus.somePointsFailed.code }
    }
  }

  private static func pair(_ text: String) -> (String, Double)? {
    guard let sign = text.lastIndex(of: "="), let value = Double(text[text.index(after: sign)...]),
      value.isFinite
    else { return nil }
    return (String(text[..<sign]), value)
  }

  private func hold(
    _ name: String, at value: Double, _ document: inout HS3Document
  ) throws(HS3Error) {
    guard let index = document.model.parameters.firstIndex(where: { $0.name == name }) else {
      throw Self.unknown(name, "--fix", document.model)
    }
    document.model.parameters[index].start = value
    document.model.parameters[index].isFixed = true
  }

  private func parameterOfInterest(_ document: HS3Document) throws -> String? {
    if let poi {
      guard document.model[poi] != nil else {
        throw FileFault(file: file, error: Self.unknown(poi, "--poi", document.model))
      }
      return poi
    }
    if limit != nil || impacts, document.parametersOfInterest.count != 1 {
      throw FileFault(
        file: file,
        error: .missing(
          place: "/analyses", name: "parameters_of_interest", remedy: "name one with --poi"))
    }
    return document.parametersOfInterest.first
  }

  private static func unknown(_ name: String, _ place: String, _ model: LikelihoodModel) -> HS3Error
  {
    .unknownName(
      place: place, name: name, what: "parameter",
      nearest: NearestName.nearest(to: name, among: model.parameters.map(\.name)))
  }

  /// A fault with the file it is in.
  private struct FileFault: Error, CustomStringConvertible {
    var file: String
    var error: HS3Error

    var description: String { error.text(in: file) }
  }
}
