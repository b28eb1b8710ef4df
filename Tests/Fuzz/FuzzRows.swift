import ReadingChecks

/// Called by libFuzzer with each input: traps where the readers disagree about it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRows(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // The bytes are libFuzzer's for the length of the call.
  let input = unsafe FuzzCase(fuzzerInput: Array(UnsafeBufferPointer(start: start, count: count)))
  // The slow ways of reading take their turn, which the input alone decides.
  if let difference = input.compare(depth: count % 8 == 0 ? 2 : 0).difference { preconditionFailure(difference) }
  return 0
}
