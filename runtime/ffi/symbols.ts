/** A tensor of a graph under construction, by value: `struct { TF_Operation* oper; int index; }`. */
const output = { struct: ["pointer", "i32"] } as const;

/**
 * The part of TensorFlow's C API (tensorflow/c/c_api.h and tensorflow/c/eager/c_api.h, 2.21) that the engine calls.
 * The comment above each symbol is its prototype, with the parameters' names alone.
 */
export const symbols = {
  // const char* TF_Version(void)
  TF_Version: { parameters: [], result: "pointer" },

  // bool tensorflow::IsMKLEnabled(): whether oneDNN's kernels replace TensorFlow's own
  IsMKLEnabled: { name: "_ZN10tensorflow12IsMKLEnabledEv", parameters: [], result: "bool", optional: true },

  // void tsl::enable_tensor_float_32_execution(enabled): whether a GPU's float32 products and convolutions are rounded to TensorFloat-32
  enableTensorFloat32: {
    name: "_ZN3tsl32enable_tensor_float_32_executionEb",
    parameters: ["bool"],
    result: "void",
    optional: true,
  },

  // TF_Status* TF_NewStatus(void)
  TF_NewStatus: { parameters: [], result: "pointer" },
  // void TF_DeleteStatus(status)
  TF_DeleteStatus: { parameters: ["pointer"], result: "void" },
  // TF_Code TF_GetCode(status)
  TF_GetCode: { parameters: ["pointer"], result: "i32" },
  // const char* TF_Message(status)
  TF_Message: { parameters: ["pointer"], result: "pointer" },

  // TF_Tensor* TF_AllocateTensor(dtype, dims, num_dims, len)
  TF_AllocateTensor: { parameters: ["i32", "buffer", "i32", "usize"], result: "pointer" },
  // void* TF_TensorData(tensor)
  TF_TensorData: { parameters: ["pointer"], result: "pointer" },
  // size_t TF_TensorByteSize(tensor)
  TF_TensorByteSize: { parameters: ["pointer"], result: "usize" },
  // void TF_DeleteTensor(tensor)
  TF_DeleteTensor: { parameters: ["pointer"], result: "void" },

  // void TF_StringInit(string)
  TF_StringInit: { parameters: ["pointer"], result: "void" },
  // void TF_StringCopy(string, source, size)
  TF_StringCopy: { parameters: ["pointer", "buffer", "usize"], result: "void" },
  // const char* TF_StringGetDataPointer(string)
  TF_StringGetDataPointer: { parameters: ["pointer"], result: "pointer" },
  // size_t TF_StringGetSize(string)
  TF_StringGetSize: { parameters: ["pointer"], result: "usize" },

  // TFE_ContextOptions* TFE_NewContextOptions(void)
  TFE_NewContextOptions: { parameters: [], result: "pointer" },
  // void TFE_ContextOptionsSetConfig(options, proto, proto_len, status)
  TFE_ContextOptionsSetConfig: { parameters: ["pointer", "buffer", "usize", "pointer"], result: "void" },
  // void TFE_DeleteContextOptions(options)
  TFE_DeleteContextOptions: { parameters: ["pointer"], result: "void" },
  // TFE_Context* TFE_NewContext(options, status)
  TFE_NewContext: { parameters: ["pointer", "pointer"], result: "pointer" },
  // TF_DeviceList* TFE_ContextListDevices(context, status)
  TFE_ContextListDevices: { parameters: ["pointer", "pointer"], result: "pointer" },
  // void TFE_ContextAddFunction(context, function, status)
  TFE_ContextAddFunction: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  // void TFE_ContextRemoveFunction(context, name, status)
  TFE_ContextRemoveFunction: { parameters: ["pointer", "buffer", "pointer"], result: "void" },

  // int TF_DeviceListCount(list)
  TF_DeviceListCount: { parameters: ["pointer"], result: "i32" },
  // const char* TF_DeviceListType(list, index, status)
  TF_DeviceListType: { parameters: ["pointer", "i32", "pointer"], result: "pointer" },
  // void TF_DeleteDeviceList(list)
  TF_DeleteDeviceList: { parameters: ["pointer"], result: "void" },

  // TFE_TensorHandle* TFE_NewTensorHandle(tensor, status)
  TFE_NewTensorHandle: { parameters: ["pointer", "pointer"], result: "pointer" },
  // void TFE_DeleteTensorHandle(handle)
  TFE_DeleteTensorHandle: { parameters: ["pointer"], result: "void" },
  // TFE_TensorHandle* TFE_TensorHandleCopySharingTensor(handle, status)
  TFE_TensorHandleCopySharingTensor: { parameters: ["pointer", "pointer"], result: "pointer" },
  // TFE_TensorHandle* TFE_TensorHandleCopyToDevice(handle, context, device_name, status)
  TFE_TensorHandleCopyToDevice: { parameters: ["pointer", "pointer", "buffer", "pointer"], result: "pointer" },
  // TF_DataType TFE_TensorHandleDataType(handle)
  TFE_TensorHandleDataType: { parameters: ["pointer"], result: "i32" },
  // int TFE_TensorHandleNumDims(handle, status)
  TFE_TensorHandleNumDims: { parameters: ["pointer", "pointer"], result: "i32" },
  // int64_t TFE_TensorHandleDim(handle, dim_index, status)
  TFE_TensorHandleDim: { parameters: ["pointer", "i32", "pointer"], result: "i64" },
  // TF_Tensor* TFE_TensorHandleResolve(handle, status)
  TFE_TensorHandleResolve: { parameters: ["pointer", "pointer"], result: "pointer" },

  // TFE_Op* TFE_NewOp(context, name, status)
  TFE_NewOp: { parameters: ["pointer", "buffer", "pointer"], result: "pointer" },
  // void TFE_DeleteOp(op)
  TFE_DeleteOp: { parameters: ["pointer"], result: "void" },
  // void TFE_OpAddInput(op, handle, status)
  TFE_OpAddInput: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  // void TFE_OpSetAttrString(op, name, value, length)
  TFE_OpSetAttrString: { parameters: ["pointer", "buffer", "buffer", "usize"], result: "void" },
  // void TFE_OpSetAttrInt(op, name, value)
  TFE_OpSetAttrInt: { parameters: ["pointer", "buffer", "i64"], result: "void" },
  // void TFE_OpSetAttrFloat(op, name, value)
  TFE_OpSetAttrFloat: { parameters: ["pointer", "buffer", "f32"], result: "void" },
  // void TFE_OpSetAttrBool(op, name, value)
  TFE_OpSetAttrBool: { parameters: ["pointer", "buffer", "u8"], result: "void" },
  // void TFE_OpSetAttrType(op, name, value)
  TFE_OpSetAttrType: { parameters: ["pointer", "buffer", "i32"], result: "void" },
  // void TFE_OpSetAttrShape(op, name, dims, num_dims, status)
  TFE_OpSetAttrShape: { parameters: ["pointer", "buffer", "buffer", "i32", "pointer"], result: "void" },
  // void TFE_OpSetAttrIntList(op, name, values, num_values)
  TFE_OpSetAttrIntList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  // void TFE_OpSetAttrStringList(op, name, values, lengths, num_values)
  TFE_OpSetAttrStringList: { parameters: ["pointer", "buffer", "buffer", "buffer", "i32"], result: "void" },
  // void TFE_OpSetAttrTypeList(op, name, values, num_values)
  TFE_OpSetAttrTypeList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  // void TFE_Execute(op, handles, num_handles, status)
  TFE_Execute: { parameters: ["pointer", "buffer", "buffer", "pointer"], result: "void" },
  // the same on another thread: the event loop goes on
  executeAsync: {
    name: "TFE_Execute",
    parameters: ["pointer", "buffer", "buffer", "pointer"],
    result: "void",
    nonblocking: true,
  },

  // TF_Graph* TF_NewGraph(void)
  TF_NewGraph: { parameters: [], result: "pointer" },
  // void TF_DeleteGraph(graph)
  TF_DeleteGraph: { parameters: ["pointer"], result: "void" },
  // TF_OperationDescription* TF_NewOperation(graph, op_type, oper_name)
  TF_NewOperation: { parameters: ["pointer", "buffer", "buffer"], result: "pointer" },
  // TF_Operation* TF_FinishOperation(description, status)
  TF_FinishOperation: { parameters: ["pointer", "pointer"], result: "pointer" },
  // void TF_AddInput(description, input)
  TF_AddInput: { parameters: ["pointer", output], result: "void" },
  // void TF_AddInputList(description, inputs, num_inputs)
  TF_AddInputList: { parameters: ["pointer", "buffer", "i32"], result: "void" },
  // void TF_AddControlInput(description, input)
  TF_AddControlInput: { parameters: ["pointer", "pointer"], result: "void" },
  // void TF_SetAttrString(description, name, value, length)
  TF_SetAttrString: { parameters: ["pointer", "buffer", "buffer", "usize"], result: "void" },
  // void TF_SetAttrStringList(description, name, values, lengths, num_values)
  TF_SetAttrStringList: { parameters: ["pointer", "buffer", "buffer", "buffer", "i32"], result: "void" },
  // void TF_SetAttrInt(description, name, value)
  TF_SetAttrInt: { parameters: ["pointer", "buffer", "i64"], result: "void" },
  // void TF_SetAttrFloat(description, name, value)
  TF_SetAttrFloat: { parameters: ["pointer", "buffer", "f32"], result: "void" },
  // void TF_SetAttrBool(description, name, value)
  TF_SetAttrBool: { parameters: ["pointer", "buffer", "u8"], result: "void" },
  // void TF_SetAttrType(description, name, value)
  TF_SetAttrType: { parameters: ["pointer", "buffer", "i32"], result: "void" },
  // void TF_SetAttrShape(description, name, dims, num_dims)
  TF_SetAttrShape: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  // void TF_SetAttrIntList(description, name, values, num_values)
  TF_SetAttrIntList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  // void TF_SetAttrTypeList(description, name, values, num_values)
  TF_SetAttrTypeList: { parameters: ["pointer", "buffer", "buffer", "i32"], result: "void" },
  // void TF_SetAttrTensor(description, name, tensor, status)
  TF_SetAttrTensor: { parameters: ["pointer", "buffer", "pointer", "pointer"], result: "void" },
  // int TF_OperationNumOutputs(operation)
  TF_OperationNumOutputs: { parameters: ["pointer"], result: "i32" },
  // void TF_SetAttrFuncName(description, attr_name, value, length)
  TF_SetAttrFuncName: { parameters: ["pointer", "buffer", "buffer", "usize"], result: "void" },
  // void TF_GraphCopyFunction(graph, function, gradient, status)
  TF_GraphCopyFunction: { parameters: ["pointer", "pointer", "pointer", "pointer"], result: "void" },
  // void TF_FunctionSetAttrValueProto(function, attr_name, proto, proto_len, status)
  TF_FunctionSetAttrValueProto: { parameters: ["pointer", "buffer", "buffer", "usize", "pointer"], result: "void" },
  // TF_DataType TF_OperationOutputType(output)
  TF_OperationOutputType: { parameters: [output], result: "i32" },
  // int TF_GraphGetTensorNumDims(graph, output, status)
  TF_GraphGetTensorNumDims: { parameters: ["pointer", output, "pointer"], result: "i32" },
  // void TF_GraphGetTensorShape(graph, output, dims, num_dims, status)
  TF_GraphGetTensorShape: { parameters: ["pointer", output, "buffer", "i32", "pointer"], result: "void" },
  // void TF_GraphSetTensorShape(graph, output, dims, num_dims, status)
  TF_GraphSetTensorShape: { parameters: ["pointer", output, "buffer", "i32", "pointer"], result: "void" },
  // TF_Function* TF_GraphToFunctionWithControlOutputs(body, name, append_hash, num_opers, opers, ninputs, inputs,
  //   noutputs, outputs, output_names, ncontrol_outputs, control_outputs, control_output_names, options, description, status)
  TF_GraphToFunctionWithControlOutputs: {
    parameters: [
      "pointer",
      "buffer",
      "u8",
      "i32",
      "buffer",
      "i32",
      "buffer",
      "i32",
      "buffer",
      "pointer",
      "i32",
      "buffer",
      "pointer",
      "pointer",
      "pointer",
      "pointer",
    ],
    result: "pointer",
  },
  // void TF_DeleteFunction(function)
  TF_DeleteFunction: { parameters: ["pointer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** TensorFlow's C functions, as opened from its library. */
export type Symbols = Deno.DynamicLibrary<typeof symbols>["symbols"];
