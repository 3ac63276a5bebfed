internal import Foundation
internal import Journal
internal import ManifestYAML
internal import Repair

extension Configuration {
  /// The form of reports of an error type: the user's own, the user's default, else the built-in one.
  func report(for errorType: String) -> ReportTemplate { reports[errorType] ?? reports["default"] ?? .standard }

  /// Reads `reports/*.md` beside the configuration. A broken one is told, and the built-in one is used in its place.
  static func reports(
    in folder: String, workspace: Workspace, findings: ConfigurationFindings
  ) -> [String: ReportTemplate] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/reports")) ?? []
    var templates: [String: ReportTemplate] = [:]
    for name in names.sorted() where name.hasSuffix(".md") && name != "README.md" {
      let path = "\(folder)/reports/\(name)"
      func warn(_ line: Int, _ column: Int, _ message: String) {
        findings.warn(
          ConfigurationError(
            file: workspace.relative(path), line: line, column: column,
            message: "\(message); until then the built-in report is used"))
      }
      let type = String(name.dropLast(3))
      guard type == "default" || ErrorType(rawValue: type) != nil else {
        warn(1, 1, "'\(type)' is no error type: name the file after one, such as type_mismatch.md, or default.md")
        continue
      }
      guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
        warn(1, 1, "the report template cannot be read as UTF-8: save it as such")
        continue
      }
      do throws(ReportTemplateError) {
        templates[type] = try ReportTemplate(text)
      } catch {
        warn(error.line, error.column, error.description)
      }
    }
    return templates
  }
}
