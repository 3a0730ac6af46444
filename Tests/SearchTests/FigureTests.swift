import Platform
import Search
import Testing

@Suite struct FigureTests {
  @Test func writesPicturesForTheEye() throws {
    guard let folder = ProcessEnvironment.value("NIGHTJAR_PICTURES") else { return }
    for (name, results) in [
      ("2000", ResultsMaker.results(hypotheses: 2_000)), ("5", ResultsMaker.results(hypotheses: 5)),
    ] {
      let rendered = FigureRenderer.render(
        Figure.all(results), formats: Figure.Format.allCases)
      #expect(rendered.problems.isEmpty)
      for picture in rendered.pictures {
        try AtomicFile.write(picture.bytes, to: "\(folder)/\(name)-\(picture.fileName)")
      }
    }
  }
}
