import Platform

/// Pictures of figures, or the reason why there are none.
public struct RenderedFigures: Equatable, Sendable {
  /// One figure in one format.
  public struct Picture: Equatable, Sendable {
    /// The figure.
    public let figure: Figure
    /// Its format.
    public let format: Figure.Format
    /// The file's bytes.
    public let bytes: [UInt8]
    /// File name with its ending.
    public var fileName: String { figure.name + "." + format.rawValue }
  }

  /// Pictures in the order of figures, then of formats.
  public let pictures: [Picture]
  /// What went wrong, a sentence each; empty when nothing did.
  public let problems: [String]

  /// Makes a set of pictures.
  public init(pictures: [Picture] = [], problems: [String] = []) {
    self.pictures = pictures
    self.problems = problems
  }

  /// Returns the bytes of a figure's SVG as text.
  package func svg(_ figure: Figure) -> String? {
    pictures.first { $0.figure.name == figure.name && $0.format == .svg }
      .map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}

/// Turns figures into pictures by gnuplot, which may be missing: a run never fails for it.
public enum FigureRenderer {
  /// Draws figures in the given formats; what cannot be drawn becomes a problem in the result.
  ///
  /// Each picture is one gnuplot process that reads its script on standard input, so nothing is
  /// left on disk and one bad figure spoils no other. SVG bytes depend on the script alone; PDF
  /// carries a date.
  public static func render(
    _ figures: [Figure], formats: [Figure.Format] = [.svg], program: String = "gnuplot",
    pool: WorkerPool = WorkerPool(threads: 1)
  ) -> RenderedFigures {
    let tasks = figures.flatMap { figure in formats.map { (figure, $0) } }
    let drawn = Slots<Result<RenderedFigures.Picture, Problem>>(count: tasks.count)
    do {
      try pool.forEach(count: tasks.count) { _, index in
        let (figure, format) = tasks[index]
        // "-d" keeps users' own gnuplotrc files out of the figures; "-" would make gnuplot read its
        // script byte by byte, which takes longer than the drawing.
        let result = try Subprocess.run(
          program, ["-d", "/dev/stdin"], standardInput: figure.script(format))
        guard result.status == 0, !result.output.isEmpty else {
          drawn.set(
            index,
            .failure(
              Problem(
                text: "figure '\(figure.name)' (\(format.rawValue)): \(program) ended with status "
                  + "\(result.status): \(lastLine(result.errors))")))
          return
        }
        drawn.set(index, .success(.init(figure: figure, format: format, bytes: result.output)))
      }
    } catch {
      return RenderedFigures(
        problems: [
          "\(program): figures were not drawn: \(error); install the package gnuplot-nox and run "
            + "'nightjar report'"
        ])
    }
    var rendered: (pictures: [RenderedFigures.Picture], problems: [String]) = ([], [])
    for outcome in drawn.all() {
      switch outcome {
      case .success(let picture): rendered.pictures.append(picture)
      case .failure(let problem): rendered.problems.append(problem.text)
      }
    }
    return RenderedFigures(pictures: rendered.pictures, problems: rendered.problems)
  }

  private struct Problem: Error { var text: String }

  private static func lastLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).last.map { $0.trimmingSpaces } ?? "no message"
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
