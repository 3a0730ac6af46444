/// Finds the name a user probably meant.
public enum NearestName {
  /// Returns the candidate with the smallest edit distance to `name`, if it is near enough.
  ///
  /// Near enough: at most a third of the letters differ (at least one); case counts a half, a
  /// transposition one. Ties go to the first in order.
  public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let typed = Array(name)
    var best: (name: String, distance: Double)?
    for candidate in candidates {
      let distance = editDistance(typed, Array(candidate))
      let allowed = max(1, Double(max(typed.count, candidate.count)) / 3)
      guard distance <= allowed, distance < best?.distance ?? .infinity else { continue }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// Returns `did you mean 'x'?` or nil.
  public static func suggestion(for name: String, among candidates: some Sequence<String>)
    -> String?
  {
    nearest(to: name, among: candidates).map { "did you mean '\($0)'?" }
  }

  private static func editDistance(_ a: [Character], _ b: [Character]) -> Double {
    if a.isEmpty || b.isEmpty { return Double(max(a.count, b.count)) }
    var beforeLast = [Double](repeating: 0, count: b.count + 1)
    var last = (0...b.count).map(Double.init)
    for i in 1...a.count {
      var row = [Double](repeating: Double(i), count: b.count + 1)
      for j in 1...b.count {
        let x = a[i - 1]
        let y = b[j - 1]
        let change = x == y ? 0 : x.lowercased() == y.lowercased() ? 0.5 : 1
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
        if i > 1, j > 1, x == b[j - 2], a[i - 2] == y {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
