import BiasMetrics
import FoundationEssentials
import Tabular
import TestSupport
import Testing

@Suite("Declared plans")
struct PlanTests {
  private func plan(_ json: String) throws -> DeclaredPlan {
    try DeclaredPlan(json: Array(json.utf8), place: "plan p")
  }

  @Test("A plan says what flags can say, and comes back from its own text")
  func round() throws {
    let plan = try plan(
      """
      {"schema": 1, "name": "hiring", "version": "3", "kind": "decisions",
       "about": {"system": "Ranker", "favourable_outcome": "invited", "data_from": "2026-01-01"},
       "columns": {"groups": ["sex", "age: <25|25-45|>45"], "controls": ["region"], "label": "y", "score": "s", "threshold": 0.5,
                   "weight": "w"},
       "positive": "yes", "missing": ["NA"], "missing_labels": "exclude", "metrics": ["selection_rate", "precision_score"],
       "ratio_tolerance": 0.9, "difference_tolerance": 0.05, "alpha": 0.01, "minimum_count": 50, "correction": "holm",
       "intersections": false, "references": {"sex": "male"}, "convention": "fairlearn", "tables": ["ll144"], "search_depth": 2}
      """)
    #expect(plan.columns.threshold == .from(0.5))
    #expect(plan.audit.metrics == [.selectionRate, .precision])
    #expect(plan.audit.alpha == 0.01 && plan.audit.minimumCount == 50 && !plan.audit.includesIntersections)
    #expect(plan.audit.references == ["sex": "male"])
    let again = try DeclaredPlan(json: plan.json.pretty, place: "again")
    #expect(again.json == plan.json)
    #expect(again.digest == plan.digest)
  }

  @Test("The digest shows neither order nor white space nor defaults spelled out, and any change of meaning")
  func digest() throws {
    let bare = try plan(#"{"name":"a","version":"1"}"#)
    #expect(bare.digest.hasPrefix("sha256:") && bare.digest.utf8.count == 71)
    #expect(try plan(#"{ "version" : "1", "alpha": 0.05, "name" : "a" }"#).digest == bare.digest)
    for other in [
      #"{"name":"a","version":"2"}"#, #"{"name":"a","version":"1","alpha":0.04}"#,
      #"{"name":"a","version":"1","columns":{"groups":["sex"]}}"#,
      #"{"name":"a","version":"1","about":{"system":"x"}}"#,
    ] { #expect(try plan(other).digest != bare.digest) }
  }

  @Test("A correction is named in the plan and comes back; audits that do not know it refuse it")
  func correction() throws {
    let plan = try plan(#"{"name":"a","version":"1","correction":"benjamini-hochberg"}"#)
    #expect(plan.audit.correction == .benjaminiHochberg)
    #expect(try DeclaredPlan(json: plan.json.pretty, place: "again").json == plan.json)
    #expect(plan.digest != (try self.plan(#"{"name":"a","version":"1"}"#).digest))
    try plan.check()
    for kind in ["numeric", "ranking", "generated-text", "bbq"] {
      let other = try self.plan(
        #"{"name":"a","version":"1","correction":"benjamini-hochberg","kind":"\#(kind)"}"#)
      #expect(throws: BiasMetricsError.self) { try other.check() }
    }
  }

  @Test("A plan holds the files that it names to their digests, built-in lexicons too")
  func pinned() async throws {
    try await withTemporaryFile("group,share\nwomen,1\nmen,1\n") { path in
      var plan = DeclaredPlan(name: "a", version: "1")
      plan.kind = .generatedText
      (plan.content.lexicons, plan.content.reference) = (["gender-en"], path)
      try plan.pin()
      #expect(Set(plan.content.digests.keys) == ["gender-en", path])
      let text = plan.json.pretty
      var again = try DeclaredPlan(json: text, place: "again")
      try again.pin()
      #expect(again.json == plan.json)
      try Data("group,share\nwomen,2\nmen,1\n".utf8).write(to: URL(filePath: path))
      var changed = try DeclaredPlan(json: text, place: "again")
      #expect { try changed.pin() } throws: { error in
        guard let error = error as? BiasMetricsError else { return false }
        return error.code == .changedSource && error.message.contains(path)
          && error.message.contains(plan.content.digests[path] ?? "?")
      }
      var other = again
      other.content.reference = "equal"
      #expect { try other.pin() } throws: {
        ($0 as? BiasMetricsError)?.message.contains("does not read") == true
      }
    }
  }

  @Test(
    "Mistakes name the field",
    arguments: [
      (#"{"name":"a","version":"1","alhpa":0.1}"#, "did you mean 'alpha'"),
      (#"{"name":"a","version":"1","alpha":2}"#, "between 0 and 1"),
      (#"{"name":"a","version":"1","minimum_count":0}"#, "minimum_count"),
      (#"{"name":"a","version":"1","metrics":["tpr"]}"#, "true_positive_rate"),
      (#"{"name":"a","version":"1","kind":"texts"}"#, "generated-text"),
      (#"{"name":"a","version":"1","about":{"audit_date":"24.11.2026"}}"#, "2026-11-24"),
      (#"{"name":"a","version":"1","columns":{"group":["sex"]}}"#, "did you mean 'groups'"),
      (#"{"name":"a","version":"1","columns":{"groups":["age: <x"]}}"#, "no class of values"),
      (#"{"name":"a","version":"1","columns":{"threshold":"half"}}"#, "median"),
      (#"{"name":"a"}"#, "version"), (#"{"name":"a","version":"1","schema":2}"#, "schema"),
      (#"{"name":"a","version":"1","correction":"none"}"#, "holm, benjamini-hochberg"), ("[]", "an object"),
      (#"{"name":"a","version":"1","content":{"digests":{"x":"sha1:00"}}}"#, "64 hex digits"),
      (#"{"name":"a","version":"1","search_depth":9}"#, "search_depth"),
    ])
  func mistakes(_ json: String, _ word: String) {
    #expect { try plan(json) } throws: { ($0 as? TabularError)?.description.contains(word) ?? false }
  }

  @Test("Flags fill what a plan leaves open, and may not contradict it")
  func flags() throws {
    var plan = try plan(#"{"name":"a","version":"1","alpha":0.01}"#)
    try plan.fill(\.audit.alpha, "alpha", with: 0.01, flag: "--alpha")
    try plan.fill(\.audit.ratioTolerance, "ratio_tolerance", with: 0.9, flag: "--tau")
    #expect(plan.audit.ratioTolerance == 0.9)
    #expect { try plan.fill(\.audit.alpha, "alpha", with: 0.05, flag: "--alpha") } throws: {
      ($0 as? BiasMetricsError)?.code == .contradictsPlan
    }
  }

  @Test(
    "Every built-in plan can be printed, read again and named", arguments: DeclaredPlan.builtIn.map(\.name))
  func builtIn(_ name: String) throws {
    let plan = try DeclaredPlan(named: name)
    let again = try DeclaredPlan(json: plan.json.pretty, place: name)
    #expect(again.digest == plan.digest)
    #expect(!String(decoding: plan.json.pretty, as: UTF8.self).contains("compl"))
  }

  @Test("A plan that is no file says which are built in")
  func absent() {
    #expect { try DeclaredPlan(named: "no-such-plan") } throws: { "\($0)".contains("ll144") }
  }
}
