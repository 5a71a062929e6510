import BiasMetrics
import FoundationEssentials
import Reports
import TestSupport
import Testing

@Suite("Earlier audits beside the present one")
struct HistoryTests {
  /// Removed when the test is done.
  private final class Folder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "history-\(UInt64.random(in: 0 ... .max))")
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
  }

  private let folder: Folder
  init() throws { folder = try Folder() }

  private func file(_ text: some Sequence<UInt8>, _ name: String = "release-1.json") throws -> String {
    let path = folder.url.appending(path: name)
    try Data(text).write(to: path)
    return path.path
  }

  @Test("An audit's own JSON is read back and drawn with its name, its figures and its verdict")
  func drawn() async throws {
    var report = try await Sample.plain.report()
    let path = try file(report.json())
    report.history = try AuditHistory(paths: [path])
    #expect(report.history.releases.map(\.name) == ["release-1"])
    let figure = try #require(AuditPage(report).figures.first { $0.identity.hasPrefix("history-0") })
    #expect(figure.table.rows.map { $0[0] } == ["release-1", "this audit"])
    #expect(figure.table.rows[0].dropFirst() == figure.table.rows[1].dropFirst())
    #expect(report.html().contains("Over time"))
  }

  @Test("Where the other group was ahead, figures are turned round so that they compare")
  func turned() async throws {
    var report = try await Sample.plain.report()
    let now = try #require(report.strata[0].result.disparities.first { $0.attributes == ["attribute 0"] })
    let (low, high) = (now.lower[0], now.higher[0])
    let text = """
      {"tool":"countermark","version":"0","schema":1,"disparities":[{"metric":"demographic_parity_difference","attributes":\
      ["attribute 0"],"value":0.1,"interval":[0.05,0.2],"ratio":0.5,"ratio_interval":[0.4,0.8],"between":[{"attribute 0":\
      "\(low)"},{"attribute 0":"\(high)"}],"verdict":"disparity"}]}
      """
    report.history = try AuditHistory(paths: [try file(text.utf8)])
    let figure = try #require(AuditPage(report).figures.first { $0.identity == "history-0-selection_rate" })
    #expect(figure.table.rows[0] == ["release-1", "2.000", "1.250 to 2.500", "disparity"])
    let other = try #require(
      AuditPage(report).figures.first { $0.identity == "history-0-true_positive_rate" })
    #expect(other.table.rows[0][3] == "not compared")
  }

  @Test("An audit within strata is drawn stratum by stratum, and others' comparisons are not mixed in")
  func strata() async throws {
    var report = try await Sample.strata.report()
    report.history = try AuditHistory(paths: [try file(report.json())])
    #expect(report.history.releases[0].strata.count == report.strata.count)
    let drawn = AuditPage(report).figures.filter { $0.identity.hasPrefix("history-p") }
    #expect(!drawn.isEmpty && drawn.allSatisfy { $0.title.contains("among") })
    for figure in drawn { #expect(figure.table.rows[0].dropFirst() == figure.table.rows[1].dropFirst()) }
    let other = try await Sample.plain.report()
    report.history = try AuditHistory(paths: [try file(other.json())])
    let mixed = AuditPage(report).figures.filter { $0.identity.hasPrefix("history-p") }
    #expect(mixed.allSatisfy { $0.table.rows[0].last == "not compared" })
  }

  @Test("What is no audit's JSON is an error that names the file")
  func mistakes() throws {
    for text in [
      "{}", "[1]", "", "{\"tool\":\"countermark\",\"schema\":2}", "{\"tool\":\"countermark\",\"schema\":1}",
    ] {
      let path = try file(text.utf8)
      #expect { try AuditHistory(paths: [path]) } throws: { error in
        (error as? ReportsError)?.message.contains(path) == true
          && (error as? ReportsError)?.hint.isEmpty == false
      }
    }
    #expect(throws: ReportsError.self) { try AuditHistory(paths: ["/nowhere/audit.json"]) }
  }
}
