/// Colours of figures, ordered by luminance so that they stay apart in greyscale.
package enum FigureColour {
  package static let ink = "#000000"
  package static let grid = "#8a8a8a"
  package static let hatch = "#9a9a9a"
  package static let skipped = "#e4e4e4"
  package static let flagged = "#f6e6c8"
  package static let wideBand = "#d3e3f3"
  package static let narrowBand = "#8fb8de"
  package static let fit = "#0b4f9c"
  package static let background = "#c1440e"
  package static let pull = "#7f9bb8"
  /// Fills of stacked samples and bars, neighbours far apart in luminance.
  package static let stack = ["#d3e3f3", "#e3b566", "#7ea6cc", "#f6e6c8", "#4f7fae", "#b98a3a"]
  /// Lines of signals, peaks and overlays; each also has its own dash.
  package static let lines = ["#7a1fa2", "#00796b", "#b8860b", "#ad1457", "#455a64"]
  /// Dash patterns that go with `lines`.
  package static let dashes = ["'-.'", "'--'", "'-..'", "'.-'", "'_ '"]
}

/// Outer frame of a figure in pixels, with room above for a heading and a legend.
struct FigureFrame {
  static let fontSize = 15.0
  static let keyRow = 21.0
  /// Characters of a legend entry; longer ones are cut.
  static let legendWidth = 44
  var width: Double
  var height: Double
  var left = 104.0
  var right = 26.0
  var bottom = 70.0
  /// Legend entries; the legend lies above the frame, so it never covers data.
  var legend: [String] = []

  var columns: Int {
    // gnuplot reckons 0.7 of the font size a character in its own layout of the legend.
    let longest =
      legend.map { Double(min($0.count, Self.legendWidth)) * Self.fontSize * 0.7 }.max() ?? 0
    return max(1, min(legend.count, Int((width - left - right) / (longest + 62))))
  }

  var top: Double {
    let rows = legend.isEmpty ? 0 : (legend.count + columns - 1) / columns
    return 40 + Double(rows) * Self.keyRow + (rows == 0 ? 0 : 6)
  }

  /// Rough width of text in pixels.
  static func width(of text: String) -> Double { Double(text.count) * fontSize * 0.59 }

  /// Margins of a panel that spans the fractions `low...high` of the frame's inner height.
  func margins(low: Double = 0, high: Double = 1) -> String {
    let inner = height - top - bottom
    func y(_ fraction: Double) -> String { Self.screen((bottom + fraction * inner) / height) }
    return "set lmargin at screen \(Self.screen(left / width))\n"
      + "set rmargin at screen \(Self.screen(1 - right / width))\n"
      + "set bmargin at screen \(y(low))\nset tmargin at screen \(y(high))"
  }

  /// Title of a vertical axis at a fixed place, so that the panels of a figure line up.
  func verticalTitle(_ title: String, low: Double = 0, high: Double = 1, number: Int = 903)
    -> String
  {
    let inner = height - top - bottom
    let middle = (bottom + 0.5 * (low + high) * inner) / height
    let room = Int(((high - low) * inner + 60) / (Self.fontSize * 0.56))
    return "set label \(number) \(GnuplotText.quoted(GnuplotText.cut(title, to: max(6, room)))) "
      + "at screen \(Self.screen(20 / width)),\(Self.screen(middle)) center rotate by 90 front"
  }

  /// The legend's place.
  var key: String {
    guard !legend.isEmpty else { return "unset key" }
    let y = Self.screen(1 - 38 / height)
    return "set key at screen \(Self.screen((left - 8) / width)),\(y) left top horizontal "
      + "Left reverse samplen 2.2 spacing 1 maxcols \(columns) noautotitle"
  }

  /// Heading above the legend: the search on the left, what it is made of on the right.
  func heading(_ title: String, _ right: String) -> String {
    let y = Self.screen(1 - 18 / height)
    let room = width - left - self.right - Self.width(of: right) - 30
    let cut = GnuplotText.cut(title, to: max(8, Int(room / (Self.fontSize * 0.59))))
    return "set label 901 \(GnuplotText.quoted(cut)) at screen \(Self.screen(left / width)),\(y) "
      + "left front\n"
      + "set label 902 \(GnuplotText.quoted(right)) at screen "
      + "\(Self.screen(1 - self.right / width)),\(y) right front"
  }

  static func screen(_ value: Double) -> String {
    let thousandths = Int((value * 10_000).rounded())
    return (Double(thousandths) / 10_000).description
  }
}

/// A logarithmic axis with explicit tics, so that one decade reads as well as twenty.
package struct LogAxis {
  let low: Double
  let high: Double

  /// Makes an axis around positive values, with room of the given factors below and above.
  package init?(_ values: [Double], below: Double = 1.6, above: Double = 1.6) {
    let usable = values.filter { $0.isFinite && $0 > 0 }
    guard let least = usable.min(), let most = usable.max() else { return nil }
    low = least / below
    high = most * above
  }

  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// Label of a tic: a plain number near one, else a power of ten.
  private static func label(_ factor: Int, _ decade: Int) -> String {
    if (-3...3).contains(decade) {
      return decade < 0
        ? "0." + String(repeating: "0", count: -decade - 1) + "\(factor)"
        : "\(factor)" + String(repeating: "0", count: decade)
    }
    return (factor == 1 ? "" : "\(factor)×") + "10^{\(decade < 0 ? "−" : "")\(abs(decade))}"
  }

  /// Commands for the axis `y` or `x`.
  package func commands(_ axis: String) -> String {
    let first = NumberText.decade(low)
    let last = NumberText.decade(high)
    let decades = last - first
    let step = max(1, (decades + 8) / 9)
    let labelled: [Int] =
      decades <= 1 ? [1, 2, 3, 4, 5, 6, 8] : decades == 2 ? [1, 2, 5] : [1]
    var tics: [String] = []
    for decade in first...max(first, last) {
      for factor in 1...9 {
        guard let value = Double("\(factor)e\(decade)"), value >= low, value <= high else {
          continue
        }
        if labelled.contains(factor) && (decade - first) % step == 0 {
          tics.append("'\(Self.label(factor, decade))' \(value)")
        } else if decades <= 14 {
          tics.append("'' \(value) 1")
        }
      }
    }
    return "set logscale \(axis)\nset \(axis)range [\(GnuplotText.number(low)):"
      + "\(GnuplotText.number(high))]\nset \(axis)tics (\(tics.joined(separator: ", ")))"
  }
}
