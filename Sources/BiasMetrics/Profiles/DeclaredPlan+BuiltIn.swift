extension DeclaredPlan {
  /// A plan that comes with the tool, to be carried out as it is or printed and edited.
  public struct BuiltIn: Hashable, Sendable {
    /// The name by which it is asked for.
    public var name: String
    /// What it computes.
    public var summary: String
    /// The plan; columns are left open.
    public var plan: DeclaredPlan
  }

  /// The built-in plans, in the order they are listed.
  public static let builtIn: [BuiltIn] = [
    make(
      "ll144",
      "computes the quantities of New York City's Local Law 144: impact ratios by sex, race and both, with the unknown counted"
    ) { plan in
      plan.audit.metrics = [.selectionRate]
      plan.tables = [.ll144]
      plan.state("kind", "metrics", "tables", "intersections")
    },
    make(
      "four-fifths",
      "computes the quantities of the four-fifths rule: ratio, z, Fisher's test and one person moved, for groups of 2 % and more"
    ) { plan in
      plan.audit.metrics = [.selectionRate]
      plan.tables = [.fourFifths]
      plan.state("kind", "metrics", "tables", "ratio_tolerance")
    },
    make("generated-text", "compares texts that a model wrote to prompts about different groups") { plan in
      plan.kind = .generatedText
      plan.state("kind")
    },
    make("generated-images", "compares the groups that a model's pictures show with a reference") { plan in
      plan.kind = .generatedImages
      plan.state("kind")
    },
  ]

  private static func make(
    _ name: String, _ summary: String, _ change: (inout DeclaredPlan) -> Void
  ) -> BuiltIn {
    var plan = DeclaredPlan(name: name, version: "1")
    plan.about.remarks = summary.prefix(1).uppercased() + summary.dropFirst() + "."
    change(&plan)
    return BuiltIn(name: name, summary: summary, plan: plan)
  }

  mutating func state(_ fields: String...) { stated.formUnion(fields) }
}
