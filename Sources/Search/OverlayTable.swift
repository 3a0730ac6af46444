import Diagnostics
import PipelineSpec
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
    let text: String
    do throws(Diagnostics) {
      text = try TableFile.text(of: path)
    } catch {
      throw Diagnostics(
        error.items.map {
          Diagnostic(
            in: "outputs.report.overlay.\(label)", "\(path): \($0.finding)", remedy: $0.remedy)
        })
    }
    return try parse(text, file: path, label: label)
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
    for line in CommaSeparatedText(text).lines {
      let cells = line.cells
      guard let known = columns else {
        let names = line.texts
        guard let mass = names.firstIndex(of: "mass"), let value = names.firstIndex(of: "value")
        else {
          faults.report(
            Diagnostic(
              at: place(line.number, 1),
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
              at: place(line.number, 1),
              "has \(cells.count) columns, '\(name)' is column \(column + 1)"
            ))
          return nil
        }
        guard let value = Double(cells[column].text), value.isFinite, value > 0 else {
          faults.report(
            Diagnostic(
              at: place(line.number, cells[column].column),
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
            at: place(line.number, cells[known.mass].column),
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
}
