import COneDNN
import CKernels
import Synchronization

/// The oneDNN engine of this process: one CPU device, one stream, one call at a time.
enum OneDNN {
  /// oneDNN's handles are plain pointers that may be used from any thread, one at a time.
  struct Handle: @unchecked Sendable { let pointer: OpaquePointer }

  static let engine: Handle = {
    var engine: OpaquePointer?
    check(dnnl_engine_create(&engine, dnnl_cpu, 0), "create the CPU engine")
    return Handle(pointer: engine!)
  }()

  private static let stream: Handle = {
    var stream: OpaquePointer?
    check(
      dnnl_stream_create(&stream, engine.pointer, UInt32(dnnl_stream_default_flags.rawValue)), "create a stream")
    return Handle(pointer: stream!)
  }()

  private static let turn = Mutex(())

  static func execute(_ primitive: OpaquePointer, _ prepare: () -> [dnnl_exec_arg_t]) {
    turn.withLock { _ in
      var arguments = prepare()
      check(
        dnnl_primitive_execute(primitive, stream.pointer, Int32(arguments.count), &arguments),
        "execute a primitive")
      check(dnnl_stream_wait(stream.pointer), "wait for a primitive")
    }
  }

  /// Attributes that make primitives take their scratch space from the caller: the library's own is tied to a thread.
  static let attributes: Handle = {
    var attributes: OpaquePointer?
    check(dnnl_primitive_attr_create(&attributes), "create attributes")
    check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "set attributes")
    return Handle(pointer: attributes!)
  }()

  static func check(_ status: dnnl_status_t, _ action: @autoclosure () -> String) {
    guard status == dnnl_success else {
      Scope.fail("oneDNN", "could not \(action()): status \(status.rawValue)")
    }
  }
}

extension DType {
  var oneDNN: dnnl_data_type_t {
    switch self {
    case .float32: dnnl_f32
    case .bfloat16: dnnl_bf16
    case .int32: dnnl_s32
    case .uint8: dnnl_u8
    case .int64: fatalError("oneDNN has no int64")
    }
  }
}
