/// Outputs to the same template about different groups, lined up by template and sample.
///
/// Templates are the independent units: samples of one template share its wording. Values are 0 and 1 for flags, numbers for scores.
public struct PairedOutputs: Sendable {
  /// The values of one template (and of the other attributes' groups) by group and sample.
  struct Unit {
    var template: String
    var values: [[String: Double]]
  }

  /// The groups, sorted.
  public let groups: [String]
  let units: [Unit]
  /// Rows without a value.
  public let missing: Int
  /// Rows without a template, which cannot be paired.
  public let withoutTemplate: Int

  /// Lines outputs up.
  ///
  /// - Parameters:
  ///   - attributes: the places of the attributes that make the groups; the others must agree within a pair.
  ///   - value: what is compared.
  public init(_ outputs: [GeneratedOutput], attributes: [Int], value: (GeneratedOutput) -> Double?) {
    var names = Set<String>()
    for output in outputs { names.insert(Self.group(output, attributes)) }
    let groups = names.sorted()
    let places = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
    var units: [String: Unit] = [:]
    var (missing, without) = (0, 0)
    for output in outputs {
      guard let template = output.template else {
        without += 1
        continue
      }
      guard let value = value(output), let place = places[Self.group(output, attributes)] else {
        missing += 1
        continue
      }
      let others = output.groups.indices.filter { !attributes.contains($0) }.map { output.groups[$0] }
      let key = ([template] + others).joined(separator: "\u{1f}")
      var unit = units[key] ?? Unit(template: template, values: groups.map { _ in [:] })
      unit.values[place][output.sample] = value
      units[key] = unit
    }
    self.groups = groups
    // In an order that does not depend on that of the rows.
    self.units = units.sorted { $0.key < $1.key }.map(\.value)
    (self.missing, withoutTemplate) = (missing, without)
  }

  /// A group's name: the values of its attributes, joined by `|`.
  static func group(_ output: GeneratedOutput, _ attributes: [Int]) -> String {
    attributes.map { output.groups[$0] }.joined(separator: "|")
  }

  /// Values of the same template and sample for two groups.
  public struct Pair: Hashable, Sendable {
    /// The template's number, counted from 0 in the order of names.
    public var template: Int
    /// The first group's value.
    public var first: Double
    /// The second's.
    public var second: Double
  }

  /// The pairs of two groups, templates in order of their names, samples in order of theirs.
  public func pairs(_ first: Int, _ second: Int) -> [Pair] {
    var numbers: [String: Int] = [:]
    var pairs: [Pair] = []
    for unit in units {
      for (sample, value) in unit.values[first].sorted(by: { $0.key < $1.key }) {
        guard let other = unit.values[second][sample] else { continue }
        let number = numbers[unit.template] ?? numbers.count
        numbers[unit.template] = number
        pairs.append(Pair(template: number, first: value, second: other))
      }
    }
    return pairs
  }

  /// The mean distance of two outputs to one template about different groups, and about the same group.
  ///
  /// Both are means over the templates that have at least two samples of each group, every sample of one set against every of the other:
  /// what two groups differ by beyond what sampling the model twice differs by.
  public struct Gap: Hashable, Sendable {
    /// Between the groups.
    public var between: Double
    /// Between resamples of one group: the noise floor.
    public var within: Double
    /// Distances by template: between, within.
    var templates: [(between: Double, within: Double)]
    /// The difference of means that resampling alone reaches in one audit of twenty.
    public var differenceFloor: Double

    /// Two are equal when their figures are.
    public static func == (left: Gap, right: Gap) -> Bool {
      left.between == right.between && left.within == right.within
        && left.differenceFloor == right.differenceFloor
    }
    /// Hashes the figures.
    public func hash(into hasher: inout Hasher) { hasher.combine([between, within, differenceFloor]) }
  }

  /// The distances of two groups; nil where no template has two samples of each.
  public func gap(_ first: Int, _ second: Int) -> Gap? {
    var byTemplate: [String: [(between: Double, within: Double)]] = [:]
    var variance = 0.0
    var counted = 0
    for unit in units {
      let (a, b) = (
        unit.values[first].sorted { $0.key < $1.key }.map(\.value),
        unit.values[second].sorted { $0.key < $1.key }.map(\.value)
      )
      guard a.count > 1, b.count > 1 else { continue }
      let between =
        a.reduce(0) { sum, x in sum + b.reduce(0) { $0 + abs(x - $1) } } / Double(a.count * b.count)
      byTemplate[unit.template, default: []].append((between, (Self.spread(a) + Self.spread(b)) / 2))
      variance += Self.variance(a) / Double(a.count) + Self.variance(b) / Double(b.count)
      counted += 1
    }
    guard counted > 0 else { return nil }
    let templates = byTemplate.sorted { $0.key < $1.key }.map { entry in
      let n = Double(entry.value.count)
      return (
        between: entry.value.reduce(0) { $0 + $1.between } / n,
        within: entry.value.reduce(0) { $0 + $1.within } / n
      )
    }
    let n = Double(templates.count)
    return Gap(
      between: templates.reduce(0) { $0 + $1.between } / n,
      within: templates.reduce(0) { $0 + $1.within } / n,
      templates: templates, differenceFloor: 1.959963984540054 * variance.squareRoot() / Double(counted))
  }

  /// The mean distance of two different values.
  private static func spread(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let n = sorted.count
    // Each value is above i others and below n − 1 − i.
    var sum = 0.0
    for (place, value) in sorted.enumerated() { sum += value * Double(2 * place - n + 1) }
    return 2 * sum / Double(n * (n - 1))
  }

  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }

  /// The answers of all groups to the first sample of each template that every group has.
  func complete() -> [[Bool]] {
    var seen = Set<String>()
    var rows: [[Bool]] = []
    for unit in units where !seen.contains(unit.template) {
      let common = unit.values.dropFirst().reduce(Set(unit.values[0].keys)) { $0.intersection($1.keys) }
      guard let sample = common.min() else { continue }
      seen.insert(unit.template)
      rows.append(unit.values.map { ($0[sample] ?? 0) > 0.5 })
    }
    return rows
  }

  /// A group's values, by template.
  func clusters(_ group: Int) -> [(sum: Double, count: Int)] {
    var clusters: [String: (sum: Double, count: Int)] = [:]
    for unit in units {
      for (_, value) in unit.values[group].sorted(by: { $0.key < $1.key }) {
        clusters[unit.template, default: (0, 0)].sum += value
        clusters[unit.template, default: (0, 0)].count += 1
      }
    }
    return clusters.sorted { $0.key < $1.key }.map(\.value)
  }
}
