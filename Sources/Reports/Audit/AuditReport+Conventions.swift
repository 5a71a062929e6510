import BiasMetrics

extension AuditReport {
  /// What the other tool prints, by attribute.
  func conventionFigures() -> [(name: String, value: Double)] {
    var all: [(String, Double)] = []
    guard convention != .strict else { return [] }
    for place in 0..<table.groupDimensions {
      let attribute = table.dimensions[place].name
      let groups = table.groups(by: [place], keepsScores: true)
      switch convention {
      case .strict: break
      case .fairlearn:
        let figures = FairlearnConvention.functions(
          groups, overall: table.overall(keepsScores: true), isWeighted: table.isWeighted,
          hasScores: table.hasScores)
        all += figures.map { ("\(attribute): \($0.name)", $0.value) }
      case .aif360:
        guard let reference = privileged[attribute] else { continue }
        let figures = AIF360Convention(groups, privileged: reference, isWeighted: table.isWeighted)
          .comparisons
        all += figures.sorted { $0.key < $1.key }.map { ("\(attribute): \($0.key)", $0.value) }
      case .aequitas:
        let reference = privileged[attribute].map { AequitasConvention.Reference.predefined($0) } ?? .major
        let figures = AequitasConvention.disparities(groups, reference)
        for metric in AequitasConvention.metrics {
          for (group, value) in zip(groups, figures[metric]?.values ?? []) {
            all.append(("\(attribute)=\(group.name): \(metric)_disparity", value))
          }
        }
      }
    }
    return all
  }
}
