/// Outputs to the same template about different groups, lined up by template and sample.
///
/// Templates are the independent units: samples of one template share its wording. Samples of one name, as two prompts of a template
/// have them, are told apart by their prompts; none is lost. Values are 0 and 1 for flags, numbers for scores.
public struct PairedOutputs: Sendable {
  /// The values of one template (and of the other attributes' groups) by group and sample.
  struct Unit {
    var template: String
    var values: [[Sample]]
  }
  struct Sample {
    /// Its name, and its number among those of the same name.
    var name: String
    var number: Int
    var prompt: String
    var value: Double
    var key: (String, Int) { (name, number) }
  }

  /// The groups, sorted.
  public let groups: [String]
  let units: [Unit]
  /// Rows without a value.
  public let missing: Int
  /// Rows without a template, which cannot be paired.
  public let withoutTemplate: Int
  /// Outputs that share template, groups and sample with another.
  public let repeated: Int

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
    var numbers: [String: Int] = [:]
    var keys: [String] = []
    var units: [Unit] = []
    var (missing, without, repeated) = (0, 0, 0)
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
      let number = numbers[key] ?? units.count
      if number == units.count {
        numbers[key] = number
        keys.append(key)
        units.append(Unit(template: template, values: groups.map { _ in [] }))
      }
      units[number].values[place].append(
        Sample(name: output.sample, number: 0, prompt: output.prompt, value: value))
    }
    for number in units.indices {
      for place in groups.indices { repeated += Self.order(&units[number].values[place]) }
    }
    self.groups = groups
    // In an order that does not depend on that of the rows.
    self.units = units.indices.sorted { keys[$0] < keys[$1] }.map { units[$0] }
    (self.missing, withoutTemplate, self.repeated) = (missing, without, repeated)
  }

  /// A group's name: the values of its attributes, joined by `|`.
  static func group(_ output: GeneratedOutput, _ attributes: [Int]) -> String {
    attributes.map { output.groups.indices.contains($0) ? output.groups[$0] : "" }.joined(separator: "|")
  }

  /// Sorts samples by name, those of one name by prompt, and numbers them; returns how many names were there already.
  private static func order(_ samples: inout [Sample]) -> Int {
    samples.sort { ($0.name, $0.prompt, $0.value) < ($1.name, $1.prompt, $1.value) }
    var repeated = 0
    for place in samples.indices.dropFirst() where samples[place].name == samples[place - 1].name {
      samples[place].number = samples[place - 1].number + 1
      repeated += 1
    }
    return repeated
  }

  /// The values of samples that two groups share, in the samples' order.
  private static func common(_ first: [Sample], _ second: [Sample]) -> [(first: Double, second: Double)] {
    var (a, b) = (0, 0)
    var values: [(first: Double, second: Double)] = []
    while a < first.count, b < second.count {
      if first[a].key == second[b].key {
        values.append((first[a].value, second[b].value))
        (a, b) = (a + 1, b + 1)
      } else if first[a].key < second[b].key {
        a += 1
      } else {
        b += 1
      }
    }
    return values
  }

  /// Values of the same template and sample for two groups.
  public struct Pair: Hashable, Sendable {
    /// The template's number, counted from 0 in the order of names.
    public var template: Int
    /// The first group's value.
    public var first: Double
    /// The second's.
    public var second: Double
    /// Makes one.
    public init(template: Int, first: Double, second: Double) {
      (self.template, self.first, self.second) = (template, first, second)
    }
  }

  /// The pairs of two groups, templates in order of their names, samples in order of theirs.
  public func pairs(_ first: Int, _ second: Int) -> [Pair] {
    guard groups.indices.contains(first), groups.indices.contains(second) else { return [] }
    var numbers: [String: Int] = [:]
    var pairs: [Pair] = []
    for unit in units {
      for (value, other) in Self.common(unit.values[first], unit.values[second]) {
        let number = numbers[unit.template] ?? numbers.count
        numbers[unit.template] = number
        pairs.append(Pair(template: number, first: value, second: other))
      }
    }
    return pairs
  }

  /// The answers of all groups to the first sample of each template that every group has.
  func complete() -> [[Bool]] {
    var seen = Set<String>()
    var rows: [[Bool]] = []
    for unit in units where !seen.contains(unit.template) {
      // The first sample that all have: the greatest of the groups' next ones, until they agree.
      var places = unit.values.map { _ in 0 }
      var row: [Bool]?
      while row == nil, unit.values.indices.allSatisfy({ places[$0] < unit.values[$0].count }) {
        let next = unit.values.indices.map { unit.values[$0][places[$0]] }
        guard let last = next.max(by: { $0.key < $1.key }) else { break }
        if next.allSatisfy({ $0.key == last.key }) {
          row = next.map { $0.value > 0.5 }
        } else {
          for place in places.indices where next[place].key < last.key { places[place] += 1 }
        }
      }
      guard let row else { continue }
      seen.insert(unit.template)
      rows.append(row)
    }
    return rows
  }

  /// A group's values, by template.
  func clusters(_ group: Int) -> [(sum: Double, count: Int)] {
    var clusters: [String: (sum: Double, count: Int)] = [:]
    for unit in units {
      for sample in unit.values[group] {
        clusters[unit.template, default: (0, 0)].sum += sample.value
        clusters[unit.template, default: (0, 0)].count += 1
      }
    }
    return clusters.sorted { $0.key < $1.key }.map(\.value)
  }
}
