/** The part of TensorFlow's C API (tensorflow/c/c_api.h, 2.21) that only the profile needs; see runtime/ffi/symbols.ts. */
export const sessionSymbols = {
  // TF_Function* TFE_ContextGetFunction(context, name, status)
  TFE_ContextGetFunction: { parameters: ["pointer", "buffer", "pointer"], result: "pointer" },
  // void TF_FunctionToFunctionDef(function, output_func_def, status)
  TF_FunctionToFunctionDef: { parameters: ["pointer", "pointer", "pointer"], result: "void" },

  // TF_Buffer* TF_NewBuffer(void); struct { const void* data; size_t length; … }
  TF_NewBuffer: { parameters: [], result: "pointer" },
  // TF_Buffer* TF_NewBufferFromString(proto, proto_len)
  TF_NewBufferFromString: { parameters: ["buffer", "usize"], result: "pointer" },
  // void TF_DeleteBuffer(buffer)
  TF_DeleteBuffer: { parameters: ["pointer"], result: "void" },

  // TF_SessionOptions* TF_NewSessionOptions(void)
  TF_NewSessionOptions: { parameters: [], result: "pointer" },
  // void TF_SetConfig(options, proto, proto_len, status)
  TF_SetConfig: { parameters: ["pointer", "buffer", "usize", "pointer"], result: "void" },
  // void TF_DeleteSessionOptions(options)
  TF_DeleteSessionOptions: { parameters: ["pointer"], result: "void" },
  // TF_Session* TF_NewSession(graph, options, status)
  TF_NewSession: { parameters: ["pointer", "pointer", "pointer"], result: "pointer" },
  // void TF_CloseSession(session, status)
  TF_CloseSession: { parameters: ["pointer", "pointer"], result: "void" },
  // void TF_DeleteSession(session, status)
  TF_DeleteSession: { parameters: ["pointer", "pointer"], result: "void" },
  // void TF_SessionRun(session, run_options, inputs, input_values, ninputs, outputs, output_values, noutputs,
  //   target_opers, ntargets, run_metadata, status)
  TF_SessionRun: {
    parameters: [
      "pointer",
      "pointer",
      "buffer",
      "buffer",
      "i32",
      "buffer",
      "buffer",
      "i32",
      "buffer",
      "i32",
      "pointer",
      "pointer",
    ],
    result: "void",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions, opened from the library that the engine uses. */
export type SessionSymbols = Deno.DynamicLibrary<typeof sessionSymbols>["symbols"];
