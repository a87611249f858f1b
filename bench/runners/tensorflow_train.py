"""Training steps of TensorFlow from Python, compiled by tf.function."""

import math

import tensorflow as tf

import formula
import serve
from tensorflow_model import Builder

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

job = serve.job()
tf.config.threading.set_intra_op_parallelism_threads(job["threads"])
tf.config.threading.set_inter_op_parallelism_threads(2)
builder = Builder(job["names"], job["precision"])
model, _ = builder.build(job["spec"], (job["size"], job["size"], 1))
parameters = builder.trainable
means, variances = ([tf.Variable(tf.zeros_like(value)) for value in parameters] for _ in range(2))
batch = job["batchSize"]
images = tf.constant(formula.images(batch, job["size"]).reshape(batch, job["size"], job["size"], 1))
targets = tf.constant(formula.targets(batch, job["classes"]))


@tf.function
def train_step(images, targets, step_size, epsilon):
    with tf.GradientTape() as tape:
        logits = tf.cast(model(builder.cast(images)), tf.float32)
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=logits))
    gradients = tape.gradient(loss, parameters)
    scale = tf.minimum(1.0, job["maxNorm"] / (tf.linalg.global_norm(gradients) + 1e-6))
    for value, mean, variance, gradient in zip(parameters, means, variances, gradients):
        tf.raw_ops.ResourceApplyAdam(
            var=value.handle, m=mean.handle, v=variance.handle, beta1_power=0.0, beta2_power=0.0, lr=step_size,
            beta1=BETA1, beta2=BETA2, epsilon=epsilon, grad=gradient * scale + job["weightDecay"] * value,
        )
    return loss


taken = 0


def step():
    """PyTorch's Adam: epsilon stands after the bias correction, which the step size holds."""
    global taken
    taken += 1
    correction = math.sqrt(1 - BETA2**taken)
    step_size = job["learningRate"] * correction / (1 - BETA1**taken)
    return train_step(images, targets, tf.constant(step_size), tf.constant(EPSILON * correction)).numpy()


serve.serve(step, {"tensorflow": tf.__version__})
