import Tabular

extension DeclaredPlan {
  /// Fails where the plan cannot be carried out, whatever the tables hold.
  public func check() throws(BiasMetricsError) {
    try audit.check()
    if columns.threshold != nil {
      guard columns.score != nil, columns.prediction == nil else {
        throw BiasMetricsError(
          .invalidPlan, "a threshold makes decisions of scores",
          hint: "--threshold makes decisions of --score; leave --prediction out")
      }
    }
    guard columns.cluster == nil || searchDepth == 0 else {
      throw BiasMetricsError(
        .invalidPlan,
        "the search for subgroups deals rows anew one by one, and rows of a cluster belong together",
        hint: "leave --cluster or --search-depth out")
    }
    guard columns.weight == nil || searchDepth == 0 else {
      throw BiasMetricsError(
        .invalidPlan, "the search for subgroups deals rows anew that count alike, and these have weights",
        hint: "leave --weight or --search-depth out")
    }
    guard audit.correction == .holm || kind == .decisions || kind == .multiclass else {
      throw BiasMetricsError(
        .invalidPlan, "audits of kind \(kind.rawValue) are corrected by methods of their own",
        hint: "leave --correction out; it is for decisions and classes")
    }
    guard convention != .aif360 || !audit.references.isEmpty else {
      throw BiasMetricsError(
        .invalidPlan, "AIF360's figures compare with a privileged group, and none is named",
        hint: "--convention aif360 needs the privileged group: --privileged COLUMN=VALUE")
    }
  }

  /// The columns to count, for plans of decisions.
  public func schema() throws -> CubeSchema {
    guard !columns.groups.isEmpty else {
      throw BiasMetricsError(
        .invalidPlan, "no column of groups is named", hint: "name at least one: --group COLUMN")
    }
    guard columns.prediction != nil || columns.threshold != nil else {
      throw BiasMetricsError(
        .invalidPlan, "no decisions are named",
        hint: "name the decisions: --prediction COLUMN, or --score COLUMN --threshold CUT")
    }
    var decisions = columns.prediction.map { TableColumn($0) }
    if case .from(let cut)? = columns.threshold, let score = columns.score {
      decisions = try TableColumn(definition: "\(score): >=\(cut)|<\(cut)")
    }
    return CubeSchema(
      groups: try columns.groups.map { try TableColumn(definition: $0) },
      controls: try columns.controls.map { try TableColumn(definition: $0) }
        + (columns.cluster.map { [TableColumn($0)] } ?? []),
      label: columns.label.map { TableColumn($0) }, prediction: decisions, score: columns.score,
      weight: columns.weight)
  }

  /// The favourable decision, where it is written otherwise than the label.
  public func positivePrediction(_ cube: CountingCube) -> String? {
    switch columns.threshold {
    case nil:
      // Decisions made of a score's classes, in counts that were saved: the first class is the favourable one.
      if positive == nil, case .classes(let classes)? = cube.schema.prediction?.content {
        classes.first?.label
      } else {
        nil
      }
    case .from(let cut): ">=\(cut)"
    case .aboveMedian: cube.predictionDimension.flatMap { cube.dimensions[$0].labels.first }
    }
  }
}
