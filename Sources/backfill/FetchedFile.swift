internal import DataFiles
internal import Journal

extension CachedFile {
  /// The data of `file_fetched`: what a later run needs to see whether the address has another file by then.
  func fetched(from url: String) -> [String: JSONValue] {
    var data: [String: JSONValue] = [
      "url": .string(Address.shown(url)), "path": .string(path), "sha256": .string(sha256), "bytes": .int(bytes),
      "cached": .bool(!fetchedNow),
    ]
    data["etag"] = validators.etag.map(JSONValue.string)
    data["last_modified"] = validators.lastModified.map(JSONValue.string)
    return data
  }
}
