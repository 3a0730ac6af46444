import Diagnostics
import PipelineSpec
import Platform
import Settings

/// A curve of others with the figure it goes to.
struct PlannedOverlay: Sendable {
  /// Name of the interpretation or signal; nil: the only signal.
  var figure: String?
  var curve: ScanResults.Overlay

  /// Whether it is drawn over the cross-section limits of a signal.
  func belongs(toSignal signal: String?) -> Bool { figure == nil || figure == signal }

  /// Reads all files; throws what is wrong with any of them at once.
  static func read(_ overlays: [Named<OverlaySettings>]) throws(Diagnostics) -> [PlannedOverlay] {
    var faults = Diagnostics()
    var planned: [PlannedOverlay] = []
    for overlay in overlays {
      do throws(Diagnostics) {
        let curve = try OverlayTable.read(overlay.value.file, label: overlay.name)
        planned.append(PlannedOverlay(figure: overlay.value.figure, curve: curve))
      } catch {
        faults.report(error)
      }
    }
    guard faults.isEmpty else { throw faults }
    return planned
  }
}

/// A table of a curve: CSV with a line of names, of which `mass` and `value` are taken.
///
/// Empty lines and those that start with `#` are passed over.
package enum OverlayTable {
  /// Reads a file.
  package static func read(_ path: String, label: String) throws(Diagnostics) -> ScanResults.Overlay
  {
    let bytes: [UInt8]
    do throws(PlatformError) {
      bytes = try AtomicFile.read(path)
    } catch {
      throw Diagnostics([Diagnostic(in: "outputs.report.overlay.\(label)", "\(error)")])
    }
    return try parse(String(decoding: bytes, as: UTF8.self), file: path, label: label)
  }

  /// Reads a text; throws every fault with its line.
  package static func parse(_ text: String, file: String, label: String) throws(Diagnostics)
    -> ScanResults.Overlay
  {
    var faults = Diagnostics()
    func place(_ line: Int, _ column: Int) -> SourceLocation {
      SourceLocation(file: file, line: line, column: column)
    }
    var columns: (mass: Int, value: Int)?
    var curve = ScanResults.Overlay(label: label, masses: [], values: [])
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let cells = Cell.all(of: line)
      guard let first = cells.first, !(cells.count == 1 && first.text.isEmpty),
        !first.text.hasPrefix("#")
      else { continue }
      guard let known = columns else {
        let names = cells.map(\.text)
        guard let mass = names.firstIndex(of: "mass"), let value = names.firstIndex(of: "value")
        else {
          faults.report(
            Diagnostic(
              at: place(index + 1, 1),
              "the first line must name the columns 'mass' and 'value', found \(SettingsText.quoted(names))",
              remedy: "write 'mass,value'"))
          throw faults
        }
        columns = (mass, value)
        continue
      }
      func number(_ column: Int, _ name: String) -> Double? {
        guard column < cells.count else {
          faults.report(
            Diagnostic(
              at: place(index + 1, 1),
              "has \(cells.count) columns, '\(name)' is column \(column + 1)"
            ))
          return nil
        }
        guard let value = Double(cells[column].text), value.isFinite, value > 0 else {
          faults.report(
            Diagnostic(
              at: place(index + 1, cells[column].column),
              "'\(name)' must be a positive number, found '\(cells[column].text)'"))
          return nil
        }
        return value
      }
      let (mass, value) = (number(known.mass, "mass"), number(known.value, "value"))
      guard let mass, let value else { continue }
      if let last = curve.masses.last, mass < last {
        faults.report(
          Diagnostic(
            at: place(index + 1, cells[known.mass].column),
            "'mass' must not decrease, found \(SettingsText.number(mass)) after \(SettingsText.number(last))",
            remedy: "sort the lines"))
        continue
      }
      curve.masses.append(mass)
      curve.values.append(value)
    }
    if faults.isEmpty, curve.masses.count < 2 {
      faults.report(
        Diagnostic(
          in: file, "holds \(curve.masses.count) points; a curve needs at least 2",
          remedy: "add lines 'mass,value'"))
    }
    guard faults.isEmpty else { throw faults }
    return curve
  }

  /// One cell with the column of its first character, from 1.
  private struct Cell {
    var text: String
    var column: Int

    static func all(of line: Substring) -> [Cell] {
      var cells: [Cell] = []
      var column = 1
      for part in line.split(separator: ",", omittingEmptySubsequences: false) {
        let blanks = part.prefix { $0 == " " || $0 == "\t" }.count
        let text = part.dropFirst(blanks)
        let end = text.lastIndex { $0 != " " && $0 != "\t" }.map { text.index(after: $0) }
        cells.append(
          Cell(text: String(text[..<(end ?? text.startIndex)]), column: column + blanks))
        column += part.count + 1
      }
      return cells
    }
  }
}
