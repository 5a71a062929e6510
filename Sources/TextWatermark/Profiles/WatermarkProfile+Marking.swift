import Randomness

extension WatermarkProfile {
  /// What writes this profile's mark under a key of the ring; the profile's own key if `keyID` is nil.
  public func processor(keys: KeyRing, keyID: String? = nil) throws(TextWatermarkError) -> GreenListProcessor
  {
    let key = try keys.key(named: keyID ?? self.keyID)
    return GreenListProcessor(
      scheme: try parameters.scheme(key: try KeyRing.integer(of: key, scheme: scheme.rawValue)),
      bias: Float(parameters.bias))
  }

  /// The same mark at another strength, for comparing strengths; its name and digest tell which.
  ///
  /// Throws where the list would be empty or everything.
  public func varying(
    ratio: Double? = nil, bias: Double? = nil
  ) throws(TextWatermarkError) -> WatermarkProfile {
    var other = self
    if let ratio { other.parameters.ratio = ratio }
    if let bias {
      guard bias.isFinite else { throw .invalidParameter("a bias of \(bias)", hint: "give a number") }
      other.parameters.bias = bias
    }
    guard other.parameters != parameters else { return self }
    other.name += " (ratio \(other.parameters.ratio), bias \(other.parameters.bias))"
    other.digest = ContentDigest.of(
      Array("\(digest) ratio \(other.parameters.ratio) bias \(other.parameters.bias)".utf8))
    _ = try other.parameters.scheme(key: GreenListScheme.defaultKey)
    return other
  }
}
