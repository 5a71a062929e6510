/// Something that was looked for: a mark of a scheme, of a profile under a key where it has one.
public struct ScanTarget: Hashable, Sendable {
  /// `text` or `image`.
  public var kind: String
  /// The profile's name.
  public var profile: String
  /// The scheme.
  public var scheme: String
  /// The key's id.
  public var keyID: String?

  /// The target in a few words.
  public var name: String {
    let key = keyID.map { " under \($0)" } ?? ""
    return profile == "lattice" || profile == "deployed" ? scheme + key : "\(profile) (\(scheme))\(key)"
  }
}
