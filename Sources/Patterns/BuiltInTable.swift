/// The table of error patterns that Errata knows without a user's own: `patterns.yaml` beside this file, built into the program.
public enum BuiltInTable {
  /// The YAML text, in UTF-8.
  public static var text: [UInt8] { PackageResources.patterns_yaml }
}
