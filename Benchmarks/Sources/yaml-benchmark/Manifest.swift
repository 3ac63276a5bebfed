/// A manifest like those of a backfill, of as many lines as asked for.
enum Manifest {
  static func text(lines: Int) -> String {
    var text = "# A manifest for measuring.\nmanifest:\n  name: may_2025\nsources:\n"
    var count = 4
    var source = 0
    while count < lines {
      text += """
        - code: source_\(source)  # the source's own name
          name: 'Source \(source): counts'
          enabled: true
          files:
          - url: https://example.org/files/source-\(source).csv
            period: 2025-05
          columns:

        """
      count += 7
      for column in 0..<10 where count < lines {
        text += """
            - original_name: Column \(column)
              semantic_name: column_\(column)
              data_type: integer
              null_values: ['*', c]

          """
        count += 4
      }
      source += 1
    }
    return text
  }
}
