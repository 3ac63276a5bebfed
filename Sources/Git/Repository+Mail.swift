import CGit2
import Foundation

extension Repository {
  /// A commit as the mail that `git format-patch` would write: `git am` makes the same tree and message of it. The text
  /// depends on the commit alone. Bytes that mail cannot carry as they are (CRLF, other encodings) are quoted-printable.
  public func mail(of commit: ObjectID) throws(GitError) -> String {
    let commit = try self.commit(commit)
    guard commit.parents.count <= 1 else {
      throw GitError(GIT_EINVALID, in: "mail", "\(commit.id.short) is a merge, which a patch cannot carry")
    }
    let difference = try difference(from: commit.parents.first, to: commit.id)
    let patch = try text(of: difference.pointer).bytes
    var content = Array(Mail.body(commit.body).utf8)
    content += Array("---\n".utf8)
    content += try statistics(of: difference.pointer).bytes
    content += Array("\n".utf8) + patch
    let isPlain = !content.contains(13) && String(validating: content, as: UTF8.self) != nil
    var headers = [
      "From \(commit.id) Mon Sep 17 00:00:00 2001",
      "From: \(Mail.header(commit.author.name, isName: true)) <\(commit.author.email)>",
      "Date: \(Mail.date(commit.author))",
      "Subject: [PATCH] \(Mail.header(commit.subject))",
    ]
    if !isPlain || content.contains(where: { $0 > 127 }) {
      headers += [
        "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: \(isPlain ? "8bit" : "quoted-printable")",
      ]
    }
    let text = isPlain ? String(decoding: content, as: UTF8.self) : Mail.quotedPrintable(content)
    return headers.joined(separator: "\n") + "\n\n" + text
  }

  private func statistics(of difference: OpaquePointer) throws(GitError) -> Buffer {
    let statistics = try Handle("git_diff_get_stats", free: git_diff_stats_free) {
      git_diff_get_stats(&$0, difference)
    }
    return try Buffer("git_diff_stats_to_buf") {
      git_diff_stats_to_buf(&$0, statistics.pointer, GIT_DIFF_STATS_FULL, 72)
    }
  }
}

/// The mail rules that `git am` reads by.
enum Mail {
  /// A message's body, ready to stand before the patch. A line that `git am` would take for the start of the patch, of
  /// the next mail or of a header gets a space before it: losing the rest of the message would be worse.
  static func body(_ text: String) -> String {
    guard !text.isEmpty else { return "" }
    var isFirst = true
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      defer { isFirst = false }
      return startsPatch(line) || startsMail(line) || (isFirst && startsHeader(line)) ? " " + line : String(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func startsPatch(_ line: Substring) -> Bool {
    if line.hasPrefix("diff -") || line.hasPrefix("Index: ") { return true }
    guard line.hasPrefix("---") else { return false }
    let rest = line.dropFirst(3)
    return rest.allSatisfy(\.isWhitespace) || (rest.hasPrefix(" ") && rest.dropFirst().first?.isWhitespace == false)
  }

  private static func startsMail(_ line: Substring) -> Bool { line.hasPrefix("From ") && line.contains(":") }

  private static func startsHeader(_ line: Substring) -> Bool {
    ["from:", "subject:", "date:", "[patch", ">from"].contains { line.lowercased().hasPrefix($0) }
  }

  /// A header's value: as it is when it is plain, else in RFC 2047's encoded words of at most 75 characters.
  static func header(_ text: String, isName: Bool = false) -> String {
    let isPlain =
      text.unicodeScalars.allSatisfy { (32...126).contains($0.value) } && !text.contains("=?")
      && !(isName && text.contains { "()<>[]:;@\\,\"".contains($0) })
    guard !isPlain else { return text }
    var words: [String] = []
    var word = ""
    for character in text {
      let encoded = character.utf8.map(encodedByte).joined()
      if word.utf8.count + encoded.utf8.count > 60, !word.isEmpty {
        words.append(word)
        word = ""
      }
      word += encoded
    }
    words.append(word)
    return words.map { "=?UTF-8?q?\($0)?=" }.joined(separator: "\n ")
  }

  private static func encodedByte(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      String(UnicodeScalar(byte))
    default: escape(byte)
    }
  }

  private static func escape(_ byte: UInt8) -> String {
    let hex = String(byte, radix: 16, uppercase: true)
    return (byte < 16 ? "=0" : "=") + hex
  }

  /// The moment in the signature's own time zone, as RFC 2822 writes it.
  static func date(_ signature: Signature) -> String {
    var seconds = time_t(signature.date.timeIntervalSince1970.rounded(.down)) + time_t(signature.offsetMinutes) * 60
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0)) }.joined(separator: ":")
    let offset = abs(signature.offsetMinutes)
    let zone = (signature.offsetMinutes < 0 ? "-" : "+") + padded(offset / 60) + padded(offset % 60)
    return "\(days[Int(parts.tm_wday)]), \(parts.tm_mday) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) "
      + "\(clock) \(zone)"
  }

  private static func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }

  /// RFC 2045's quoted-printable; a line that would start with `From ` is escaped too, for mailboxes.
  static func quotedPrintable(_ bytes: [UInt8]) -> String {
    bytes.split(separator: 10, omittingEmptySubsequences: false).map { line in
      var rows = [""]
      for (offset, byte) in line.enumerated() {
        let isLast = offset == line.count - 1
        let isPlain = (33...126).contains(byte) && byte != UInt8(ascii: "=") || (byte == 32 || byte == 9) && !isLast
        var text = isPlain ? String(UnicodeScalar(byte)) : escape(byte)
        if rows[rows.count - 1].utf8.count + text.utf8.count > 75 {
          rows[rows.count - 1] += "="
          rows.append("")
        }
        if byte == UInt8(ascii: "F"), rows[rows.count - 1].isEmpty { text = escape(byte) }
        rows[rows.count - 1] += text
      }
      return rows.joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
