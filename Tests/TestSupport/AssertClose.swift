/// Distance of two doubles in units in the last place of the larger; infinite for NaN.
public func ulpDistance(_ a: Double, _ b: Double) -> Double {
  if a == b { return 0 }
  guard a.isFinite, b.isFinite else { return .infinity }
  return abs(a - b) / max(a.magnitude.ulp, b.magnitude.ulp)
}
