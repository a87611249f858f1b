const noKernel = "tfjs-node has no kernel for it, and no network here needs one";
const noStringOrder = "TensorFlow's comparison of order takes numbers alone";
const floatsOnly = "TensorFlow's op takes float32 alone, and so does tfjs-node's kernel";

/** Specs that do not hold on this engine, by how their names begin, and why. All but the two marked are on tfjs-node's list. */
export const leftOut: Readonly<Record<string, string>> = {
  "avgPool gradient x=[3,3,1] f=[3,3] s=1 p=explicit":
    "it wants padding counted in the gradient, and the spec of the value wants it not counted; ours is the value's",
  "bitwiseAnd": noKernel,
  "conv2dTranspose input=8x8x8,output=4x4x8,f=8,s=1,inDepth=8,p=same vec4":
    "its shapes contradict each other: SAME with stride 1 makes 4×4 of 4×4, and never 8×8",
  "denseBincount": noKernel,
  // not on tfjs-node's list
  "depthwiseConv2d gradients throws error on dilations > 1": "it wants an error, and here is the gradient",
  "diag bool": "TensorFlow's Diag takes no bool",
  "einsum 2d matrix calculate trace: duplicate axes not implemented yet":
    "it wants an error, and TensorFlow gives the trace",
  "einsum nonexistent dimension throws error": "it wants an error, and TensorFlow's Einsum leaves that axis out",
  "fused conv2d basic in NCHW": "tfjs-node's FusedConv2D takes NHWC, and says so",
  "fused conv2d batch in NCHW": "tfjs-node's FusedConv2D takes NHWC, and says so",
  "fused conv2d im2row in NCHW": "tfjs-node's FusedConv2D takes NHWC, and says so",
  "greater should support string comparison": noStringOrder,
  "greaterEqual should support string comparison": noStringOrder,
  "image.transform": noKernel,
  "leakyrelu int32": floatsOnly,
  "less should support string comparison": noStringOrder,
  "lessEqual should support string comparison": noStringOrder,
  "lowerBound": noKernel,
  "maxPoolWithArgmax": noKernel,
  "multinomial creates the same data given the same seed":
    "TensorFlow's op begins with its seed and goes on from there in the next call",
  "raggedGather": noKernel,
  "raggedRange": noKernel,
  "raggedTensorToTensor": noKernel,
  "searchSorted": noKernel,
  "sign accepts a tensor-like object": "TensorFlow's sign of NaN is NaN",
  "sign basic": "TensorFlow's sign of NaN is NaN",
  "sign does not propagate NaNs": "TensorFlow's sign of NaN is NaN",
  // not on tfjs-node's list
  "softmax Propagates NaNs": "oneDNN's softmax, which graphs run and so eager code too, leaves a NaN in its own place",
  "sparseFillEmptyRows": noKernel,
  "sparseReshape": noKernel,
  "sparseSegmentMean": noKernel,
  "sparseSegmentSum": noKernel,
  "step kernel with int32 tensor": floatsOnly,
  "stringNGrams": noKernel,
  "stringSplit": noKernel,
  "stringToHashBucketFast": noKernel,
  "tan numbers exceed float32 precision": "TensorFlow's tan of a large number is one digit in the last place off",
  "unique 1d tensor with NaN and Infinity": "to TensorFlow two NaN are not the same value",
  "upperBound": noKernel,
};
