/** Whether a tensor belongs to PyTorch's bookkeeping of a model, beside its parameters. */
export const isBookkeeping = (name: string): boolean => /(^|\.)(num_batches_tracked|op_threshs|mask_token)$/.test(name);

/**
 * Matches the last part of tensors that training programs keep in a model: weights of losses, counts of averages,
 * counters of thop.
 */
const trainingTensors = /(^|\.)(pos_weight|class_weights?|n_averaged|total_ops|total_params)$/;

/** Matches modules and dicts that are not part of a network: losses, metrics, optimizers. */
const trainingModules =
  /(^|\.)(criterion|criteria|loss(es|_fn|_func|_function)?|\w+_(loss|criterion)|metrics?|\w+_metrics?|(train|val|valid|validation|test)_\w+|\w*(auroc|accuracy|f1_score|confmat)|(optim|optimizer|lr_scheduler|scheduler)s?(_state\w*)?|grad_scaler|scaler|amp)\./i;

/** Whether a tensor is of a loss, a metric or an optimizer by its name, which a model does not need to predict. */
export const isExtra = (name: string): boolean => trainingTensors.test(name) || trainingModules.test(name);
