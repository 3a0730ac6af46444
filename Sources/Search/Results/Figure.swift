/// A picture as a gnuplot script, the same one for every format.
public struct Figure: Equatable, Sendable {
  /// A file format of pictures.
  public enum Format: String, Equatable, Sendable, CaseIterable {
    /// Vector graphics that the report carries inside.
    case svg
    /// Vector graphics for papers.
    case pdf
    /// Pixels for slides.
    case png
  }

  /// What a figure is about; it decides where the report shows it.
  public enum Subject: Equatable, Sendable {
    /// Upper limits of the scan at an index of `SearchResults.scans`.
    case limit(Int)
    /// Candidates of the counted windows of a scan.
    case counts(Int)
    /// Limits of a scan for several lifetimes.
    case lifetimes(Int)
    /// The same over mass and lifetime.
    case lifetimeMap(Int)
    /// Efficiencies against the lifetime.
    case lifetimeEfficiency(Int)
    /// Local p-values of a scan.
    case pValues(Int)
    /// Signed significances over a scan.
    case significance(Int)
    /// Their distribution.
    case significanceDistribution(Int)
    /// Largest significances of toys, global p-values.
    case lookElsewhere(Int)
    /// Toys with injected signals of a scan.
    case closure(Int)
    /// The whole spectrum.
    case spectrum
    /// The distribution at an index of `SearchResults.comparisons`.
    case comparison(Int)
    /// The control sample at an index of `SearchResults.controls`.
    case control(Int)
    /// The window at an index of `ScanResults.windows` of a scan.
    case window(scan: Int, Int)
    /// The named fit at an index of `SearchResults.namedFits`.
    case namedFit(Int)
    /// The cut flow.
    case cutFlow
    /// Efficiency, acceptance and resolution of a scan's hypotheses.
    case signal(Int)
    /// The excluded region of a model's parameter, by the name of the interpretation.
    case region(String)
    /// Limits on the coupling of the interpretation at an index of `SearchResults.interpretations`.
    case coupling(Int)
    /// Efficiency and resolution of all measured signals.
    case signalSamples
    /// The leave-one-out check of the signal at an index of `SearchResults.signals`.
    case signalCheck(Int)
    /// The cut on a score at an index of `SearchResults.workingPoints`.
    case workingPoint(Int)
  }

  /// File name without ending: lower-case letters, digits and hyphens.
  public let name: String
  /// What it is about.
  public let subject: Subject
  /// One plain sentence that says what is shown.
  public let caption: String
  /// Width and height in pixels of the report.
  package let size: (width: Int, height: Int)
  /// Commands after terminal and output are set.
  package let body: String

  package init(
    name: String, subject: Subject, caption: String, frame: (width: Double, height: Double),
    body: String
  ) {
    self.name = name
    self.subject = subject
    self.caption = caption
    size = (Int(frame.width), Int(frame.height))
    self.body = body
  }

  /// Compares names, subjects, captions, sizes and scripts.
  public static func == (left: Figure, right: Figure) -> Bool {
    left.name == right.name && left.subject == right.subject && left.caption == right.caption
      && left.size == right.size && left.body == right.body
  }

  /// Returns the script for a format; gnuplot then writes the picture on standard output.
  public func script(_ format: Format) -> String {
    let font = "enhanced font 'DejaVu Sans,15'"
    let (width, height) = size
    let terminal =
      switch format {
      case .svg: "svg size \(width),\(height) \(font)"
      case .png:
        "pngcairo size \(2 * width),\(2 * height) \(font) fontscale 1.5 linewidth 2 pointscale 2"
      case .pdf:
        "pdfcairo size \(Double(width) / 120)in,\(Double(height) / 120)in \(font) "
          + "fontscale 0.45 linewidth 1 pointscale 0.75"
      }
    return """
      reset
      set encoding utf8
      set terminal \(terminal)
      set border 31 linewidth 1.1
      set tics front in scale 1,0.5
      set style fill solid 1 noborder
      set bars small
      \(body)
      """
  }

  /// Returns every figure the results can show, in the report's order.
  public static func all(_ results: SearchResults) -> [Figure] {
    let scans = results.scans.indices
    var figures: [Figure?] = []
    for scan in scans {
      figures += [
        limit(results, scan), counts(results, scan), lifetimeEfficiency(results, scan),
        pValues(results, scan),
        significance(results, scan),
        significanceDistribution(results, scan), lookElsewhere(results, scan),
      ]
      figures += lifetimes(results, scan) + lifetimeMaps(results, scan)
      figures += efficiencyMaps(results, scan)
    }
    for index in results.interpretations.indices { figures.append(coupling(results, index)) }
    for plane in results.planes {
      figures.append(
        region(
          plane, title: results.title, level: results.scans.first?.limit?.level ?? .nan,
          name: plane.fileName, origin: origin(results)))
    }
    for index in results.spectra.indices { figures.append(spectrum(results, index)) }
    for index in results.comparisons.indices { figures.append(comparison(results, index)) }
    for index in results.controls.indices { figures.append(control(results, index)) }
    for scan in scans {
      for index in results.scans[scan].windows.indices {
        figures.append(window(results, scan, index))
      }
    }
    for index in results.namedFits.indices { figures.append(namedFit(results, index)) }
    figures.append(cutFlow(results))
    for index in results.workingPoints.indices {
      figures += [scores(results, index), figureOfMerit(results, index)]
    }
    figures += [signalEfficiency(results), signalResolution(results)]
    for index in results.signals.indices { figures.append(leaveOneOut(results, index)) }
    for scan in scans { figures.append(signal(results, scan)) }
    for scan in scans {
      figures += [
        closurePulls(results, scan), closureCoverage(results, scan),
        closureUniformity(results, scan),
      ]
    }
    return figures.compactMap { $0 }
  }

  /// Name of a scan's figure: with the signal's name where there are several.
  static func name(_ name: String, of scan: Int, in results: SearchResults) -> String {
    guard results.scans.count > 1 else { return name }
    return name + "-" + ending(results.scans.map { $0.signal ?? "" }, scan)
  }

  /// The ending of a file name that stands for one of several names: its letters and digits in lower
  /// case, or its place where they do not tell it apart.
  static func ending(_ names: [String], _ index: Int) -> String {
    func plain(_ name: String) -> String {
      String(
        name.lowercased().unicodeScalars.filter {
          ("a"..."z").contains($0) || ("0"..."9").contains($0)
        }.map(Character.init))
    }
    let own = plain(names[index])
    let isAlone = names.count { plain($0) == own } == 1
    return own.isEmpty || !isAlone ? "\(index + 1)" : own
  }

  /// Heading on the right of every figure: luminosity, and "simulated" where that is so.
  ///
  /// A figure about one scan names its signal; a note stands before all.
  static func origin(_ results: SearchResults, scan: Int? = nil, note: String = "") -> String {
    let luminosity = results.dataLuminosity
    var parts = note.isEmpty ? [] : [note]
    if let signal = scan.flatMap({ results.scans[$0].signal }) { parts.append(signal) }
    if results.isSimulated { parts.append("Simulated data") }
    if luminosity > 0 { parts.append(NumberText.short(luminosity) + " fb⁻¹") }
    return parts.joined(separator: ", ")
  }
}
