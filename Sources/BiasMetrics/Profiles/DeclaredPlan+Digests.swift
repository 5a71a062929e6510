import Randomness
import Tabular

extension DeclaredPlan {
  /// The lexicons and the file of shares that the plan names, each once, in its order.
  public var sources: [String] {
    let all =
      content.lexicons
      + [content.targets, content.refusals, content.reference == "equal" ? nil : content.reference].compactMap
    { $0 }
    var names: [String] = []
    for name in all where name != "-" && !names.contains(name) { names.append(name) }
    return names
  }

  /// Writes down the digest of every lexicon and file that the plan names, and holds those that it declared to it.
  ///
  /// A plan that names a file says little if the file can change after the results are known. Throws when a file cannot be read, its
  /// digest is not the declared one, or a digest is of something that the plan does not name.
  public mutating func pin() throws(BiasMetricsError) {
    let sources = sources
    for name in content.digests.keys.sorted() where !sources.contains(name) {
      throw BiasMetricsError(
        .invalidPlan, "the plan '\(self.name)' declares a digest of '\(name)', which it does not read",
        hint: "it reads \(sources.isEmpty ? "no file" : sources.joined(separator: ", "))")
    }
    for name in sources {
      let found = try Self.digest(of: name, isLexicon: name != content.reference)
      if let declared = content.digests[name], declared != found {
        throw BiasMetricsError(
          .changedSource,
          "'\(name)' is not what the plan '\(self.name)' declared: its digest is \(found), declared is \(declared)",
          hint: "give the file that was declared, or declare another plan: --show-plan prints the new digest")
      }
      content.digests[name] = found
    }
  }

  private static func digest(of name: String, isLexicon: Bool) throws(BiasMetricsError) -> String {
    if let text = Lexicon.builtIn(name) { return ContentDigest.of(Array(text.utf8)) }
    do throws(TabularError) {
      return ContentDigest.of(try FileBytes.read(name, limit: Lexicon.largestFile))
    } catch {
      // A lexicon that is neither built in nor a file is named with those that are.
      if isLexicon { _ = try Lexicon(named: name) }
      throw BiasMetricsError(error)
    }
  }
}

extension BiasMetricsError.Code {
  /// A file that is not what a plan declared.
  public static let changedSource = BiasMetricsError.Code(rawValue: "changed-source")
}
