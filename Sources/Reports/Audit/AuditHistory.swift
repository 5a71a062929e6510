import BiasMetrics
import FoundationEssentials
import Statistics

/// Earlier audits of the same system, as `audit --json` wrote them, to be drawn beside the present one.
public struct AuditHistory: Hashable, Sendable {
  /// An earlier audit.
  public struct Release: Hashable, Sendable {
    /// What it is called on the page: the file's name without its ending.
    public var name: String
    /// Its comparisons, by the values of the controls.
    public var strata: [Stratum]
  }

  /// The comparisons among rows that share the values of the controls.
  public struct Stratum: Hashable, Sendable {
    /// The controls' values, and of several classes the class; empty where the whole table is one stratum.
    public var controls: [String: String]
    /// The comparisons.
    public var comparisons: [Comparison]
  }

  /// A comparison of two groups, as the file has it.
  public struct Comparison: Hashable, Sendable {
    /// The metric's name in the file.
    public var metric: String
    /// The attributes and values of the group whose rate was higher.
    public var higher: [String: String]
    /// Those of the other.
    public var lower: [String: String]
    /// Higher minus lower.
    public var difference: Double
    /// Its interval.
    public var differenceInterval: ConfidenceInterval?
    /// Lower over higher.
    public var ratio: Double
    /// Its interval.
    public var ratioInterval: ConfidenceInterval?
    /// What was found.
    public var verdict: AuditVerdict?
  }

  /// The audits, oldest first.
  public var releases: [Release]

  /// Takes audits, oldest first.
  public init(releases: [Release] = []) { self.releases = releases }

  /// Reads files that `countermark audit --json FILE` wrote, oldest first.
  ///
  /// Throws a ``ReportsError`` that names the file where one cannot be read, or is no audit of decisions or classes.
  public init(paths: [String]) throws(ReportsError) {
    var releases: [Release] = []
    for path in paths {
      guard let data = try? Data(contentsOf: URL(filePath: path)) else {
        throw ReportsError(
          .unreadableHistory, "cannot read \(path)", hint: "give a file that audit --json wrote")
      }
      releases.append(try Self.release(data, path: path))
    }
    self.releases = releases
  }

  private static func release(_ data: Data, path: String) throws(ReportsError) -> Release {
    guard let file = try? JSONDecoder().decode(File.self, from: data), file.tool == "countermark" else {
      throw ReportsError(
        .unreadableHistory, "\(path) is no audit's JSON", hint: "give a file that audit --json wrote")
    }
    guard file.schema == 1 else {
      throw ReportsError(
        .unreadableHistory, "\(path) is of schema \(file.schema), and this version reads 1",
        hint: "make it again with this version, or use a newer one")
    }
    var strata = (file.strata ?? []).map { part in
      Stratum(controls: part.controls, comparisons: part.disparities.compactMap(\.comparison))
    }
    if let whole = file.disparities {
      strata.append(Stratum(controls: [:], comparisons: whole.compactMap(\.comparison)))
    }
    guard !strata.isEmpty else {
      throw ReportsError(
        .unreadableHistory, "\(path) has no comparisons", hint: "give an audit of decisions or of classes")
    }
    let last = path.split(separator: "/").last.map(String.init) ?? path
    let name = last.hasSuffix(".json") && last.count > 5 ? String(last.dropLast(5)) : last
    return Release(name: name, strata: strata)
  }

  /// The part of an audit's JSON that is drawn.
  private struct File: Decodable {
    var tool: String
    var schema: Int
    var disparities: [Entry]?
    var strata: [Part]?
  }

  private struct Part: Decodable {
    var controls: [String: String]
    var disparities: [Entry]
  }

  private struct Entry: Decodable {
    var metric: String
    var value: Double?
    var interval: [Double?]?
    var ratio: Double?
    var ratioInterval: [Double?]?
    var between: [[String: String]]
    var verdict: String

    enum CodingKeys: String, CodingKey {
      case metric, value, interval, ratio, between, verdict
      case ratioInterval = "ratio_interval"
    }

    var comparison: Comparison? {
      guard between.count == 2 else { return nil }
      func bounds(_ pair: [Double?]?) -> ConfidenceInterval? {
        guard let pair, pair.count == 2, let lower = pair[0] else { return nil }
        return ConfidenceInterval(lower, pair[1] ?? .infinity)
      }
      return Comparison(
        metric: metric, higher: between[0], lower: between[1], difference: value ?? .nan,
        differenceInterval: bounds(interval), ratio: ratio ?? .nan, ratioInterval: bounds(ratioInterval),
        verdict: AuditVerdict(rawValue: verdict))
    }
  }
}

extension AuditHistory.Comparison {
  /// The same comparison seen from the other group.
  var turned: Self {
    var turned = self
    (turned.higher, turned.lower) = (lower, higher)
    turned.difference = -difference
    turned.differenceInterval = differenceInterval.map { ConfidenceInterval(-$0.upper, -$0.lower) }
    turned.ratio = 1 / ratio
    turned.ratioInterval = ratioInterval.map { ConfidenceInterval(1 / $0.upper, 1 / $0.lower) }
    return turned
  }
}
