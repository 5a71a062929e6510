import CKernels

/// What happens to memory between one piece of work and the next.
public enum WorkingMemory {
  /// Keeps freed memory, up to 128 MB, for what is worked on next.
  ///
  /// Strips of pictures come and go; pages that were given back after each had to be cleared by the kernel for the next, a fifth of
  /// the time of marking. For programs, not for libraries: it changes the whole process. Does nothing without glibc.
  public static func keepFreed() { cm_keep_freed_memory() }
}
