const noStringOrder = "TensorFlow's comparison of order takes numbers alone";
const ownWords = "the error is TensorFlow's, in its own words and with the op's name before it";
const floatsOnly = "TensorFlow's op takes float32 alone, and so does tfjs-node's kernel";

/**
 * Specs of tfjs-core that do not hold on this engine, by how their names begin, and why. All but those marked are on tfjs-node's
 * list, where a kernel's name may stand for all of its specs.
 */
export const leftOut: Readonly<Record<string, string>> = {
  "avgPool gradient x=[3,3,1] f=[3,3] s=1 p=explicit":
    "it wants padding counted in the gradient, and the spec of the value wants it not counted; ours is the value's",
  "conv2dTranspose input=8x8x8,output=4x4x8,f=8,s=1,inDepth=8,p=same vec4":
    "its shapes contradict each other: SAME with stride 1 makes 4×4 of 4×4, and never 8×8",
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
  "leakyrelu int32": floatsOnly,
  "less should support string comparison": noStringOrder,
  "lessEqual should support string comparison": noStringOrder,
  "maxPoolWithArgmax [x=[1,3,3,1] f=[2,2] s=1 ignores NaNs": "TensorFlow's op hands a NaN on",
  "multinomial creates the same data given the same seed":
    "TensorFlow's op begins with its seed and goes on from there in the next call",
  "raggedGather BadValuesShape": ownWords,
  "raggedGather InvalidSplits": ownWords,
  "raggedGather OutOfBounds": ownWords,
  "raggedRange InvalidArgs": ownWords,
  "raggedRange RangeSizeOverflow": ownWords,
  "sign accepts a tensor-like object": "TensorFlow's sign of NaN is NaN",
  "sign basic": "TensorFlow's sign of NaN is NaN",
  "sign does not propagate NaNs": "TensorFlow's sign of NaN is NaN",
  // not on tfjs-node's list
  "softmax Propagates NaNs": "oneDNN's softmax, which graphs run and so eager code too, leaves a NaN in its own place",
  "sparseFillEmptyRows throw error if negative row": ownWords,
  "sparseFillEmptyRows throw error if row exceeds": ownWords,
  "sparseReshape throw error if negative output dim": ownWords,
  "sparseSegmentMean throw error if segment id": ownWords,
  "sparseSegmentSum segments invalid 2": ownWords,
  "sparseSegmentSum segments invalid 3": ownWords,
  "sparseSegmentSum segments invalid 4": ownWords,
  "sparseSegmentSum segments invalid 6": ownWords,
  "sparseSegmentSum segments invalid 7": ownWords,
  "step kernel with int32 tensor": floatsOnly,
  "tan numbers exceed float32 precision": "TensorFlow's tan of a large number is one digit in the last place off",
  "unique 1d tensor with NaN and Infinity": "to TensorFlow two NaN are not the same value",
};
