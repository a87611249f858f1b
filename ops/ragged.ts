import type { Tensor } from "@tensorflow/tfjs-core";
import type * as tf from "@tensorflow/tfjs-core";
import { attribute, type KernelArguments, nativeKernel, types } from "./native.ts";

/** The inputs of these kernels that are lists of tensors. */
interface Lists {
  readonly inputs: Readonly<Record<"paramsNestedSplits" | "rowPartitionTensors", Tensor[]>>;
}

/** The type of row splits: int32, tfjs's only integers. */
const splits = attribute.type("Tsplits", types.int32);

/** Kernels on ragged tensors, which hold rows of different lengths as a list of values and the start of each row. */
export const raggedKernels = [
  nativeKernel<tf.RaggedGatherAttrs>("RaggedGather", (args) => {
    const { inputs: { paramsDenseValues, indices }, attrs: { outputRaggedRank }, backend } = args;
    const { paramsNestedSplits } = listsOf(args);
    const attributes = [
      attribute.type("Tvalues", backend.getDTypeInteger(paramsDenseValues.dtype)),
      attribute.type("Tindices", types.int32),
      splits,
      attribute.int("PARAMS_RAGGED_RANK", paramsNestedSplits.length),
      attribute.int("OUTPUT_RAGGED_RANK", outputRaggedRank),
    ];
    const inputs = [...paramsNestedSplits, paramsDenseValues, indices];
    return backend.executeMultipleOutputs("RaggedGather", attributes, inputs, outputRaggedRank + 1);
  }),
  nativeKernel("RaggedRange", ({ inputs: { starts, limits, deltas }, backend }) => {
    const attributes = [attribute.type("T", backend.getDTypeInteger(starts.dtype)), splits];
    return backend.executeMultipleOutputs("RaggedRange", attributes, [starts, limits, deltas], 2);
  }),
  nativeKernel<tf.RaggedTensorToTensorAttrs>("RaggedTensorToTensor", (args) => {
    const { inputs: { shape, values, defaultValue }, attrs: { rowPartitionTypes }, backend } = args;
    const { rowPartitionTensors } = listsOf(args);
    const attributes = [
      attribute.type("T", backend.getDTypeInteger(values.dtype)),
      attribute.type("Tindex", types.int32),
      attribute.type("Tshape", types.int32),
      attribute.int("num_row_partition_tensors", rowPartitionTensors.length),
      attribute.strings("row_partition_types", rowPartitionTypes),
    ];
    const inputs = [shape, values, defaultValue, ...rowPartitionTensors];
    return backend.executeSingleOutput("RaggedTensorToTensor", attributes, inputs);
  }),
];

function listsOf(args: KernelArguments): Lists["inputs"] {
  return (args as unknown as Lists).inputs;
}
