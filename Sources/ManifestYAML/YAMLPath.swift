/// Where a value stands: `/sources/3/columns/5/data_type` or `sources[3].columns[5].data_type`.
public struct YAMLPath: Hashable, Sendable, CustomStringConvertible {
  /// One step down.
  public enum Step: Hashable, Sendable {
    /// Into a mapping.
    case key(String)
    /// Into a list, counted from 0; in a mapping, the key of these digits.
    case index(Int)
    /// After the last item of a list (`-`).
    case end
  }

  /// The steps from the root.
  public var steps: [Step]

  /// A path of steps.
  public init(steps: [Step]) { self.steps = steps }

  /// Reads an RFC 6901 pointer (`/a/0`) or the dotted form (`a[0].b`, `["a.b"][0]`); the empty text is the root.
  public init(_ text: String) throws(YAMLError) {
    if text.isEmpty {
      steps = []
    } else if text.utf8.first == UInt8(ascii: "/") {
      steps = try Self.pointerSteps(text)
    } else {
      var reader = PathReader(text)
      steps = []
      while let step = try reader.next() {
        switch step {
        case .key(let key): steps.append(.key(key))
        case .bracket(let inner):
          if inner == "-" {
            steps.append(.end)
          } else if let index = Self.index(inner) {
            steps.append(.index(index))
          } else {
            throw reader.failure("\"[\(inner)]\" is not an index")
          }
        case .condition: throw reader.failure("a path has no conditions; selectors do")
        }
      }
    }
  }

  /// The path as an RFC 6901 pointer.
  public var pointer: String {
    steps.map { "/" + Self.escaped($0.text) }.joined()
  }

  /// The path in dotted form.
  public var dotted: String {
    var result = ""
    for step in steps {
      switch step {
      case .key(let key): result += PathText.key(key, first: result.isEmpty)
      case .index(let index): result += "[\(index)]"
      case .end: result += "[-]"
      }
    }
    return result
  }

  /// The dotted form.
  public var description: String { dotted }

  /// The path one step up; the root has none.
  public var parent: YAMLPath? { steps.isEmpty ? nil : YAMLPath(steps: Array(steps.dropLast())) }

  /// The path one step further.
  public func appending(_ step: Step) -> YAMLPath { YAMLPath(steps: steps + [step]) }

  static func index(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    guard text == "0" || !text.hasPrefix("0") else { return nil }
    return Int(text)
  }

  private static func pointerSteps(_ text: String) throws(YAMLError) -> [Step] {
    var steps: [Step] = []
    // By code points: a combining mark behind a slash is part of the key, and not of the slash.
    for part in text.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      var key = ""
      var rest = part
      while let scalar = rest.popFirst() {
        guard scalar == "~" else {
          key.unicodeScalars.append(scalar)
          continue
        }
        switch rest.popFirst() {
        case "0": key += "~"
        case "1": key += "/"
        default:
          throw YAMLError(
            .malformedPatch, file: "", message: "the pointer \"\(text)\" has a \"~\" that is neither ~0 nor ~1")
        }
      }
      steps.append(key == "-" ? .end : index(key).map { .index($0) } ?? .key(key))
    }
    return steps
  }

  private static func escaped(_ key: String) -> String {
    var result = ""
    for scalar in key.unicodeScalars {
      switch scalar {
      case "~": result += "~0"
      case "/": result += "~1"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension YAMLPath.Step {
  /// The step as a key of a mapping.
  var text: String {
    switch self {
    case .key(let key): key
    case .index(let index): String(index)
    case .end: "-"
    }
  }
}
