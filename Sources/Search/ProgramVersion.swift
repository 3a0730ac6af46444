/// The version of this program, as files that it writes name it.
public enum ProgramVersion {
  /// Major, minor and patch.
  public static let text = "0.1.0"
}
