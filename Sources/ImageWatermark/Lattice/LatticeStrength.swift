/// How strong a lattice mark is.
public enum LatticeStrength: Hashable, Sendable {
  /// The structural similarity (SSIM) that the marked picture shall have, with the PSNR held between 38.5 and 45 dB.
  ///
  /// Equal visibility: pictures full of texture, which hide more and need more, are marked more strongly than flat ones.
  case visibility(Double)
  /// The peak signal-to-noise ratio in decibels, the same for every picture.
  case psnr(Double)

  /// An SSIM of 0.985.
  public static let standard = LatticeStrength.visibility(0.985)
  /// The range of PSNR that visibility chooses from, in decibels.
  public static let psnrRange = 38.5...45.0
}
