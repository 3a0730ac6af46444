import Kernels
import Search

/// What this program is.
enum Version {
  /// Version of the program.
  static let text = ProgramVersion.text

  /// Version with the instruction set in use.
  static var description: String {
    "nightjar \(text) (\(String(cString: nj_simd_level_name(nj_simd_level_in_use()))))"
  }
}
