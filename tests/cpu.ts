/** Sets tfjs's CPU backend up for tests that need no permission: import it for its effect. */
import "@tensorflow/tfjs"; // gradients and the CPU backend, over the same tfjs-core
import * as tf from "@tensorflow/tfjs-core";

tf.env().set("PROD", true); // no banner
await tf.setBackend("cpu");
