import Foundation
import Inference
import Search
import Testing

struct HS3DocumentTests {
  /// The files of `Fixtures/hs3` are those that RooFit and pyhs3 were tried on.
  ///
  /// See `Tests/Benchmarks/peers/hs3_roofit.py`. NIGHTJAR_HS3_OUTPUT names a folder to write them to
  /// again when the format changes; the comparison must then be run again.
  @Test(arguments: HS3Examples.names)
  func `files are written as those that other programs were tried on, and read back`(
    name: String
  ) throws {
    let document = HS3Examples.document(name)
    let bytes = try document.bytes()
    let file = "\(name).hs3.json"
    if let folder = ProcessInfo.processInfo.environment["NIGHTJAR_HS3_OUTPUT"] {
      try Data(bytes).write(to: URL(filePath: folder).appending(path: file))
    }
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/hs3")
    #expect(try Array(Data(contentsOf: fixtures.appending(path: file))) == bytes)
    let back = try HS3Document.read(bytes)
    #expect(back == document)
    #expect(try back.bytes() == bytes)
  }

  @Test func `random models of every kind read back to the same model and the same bytes`() throws {
    for number in 0..<100 {
      let model = HS3RandomModel.make(UInt64(number))
      let document = HS3Document(
        name: "random \(number)", model: model,
        parametersOfInterest: [model.parameters[0].name])
      let bytes = try document.bytes()
      let back = try HS3Document.read(bytes)
      #expect(back == document, "model \(number)")
      #expect(try back.bytes() == bytes, "model \(number)")
    }
  }

  /// The evaluator knows the standard, not our models.
  ///
  /// Its densities are normalised to about 1e-9,
  /// the error function of the file is right to 1e-13: differences of -ln L between two points
  /// agree to 1e-6 for some hundred events.
  @Test func `the standard's formulas give our likelihood`() throws {
    var compared = 0
    for number in 0..<60 {
      let model = HS3RandomModel.make(UInt64(number))
      let bytes = try HS3Document(name: "random", model: model, parametersOfInterest: []).bytes()
      compared += try compare(model, bytes, "model \(number)")
    }
    // Of 180 points few lie where a density is negative.
    #expect(compared > 150)
    for name in HS3Examples.names {
      let document = HS3Examples.document(name)
      #expect(try compare(document.model, try document.bytes(), name) == 3)
    }
  }

  /// Compares at three points; returns at how many the model is defined.
  private func compare(
    _ model: LikelihoodModel, _ bytes: [UInt8], _ what: String
  ) throws -> Int {
    let evaluator = try HS3Evaluator(bytes)
    let likelihood = try Likelihood(model)
    let names = HS3Document.parameterNames(of: model)
    var differences: [Double] = []
    for point in 0..<3 {
      let values = HS3RandomModel.point(model, UInt64(point))
      let named = Dictionary(
        uniqueKeysWithValues: values.map { (names[$0.key] ?? $0.key, $0.value) })
      let own = likelihood.negativeLogLikelihood(at: values)
      if own.isNaN { continue }
      differences.append(own - (try evaluator.nll(named)))
    }
    let first = try #require(differences.first, "\(what) is defined nowhere")
    for other in differences.dropFirst() {
      #expect(abs(other - first) < 1e-6, "\(what): \(differences)")
    }
    return differences.count
  }

  @Test func `a fit's values, errors and status are kept`() throws {
    let model = HS3Examples.document("linear").model
    let document = try HS3Document(
      fitting: model, name: "linear", parameterOfInterest: "cross section")
    let best = try #require(document.bestFit)
    #expect(best.status == "converged")
    let back = try HS3Document.read(try document.bytes())
    #expect(back == document)
    let root = HS3Node(try JSONReader.read(try document.bytes()))
    let point = try root.member("parameter_points").elements[1]
    #expect(try point.member("name").text == "best_fit")
    let first = try point.member("parameters").elements[0]
    #expect(try first.member("name").text == "cross_section")
    #expect(try first.member("value").number == best.parameters[0].value)
    #expect(try first.member("err").number == best.parameters[0].error)
  }

  @Test func `numbers changed in the file change the model, changed formulas are refused`() throws {
    let text = String(decoding: try HS3Examples.document("nuisances").bytes(), as: UTF8.self)
    let other = text.replacingOccurrences(
      of: #"{"name": "luminosity_global", "value": 0, "const": true}"#,
      with: #"{"name": "luminosity_global", "value": 0.5, "const": true}"#)
    #expect(other != text)
    let document = try HS3Document.read(Array(other.utf8))
    #expect(document.model["luminosity"]?.constraint == .gaussian(mean: 0.5, width: 1))
    let wrong = text.replacingOccurrences(of: "12.5*cross_section", with: "13.5*cross_section")
    #expect(wrong != text)
    let error = #expect(throws: HS3Error.self) { try HS3Document.read(Array(wrong.utf8)) }
    #expect(
      error?.text(in: "w.hs3.json")
        == "w.hs3.json:/functions/0: was changed after Nightjar wrote the file: it no longer agrees "
        + "with 'misc/nightjar'; remove 'misc/nightjar' to have the file read as another program's")
  }
}
