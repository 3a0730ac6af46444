/// A table of results for other programs: columns over rows, with what they mean.
package struct ExportTable: Sendable {
  /// One column, or a group of columns that belong together.
  package struct Column: Sendable {
    /// What stands in the rows.
    package enum Values: Sendable {
      /// Words.
      case texts([String])
      /// Whole numbers.
      case counts([Int64])
      /// Numbers; NaN where there is none. Errors, where given, are symmetric.
      case numbers([Double], errors: [Double]?)
      /// Numbers at standard deviations of background fluctuation, shape [deviations][rows].
      case bands(deviations: [Double], values: [[Double]])
    }

    /// Name in headers of CSV, as in the summary (`observedLimit`).
    package var name: String
    /// Words (`Observed upper limit on σ × B`).
    package var label: String
    /// Unit as text; empty for pure numbers.
    package var unit: String
    /// The rows.
    package var values: Values
    /// Only for the summary's own tables: submissions say it in other ways.
    package var isInternal = false
  }

  /// Words that tell tables apart (`Limits of zprime`).
  package var name: String
  /// Start of the names of files (`limits-zprime`).
  package var file: String
  /// A sentence or two.
  package var text: String
  /// HEPData's words for what is measured (`SIG`, `CLS`).
  package var observables: [String]
  /// Numbers and words that hold for all rows: name, value, unit.
  package var qualifiers: [(name: String, value: String, unit: String)] = []
  /// What the rows are counted by; two for a matrix.
  package var axes: [Column]
  /// The results.
  package var columns: [Column]
  /// Rows that belong into a publication; the others were left out on purpose.
  package var isPublished: [Bool]

  /// Number of rows.
  package var rows: Int { isPublished.count }

  init(
    _ name: String, file: String, text: String, observables: [String], axes: [Column],
    columns: [Column], isPublished: [Bool]
  ) {
    self.name = name
    self.file = file
    self.text = text
    self.observables = observables
    self.axes = axes
    self.columns = columns
    self.isPublished = isPublished
  }
}

/// All tables of a summary, with what holds for all of them.
package struct ExportTables: Sendable {
  /// Title of the search.
  package var title: String
  /// Whether the data are simulated.
  package var isSimulated: Bool
  /// Energy of the beams in their rest frame, GeV.
  package var sqrtS: Double?
  /// What the user says beyond the results.
  package var submission: SubmissionText
  /// The tables.
  package var tables: [ExportTable]

  /// Makes the tables of a summary.
  package init(_ summary: SummaryReader) throws {
    title = summary.title
    isSimulated = summary.isSimulated
    sqrtS = try summary.sqrtS
    submission = summary.submission
    tables = []
    for scan in try summary.scans() where !scan.points.isEmpty {
      if scan.limit != nil { tables.append(ExportTable(limitsOf: scan)) }
      tables.append(ExportTable(significancesOf: scan))
      tables.append(ExportTable(fitsOf: scan))
      if let table = ExportTable(windowsOf: scan) { tables.append(table) }
    }
    tables += try summary.couplings().map { ExportTable($0) }
    tables += try summary.measuredSignals().map { ExportTable($0) }
    for fit in try summary.namedFits() {
      tables.append(ExportTable(fit))
      if let table = ExportTable(covarianceOf: fit) { tables.append(table) }
    }
    tables += try summary.cutFlows().map { ExportTable($0) }
    nameFilesApart()
  }

  /// Characters that are odd in file names become underscores, and names that then agree get numbers.
  private mutating func nameFilesApart() {
    var seen: Set<String> = []
    for index in tables.indices {
      let plain = String(
        tables[index].file.unicodeScalars.map { scalar in
          scalar.isASCII
            && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
              || "-_.".unicodeScalars.contains(scalar))
            ? Character(scalar) : "_"
        })
      var name = plain, number = 1
      // Some file systems do not tell upper from lower case.
      while !seen.insert(name.lowercased()).inserted {
        number += 1
        name = "\(plain)-\(number)"
      }
      tables[index].file = name
    }
  }
}
