public import Foundation

/// What is served at one moment.
public struct ServedPage: Sendable {
  /// Another one for every page that is not the same.
  public let version: String
  /// The page.
  public let html: Data
  /// What the page asks for afterwards: `model` and `histories`.
  public let news: Data

  /// Draws the page.
  public init(of fold: DashboardFold, version: String) throws {
    self.version = version
    html = Data(try DashboardPage.html(of: fold, live: true).utf8)
    news = try DashboardPage.json(News(model: fold.model, histories: fold.histories))
  }

  private struct News: Encodable {
    let model: DashboardModel
    let histories: SourceHistories
  }
}
