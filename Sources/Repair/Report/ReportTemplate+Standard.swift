public import Journal

extension ReportTemplate {
  /// The built-in form as a file for one error type, with what the type means spelled out.
  public static func text(for type: ErrorType) -> String {
    standardText.replacing("{{meaning}}", with: Advice.meaning(of: type))
  }

  static let standardText = """
    # Troubleshooting {{place}}

    {{what}} failed in stage {{stage}} because {{meaning}} ({{error_type}}).

    {{outcome}}

    ## What worked

    {{sources}}

    ## What failed

    {{facts}}

    ## Why it failed

    {{why}}

    {{evidence}}

    ## What was considered

    {{candidates}}

    ## What is recommended

    {{next_step}}

    {{edit}}

    {{diff}}

    ## What trying it showed

    {{verification}}

    {{repeat}}

    ## How to decide

    {{decide}}

    ## To bear in mind

    {{notes}}

    ## The end of the output

    {{log}}

    """
}
