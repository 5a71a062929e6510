import ImageWatermark
import TestSupport

/// Seeded pictures with the statistics of photographs: smooth ground, blobs with edges, fine texture here and there.
enum TestPictures {
  static func photograph(width: Int, height: Int, seed: UInt64, texture: Double = 12) -> Plane {
    var generator = SplitMix64(seed: seed)
    var samples = [Float](repeating: 0, count: width * height)
    func unit() -> Double { Double.random(in: 0..<1, using: &generator) }
    let ground = (unit() * 80 + 60, unit() * 80 - 40, unit() * 80 - 40)
    let blobs = (0..<40).map { _ in
      (
        x: unit() * Double(width), y: unit() * Double(height),
        radius: (0.03 + 0.2 * unit() * unit()) * Double(width),
        level: unit() * 120 - 60, texture: unit() < 0.5 ? 0 : unit() * texture
      )
    }
    // Texture: a few waves of random direction and length with random phases, so that it has a falling spectrum.
    let waves = (0..<48).map { _ in
      (fx: unit() - 0.5, fy: unit() - 0.5, phase: unit() * 6.28, amplitude: 1 / (1 + 3 * unit()))
    }
    for y in 0..<height {
      for x in 0..<width {
        var level =
          ground.0 + ground.1 * Double(x) / Double(width) + ground.2 * Double(y) / Double(height)
        var amplitude = 1.0
        for blob in blobs {
          let (dx, dy) = (Double(x) - blob.x, Double(y) - blob.y)
          if dx * dx + dy * dy < blob.radius * blob.radius {
            level += blob.level
            amplitude = max(amplitude, blob.texture)
          }
        }
        var texture = 0.0
        for wave in waves.prefix(12) {
          texture +=
            wave.amplitude * cosineOf(6.28 * (wave.fx * Double(x) + wave.fy * Double(y)) + wave.phase)
        }
        texture += 1.5 * (unit() - 0.5)
        samples[y * width + x] = Float(min(max((level + amplitude * 0.5 * texture).rounded(), 0), 255))
      }
    }
    return Plane(width: width, height: height, samples: samples)
  }

  /// The picture with a mark, in whole levels.
  static func marked(
    _ plane: Plane, key: LatticeKey, payload: LatticePayload, strength: LatticeStrength = .psnr(42)
  ) throws
    -> Plane
  {
    let change = try LatticeEmbedder(key: key, payload: payload).change(plane, strength: strength)
    var out = plane
    for index in out.samples.indices {
      let value = plane.samples[index] + Float(change.gain) * change.pattern.samples[index]
      out.samples[index] = min(max(value.rounded(.toNearestOrEven), 0), 255)
    }
    return out
  }

  static func psnr(_ left: Plane, _ right: Plane) -> Double {
    let error = zip(left.samples, right.samples).reduce(0.0) {
      $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
    }
    return 10 * logOf(65025 * Double(left.samples.count) / error) / 2.302585092994046
  }

  static func crop(_ plane: Plane, x: Int, y: Int, width: Int, height: Int) -> Plane {
    var samples: [Float] = []
    for row in y..<(y + height) {
      samples += plane.samples[(row * plane.width + x)..<(row * plane.width + x + width)]
    }
    return Plane(width: width, height: height, samples: samples)
  }

  /// The picture turned about its centre and enlarged, corners filled with gray.
  static func turned(_ plane: Plane, degrees: Double, zoom: Double = 1) -> Plane {
    let (cosine, sine) = (cosineOf(degrees * .pi / 180) / zoom, sineOf(degrees * .pi / 180) / zoom)
    let (cx, cy) = (Double(plane.width - 1) / 2, Double(plane.height - 1) / 2)
    var out = plane
    for y in 0..<plane.height {
      for x in 0..<plane.width {
        let (dx, dy) = (Double(x) - cx, Double(y) - cy)
        let (sx, sy) = (cx + cosine * dx - sine * dy, cy + sine * dx + cosine * dy)
        guard sx >= 0, sy >= 0, sx < Double(plane.width - 1), sy < Double(plane.height - 1) else {
          out.samples[y * plane.width + x] = 120
          continue
        }
        let (ix, iy) = (Int(sx), Int(sy))
        let (fx, fy) = (Float(sx - Double(ix)), Float(sy - Double(iy)))
        let p = iy * plane.width + ix
        let top = plane.samples[p] * (1 - fx) + plane.samples[p + 1] * fx
        let bottom = plane.samples[p + plane.width] * (1 - fx) + plane.samples[p + plane.width + 1] * fx
        out.samples[y * plane.width + x] = (top * (1 - fy) + bottom * fy).rounded()
      }
    }
    return out
  }
}
