/** Sets tfjs's CPU backend up for tests that need no permission: import it for its effect. */
import "npm:@tensorflow/tfjs@4.22.0"; // gradients and the CPU backend, over the same tfjs-core
import * as tf from "@tensorflow/tfjs-core";

tf.env().set("PROD", true); // no banner
await tf.setBackend("cpu");
