/// Files that a new workspace starts with beside the sample's configuration.
enum StartFiles {
  /// What Errata writes and git should not keep.
  static let gitIgnore = """
    # Written by Errata and the pipeline; nothing here needs to be kept in git.
    logs/
    state/
    data/
    patches/run_*/

    """
}
