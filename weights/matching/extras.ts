/** What a file of PyTorch's may hold of a model beside its parameters. */
export const isBookkeeping = (name: string) => /(^|\.)(num_batches_tracked|op_threshs|mask_token)$/.test(name);

/** Tensors that training programs keep among a model's, by their last part: weights of losses, counts of averages, counters of thop. */
const last = /(^|\.)(pos_weight|class_weights?|n_averaged|total_ops|total_params)$/;

/** Modules and dicts that are no part of a network: losses, metrics, optimizers. */
const parts =
  /(^|\.)(criterion|criteria|loss(es|_fn|_func|_function)?|\w+_(loss|criterion)|metrics?|\w+_metrics?|(train|val|valid|validation|test)_\w+|\w*(auroc|accuracy|f1_score|confmat)|(optim|optimizer|lr_scheduler|scheduler)s?(_state\w*)?|grad_scaler|scaler|amp)\./i;

/** Whether a tensor is of a loss, a metric or an optimizer by its name: nothing that a model needs to predict. */
export const isExtra = (name: string) => last.test(name) || parts.test(name);
