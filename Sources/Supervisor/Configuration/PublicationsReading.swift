internal import Foundation
internal import ManifestYAML

extension PublicationsFile {
  /// Reads the file's top mapping. Keys that Errata does not know are left alone: real files carry more.
  init(_ root: ConfigurationSection) {
    publications = []
    guard let list = root.section("publications") else {
      if root.value("publications") == nil {
        root.note("the file has no 'publications'; add a mapping of publication keys below 'publications:'")
      }
      return
    }
    for (key, node) in list.members {
      let name = key.text ?? ""
      guard isPlainName(name) else {
        list.note(
          "the publication key '\(name)' must be letters, digits, '_', '-' or '.', since files are named by it", at: key
        )
        continue
      }
      guard
        let section = ConfigurationSection(
          node, title: "publication '\(name)'", file: list.file, findings: list.findings)
      else { continue }
      publications.append(Publication(key: name, section))
    }
  }
}

extension Publication {
  fileprivate init(key: String, _ section: ConfigurationSection) {
    self.init(
      key: key, name: section.text("name"), frequency: section.text("frequency"),
      landingPage: section.text("landing_page"), referenceManifest: section.text("reference_manifest"),
      notes: section.text("notes"))
    if let reference = referenceManifest { checkPath(reference, key: "reference_manifest", in: section) }
    if let page = landingPage { checkAddress(page, key: "landing_page", in: section) }
    var lines: [String: Int] = [:]
    for item in section.sections("urls", title: { "url \($0) of publication '\(key)'" }) {
      guard let period = Period(item) else { continue }
      let place = item.value("period") ?? item.node
      if let first = lines[period.period] {
        item.note(
          "the period '\(period.period)' stands twice in publication '\(key)', on lines \(first) and \(place.line); keep one of them",
          at: place)
        continue
      }
      lines[period.period] = place.line
      urls.append(period)
    }
  }
}

extension Period {
  fileprivate init?(_ section: ConfigurationSection) {
    let name = section.requiredText("period", example: "nov25")
    let address = section.requiredText("url", example: "https://example.org/nov-2025")
    let enabled = section.truth("enabled") ?? true
    guard let name, let address else { return nil }
    guard isPlainName(name) else {
      section.note(
        "the period '\(name)' must be letters, digits, '_', '-' or '.', since files are named by it",
        at: section.value("period"))
      return nil
    }
    guard checkAddress(address, key: "url", in: section) else { return nil }
    self.init(period: name, url: address, enabled: enabled)
  }
}

/// Whether a name may be part of a file's and a branch's name.
func isPlainName(_ name: String) -> Bool {
  let plain = name.utf8.allSatisfy {
    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 || $0 == 45 || $0 == 46
  }
  return plain && !name.isEmpty && name.first != "." && name.first != "-" && name.last != "."
    && !name.contains("..") && !name.hasSuffix(".lock") && name.utf8.count <= 100
}

@discardableResult
private func checkAddress(_ address: String, key: String, in section: ConfigurationSection) -> Bool {
  let scheme = URL(string: address)?.scheme?.lowercased()
  guard let scheme, ["http", "https", "file"].contains(scheme) else {
    section.note(
      "'\(key)' of \(section.title) must be an http, https or file address, not '\(address)'", at: section.value(key))
    return false
  }
  return true
}

private func checkPath(_ path: String, key: String, in section: ConfigurationSection) {
  guard path.hasPrefix("/") || path.split(separator: "/").contains("..") else { return }
  section.note(
    "'\(key)' of \(section.title) must be a path within the workspace, not '\(path)'", at: section.value(key))
}
